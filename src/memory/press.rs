//! Turns as pages of a tier: how many fit, what they cost, and the pages themselves.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use super::conversation::{Conversation, Turn};
use super::tier::Tier;
use crate::compress::{Options, Pages, Sheet, compress};
use crate::error::{Error, Result};
use crate::factsheet::{Budget, render};
use crate::layout::{SourceRange, TextBox};
use crate::source::{Part, Reading, Source};
use crate::tokens::models::Model;
use crate::tokens::text::TokenCounter;

/// A tier, the first of its turns and the one after the last.
type Place = (usize, usize, usize);

/// What turns are drawn with.
pub(super) struct Press<'a> {
    pub(super) conversation: &'a Conversation,
    pub(super) turns: &'a [Turn],
    pub(super) tiers: &'a [Tier],
    pub(super) model: &'a Model,
    pub(super) counter: &'a dyn TokenCounter,
    /// Tokens of exact strings that go along with the pages.
    pub(super) facts: Budget,
    pub(super) threads: usize,
    /// Texts that were counted and turns that were laid out: schedules have much in common.
    counted: RefCell<BTreeMap<String, u64>>,
    known: RefCell<BTreeMap<Place, Option<Rc<Print>>>>,
}

/// Turns laid out as pages.
#[derive(Debug)]
pub(super) struct Print {
    /// The pages, in order.
    pub(super) pages: Vec<PageCost>,
    /// What the model takes for them, and what it adds to each.
    pub(super) tokens: u64,
    pub(super) overhead: u64,
    /// Whether that is exact.
    pub(super) exact: bool,
    /// Exact strings on them, as a factsheet's lines; empty where there are none.
    pub(super) facts: String,
    /// What the turns cost as text.
    pub(super) as_text: u64,
    /// Characters without a glyph.
    pub(super) missing: u64,
}

/// A page laid out.
#[derive(Debug)]
pub(super) struct PageCost {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) tokens: u64,
    pub(super) boxes: Vec<TextBox>,
    /// Bytes of the messages' texts; the input is the message's index in the conversation.
    pub(super) source: Vec<SourceRange>,
}

impl<'a> Press<'a> {
    pub(super) fn new(
        conversation: &'a Conversation,
        turns: &'a [Turn],
        tiers: &'a [Tier],
        (model, counter): (&'a Model, &'a dyn TokenCounter),
        facts: Budget,
        threads: usize,
    ) -> Self {
        let (known, counted) = (RefCell::default(), RefCell::default());
        Self { conversation, turns, tiers, model, counter, facts, threads, counted, known }
    }

    /// Tokens of a text that is sent beside the pages.
    pub(super) fn count(&self, text: &str) -> u64 {
        if let Some(&known) = self.counted.borrow().get(text) {
            return known;
        }
        let tokens = self.counter.count(text);
        self.counted.borrow_mut().insert(text.to_owned(), tokens);
        tokens
    }

    /// How many of these turns, from the first on, go on one page of a tier.
    pub(super) fn fits(&self, tier: usize, turns: Range<usize>) -> Result<usize> {
        let profile = &self.tiers[tier].profile;
        let area = f64::from(profile.width) * f64::from(profile.height);
        let chars = area / profile.about_px_per_char(profile.density);
        // A little more than a page, then twice that, and so on until it is full.
        let mut most = (chars * 1.3) as usize + 1;
        loop {
            let mut bytes = 0;
            let taken = turns.clone().take_while(|&turn| {
                let before = bytes;
                bytes += self.bytes(turn);
                before <= most
            });
            let taken = turns.start..turns.start + taken.count();
            let mut pages = self.compress(tier, taken.clone(), false, 1)?;
            let first = match pages.next() {
                Some(sheet) => sheet?,
                None => return Ok(taken.len()),
            };
            let full = pages.next().transpose()?.is_some();
            if !full && taken.end < turns.end {
                most *= 2;
                continue;
            }
            if !full {
                return Ok(taken.len());
            }
            let first_message = self.turns[taken.start].messages.start;
            let end = first.page.source.last().map_or((0, 0), |range| (range.input, range.end));
            let whole = taken.take_while(|&turn| {
                // Its last message is on the page to its end.
                let last = self.turns[turn].messages.end - 1;
                let bytes = self.conversation.messages()[last].text().len() as u64;
                (last - first_message, bytes) <= end
            });
            return Ok(whole.count());
        }
    }

    /// These turns as pages of a tier, laid out and not drawn; `None` where there is nothing to
    /// draw.
    pub(super) fn print(&self, tier: usize, turns: Range<usize>) -> Result<Option<Rc<Print>>> {
        let key = (tier, turns.start, turns.end);
        if let Some(known) = self.known.borrow().get(&key) {
            return Ok(known.clone());
        }
        let print = match self.bytes_of(turns.clone()) {
            0 => None,
            _ => Some(Rc::new(self.lay_out(tier, turns)?)),
        };
        self.known.borrow_mut().insert(key, print.clone());
        Ok(print)
    }

