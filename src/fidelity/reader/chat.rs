//! A server that speaks the Chat Completions format with images: vLLM, llama.cpp, Ollama, a hosted
//! interface.

use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use ureq::http::{Response, StatusCode, Uri};
use ureq::{Agent, Body};

use super::{PageImage, ReadError, Reader, quoted};

/// Most that is taken of an answer.
const MOST: u64 = 16 << 20;
/// The wait before the first try anew; each further one is twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// A server that asks for a longer wait than this is not waited for.
const LONGEST_WAIT: Duration = Duration::from_secs(120);

/// A secret: it is sent to the server and shown to nobody.
#[derive(Clone)]
pub struct Key(String);

impl Key {
    /// A key as it stands in the environment.
    pub fn new(key: &str) -> Self {
        Self(key.trim().to_owned())
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

/// Asks a model to write out each page, one request a page.
#[derive(Debug, Clone)]
pub struct Chat {
    /// Where the server is, up to and without `/chat/completions`.
    pub url: String,
    /// The model to ask.
    pub model: String,
    /// Sent as a bearer token, where the server wants one.
    pub key: Option<Key>,
    /// What the model is told to do.
    pub prompt: String,
    /// The detail that pages are to be looked at with, where the model has several.
    pub detail: Option<String>,
    /// Members of the request beside those of every request: `temperature`, `max_tokens`.
    pub request: Map<String, Value>,
    /// How long one try may take.
    pub timeout: Duration,
    /// How often a page is asked for again, after 429, 5xx and time-outs.
    pub retries: u32,
}

/// Why a try failed.
enum Failure {
    /// Another try would fail the same way.
    Final(ReadError),
    /// Another try may do better, after the wait that the server asked for.
    Passing(ReadError, Option<Duration>),
}

impl Reader for Chat {
    fn name(&self) -> String {
        // A query may hold a secret.
        let url = self.url.split('?').next().unwrap_or_default();
        format!("openai:{url}#{}", self.model)
    }

    fn identity(&self) -> String {
        json!([self.name(), self.prompt, self.detail, self.request]).to_string()
    }

    fn read(&self, page: &PageImage) -> Result<String, ReadError> {
        let agent: Agent = Agent::config_builder()
            .timeout_global(Some(self.timeout))
            .http_status_as_error(false)
            // A key must not wander to another server, and a page cannot be sent twice.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("microfiche/", env!("CARGO_PKG_VERSION")))
            .build()
            .into();
        let body = self.request(page.png).to_string();
        let mut wait = FIRST_WAIT;
        for retry in 0.. {
            let (error, asked) = match self.ask(&agent, &body) {
                Ok(text) => return Ok(text),
                Err(Failure::Final(error)) => return Err(error),
                Err(Failure::Passing(error, asked)) => (error, asked),
            };
            if retry == self.retries || asked.is_some_and(|asked| asked > LONGEST_WAIT) {
                return Err(error);
            }
            std::thread::sleep(asked.unwrap_or(wait));
            wait = (2 * wait).min(LONGEST_WAIT);
        }
        Err(ReadError::Empty)
    }
}

impl Chat {
    fn request(&self, png: &[u8]) -> Value {
        let mut image = json!({ "url": format!("data:image/png;base64,{}", STANDARD.encode(png)) });
        if let Some(detail) = &self.detail {
            image["detail"] = json!(detail);
        }
        let content = json!([
            { "type": "text", "text": self.prompt },
            { "type": "image_url", "image_url": image },
        ]);
        let mut request = json!({
            "model": self.model,
            "messages": [{ "role": "user", "content": content }],
        });
        for (name, value) in &self.request {
            request[name] = value.clone();
        }
        request
    }

    /// One try.
    fn ask(&self, agent: &Agent, body: &str) -> Result<String, Failure> {
        let mut request = agent.post(self.endpoint()).content_type("application/json");
        if let Some(Key(key)) = &self.key {
            request = request.header("authorization", format!("Bearer {key}"));
        }
        let mut response = request.send(body).map_err(|error| self.no_answer(&error))?;
        let (status, wait) = (response.status(), asked_wait(&response));
        let text = response.body_mut().with_config().limit(MOST).read_to_vec();
        if status.is_success() {
            let bytes = text.map_err(|error| match self.no_answer(&error) {
                Failure::Final(_) => {
                    Failure::Final(ReadError::BrokenOff(self.hidden(&error.to_string())))
                }
                passing => passing,
            })?;
            return answer(&bytes).map_err(|error| {
                Failure::Final(match error {
                    ReadError::Malformed(what) => ReadError::Malformed(self.hidden(&what)),
                    ReadError::Withheld(why) => ReadError::Withheld(self.hidden(&why)),
                    error => error,
                })
            });
        }
        let said = quoted(&self.hidden(&reason(&text.unwrap_or_default())));
        let error = ReadError::Refused { status: status.as_u16(), said };
        let passing = status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error();
        Err(if passing { Failure::Passing(error, wait) } else { Failure::Final(error) })
    }

    fn endpoint(&self) -> String {
        let (url, query) = self.url.split_once('?').unwrap_or((&self.url, ""));
        let url = url.trim_end_matches('/').trim_end_matches("/chat/completions");
        let query = if query.is_empty() { String::new() } else { format!("?{query}") };
        format!("{url}/chat/completions{query}")
    }

    fn no_answer(&self, error: &ureq::Error) -> Failure {
        let late = |error: &std::io::Error| error.kind() == std::io::ErrorKind::TimedOut;
        match error {
            ureq::Error::Timeout(_) => Failure::Passing(ReadError::TimedOut(self.timeout), None),
            ureq::Error::Io(error) if late(error) => {
                Failure::Passing(ReadError::TimedOut(self.timeout), None)
            }
            ureq::Error::Http(_) => Failure::Final(ReadError::Unreachable(
                "the key has characters that cannot be sent".to_owned(),
            )),
            error => Failure::Final(ReadError::Unreachable(self.hidden(&error.to_string()))),
        }
    }

    /// What a server says, without the key that it may repeat.
    fn hidden(&self, said: &str) -> String {
        match &self.key {
            Some(Key(key)) if !key.is_empty() => said.replace(key, "…"),
            _ => said.to_owned(),
        }
    }
}

/// Checks a server's address.
pub(super) fn check(url: &str) -> Result<(), String> {
    let uri: Uri = url.parse().map_err(|_| "the URL is not one")?;
    let plain = matches!(uri.scheme_str(), Some("http" | "https"));
    let Some(authority) = uri.authority().filter(|_| plain) else {
        return Err("the URL starts with http:// or https://".to_owned());
    };
    if authority.as_str().contains('@') {
        return Err("a key belongs in the environment, not in the URL".to_owned());
    }
    Ok(())
}

/// How long the server asks to be left alone: seconds, or a date.
fn asked_wait(response: &Response<Body>) -> Option<Duration> {
    let text = response.headers().get("retry-after")?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = httpdate::parse_http_date(text).ok()?;
    Some(until.duration_since(SystemTime::now()).unwrap_or_default())
}

/// What an error's body says, whatever its form.
fn reason(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let value: Value = serde_json::from_slice(body).unwrap_or_default();
    let places = [&value["error"]["message"], &value["error"], &value["message"], &value["detail"]];
    let said = places.into_iter().find_map(Value::as_str);
    said.map_or_else(|| text.into_owned(), str::to_owned)
}

/// The text of an answer.
fn answer(body: &[u8]) -> Result<String, ReadError> {
    let malformed = |what: &str| ReadError::Malformed(what.to_owned());
    let value: Value =
        serde_json::from_slice(body).map_err(|error| ReadError::Malformed(error.to_string()))?;
    if let Some(said) = value["error"]["message"].as_str() {
        return Err(malformed(quoted(said).trim_start_matches(": ")));
    }
    let choice = value["choices"].get(0).ok_or_else(|| malformed("it has no choices"))?;
    let message = choice["message"].as_object().ok_or_else(|| malformed("it has no message"))?;
    match choice["finish_reason"].as_str() {
        Some("length") => return Err(ReadError::Unfinished),
        Some("content_filter") => return Err(ReadError::Withheld("content_filter".to_owned())),
        _ => {}
    }
    if let Some(refusal) = message.get("refusal").and_then(Value::as_str) {
        let said = quoted(refusal);
        return Err(ReadError::Withheld(said.trim_start_matches(": ").to_owned()));
    }
    let text = match message.get("content") {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(parts)) => {
            parts.iter().filter_map(|part| part["text"].as_str()).collect()
        }
        None | Some(Value::Null) => String::new(),
        Some(_) => return Err(malformed("its content is neither text nor parts")),
    };
    let text = unfenced(text.trim());
    if text.is_empty() { Err(ReadError::Empty) } else { Ok(text.to_owned()) }
}

/// Text without the fence of back-ticks that models like to put around it.
fn unfenced(text: &str) -> &str {
    let inner = text.strip_prefix("```").and_then(|text| text.strip_suffix("```"));
    let inner = inner.and_then(|inner| inner.split_once('\n'));
    let word = |tag: &str| tag.chars().all(char::is_alphanumeric);
    inner.filter(|(tag, _)| word(tag.trim())).map_or(text, |(_, inner)| inner.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chat(url: &str) -> Chat {
        Chat {
            url: url.to_owned(),
            model: "m".to_owned(),
            key: Some(Key::new("sk-secret\n")),
            prompt: "Read.".to_owned(),
            detail: None,
            request: Map::new(),
            timeout: Duration::from_secs(5),
            retries: 0,
        }
    }

    #[test]
    fn the_request_is_of_the_published_form() {
        let mut chat = chat("http://localhost/v1/");
        chat.detail = Some("high".to_owned());
        chat.request.insert("temperature".to_owned(), json!(0));
        let want = json!({
            "model": "m",
            "messages": [{ "role": "user", "content": [
                { "type": "text", "text": "Read." },
                { "type": "image_url", "image_url": {
                    "url": "data:image/png;base64,UE5H", "detail": "high" } },
            ]}],
            "temperature": 0,
        });
        assert_eq!(chat.request(b"PNG"), want);
    }

    #[test]
    fn the_address_is_completed_and_shown_without_its_query() {
        for (url, endpoint) in [
            ("http://h/v1", "http://h/v1/chat/completions"),
            ("http://h/v1/chat/completions", "http://h/v1/chat/completions"),
            ("http://h/x/?key=secret", "http://h/x/chat/completions?key=secret"),
        ] {
            assert_eq!(chat(url).endpoint(), endpoint);
            let shown = format!("{} {}", chat(url).name(), chat(url).identity());
            assert!(!shown.contains("secret"), "{shown}");
        }
        assert!(!format!("{:?}", chat("http://h")).contains("secret"));
        assert_eq!(chat("http://h").hidden("wrong key sk-secret!"), "wrong key …!");
    }

    #[test]
    fn answers_of_every_kind() {
        let answer = |value: Value| super::answer(value.to_string().as_bytes());
        let said = |message: Value, reason: &str| {
            answer(json!({ "choices": [{ "message": message, "finish_reason": reason }] }))
        };
        assert_eq!(said(json!({ "content": " text\n" }), "stop").unwrap(), "text");
        assert_eq!(said(json!({ "content": "```text\na ``` b\n```" }), "stop").unwrap(), "a ``` b");
        assert_eq!(
            said(json!({ "content": "```\n```" }), "stop").unwrap_err().to_string(),
            "the answer is empty"
        );
        let parts = json!({ "content": [{ "type": "text", "text": "a" }, { "type": "text", "text": "b" }] });
        assert_eq!(said(parts, "stop").unwrap(), "ab");
        assert!(matches!(said(json!({ "content": "ha" }), "length"), Err(ReadError::Unfinished)));
        assert!(matches!(
            said(json!({ "content": "" }), "content_filter"),
            Err(ReadError::Withheld(_))
        ));
        assert!(matches!(
            said(json!({ "content": null, "refusal": "no" }), "stop"),
            Err(ReadError::Withheld(_))
        ));
        assert!(matches!(said(json!({ "content": null }), "stop"), Err(ReadError::Empty)));
        assert!(matches!(said(json!({ "content": 5 }), "stop"), Err(ReadError::Malformed(_))));
        for wrong in [json!({}), json!([]), json!({ "choices": [] }), json!({ "choices": [{}] })] {
            assert!(matches!(answer(wrong), Err(ReadError::Malformed(_))));
        }
        let error = answer(json!({ "error": { "message": "model not\nloaded" } })).unwrap_err();
        assert_eq!(error.to_string(), "not a Chat Completions answer: model not loaded");
        let error = super::answer(b"<html>").unwrap_err().to_string();
        assert!(error.starts_with("not a Chat Completions answer") && !error.contains('\n'));
    }
}
