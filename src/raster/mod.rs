//! From placed glyphs to pixels, and from pixels to PNG.

mod bitmap;
mod canvas;
mod filter;
mod label;
mod png;
mod words;

pub use bitmap::{Bitmap, Ink};
pub use canvas::Canvas;
pub(crate) use canvas::{phase, sum};
pub use label::Label;
pub use png::{Effort, Encoder};