    fn lay_out(&self, tier: usize, turns: Range<usize>) -> Result<Print> {
        let detail = self.tiers[tier].detail.as_deref();
        let first_message = self.turns[turns.start].messages.start;
        let mut print = Print {
            pages: Vec::new(),
            tokens: 0,
            overhead: 0,
            exact: self.model.overhead.exact,
            facts: String::new(),
            as_text: self.turns[turns.clone()].iter().map(|turn| turn.tokens).sum(),
            missing: 0,
        };
        let mut pages = self.compress(tier, turns, false, 1)?;
        for sheet in pages.by_ref() {
            let page = sheet?.page;
            let count = self
                .model
                .count(detail, page.width, page.height)
                .map_err(|source| Error::Vision { model: self.model.id.clone(), source })?;
            print.tokens += count.tokens;
            print.overhead += self.model.tokens_around_image();
            print.exact &= count.exact;
            print.missing += page.missing.values().sum::<u64>();
            let in_conversation =
                |r: &SourceRange| SourceRange { input: first_message + r.input, ..*r };
            print.pages.push(PageCost {
                width: page.width,
                height: page.height,
                tokens: count.tokens,
                boxes: page.boxes,
                source: page.source.iter().map(in_conversation).collect(),
            });
        }
        if let Some((entries, risk)) = pages.into_totals().strings {
            let budget = Some(self.facts.of(print.tokens));
            let count = |text: &str| self.counter.count(text);
            let chosen = entries.select(budget, &risk, &count, &|_| 1);
            print.facts = render(&chosen.entries, &|_| 1);
        }
        Ok(print)
    }

    /// The pages of a tier with these turns, drawn.
    pub(super) fn draw(&self, tier: usize, turns: Range<usize>) -> Result<Vec<Sheet>> {
        self.compress(tier, turns, true, self.threads)?.collect()
    }

    /// A hash of everything that decides how these turns look in a tier.
    pub(super) fn key(&self, tier: usize, turns: Range<usize>) -> blake3::Hash {
        let mut hasher = blake3::Hasher::new();
        hasher.update(env!("CARGO_PKG_VERSION").as_bytes());
        hasher.update(self.tiers[tier].profile.blake3().as_bytes());
        let rule = self.tiers[tier].detail.as_deref().map(|detail| self.model.detail(Some(detail)));
        let rule = rule.unwrap_or_else(|| self.model.detail(None)).map(|detail| &detail.rule);
        hasher.update(format!("{rule:?} {:?}", self.model.patch).as_bytes());
        for (name, text) in self.texts(turns) {
            for field in [name, text] {
                hasher.update(&(field.len() as u64).to_le_bytes());
                hasher.update(field.as_bytes());
            }
        }
        hasher.finalize()
    }

    /// What stands under each heading: the messages of these turns.
    fn texts(&self, turns: Range<usize>) -> impl Iterator<Item = (String, String)> + '_ {
        turns.flat_map(|turn| {
            let messages = &self.conversation.messages()[self.turns[turn].messages.clone()];
            messages.iter().map(move |m| (format!("{} {}", turn + 1, m.speaker()), m.text()))
        })
    }

    fn bytes(&self, turn: usize) -> usize {
        self.bytes_of(turn..turn + 1)
    }

    /// Bytes of what these turns say.
    pub(super) fn bytes_of(&self, turns: Range<usize>) -> usize {
        self.texts(turns).map(|(_, text)| text.len()).sum()
    }

    fn compress(
        &self,
        tier: usize,
        turns: Range<usize>,
        draw: bool,
        threads: usize,
    ) -> Result<Pages> {
        let Tier { profile, detail, .. } = &self.tiers[tier];
        let part = |(name, text): (String, String)| -> Result<Part> {
            // A named encoding, so that nothing a tool says is taken for binary.
            let reading = Reading::default().with_label("utf-8")?;
            Ok(Part { name, reading, reader: Box::new(std::io::Cursor::new(text)) })
        };
        let parts = self.texts(turns).map(part).collect::<Result<Vec<Part>>>()?;
        let failed = |source| Error::Vision { model: self.model.id.clone(), source };
        let rule = self.model.detail(detail.as_deref()).map_err(|error| failed(error.into()))?;
        let crop = self.model.patch.map(|patch| (rule.rule.clone(), patch));
        let strings = !draw && self.facts.of(u64::MAX) > 0;
        let options = Options { threads, draw, crop, strings, ..Options::default() };
        compress(Source::from_parts(parts, true), profile, options)
    }
}
