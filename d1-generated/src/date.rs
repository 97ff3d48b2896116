//! Strings that are days of the calendar, made from dates.

use crate::{Invalid, text::Rule};

/// The rule that a day breaks which its month does not have.
const NO_SUCH_DAY: Invalid = Invalid::new("must be a day of the calendar");

/// The day as `YYYY-MM-DD`, checked by the rule of the string, too.
pub(crate) fn written<R: Rule>(year: i32, month: u8, day: u8) -> Result<String, Invalid> {
    if !(0..=9999).contains(&year) || day == 0 || day > days_of(year, month) {
        return Err(NO_SUCH_DAY);
    }
    let text = format!("{year:04}-{month:02}-{day:02}");
    R::check(&text).map(|()| text)
}

/// Of the Gregorian calendar.
fn days_of(year: i32, month: u8) -> u8 {
    let is_leap_year = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap_year => 29,
        2 => 28,
        _ => 0,
    }
}

/// A string that is a day of the calendar.
macro_rules! date {
    ($name:ident) => {
        impl $name {
            /// This day. Unlike the vendor's pattern, which admits 31 February, it refuses a day that the month does not
            /// have: numbers mean a day.
            ///
            /// # Errors
            /// No such day; a year outside 0 to 9999.
            pub fn from_ymd(year: i32, month: u8, day: u8) -> ::std::result::Result<Self, $crate::Invalid> {
                $crate::date::written::<Self>(year, month, day).map(|text| Self(text.into()))
            }
        }

        /// A year outside 0 to 9999 is refused.
        #[cfg(feature = "jiff")]
        impl ::std::convert::TryFrom<::jiff::civil::Date> for $name {
            type Error = $crate::Invalid;
            fn try_from(value: ::jiff::civil::Date) -> ::std::result::Result<Self, $crate::Invalid> {
                Self::from_ymd(
                    value.year().into(),
                    value.month().unsigned_abs(),
                    value.day().unsigned_abs(),
                )
            }
        }

        /// A year outside 0 to 9999 is refused.
        #[cfg(feature = "time")]
        impl ::std::convert::TryFrom<::time::Date> for $name {
            type Error = $crate::Invalid;
            fn try_from(value: ::time::Date) -> ::std::result::Result<Self, $crate::Invalid> {
                Self::from_ymd(value.year(), value.month().into(), value.day())
            }
        }

        /// A year outside 0 to 9999 is refused.
        #[cfg(feature = "chrono")]
        impl ::std::convert::TryFrom<::chrono::NaiveDate> for $name {
            type Error = $crate::Invalid;
            fn try_from(value: ::chrono::NaiveDate) -> ::std::result::Result<Self, $crate::Invalid> {
                use ::chrono::Datelike as _;
                // Months and days are small.
                let small = |number: u32| u8::try_from(number).unwrap_or(u8::MAX);
                Self::from_ymd(value.year(), small(value.month()), small(value.day()))
            }
        }
    };
}
pub(crate) use date;
