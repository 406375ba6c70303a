//! Fidelity: what a reader makes of the pages, and how much of it is right.
//!
//! ```text
//! page PNG ─► Reader ─► text ─┐
//! text as drawn ──────────────┴► score ─► Score, Misread
//! ```

pub mod alignment;
pub mod atlas;
mod cache;
mod cost;
mod fold;
mod in_order;
mod overlay;
mod quote;
pub mod reader;
mod reading;
mod score;
mod unreadable;
mod verification;

pub use cache::Cache;
pub use cost::{Cost, cost};
pub use fold::{Folded, MarkPatterns};
pub use overlay::{boxes, overlay};
pub use reading::{PageFile, Reading, read_pages};
pub use score::{Misread, Score, Shown, score};
pub use unreadable::{Unreadable, unreadable};
pub use verification::{PageVerification, SCHEMA, Verification};
