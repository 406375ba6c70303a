//! Words that cannot be looked up character by character.

use unicode_bidi_mirroring::get_mirrored;
use unicode_script::Script;
use unicode_segmentation::UnicodeSegmentation;

use super::chain::{Face, Sized};
use super::{GlyphId, Typeface, script, subpixels};

/// Characters of one cluster at the most; more marks on a letter than this start anew.
const LONGEST_CLUSTER: usize = 32;

/// A word as it is drawn.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shaped {
    /// Its clusters, in the order of the text.
    pub clusters: Vec<Cluster>,
    /// The glyphs of all clusters, one cluster's after the other's.
    pub offsets: Vec<Offset>,
}

/// Characters that are drawn together and never taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cluster {
    /// Characters of the word.
    pub chars: usize,
    /// Room on the line in 1/64 px, tracking included.
    pub advance: i32,
    /// Glyphs.
    pub glyphs: usize,
}

/// A glyph of a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offset {
    /// What to draw.
    pub glyph: GlyphId,
    /// From the cluster's left edge, in 1/64 px.
    pub x: i32,
    /// From the baseline, in 1/64 px; down is positive.
    pub y: i32,
}

/// A stretch of a word for one face.
struct Run<'a> {
    place: usize,
    script: Option<Script>,
    text: &'a str,
    /// Where its clusters begin, in characters.
    starts: Vec<usize>,
}

impl Typeface {
    /// Shapes a word of one direction.
    pub fn shape(&self, word: &str, rtl: bool) -> Shaped {
        let mut shaped = Shaped::default();
        for run in self.runs(word) {
            let done = match self.chain.get(run.place) {
                Some(face) => self.shape_run(&run, face, rtl, &mut shaped),
                None => false,
            };
            if !done {
                self.spell(&run, rtl, &mut shaped);
            }
        }
        shaped
    }

    /// Cuts a word where its face or its script changes.
    fn runs<'a>(&self, word: &'a str) -> Vec<Run<'a>> {
        let mut runs: Vec<Run> = Vec::new();
        let mut start = 0;
        for cluster in word.graphemes(true).flat_map(pieces) {
            let end = start + cluster.len();
            let script = script::of_cluster(cluster);
            let place = self.place_in(cluster, script, runs.last());
            match runs.last_mut() {
                // Signs go with the letters around them.
                Some(run)
                    if run.place == place
                        && (script.is_none() || run.script.is_none() || run.script == script) =>
                {
                    let from = start - run.text.len();
                    run.text = &word[from..end];
                    run.script = run.script.or(script);
                    let at = word[from..start].chars().count();
                    run.starts.push(at);
                }
                _ => runs.push(Run { place, script, text: cluster, starts: vec![0] }),
            }
            start = end;
        }
        runs
    }

    /// The face for a cluster: a sign that the first face lacks is drawn with the letters before it.
    fn place_in(&self, cluster: &str, script: Option<Script>, before: Option<&Run>) -> usize {
        // What is not seen goes with what it acts on: a Mongolian vowel separator, a joiner.
        if let Some(run) = before.filter(|_| cluster.chars().all(script::is_ignorable)) {
            return run.place;
        }
        let place = self.chain.place_of(cluster);
        match before {
            Some(run) if script.is_none() && place != 0 && place != run.place => {
                let has =
                    |c| script::is_ignorable(c) || self.chain.glyph_id(run.place, c).is_some();
                if run.place != self.chain.label() && cluster.chars().all(has) {
                    run.place
                } else {
                    place
                }
            }
            _ => place,
        }
    }

    fn shape_run(&self, run: &Run, face: &Sized, rtl: bool, shaped: &mut Shaped) -> bool {
        let Face::Outline(outline, shape) = &face.face else { return false };
        let Some(shaper) = face.shaper() else { return false };
        let Some(raw) = shaper.shape(run.text, run.script, rtl) else { return false };
        let tracking = if run.script.is_some_and(script::joins) { 0 } else { face.tracking };
        let (x_unit, y_unit) = (shape.x_em() / outline.units(), shape.y_em() / outline.units());
        let chars: Vec<char> = run.text.chars().collect();
        let mut width = 0;
        // From left to right the clusters of a text that runs the other way come last first.
        let mut groups: Vec<_> = raw.chunk_by(|a, b| a.cluster == b.cluster).collect();
        if rtl {
            groups.reverse();
        }
        if groups.windows(2).any(|pair| pair[0][0].cluster >= pair[1][0].cluster)
            || groups.first().is_none_or(|group| group[0].cluster != 0)
        {
            return false;
        }
        for (index, group) in groups.iter().enumerate() {
            let start = group[0].cluster;
            let end = groups.get(index + 1).map_or(chars.len(), |next| next[0].cluster);
            if group.iter().any(|glyph| glyph.id == 0) {
                self.spell_cluster(&chars[start..end], rtl, shaped);
                continue;
            }
            let mut pen = 0;
            let mut offsets = 0;
            for glyph in *group {
                let (right, up) = glyph.offset;
                let x = subpixels((pen + right) as f32 * x_unit);
                let y = -subpixels(up as f32 * y_unit);
                shaped.offsets.push(Offset { glyph: GlyphId::new(run.place, glyph.id), x, y });
                offsets += 1;
                pen += glyph.advance;
            }
            let inked = chars[start..end].iter().any(|&c| !script::is_ignorable(c));
            let advance = subpixels(pen as f32 * x_unit) + if inked { tracking } else { 0 };
            let advance = advance.max(0);
            width += advance;
            shaped.clusters.push(Cluster { chars: end - start, advance, glyphs: offsets });
        }
        // Letters that touch keep their distance; the run as a whole keeps the cells of the line.
        if let Some(last) = shaped.clusters.last_mut() {
            last.advance += face.on_grid(width) - width;
        }
        true
    }

    /// Draws a run without a shaper: clusters of pixel fonts and boxes.
    fn spell(&self, run: &Run, rtl: bool, shaped: &mut Shaped) {
        let chars: Vec<char> = run.text.chars().collect();
        let ends = run.starts.iter().skip(1).copied().chain([chars.len()]);
        for (&start, end) in run.starts.iter().zip(ends) {
            self.spell_cluster(&chars[start..end], rtl, shaped);
        }
    }

    /// Draws the characters of a cluster one after the other, its marks over the letter before
    /// them; composed to one character where a face has that.
    fn spell_cluster(&self, chars: &[char], rtl: bool, shaped: &mut Shaped) {
        use unicode_normalization::UnicodeNormalization;
        use unicode_normalization::char::is_combining_mark;
        let before = shaped.offsets.len();
        let (mut pen, mut base) = (0, 0);
        let mut composed: Vec<char> = chars.iter().copied().nfc().collect();
        if composed.iter().any(|&c| self.glyph(c).missing) {
            composed = chars.to_vec();
        }
        for (index, c) in composed.into_iter().enumerate() {
            if script::is_ignorable(c) {
                continue;
            }
            // A shaper mirrors brackets of itself (L4 of UAX #9).
            let mirrored = get_mirrored(c).filter(|_| rtl).unwrap_or(c);
            let glyph = self.glyph(mirrored);
            let over = index > 0 && is_combining_mark(c) && !glyph.missing;
            let x = if over { base } else { pen };
            shaped.offsets.push(Offset { glyph: glyph.id, x, y: 0 });
            if !over {
                base = pen;
                pen += glyph.advance;
            }
        }
        shaped.clusters.push(Cluster {
            chars: chars.len(),
            advance: pen,
            glyphs: shaped.offsets.len() - before,
        });
    }
}

