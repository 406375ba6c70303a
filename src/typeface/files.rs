//! Font files that are not in the binary: one that was named, all of a folder, all of the system.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use fontdb::{Database, Source};

use super::outline::Outline;
use crate::error::{Error, Result};

/// Reads a font file.
pub(super) fn open(path: &Path, index: u32) -> std::result::Result<Outline, String> {
    let bytes = std::fs::read(path).map_err(|e| e.to_string())?;
    Outline::new(Cow::Owned(bytes), index).map_err(str::to_owned)
}

/// The fonts in folders and below them, by path within each folder.
///
/// # Errors
/// [`Error::Font`] for a folder that cannot be read or has no fonts.
pub(super) fn of_folders(folders: &[PathBuf]) -> Result<Vec<(PathBuf, u32)>> {
    let mut all = Vec::new();
    for folder in folders {
        let failed = |reason: String| Error::Font { name: folder.display().to_string(), reason };
        std::fs::read_dir(folder).map_err(|e| failed(e.to_string()))?;
        let mut fonts = Database::new();
        fonts.load_fonts_dir(folder);
        let fonts = listed(&fonts);
        if fonts.is_empty() {
            return Err(failed("there are no TrueType or OpenType fonts in it".to_owned()));
        }
        all.extend(fonts);
    }
    Ok(all)
}

/// The fonts that the system has installed, by path.
pub(super) fn of_system() -> Vec<(PathBuf, u32)> {
    let mut fonts = Database::new();
    fonts.load_system_fonts();
    listed(&fonts)
}

fn listed(fonts: &Database) -> Vec<(PathBuf, u32)> {
    let mut files: Vec<(PathBuf, u32)> = fonts
        .faces()
        .filter_map(|face| match &face.source {
            Source::File(path) | Source::SharedFile(path, _) => Some((path.clone(), face.index)),
            Source::Binary(_) => None,
        })
        .collect();
    files.sort();
    files.dedup();
    files
}
