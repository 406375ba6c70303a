//! The way a conversation goes: turns, page starts, the schedule that fits, pages and report.

use std::borrow::Cow;
use std::ops::Range;

use super::arrangement::{Arrangement, Said, Shown};
use super::conversation::{self, AROUND_MESSAGE, Conversation, Kept, Turn};
use super::grid::Grid;
use super::message::{Message, Part};
use super::press::{Press, Print};
use super::report::{
    After, Before, Counting, FadeReport, FadedPage, Form, Given, SCHEMA, TierRecord, TurnRecord,
};
use super::schedule::Borders;
use super::speech::{Piece, Speech};
use super::state::State;
use super::tier::{Ladder, SAMPLE, Tier};
use super::wish::Wish;
use crate::error::Result;
use crate::tokens::models::{Load, Model};
use crate::tokens::text::TokenCounter;

/// A conversation that has faded.
pub struct Faded {
    /// What was done.
    pub report: FadeReport,
    /// Names and bytes of the pages and factsheets; none where the budget cannot be met.
    pub files: Vec<(String, Vec<u8>)>,
    /// The new list of messages.
    pub said: Vec<Speech>,
    /// How many pages were drawn; the others were taken from the state.
    pub drawn: usize,
}

/// Fades a conversation; `path` is what the report calls it. Pages that `state` has are not drawn
/// again.
///
/// # Errors
/// Settings that cannot be met, fonts that cannot be used, pages that the model does not take.
pub fn fade(
    (path, conversation): (&str, &Conversation),
    (model, counter): (&Model, &dyn TokenCounter),
    wish: &Wish,
    state: Option<&State>,
) -> Result<Faded> {
    let turns = conversation.turns(&wish.pins, model, counter)?;
    let ladder = wish.ladder.clone().unwrap_or_else(|| Ladder::of(model));
    let sample = sample(conversation);
    let tiers = ladder.resolve(model, wish.detail.as_deref(), wish.half_life, &sample)?;
    let voices = (model, counter);
    let press = Press::new(conversation, &turns, &tiers, voices, wish.facts, wish.threads);
    let system = conversation.system();
    let system = system.map_or(0, |(_, message)| conversation::cost(message, model, counter));
    let recent = wish.recent.first(&turns);
    let arrangement = choose(&press, recent, wish.budget.saturating_sub(system))?;
    let cost = arrangement.cost;
    let after = After {
        system,
        text: cost.text,
        images: cost.images,
        overhead: cost.overhead,
        factsheets: cost.facts,
        frame: cost.frame,
        total: system + cost.total(),
    };
    let was = turns.iter().map(|turn| turn.tokens).sum();
    let fits = after.total <= wish.budget;
    let pages = pages(&press, &arrangement);
    let mut faded = Faded {
        report: FadeReport {
            schema: Cow::Borrowed(SCHEMA),
            version: Cow::Borrowed(env!("CARGO_PKG_VERSION")),
            conversation: Given {
                path: path.to_owned(),
                bytes: conversation.text().len() as u64,
                blake3: blake3::hash(conversation.text().as_bytes()).to_hex().to_string(),
                shape: conversation.shape(),
                messages: conversation.messages().len(),
            },
            model: model.id.clone(),
            budget: wish.budget,
            fits,
            minimum: (!fits).then_some(after.total),
            counting: Counting {
                tokenizer: counter.name().to_owned(),
                exact: counter.is_exact(),
                band: (!counter.is_exact()).then(|| counter.band()),
                images_exact: arrangement.prints().all(|(_, _, print)| print.exact),
                around_message: AROUND_MESSAGE,
            },
            before: Before { system, turns: was, total: system + was },
            after,
            turns: turn_records(&press, &arrangement, &pages),
            tiers: tier_records(&press, &arrangement),
            pages,
            files: Vec::new(),
            undrawn_fields: undrawn_fields(&press, &arrangement),
            uncounted_fields: conversation.beside().map(|(name, _)| name.to_owned()).collect(),
            warnings: Vec::new(),
        },
        files: Vec::new(),
        said: speech(&press, &arrangement),
        drawn: 0,
    };
    faded.report.warnings = warnings(&faded.report, &press, &arrangement);
    if fits {
        faded.draw(&press, &arrangement, state)?;
    }
    Ok(faded)
}

