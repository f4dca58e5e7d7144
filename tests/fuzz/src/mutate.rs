//! Inputs that are made of others, by a seed.

/// Pieces that parsers look for.
const PIECES: [&str; 40] = [
    "{",
    "}",
    "[",
    "]",
    "\"",
    ":",
    ",",
    "null",
    "true",
    "0",
    "-1",
    "18446744073709551616",
    "1e400",
    "\\u0000",
    "\\ud800",
    "\u{202e}",
    "\u{feff}",
    "é",
    "'",
    "''",
    "(",
    ")",
    "/",
    "//",
    "..",
    "%2e%2e",
    "%00",
    "%",
    "?",
    "#",
    "@",
    "\\",
    "\r\n",
    "https://",
    "body",
    "value",
    "version",
    "error",
    "code",
    "=",
];

/// Numbers that look random and follow from a seed (splitmix64).
#[derive(Debug)]
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).unwrap_or(0)
    }
}

/// One of `inputs`, changed in a few places.
pub(crate) fn mutated(inputs: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = inputs[dice.below(inputs.len())].clone();
    for _ in 0..=dice.below(4) {
        let at = dice.below(bytes.len() + 1);
        let end = (at + 1 + dice.below(16)).min(bytes.len());
        match dice.below(9) {
            0 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
            1 if at < bytes.len() => bytes[at] = [0, 0x22, 0x5c, 0x7f, 0x80, 0xff][dice.below(6)],
            2 => drop(bytes.drain(at..end.max(at))),
            3 => {
                let piece = bytes[at..end.max(at)].to_vec();
                let times = 1 + dice.below(3);
                drop(bytes.splice(at..at, piece.repeat(times)));
            }
            4 | 5 => {
                let piece = PIECES[dice.below(PIECES.len())].bytes();
                drop(bytes.splice(at..at, piece));
            }
            6 => {
                let other = &inputs[dice.below(inputs.len())];
                let from = dice.below(other.len() + 1);
                let to = (from + dice.below(64)).min(other.len());
                drop(bytes.splice(at..end.max(at), other[from..to].iter().copied()));
            }
            7 => bytes.truncate(at),
            _ => drop(bytes.splice(at..at, std::iter::repeat_n(b'[', dice.below(200)))),
        }
    }
    bytes
}
