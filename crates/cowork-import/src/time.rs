//! Times of other programs as milliseconds since the Unix epoch.

use cowork_contract::Timestamp;
use serde_json::Value;

/// The end of the year 9999.
const LAST: f64 = 253_402_300_799_999.0;

/// A number of seconds, or of a finer unit where it would lie in a far future, or RFC 3339 text.
/// `None`: it is no time.
pub(crate) fn read(value: Option<&Value>) -> Option<Timestamp> {
    match value? {
        Value::Number(number) => from_number(number.as_f64()?),
        Value::String(text) => from_text(text),
        _ => None,
    }
}

fn from_number(number: f64) -> Option<Timestamp> {
    let milliseconds = match number {
        n if !n.is_finite() || n <= 0.0 => return None,
        n if n < 1e11 => n * 1e3,
        n if n < 1e14 => n,
        n if n < 1e17 => n / 1e3,
        n => n / 1e6,
    };
    #[expect(clippy::cast_possible_truncation, reason = "within the range that is looked at before")]
    (milliseconds <= LAST).then_some(milliseconds.round() as Timestamp)
}

/// `2024-05-01T16:35:11.530Z`, with any number of decimals, or an offset instead of the `Z`.
fn from_text(text: &str) -> Option<Timestamp> {
    let (date, clock) = text.split_once(['T', ' '])?;
    let mut date = date.splitn(3, '-').map(number);
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let zone = clock.find(['Z', 'z', '+', '-']).unwrap_or(clock.len());
    let (clock, zone) = (clock.get(..zone)?, clock.get(zone..)?);
    let mut parts = clock.splitn(3, ':');
    let (hour, minute) = (number(parts.next()?)?, number(parts.next()?)?);
    let rest = parts.next()?;
    let (second, fraction) = rest.split_once('.').unwrap_or((rest, ""));
    let second = number(second)?;
    let in_range = (1970..=9999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && second <= 60;
    if !in_range {
        return None;
    }
    let milliseconds = number(&format!("{fraction:0<3}").chars().take(3).collect::<String>())?;
    let seconds = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset(zone)?;
    Some(seconds * 1000 + milliseconds).filter(|time| *time >= 0)
}

/// Seconds east of UTC.
fn offset(zone: &str) -> Option<i64> {
    let sign = match zone.chars().next() {
        None | Some('Z' | 'z') => return Some(0),
        Some('-') => -1,
        Some(_) => 1,
    };
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    Some(sign * (number(hours)? * 3600 + number(minutes)? * 60))
}

/// Digits alone, few enough for a part of a date.
fn number(text: &str) -> Option<i64> {
    let digits = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// Days from 1970-01-01 on. Years begin in March here, so that leap days come last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn times_are_read_in_every_form_that_exports_have() {
        for (value, time) in [
            (json!(1_756_000_001.5), Some(1_756_000_001_500)),
            (json!(1_700_000_000), Some(1_700_000_000_000)),
            (json!(1_700_000_000_123_i64), Some(1_700_000_000_123)),
            (json!(1_700_000_000_123_000_000_i64), Some(1_700_000_000_123)),
            (json!("2024-05-01T16:35:11.530Z"), Some(1_714_581_311_530)),
            (json!("2024-05-01T16:35:11Z"), Some(1_714_581_311_000)),
            (json!("2024-05-01T18:35:11.530123+02:00"), Some(1_714_581_311_530)),
            (json!("2000-02-29T00:00:00.000Z"), Some(951_782_400_000)),
            (json!("13:18:04 GMT-0400"), None),
            (json!("2024-13-01T00:00:00Z"), None),
            (json!(-1), None),
            (json!(1e300), None),
            (json!(null), None),
            (json!({}), None),
        ] {
            assert_eq!(read(Some(&value)), time, "{value}");
        }
    }
}
