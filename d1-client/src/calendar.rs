//! Moments as seconds since 1970, and the days of the Gregorian calendar.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The seconds of a day.
pub(crate) const DAY: i64 = 24 * 60 * 60;

/// Whole seconds since 1970, down.
pub(crate) fn unix_seconds(time: SystemTime) -> i64 {
    unix_millis(time).div_euclid(1_000)
}

/// Milliseconds since 1970.
pub(crate) fn unix_millis(time: SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => millis(since),
        Err(before) => -millis(before.duration()),
    }
}

pub(crate) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// 1970 where the system has no such moment.
pub(crate) fn moment(unix_seconds: i64) -> SystemTime {
    let distance = Duration::from_secs(unix_seconds.unsigned_abs());
    let moment = if unix_seconds < 0 {
        UNIX_EPOCH.checked_sub(distance)
    } else {
        UNIX_EPOCH.checked_add(distance)
    };
    moment.unwrap_or(UNIX_EPOCH)
}

/// `2026-11-24T10:00:00Z`.
pub(crate) fn rfc3339(unix_seconds: i64) -> String {
    let (days, second) = (unix_seconds.div_euclid(DAY), unix_seconds.rem_euclid(DAY));
    // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": civil_from_days.
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (hour, minute) = (second / 3_600, second / 60 % 60);
    format!(
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{:02}Z",
        second % 60
    )
}

/// Whether the Gregorian calendar has this day.
#[cfg(feature = "prepare")]
pub(crate) fn is_day(year: i64, month: i64, day: i64) -> bool {
    let (next_year, next_month) = if month == 12 {
        (year + 1, 1)
    } else {
        (year, month + 1)
    };
    (1..=12).contains(&month)
        && day >= 1
        && days_since_epoch(year, month, day) < days_since_epoch(next_year, next_month, 1)
}

/// Of a day of the Gregorian calendar.
pub(crate) fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_rfc_3339_does() {
        for (unix_seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (4_107_542_399, "2100-02-28T23:59:59Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(rfc3339(unix_seconds), text);
        }
    }

    #[test]
    #[cfg(feature = "prepare")]
    fn each_month_has_its_days() {
        let longest = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        for year in [1900, 2000, 2023, 2024] {
            for (month, days) in (1..).zip(longest) {
                let leap = i64::from(month == 2 && [2000, 2024].contains(&year));
                let has: Vec<i64> = (0..40).filter(|&day| is_day(year, month, day)).collect();
                assert_eq!(has, (1..=days + leap).collect::<Vec<i64>>(), "{year}-{month}");
            }
            assert!(!is_day(year, 0, 1) && !is_day(year, 13, 1));
        }
    }

    #[test]
    fn days_are_counted_as_the_calendar_has_them() {
        for (date, days) in [
            ((1970, 1, 1), 0),
            ((2000, 3, 1), 11_017),
            ((1900, 1, 1), -25_567),
            ((2026, 11, 26), 20_783),
        ] {
            assert_eq!(days_since_epoch(date.0, date.1, date.2), days);
        }
    }
}
