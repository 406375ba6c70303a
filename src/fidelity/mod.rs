//! Fidelity: what a reader makes of the pages, and how much of it is right.
//!
//! ```text
//! page PNG ─► Reader ─► text ─┐
//! text as drawn ──────────────┴► score ─► Score, Misread
//! ```

pub mod alignment;
mod exact;
mod fold;
pub mod reader;
mod score;

pub use exact::exact_strings;
pub use fold::{Folded, MarkPatterns};
pub use score::{Misread, Score, Shown, score};
