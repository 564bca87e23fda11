"""The agent's prompting_lab: what it takes, what it brings back, and what it says of arguments that mean nothing."""

from __future__ import annotations

import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tutor import cli
from tutor.agent.prompting_tool import PROMPTING, prompting_tool
from tutor.agent.turn import TurnState
from tutor.compose import PROMPTS
from tutor.contracts import DemoResult, Language
from tutor.demos.laboratory import Laboratory
from tutor.errors import ExerciseTaskUnknown, OwnPromptInvalid, TechniqueUnknown
from tutor.models.scripted import ScriptedModel
from tutor.prompting.store import Experiments
from tutor.prompting.workshop import Workshop


def lab(home: Path | None = None) -> Any:
    model = ScriptedModel(lambda said: '{"answer": "7"}' if said[-1].role == "assistant" else "Réponse : 7")
    return prompting_tool(Workshop(model, PROMPTS, Experiments(home) if home else None), "fr", Laboratory(home))


def call(tool: Any, *, language: Language = "fr", stopped: bool = False, **raw: Any) -> Any:
    cancel = threading.Event()
    if stopped:
        cancel.set()
    turn = TurnState("compare", None, language, cancel)
    _, result = tool.func(runtime=SimpleNamespace(context=turn), **raw)
    return result


def test_it_brings_back_facts_a_table_a_figure_and_a_run_that_is_kept(tmp_path: Path) -> None:
    tool = lab(tmp_path)
    assert tool.name == PROMPTING == "prompting_lab"
    result = call(tool, task="addition_3", techniques="direct, cot", n=3, seed=2)
    assert isinstance(result, DemoResult)
    (experiment,) = Experiments(tmp_path).ids()
    assert result.args == {
        "task": "addition_3",
        "techniques": "direct, zero_shot_cot",
        "n": 3,
        "experiment": experiment,
    }
    assert (result.seed, result.metrics["direct.correct"]) == (2, 0)
    assert any("aucune différence ne peut être affirmée" in fact for fact in result.facts)
    assert result.oracle is not None and result.oracle.ok
    assert result.table and len(result.table["rows"]) == 2 and result.figure
    assert [Experiments(tmp_path).load(each).total for each in Experiments(tmp_path).ids()] == [6]
    runs = Laboratory(tmp_path).runs
    assert runs is not None and runs.load(result.run_id).facts == result.facts


def test_a_demo_is_not_made_of_it_again_but_the_next_step_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    result = call(lab(tmp_path), task="addition_3", techniques="direct, cot", n=2)
    home = ["--home", str(tmp_path), "--lang", "fr"]
    assert cli.main(["demo", "rerun", result.run_id, *home]) == 1
    said = capsys.readouterr().err
    command = f"tutor prompting show {result.args['experiment']}"
    assert command in said and "atelier de prompts" in said
    assert cli.main([*command.split()[1:], *home]) == 0
    assert result.args["experiment"] in capsys.readouterr().out


@pytest.mark.parametrize(
    ("raw", "techniques"),
    [
        ({}, "direct, few_shot"),
        ({"techniques": "few_shot"}, "direct, few_shot"),
        ({"techniques": "direct"}, "direct"),
        ({"strategies": ["analogical", "zero_shot"]}, "analogical, direct"),
        ({"prompt": "Donne seulement le nombre"}, "direct, mine"),
        ({"prompt": "{{ question }} = ?", "techniques": "cot"}, "zero_shot_cot, mine"),
    ],
)
def test_what_is_not_said_has_a_default(raw: dict[str, Any], techniques: str) -> None:
    assert call(lab(), task="modular_arithmetic", n=1, **raw).args["techniques"] == techniques


@pytest.mark.parametrize(("n", "asked"), [(None, 10), ("x", 10), (-3, 1), (0, 1), (10**9, 100), (True, 10)])
def test_numbers_are_brought_within_bounds(n: Any, asked: int) -> None:
    assert call(lab(), task="addition_3", techniques="direct", n=n).args["n"] == asked


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        ({"task": "cuisine"}, ExerciseTaskUnknown),
        ({"techniques": "magie"}, TechniqueUnknown),
        ({"prompt": "{{ réponse }} {{ question }}"}, OwnPromptInvalid),
    ],
)
def test_what_means_nothing_is_an_error_for_the_user(raw: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        call(lab(), **raw)


def test_a_run_that_is_stopped_brings_back_nothing() -> None:
    assert call(lab(), techniques="direct", n=3, stopped=True) is None
