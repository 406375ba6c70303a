//! What people see: errors, the summary and the progress bar, all on standard error.

#![allow(clippy::print_stderr, reason = "this is where the program speaks")]

use std::io::{IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::Exit;

/// Prints an error as one line.
pub(crate) fn error(error: &anyhow::Error) {
    line(&format!("microfiche: {}", one_line(&format!("{error:#}"))));
}

/// Prints a line; a closed standard error is nobody's loss.
pub(crate) fn line(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Control characters of a file name must not reach a terminal, nor break the line.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect()
}

/// Prints what the argument parser says: help in full, an error as one line.
pub(crate) fn usage(error: &clap::Error) -> Exit {
    if !error.use_stderr() {
        // Help or version, asked for.
        let _ = error.print();
        return Exit::Done;
    }
    if error.kind() == clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        let _ = error.print();
        return Exit::Usage;
    }
    let text = error.to_string();
    let said: Vec<&str> =
        text.lines().take_while(|line| !line.trim().is_empty()).map(str::trim).collect();
    let said = said.join(" ");
    let said = said.strip_prefix("error: ").unwrap_or(&said);
    line(&format!("microfiche: {} (--help tells more)", one_line(said)));
    Exit::Usage
}

/// A progress bar on a terminal, nothing elsewhere.
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// A bar towards `total` bytes, or a count where that is not known. It shows itself only when
    /// the work takes longer than a moment.
    pub(crate) fn new(total: Option<u64>) -> Self {
        if !std::io::stderr().is_terminal() {
            return Self(ProgressBar::hidden());
        }
        let (bar, look) = match total {
            Some(total) => {
                (ProgressBar::new(total), "{bar:30} {bytes}/{total_bytes}, {msg} pages, {eta} left")
            }
            None => (ProgressBar::new_spinner(), "{spinner} {bytes} read, {msg} pages"),
        };
        bar.set_style(ProgressStyle::with_template(look).expect("the template is constant"));
        bar.enable_steady_tick(Duration::from_millis(200));
        Self(bar)
    }

    /// Tells how far the work is.
    pub(crate) fn set(&self, bytes: u64, pages: usize) {
        self.0.set_position(bytes);
        self.0.set_message(pages.to_string());
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
