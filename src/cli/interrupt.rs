//! Ctrl-C: the run stops between two pages and takes away what it wrote.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use microfiche::folder;

use super::{Exit, Interrupted};

static PRESSED: AtomicBool = AtomicBool::new(false);
/// The folder under way, for when the run cannot stop by itself.
static FOLDER: Mutex<Option<PathBuf>> = Mutex::new(None);

/// How long the run may take to stop by itself. It may be waiting for input that never comes.
const PATIENCE: Duration = Duration::from_millis(500);

/// Catches Ctrl-C and termination from now on.
pub(crate) fn watch(folder: Option<&Path>) {
    if let Ok(mut kept) = FOLDER.lock() {
        *kept = folder.map(Path::to_owned);
    }
    // Without a handler Ctrl-C still ends the run; it only leaves temporary files behind.
    let _ = ctrlc::set_handler(|| {
        PRESSED.store(true, Ordering::SeqCst);
        std::thread::sleep(PATIENCE);
        if let Ok(kept) = FOLDER.lock()
            && let Some(path) = kept.as_deref()
        {
            folder::abandon(path);
        }
        std::process::exit(Exit::Interrupted as i32);
    });
}

/// An error once Ctrl-C was pressed.
pub(crate) fn check() -> Result<(), Interrupted> {
    if PRESSED.load(Ordering::SeqCst) { Err(Interrupted("nothing was written")) } else { Ok(()) }
}
