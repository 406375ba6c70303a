//! Any program that prints the text of a page.

use std::time::Duration;

use super::{PageImage, ReadError, Reader, process};

/// What stands for the page's file among the arguments.
const PNG: &str = "{png}";

/// A program, run once a page without a shell. `{png}` in its arguments becomes the page's path;
/// where no argument has it, the page is on standard input. What it prints is the reading.
#[derive(Debug, Clone)]
pub struct Command {
    words: Vec<String>,
    timeout: Duration,
}

impl Command {
    /// The program and its arguments; without a program, every page fails.
    pub fn new(words: Vec<String>, timeout: Duration) -> Self {
        Self { words, timeout }
    }
}

impl Reader for Command {
    fn name(&self) -> String {
        format!("command:{}", shell_words::join(&self.words))
    }

    fn identity(&self) -> String {
        self.name()
    }

    fn read(&self, page: &PageImage) -> Result<String, ReadError> {
        let path = page.path.to_string_lossy();
        let by_path = self.words.iter().any(|word| word.contains(PNG));
        let mut words = self.words.iter().map(|word| word.replace(PNG, &path));
        let mut command = std::process::Command::new(words.next().unwrap_or_default());
        process::run(command.args(words), if by_path { b"" } else { page.png }, self.timeout)
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::path::Path;
    use std::time::Instant;

    use super::*;
    use crate::fidelity::reader::Choice;

    fn read(command: &str, timeout: u64) -> Result<String, ReadError> {
        let Ok(Choice::Command(words)) = command.parse() else { panic!("{command}") };
        let path = Path::new("a page.png");
        let page = PageImage { path, png: b"the page", boxes: &[] };
        Command::new(words, Duration::from_secs(timeout)).read(&page)
    }

    #[test]
    fn the_page_goes_in_by_path_or_by_pipe() {
        assert_eq!(read("command:echo -n x={png}", 20).unwrap(), "x=a page.png");
        assert_eq!(read("command:cat", 20).unwrap(), "the page");
        assert_eq!(
            read("command:printf '%s|' '$HOME' \"a b\" {png}", 20).unwrap(),
            "$HOME|a b|a page.png|"
        );
        assert_eq!(read("command:printf '\\377'", 20).unwrap(), "\u{FFFD}");
        assert_eq!(read("command:true", 20).unwrap(), "");
    }

    #[test]
    fn failures_say_what_failed() {
        let said = |command| read(command, 20).unwrap_err().to_string();
        assert!(said("command:no-such-program").starts_with("cannot run no-such-program: "));
        assert_eq!(
            said("command:sh -c 'echo a >&2; echo b >&2; exit 3'"),
            "sh failed (exit status: 3): b"
        );
        let start = Instant::now();
        assert!(matches!(read("command:sleep 30", 1), Err(ReadError::TimedOut(_))));
        // A child of the program that holds the pipe does not hold us.
        assert!(read("command:sh -c 'sleep 30 & echo hi'", 1).is_err());
        assert!(start.elapsed() < Duration::from_secs(15));
    }

    #[test]
    fn a_great_deal_of_output_is_no_trouble() {
        let read = read("command:head -c 40000000 /dev/zero", 60).unwrap();
        assert_eq!(read.len(), 16 << 20);
    }
}
