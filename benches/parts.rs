//! The parts of a run one by one, each on what the part before it makes of a text.

use std::fmt::Debug;
use std::sync::Arc;

use microfiche::error::Result;
use microfiche::layout::{Geometry, Layout, Page};
use microfiche::profile::{Density, ModelPage, Profile, SAMPLE, Settings};
use microfiche::raster::{Bitmap, Canvas, Encoder, Label};
use microfiche::source::{Chunk, Source};
use microfiche::text::{Block, Preparer};
use microfiche::tokens::models::ModelTable;
use microfiche::tokens::text::{self, Pieces, Tally, TokenCounter};
use microfiche::typeface::Typeface;

/// The parts, in the order in which the data passes them.
pub const PARTS: [&str; 5] = ["prepare", "layout", "blit", "encode", "count"];

/// The looks that they are measured with: pixel cells at 1 bit, outlines at 4 bits.
pub const LOOKS: [&str; 2] = ["1-bit", "anti-aliased"];

/// A text on each stage of its way.
pub struct Material {
    profile: Profile,
    typeface: Arc<Typeface>,
    geometry: Geometry,
    chunks: Vec<Chunk>,
    blocks: Vec<Block>,
    pages: Vec<Page>,
    bitmaps: Vec<Bitmap>,
    pieces: Vec<String>,
    counter: Arc<dyn TokenCounter>,
}

impl Material {
    /// Takes a text the whole way once, so that every glyph it needs has been drawn.
    ///
    /// # Errors
    /// For a look that is not among [`LOOKS`], and as the library gives them.
    pub fn new(source: &str, look: &str) -> Result<Self> {
        let settings = match look {
            "1-bit" => Settings { font: Some("5x8".to_owned()), ..Settings::default() },
            _ => Settings { density: Some(Density::Dense), ..Settings::default() },
        };
        let page = ModelPage::of(ModelTable::embedded().default_model(), None)?;
        let mut opened = Source::from_text(source);
        let profile = Profile::resolve(&settings, page, &opened.peek(SAMPLE)?)?;
        let typeface = Arc::new(profile.typeface()?);
        let mut chunks = Vec::new();
        while let Some(chunk) = opened.next_chunk()? {
            chunks.push(chunk);
        }
        let mut cutter = Pieces::new();
        let mut pieces: Vec<String> =
            chunks.iter().flat_map(|chunk| cutter.push(&chunk.text)).collect();
        pieces.push(cutter.finish());
        let mut material = Self {
            geometry: profile.geometry(&typeface),
            profile,
            typeface,
            chunks,
            blocks: Vec::new(),
            pages: Vec::new(),
            bitmaps: Vec::new(),
            pieces,
            counter: text::load("o200k")?,
        };
        material.blocks = material.prepare();
        material.pages = material.layout();
        material.bitmaps = material.blit();
        Ok(material)
    }

    /// Does a part anew and says how much came of it.
    ///
    /// # Panics
    /// For a part that is not among [`PARTS`].
    pub fn run(&self, part: &str) -> usize {
        match part {
            "prepare" => self.prepare().len(),
            "layout" => self.layout().len(),
            "blit" => self.blit().len(),
            "encode" => self.encode().len(),
            "count" => self.count().tokens() as usize,
            _ => panic!("{part} is none of {PARTS:?}"),
        }
    }

    fn prepare(&self) -> Vec<Block> {
        let mut preparer = Preparer::new(self.profile.preparing());
        preparer.start_input(0, None);
        let mut blocks = Vec::new();
        for chunk in &self.chunks {
            preparer.push(chunk);
            blocks.extend(preparer.take());
        }
        blocks.extend(preparer.into_last());
        blocks
    }

    fn layout(&self) -> Vec<Page> {
        let mut layout = Layout::new(Arc::clone(&self.typeface), self.geometry);
        let mut pages = Vec::new();
        for block in &self.blocks {
            layout.push(block);
            pages.extend(layout.take());
        }
        pages.extend(layout.into_last());
        pages
    }

    fn blit(&self) -> Vec<Bitmap> {
        let mut canvas = Canvas::default();
        let mut draw = |page| canvas.draw(page, &self.geometry, &self.typeface, self.profile.ink());
        self.pages.iter().map(&mut draw).collect()
    }

    fn encode(&self) -> Vec<Vec<u8>> {
        let mut encoder = Encoder::new(self.profile.png);
        let label = label();
        self.bitmaps.iter().map(|bitmap| encoder.encode(bitmap, &label)).collect()
    }

    fn count(&self) -> Tally {
        self.pieces.iter().map(|piece| self.counter.tally(piece)).sum()
    }
}

/// What a page says of itself; the encoder takes the same time whatever it is.
pub fn label() -> Label {
    let hash = blake3::hash(b"");
    Label { page: 1, profile: hash, source: hash }
}

impl Debug for Material {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} pages", self.pages.len())
    }
}
