//! From placed glyphs to pixels, and from pixels to PNG.

mod bitmap;
mod canvas;
mod png;
mod words;

pub use bitmap::{Bitmap, Ink};
pub use canvas::Canvas;
pub use png::{Effort, Encoder};
