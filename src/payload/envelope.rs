//! What goes into each request beside its pages, and which pages go into which request.

use std::io::{self, Write};
use std::ops::Range;

use super::format::ULTRA_HIGH;
use super::{As, Format, Message, Part, Png, Request, Role, Spool};
use crate::error::{Error, Result};
use crate::report::{Beside, Draft, Payload, Sent};
use crate::tokens::models::{Load, Model, Overrun};

/// How much of a request is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// The whole body.
    Body,
    /// The content parts alone, for a message that somebody else makes.
    Parts,
}

/// What is the same for every request.
#[derive(Debug, Clone)]
pub struct Envelope<'a> {
    /// The form of the requests.
    pub format: Format,
    /// How much of each is written.
    pub shape: Shape,
    /// The model, whose limits they keep.
    pub model: &'a Model,
    /// What the interface calls it.
    pub name: String,
    /// The detail of the pages; `None`: the model's default.
    pub detail: Option<String>,
    /// The rules for the conversation.
    pub system: Option<String>,
    /// What is asked about the pages.
    pub question: Option<String>,
    /// Most tokens of the answer.
    pub max_tokens: Option<u32>,
}

/// What one request has of it all.
#[derive(Debug, Clone)]
pub struct Share {
    /// Its pages and the texts about them.
    pub beside: Beside,
    /// Bytes of the request.
    pub bytes: u64,
}

impl Envelope<'_> {
    /// All pages in one request, or with `split` in as few as hold them in order, the first ones
    /// full. Each has the prompt for its pages, the whole factsheet and the question: a string may
    /// stand on other pages than those that are known.
    ///
    /// # Errors
    /// [`Error::Overrun`] where the pages do not fit, or with `split` a page fits no request.
    pub fn divide(&self, spool: &Spool, draft: &Draft, split: bool) -> Result<Vec<Share>> {
        let count = spool.pages().len();
        let mut shares = Vec::new();
        let mut start = 0;
        while start < count {
            let share = |end: usize| self.share(start..end, spool, draft);
            let mut best = share(count);
            let overruns = self.overruns(&best, spool);
            if !overruns.is_empty() {
                if !split {
                    return Err(self.overrun(0..count, overruns));
                }
                let one = share(start + 1);
                let alone = self.overruns(&one, spool);
                if !alone.is_empty() {
                    return Err(self.overrun(one.beside.pages, alone));
                }
                best = one;
                // More pages never take less: what fits is found by halving.
                let mut over = count;
                while over - best.beside.pages.end > 1 {
                    let more = share(best.beside.pages.end.midpoint(over));
                    match self.overruns(&more, spool).is_empty() {
                        true => best = more,
                        false => over = more.beside.pages.end,
                    }
                }
            }
            start = best.beside.pages.end;
            shares.push(best);
        }
        Ok(shares)
    }

    /// The account of these requests.
    pub fn account(&self, shares: &[Share]) -> Payload {
        let sent = |share: &Share| Sent {
            first_page: share.beside.pages.start + 1,
            last_page: share.beside.pages.end,
            bytes: share.bytes,
        };
        Payload {
            format: self.format.to_string(),
            model: self.name.clone(),
            bytes: shares.iter().map(|share| share.bytes).sum(),
            requests: shares.iter().map(sent).collect(),
        }
    }

    /// Writes a request on one line.
    ///
    /// # Errors
    /// What the output says, or a page that cannot be read back.
    pub fn write(&self, share: &Share, spool: &Spool, mut out: impl Write) -> io::Result<()> {
        let parts = self.parts(share, &|index| Png::Kept(spool, index));
        self.write_parts(parts, &mut out)?;
        out.write_all(b"\n")
    }

    fn write_parts(&self, parts: Vec<Part>, out: impl Write) -> io::Result<()> {
        match self.shape {
            Shape::Parts => serde_json::to_writer(out, &As(self.format, &parts))?,
            Shape::Body => {
                let request = Request {
                    model: self.model,
                    name: &self.name,
                    system: self.system.as_deref(),
                    max_tokens: self.max_tokens,
                    detail: self.detail(),
                    messages: vec![Message { role: Role::User, parts }],
                };
                serde_json::to_writer(out, &As(self.format, &request))?;
            }
        }
        Ok(())
    }

    /// Pages first: what a longer text changes comes after those that it does not, so that what
    /// they have in common is a prefix. A cache can keep all but the last page, which changes when
    /// text is added to it.
    fn parts<'a>(&'a self, share: &'a Share, png: &dyn Fn(usize) -> Png<'a>) -> Vec<Part<'a>> {
        let Beside { pages, prompt, factsheet } = &share.beside;
        let stable = pages.len().checked_sub(2).map(|at| pages.start + at);
        let pages = pages.clone().map(|index| Part::Page {
            png: png(index),
            detail: self.part_detail(),
            cached: Some(index) == stable,
        });
        let texts = [Some(prompt), Some(factsheet), self.question.as_ref()];
        // An empty part is refused.
        let texts = texts.into_iter().flatten().filter(|text| !text.is_empty());
        pages.chain(texts.map(|text| Part::text(text))).collect()
    }

    fn detail(&self) -> Option<&str> {
        self.model.detail(self.detail.as_deref()).ok().map(|detail| &*detail.name)
    }

    /// The detail that each page has to carry. With Google it is a setting of the request where it
    /// can be: of parts, only the newest models take it.
    fn part_detail(&self) -> Option<&str> {
        let detail = self.detail()?;
        let carried = match (self.format, self.shape) {
            (Format::Gemini, Shape::Body) => detail == ULTRA_HIGH,
            (Format::Gemini, Shape::Parts) => detail != self.model.default_detail,
            _ => true,
        };
        carried.then_some(detail)
    }

    fn share(&self, pages: Range<usize>, spool: &Spool, draft: &Draft) -> Share {
        let mut share = Share { beside: draft.beside(pages), bytes: 0 };
        let mut written = Counter(0);
        let blank = self.parts(&share, &|_| Png::Held(b""));
        self.write_parts(blank, &mut written).expect("nothing is read and counting does not fail");
        let base64 = |bytes: u64| bytes.div_ceil(3) * 4;
        let files = &spool.pages()[share.beside.pages.clone()];
        share.bytes = written.0 + files.iter().map(|page| base64(page.bytes)).sum::<u64>();
        share
    }

    fn overruns(&self, share: &Share, spool: &Spool) -> Vec<Overrun> {
        let mut load = Load { request_bytes: Some(share.bytes), ..Load::default() };
        for page in &spool.pages()[share.beside.pages.clone()] {
            load.add(page.width, page.height, page.bytes);
        }
        self.model.limits.check(&load)
    }

    fn overrun(&self, pages: Range<usize>, overruns: Vec<Overrun>) -> Error {
        Error::Overrun { model: self.model.id.clone(), pages, overruns }
    }
}

/// Counts what is written to it.
struct Counter(u64);

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
