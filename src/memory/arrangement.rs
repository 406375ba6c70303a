//! The conversation as it is to be sent: turns as text, and messages of pages in between.

use std::ops::Range;
use std::rc::Rc;

use super::conversation::AROUND_MESSAGE;
use super::press::{Press, Print};
use super::schedule::Schedule;
use crate::error::Result;
use crate::factsheet::HEAD;
use crate::prompt;

/// What is said, in order, and what it costs.
#[derive(Debug, Clone)]
pub(super) struct Arrangement {
    pub(super) said: Vec<Said>,
    /// Turns whose pages would cost no less.
    pub(super) dear: Vec<Range<usize>>,
    pub(super) cost: Cost,
}

/// A turn, or a message of pages.
#[derive(Debug, Clone)]
pub(super) enum Said {
    /// A turn as it was, by index.
    Turn(usize),
    /// A message of pages, texts between them.
    Pages(Vec<Shown>),
}

/// A part of a message of pages.
#[derive(Debug, Clone)]
pub(super) enum Shown {
    /// What a reader is told.
    Prompt(String),
    /// A tier's exact strings.
    Facts(usize, String),
    /// Pages of a tier.
    Print { tier: usize, turns: Range<usize>, print: Rc<Print> },
}

/// Tokens of an arrangement.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Cost {
    /// Turns that are text.
    pub(super) text: u64,
    /// Pages, without overhead.
    pub(super) images: u64,
    /// What the model adds to each page.
    pub(super) overhead: u64,
    /// Factsheets.
    pub(super) facts: u64,
    /// What a reader is told, and what is around the messages of pages.
    pub(super) frame: u64,
}

impl Cost {
    pub(super) fn total(&self) -> u64 {
        self.text + self.images + self.overhead + self.facts + self.frame
    }
}

impl Arrangement {
    /// Arranges a schedule's pages among the other turns. Pages that would cost no less than their
    /// turns as text are left out.
    pub(super) fn new(press: &Press, schedule: &Schedule) -> Result<Self> {
        let (mut prints, mut dear) = (Vec::new(), Vec::new());
        for (tier, turns) in schedule {
            let print = press.print(*tier, turns.clone())?;
            let pays = |print: &Rc<Print>| {
                let facts = facts_of(turns, &print.facts);
                print.tokens + print.overhead + press.count(&facts) < print.as_text
            };
            match print.filter(pays) {
                Some(print) => prints.push((*tier, turns.clone(), print)),
                None => dear.push(turns.clone()),
            }
        }
        let mut said: Vec<Said> = Vec::new();
        let mut at = 0;
        for (index, (tier, turns, print)) in prints.iter().enumerate() {
            said.extend((at..turns.start).map(Said::Turn));
            at = turns.end;
            if !matches!(said.last(), Some(Said::Pages(_))) {
                said.push(Said::Pages(Vec::new()));
            }
            let Some(Said::Pages(shown)) = said.last_mut() else { continue };
            if index == 0 {
                shown.push(Shown::Prompt(prompt::of_turns(press.tiers.iter().map(|t| &t.profile))));
            }
            shown.push(Shown::Print { tier: *tier, turns: turns.clone(), print: Rc::clone(print) });
            if prints.get(index + 1).is_none_or(|(next, ..)| next != tier) {
                let of_tier = prints.iter().filter(|(other, ..)| other == tier);
                let facts: String = of_tier.map(|(_, t, p)| facts_of(t, &p.facts)).collect();
                if !facts.is_empty() {
                    shown.push(Shown::Facts(*tier, format!("{FACTS}{facts}")));
                }
            }
        }
        said.extend((at..press.turns.len()).map(Said::Turn));
        let cost = cost(press, &said);
        Ok(Self { said, dear, cost })
    }

    /// The pages, oldest first: their tier and turns.
    pub(super) fn prints(&self) -> impl Iterator<Item = (usize, &Range<usize>, &Print)> {
        self.shown().filter_map(|shown| match shown {
            Shown::Print { tier, turns, print } => Some((*tier, turns, &**print)),
            Shown::Prompt(_) | Shown::Facts(..) => None,
        })
    }

    /// The factsheet of a tier, where there is one.
    pub(super) fn facts(&self, of: usize) -> Option<&str> {
        self.shown().find_map(|shown| match shown {
            Shown::Facts(tier, text) if *tier == of => Some(text.as_str()),
            _ => None,
        })
    }

    fn shown(&self) -> impl Iterator<Item = &Shown> {
        self.said.iter().flat_map(|said| match said {
            Said::Turn(_) => &[][..],
            Said::Pages(shown) => shown,
        })
    }
}

/// The first line of a tier's factsheet.
const FACTS: &str = "Factsheet of the pages above: exact strings by turn (×n times)\n";

/// The lines of a factsheet for the pages of these turns.
fn facts_of(turns: &Range<usize>, facts: &str) -> String {
    match facts.strip_prefix(HEAD) {
        Some(lines) if turns.len() == 1 => format!("turn {}\n{lines}", turns.start + 1),
        Some(lines) => format!("turns {}-{}\n{lines}", turns.start + 1, turns.end),
        None => String::new(),
    }
}

fn cost(press: &Press, said: &[Said]) -> Cost {
    let mut cost = Cost::default();
    for said in said {
        match said {
            Said::Turn(turn) => cost.text += press.turns[*turn].tokens,
            Said::Pages(shown) => {
                cost.frame += AROUND_MESSAGE;
                for shown in shown {
                    match shown {
                        Shown::Prompt(text) => cost.frame += press.count(text),
                        Shown::Facts(_, text) => cost.facts += press.count(text),
                        Shown::Print { print, .. } => {
                            cost.images += print.tokens;
                            cost.overhead += print.overhead;
                        }
                    }
                }
            }
        }
    }
    cost
}
