//! A settings file: the look by the names of the flags, and a few settings of the run.

use std::path::Path;

use anyhow::{Context, Result};
use microfiche::profile::Settings;
use serde::de::DeserializeOwned;

use super::safety::SafetySettings;

/// What a settings file may say.
#[derive(Debug, Default)]
pub(crate) struct Config {
    pub(crate) model: Option<String>,
    pub(crate) detail: Option<String>,
    pub(crate) encoding: Option<String>,
    pub(crate) lossy: Option<bool>,
    pub(crate) threads: Option<usize>,
    pub(crate) safety: SafetySettings,
    pub(crate) look: Settings,
}

impl Config {
    /// Reads a file.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let said = || format!("cannot use the settings in {}", path.display());
        let text = std::fs::read_to_string(path).with_context(said)?;
        Self::parse(&text).with_context(said)
    }

    fn parse(text: &str) -> Result<Self> {
        let mut table: toml::Table = text.parse().map_err(flat)?;
        let model = take(&mut table, "model")?;
        let detail = take(&mut table, "detail")?;
        let encoding = take(&mut table, "encoding")?;
        let lossy = take(&mut table, "lossy")?;
        let threads = take(&mut table, "threads")?;
        let safety = SafetySettings {
            factsheet: take(&mut table, "factsheet")?,
            budget: take(&mut table, "factsheet-budget")?,
            secrets: take(&mut table, "secrets")?,
            prompt: take(&mut table, "prompt")?,
        };
        let look = table.try_into().map_err(flat)?;
        Ok(Self { model, detail, encoding, lossy, threads, safety, look })
    }
}

/// A setting of the run, taken out so that what is left is the look.
fn take<T: DeserializeOwned>(table: &mut toml::Table, key: &str) -> Result<Option<T>> {
    let value = table.remove(key).map(toml::Value::try_into).transpose();
    value.map_err(flat).with_context(|| format!("key {key}"))
}

/// TOML errors draw the line with an arrow under it; ours are one line.
fn flat(error: toml::de::Error) -> anyhow::Error {
    anyhow::anyhow!("{}", error.message())
}

#[cfg(test)]
mod tests {
    use super::Config;

    #[test]
    fn a_file_sets_what_flags_set() {
        let config =
            Config::parse("model = \"gpt-4o\"\nx-height = 4\ncolumns = \"auto\"\npage = \"a4\"\n");
        let config = config.unwrap();
        assert_eq!(config.model.as_deref(), Some("gpt-4o"));
        assert_eq!(config.look.x_height, Some(4.0));
        let config = Config::parse("secrets = \"redact\"\nfactsheet-budget = \"5%\"\n").unwrap();
        assert_eq!(config.safety.secrets, Some(microfiche::secrets::Handling::Redact));
        assert!(config.safety.budget.is_some());
        let error = Config::parse("pitsch = 8").unwrap_err().to_string();
        assert!(error.contains("pitsch") && !error.contains('\n'), "{error}");
    }
}
