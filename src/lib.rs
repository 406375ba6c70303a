//! Optical context compression: long text becomes dense page images that a vision model reads for
//! a fraction of the tokens the text would cost, with an exact account of what they cost, what
//! they hold, and where on the source each page came from.
//!
//! ```text
//! bytes ─► source ─► secrets ─► text ─► layout ─► raster ─► PNG files
//!                        │                  └► page map (page ─► source ranges)
//!                        ├► factsheet
//!                        └► tokens::text     tokens::vision ◄─ page sizes
//!                                  └────► report ◄────┘
//!                                            └► payload
//! ```
//!
//! Data runs forward only; each room is a module of that name. [`compress::compress`] runs the
//! whole way and hands out pages one by one:
//!
//! ```
//! use microfiche::compress::{Options, compress};
//! use microfiche::profile::{ModelPage, Profile, Settings};
//! use microfiche::source::Source;
//! use microfiche::tokens::models::ModelTable;
//!
//! let model = ModelTable::embedded().default_model();
//! let page = ModelPage::of(model, None)?;
//! let text = "Long text, drawn small.\n".repeat(100);
//! let profile = Profile::resolve(&Settings::default(), page, &text)?;
//! let options = Options { threads: 2, draw: true, ..Options::default() };
//! for sheet in compress(Source::from_text(&text), &profile, options)? {
//!     let sheet = sheet?;
//!     assert!(sheet.png.starts_with(b"\x89PNG"));
//!     assert_eq!(sheet.page.source[0].end, text.len() as u64);
//! }
//! # Ok::<(), microfiche::error::Error>(())
//! ```

pub mod compress;
#[cfg(test)]
mod conformance;
pub mod error;
pub mod eyechart;
pub mod factsheet;
pub mod fidelity;
pub mod folder;
pub mod healing;
pub mod layout;
pub mod memory;
pub mod payload;
pub mod profile;
mod prompt;
pub mod raster;
pub mod recall;
pub mod report;
pub mod secrets;
pub mod source;
pub mod text;
pub mod tokens;
pub mod transcript;
pub mod typeface;
