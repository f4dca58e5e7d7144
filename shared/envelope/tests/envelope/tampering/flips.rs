//! Bytes changed in place.

use super::{BLOCK, Part, Row, row};

pub(super) fn rows() -> Vec<Row> {
    [
        single_bits(Part::Data, &edges_of_blocks()),
        single_bits(Part::Signature, &every_byte_of_the_signature()),
        single_bits(Part::Key, &places_in_the_sealed_key()),
        whole_members(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Each bit of the first and of the last byte, and one bit at each place between.
fn single_bits(part: Part, places: &[usize]) -> Vec<Row> {
    let bytes = part.bytes();
    let last = bytes.len() - 1;
    let ends = [0, last].into_iter();
    let ends = ends.flat_map(|at| (0..8).map(move |bit| (at, bit)));
    let between = places.iter().filter(|at| **at != 0 && **at != last);
    let between = between.map(|at| (*at, at % 8));
    ends.chain(between)
        .map(|(at, bit)| {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << bit;
            let name = format!("{part:?}: bit {bit} of byte {at} flipped");
            row(name, part.replaced(&flipped), part.stage())
        })
        .collect()
}

fn edges_of_blocks() -> Vec<usize> {
    let blocks = 0..Part::Data.bytes().len() / BLOCK;
    blocks
        .flat_map(|block| [block * BLOCK, block * BLOCK + BLOCK - 1])
        .collect()
}

fn every_byte_of_the_signature() -> Vec<usize> {
    (0..32).collect()
}

fn places_in_the_sealed_key() -> Vec<usize> {
    (1..256).step_by(7).collect()
}

fn whole_members() -> Vec<Row> {
    type Change = fn(Vec<u8>) -> Vec<u8>;
    let changes: [(&str, Change); 5] = [
        ("inverted", |bytes| bytes.iter().map(|byte| !byte).collect()),
        ("all zero", |bytes| vec![0; bytes.len()]),
        ("all ones", |bytes| vec![0xff; bytes.len()]),
        ("reversed", |bytes| bytes.into_iter().rev().collect()),
        ("halves exchanged", |mut bytes| {
            let half = bytes.len() / 2;
            bytes.rotate_left(half);
            bytes
        }),
    ];
    Part::ALL
        .into_iter()
        .flat_map(|part| {
            changes.map(|(name, change)| {
                let content = part.replaced(&change(part.bytes()));
                row(format!("{part:?}: {name}"), content, part.stage())
            })
        })
        .collect()
}
