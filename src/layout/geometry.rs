//! Where things are on a page: margins, columns, rows.

use serde::{Deserialize, Serialize};

/// Measures of a page, all in px.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Geometry {
    /// Page width.
    pub width: u32,
    /// Page height.
    pub height: u32,
    /// Room left on all four sides.
    pub margin: u32,
    /// Text columns, at least 1.
    pub columns: u32,
    /// Room between columns.
    pub gutter: u32,
    /// From one line to the next.
    pub pitch: u32,
    /// From the top of a line to its baseline.
    pub ascent: u32,
}

/// A rectangle of text on a page, in px from the top left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TextBox {
    /// Left edge.
    pub x: u32,
    /// Top edge.
    pub y: u32,
    /// Width.
    pub w: u32,
    /// Height.
    pub h: u32,
}

impl Geometry {
    /// Width of a column; 0 where the page is too small for its margins and gutters.
    pub fn column_width(&self) -> u32 {
        let gutters = self.gutter.saturating_mul(self.columns - 1);
        let taken = self.margin.saturating_mul(2).saturating_add(gutters);
        self.width.saturating_sub(taken) / self.columns
    }

    /// Lines in a column; 0 where the page is too small for one.
    pub fn rows(&self) -> usize {
        (self.height.saturating_sub(self.margin.saturating_mul(2)) / self.pitch) as usize
    }

    /// Lines on a page.
    pub fn lines(&self) -> usize {
        self.rows() * self.columns as usize
    }

    /// Left edge and baseline of a line, counted down each column of `rows` in turn.
    pub fn place(&self, line: usize, rows: usize) -> (u32, u32) {
        let (column, row) = ((line / rows) as u32, (line % rows) as u32);
        (self.left(column), self.margin + row * self.pitch + self.ascent)
    }

    /// The boxes that hold `lines` lines, `rows` to a column.
    pub fn boxes(&self, lines: usize, rows: usize) -> Vec<TextBox> {
        let columns = lines.div_ceil(rows.max(1));
        (0..columns)
            .map(|column| TextBox {
                x: self.left(column as u32),
                y: self.margin,
                w: self.column_width(),
                h: rows.min(lines - column * rows) as u32 * self.pitch,
            })
            .collect()
    }

    fn left(&self, column: u32) -> u32 {
        self.margin + column * (self.column_width() + self.gutter)
    }
}
