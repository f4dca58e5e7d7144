//! Limits on JSON that `serde_json` does not apply to fields it skips or keeps raw.

/// True if `text`, if it is JSON at all, is an object. A struct would be read from an array too,
/// member by member.
pub fn is_object(text: &[u8]) -> bool {
    text.trim_ascii_start().starts_with(b"{")
}

/// True if no array or object of `text` is nested deeper than `depth` levels.
///
/// Works on bytes outside of strings; whether `text` is JSON at all is the parser's business.
pub fn within_depth(text: &[u8], depth: usize) -> bool {
    let mut level = 0_usize;
    let mut bytes = text.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => skip_string(&mut bytes),
            b'[' | b'{' => {
                level += 1;
                if level > depth {
                    return false;
                }
            }
            b']' | b'}' => level = level.saturating_sub(1),
            _ => {}
        }
    }
    true
}

/// Past the closing quote, or to the end. Most of a text is strings, base64 above all: searching
/// them is twelve times as fast as walking.
fn skip_string(bytes: &mut std::slice::Iter<'_, u8>) {
    while let Some(at) = memchr::memchr2(b'"', b'\\', bytes.as_slice()) {
        match bytes.nth(at) {
            Some(b'"') => return,
            // A backslash: what follows it is part of the string.
            _ => bytes.next(),
        };
    }
    *bytes = [].iter();
}

#[cfg(test)]
mod tests {
    use super::within_depth;

    #[test]
    fn levels_are_counted_outside_strings_only() {
        assert!(within_depth(br#"{"a":"[[[[{{{{","b":[1]}"#, 2));
        assert!(within_depth(br#"{"a":"\"[[[[","b":"\\"}"#, 1));
        assert!(!within_depth(b"[[[]]]", 2));
        assert!(within_depth(b"[[],[],[]]", 2));
    }

    /// Byte by byte, as plainly as it can be said.
    fn plainly(text: &[u8], depth: usize) -> bool {
        let (mut level, mut in_string, mut escaped) = (0_usize, false, false);
        for byte in text {
            if in_string {
                match byte {
                    _ if escaped => escaped = false,
                    b'\\' => escaped = true,
                    b'"' => in_string = false,
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' => in_string = true,
                b'[' | b'{' => {
                    level += 1;
                    if level > depth {
                        return false;
                    }
                }
                b']' | b'}' => level = level.saturating_sub(1),
                _ => {}
            }
        }
        true
    }

    proptest::proptest! {
        #[test]
        fn skipping_strings_misses_no_level(text in r#"["\\\[\]{}a]{0,64}"#, depth in 0_usize..8) {
            proptest::prop_assert_eq!(
                within_depth(text.as_bytes(), depth),
                plainly(text.as_bytes(), depth)
            );
        }
    }

    #[test]
    fn a_hundred_thousand_levels_are_refused_without_recursion() {
        assert!(!within_depth(&vec![b'['; 100_000], 64));
    }
}
