"""A real ``python -m llama_cpp.server`` on loopback, with SmolLM2."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tutor.contracts import Message, Sampling
from tutor.errors import ModelServerFailed, PromptTooLong
from tutor.models.catalogue import open_model
from tutor.models.server import ServerModel

pytestmark = pytest.mark.model

PARIS = [Message("user", "Name the capital city of France.")]
LONG = [Message("user", "Tell me a long story about a cat and a dog.")]


@contextmanager
def serving(
    model: Path, log: Path, *options: str, port: int | None = None
) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Start a server, on a free port if none is given, wait until it answers, and end it."""
    if port is None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
    command = [sys.executable, "-m", "llama_cpp.server", "--model", str(model), "--host", "127.0.0.1"]
    command += ["--port", str(port), "--n_ctx", "1024", "--n_threads", "2", "--model_alias", "smol", *options]
    patient = os.environ | {"OMP_WAIT_POLICY": "PASSIVE"}  # its threads share the cores with this process's
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env=patient)
    try:
        for _ in range(600):
            assert process.poll() is None, log.read_text()[-2000:]
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield process, f"http://127.0.0.1:{port}/v1"
    finally:
        process.kill()
        process.wait(20)


@pytest.fixture(scope="module")
def url(smollm2_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(smollm2_file, tmp_path_factory.mktemp("server") / "log.txt") as (_, address):
        yield address


@pytest.fixture(scope="module")
def model(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerModel]:
    model = open_model(url, home=tmp_path_factory.mktemp("home"))
    assert isinstance(model, ServerModel)
    yield model
    model.close()


def test_name_and_stream(model: ServerModel) -> None:
    assert (model.name, model.device.name) == ("smol", "remote")
    pieces = list(model.stream(PARIS, Sampling(max_tokens=24)))
    assert len(pieces) > 2 and "Paris" in "".join(pieces)


def test_a_proxy_in_the_environment_is_not_asked_about_loopback(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    model = ServerModel(url)
    assert model.name == "smol"
    model.close()


def test_cancel_then_reuse(model: ServerModel) -> None:
    cancel, said = threading.Event(), []
    for piece in model.stream(LONG, Sampling(max_tokens=500), cancel=cancel):
        said.append(piece)
        cancel.set()
    assert len(said) == 1
    assert "Paris" in "".join(model.stream(PARIS, Sampling(max_tokens=24)))


def test_two_at_once_both_complete(model: ServerModel) -> None:
    # this server ends the running answer when a new request comes: the queue must keep the second one waiting
    alone = "".join(model.stream(LONG, Sampling(max_tokens=40)))
    together: dict[int, str] = {}

    def ask(number: int) -> None:
        together[number] = "".join(model.stream(LONG, Sampling(max_tokens=40)))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert together == {0: alone, 1: alone}


def test_choice_is_a_label_and_probabilities_sum_to_one(model: ServerModel) -> None:
    choice = model.choose(PARIS, ["London", "Paris", "Rome"])
    assert choice.label in ("London", "Paris", "Rome")
    assert sum(choice.probabilities.values()) == pytest.approx(1)
    assert max(choice.probabilities, key=lambda label: choice.probabilities[label]) == choice.label


def test_json_satisfies_its_schema(model: ServerModel) -> None:
    schema = {
        "type": "object",
        "properties": {"city": {"enum": ["Paris", "Rome"]}, "n": {"type": "integer"}},
        "required": ["city", "n"],
        "additionalProperties": False,
    }
    value = model.write_json(PARIS, schema, Sampling(max_tokens=60))
    assert value["city"] in ("Paris", "Rome") and isinstance(value["n"], int)


def test_too_long_is_said_by_us_or_by_the_server(model: ServerModel) -> None:
    with pytest.raises(PromptTooLong):
        model.stream([Message("user", "mot " * 20_000)])
    with pytest.raises(PromptTooLong):  # 3,000 characters pass our estimate; 1,024 tokens do not hold them
        list(model.stream([Message("user", "7 " * 1_500)], Sampling(max_tokens=16)))


def test_the_estimate_is_near_the_server_s_tokenizer(model: ServerModel, url: str) -> None:
    text = "Un modèle de langage attribue une probabilité à chaque suite de mots, puis choisit le mot suivant. " * 5
    request = urllib.request.Request(
        url.removesuffix("/v1") + "/extras/tokenize/count",
        data=json.dumps({"input": text}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        exact = json.load(response)["count"]
    assert exact * 0.75 <= model.count_tokens(text) <= exact * 1.5


def test_an_unknown_path_is_a_readable_error(url: str) -> None:
    with pytest.raises(ModelServerFailed, match="404"):
        ServerModel(url.removesuffix("/v1") + "/v2/v1")


def test_a_server_killed_in_the_middle(smollm2_file: Path, tmp_path: Path) -> None:
    with serving(smollm2_file, tmp_path / "log.txt", "--api_key", "secret") as (process, address):
        with pytest.raises(ModelServerFailed, match="401"):
            list(ServerModel(address, api_key="wrong").stream(PARIS))
        model = ServerModel(address, api_key="secret")
        pieces = model.stream(LONG, Sampling(max_tokens=400))
        assert next(pieces)
        process.kill()
        with pytest.raises(ModelServerFailed) as raised:
            list(pieces)
        assert address in raised.value.text("fr")
        with pytest.raises(ModelServerFailed):  # and the next question fails at once, not after a wait
            list(model.stream(PARIS))
        model.close()
