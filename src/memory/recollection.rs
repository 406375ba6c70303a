//! From a faded conversation back to what was said.

use std::io::Read;
use std::ops::Range;
use std::path::Path;

use flate2::read::GzDecoder;
use serde::Deserialize;

use super::conversation::Conversation;
use super::message::Message;
use super::report::{FadeReport, Form, SCHEMA};
use super::state::read_report;
use crate::error::{Error, Result};
use crate::folder::{REPORT, SOURCE};

/// A folder that `fade` has written, whose turns can be had back.
pub struct Recollection {
    report: FadeReport,
    conversation: Conversation,
    turns: Vec<Range<usize>>,
}

/// A line of a turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TurnLine {
    /// The turn, from 1.
    pub turn: usize,
    /// The line of the turn's text, from 1.
    pub line: usize,
    /// The line, without its end.
    pub text: String,
}

impl Recollection {
    /// Whether a folder's report is one of `fade`.
    pub fn is_of(folder: &Path) -> bool {
        #[derive(Deserialize)]
        struct Head {
            schema: String,
        }
        let text = std::fs::read_to_string(folder.join(REPORT)).unwrap_or_default();
        serde_json::from_str::<Head>(&text).is_ok_and(|head| head.schema == SCHEMA)
    }

    /// Opens a folder.
    ///
    /// # Errors
    /// [`Error::Read`] for what is missing, [`Error::Report`] and [`Error::Changed`] for what cannot
    /// be relied on.
    pub fn open(folder: &Path) -> Result<Self> {
        let report = read_report(folder)?;
        let path = folder.join(SOURCE);
        let failed = |source| Error::Read { path: path.display().to_string(), source };
        let file = std::fs::File::open(&path).map_err(failed)?;
        let mut bytes = Vec::new();
        // A byte more than there should be is enough to see that there is too much.
        let most = report.conversation.bytes.saturating_add(1);
        GzDecoder::new(file).take(most).read_to_end(&mut bytes).map_err(failed)?;
        if blake3::hash(&bytes).to_hex().as_str() != report.conversation.blake3 {
            let how = "the conversation in it has other bytes".to_owned();
            return Err(Error::Changed { path, how });
        }
        let conversation = Conversation::read(&report.conversation.path, bytes)?;
        let turns: Vec<Range<usize>> =
            conversation.groups().into_iter().map(|(messages, _)| messages).collect();
        if turns.len() != report.turns.len() {
            let reason = format!("it has {} turns of {}", report.turns.len(), turns.len());
            return Err(Error::Report { path: folder.join(REPORT), reason });
        }
        Ok(Self { report, conversation, turns })
    }

    /// The report.
    pub fn report(&self) -> &FadeReport {
        &self.report
    }

    /// The messages of a turn, from 1.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a turn that there is not.
    pub fn messages(&self, turn: usize) -> Result<&[Message]> {
        let messages = turn.checked_sub(1).and_then(|index| self.turns.get(index));
        let messages = messages.ok_or_else(|| {
            let turns = self.turns.len();
            Error::OutOfRange(format!("there is no turn {turn}: turns are 1 to {turns}"))
        })?;
        Ok(&self.conversation.messages()[messages.clone()])
    }

    /// A message as it was written.
    pub fn json(&self, message: &Message) -> &str {
        self.conversation.json(message)
    }

    /// What was said in a turn: its messages, each on a line of its own.
    ///
    /// # Errors
    /// As for [`Self::messages`].
    pub fn text(&self, turn: usize) -> Result<String> {
        let texts: Vec<String> = self.messages(turn)?.iter().map(Message::text).collect();
        Ok(texts.join("\n"))
    }

    /// The lines of all turns.
    pub fn lines(&self) -> impl Iterator<Item = TurnLine> + '_ {
        (1..=self.turns.len()).flat_map(|turn| {
            let text = self.text(turn).unwrap_or_default();
            let lines = text.lines().zip(1..);
            let line = |(text, line): (&str, usize)| TurnLine { turn, line, text: text.to_owned() };
            lines.map(line).collect::<Vec<_>>()
        })
    }

    /// The first page that a turn is on; `None`: it is text.
    pub fn page(&self, turn: usize) -> Option<&str> {
        match &self.report.turns.get(turn.checked_sub(1)?)?.is {
            Form::Pages { files, .. } => files.first().map(String::as_str),
            Form::Text { .. } => None,
        }
    }
}
