//! A table that fills itself: values by number, made at first use, kept for good, shared by threads.

use std::sync::OnceLock;

/// Numbers in a group, and groups in a block. Scripts keep together, so most stay unmade.
const SIDE: usize = 128;

type Lazy<T> = Box<[OnceLock<T>]>;

/// A sparse array of lazily made values.
pub(super) struct Slots<T> {
    blocks: Lazy<Lazy<Lazy<T>>>,
}

impl<T> Slots<T> {
    /// Room for the numbers below `limit`.
    pub(super) fn new(limit: usize) -> Self {
        Self { blocks: unmade(limit.div_ceil(SIDE * SIDE)) }
    }

    pub(super) fn get_or_init(&self, number: u32, make: impl FnOnce() -> T) -> &T {
        let number = number as usize;
        let block = self.blocks[number / (SIDE * SIDE)].get_or_init(|| unmade(SIDE));
        let group = block[number / SIDE % SIDE].get_or_init(|| unmade(SIDE));
        group[number % SIDE].get_or_init(make)
    }
}

fn unmade<T>(count: usize) -> Lazy<T> {
    std::iter::repeat_with(OnceLock::new).take(count).collect()
}