/// The first schedule of the ladder that fits; where there is none, the one that costs least.
fn choose(press: &Press, recent: usize, budget: u64) -> Result<Arrangement> {
    let mut least = Arrangement::new(press, &Vec::new())?;
    // Looked at before any page is laid out: short conversations need none.
    if least.cost.total() <= budget {
        return Ok(least);
    }
    let tiers = press.tiers.len();
    let widths: Vec<_> = press.tiers.iter().map(|tier| tier.width).collect();
    let (runs, open) = runs(press.turns);
    let grid = Grid::new(&runs, open, tiers, |tier, turns| press.fits(tier, turns))?;
    let turns = press.turns.len();
    let mut ladder = Borders { grid: &grid, widths: widths.clone(), recent, turns }.ladder();
    ladder.reverse();
    let mut last = false;
    loop {
        let Some(schedule) = ladder.pop() else {
            if last {
                return Ok(least);
            }
            // The last step has pages that are not full.
            last = true;
            let (runs, _) = self::runs(&press.turns[..recent]);
            let grid = Grid::new(&runs, false, tiers, |tier, turns| press.fits(tier, turns))?;
            ladder.push(Borders { grid: &grid, widths: widths.clone(), recent, turns }.most());
            continue;
        };
        let arrangement = Arrangement::new(press, &schedule)?;
        if arrangement.cost.total() <= budget {
            return Ok(arrangement);
        }
        if arrangement.cost.total() < least.cost.total() {
            least = arrangement;
        }
    }
}

/// The turns that may fade, between those that may not, and whether the last of them may go on.
fn runs(turns: &[Turn]) -> (Vec<Range<usize>>, bool) {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (index, _) in turns.iter().enumerate().filter(|(_, turn)| turn.kept.is_none()) {
        match runs.last_mut().filter(|run| run.end == index) {
            Some(run) => run.end += 1,
            None => runs.push(index..index + 1),
        }
    }
    // A call at the end may yet be answered, and then goes on as if nothing had been between.
    let waiting = turns.last().is_some_and(|turn| turn.kept == Some(Kept::Unanswered));
    let end = turns.len() - usize::from(waiting);
    let open = runs.last().is_some_and(|run| run.end == end);
    (runs, open)
}

/// The beginning of what is said.
fn sample(conversation: &Conversation) -> String {
    let mut sample = String::new();
    for message in conversation.messages() {
        if sample.len() >= SAMPLE {
            break;
        }
        sample += &message.text();
        sample.push('\n');
    }
    sample.truncate(sample.floor_char_boundary(SAMPLE));
    sample
}

/// The file of the n-th page from 0 of turns that begin with `turn`, by index.
fn page_file(tier: &Tier, turn: usize, n: usize) -> String {
    let more = if n == 0 { String::new() } else { format!("-{}", n + 1) };
    format!("{}-{:04}{more}.png", tier.file_name(), turn + 1)
}

fn facts_file(tier: &Tier) -> String {
    format!("factsheet-{}.txt", tier.file_name())
}

fn pages(press: &Press, arrangement: &Arrangement) -> Vec<FadedPage> {
    let mut pages = Vec::new();
    for (tier, turns, print) in arrangement.prints() {
        let key = press.key(tier, turns.clone()).to_hex().to_string();
        for (page, n) in print.pages.iter().zip(0..) {
            pages.push(FadedPage {
                file: page_file(&press.tiers[tier], turns.start, n),
                tier: press.tiers[tier].name.clone(),
                turns: [turns.start + 1, turns.end],
                width: page.width,
                height: page.height,
                vision_tokens: page.tokens,
                boxes: page.boxes.clone(),
                source: page.source.clone(),
                bytes: None,
                blake3: None,
                key: key.clone(),
            });
        }
    }
    pages
}

