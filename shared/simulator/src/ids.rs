//! Ids and dates as Microsoft writes them.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{Timestamp, tz::Offset};
use rand::Rng;

/// A random GUID (version 4), lower case.
pub fn guid(rng: &mut impl Rng) -> String {
    let random: u128 = rng.random();
    let bits = (random & !(0xf_u128 << 76) & !(0x3_u128 << 62)) | (4_u128 << 76) | (2_u128 << 62);
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        bits >> 96,
        (bits >> 80) & 0xffff,
        (bits >> 64) & 0xffff,
        (bits >> 48) & 0xffff,
        bits & 0xffff_ffff_ffff
    )
}

/// True if `text` has the form of a GUID.
pub fn is_guid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups
            .iter()
            .all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Thirty-two hex digits, as they stand in the ids of group chats and channels.
pub fn hex32(rng: &mut impl Rng) -> String {
    format!("{:032x}", rng.random::<u128>())
}

/// `bytes` random bytes in base64url, for the opaque claims of tokens.
pub fn opaque(rng: &mut impl Rng, bytes: usize) -> String {
    let random: Vec<u8> = (0..bytes).map(|_| rng.random()).collect();
    URL_SAFE_NO_PAD.encode(random)
}

/// The date a message id (milliseconds since 1970) stands for.
pub fn date_of_millis(millis: i64) -> String {
    Timestamp::from_millisecond(millis)
        .unwrap_or(Timestamp::MAX)
        .to_string()
}

/// A date to the millisecond, as resources and the ledger carry it.
pub fn date(time: Timestamp) -> String {
    date_of_millis(time.as_millisecond())
}

/// A date with seven fraction digits, as a subscription carries it.
pub fn date7(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S.%7fZ").to_string()
}

/// A date in one of the forms that notifications carry: `Z`, `+00:00`, `-08:00`, with and
/// without a fraction.
pub fn date_in_some_form(time: Timestamp, form: usize) -> String {
    match form % 4 {
        0 => date7(time),
        1 => format!("{:.7}", time.display_with_offset(Offset::UTC)),
        2 => format!("{:.7}", time.display_with_offset(Offset::constant(-8))),
        _ => format!("{time:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{SeedableRng, rngs::StdRng};

    #[test]
    fn a_guid_has_its_form_and_version() {
        let mut rng = StdRng::seed_from_u64(1);
        for _ in 0..100 {
            let guid = guid(&mut rng);
            assert!(is_guid(&guid), "{guid}");
            assert_eq!(guid.as_bytes()[14], b'4', "{guid}");
            assert!(b"89ab".contains(&guid.as_bytes()[19]), "{guid}");
        }
        assert!(!is_guid("not-a-guid"));
    }

    #[test]
    fn a_date_comes_in_every_form_graph_uses() {
        let time: Timestamp = "2021-02-02T18:19:52.105Z".parse().unwrap();
        let forms: Vec<String> = (0..4).map(|form| date_in_some_form(time, form)).collect();
        assert_eq!(
            forms,
            [
                "2021-02-02T18:19:52.1050000Z",
                "2021-02-02T18:19:52.1050000+00:00",
                "2021-02-02T10:19:52.1050000-08:00",
                "2021-02-02T18:19:52Z",
            ]
        );
        assert!(forms.iter().all(|form| form.parse::<Timestamp>().is_ok()));
    }
}
