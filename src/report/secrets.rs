//! Keys and credentials in the report: kind and place, never the value.

use serde::{Deserialize, Serialize};

use super::facts::PageMap;
use crate::secrets::Findings;

/// The secrets of one kind.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SecretRecord {
    /// The id of the rule that found them, as gitleaks names it.
    pub kind: String,
    /// How many.
    pub count: u64,
    /// Whether a bar is drawn in their place.
    pub redacted: bool,
    /// Where, in order; the first 1,000 only.
    pub places: Vec<SecretPlace>,
}

/// Where a secret is.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SecretPlace {
    /// Index of the input.
    pub input: usize,
    /// First byte in the input as given.
    pub start: u64,
    /// The byte after the last.
    pub end: u64,
    /// The page on which it starts.
    pub page: u32,
}

/// The records of what was found.
pub(super) fn records(findings: &Findings, redacted: bool, map: &PageMap) -> Vec<SecretRecord> {
    let place = |&(input, start, end): &(usize, u64, u64)| {
        let page = map.page(input, start);
        SecretPlace { input, start, end, page }
    };
    let record = |(&kind, of): (&&str, &crate::secrets::Of)| SecretRecord {
        kind: kind.to_owned(),
        count: of.count,
        redacted,
        places: of.places.iter().map(place).collect(),
    };
    findings.kinds.iter().map(record).collect()
}
