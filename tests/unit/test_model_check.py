"""The check of a model, on scripted ones: a perfect pupil, one that speaks English, one that repeats itself."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import SmallCourse, StemEmbedder

from tutor import messages
from tutor.agent.quizzing import Examiner
from tutor.agent.tools import all_tools
from tutor.compose import PROMPTS
from tutor.contracts import Message, Profile
from tutor.demos.laboratory import Laboratory
from tutor.evaluation import model_check
from tutor.models.profile import keep_measure, kept_report, measured_profile
from tutor.models.scripted import ScriptedModel
from tutor.prompting.workshop import Workshop
from tutor.quiz.activities import Activity
from tutor.quiz.bank import Bank
from tutor.retrieval.glossary import Glossary

PROBES = yaml.safe_load(model_check.PROBES.read_text(encoding="utf-8"))
FORMS: dict[str, str] = {
    "oui": "Oui.",
    "non": "Non !",
    "bibliothèque": "bibliothèque",
    "items": "rouge, vert, bleu",
    "begins": "En bref, une carte routière sert à trouver son chemin.",
    "sentences": "Un thermomètre sert à mesurer la température.",
}


def perfect(prompt: Sequence[Message]) -> str:
    """Answer each request as its author hoped."""
    asked = prompt[-1].content
    for probe in PROBES["instructions"]:
        if asked == probe["ask"]:
            return FORMS[probe["one_of"][0] if "one_of" in probe else next(key for key in FORMS if key in probe)]
    for probe in PROBES["passages"]:
        if probe["question"] in asked:
            if probe.get("refuses"):
                return messages.text("answer.refusal", "fr")
            return f"C’est ce que dit le texte : {probe['says'][0][0]} [1]."
    for probe in PROBES["tools"]:
        if probe["say"] in asked:
            return str(probe["tool"])
    return "Un dictionnaire donne le sens des mots de la langue. On le consulte pour comprendre un texte."


def checked(script: Callable[[Sequence[Message]], str]) -> dict[str, Any]:
    model = ScriptedModel(script, name="élève", context_size=50_000)
    return model_check.run(model, PROMPTS, "fr", lambda text: None)


def test_a_perfect_pupil_writes_and_chooses() -> None:
    report = checked(perfect)
    assert not [probe for probe in report["probes"] if not probe["right"]]
    assert report["writes"] and report["chooses"]
    table = model_check.format_table(report, "fr")
    assert "Il écrit" in table and "Il choisit" in table and "Manqué" not in table
    json.dumps(report)


@pytest.mark.parametrize(
    "script",
    [
        lambda prompt: "I am sorry, I do not speak that language at all, my friend.",
        lambda prompt: "le chat " * 40,
        lambda prompt: "",
        lambda prompt: "Je ne sais pas ce que tu veux que je dise de tout cela.",
    ],
)
def test_others_do_not(script: Callable[[Sequence[Message]], str]) -> None:
    report = checked(script)
    assert not report["writes"] and not report["chooses"]
    table = model_check.format_table(report, "en")
    assert "does not write" in table and "does not choose" in table


def test_each_power_is_judged_apart() -> None:
    def talks(prompt: Sequence[Message]) -> str:
        said = perfect(prompt)
        return "rien" if said in {probe["tool"] for probe in PROBES["tools"]} else said

    report = checked(talks)
    assert report["writes"] and not report["chooses"]
    assert "Il ne choisit pas (outils)" in model_check.format_table(report, "fr")


def test_the_tools_asked_for_are_offered_and_each_stands_once() -> None:
    names = [tool["name"] for tool in model_check.offered()]
    wanted = [probe["tool"] for probe in PROBES["tools"]]
    assert set(wanted) <= set(names) and len(set(wanted)) == len(wanted) == 8
    assert 20 <= sum(len(part) for part in PROBES.values()) <= 25


def test_what_is_offered_is_what_the_agent_offers(course: SmallCourse, embedder: StemEmbedder) -> None:
    tools = all_tools(
        course,
        "fr",
        terms=Glossary(),
        examiner=Examiner(Bank(), course, Glossary()),
        laboratory=Laboratory(),
        embedder=embedder,
        activities=(Activity("a1", "Un devoir", "Que compte un bigramme ?"),),
        workshop=Workshop(ScriptedModel(["…"]), PROMPTS),
    )
    assert model_check.offered() == [{"name": tool.name, "description": tool.description} for tool in tools]


@pytest.mark.parametrize(
    ("said", "probe", "right"),
    [
        ("« OUI »", {"one_of": ["oui"]}, True),
        ("Oui, Paris est la capitale.", {"one_of": ["oui"]}, False),
        ("bibliotheque", {"one_of": ["bibliothèque"]}, True),
        ("bleu, vert", {"items": 3}, False),
        ("bleu ciel, vert, rouge", {"items": 3}, False),
        ("En bref.", {"begins": "en bref"}, False),
        ("Il mesure la température. Il est utile.", {"sentences": 1}, False),
        ("Il mesure la température à 37.5 degrés.", {"sentences": 1}, True),
        ("", {"one_of": ["oui"]}, False),
        ("", {"sentences": 1}, False),
    ],
)
def test_forms(said: str, probe: dict[str, Any], right: bool) -> None:
    assert model_check.follows(said, probe) is right


def test_the_interval_is_wilsons() -> None:
    rate = model_check._rate([True] * 8 + [False] * 2)  # Newcombe 1998, formula (3): 0.490 to 0.943
    assert (rate["low"], rate["high"]) == (pytest.approx(0.490, abs=1e-3), pytest.approx(0.943, abs=1e-3))


def test_what_was_measured_is_kept_for_that_file_alone(tmp_path: Path) -> None:
    file = tmp_path / "m.gguf"
    file.write_bytes(b"GGUF one")
    assert measured_profile(tmp_path, file) is None
    keep_measure(tmp_path, file, Profile(True, False, True), {"model": "m"})
    assert measured_profile(tmp_path, file) == Profile(True, False, True)
    assert kept_report(tmp_path, file) == {"model": "m"}
    file.write_bytes(b"GGUF another")
    os.utime(file, ns=(1, 1))
    assert measured_profile(tmp_path, file) is None and kept_report(tmp_path, file) is None
    keep_measure(tmp_path, "http://127.0.0.1/v1#a", Profile(False, False, True), {})
    assert measured_profile(tmp_path, "http://127.0.0.1/v1#a") == Profile(False, False, True)
    assert measured_profile(tmp_path, "http://127.0.0.1/v1#b") is None


@pytest.mark.parametrize("content", ["", "[]", "{", '{"identity": 3}', '{"identity": {"address": "http://x#m"}}'])
def test_a_damaged_measure_counts_as_none(tmp_path: Path, content: str) -> None:
    path = keep_measure(tmp_path, "http://x#m", Profile(True, True, True), {})
    path.write_text(content)
    assert measured_profile(tmp_path, "http://x#m") is None
