//! Shaping: from characters to glyphs that join, stack and change places. The only file that knows
//! `harfrust`.

use harfrust::{Buffer, BufferFlags, ClusterLevel, Direction, Feature, Font, Script as Tag};
use harfrust::{ShapeOptions, ShaperFont};
use unicode_script::Script;

use super::script;

/// A font as the shaper sees it.
pub(super) struct Shaper {
    font: Font,
}

/// A glyph of a shaped run, in font units, in the order of the page from left to right.
pub(super) struct Raw {
    /// Glyph of the font; 0: it has none.
    pub(super) id: u32,
    /// Index of the first character that it stands for, within the run.
    pub(super) cluster: usize,
    /// To the next glyph.
    pub(super) advance: i32,
    /// From the pen, up is positive.
    pub(super) offset: (i32, i32),
}

/// Features that plain text does without; see [`script::is_plain`]. The last is only left out where
/// there is no mark to compose.
const OPTIONAL: [&[u8; 4]; 5] = [b"kern", b"liga", b"clig", b"calt", b"ccmp"];

impl Shaper {
    /// A shaper for a font file.
    pub(super) fn new(file: Vec<u8>, index: u32) -> Option<Self> {
        Font::new(file, index).map(|font| Self { font })
    }

    /// The same for a file inside the binary, which needs no copy.
    pub(super) fn of_static(file: &'static [u8]) -> Option<Self> {
        Font::new(file, 0).map(|font| Self { font })
    }

    /// Shapes a run of one script and direction; `None` where the shaper gives up.
    pub(super) fn shape(&self, run: &str, script: Option<Script>, rtl: bool) -> Option<Vec<Raw>> {
        let mut buffer = Buffer::new();
        for (index, c) in run.chars().enumerate() {
            buffer.push(c as u32, index as u32);
        }
        buffer.set_direction(if rtl { Direction::RightToLeft } else { Direction::LeftToRight });
        let code = |script: Script| script.as_iso15924_tag().to_be_bytes();
        let tag = |script| Tag::from_iso15924_tag(harfrust::Tag::from_be_bytes(code(script)));
        buffer.set_script(Some(script.and_then(tag).unwrap_or(Tag::COMMON)));
        buffer.set_cluster_level(ClusterLevel::MonotoneGraphemes);
        // A mark without a letter gets a dotted circle to stand on.
        buffer.set_flags(BufferFlags::BEGINNING_OF_TEXT);
        let plain = script.is_some_and(script::is_plain);
        let off = OPTIONAL.map(|tag| Feature::new(harfrust::Tag::new(tag), 0, ..));
        let features: &[Feature] = match plain {
            true if run.chars().all(script::is_simple) => &off,
            true => &off[..4],
            false => &[],
        };
        let options = ShapeOptions::new().features(features);
        harfrust::shape(&ShaperFont::new(&self.font), &mut buffer, options).ok()?;
        let glyphs = buffer.glyph_infos().iter().zip(buffer.glyph_positions());
        Some(
            glyphs
                .map(|(glyph, at)| Raw {
                    id: glyph.glyph_id,
                    cluster: glyph.cluster as usize,
                    advance: at.x_advance,
                    offset: (at.x_offset, at.y_offset),
                })
                .collect(),
        )
    }
}
