//! Lengths of time, as people write them.

use jiff::SignedDuration;

/// Reads `90s`, `30m`, `36h` or `3d`.
///
/// # Errors
/// In words, for clap.
pub(crate) fn parse(text: &str) -> Result<SignedDuration, String> {
    const FORM: &str = "a number of s, m, h or d, such as 36h";
    let unit = text.chars().last().ok_or(FORM)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return Err(FORM.to_owned()),
    };
    let number = text.strip_suffix(unit).unwrap_or_default();
    let number = i64::from(number.parse::<u32>().map_err(|_| FORM)?);
    Ok(SignedDuration::from_secs(number * seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_of_time_has_a_number_and_a_unit() {
        for (text, seconds) in [
            ("90s", 90),
            ("30m", 1_800),
            ("36h", 129_600),
            ("3d", 259_200),
        ] {
            assert_eq!(parse(text).unwrap().as_secs(), seconds, "{text}");
        }
        for text in [
            "",
            "h",
            "36",
            "36hh",
            "-1h",
            "1.5h",
            "1 h",
            "1w",
            "99999999999d",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
