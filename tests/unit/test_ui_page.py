"""What can be known of the page without a browser: it builds, says everything twice, and launches offline."""

import inspect
import json
import re
import threading
from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from tutor import messages
from tutor.contracts import Chapter, Hit, Passage, Quotable, SearchResult, ToolCall, ToolStarted
from tutor.models.scripted import ScriptedModel
from tutor.models.speed import StartBanner
from tutor.ui.page import (
    MOST_STARTERS,
    SECURITY_POLICY,
    build_page,
    covered_starters,
    launch_options,
    passage_panel,
    wording,
)
from tutor.ui.view import exchange_messages

PASSAGE = Passage("rnn#lstm-1", "RNN", "LSTM <b>", ("Cours", "RNN", "LSTM <b>"), "Une cellule LSTM.", "cours.md", 0)


class OnePassage:
    """Covers the questions that name one of ``words``."""

    chapters = (Chapter("rnn", "RNN", "cours.md"),)
    passages = (PASSAGE,)

    def neighbours(self, passage_id: str) -> tuple[Passage | None, Passage | None]:
        return None, None

    def __init__(self, *words: str) -> None:
        self.words = words

    def search(self, query: str, *, limit: int = 8) -> SearchResult:
        covered = any(word in query for word in self.words)
        return SearchResult(query, (Hit(PASSAGE, 1, 1, 1),) * covered, float(covered), covered)

    def passage(self, passage_id: str) -> Passage | None:
        return PASSAGE if passage_id == PASSAGE.id else None

    def quotables(self, query: str, passage_ids: Sequence[str]) -> Sequence[Quotable]:
        return ()


class Silent:
    def answer(self, question: str, **options: Any) -> Any:
        return iter(())


@pytest.fixture
def page() -> Any:
    return build_page(Silent(), course=OnePassage("LSTM"), language="en", banner="Model: <x>")


def test_the_page_is_born_in_its_language(page: Any) -> None:
    config = json.dumps(page.get_config_file(), default=str, ensure_ascii=False)
    assert "What would you like to understand?" in config
    assert "Que veux-tu comprendre" not in config
    assert "Model: &lt;x&gt;" in config


def test_handlers_are_not_offered_as_an_api(page: Any) -> None:
    assert page.fns
    assert {fn.api_visibility for fn in page.fns.values()} == {"private"}


def test_no_font_and_no_script_from_elsewhere(page: Any) -> None:
    options = launch_options()
    assert options["theme"]._stylesheets == []
    assert not re.search(r"url\(|@import|https?:", options["css"])
    scripts = {part["props"].get("js_on_load") for part in page.get_config_file()["components"]} - {None}
    assert {"tutorPage", "tutorCourse"} <= set(re.findall(r"window\.(\w+) = ", "".join(scripts)))
    assert not re.search(r"(?<!w3\.org/2000/svg)https?:", "".join(scripts))
    assert "http" not in SECURITY_POLICY


def test_gradio_knows_every_launch_option() -> None:
    import gradio as gr

    assert set(launch_options()) <= set(inspect.signature(gr.Blocks.launch).parameters)


def test_starters_are_those_that_the_course_covers() -> None:
    starters = covered_starters(OnePassage("LSTM", "word2vec"))
    expected = ["demo", "word2vec", "gru"]
    assert starters == {
        language: [messages.text(f"page.starter.{name}", language) for name in expected] for language in ("fr", "en")
    }
    assert len(covered_starters(OnePassage(""))["fr"]) == MOST_STARTERS


def test_both_languages_word_the_same_components() -> None:
    french, english = (wording(language, "x", {"fr": ["un"], "en": ["one"]}) for language in ("fr", "en"))
    assert {name: set(texts) for name, texts in french.items()} == {name: set(texts) for name, texts in english.items()}
    assert french["starter 1"] == {"value": "", "visible": False}
    assert english["starter 0"] == {"value": "one", "visible": True}


