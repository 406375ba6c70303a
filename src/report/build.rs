//! Putting a report together: page by page while they are made, then the figures.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::facts::{self, Measure, PageMap};
use super::{
    ImageCost, ModelCost, PageRecord, Report, SCHEMA, Sidecar, Span, TextCost, healing, rounded,
};
use crate::compress::{Sheet, Totals};
use crate::error::{Error, Result};
use crate::factsheet::{Budget, Listing};
use crate::folder;
use crate::layout::SourceRange;
use crate::profile::Profile;
use crate::prompt::{self, Told};
use crate::text::{Counted, NotDrawn};
use crate::tokens::models::{Exactness, Load, Model};
use crate::tokens::text::TokenCounter;
use crate::tokens::vision::Rule;

/// A model that figures are wanted for.
#[derive(Clone)]
pub struct Target<'a> {
    /// The model.
    pub model: &'a Model,
    /// Its detail setting; `None`: its default.
    pub detail: Option<String>,
    /// What counts its text; `None`: text is not counted.
    pub counter: Option<Arc<dyn TokenCounter>>,
}

impl Target<'_> {
    /// What the last page is cut by: the model's rule, and the side of its patches.
    ///
    /// # Errors
    /// [`Error::Vision`] for a detail that the model does not have.
    pub fn crop(&self) -> Result<Option<(Rule, u32)>> {
        let failed = |source| Error::Vision { model: self.model.id.clone(), source };
        let detail = self.model.detail(self.detail.as_deref()).map_err(|e| failed(e.into()))?;
        Ok(self.model.patch.map(|patch| (detail.rule.clone(), patch)))
    }

    /// What counts, each tokenizer once.
    pub fn counters<'t>(targets: impl IntoIterator<Item = &'t Self>) -> Vec<Arc<dyn TokenCounter>>
    where
        Self: 't,
    {
        let mut counters: Vec<Arc<dyn TokenCounter>> = Vec::new();
        for counter in targets.into_iter().filter_map(|target| target.counter.as_ref()) {
            if counters.iter().all(|known| known.name() != counter.name()) {
                counters.push(Arc::clone(counter));
            }
        }
        counters
    }
}

/// What is to go along with the pages.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// The exact strings to list.
    pub factsheet: Listing,
    /// The tokens that the risky ones may take.
    pub budget: Budget,
    /// A prompt in place of the built-in one.
    pub prompt: Option<String>,
    /// What a reader could not read, and goes along as text too.
    pub spans: Vec<Span>,
}

/// A report that lacks what is sent beside the pages, and what that may be.
pub struct Draft<'a> {
    builder: Builder<'a>,
    totals: Totals,
    map: PageMap,
    factsheet: String,
    facts: Option<facts::Factsheet>,
    redacted: bool,
}

impl Draft<'_> {
    /// What goes along with these pages (by their index), where they are sent together: a prompt
    /// that says which they are, and the factsheet of all.
    pub fn beside(&self, pages: Range<usize>) -> Beside {
        let prompt = self.builder.wanted.prompt.clone().unwrap_or_else(|| {
            prompt::prompt(&Told {
                profile: self.builder.profile,
                pages: pages.clone(),
                of: self.builder.pages(),
                headings: self.totals.headings,
                factsheet: !self.factsheet.is_empty(),
                redacted: self.redacted,
            })
        });
        Beside { pages, prompt, factsheet: self.factsheet.clone() }
    }

    /// Finishes the report: these are sent, each in a request of its own.
    ///
    /// # Errors
    /// [`Error::Vision`] as for [`Builder::add`].
    pub fn finish(self, sent: &[Beside]) -> Result<Report> {
        let Self { builder, totals, map, facts, redacted, .. } = self;
        builder.report(totals, &map, facts, redacted, sent)
    }
}

/// What goes along with the pages of a request, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beside {
    /// The pages, by their index.
    pub pages: Range<usize>,
    /// What a reader is told.
    pub prompt: String,
    /// The exact strings; empty where there are none to list.
    pub factsheet: String,
}

