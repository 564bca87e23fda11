"""The server client against small HTTP servers that misbehave in the ways real ones do."""

from __future__ import annotations

import contextlib
import json
import math
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tutor import messages
from tutor.contracts import Message, Sampling
from tutor.errors import ModelServerFailed, ModelStopped, PromptTooLong
from tutor.models.json_output import ModelOutputInvalid, checked_json
from tutor.models.server import ServerModel, label_probabilities, named_label
from tutor.models.work_queue import QueueClosed

ASK = [Message("user", "Quel outil ?")]
SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
Answer = Callable[[BaseHTTPRequestHandler, dict[str, Any]], None]


class Fake:
    """One OpenAI-compatible server whose answers a test writes; it records the requests."""

    def __init__(self, models: Any = None, status: int = 200) -> None:
        self.requests: list[dict[str, Any]] = []
        self.headers: list[Any] = []
        self.answer: Answer = lambda handler, request: reply(handler, "oui")
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *args: Any) -> None:
                pass

            def do_GET(self) -> None:
                fake.headers.append(self.headers)
                send(self, models if models is not None else {"data": [{"id": "m1", "object": "model"}]}, status)

            def do_POST(self) -> None:
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                fake.requests.append(request)
                fake.answer(self, request)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def send(handler: BaseHTTPRequestHandler, body: Any, status: int = 200) -> None:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(data)))
    handler.end_headers()
    handler.wfile.write(data)


def reply(handler: BaseHTTPRequestHandler, text: str, logprobs: Any = None) -> None:
    choice: dict[str, Any] = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
    send(handler, {"id": "1", "object": "chat.completion", "choices": [choice | {"logprobs": logprobs}]})


def stream(handler: BaseHTTPRequestHandler, *pieces: str, finish: bool = True, done: bool = True) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "text/event-stream")
    handler.end_headers()
    chunks: list[dict[str, Any]] = [
        {"delta": {"content": piece}, "index": 0, "finish_reason": None} for piece in pieces
    ]
    if finish:
        chunks.append({"delta": {}, "index": 0, "finish_reason": "stop"})
    for chunk in chunks:
        handler.wfile.write(b"data: " + json.dumps({"id": "1", "choices": [chunk]}).encode() + b"\n\n")
        handler.wfile.flush()
    if done:
        handler.wfile.write(b"data: [DONE]\n\n")


@pytest.fixture
def fake() -> Iterator[Fake]:
    fake = Fake()
    yield fake
    fake.close()


@pytest.fixture
def model(fake: Fake) -> Iterator[ServerModel]:
    model = ServerModel(fake.url, api_key="k")
    yield model
    model.close()


def test_the_server_names_the_model_and_gets_the_key(fake: Fake, model: ServerModel) -> None:
    assert (model.name, model.device.name, model.source) == ("m1", "remote", fake.url)
    assert fake.headers[0]["Authorization"] == "Bearer k"


def test_a_model_can_be_picked_and_its_context_read() -> None:
    fake = Fake({"data": [{"id": "a"}, {"id": "b", "max_model_len": 512}]})
    model = ServerModel(f"{fake.url}#b")
    assert (model.name, model.context_size) == ("b", 512)
    with pytest.raises(PromptTooLong):
        model.stream([Message("user", "x" * 900)], Sampling(max_tokens=256))
    model.close()
    with pytest.raises(ModelServerFailed, match="a, b"):
        ServerModel(f"{fake.url}#c")
    fake.close()


@pytest.mark.parametrize(
    ("models", "status", "reason"),
    [
        ({"error": {"message": "Incorrect API key"}}, 401, "401.*Incorrect API key"),
        ({"detail": "Not Found"}, 404, "404.*Not Found"),
        ({"data": []}, 200, "no model"),
        (b"<html>hello</html>", 200, "OpenAI"),
    ],
)
def test_what_is_not_a_model_server(models: Any, status: int, reason: str) -> None:
    fake = Fake(models, status)
    with pytest.raises(ModelServerFailed, match=reason):
        ServerModel(fake.url)
    fake.close()


def test_stream_and_request(fake: Fake, model: ServerModel) -> None:
    fake.answer = lambda handler, request: stream(handler, "Bon", "jour")
    assert list(model.stream(ASK, Sampling(max_tokens=9, seed=4, stop=("\n",)))) == ["Bon", "jour"]
    sent = fake.requests[0]
    assert (sent["model"], sent["max_tokens"], sent["seed"], sent["stop"]) == ("m1", 9, 4, ["\n"])
    assert sent["messages"] == [{"role": "user", "content": "Quel outil ?"}]


