//! Text as editors and shells write it: UTF-8, or what PowerShell makes of it.

use crate::input::bytes;
use crate::terminal::file_name;
use anyhow::Context;
use std::path::Path;
use zeroize::Zeroizing;

/// The text of a file, or of standard input for `-`: UTF-8 with or without a byte order mark, or UTF-16
/// with one.
///
/// # Errors
/// It can't be read, is too large, or is neither.
pub(crate) fn text(path: &Path) -> anyhow::Result<String> {
    decoded(bytes(path)?).with_context(|| not_text(path))
}

/// The same of a file that holds a secret.
///
/// # Errors
/// It can't be read, is too large, or is neither.
pub(crate) fn secret_text(path: &Path) -> anyhow::Result<Zeroizing<String>> {
    let text = decoded(bytes(path)?).with_context(|| not_text(path))?;
    Ok(Zeroizing::new(text))
}

/// The bytes of a file that may hold text or not: the text as UTF-8, anything else as it is.
///
/// # Errors
/// It can't be read, or is too large.
pub(crate) fn text_or_bytes(path: &Path) -> anyhow::Result<Vec<u8>> {
    let content = bytes(path)?;
    Ok(decoded(content.clone()).map_or(content, String::into_bytes))
}

fn not_text(path: &Path) -> String {
    let shown = file_name(path);
    format!("{shown}: neither UTF-8 nor UTF-16 with a byte order mark")
}

/// `None` of what is no text.
fn decoded(bytes: Vec<u8>) -> Option<String> {
    let units = |bytes: &[u8], unit: fn([u8; 2]) -> u16| -> Option<String> {
        let (pairs, rest) = bytes.as_chunks();
        let units: Vec<u16> = pairs.iter().copied().map(unit).collect();
        rest.is_empty().then(|| String::from_utf16(&units).ok())?
    };
    match bytes.as_slice() {
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8(rest.to_vec()).ok(),
        [0xff, 0xfe, rest @ ..] => units(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => units(rest, u16::from_be_bytes),
        _ => String::from_utf8(bytes).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_powershell_writes_is_read_like_any_other_file() {
        let text = "{\"a\":\"gr\u{fc}n \u{1f600}\"}\r\n";
        let wide = |mark: u16, bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
            let units = std::iter::once(mark).chain(text.encode_utf16());
            units.flat_map(bytes).collect()
        };
        for (name, bytes) in [
            ("UTF-8", text.as_bytes().to_vec()),
            (
                "UTF-8 with a mark",
                [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            ),
            ("UTF-16, little-endian", wide(0xfeff, u16::to_le_bytes)),
            ("UTF-16, big-endian", wide(0xfeff, u16::to_be_bytes)),
        ] {
            assert_eq!(decoded(bytes).as_deref(), Some(text), "{name}");
        }
    }

    #[test]
    fn what_is_no_text_is_none() {
        for bytes in [
            &b"\xff\xfe\x00"[..],
            b"\xff\xfe\x00\xd8",
            b"\x30\x82\x01\x0a\xff",
            b"\xef\xbb\xbf\xff",
        ] {
            assert_eq!(decoded(bytes.to_vec()), None, "{bytes:?}");
        }
    }
}
