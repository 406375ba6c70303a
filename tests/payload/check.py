"""Bodies of `compress --emit` against the vendors' own request types.

Each body is checked with the official SDK's types, where no unknown member passes, and then sent by
the SDK to a server of our own, which must receive what was written. Broken bodies must be refused.

    python tests/payload/check.py --binary target/debug/microfiche
"""

import argparse
import base64
import copy
import http.server
import inspect
import json
import pathlib
import subprocess
import sys
import tempfile
import threading
import typing

import anthropic
import anthropic.types
import openai
import openai.types.chat.completion_create_params as chat_params
import openai.types.responses.response_create_params as responses_params
import pydantic
import typing_extensions
from google import genai

SYSTEM = 'Be "brief".\n\tAlways; naïve 東京 \U0001f600\n'
QUESTION = "What is it about?"


def closed(of, seen):
    """Makes every TypedDict that a type holds refuse members it does not name."""
    if id(of) in seen:
        return
    seen[id(of)] = of
    if typing_extensions.is_typeddict(of):
        of.__pydantic_config__ = {**getattr(of, "__pydantic_config__", {}), "extra": "forbid"}
        for hint in typing_extensions.get_type_hints(of, include_extras=True).values():
            closed(hint, seen)
    for argument in typing.get_args(of):
        closed(argument, seen)
    if inspect.isclass(of):
        for base in of.__mro__[1:-1]:
            closed(base, seen)


def strict(params):
    closed(params, {})
    adapter = pydantic.TypeAdapter(params)

    def everything(value):
        """Iterables are checked while they are read."""
        if isinstance(value, dict):
            return {key: everything(inner) for key, inner in value.items()}
        if isinstance(value, (str, bytes, int, float, type(None))):
            return value
        return [everything(inner) for inner in value]

    return lambda body: everything(adapter.validate_python(body))


def of_gemini(body):
    """The arguments that the SDK would be called with for a body."""
    known = {"systemInstruction", "generationConfig", "contents"}
    if set(body) - known:
        raise ValueError(f"unknown members {set(body) - known}")
    config = dict(body.get("generationConfig", {}))
    # The SDK has its settings and the rules in one object; all of these types forbid extras.
    genai.types.GenerationConfig.model_validate(config)
    if "systemInstruction" in body:
        config["systemInstruction"] = genai.types.Content.model_validate(body["systemInstruction"])
    return {
        "contents": [genai.types.Content.model_validate(said) for said in body["contents"]],
        "config": genai.types.GenerateContentConfig.model_validate(config),
    }


class Server(http.server.ThreadingHTTPServer):
    """Keeps what it is sent."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answer)
        self.received = None
        threading.Thread(target=self.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server_port}"


class Answer(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.received = (self.path, json.loads(body))
        self.send_response(400)
        self.end_headers()

    def log_message(self, *_):
        pass


class Interfaces:
    """Each format: how its bodies are checked, and how the SDK sends one."""

    def __init__(self, server):
        claude = anthropic.Anthropic(api_key="none", base_url=server.url, max_retries=0)
        gpt = openai.OpenAI(api_key="none", base_url=server.url, max_retries=0)
        gemini = genai.Client(
            api_key="none",
            vertexai=False,
            http_options=genai.types.HttpOptions(
                base_url=server.url, retry_options=genai.types.HttpRetryOptions(attempts=1)
            ),
        )
        self.of = {
            "anthropic": (
                strict(anthropic.types.message_create_params.MessageCreateParamsNonStreaming),
                lambda body: claude.messages.create(**body),
            ),
            "openai-chat": (
                strict(chat_params.CompletionCreateParamsNonStreaming),
                lambda body: gpt.chat.completions.create(**body),
            ),
            "openai-responses": (
                strict(responses_params.ResponseCreateParamsNonStreaming),
                lambda body: gpt.responses.create(**body),
            ),
            "gemini": (
                of_gemini,
                lambda body: gemini.models.generate_content(model="m", **of_gemini(body)),
            ),
        }
        self.server = server

    def accept(self, form, body):
        check, send = self.of[form]
        check(body)
        self.server.received = None
        try:
            send(body)
        except (anthropic.APIError, openai.APIError, genai.errors.APIError):
            pass  # the server answers nothing else
        path, received = self.server.received
        if form == "gemini":
            # Its interface takes either alphabet of base64 and either spelling of names; the SDK
            # writes the others, and settings where there are none.
            received = {name: value for name, value in received.items() if value}
            for data in (part["inlineData"] for part in parts(form, received) if "inlineData" in part):
                data["data"] = data["data"].translate(str.maketrans("-_", "+/"))
                data["mimeType"] = data.pop("mime_type", data.get("mimeType"))
        assert received == body, f"{form}: the SDK sends something else to {path}"

    def refuse(self, form, body, what):
        try:
            self.of[form][0](body)
        except (pydantic.ValidationError, ValueError):
            return
        sys.exit(f"{form}: a body with {what} is accepted")


def parts(form, body):
    if form == "gemini":
        return body["contents"][0]["parts"]
    messages = body["input"] if form == "openai-responses" else body["messages"]
    return messages[-1]["content"]


def png(form, part):
    """A page's file, or None for text."""
    if form == "gemini":
        data = part.get("inlineData", {}).get("data")
    elif form == "anthropic":
        data = part.get("source", {}).get("data")
    else:
        url = part.get("image_url")
        url = url.get("url") if isinstance(url, dict) else url
        data = url and url.removeprefix("data:image/png;base64,")
    return data and base64.b64decode(data, validate=True)


