//! How many tokens a sheet may take.

use std::str::FromStr;

use serde::Deserialize;

use crate::error::{Error, Result};

/// A budget in tokens, or as a part of what the text takes.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(try_from = "Word")]
pub enum Budget {
    /// Tokens.
    Tokens(u64),
    /// Per cent of the tokens of the text, 0 to 100.
    Percent(f64),
}

impl Default for Budget {
    fn default() -> Self {
        Self::Percent(10.0)
    }
}

impl Budget {
    /// The budget in tokens for a text of so many.
    pub fn of(self, text: u64) -> u64 {
        match self {
            Self::Tokens(tokens) => tokens,
            Self::Percent(percent) => (text as f64 * percent / 100.0) as u64,
        }
    }
}

impl FromStr for Budget {
    type Err = Error;

    fn from_str(s: &str) -> Result<Self> {
        let number = match s.strip_suffix('%') {
            Some(number) => number.trim_end().parse().ok().map(Self::Percent),
            None => s.parse().ok().map(Self::Tokens),
        };
        let taken = |budget: &Self| match budget {
            Self::Percent(percent) => (0.0..=100.0).contains(percent),
            Self::Tokens(_) => true,
        };
        number.filter(taken).ok_or_else(|| {
            Error::Setting(format!(
                "the factsheet budget {s:?} is neither tokens (500) nor a part of the text's (10%)"
            ))
        })
    }
}

/// A number or a string, as settings files have them.
#[derive(Deserialize)]
#[serde(untagged)]
enum Word {
    Number(u64),
    Text(String),
}

impl TryFrom<Word> for Budget {
    type Error = Error;

    fn try_from(word: Word) -> Result<Self> {
        match word {
            Word::Number(tokens) => Ok(Self::Tokens(tokens)),
            Word::Text(text) => text.parse(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Budget;

    #[test]
    fn budgets_are_read_or_refused() {
        assert_eq!("500".parse::<Budget>().unwrap(), Budget::Tokens(500));
        assert_eq!("2.5%".parse::<Budget>().unwrap().of(1000), 25);
        assert_eq!(Budget::default().of(1009), 100);
        for bad in ["", "%", "-1", "101%", "NaN%", "10 percent"] {
            assert!(bad.parse::<Budget>().is_err(), "{bad}");
        }
    }
}
