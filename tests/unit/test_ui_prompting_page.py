"""The workshop's page without a browser: any input gets a clear answer, and a run is worded in both languages."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tutor.compose import PROMPTS
from tutor.contracts import Language
from tutor.models.scripted import ScriptedModel
from tutor.prompting import checklist
from tutor.prompting.exercises import Exercise
from tutor.prompting.generators import generate
from tutor.prompting.store import Experiments
from tutor.prompting.workshop import Workshop
from tutor.ui import prompting_page
from tutor.ui.prompting_page import PromptingPage, transcripts_html

LANGUAGES: tuple[Language, ...] = ("fr", "en")
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def built(tmp_path: Path) -> Iterator[tuple[PromptingPage, Any]]:
    import gradio as gr

    model = ScriptedModel(lambda said: '{"answer": "Omar"}' if said[-1].role == "assistant" else HOSTILE)
    other = ScriptedModel(["Réponse : 7"], name="other")
    workshop = Workshop(model, PROMPTS, Experiments(tmp_path), {"other": lambda: other})
    with gr.Blocks() as blocks:
        chosen, box, begun = gr.State("fr"), gr.Textbox(), gr.State("")
        page = PromptingPage(workshop, "fr")
        page.connect(blocks, chosen, box, begun)
    yield page, blocks


def handler(blocks: Any, name: str) -> Any:
    return next(fn.fn for fn in blocks.fns.values() if fn.name == name)


def run(blocks: Any, *values: Any, language: str = "fr", session: str = "s", second: Any = "") -> list[dict[Any, Any]]:
    return list(handler(blocks, "run")(language, *values, second, SimpleNamespace(session_hash=session)))


def test_two_models_stand_side_by_side(built: tuple[PromptingPage, Any]) -> None:
    page, blocks = built
    events = run(blocks, "question_answering", 3, 0, ["direct"], "", (), second="other")
    last = events[-1]
    assert "« scripted »" in last[page.result].replace("\u202f", " ") and "other" in last[page.result]
    assert "ne suffisent pas à attribuer l’écart à la taille" in last[page.result]
    assert last[page.transcripts].count("<h4>") == 2 and "other" in last[page.figure]
    unknown = run(blocks, "question_answering", 3, 0, ["direct"], "", (), second=["nobody"])[-1]
    assert unknown[page.transcripts].count("<h4>") == 1


def test_a_run_ends_with_a_table_verdicts_and_transcripts(built: tuple[PromptingPage, Any]) -> None:
    page, blocks = built
    events = run(blocks, "question_answering", 4, 0, ["direct", "few_shot"], "", ())
    assert any("<progress" in event.get(page.status, "") for event in events)
    last = events[-1]
    assert "aucune différence ne peut être affirmée" in last[page.result]
    assert "<svg" in last[page.figure]
    assert last[page.transcripts].count("<details>") == 8
    assert HOSTILE not in last[page.transcripts] and "&lt;script&gt;" in last[page.transcripts]
    english = run(blocks, "question_answering", 2, 0, ["direct", "few_shot"], "", (), language="en")[-1]
    assert "no difference can be claimed" in english[page.result]


@pytest.mark.parametrize("second", ["", "other"])
def test_while_it_runs_there_are_counts_and_no_verdict(
    built: tuple[PromptingPage, Any], monkeypatch: pytest.MonkeyPatch, second: str
) -> None:
    monkeypatch.setattr(prompting_page, "REDRAW_SECONDS", -1.0)
    page, blocks = built
    *events, last = run(blocks, "question_answering", 4, 0, ["direct", "few_shot"], "", (), second=second)
    drawn = [event[page.result] for event in events if event.get(page.result)]
    assert len(drawn) >= 8 and all("justes" in each for each in drawn)
    assert not any(said in each for each in drawn for said in ("différence", "fait mieux", "taux"))
    assert not any(event.get(page.figure) for event in events)
    assert "différence" in last[page.result] and "taux" in last[page.result]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (("nowhere", 4, 0, ["direct"], "", ()), "exercices « nowhere »".replace(" ", "")),
        (("addition_3", 4, 0, ["magic"], "", ()), "technique"),
        (("addition_3", 4, 0, ["mine"], "", ()), "mine"),
        (("addition_3", 4, 0, ["mine"], "{{ nothing }} {{ question }}", ()), "nothing"),
        (("anagram", 499, 0, ["direct"], "", ()), "499"),
    ],
)
def test_what_cannot_be_run_is_said(built: tuple[PromptingPage, Any], values: tuple[Any, ...], said: str) -> None:
    page, blocks = built
    last = run(blocks, *values)[-1]
    assert "failure" in last[page.status]
    assert said in last[page.status].replace("\u202f", "").replace(" ", "")


@pytest.mark.parametrize("n", [None, "x", -5, 0, math.nan, math.inf, 1e9, True])
def test_any_number_from_a_browser_is_brought_within_bounds(built: tuple[PromptingPage, Any], n: Any) -> None:
    page, _ = built
    plan = page._plan(page.workshop, "addition_3", n, n, "x", None, (), "fr")
    assert 1 <= len(plan.exercises) <= 500 and plan.seed >= 0


def test_my_own_prompt_is_scored_on_exercises_that_were_not_shown(built: tuple[PromptingPage, Any]) -> None:
    page, _ = built
    shown = generate("addition_3", 20, seed=0, language="fr")
    plan = page._plan(page.workshop, "addition_3", 20, 0, ["direct", "mine"], "{{ question }}", (), "fr")
    assert not {each.prompt for each in plan.exercises} & {each.prompt for each in shown}
    again = page._plan(page.workshop, "addition_3", 20, 0, ["direct"], "", (), "fr")
    assert again.exercises == shown


def test_a_second_run_of_the_same_session_waits(built: tuple[PromptingPage, Any]) -> None:
    _, blocks = built
    first = handler(blocks, "run")
    values = ("fr", "addition_3", 3, 0, ["direct"], "", (), "", SimpleNamespace(session_hash="s"))
    going = first(*values)
    next(going)
    assert len(list(first(*values))) == 1
    going.close()
    assert len(list(first(*values))) > 1


def test_a_teacher_s_file_is_taken_or_refused_with_its_line(built: tuple[PromptingPage, Any], tmp_path: Path) -> None:
    page, blocks = built
    read = handler(blocks, "read_file")
    path = tmp_path / "f.jsonl"
    path.write_text('{"id": "a", "prompt": "1 + 1 ?", "answer": "2"}\n', encoding="utf-8")
    taken = read(str(path), "fr")
    assert [each.id for each in taken[page.given]] == ["a"]
    path.write_text('{"id": "a", "prompt": "1 + 1 ?"}\n', encoding="utf-8")
    refused = read(str(path), "fr")
    assert page.given not in refused and "ligne 1" in refused[page.status]
    assert read(None, "fr") == {page.status: ""}


def test_the_dose_is_drawn_or_said_to_be_impossible(built: tuple[PromptingPage, Any]) -> None:
    page, blocks = built
    measure = handler(blocks, "measure")
    events = list(measure("fr", "addition_3", 0, (), SimpleNamespace(session_hash="d")))
    assert "<svg" in events[-1][page.dose] and "mesures" in events[5][page.dose]
    bare = (Exercise("x", "other", "1 + 1 ?", "2", ("2",), "fr"),)
    refused = list(measure("fr", "addition_3", 0, bare, SimpleNamespace(session_hash="d")))[-1]
    assert "solution détaillée" in refused[page.dose]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_there_in_both_languages(built: tuple[PromptingPage, Any], language: Language) -> None:
    page, _ = built
    words = json.dumps(list(page.wording(language).values()), ensure_ascii=False)
    assert ("Atelier" in words) == (language == "fr")
    assert ("my prompt" in words) == (language == "en")


@pytest.mark.parametrize(
    ("template", "lacking"),
    [
        ("Question : {{ question }}\nRéponse :", {"steps", "examples"}),
        ("Raisonne étape par étape.\n{{ question }}", {"format", "examples"}),
        ("{% for e in examples %}{{ e.question }} Réponse : {{ e.answer }}{% endfor %}{{ question }}", {"steps"}),
        ("{{ question }} {{ question }} Réponse :", {"steps", "examples", "question"}),
        ("{{ question }}" + " bla" * 100 + " Réponse :", {"steps", "examples", "question"}),
    ],
)
def test_the_checklist_says_what_is_there(template: str, lacking: set[str]) -> None:
    assert {each.key for each in checklist.look_at(template, ()) if not each.ok} == lacking


def test_an_exercise_that_was_copied_is_found_whatever_its_case() -> None:
    tested = generate("word_problem", 5, seed=0, language="fr")
    copied = f"{tested[2].prompt.upper()}\nRéponse : {tested[2].answer}\n{{{{ question }}}}"
    assert checklist.leaked(copied, tested) == [tested[2]]
    others = generate("word_problem", 3, seed=1, language="fr")
    honest = "\n".join(f"{each.prompt}\nRéponse : {each.answer}" for each in others)
    assert checklist.leaked(honest, tested) == []


def test_the_checklist_and_the_templates_of_the_page(built: tuple[PromptingPage, Any]) -> None:
    page, _ = built
    assert "✓" in page._checks_html("{{ question }}", "addition_3", 0, (), "fr")
    assert "failure" in page._checks_html("{{ nothing }}", "addition_3", 0, (), "fr")
    assert page._checks_html("", "addition_3", 0, (), "fr") == "" == page._checks_html(None, None, None, (), "fr")
    assert page._template("direct", "en").startswith("---") and page._template("../answer", "fr") == ""
    assert transcripts_html(SimpleNamespace(outcomes=()), "fr") == ""  # type: ignore[arg-type]
