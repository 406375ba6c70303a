//! Requests ready to send: pages and texts in the form that each vendor's interface takes.
//!
//! What is said is one thing, how an interface writes it another: [`Part`], [`Message`] and
//! [`Request`] are the same for all, and [`As`] writes them in a [`Format`]:
//!
//! ```
//! use microfiche::payload::{As, Format, Message, Part, Png, Role};
//!
//! let page = Part::page(Png::Held(b"\x89PNG"), Some("high"));
//! let said = Message { role: Role::User, parts: vec![page, Part::text("What does it say?")] };
//! let json = serde_json::to_value(As(Format::OpenaiChat, &said))?;
//! assert_eq!(json["content"][0]["image_url"]["detail"], "high");
//! # Ok::<(), serde_json::Error>(())
//! ```

mod envelope;
mod format;
mod message;
mod part;
mod png;
mod request;
mod spool;

pub use envelope::{Envelope, Shape, Share};
pub use format::{As, Format};
pub use message::{Message, Role};
pub use part::Part;
pub use png::Png;
pub use request::{ANSWER, Request};
pub use spool::Spool;
