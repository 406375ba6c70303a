//! Exact strings and secrets: what is found, what is listed, and what the program makes of them.

#[path = "../common/mod.rs"]
mod common;

mod chunks;
mod cli;
mod hostile;
mod kinds;
mod marked;
mod planted;
mod prose;
mod secrets;
mod select;

/// What a face might make of a few characters.
fn risk() -> microfiche::factsheet::Risk {
    microfiche::factsheet::Risk::from_pairs([
        ('0', 'O', 0.9),
        ('1', 'l', 0.9),
        ('l', 'I', 0.9),
        ('3', '8', 0.5),
        ('5', '6', 0.5),
    ])
}