@pytest.mark.parametrize("done", [True, False])
def test_an_answer_that_breaks_off_is_an_error(fake: Fake, model: ServerModel, done: bool) -> None:
    fake.answer = lambda handler, request: stream(handler, "Bon", finish=False, done=done)
    pieces = model.stream(ASK)
    assert next(pieces) == "Bon"
    with pytest.raises(ModelServerFailed):
        list(pieces)


def chunk_then_nothing(handler: BaseHTTPRequestHandler, request: dict[str, Any]) -> None:
    """Promise chunks, send one, and close the connection in the middle of the next."""
    handler.protocol_version = "HTTP/1.1"
    handler.send_response(200)
    handler.send_header("Content-Type", "text/event-stream")
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    data = (
        b"data: " + json.dumps({"id": "1", "choices": [{"delta": {"content": "Bon"}, "index": 0}]}).encode() + b"\n\n"
    )
    handler.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n" + b"40\r\ndata")
    handler.close_connection = True


def nothing(handler: BaseHTTPRequestHandler, request: dict[str, Any]) -> None:
    handler.close_connection = True


@pytest.mark.parametrize("answer", [chunk_then_nothing, nothing])
def test_a_connection_that_breaks_off_is_said_in_the_users_language(
    fake: Fake, model: ServerModel, answer: Answer
) -> None:
    fake.answer = answer
    with pytest.raises(ModelServerFailed) as raised:
        list(model.stream(ASK))
    assert f"\u00a0: {messages.text('models.broke_off', 'fr')}." in raised.value.text("fr")
    assert "the answer broke off" in raised.value.text("en")


@pytest.mark.parametrize(
    ("models", "said"),
    [({"data": []}, "aucun modèle"), ({"data": [{"id": "x"}]}, "ses modèles sont"), (b"<html>", "protocole d’OpenAI")],
)
def test_what_is_served_instead_is_said_in_french(models: Any, said: str) -> None:
    fake = Fake(models)
    with pytest.raises(ModelServerFailed) as raised:
        ServerModel(f"{fake.url}#wanted")
    assert said in raised.value.text("fr")
    fake.close()


@pytest.mark.parametrize(
    ("text", "french"),
    [
        ('{"n": "sept"}', "$.n ne respecte pas la règle «\u202ftype\u202f»"),
        ("{}", "$ ne respecte pas la règle «\u202frequired\u202f»"),
        ('{"n": ', "coupé ou mal formé"),
        ("[1]", "objet {…}"),
        ("", "coupé ou mal formé"),
    ],
)
def test_json_that_does_not_fit_is_said_in_french(text: str, french: str) -> None:
    with pytest.raises(ModelOutputInvalid) as raised:
        checked_json(text, {} if text == "[1]" else SCHEMA)
    assert french in raised.value.text("fr")
    assert not {"is", "not", "property", "Expecting", "instead"} & set(raised.value.text("fr").split())


def test_silence_ends_in_a_timeout(fake: Fake) -> None:
    release = threading.Event()

    def silent(handler: BaseHTTPRequestHandler, request: dict[str, Any]) -> None:
        release.wait(30)

    fake.answer = silent
    model = ServerModel(fake.url, timeout=0.3)
    with pytest.raises(ModelServerFailed, match="no answer in time"):
        list(model.stream(ASK))
    release.set()
    model.close()


def test_a_stop_closes_the_connection(fake: Fake, model: ServerModel) -> None:
    broken = threading.Event()

    def endless(handler: BaseHTTPRequestHandler, request: dict[str, Any]) -> None:
        try:
            while True:
                stream(handler, "mot ", finish=False, done=False)
        except OSError:
            broken.set()

    fake.answer = endless
    cancel = threading.Event()
    for _ in model.stream(ASK, cancel=cancel):
        cancel.set()
    assert broken.wait(10)


def idle(model: ServerModel) -> bool:
    """Tell whether no worker of the model is busy, waiting a little for it."""
    return any(not model._queue._running or time.sleep(0.02) for _ in range(250))


