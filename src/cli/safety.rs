//! The flags that decide what goes along with the pages, and what must not be on them.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use microfiche::factsheet::{Budget, Listing};
use microfiche::report::Wanted;
use microfiche::secrets::Handling;

use super::Usage;

/// What goes along, and what must not
#[derive(Args, Debug, Default)]
#[command(next_help_heading = "Safety")]
pub(crate) struct Safety {
    /// Exact strings (hashes, ids, paths, numbers, …) that go along as text in factsheet.txt: those
    /// likely to be misread, all, or none [default: risky]
    #[arg(long, value_name = "WHICH")]
    factsheet: Option<FactsheetFlag>,
    /// Most tokens that the risky ones may take: a number, or a part of the text's tokens
    /// [default: 10%]
    #[arg(long, value_name = "N|P%")]
    factsheet_budget: Option<Budget>,
    /// Keys and credentials in the text: draw them and warn, draw a bar in their place, or refuse
    /// the text (exit 4) [default: keep]
    #[arg(long, value_name = "WHAT")]
    secrets: Option<SecretsFlag>,
    /// A text in place of the built-in prompt.txt
    #[arg(long, value_name = "FILE")]
    prompt: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum FactsheetFlag {
    All,
    Risky,
    Off,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum SecretsFlag {
    Keep,
    Redact,
    Refuse,
}

/// The same as a settings file has it.
#[derive(Debug, Default)]
pub(crate) struct SafetySettings {
    pub(crate) factsheet: Option<Listing>,
    pub(crate) budget: Option<Budget>,
    pub(crate) secrets: Option<Handling>,
    pub(crate) prompt: Option<PathBuf>,
}

impl Safety {
    /// What is wanted, where flags win over the settings file.
    ///
    /// # Errors
    /// A budget for what has none; a prompt that cannot be read.
    pub(crate) fn over(self, settings: SafetySettings) -> Result<(Wanted, Handling)> {
        let flag = self.factsheet.map(|flag| match flag {
            FactsheetFlag::All => Listing::All,
            FactsheetFlag::Risky => Listing::Risky,
            FactsheetFlag::Off => Listing::Off,
        });
        let factsheet = flag.or(settings.factsheet).unwrap_or_default();
        if self.factsheet_budget.is_some() && factsheet != Listing::Risky {
            let message = "--factsheet-budget goes with --factsheet risky: all has no limit, off \
                           needs none";
            return Err(Usage(message.to_owned()).into());
        }
        let secrets = self.secrets.map(|flag| match flag {
            SecretsFlag::Keep => Handling::Keep,
            SecretsFlag::Redact => Handling::Redact,
            SecretsFlag::Refuse => Handling::Refuse,
        });
        let prompt = self.prompt.or(settings.prompt).map(|path| {
            std::fs::read_to_string(&path)
                .with_context(|| format!("cannot use the prompt {}", path.display()))
        });
        let wanted = Wanted {
            factsheet,
            budget: self.factsheet_budget.or(settings.budget).unwrap_or_default(),
            prompt: prompt.transpose()?,
            spans: Vec::new(),
        };
        Ok((wanted, secrets.or(settings.secrets).unwrap_or_default()))
    }
}