/// A grapheme cluster in pieces that can be drawn: it may have any number of marks.
fn pieces(cluster: &str) -> impl Iterator<Item = &str> {
    let mut rest = cluster;
    std::iter::from_fn(move || {
        let cut = rest.char_indices().nth(LONGEST_CLUSTER).map_or(rest.len(), |(at, _)| at);
        let (piece, after) = rest.split_at(cut);
        rest = after;
        (!piece.is_empty()).then_some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance;
    use crate::typeface::{FaceSettings, fonts, is_simple};

    fn face(font: &str) -> Typeface {
        Typeface::load(&FaceSettings {
            font: font.to_owned(),
            weight: 400,
            size: 12.0,
            x_height: None,
            x_scale: 0.9,
            tracking: 0.25,
            pitch: None,
            extenders: None,
            downscale: 4.0,
            font_dirs: Vec::new(),
            system_fonts: false,
        })
        .unwrap()
    }

    fn looked_up(face: &Typeface, word: &str) -> Shaped {
        let mut shaped = Shaped::default();
        for glyph in word.chars().map(|c| face.glyph(c)) {
            shaped.clusters.push(Cluster { chars: 1, advance: glyph.advance, glyphs: 1 });
            shaped.offsets.push(Offset { glyph: glyph.id, x: 0, y: 0 });
        }
        shaped
    }

    #[test]
    fn simple_words_are_shaped_to_what_is_looked_up() {
        let ascii: Vec<char> = ('!'..='~').collect();
        let latin = ["dejavu-sans", "dejavu-sans-mono", "roboto-condensed", "fira-sans-condensed"];
        for font in fonts().filter(|f| latin.contains(&f.name) || f.name.contains('x')) {
            let face = face(font.name);
            for &a in &ascii {
                let word: String = ascii.iter().flat_map(|&b| [a, b]).collect();
                assert!(face.shape(&word, false) == looked_up(&face, &word), "{} {a}", font.name);
            }
        }
        let face = face("roboto-condensed");
        for c in ('\0'..='\u{FFFF}').filter(|&c| is_simple(c) && !c.is_whitespace()) {
            let word = format!("{c}");
            assert_eq!(face.shape(&word, false), looked_up(&face, &word), "{c:?} alone");
        }
    }

    /// GraphemeBreakTest. 15.0 counts U+2701 as an emoji that later versions do not.
    #[test]
    fn unicodes_grapheme_tests_hold() {
        for (file, count, differing) in [
            ("grapheme-17.0.txt.gz", 766, vec![]),
            ("grapheme-15.0.txt.gz", 602, vec!["2701 200D 2701"]),
        ] {
            let lines = conformance::lines(file);
            assert_eq!(lines.len(), count);
            let differs = |line: &&String| {
                let (text, expected) = conformance::breaks(line);
                let ends = text.grapheme_indices(true).map(|(at, cluster)| at + cluster.len());
                ends.ne(expected)
            };
            assert_eq!(lines.iter().filter(differs).collect::<Vec<_>>(), differing);
        }
    }

    #[test]
    fn emoji_sequences_are_one_glyph() {
        let face = face("dejavu-sans-condensed");
        let path = format!("{}/tests/data/unicode/emoji-15.0.txt", env!("CARGO_MANIFEST_DIR"));
        let list = std::fs::read_to_string(path).unwrap();
        let mut count = 0;
        for sequence in list.lines().filter(|line| !line.starts_with("# ")) {
            let shaped = face.shape(sequence, false);
            let seen: Vec<_> =
                shaped.offsets.iter().filter(|at| face.image(at.glyph, 0, 0).width > 0).collect();
            assert_eq!((shaped.clusters.len(), seen.len()), (1, 1), "{sequence} {shaped:?}");
            assert!(face.missing(seen[0].glyph).is_none(), "{sequence}");
            count += 1;
        }
        assert_eq!(count, 3664);
    }
}