/// A report in the making.
pub struct Builder<'a> {
    profile: &'a Profile,
    wanted: Wanted,
    /// The chosen model first, then those to compare it with.
    targets: Vec<Target<'a>>,
    pages: Vec<PageRecord>,
    missing: BTreeMap<char, u64>,
    folded: u64,
    /// The first page that the model shrinks: its size, and the size that the model sees.
    resized: Option<(u32, u32, u32, u32)>,
    exact: bool,
}

impl<'a> Builder<'a> {
    /// Starts a report for the chosen model, and for others to compare it with.
    pub fn new(
        profile: &'a Profile,
        wanted: Wanted,
        chosen: Target<'a>,
        others: Vec<Target<'a>>,
    ) -> Self {
        let targets = std::iter::once(chosen).chain(others).collect();
        Self {
            profile,
            wanted,
            targets,
            pages: Vec::new(),
            missing: BTreeMap::new(),
            folded: 0,
            resized: None,
            exact: true,
        }
    }

    /// Pages added so far.
    pub fn pages(&self) -> usize {
        self.pages.len()
    }

    /// Adds the next page.
    ///
    /// # Errors
    /// [`Error::Vision`] for a page that the chosen model does not take.
    pub fn add(&mut self, sheet: &Sheet) -> Result<()> {
        let page = &sheet.page;
        let (width, height) = (page.width, page.height);
        let count = count(&self.targets[0], width, height)?;
        self.exact &= count.exact;
        if let Some((w, h)) = count.resized.filter(|&(w, _)| w < width) {
            self.resized.get_or_insert((width, height, w, h));
        }
        for (&c, &times) in &page.missing {
            *self.missing.entry(c).or_default() += times;
        }
        self.folded += page.folded;
        let bytes = sheet.png.len() as u64;
        let drawn = !sheet.png.is_empty();
        self.pages.push(PageRecord {
            file: drawn.then(|| folder::page_name(page.number)),
            width,
            height,
            bytes: drawn.then_some(bytes),
            blake3: drawn.then(|| blake3::hash(&sheet.png).to_hex().to_string()),
            chars: page.chars,
            missing: page.missing.values().sum(),
            vision_tokens: count.tokens,
            boxes: page.boxes.clone(),
            source: page.source.clone(),
            source_blake3: sheet.source_blake3.to_hex().to_string(),
            redrawn: sheet.redrawn,
        });
        Ok(())
    }

    /// Finishes the report of pages that are sent together; returns it with what goes along with
    /// them.
    ///
    /// # Errors
    /// [`Error::Vision`] as for [`Self::add`].
    pub fn finish(self, totals: Totals) -> Result<(Report, Beside)> {
        let draft = self.draft(totals);
        let beside = draft.beside(0..draft.builder.pages());
        Ok((draft.finish(std::slice::from_ref(&beside))?, beside))
    }

