//! `Retry-After`, as it is read and printed.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, header};

/// `Retry-After` (RFC 9110, section 10.2.3): seconds, or a date, which is read against the answer's own `Date` so that
/// our clock does not matter. A date that has passed means now.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Some(pause) = seconds(value) {
        return Some(pause);
    }
    let at = httpdate::parse_http_date(value).ok()?;
    let now = headers.get(header::DATE).and_then(|date| date.to_str().ok());
    let now = now
        .and_then(|date| httpdate::parse_http_date(date).ok())
        .unwrap_or_else(SystemTime::now);
    Some(at.duration_since(now).unwrap_or_default())
}

/// Whole seconds, as the RFC has them, or with a fraction, as some limiters send. More than 136 years counts as 136
/// years, so that it can be added to a clock without an overflow.
fn seconds(value: &str) -> Option<Duration> {
    let (whole, fraction) = value.split_once('.').unwrap_or((value, "0"));
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    if !is_number(whole) || !is_number(fraction) {
        return None;
    }
    let whole: u32 = whole.parse().unwrap_or(u32::MAX);
    let rounded_up = u32::from(fraction.bytes().any(|digit| digit != b'0'));
    Some(Duration::from_secs(whole.saturating_add(rounded_up).into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(retry_after: &str) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(header::RETRY_AFTER, retry_after.parse().unwrap());
        headers.insert(header::DATE, "Sun, 22 Nov 2026 00:00:00 GMT".parse().unwrap());
        super::retry_after(&headers)
    }

    #[test]
    fn seconds_and_dates_are_read_and_nonsense_is_not() {
        assert_eq!(read(" 120 "), Some(Duration::from_secs(120)));
        assert_eq!(
            read("Sun, 22 Nov 2026 00:01:30 GMT"),
            Some(Duration::from_secs(90))
        );
        assert_eq!(read("Sat, 21 Nov 2026 00:01:30 GMT"), Some(Duration::ZERO));
        assert_eq!(read("1.5"), Some(Duration::from_secs(2)));
        assert_eq!(read("1.0"), Some(Duration::from_secs(1)));
        assert_eq!(read(&"9".repeat(30)), Some(Duration::from_secs(u32::MAX.into())));
        assert_eq!(read("1.5.0"), None);
        assert_eq!(read("1e3"), None);
        assert_eq!(read("."), None);
        assert_eq!(read("-1"), None);
        assert_eq!(read("soon"), None);
        assert_eq!(retry_after(&HeaderMap::new()), None);
    }
}