def test_the_title_of_the_tab_follows_the_language(page: Any) -> None:
    scripts = [str(fn.js) for fn in page.fns.values() if "tutorPage?.language" in str(fn.js)]
    assert len(scripts) == 2, "when the page is opened, and when its language is switched"
    for script in scripts:
        assert json.dumps({"fr": "Tuteur du cours", "en": "Course tutor"}) in script


def test_a_page_that_is_open_hears_the_speed_once_it_is_measured() -> None:
    what_runs = StartBanner(ScriptedModel(["mot " * 30]))
    page = build_page(Silent(), course=OnePassage("LSTM"), language="fr", banner=what_runs)
    [complete] = [each.fn for each in page.fns.values() if getattr(each.fn, "__name__", "") == "complete_banner"]
    heard: list[Any] = []
    waiting = threading.Thread(target=lambda: heard.append(complete("en")))
    waiting.start()
    what_runs.measure("fr")
    waiting.join(30)
    assert "tokens/s" in heard[0]["value"]


def test_what_cannot_be_drawn_leaves_the_page_ready_for_another_question(monkeypatch: pytest.MonkeyPatch) -> None:
    class Shows:
        def answer(self, question: str, **options: Any) -> Any:
            yield ToolStarted(ToolCall("ngram_demo", {}))

    def draw(exchange: Any, language: Any) -> Any:
        if exchange.stages:
            raise KeyError("--figure-zz")
        return exchange_messages(exchange, language)

    monkeypatch.setattr("tutor.ui.page.exchange_messages", draw)
    built = build_page(Shows(), course=OnePassage("LSTM"), language="fr", banner="Modèle")
    ask = next(each.fn for each in built.fns.values() if getattr(each.fn, "__name__", "") == "ask")
    for _ in range(2):  # the session is free again
        *_, last = ask("montre", (), "fr", "", "", "student", SimpleNamespace(session_hash="a"))
        by_id = {component.elem_id: update for component, update in last.items()}
        assert by_id["send"]["visible"] and not by_id["stop"]["visible"] and by_id["new"]["interactive"]
        assert [message["role"] for message in by_id["chat"]["value"]] == ["user", "assistant"]
        [kept] = next(value for component, value in last.items() if isinstance(value, tuple))
        assert kept.question == "montre" and kept.error and not kept.stages


def test_the_banner_is_folded_but_a_warning_is_not() -> None:
    def what_runs(banner: Any) -> str:
        return str(wording("fr", banner, {})["what_runs"]["value"])

    assert what_runs({"fr": "Modèle : a\nVitesse : <b>", "en": "no"}) == (
        "<details><summary>Modèle : a</summary><p>Vitesse : &lt;b&gt;</p></details>"
    )
    assert what_runs("une ligne") == "<p>une ligne</p>"
    assert what_runs("Modèle : a\n" + messages.text("models.banner.gpu_missed", "fr")).startswith("<details open>")


def test_the_panel_opens_what_exists_only() -> None:
    shown = passage_panel(OnePassage(), "#passage/rnn%23lstm-1/4/11", "fr")
    assert "<mark>cellule</mark>" in shown
    assert "Cours › RNN › LSTM &lt;b&gt;" in shown
    assert 'href="#cours/rnn/lstm-1/4/11"' in shown  # the same words, in their chapter
    assert "cours.md" in shown
    for invented in ("#passage/absent/0/1", "#passage/../0/1", None, ["#passage"], 7):
        assert messages.text("page.passage.missing", "en") in passage_panel(OnePassage(), invented, "en")


class WithNeighbours(OnePassage):
    def neighbours(self, passage_id: str) -> tuple[Passage | None, Passage | None]:
        return replace(PASSAGE, id="rnn#lstm-0", text="Ce qui précède <i>."), None


def test_the_panel_folds_what_is_written_around() -> None:
    shown = passage_panel(WithNeighbours(), "#passage/rnn%23lstm-1/4/11", "fr")
    before, after = shown.split("<mark>")
    assert "<summary>Juste avant</summary>" in before
    assert "Ce qui précède &lt;i&gt;." in before
    assert "Juste après" not in after
    assert "Juste avant" not in passage_panel(OnePassage(), "#passage/rnn%23lstm-1/4/11", "fr")