@pytest.mark.parametrize("call", ["stream", "stream begun", "choose", "write_json"])
@pytest.mark.parametrize("way", ["cancel", "close"])
def test_a_stop_is_heard_while_the_server_says_nothing(fake: Fake, model: ServerModel, call: str, way: str) -> None:
    asked, let_go = threading.Event(), threading.Event()

    def silent(handler: BaseHTTPRequestHandler, request: dict[str, Any]) -> None:
        if call == "stream begun":
            stream(handler, "Il", finish=False, done=False)
        asked.set()
        let_go.wait(60)

    fake.answer = silent
    cancel = threading.Event()

    def listen() -> None:
        with contextlib.suppress(ModelStopped, QueueClosed):
            match call:
                case "choose":
                    model.choose(ASK, ["a", "b"], cancel=cancel)
                case "write_json":
                    model.write_json(ASK, SCHEMA, cancel=cancel)
                case _:
                    list(model.stream(ASK, cancel=cancel))

    listener = threading.Thread(target=listen)
    try:
        listener.start()
        assert asked.wait(10)
        if way == "cancel":
            cancel.set()
        else:
            model.close()
        listener.join(10)
        assert not listener.is_alive()
        assert idle(model)
        assert len(fake.requests) == 1
    finally:
        let_go.set()


def test_after_a_stop_the_model_answers_again(fake: Fake, model: ServerModel) -> None:
    asked, let_go = threading.Event(), threading.Event()
    fake.answer = lambda handler, request: (asked.set(), let_go.wait(60), None)[-1]
    cancels = [threading.Event() for _ in range(6)]  # more than the model has workers
    callers = [
        threading.Thread(target=lambda cancel=cancel: list(model.stream(ASK, cancel=cancel))) for cancel in cancels
    ]
    try:
        for caller in callers:
            caller.start()
        assert asked.wait(10)
        for cancel in cancels:
            cancel.set()
        for caller in callers:
            caller.join(10)
        fake.answer = lambda handler, request: stream(handler, "Il", " dort")
        assert "".join(model.stream(ASK)) == "Il dort"
    finally:
        let_go.set()


def test_too_long_for_the_server(fake: Fake, model: ServerModel) -> None:
    body = {"error": {"message": "too long", "code": "context_length_exceeded"}}
    fake.answer = lambda handler, request: send(handler, body, 400)
    with pytest.raises(PromptTooLong):
        list(model.stream(ASK))


def test_json_falls_back_from_form_to_form_and_remembers(fake: Fake, model: ServerModel) -> None:
    def only_json_object(handler: BaseHTTPRequestHandler, request: dict[str, Any]) -> None:
        kind = request["response_format"]["type"]
        if kind == "json_object":
            reply(handler, '{"n": 7}')
        else:
            reply(handler, "json_schema is ignored here")

    fake.answer = only_json_object
    assert model.write_json(ASK, SCHEMA) == {"n": 7}
    assert model.write_json(ASK, SCHEMA) == {"n": 7}
    kinds = [request["response_format"]["type"] for request in fake.requests]
    assert kinds == ["json_schema", "json_object", "json_object"]


def test_json_out_of_a_talkative_server_without_response_format(fake: Fake, model: ServerModel) -> None:
    def refuses(handler: BaseHTTPRequestHandler, request: dict[str, Any]) -> None:
        if "response_format" in request:
            send(handler, {"error": {"message": "unknown field"}}, 422)
        else:
            reply(handler, 'Voici : {"n": 7} !')

    fake.answer = refuses
    assert model.write_json(ASK, SCHEMA) == {"n": 7}


def test_json_that_never_fits(fake: Fake, model: ServerModel) -> None:
    fake.answer = lambda handler, request: reply(handler, '{"n": "sept"}')
    with pytest.raises(ModelOutputInvalid):
        model.write_json(ASK, SCHEMA)
    assert len(fake.requests) == 3


def test_a_form_that_worked_is_kept_when_one_reply_fails(fake: Fake, model: ServerModel) -> None:
    replies = iter(['{"n": 1}', '{"n": ', '{"n": 2}'])
    fake.answer = lambda handler, request: reply(handler, next(replies))
    assert model.write_json(ASK, SCHEMA) == {"n": 1}
    with pytest.raises(ModelOutputInvalid):
        model.write_json(ASK, SCHEMA)
    assert model.write_json(ASK, SCHEMA) == {"n": 2}
    assert {request["response_format"]["type"] for request in fake.requests} == {"json_schema"}


def test_choice_with_logprobs(fake: Fake, model: ServerModel) -> None:
    def token(text: str, **others: float) -> dict[str, Any]:
        tops = [{"token": other, "logprob": math.log(p), "bytes": None} for other, p in others.items()]
        return {"token": text, "logprob": math.log(others.get(text, 1.0)), "bytes": None, "top_logprobs": tops}

    content = [token('{"label":"'), token("quiz", quiz=0.6, course=0.2, other=0.2), token('"}')]
    fake.answer = lambda handler, request: reply(handler, '{"label":"quiz"}', {"content": content})
    choice = model.choose(ASK, ["course_search", "quiz"])
    assert choice.label == "quiz"
    assert choice.probabilities == pytest.approx({"course_search": 0.25, "quiz": 0.75})


