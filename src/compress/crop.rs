//! The cut of the last page.

use crate::layout::{Geometry, Page};
use crate::tokens::vision::Rule;

/// Cuts the empty right and foot off a page, in whole patches, where the model then takes it for
/// fewer tokens. The lines are spread over as many columns as make the cheapest page.
pub(super) fn crop(page: &mut Page, geometry: &Geometry, rule: &Rule, patch: u32) {
    let tokens = |w: u32, h: u32| rule.count(w, h).map_or(u64::MAX, |count| count.tokens);
    let whole =
        |used: u32, most: u32| (used + geometry.margin).next_multiple_of(patch.max(1)).min(most);
    let mut cheapest = tokens(page.width, page.height);
    let lines = page.lines.len();
    let (width, height) = (page.width, page.height);
    for columns in 1..=geometry.columns as usize {
        let rows = lines.div_ceil(columns).max(1);
        let boxes = geometry.boxes(lines, rows);
        let (Some(last), true) = (boxes.last(), rows <= geometry.rows()) else { continue };
        let narrow = whole(last.x + last.w, width);
        let short = whole(boxes[0].y + boxes[0].h, height);
        for (w, h) in [(width, short), (narrow, short)] {
            if tokens(w, h) < cheapest {
                cheapest = tokens(w, h);
                (page.width, page.height, page.rows) = (w, h, rows);
                page.boxes.clone_from(&boxes);
            }
        }
    }
}