def broken(form, body):
    """Bodies that are wrong in one place each."""
    for name in (key for key in body if key in ("max_tokens", "messages", "model", "contents")):
        if form in ("anthropic", "openai-chat"):
            yield f"no {name}", {key: value for key, value in body.items() if key != name}
    yield "a member too many", {**body, "nonsense": 1}
    first = lambda wrong: parts(form, wrong)[0]
    for change, what in [
        (lambda wrong: first(wrong).update(nonsense=1), "a member too many in a part"),
        (lambda wrong: first(wrong).clear() or first(wrong).update(type="images"), "no such part"),
        (lambda wrong: parts(form, wrong).append(5), "a number for a part"),
    ]:
        wrong = copy.deepcopy(body)
        change(wrong)
        yield what, wrong
    wrong = copy.deepcopy(body)
    if form == "anthropic":
        first(wrong)["source"]["media_type"] = "image/jpg"
    elif form == "openai-chat":
        first(wrong)["image_url"]["detail"] = "huge"
    elif form == "openai-responses":
        first(wrong)["detail"] = "huge"
    else:
        first(wrong)["inlineData"]["mime"] = "image/png"
    yield "a wrong word in a page", wrong


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--binary", default="target/debug/microfiche", type=pathlib.Path)
    binary = arguments.parse_args().binary.resolve()
    interfaces = Interfaces(Server())
    short = "A short text, drawn once.\n"
    words = "the quick brown fox jumps over the lazy dog and runs away".split()
    long = "\n\n".join(" ".join(words[i % 7 :] * 9) + f" {i}." for i in range(900))
    models = {
        "anthropic": "claude-opus-5",
        "openai-chat": "gpt-5.6-sol",
        "openai-responses": "gpt-5.6-sol",
        "gemini": "gemini-3.6-flash",
    }
    checked = refused = 0
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "system.txt").write_text(SYSTEM)

        def bodies(text, form, *more):
            run = subprocess.run(
                [binary, "compress", "--emit", form, "--model", models[form], *more],
                input=text.encode(), capture_output=True, cwd=folder,
            )
            assert run.returncode == 0, run.stderr.decode()
            return [json.loads(line) for line in run.stdout.splitlines()]

        for form, model in models.items():
            # Few images a request, so that a text of pages for seconds is over a limit.
            (folder / "models.toml").write_text(f'[[model]]\nid = "{model}"\nlimits = {{ images = 5 }}\n')
            full = ["--ask", QUESTION, "--system", "system.txt", "--max-tokens", "99"]
            split = ["--split", "--models", "models.toml"]
            cases = [bodies(short, form), bodies(short, form, *full), bodies(long, form, *full, *split)]
            assert [len(case) for case in cases[:2]] == [1, 1] and len(cases[2]) > 2, form
            if form == "gemini":
                cases += [bodies(short, form, "--detail", detail) for detail in ("low", "ultra_high")]
            for body in (body for case in cases for body in case):
                interfaces.accept(form, body)
                pages = [page for page in map(lambda part: png(form, part), parts(form, body)) if page]
                assert pages and all(page.startswith(b"\x89PNG\r\n\x1a\n") for page in pages)
                assert len(pages) <= 5
                checked += 1
            said = json.dumps(cases[1][0], ensure_ascii=False)
            assert json.dumps(SYSTEM, ensure_ascii=False) in said, f"{form}: the system prompt is not as it was"
            assert parts(form, cases[1][0])[-1]["text"] == QUESTION
            for what, body in broken(form, cases[1][0]):
                interfaces.refuse(form, body, what)
                refused += 1
    print(f"{checked} bodies accepted, {refused} broken ones refused")


main()