    /// What goes along with the pages, before it is known in how many requests they are sent.
    pub fn draft(self, totals: Totals) -> Draft<'a> {
        let map = PageMap::new(&self.pages);
        let (mut factsheet, facts) = self.factsheet(&totals, &map);
        let page_of = |range: &SourceRange| map.page(range.input, range.start);
        factsheet += &healing::section(&self.wanted.spans, &factsheet, page_of);
        let redacted = totals.undrawn.not_drawn.iter().any(|d| d.kind == NotDrawn::Redacted);
        Draft { builder: self, totals, map, factsheet, facts, redacted }
    }

    /// The report where these are sent.
    fn report(
        self,
        totals: Totals,
        map: &PageMap,
        facts: Option<facts::Factsheet>,
        redacted: bool,
        sent: &[Beside],
    ) -> Result<Report> {
        let costs = self
            .targets
            .iter()
            .map(|target| self.cost(target, &totals, sent))
            .collect::<Result<Vec<Costs>>>()?;
        let chosen = &costs[0];
        let target = &self.targets[0];
        let area: u64 = self.pages.iter().map(|p| u64::from(p.width) * u64::from(p.height)).sum();
        let chars: u64 = totals.inputs.iter().map(|input| input.chars).sum();
        let per = |count: u64| rounded(area as f64 / count.max(1) as f64, 2);
        let mut report = Report {
            schema: Cow::Borrowed(SCHEMA),
            version: Cow::Borrowed(env!("CARGO_PKG_VERSION")),
            headings: totals.headings,
            profile: self.profile.clone(),
            looks: totals.looks,
            px_per_char: per(self.folded),
            px_per_source_char: per(chars),
            model: target.model.id.clone(),
            detail: target.detail.clone(),
            text: chosen.text.clone(),
            image: chosen.image.clone(),
            sidecar: chosen.sidecar.clone(),
            ratio: chosen.entry.ratio,
            saved_tokens: chosen.saved,
            saved_usd: chosen.saved_usd,
            models: costs.iter().map(|costs| costs.entry.clone()).collect(),
            missing: self.missing.iter().map(|(&c, &count)| Counted::new(c, count)).collect(),
            boxed: totals.undrawn.boxed,
            not_drawn: totals.undrawn.not_drawn,
            factsheet: facts,
            secrets: super::secrets::records(&totals.secrets, redacted, map),
            healing: Vec::new(),
            replacements: totals.inputs.iter().map(|input| input.replacements).sum(),
            skipped: totals.skipped,
            inputs: totals.inputs,
            pages: self.pages,
            files: Vec::new(),
            checked: totals.checked,
            payload: None,
            warnings: Vec::new(),
        };
        report.warnings = super::warnings::of(&report, self.resized);
        Ok(report)
    }

    /// The factsheet as text and for the report, where one is wanted.
    fn factsheet(&self, totals: &Totals, map: &PageMap) -> (String, Option<facts::Factsheet>) {
        let Wanted { factsheet: listing, budget, .. } = self.wanted;
        let Some(strings) = totals.strings.as_ref().filter(|_| listing != Listing::Off) else {
            return (String::new(), None);
        };
        let counter = self.targets[0].counter.as_deref();
        let measure = Measure {
            counter,
            text_tokens: counter.and_then(|c| totals.text_tokens.get(c.name()).copied()),
            text_bytes: totals.inputs.iter().map(|input| input.bytes).sum(),
        };
        let (text, facts) = facts::sheet(strings, listing, budget, &measure, map);
        (text, Some(facts))
    }

    /// What a request with these pages holds.
    fn load(&self, pages: Range<usize>) -> Load {
        let mut load = Load::default();
        for page in &self.pages[pages] {
            load.add(page.width, page.height, page.bytes.unwrap_or_default());
        }
        load
    }

    fn cost(&self, target: &Target, totals: &Totals, sent: &[Beside]) -> Result<Costs> {
        let model = target.model;
        let mut image = ImageCost {
            tokens: 0,
            overhead: self.pages.len() as u64 * model.tokens_around_image(),
            exact: model.overhead.exact,
            resized: false,
            note: None,
        };
        let mut refused = None;
        let mut page_tokens = Vec::with_capacity(self.pages.len());
        for page in &self.pages {
            match count(target, page.width, page.height) {
                Ok(count) => {
                    image.tokens += count.tokens;
                    image.exact &= count.exact;
                    image.resized |= count.resized.is_some();
                    page_tokens.push(count.tokens);
                }
                Err(error) => refused = Some(error),
            }
        }
        image.note = image_note(target, image.exact);
        let counter = target.counter.as_ref();
        let text = counter.and_then(|counter| {
            let tokens = *totals.text_tokens.get(counter.name())?;
            let exact = counter.is_exact() && totals.exact_pieces;
            let note = match (counter.is_exact(), exact) {
                (false, _) => Some(estimate_note(counter.name(), counter.band())),
                (true, false) => Some(UNCUT.to_owned()),
                (true, true) => None,
            };
            Some(TextCost { tokens, tokenizer: counter.name().to_owned(), exact, note })
        });
        let tokens = |text: &str| counter.map_or(0, |counter| counter.count(text));
        let mut sidecar = Sidecar::default();
        let mut overruns = Vec::new();
        let mut usd = Some(0.0);
        let taken = refused.is_none();
        for Beside { pages, prompt, factsheet } in sent {
            let (factsheet, prompt) = (tokens(factsheet), tokens(prompt));
            sidecar.factsheet_tokens += factsheet;
            sidecar.prompt_tokens += prompt;
            overruns.extend(model.limits.check(&self.load(pages.clone())));
            // Prices go by the request.
            let around = pages.len() as u64 * model.tokens_around_image();
            let images: u64 = page_tokens.get(pages.clone()).unwrap_or_default().iter().sum();
            let cost = model.cost(images + around + factsheet + prompt);
            usd = usd.zip(cost).map(|(sum, cost)| sum + cost);
        }
        let sent = image.tokens + image.overhead + sidecar.factsheet_tokens + sidecar.prompt_tokens;
        let mut notes: Vec<String> = overruns.iter().map(ToString::to_string).collect();
        notes.extend(refused.as_ref().map(reason));
        notes.extend(text.as_ref().and_then(|text| text.note.clone()));
        notes.extend(image.note.clone());
        let tokens = text.as_ref().map(|text| text.tokens);
        let usd_text = tokens.and_then(|tokens| model.cost(tokens));
        let saved_usd = usd_text.zip(usd).map(|(text, image)| text - image);
        Ok(Costs {
            entry: ModelCost {
                id: model.id.clone(),
                detail: target.detail.clone(),
                text_tokens: tokens,
                image_tokens: taken.then_some(sent),
                ratio: tokens
                    .filter(|_| taken)
                    .map(|tokens| rounded(tokens as f64 / sent.max(1) as f64, 3)),
                usd_text: usd_text.map(|usd| rounded(usd, 6)),
                usd_image: usd.filter(|_| taken).map(|usd| rounded(usd, 6)),
                exact: image.exact && text.as_ref().is_none_or(|text| text.exact),
                fits: taken && overruns.is_empty(),
                note: notes.join("; "),
            },
            saved: tokens.map(|tokens| tokens as i64 - sent as i64),
            saved_usd: saved_usd.map(|usd| rounded(usd, 6)),
            text,
            image,
            sidecar,
        })
    }
}

