//! The faces that the build script packed: what each can draw is known without unpacking it, and
//! its file is unpacked when its first character is met.

use std::sync::OnceLock;

use super::faces::FACES;

static FILES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/faces.bin"));
static COVERAGE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/coverage.bin"));
static INDEX: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/faces.index"));
static UNPACKED: [OnceLock<Box<[u8]>>; FACES.len()] = [const { OnceLock::new() }; FACES.len()];

/// Numbers that the index has of a face.
const NUMBERS: usize = 5;

/// The file of a face, by its place in [`FACES`].
pub(super) fn file(face: usize) -> &'static [u8] {
    UNPACKED[face].get_or_init(|| {
        let [start, packed, size] = [0, 1, 2].map(|number| entry(face, number));
        let mut file = vec![0; size];
        libdeflater::Decompressor::new()
            .deflate_decompress(&FILES[start..start + packed], &mut file)
            .expect("packed faces are whole");
        file.into_boxed_slice()
    })
}

/// Bytes that a face takes in the binary: its packed file and the list of what it can draw.
pub(super) fn packed_bytes(face: usize) -> usize {
    entry(face, 1) + 8 * entry(face, 4)
}

/// Whether a face has a glyph for a character.
pub(super) fn has(face: usize, c: char) -> bool {
    let (start, ranges) = (entry(face, 3), entry(face, 4));
    let bound = |range: usize, which: usize| number(COVERAGE, 2 * (start + range) + which);
    let (mut low, mut high) = (0, ranges);
    while low < high {
        let middle = low.midpoint(high);
        if bound(middle, 1) < c as u32 {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low < ranges && bound(low, 0) <= c as u32
}

fn entry(face: usize, at: usize) -> usize {
    number(INDEX, face * NUMBERS + at) as usize
}

fn number(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([0, 1, 2, 3].map(|byte| bytes[4 * at + byte]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ab_glyph::{Font, FontRef};

    #[test]
    fn what_is_listed_is_what_the_files_have() {
        for (face, listed) in FACES.iter().enumerate().filter(|f| f.1.file.ends_with(".ttf")) {
            let font = FontRef::try_from_slice(file(face)).unwrap();
            for c in (' '..='\u{FFFF}').chain('\u{1F000}'..='\u{1FBFF}') {
                assert_eq!(has(face, c), font.glyph_id(c).0 != 0, "{} {c:?}", listed.name);
            }
        }
    }
}
