//! Small arithmetic that several rules share.

use super::Size;
use std::num::NonZeroU64;

/// A parameter in pixels or tokens as a plain number.
pub(super) fn wide(n: impl Into<NonZeroU64>) -> u64 {
    n.into().get()
}

/// `n ÷ d` to the nearest integer, halves to the even one (Python's `round`).
pub(super) fn round_half_even(n: u64, d: u64) -> u64 {
    let (q, r) = (n / d, n % d);
    match (2 * r).cmp(&d) {
        std::cmp::Ordering::Less => q,
        std::cmp::Ordering::Greater => q + 1,
        std::cmp::Ordering::Equal => q + q % 2,
    }
}

/// `n ÷ d` to the nearest integer, halves up.
pub(super) fn round_half_up(n: u64, d: u64) -> u64 {
    (2 * n + d) / (2 * d)
}

/// `size` scaled so that its longest side is `longest`, the other side rounded half to even in
/// binary64, at least 1.
pub(super) fn fit_longest(size: Size, longest: u64) -> Size {
    let scale = longest as f64 / size.longest() as f64;
    let side = |s: u64| ((s as f64 * scale).round_ties_even() as u64).max(1);
    Size::new(side(size.width), side(size.height))
}
