//! The requests in the report.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Requests that were written.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Payload {
    /// The interface that they are written for.
    pub format: String,
    /// What it calls the model.
    pub model: String,
    /// Bytes of all of them.
    pub bytes: u64,
    /// Each, in order.
    pub requests: Vec<Sent>,
}

/// One request.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Sent {
    /// Its first page, from 1.
    pub first_page: usize,
    /// Its last page.
    pub last_page: usize,
    /// Bytes.
    pub bytes: u64,
}

impl fmt::Display for Payload {
    /// `2 anthropic requests of 1234567 bytes for claude-fable-5`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { format, model, bytes, requests } = self;
        match requests.len() {
            1 => write!(f, "a request of {bytes} bytes for {model} ({format})"),
            count => write!(f, "{count} requests of {bytes} bytes in all for {model} ({format})"),
        }
    }
}
