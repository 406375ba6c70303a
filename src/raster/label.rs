//! What a page's file says of itself, so that a page that lost its folder can be traced.
//!
//! Three text chunks (tEXt, 218 bytes for a page below 10): the page's number, and the BLAKE3 hashes,
//! in hexadecimal, of the profile and of the source bytes on the page. Nothing in them depends on
//! what follows the page.

use blake3::Hash;
use libdeflater::crc32;

use super::png::{SIGNATURE, chunk};

const PAGE: &str = "microfiche-page";
const PROFILE: &str = "microfiche-profile";
const SOURCE: &str = "microfiche-source";

/// The label of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Label {
    /// The page's number, from 1.
    pub page: usize,
    /// Hash of the profile, see [`crate::profile::Profile::blake3`].
    pub profile: Hash,
    /// Hash of the source bytes on the page.
    pub source: Hash,
}

impl Label {
    /// Writes the chunks.
    pub(super) fn write(&self, file: &mut Vec<u8>) {
        let mut text = |key: &str, value: &str| {
            chunk(file, b"tEXt", format!("{key}\0{value}").as_bytes());
        };
        text(PAGE, &self.page.to_string());
        text(PROFILE, &self.profile.to_hex());
        text(SOURCE, &self.source.to_hex());
    }

    /// The label of a page's file, or of the beginning of one; `None`: it has no whole label.
    pub fn read(file: &[u8]) -> Option<Self> {
        let mut rest = file.strip_prefix(SIGNATURE)?;
        let (mut page, mut profile, mut source) = (None, None, None);
        while let Some((head, after)) = rest.split_first_chunk::<8>() {
            let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
            let (data, after) = after.split_at_checked(length)?;
            let (sum, after) = after.split_first_chunk::<4>()?;
            let sound = crc32(&rest[4..8 + length]) == u32::from_be_bytes(*sum);
            rest = after;
            let text = std::str::from_utf8(data).ok().and_then(|text| text.split_once('\0'));
            let (b"tEXt", true, Some((key, value))) = (&head[4..], sound, text) else { continue };
            match key {
                PAGE => page = value.parse().ok(),
                PROFILE => profile = Hash::from_hex(value).ok(),
                SOURCE => source = Hash::from_hex(value).ok(),
                _ => {}
            }
            if let (Some(page), Some(profile), Some(source)) = (page, profile, source) {
                return Some(Self { page, profile, source });
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raster::{Bitmap, Effort, Encoder};

    #[test]
    fn a_label_is_read_as_written_and_damage_is_seen() {
        let label = Label { page: 7, profile: blake3::hash(b"p"), source: blake3::hash(b"s") };
        let bitmap = Bitmap { width: 8, height: 1, bits: 8, rows: vec![255; 8] };
        let file = Encoder::new(Effort::Fast).encode(&bitmap, &label);
        assert_eq!(Label::read(&file), Some(label));
        let mut written = Vec::new();
        label.write(&mut written);
        assert_eq!(written.len(), 218);
        for end in 0..SIGNATURE.len() + 25 + written.len() {
            assert_eq!(Label::read(&file[..end]), None, "{end}");
        }
        for at in 33..33 + written.len() {
            let mut damaged = file.clone();
            damaged[at] ^= 1;
            assert_eq!(Label::read(&damaged), None, "{at}");
        }
    }
}
