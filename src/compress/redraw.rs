//! Pages that are drawn again with another look, in the place of those that the run's own profile
//! makes.
//!
//! The text is prepared and laid out as always, so all other pages stay as they are. Where a page
//! is to be drawn again, its text goes through a layout of its own, on as many pages as it takes.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::layout::{Geometry, Layout, Page};
use crate::profile::{Look, Profile};
use crate::text::Block;
use crate::transcript::source_within;

/// Which pages are drawn again, and how.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Redraw {
    /// The looks that there are for it.
    pub looks: Vec<Profile>,
    /// Which look a page has, by the number that it has where nothing is drawn again.
    pub pages: BTreeMap<usize, usize>,
}

impl Redraw {
    /// What a page is drawn again with, if it is.
    pub fn profile_of(&self, number: usize) -> Option<&Profile> {
        self.pages.get(&number).map(|&look| &self.looks[look])
    }

    /// Has a page drawn with a look; `None`: with the run's own profile.
    pub fn set(&mut self, number: usize, look: Option<Profile>) {
        let Some(look) = look else {
            self.pages.remove(&number);
            return;
        };
        let known = self.looks.iter().position(|known| *known == look);
        let at = known.unwrap_or_else(|| {
            self.looks.push(look);
            self.looks.len() - 1
        });
        self.pages.insert(number, at);
    }

    /// Forgets looks that no page has.
    pub fn forget_unused(&mut self) {
        let old = std::mem::take(self);
        for (&number, &look) in &old.pages {
            self.set(number, Some(old.looks[look].clone()));
        }
    }
}

/// What is drawn again on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Redrawn {
    /// The page that its text was on when nothing was drawn again yet, from 1.
    pub page: usize,
    /// Its look, from 0.
    pub look: usize,
}

/// The pages to have in the place of one.
pub(super) struct Again {
    pub(super) redrawn: Redrawn,
    pub(super) pages: Vec<Page>,
    pub(super) geometry: Geometry,
}

/// Keeps the text of the page under way, to lay it out again.
pub(super) struct Redrawing {
    looks: Vec<Arc<Look>>,
    pages: BTreeMap<usize, usize>,
    /// Prepared text that is on no finished page yet.
    blocks: VecDeque<Block>,
}

impl Redrawing {
    /// For pages with these looks.
    pub(super) fn new(looks: &[Arc<Look>], pages: &BTreeMap<usize, usize>) -> Self {
        Self { looks: looks.to_vec(), pages: pages.clone(), blocks: VecDeque::new() }
    }

    /// Whether a page is to be drawn again.
    pub(super) fn has(&self, page: usize) -> bool {
        self.pages.contains_key(&page)
    }

    /// Adds text that was laid out.
    pub(super) fn push(&mut self, block: &Block) {
        self.blocks.push_back(block.clone());
    }

    /// The pages to have in the place of the next one, if it is drawn again.
    pub(super) fn take(&mut self, page: &Page) -> Option<Again> {
        let text = self.text_of(page);
        let look = *self.pages.get(&page.number)?;
        let redrawn = Redrawn { page: page.number, look };
        let of = &self.looks[look];
        let mut layout = Layout::new(Arc::clone(&of.typeface), of.geometry);
        text.iter().for_each(|block| layout.push(block));
        let mut pages = layout.take();
        pages.extend(layout.into_last());
        let mut at = 0;
        for part in &mut pages {
            let bytes: u64 = part.source.iter().map(|range| range.end - range.start).sum();
            part.source = match bytes {
                0 => Vec::new(),
                bytes => source_within(&page.source, at..at + bytes),
            };
            at += bytes;
        }
        Some(Again { redrawn, pages, geometry: of.geometry })
    }

    /// Takes the text of the next page: blocks, the last of them cut where the page ends.
    fn text_of(&mut self, page: &Page) -> Vec<Block> {
        let mut units: usize = page.units.iter().sum();
        let mut text = Vec::new();
        while let Some(mut block) = self.blocks.pop_front() {
            if block.units.len() <= units {
                units -= block.units.len();
                text.push(block);
                continue;
            }
            let rest = Block { units: block.units.split_off(units), ..block };
            block.ends_line = false;
            if !block.units.is_empty() {
                text.push(block);
            }
            self.blocks.push_front(rest);
            break;
        }
        text
    }
}
