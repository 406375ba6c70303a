//! Draws a text with `oxicode-snapcompact`, as black 5x8 cells, and writes the frames.
//!
//! ```text
//! peer-oxicode TEXT FOLDER [WIDTH HEIGHT]
//! ```
//!
//! Prints `frames bytes seconds`, the seconds being those of normalising and drawing alone.
//!
//! The crate's `compact()` gives a frame only one row of cells (its `chars_per_frame` is the number of
//! columns), so the text is cut into frames here, as the original in TypeScript does, and each is
//! given to the crate's renderer. The renderer knows squares only, but its frames are as high as their
//! text needs: a frame of 1568x728 is a square of 1568 given 91 rows of text.

use std::error::Error;
use std::path::PathBuf;
use std::time::Instant;

use oxicode_snapcompact::normalize;
use oxicode_snapcompact::renderer::{SnapcompactRenderOptions, render_snapcompact_png};

const CELL: (usize, usize) = (5, 8);

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let text = std::fs::read_to_string(arguments.next().ok_or("which text?")?)?;
    let folder = PathBuf::from(arguments.next().ok_or("which folder?")?);
    let mut side = |usual: usize| arguments.next().map_or(Ok(usual), |side| side.parse());
    let (width, height) = (side(1568)?, side(728)?);
    std::fs::create_dir_all(&folder)?;

    let start = Instant::now();
    let options = SnapcompactRenderOptions {
        size: u32::try_from(width.max(height))?,
        font: Some("5x8".to_owned()),
        variant: Some("bw".to_owned()),
        ..Default::default()
    };
    let cells: Vec<char> = normalize(&text).chars().collect();
    let capacity = (width / CELL.0) * (height / CELL.1);
    let mut frames = Vec::new();
    for frame in cells.chunks(capacity) {
        frames.push(render_snapcompact_png(frame.iter().collect(), options.clone())?);
    }
    let drawing = start.elapsed().as_secs_f64();

    for (number, frame) in frames.iter().enumerate() {
        std::fs::write(folder.join(format!("frame-{:04}.png", number + 1)), frame)?;
    }
    let bytes: usize = frames.iter().map(Vec::len).sum();
    println!("{} {bytes} {drawing:.6}", frames.len());
    Ok(())
}
