//! How a conversation is to fade, as asked for.

use std::str::FromStr;

use super::conversation::Turn;
use super::tier::Ladder;
use crate::error::{Error, Result};
use crate::factsheet::Budget;

/// How a conversation is to fade.
#[derive(Debug, Clone)]
pub struct Wish {
    /// Tokens that it may take.
    pub budget: u64,
    /// Which turns stay text.
    pub recent: Recent,
    /// The tiers; `None`: what suits the model.
    pub ladder: Option<Ladder>,
    /// Turns after which a turn is to take half as many tokens, in place of the tiers' widths.
    pub half_life: Option<usize>,
    /// Numbers of turns that never fade.
    pub pins: Vec<usize>,
    /// Tokens of the exact strings of a page, or their part of the page's tokens.
    pub facts: Budget,
    /// The detail setting that pages are sent with.
    pub detail: Option<String>,
    /// Worker threads; what comes out does not depend on it.
    pub threads: usize,
}

/// Which turns stay text, whatever the budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recent {
    /// So many of the newest.
    Turns(usize),
    /// The newest that together have at most so many tokens.
    Tokens(u64),
}

impl Recent {
    /// The first turn that is recent, by index.
    pub(super) fn first(self, turns: &[Turn]) -> usize {
        match self {
            Self::Turns(count) => turns.len().saturating_sub(count),
            Self::Tokens(most) => {
                let mut tokens = 0;
                let newest = turns.iter().rev().take_while(|turn| {
                    tokens += turn.tokens;
                    tokens <= most
                });
                turns.len() - newest.count()
            }
        }
    }
}

impl FromStr for Recent {
    type Err = Error;

    fn from_str(words: &str) -> Result<Self> {
        let number = match words.strip_suffix('t') {
            Some(tokens) => tokens.parse().ok().map(Self::Tokens),
            None => words.parse().ok().map(Self::Turns),
        };
        number.ok_or_else(|| {
            Error::Setting(format!("recent {words:?} is neither turns (6) nor tokens (8000t)"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recent_turns_are_counted_or_weighed() {
        let turns: Vec<Turn> =
            [5, 10, 20].map(|tokens| Turn { messages: 0..1, tokens, kept: None }).into();
        let first = |words: &str| words.parse::<Recent>().unwrap().first(&turns);
        assert_eq!([first("0"), first("1"), first("9")], [3, 2, 0]);
        assert_eq!([first("19t"), first("20t"), first("34t"), first("35t")], [3, 2, 1, 0]);
        assert!("t".parse::<Recent>().is_err() && "-1".parse::<Recent>().is_err());
    }
}
