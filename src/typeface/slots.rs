//! A table that fills itself: values by number, made at first use, kept for good, shared by threads.

use std::sync::OnceLock;

/// Numbers that share one allocation. Scripts keep together, so most groups stay unmade.
const GROUP: usize = 256;

/// A sparse array of lazily made values.
pub(super) struct Slots<T> {
    groups: Vec<OnceLock<Box<[OnceLock<T>]>>>,
}

impl<T> Slots<T> {
    /// Room for the numbers below `limit`.
    pub(super) fn new(limit: usize) -> Self {
        let groups = limit.div_ceil(GROUP);
        Self { groups: std::iter::repeat_with(OnceLock::new).take(groups).collect() }
    }

    pub(super) fn get_or_init(&self, number: u32, make: impl FnOnce() -> T) -> &T {
        let number = number as usize;
        let group = self.groups[number / GROUP]
            .get_or_init(|| std::iter::repeat_with(OnceLock::new).take(GROUP).collect());
        group[number % GROUP].get_or_init(make)
    }
}
