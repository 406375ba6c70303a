//! Running a program that reads a page: input, output and time are bounded.

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use wait_timeout::ChildExt;

use super::{ReadError, quoted};

/// Most that is taken of what a program prints.
const MOST: u64 = 16 << 20;
/// After a program has ended, how long its pipes may stay open in the hands of another.
const GRACE: Duration = Duration::from_secs(1);

/// Runs a program with this on its standard input and returns what it printed. What is not UTF-8
/// in it becomes U+FFFD.
pub(super) fn run(
    command: &mut Command,
    input: &[u8],
    timeout: Duration,
) -> Result<String, ReadError> {
    let program = command.get_program().to_string_lossy().into_owned();
    let failed = |source| ReadError::Run { program: program.clone(), source };
    let deadline = Instant::now() + timeout;
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().map_err(failed)?;
    let printed = drain(child.stdout.take());
    let said = drain(child.stderr.take());
    feed(&mut child, input.to_vec());
    let Some(status) = child.wait_timeout(timeout).map_err(failed)? else {
        // It may have ended this moment; either way it is gone after the wait.
        let _ = child.kill();
        child.wait().map_err(failed)?;
        return Err(ReadError::TimedOut(timeout));
    };
    let left = deadline.saturating_duration_since(Instant::now()).max(GRACE);
    let printed = printed.recv_timeout(left).map_err(|_| ReadError::TimedOut(timeout))?;
    if status.success() {
        return Ok(printed);
    }
    let said = said.recv_timeout(GRACE).unwrap_or_default();
    let last = said.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
    Err(ReadError::Program { program, status: status.to_string(), said: quoted(last) })
}

/// Gives a program its input; one that does not want it closes the pipe.
fn feed(child: &mut Child, input: Vec<u8>) {
    if let Some(mut pipe) = child.stdin.take() {
        std::thread::spawn(move || pipe.write_all(&input));
    }
}

/// Reads a pipe to its end beside the program.
fn drain(pipe: Option<impl Read + Send + 'static>) -> Receiver<String> {
    let (done, text) = channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // What was read before an error counts; the program's status tells the rest.
            let _ = pipe.by_ref().take(MOST).read_to_end(&mut bytes);
            let _ = std::io::copy(&mut pipe, &mut std::io::sink());
        }
        // Nobody listens any more where the program took too long.
        let _ = done.send(String::from_utf8_lossy(&bytes).into_owned());
    });
    text
}
