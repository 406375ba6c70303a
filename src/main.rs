//! The command line of microfiche: long text in, page images and a report out.

mod cli;

fn main() -> std::process::ExitCode {
    cli::run()
}
