//! Exact strings: what a reader of pixels would guess travels along as text.
//!
//! ```text
//! text ─► Finder ─► Found, Found, … ─► Collector ─► Entries ─► select ─► render
//! ```
//!
//! ```
//! use microfiche::factsheet::{Collector, Finder, Place, Risk, render};
//!
//! let mut finder = Finder::default();
//! let mut collector = Collector::default();
//! for chunk in ["At 3f2a9c1 the build of src/l", "ib.rs:12 failed; 3f2a9c1 is reverted.\n"] {
//!     finder.push(chunk);
//! }
//! finder.finish();
//! for found in finder.take() {
//!     let place = Place { input: 0, start: found.start, end: found.end };
//!     collector.add(found, place);
//! }
//! let entries = collector.finish();
//! let risk = Risk::from_pairs([('0', 'O', 0.9)]);
//! let all = entries.select(None, &risk, &|s| s.len() as u64 / 3, &|_| 1);
//! let sheet = render(&all.entries, &|_| 1);
//! assert!(sheet.contains("src/lib.rs:12\n"));
//! assert!(sheet.contains("3f2a9c1 ×2\n"));
//! ```
//!
//! What each kind is and what it leaves to prose is said at [`Kind`]. A recogniser sees one window
//! whose edges only the text decides, so how the text comes in chunks cannot matter, and one that
//! gave up on a run is not tried again before its end, so the work is linear. Every count is exact:
//! what is listed, what a listed string holds and what is left out are all distinct strings.

mod budget;
mod collect;
mod cover;
mod finder;
mod kind;
mod recognise;
mod render;
mod risk;
mod scan;
mod select;

use serde::{Deserialize, Serialize};

pub use budget::Budget;
pub use collect::{Collector, Entries, Entry, Limits, Place};
pub use finder::{Finder, Found, LONGEST};
pub use kind::{Kind, PerKind};
pub use render::render;
pub(crate) use render::{HEAD, lists};
pub use risk::Risk;
pub use select::{RISKY, Selection};

/// Which exact strings go along as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Listing {
    /// Every one.
    All,
    /// Those likely to be misread, as far as a budget goes.
    #[default]
    Risky,
    /// None.
    Off,
}
