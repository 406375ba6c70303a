//! Memory that fades: the newest turns of a conversation stay text, older ones become pages, the
//! older the denser, so that all of it keeps to a budget of tokens.
//!
//! ```text
//! file ─► Conversation ─► Turn ─► Grid (page starts) ─► ladder of schedules ─► the first that fits
//!                                                       pages, factsheets, messages, report ◄┘
//! ```
//!
//! What comes out is a function of the conversation and the settings alone. Where pages start
//! depends on the turns before them ([`grid`]), tiers end where pages do ([`schedule`]), and the
//! schedule is the first of a ladder that fits. So a conversation that grows keeps its pages until
//! they change tier, and a fresh run gives the same files as one that goes on from a [`State`].

mod arrangement;
mod body;
mod conversation;
mod fade;
mod fields;
pub mod grid;
mod message;
mod press;
mod recollection;
mod report;
pub mod schedule;
mod speech;
mod state;
mod tier;
mod wish;
mod written;

pub use body::body;
pub use conversation::{AROUND_MESSAGE, Conversation, Kept, Shape, Turn};
pub use fade::{Faded, fade};
pub use message::{Message, Part};
pub use recollection::{Recollection, TurnLine};
pub use report::{
    After, Before, Counting, FadeReport, FadedPage, Form, Given, SCHEMA, TierRecord, TurnRecord,
};
pub use speech::{MESSAGES, Piece, Speech, messages_json};
pub use state::State;
pub use tier::{Ladder, Named, Tier, Width};
pub use wish::{Recent, Wish};
