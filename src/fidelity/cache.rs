//! Readings that are kept, so that a page is paid for once.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::reader::PageImage;
use crate::error::{Error, Result};

/// A folder of readings: a text file each, named by a hash of the page's file, its boxes and the
/// reader's identity.
#[derive(Debug)]
pub struct Cache {
    folder: PathBuf,
    /// Tells apart what is being written at the same time.
    parts: AtomicU64,
}

impl Cache {
    /// Opens a folder, made if it is not there.
    ///
    /// # Errors
    /// [`Error::Write`] where nothing can be written into it: found out before anything is paid for.
    pub fn open(folder: &Path) -> Result<Self> {
        let cache = Self { folder: folder.to_owned(), parts: AtomicU64::new(0) };
        let failed = |source| Error::Write { path: folder.to_owned(), source };
        fs::create_dir_all(folder).map_err(failed)?;
        let part = cache.part();
        fs::write(&part, b"").and_then(|()| fs::remove_file(&part)).map_err(failed)?;
        Ok(cache)
    }

    /// What is kept of a reader's reading of a page.
    pub fn get(&self, page: &PageImage, identity: &str) -> Option<String> {
        fs::read_to_string(self.file(page, identity)).ok()
    }

    /// Keeps a reading.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn put(&self, page: &PageImage, identity: &str, text: &str) -> Result<()> {
        let path = self.file(page, identity);
        let part = self.part();
        fs::write(&part, text)
            .and_then(|()| fs::rename(&part, &path))
            .map_err(|source| Error::Write { path, source })
    }

    fn file(&self, page: &PageImage, identity: &str) -> PathBuf {
        let boxes: Vec<String> =
            page.boxes.iter().map(|b| format!("{} {} {} {}", b.x, b.y, b.w, b.h)).collect();
        let mut hasher = blake3::Hasher::new();
        // Each part by its own hash, so that none can run into the next.
        for part in [page.png, boxes.join("\n").as_bytes(), identity.as_bytes()] {
            hasher.update(blake3::hash(part).as_bytes());
        }
        self.folder.join(format!("{}.txt", hasher.finalize().to_hex()))
    }

    /// A name for a file under way.
    fn part(&self) -> PathBuf {
        let number = self.parts.fetch_add(1, Ordering::Relaxed);
        self.folder.join(format!(".{}-{number}.part", std::process::id()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::TextBox;

    #[test]
    fn a_reading_is_found_by_page_boxes_and_reader() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("deep/er");
        let cache = Cache::open(&folder).unwrap();
        let boxes = [TextBox { x: 1, y: 2, w: 3, h: 4 }];
        let page = PageImage { path: Path::new("p"), png: b"png", boxes: &boxes };
        assert_eq!(cache.get(&page, "reader"), None);
        cache.put(&page, "reader", "text\n").unwrap();
        cache.put(&page, "reader", "text\n").unwrap();
        assert_eq!(cache.get(&page, "reader").as_deref(), Some("text\n"));
        assert_eq!(
            cache.get(&PageImage { path: Path::new("q"), ..page }, "reader").as_deref(),
            Some("text\n")
        );
        assert_eq!(cache.get(&page, "reader 2"), None);
        assert_eq!(cache.get(&PageImage { png: b"pn", ..page }, "reader"), None);
        assert_eq!(cache.get(&PageImage { boxes: &[], ..page }, "reader"), None);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    }

    #[test]
    fn a_folder_that_cannot_be_is_an_error_at_once() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("file"), "").unwrap();
        assert!(Cache::open(&dir.path().join("file")).is_err());
        assert!(Cache::open(&dir.path().join("file/folder")).is_err());
    }
}
