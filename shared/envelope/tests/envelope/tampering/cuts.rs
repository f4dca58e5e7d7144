//! Members that lost, gained or exchanged pieces.

use super::{BLOCK, Part, Row, row};
use teamwire_envelope::OpeningStage;

pub(super) fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    rows.extend(cut(Part::Data, (BLOCK..208).step_by(BLOCK)));
    rows.extend(cut(Part::Data, [1, 15, 17, 193, 207].into_iter()));
    rows.extend(cut(Part::Signature, 1..32));
    rows.extend(cut(Part::Key, (BLOCK..256).step_by(BLOCK)));
    rows.extend(cut(Part::Key, [1, 33, 127, 254, 255].into_iter()));
    for part in Part::ALL {
        rows.extend(beheaded(part));
        rows.extend(grown(part));
    }
    rows.extend(rearranged_blocks());
    rows
}

fn cut(part: Part, lengths: impl Iterator<Item = usize>) -> Vec<Row> {
    let bytes = part.bytes();
    lengths
        .map(|length| {
            let name = format!("{part:?}: cut to {length} bytes");
            row(name, part.replaced(&bytes[..length]), part.stage())
        })
        .collect()
}

fn beheaded(part: Part) -> Vec<Row> {
    let bytes = part.bytes();
    [1, 8, bytes.len() / 2]
        .into_iter()
        .map(|lost| {
            let name = format!("{part:?}: without its first {lost} bytes");
            row(name, part.replaced(&bytes[lost..]), part.stage())
        })
        .collect()
}

fn grown(part: Part) -> Vec<Row> {
    let bytes = part.bytes();
    let zeros = [0; BLOCK];
    [
        ("a zero behind it", [&bytes[..], &[0]].concat()),
        ("a zero before it", [&[0], &bytes[..]].concat()),
        ("a block of zeros behind it", [&bytes[..], &zeros].concat()),
        ("a block of zeros before it", [&zeros, &bytes[..]].concat()),
        ("a line end behind it", [&bytes[..], b"\n"].concat()),
        ("itself behind it", [&bytes[..], &bytes[..]].concat()),
        ("64 KiB behind it", [&bytes[..], &[7; 65_536]].concat()),
    ]
    .into_iter()
    .map(|(name, bytes)| {
        row(
            format!("{part:?}: {name}"),
            part.replaced(&bytes),
            part.stage(),
        )
    })
    .collect()
}

fn rearranged_blocks() -> Vec<Row> {
    let bytes = Part::Data.bytes();
    let blocks: Vec<&[u8]> = bytes.chunks(BLOCK).collect();
    let mut rows = Vec::new();
    for at in 0..blocks.len() - 1 {
        let mut exchanged = blocks.clone();
        exchanged.swap(at, at + 1);
        rows.push((format!("blocks {at} and {} exchanged", at + 1), exchanged));
        let mut without = blocks.clone();
        without.remove(at);
        rows.push((format!("block {at} left out"), without));
        let mut twice = blocks.clone();
        twice.insert(at, blocks[at]);
        rows.push((format!("block {at} twice"), twice));
    }
    rows.into_iter()
        .map(|(name, blocks)| {
            row(
                name,
                Part::Data.replaced(&blocks.concat()),
                OpeningStage::Hmac,
            )
        })
        .collect()
}
