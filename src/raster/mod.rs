//! From placed glyphs to pixels, and from pixels to PNG.

mod bitmap;
mod canvas;
mod png;

pub use bitmap::{Bitmap, Ink};
pub use canvas::Canvas;
pub use png::encode as encode_png;
