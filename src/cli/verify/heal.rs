//! `microfiche verify --heal`.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use microfiche::fidelity::{PageVerification, Verification};
use microfiche::folder::{Folder, page_name};
use microfiche::healing::{Healed, Press, Pulled, heal};
use microfiche::recall::Recall;
use microfiche::report::Ended;

use super::{Asking, Verify, Work, conclude};
use crate::cli::{Exit, console, interrupt};

impl Verify {
    /// Has pages below the bar drawn again until they hold it; says what came of it.
    pub(super) fn heal(
        &self,
        folder: &Recall,
        mut asking: Asking,
        verified: Vec<PageVerification>,
    ) -> Result<Exit> {
        let bar = self.min_fidelity.unwrap_or(1.0);
        let table = self.model.table()?;
        let press = Press::new(folder, &table, self.jobs())?;
        interrupt::watch(Some(&self.folder));
        let target = Folder::create(&self.folder, true)?;
        let desk = target.scratch()?;
        let reader = asking.reader.name();
        let healed = heal(&press, target, (reader.clone(), bar), verified, |pages| {
            interrupt::check()?;
            let work = pages.into_iter().map(|page| self.laid_ready(page, &desk, folder));
            let work = work.collect::<Result<Vec<Work>>>()?;
            self.read(&mut asking, &work)
        })?;
        if self.overlay {
            let work = self.work(&Recall::open(&self.folder)?)?;
            self.draw(&work, &healed.pages)?;
        }
        let Healed { story, pages, below, written, .. } = healed;
        let count = pages.len();
        let verification = Verification::new(reader, pages, self.min_fidelity);
        self.print(&verification)?;
        match written {
            true => console::line(&story.to_string()),
            false if below.is_empty() => {
                console::line(&format!("nothing to heal: every page holds {bar}"));
            }
            false => console::line("nothing helped, and nothing was written"),
        }
        let Some(first) = below.first() else { return Ok(conclude(&verification)) };
        let why = match story.ended {
            Ended::Ratio => "a step larger the pages would cost as much as the text, or more",
            _ => "there are no larger letters for them",
        };
        console::line(&format!(
            "microfiche: --heal: {} of {count} pages stay below {bar}, the first of them {first}: {why}",
            below.len()
        ));
        Ok(Exit::Unmet)
    }

    /// Puts a page where the reader finds it.
    fn laid_ready(&self, page: Pulled, desk: &Path, folder: &Recall) -> Result<Work> {
        let sheet = page.sheet;
        let path = desk.join(page_name(sheet.page.number));
        let mut file = std::fs::File::create(&path).with_context(|| cannot_write(&path))?;
        file.write_all(&sheet.png).with_context(|| cannot_write(&path))?;
        let newlines = folder.report().profile.newlines;
        Ok(Work::new(sheet, path, newlines, false))
    }
}

fn cannot_write(path: &Path) -> String {
    format!("cannot write {}", path.display())
}