def test_choice_without_logprobs_is_a_point_mass(fake: Fake, model: ServerModel) -> None:
    def no_logprobs(handler: BaseHTTPRequestHandler, request: dict[str, Any]) -> None:
        if request.get("logprobs"):
            send(handler, {"error": {"message": "logprobs not supported"}}, 500)
        else:
            reply(handler, '{"label": "quiz"}')

    fake.answer = no_logprobs
    assert model.choose(ASK, ["course", "quiz"]).probabilities == {"course": 0.0, "quiz": 1.0}
    assert model.choose(ASK, ["course", "quiz"]).label == "quiz"
    assert [bool(request.get("logprobs")) for request in fake.requests] == [True, False, False]


def test_a_refused_form_does_not_cost_the_logprobs(fake: Fake, model: ServerModel) -> None:
    def llama_cpp_python(handler: BaseHTTPRequestHandler, request: dict[str, Any]) -> None:
        if request["response_format"]["type"] == "json_schema":
            send(handler, {"error": {"message": "literal_error"}}, 500)
        else:
            reply(handler, '{"label": "quiz"}')

    fake.answer = llama_cpp_python
    model.choose(ASK, ["course", "quiz"])
    model.choose(ASK, ["course", "quiz"])
    assert fake.requests[-1].get("logprobs") is True


def test_a_stream_refused_in_silence_is_asked_why(fake: Fake, model: ServerModel) -> None:
    def mute(handler: BaseHTTPRequestHandler, request: dict[str, Any]) -> None:
        if request.get("stream"):
            stream(handler, finish=False)
        else:
            send(handler, {"error": {"message": "too long", "code": "context_length_exceeded"}}, 400)

    fake.answer = mute
    with pytest.raises(PromptTooLong):
        list(model.stream(ASK))


def test_choice_is_always_a_label(fake: Fake, model: ServerModel) -> None:
    fake.answer = lambda handler, request: reply(handler, "Je prends course_search, pas course.")
    assert model.choose(ASK, ["course", "course_search"]).label == "course_search"
    fake.answer = lambda handler, request: reply(handler, "Aucun.")
    with pytest.raises(ModelServerFailed, match="Aucun"):
        model.choose(ASK, ["course", "quiz"])


def test_named_label_wants_whole_words() -> None:
    assert named_label("discourse", ["course"]) is None
    assert named_label("Quiz.", ["course", "quiz"]) == "quiz"


def test_probabilities_along_several_tokens() -> None:
    # course_search, course_list and quiz: "course" 0.8 against "qu" 0.2; then "_search" 0.5 against "_list" 0.5
    tokens = [
        ('{"label": "', {'{"label": "': 0.0}),
        ("course", {"course": math.log(0.8), "qu": math.log(0.2)}),
        ("_search", {"_search": math.log(0.5), "_list": math.log(0.5)}),
        ('"}', {'"}': 0.0}),
    ]
    found = label_probabilities(tokens, ["course_search", "course_list", "quiz"], "course_search")
    assert found == pytest.approx({"course_search": 0.4, "course_list": 0.4, "quiz": 0.2})


def test_probabilities_of_labels_where_one_begins_the_other() -> None:
    tokens = [
        ('{"label":"', {}),
        ("rnn", {"rnn": 0.0}),
        ('"}', {'"}': math.log(0.9), "_demo": math.log(0.1)}),
    ]
    found = label_probabilities(tokens, ["rnn", "rnn_demo"], "rnn")
    assert found == pytest.approx({"rnn": 0.9, "rnn_demo": 0.1})


def test_probabilities_without_a_trace_of_the_label() -> None:
    assert label_probabilities([("bla", {"bla": -1.0})], ["a", "b"], "b") == {"a": 0.0, "b": 1.0}


def test_a_reply_without_a_choice_is_an_error_in_words() -> None:
    fake = Fake()
    fake.answer = lambda handler, request: send(handler, {"id": "1", "object": "chat.completion", "choices": []})
    model = ServerModel(fake.url)
    try:
        with pytest.raises((ModelServerFailed, ModelOutputInvalid)):
            model.choose(ASK, ["a", "b"])
        with pytest.raises((ModelServerFailed, ModelOutputInvalid)):
            model.write_json(ASK, SCHEMA)
    finally:
        model.close()
        fake.close()
