//! How many secrets of which kind there are, and where: all that is ever told of them.

use std::collections::BTreeMap;
use std::fmt;

/// Places that are remembered of a kind; all are counted.
const PLACES: usize = 1000;

/// The secrets of one kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Of {
    /// How many.
    pub count: u64,
    /// Where the first thousand are: the input, the first byte, the byte after the last.
    pub places: Vec<(usize, u64, u64)>,
}

/// The secrets of a run, by kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// By the id of their rule.
    pub kinds: BTreeMap<&'static str, Of>,
}

impl Findings {
    /// Counts one.
    pub(crate) fn add(&mut self, kind: &'static str, place: (usize, u64, u64)) {
        let of = self.kinds.entry(kind).or_default();
        of.count += 1;
        if of.places.len() < PLACES {
            of.places.push(place);
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }
}

/// `2 aws-access-token, 1 private-key`.
impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (kind, of)) in self.kinds.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{} {kind}", of.count)?;
        }
        Ok(())
    }
}
