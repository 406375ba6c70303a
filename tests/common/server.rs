//! A Chat Completions server on loopback that does as it is told.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// What a server is to do with a request.
#[derive(Clone)]
pub enum Do {
    /// Have the page read and answer as published.
    Read,
    /// Answer with this text.
    Say(String),
    /// Answer with what this makes of the page's file.
    By(Arc<dyn Fn(&[u8]) -> String + Send + Sync>),
    /// Answer with this status, these header lines and this body.
    Status(u16, &'static str, String),
    /// Promise a longer body than is sent.
    CutShort,
    /// Say nothing for so long.
    Silence(Duration),
}

/// What the server was asked.
#[derive(Clone, Debug)]
pub struct Asked {
    pub head: String,
    pub body: Value,
}

/// A Chat Completions server on loopback. It does what it is told, one thing a request, and then
/// goes on with the last.
pub struct Server {
    url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    pub fn new(script: Vec<Do>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        // It goes with the test.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (log, script) = (Arc::clone(&log), script.clone());
                std::thread::spawn(move || serve(stream, &log, &script));
            }
        });
        Self { url, asked }
    }

    pub fn reader(&self) -> String {
        format!("openai:{}#test-model", self.url)
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

fn serve(stream: TcpStream, log: &Mutex<Vec<Asked>>, script: &[Do]) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let length = head.lines().find_map(|line| {
        line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse::<usize>().ok()
    })?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let body: Value = serde_json::from_slice(&body).ok()?;
    let number = {
        let mut log = log.lock().unwrap();
        log.push(Asked { head, body: body.clone() });
        log.len() - 1
    };
    let answer = |text: String| {
        let message = json!({ "role": "assistant", "content": text });
        let choice = json!({ "index": 0, "message": message, "finish_reason": "stop" });
        json!({ "id": "x", "object": "chat.completion", "choices": [choice] }).to_string()
    };
    let (status, headers, body) = match script[number.min(script.len() - 1)].clone() {
        Do::Read => (200, "", answer(read(&body))),
        Do::Say(text) => (200, "", answer(text)),
        Do::By(reader) => (200, "", answer(reader(&page_of(&body)))),
        Do::Status(status, headers, body) => (status, headers, body),
        Do::CutShort => {
            let head = "HTTP/1.1 200 OK\r\ncontent-length: 5000\r\nconnection: close\r\n\r\n";
            (&stream).write_all(format!("{head}{{\"choices\": [").as_bytes()).ok()?;
            return None;
        }
        Do::Silence(time) => {
            std::thread::sleep(time);
            return None;
        }
    };
    let length = body.len();
    let text = format!(
        "HTTP/1.1 {status} Status\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\
         connection: close\r\n{headers}\r\n{body}"
    );
    (&stream).write_all(text.as_bytes()).ok()
}

/// The page of a request.
fn page_of(request: &Value) -> Vec<u8> {
    let url = request["messages"][0]["content"][1]["image_url"]["url"].as_str().unwrap();
    STANDARD.decode(url.strip_prefix("data:image/png;base64,").unwrap()).unwrap()
}

/// Has Tesseract read the page of a request.
fn read(request: &Value) -> String {
    let image = image::load_from_memory(&page_of(request)).unwrap();
    let large =
        image.resize(image.width() * 3, image.height() * 3, image::imageops::FilterType::Lanczos3);
    let mut png = std::io::Cursor::new(Vec::new());
    large.write_to(&mut png, image::ImageFormat::Png).unwrap();
    let mut child = std::process::Command::new("tesseract")
        .args(["-", "-", "-l", "eng", "--psm", "6", "--dpi", "150"])
        .env("OMP_THREAD_LIMIT", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(png.get_ref()).unwrap();
    String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
}
