//! Which face draws which characters of a text.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{Typeface, script};

/// What a face draws of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FaceUse {
    /// The face: an embedded font's name, a file, or boxes with code points.
    pub face: String,
    /// Characters of the text that it draws, marks and joiners with the letters they belong to.
    pub chars: u64,
    /// The same, each character counted once.
    pub distinct: usize,
    /// The first of them.
    pub sample: String,
}

/// Characters of a sample.
const SAMPLE: usize = 16;

impl Typeface {
    /// The faces that draw a text, in the order of the chain. White space is not counted.
    pub fn coverage(&self, text: &str) -> Vec<FaceUse> {
        let mut uses: BTreeMap<usize, (u64, BTreeSet<char>, String)> = BTreeMap::new();
        for word in text.split_whitespace() {
            let mut count = |place: usize, chars: &mut dyn Iterator<Item = char>| {
                let (all, distinct, sample) = uses.entry(place).or_default();
                for c in chars.filter(|&c| !script::is_ignorable(c)) {
                    *all += 1;
                    if distinct.insert(c) && distinct.len() <= SAMPLE {
                        sample.push(c);
                    }
                }
            };
            if word.chars().all(script::is_simple) {
                word.chars().for_each(|c| count(self.glyph(c).id.face(), &mut std::iter::once(c)));
                continue;
            }
            let shaped = self.shape(word, false);
            let (mut chars, mut offsets) = (word.chars(), shaped.offsets.iter());
            for cluster in &shaped.clusters {
                let glyph = offsets.by_ref().take(cluster.glyphs).map(|at| at.glyph).last();
                let mut drawn = chars.by_ref().take(cluster.chars);
                match glyph {
                    Some(glyph) => count(glyph.face(), &mut drawn),
                    None => drawn.for_each(drop),
                }
            }
        }
        let listed =
            |(place, (chars, distinct, sample)): (usize, (u64, BTreeSet<char>, String))| FaceUse {
                face: self.chain.name(place),
                chars,
                distinct: distinct.len(),
                sample,
            };
        uses.into_iter().map(listed).collect()
    }
}