fn turn_records(press: &Press, arrangement: &Arrangement, pages: &[FadedPage]) -> Vec<TurnRecord> {
    let messages = press.conversation.messages();
    let text = |(turn, index): (&Turn, usize)| {
        let messages = &messages[turn.messages.clone()];
        TurnRecord {
            number: index + 1,
            speakers: messages.iter().map(|message| message.speaker().to_owned()).collect(),
            source: messages.iter().map(|m| [m.source.start, m.source.end]).collect(),
            was: turn.tokens,
            is: Form::Text { why: turn.kept.unwrap_or(Kept::Recent) },
            costs: turn.tokens,
        }
    };
    let mut records: Vec<TurnRecord> = press.turns.iter().zip(0..).map(text).collect();
    for turns in &arrangement.dear {
        for record in &mut records[turns.clone()] {
            record.is = Form::Text { why: Kept::Cheaper };
        }
    }
    for (tier, turns, print) in arrangement.prints() {
        for (turn, costs) in turns.clone().zip(shares(press, turns, print)) {
            let of_turn = &press.turns[turn].messages;
            let here = |page: &&FadedPage| {
                page.tier == press.tiers[tier].name
                    && page.turns == [turns.start + 1, turns.end]
                    && (print.pages.len() == 1
                        || page.source.iter().any(|range| of_turn.contains(&range.input)))
            };
            let files = pages.iter().filter(here).map(|page| page.file.clone()).collect();
            let tier = press.tiers[tier].name.clone();
            records[turn].is = Form::Pages { tier, files };
            records[turn].costs = costs;
        }
    }
    records
}

/// Each turn's part of what its pages cost, by bytes; together they are all of it.
fn shares<'p>(
    press: &'p Press,
    turns: &Range<usize>,
    print: &Print,
) -> impl Iterator<Item = u64> + 'p {
    let tokens = u128::from(print.tokens + print.overhead);
    let bytes = press.bytes_of(turns.clone()) as u128;
    let (mut read, mut before) = (0, 0);
    turns.clone().map(move |turn| {
        read += press.bytes_of(turn..turn + 1) as u128;
        let so_far = (tokens * read / bytes.max(1)) as u64;
        so_far - std::mem::replace(&mut before, so_far)
    })
}

fn tier_records(press: &Press, arrangement: &Arrangement) -> Vec<TierRecord> {
    let record = |(tier, index): (&Tier, usize)| {
        let prints = || arrangement.prints().filter(move |(of, ..)| *of == index);
        let factsheet = arrangement.facts(index).map_or(0, |facts| press.count(facts));
        TierRecord {
            name: tier.name.clone(),
            detail: tier.detail.clone(),
            profile: tier.profile.clone(),
            pages: prints().map(|(_, _, print)| print.pages.len()).sum(),
            turns: prints().map(|(_, turns, _)| turns.len()).sum(),
            was: prints().map(|(_, _, print)| print.as_text).sum(),
            images: prints().map(|(_, _, print)| print.tokens + print.overhead).sum(),
            factsheet,
            factsheet_file: (factsheet > 0).then(|| facts_file(tier)),
        }
    };
    press.tiers.iter().zip(0..).map(record).collect()
}

/// Names of fields of turns on pages that no page draws.
fn undrawn_fields(press: &Press, arrangement: &Arrangement) -> Vec<String> {
    let turns = arrangement.prints().flat_map(|(_, turns, _)| turns.clone());
    let messages = turns.flat_map(|turn| press.turns[turn].messages.clone());
    let fields = messages.flat_map(|m| &press.conversation.messages()[m].unfamiliar);
    let mut names: Vec<String> = fields.cloned().collect();
    names.sort();
    names.dedup();
    names
}

