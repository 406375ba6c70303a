//! Vocabularies as they are kept in the repository: merges, in planes of bytes, deflated.
//!
//! | part | bytes |
//! |---|---|
//! | magic `mfv1` | 4 |
//! | number of merges `n`, number of whole-only tokens `w` | 4 + 4, little-endian |
//! | low, middle and high bytes of all left halves, then of all right halves | 6 n |
//! | length (2 bytes) and bytes of each whole-only token | |
//!
//! A vocabulary that begins with all of another's is kept as what it adds to it (Llama 3 to cl100k,
//! GLM 5 to GLM 4).
//!
//! Everything after the magic is one raw deflate stream. Planes deflate a tenth better than whole
//! numbers, since the high bytes hardly change.

use super::merges::Merges;

const MAGIC: &[u8; 4] = b"mfv1";

/// Packs merges into a vocabulary file.
#[allow(dead_code, reason = "for build.rs and the packer")]
pub fn pack(merges: &Merges) -> Vec<u8> {
    let mut plain = Vec::new();
    plain.extend((merges.pairs.len() as u32).to_le_bytes());
    plain.extend((merges.whole_only.len() as u32).to_le_bytes());
    for half in [|pair: &(u32, u32)| pair.0, |pair: &(u32, u32)| pair.1] {
        for shift in [0, 8, 16] {
            plain.extend(merges.pairs.iter().map(|pair| (half(pair) >> shift) as u8));
        }
    }
    for token in &merges.whole_only {
        plain.extend((token.len() as u16).to_le_bytes());
        plain.extend(token);
    }
    let mut file = MAGIC.to_vec();
    file.extend(miniz_oxide::deflate::compress_to_vec(&plain, 10));
    file
}

/// Unpacks a vocabulary file, after the one it adds to; `None` when it is not one.
pub fn unpack(file: &[u8], base: Option<Merges>) -> Option<Merges> {
    let plain = miniz_oxide::inflate::decompress_to_vec(file.strip_prefix(MAGIC)?).ok()?;
    let (count, rest) = plain.split_first_chunk()?;
    let (whole, rest) = rest.split_first_chunk()?;
    let count = u32::from_le_bytes(*count) as usize;
    let (planes, mut rest) = rest.split_at_checked(count.checked_mul(6)?)?;
    let at = |plane: usize, index: usize| u32::from(planes[plane * count + index]);
    let half =
        |plane, index| at(plane, index) | at(plane + 1, index) << 8 | at(plane + 2, index) << 16;
    let Merges { mut pairs, mut whole_only } = base.unwrap_or_default();
    pairs.extend((0..count).map(|index| (half(0, index), half(3, index))));
    for _ in 0..u32::from_le_bytes(*whole) {
        let (length, after) = rest.split_first_chunk()?;
        let (token, after) = after.split_at_checked(u16::from_le_bytes(*length).into())?;
        whole_only.push(token.to_vec());
        rest = after;
    }
    Some(Merges { pairs, whole_only })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(more: &[&str]) -> Vec<Vec<u8>> {
        let bytes = (0..=255).map(|byte| vec![byte]);
        let more = more.iter().map(|token| token.as_bytes().to_vec());
        bytes.chain(more).collect()
    }

    #[test]
    fn a_vocabulary_comes_back_alone_and_upon_another() {
        let base = Merges::of_ranks(&tokens(&["ab", "abc"])).expect("a vocabulary");
        assert_eq!(base.pairs, [(97, 98), (256, 99)]);
        let more = Merges::of_ranks(&tokens(&["ab", "abc", "xyz", "bc", "dabc"])).expect("another");
        assert_eq!(more.whole_only, [b"xyz"]);
        assert_eq!(unpack(&pack(&more), None).as_ref(), Some(&more));
        let own = more.beyond(&base).expect("the same beginning");
        assert_eq!(unpack(&pack(&own), Some(base)), Some(more));
    }

    #[test]
    fn a_token_may_be_made_of_a_later_one() {
        let merges = Merges::of_ranks(&tokens(&["ab", "abcd", "cd"])).expect("a vocabulary");
        assert_eq!(merges.pairs, [(97, 98), (256, 258), (99, 100)]);
        assert_eq!(merges.spelling().expect("no circle").of(257), b"abcd");
    }

    #[test]
    fn what_is_damaged_is_no_vocabulary() {
        assert_eq!(unpack(b"", None), None);
        assert_eq!(unpack(b"mfv1 and something", None), None);
        let circle = Merges { pairs: vec![(256, 256)], whole_only: Vec::new() };
        assert!(circle.spelling().is_none());
    }
}
