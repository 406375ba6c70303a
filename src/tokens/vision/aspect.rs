//! The grid of tiles whose shape is closest to an image's: shared by the tiling families.

use super::Size;

/// Columns and rows of tiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Grid {
    pub columns: u64,
    pub rows: u64,
}

impl Grid {
    pub(super) const fn tiles(self) -> u64 {
        self.columns * self.rows
    }

    /// The canvas of this grid with square tiles of `tile` pixels.
    pub(super) const fn canvas(self, tile: u64) -> Size {
        Size::new(self.columns * tile, self.rows * tile)
    }
}

/// Every grid of `min` to `max` tiles, fewest tiles first, then fewest columns.
pub(super) fn grids(min: u64, max: u64) -> impl Iterator<Item = Grid> {
    (min..=max).flat_map(|tiles| {
        (1..=tiles)
            .filter(move |columns| tiles % columns == 0)
            .map(move |columns| Grid { columns, rows: tiles / columns })
    })
}

/// The grid of `min` to `max` tiles of `tile` pixels whose columns ÷ rows is closest to
/// width ÷ height (binary64); of equally close grids the larger wins while the image has more
/// than half of its area. 1 × 1 when the range is empty.
///
/// This is `find_closest_aspect_ratio` of InternVL (`github.com/OpenGVLab/InternVL`), which
/// DeepSeek-OCR, GOT-OCR 2, LFM2-VL and Phi-4 share. Some of them walk grids of equally many tiles
/// in another order; no two neighbouring aspects have equally many tiles for the ranges in use, so
/// the order does not show.
pub(super) fn closest(size: Size, tile: u64, min: u64, max: u64) -> Grid {
    let aspect = size.aspect();
    let mut best = Grid { columns: 1, rows: 1 };
    let mut best_difference = f64::INFINITY;
    for grid in grids(min, max) {
        let difference = (aspect - grid.columns as f64 / grid.rows as f64).abs();
        if difference < best_difference {
            best_difference = difference;
            best = grid;
        } else if difference == best_difference && 2 * size.area() > tile * tile * grid.tiles() {
            best = grid;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn grid(columns: u64, rows: u64) -> Grid {
        Grid { columns, rows }
    }

    #[test]
    fn equally_close_grids_grow_with_the_image() {
        assert_eq!(closest(Size::new(448, 448), 448, 1, 12), grid(1, 1));
        assert_eq!(closest(Size::new(768, 768), 448, 1, 12), grid(2, 2));
        assert_eq!(closest(Size::new(2000, 2000), 448, 1, 12), grid(3, 3));
        assert_eq!(closest(Size::new(1000, 3000), 448, 1, 12), grid(2, 6));
    }

    #[test]
    fn an_empty_range_is_one_tile() {
        assert_eq!(closest(Size::new(9, 7), 448, 5, 4), grid(1, 1));
    }

    /// The order among grids of equally many tiles would matter only if two aspects with nothing
    /// between them shared a number of tiles.
    #[test]
    fn neighbouring_aspects_never_have_equally_many_tiles() {
        for (min, max) in [(1, 6), (1, 12), (1, 24), (1, 36), (2, 6), (2, 9), (2, 10), (2, 32)] {
            let mut all: Vec<Grid> = grids(min, max).collect();
            all.sort_by_key(|g| (g.columns * 1_000_000) / g.rows);
            let groups: Vec<BTreeSet<u64>> = all
                .chunk_by(|a, b| a.columns * b.rows == b.columns * a.rows)
                .map(|group| group.iter().map(|g| g.tiles()).collect())
                .collect();
            for pair in groups.windows(2) {
                assert!(pair[0].is_disjoint(&pair[1]), "{min}..{max}: {pair:?}");
            }
        }
    }
}