/// Why a count of an exact tokenizer is not exact.
const UNCUT: &str = "a stretch of text without a place to cut was counted in pieces; the sum may \
                     be off by a token a piece";

/// Why a model does not take a page, without its name.
fn reason(error: &Error) -> String {
    std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string)
}

fn estimate_note(tokenizer: &str, band: f64) -> String {
    format!(
        "text tokens are an estimate (± {:.0} %): the tokenizer {tokenizer} is not public",
        band * 100.0
    )
}

struct Costs {
    entry: ModelCost,
    text: Option<TextCost>,
    image: ImageCost,
    sidecar: Sidecar,
    saved: Option<i64>,
    saved_usd: Option<f64>,
}

fn count(target: &Target, width: u32, height: u32) -> Result<crate::tokens::vision::VisionCount> {
    let model = target.model;
    model
        .count(target.detail.as_deref(), width, height)
        .map_err(|source| Error::Vision { model: model.id.clone(), source })
}

/// Why the figure for the images is an estimate, and how far it may be off.
fn image_note(target: &Target, exact: bool) -> Option<String> {
    if exact {
        return None;
    }
    let model = target.model;
    let sure = model.detail(target.detail.as_deref()).map(|detail| model.exactness(detail));
    let how = match sure {
        Ok(Exactness::Unknown) => "image tokens are a guess",
        _ => "image tokens are an estimate",
    };
    let band = model.vision.band.map(|band| format!(" (± {:.0} %)", band * 100.0));
    let why = model.vision.note.as_deref().map(|note| format!(": {note}"));
    Some(format!("{how}{}{}", band.unwrap_or_default(), why.unwrap_or_default()))
}
