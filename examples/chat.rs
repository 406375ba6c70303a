//! Prints the conversation that the tests fade, as JSON: `chat [TURNS]`.

#[path = "../tests/common/chat.rs"]
mod chat;

fn main() {
    let turns = std::env::args().nth(1).map_or(400, |turns| turns.parse().expect("a number"));
    let messages = serde_json::to_string_pretty(&chat::chat(turns, 8)).expect("plain data");
    #[allow(clippy::print_stdout, reason = "this is what it is for")]
    {
        println!("{messages}");
    }
}