fn speech(press: &Press, arrangement: &Arrangement) -> Vec<Speech> {
    let pieces = |shown: &Shown| match shown {
        Shown::Prompt(text) | Shown::Facts(_, text) => vec![Piece::Text(text.clone())],
        Shown::Print { tier, turns, print } => {
            let tier = &press.tiers[*tier];
            let page = |n| Piece::Page {
                file: page_file(tier, turns.start, n),
                detail: tier.detail.clone(),
            };
            (0..print.pages.len()).map(page).collect()
        }
    };
    let speech = |said: &Said| match said {
        Said::Turn(turn) => Speech::Turn(press.turns[*turn].messages.clone()),
        Said::Pages(shown) => Speech::Pages(shown.iter().flat_map(pieces).collect()),
    };
    arrangement.said.iter().map(speech).collect()
}

fn warnings(report: &FadeReport, press: &Press, arrangement: &Arrangement) -> Vec<String> {
    let mut warnings = Vec::new();
    let messages = press.conversation.messages();
    let unseen = |message: &&Message| message.parts.contains(&Part::Image(None));
    let images = messages.iter().filter(unseen).count();
    if images > 0 {
        warnings.push(format!(
            "{images} messages have images whose size is not in the file: their tokens are not counted"
        ));
    }
    let missing: u64 = arrangement.prints().map(|(_, _, print)| print.missing).sum();
    if missing > 0 {
        warnings.push(format!(
            "{missing} characters have no glyph and are boxes with their code point"
        ));
    }
    if !report.undrawn_fields.is_empty() {
        warnings.push(format!(
            "fields of turns that are pages now, which no page draws: {}",
            report.undrawn_fields.join(", ")
        ));
    }
    if !report.uncounted_fields.is_empty() {
        let fields = report.uncounted_fields.join(", ");
        warnings
            .push(format!("fields beside the messages are passed on and not counted: {fields}"));
    }
    if let Some(first) = report.pages.first() {
        let sides = || report.pages.iter().flat_map(|page| [page.width, page.height]);
        let load = Load {
            images: report.pages.len() as u64,
            longest_side: sides().max().unwrap_or(0),
            shortest_side: sides().min().unwrap_or(first.height),
            ..Load::default()
        };
        let overruns = press.model.limits.check(&load);
        warnings.extend(overruns.iter().map(|over| format!("more than one request takes: {over}")));
    }
    let counting = &report.counting;
    if let Some(band) = counting.band {
        warnings.push(format!(
            "text tokens are an estimate (± {:.0} %): the tokenizer {} is not public",
            band * 100.0,
            counting.tokenizer
        ));
    }
    warnings
}

impl Faded {
    /// Draws the pages, or takes them from the state, and writes the factsheets.
    fn draw(
        &mut self,
        press: &Press,
        arrangement: &Arrangement,
        state: Option<&State>,
    ) -> Result<()> {
        let mut at = 0;
        for (tier, turns, print) in arrangement.prints() {
            let records = &mut self.report.pages[at..at + print.pages.len()];
            at += print.pages.len();
            let kept = state.and_then(|state| state.pages(&records[0].key, records.len()));
            let files = match kept {
                Some(files) => files,
                None => {
                    self.drawn += records.len();
                    press.draw(tier, turns.clone())?.into_iter().map(|sheet| sheet.png).collect()
                }
            };
            for (record, png) in records.iter_mut().zip(files) {
                record.bytes = Some(png.len() as u64);
                record.blake3 = Some(blake3::hash(&png).to_hex().to_string());
                self.files.push((record.file.clone(), png));
            }
        }
        for (tier, index) in press.tiers.iter().zip(0..) {
            if let Some(facts) = arrangement.facts(index) {
                self.files.push((facts_file(tier), facts.as_bytes().to_vec()));
            }
        }
        Ok(())
    }
}
