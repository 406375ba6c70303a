//! A table that fills itself: values by number, made at first use, kept for good, shared by threads.

use std::sync::OnceLock;

/// Numbers that share one allocation. Scripts keep together, so most groups stay unmade.
const GROUP: usize = 256;
/// Largest number: a glyph id of 16 bits or a code point of 21 bits, times four phases.
const LIMIT: usize = 0x11_0000 * 4;

/// A sparse array of lazily made values.
pub(super) struct Slots<T> {
    groups: Vec<OnceLock<Box<[OnceLock<T>]>>>,
}

impl<T> Slots<T> {
    pub(super) fn new() -> Self {
        Self { groups: std::iter::repeat_with(OnceLock::new).take(LIMIT / GROUP).collect() }
    }

    pub(super) fn get_or_init(&self, number: u32, make: impl FnOnce() -> T) -> &T {
        let number = number as usize;
        let group = self.groups[number / GROUP]
            .get_or_init(|| std::iter::repeat_with(OnceLock::new).take(GROUP).collect());
        group[number % GROUP].get_or_init(make)
    }
}
