//! The files of a folder, in the order of their names, ignore files honoured.

use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use super::Skipped;
use crate::error::{Error, Result};

/// Every plain file below `folder` with its size in bytes. Hidden files and what `.gitignore` and
/// `.ignore` name are left out, as search tools do; what cannot be read goes to `skipped`.
pub(super) fn files(
    folder: &Path,
    exclude: Option<&Path>,
    skipped: &mut Vec<Skipped>,
) -> Result<Vec<(PathBuf, u64)>> {
    // The walker would only list a folder without permission as skipped; a named one is an error.
    std::fs::read_dir(folder)
        .map_err(|source| Error::Read { path: folder.display().to_string(), source })?;
    let exclude = exclude.and_then(|path| path.canonicalize().ok());
    let walk = WalkBuilder::new(folder)
        .require_git(false)
        .sort_by_file_name(std::cmp::Ord::cmp)
        .filter_entry(move |entry| {
            let Some(exclude) = &exclude else { return true };
            !entry.file_type().is_some_and(|t| t.is_dir())
                || entry.path().canonicalize().map_or(true, |path| path != *exclude)
        })
        .build();
    let mut found = Vec::new();
    for entry in walk {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                skipped.push(skip(folder, &error));
                continue;
            }
        };
        if entry.file_type().is_some_and(|t| t.is_file()) {
            let size = entry.metadata().map_or(0, |m| m.len());
            found.push((entry.into_path(), size));
        }
    }
    Ok(found)
}

/// The walker wraps an error in the path and depth where it met it; the list wants them apart.
fn skip(folder: &Path, error: &ignore::Error) -> Skipped {
    match error {
        ignore::Error::WithPath { path, err } => {
            Skipped { path: path.display().to_string(), reason: err.to_string() }
        }
        ignore::Error::WithDepth { err, .. } => skip(folder, err),
        other => Skipped { path: folder.display().to_string(), reason: other.to_string() },
    }
}
