"""Every quiz: its form, its French, keys that mark their own model answer, hints that give nothing away."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from chapter_text import CHAPTERS, COURSE, ROOT, VOUS, folded, headings, prose, split, typography_faults

QUIZZES = sorted((ROOT / "knowledge" / "quizzes").glob("*"))
every_quiz = pytest.mark.parametrize("path", QUIZZES, ids=lambda path: path.stem)


def items(path: Path) -> list[dict[str, Any]]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def choices(path: Path) -> list[tuple[str, list[str]]]:
    """Return (right, [wrong, wrong, wrong]) of each item to choose from."""
    return [(item["right"], [wrong["choice"] for wrong in item["wrong"]]) for item in items(path) if "right" in item]


def strings(node: Any) -> list[str]:
    """Return every string of an item that a student may read."""
    if isinstance(node, dict):
        return [text for key, value in node.items() if key not in ("id", "accept") for text in strings(value)]
    if isinstance(node, list):
        return [text for value in node for text in strings(value)]
    return [node]


def test_every_chapter_has_a_quiz_and_every_quiz_a_chapter() -> None:
    assert {path.stem[3:] for path in CHAPTERS} <= {path.stem for path in QUIZZES} <= set(COURSE)
    assert {path.suffix for path in QUIZZES} == {".yaml"}, "Markdown here would show the answers in the search"


@every_quiz
def test_form(path: Path) -> None:
    quiz = items(path)
    assert [item["id"] for item in quiz] == [f"{path.stem}-{k}" for k in range(1, len(quiz) + 1)]
    common = {"id", "section", "question", "hint"}
    kinds = [set(item) - common for item in quiz]
    assert all(common < set(item) for item in quiz)
    assert kinds.count({"right", "wrong", "explanation"}) == 5 and kinds.count({"answer", "accept"}) == 3
    assert len(kinds) == 8
    for item in quiz:
        assert all(isinstance(text, str) and text == text.strip() and text for text in strings(item)), item["id"]
        assert item["question"][-1] in "?.", item["id"]
        for wrong in item.get("wrong", []):
            assert set(wrong) == {"choice", "because"}, item["id"]
        told = [item["hint"], item.get("explanation"), item.get("answer")]
        told += [wrong["because"] for wrong in item.get("wrong", [])]
        assert all(text[-1] in ".?!…" for text in told if text), f"{item['id']}: whole sentences"


@every_quiz
def test_the_answers_stand_in_sections_of_the_chapter(path: Path) -> None:
    named = [item["section"] for item in items(path)]
    assert len(set(named)) >= 5, "the questions cover the chapter"
    for chapter in CHAPTERS:  # a quiz may be written before its chapter
        if chapter.stem[3:] == path.stem:
            titles = {title for _, title in headings(split(chapter.read_text(encoding="utf-8"))[1])}
            assert set(named) <= titles


@every_quiz
def test_choices_are_four_and_the_right_one_cannot_be_guessed_by_its_length(path: Path) -> None:
    longest = shortest = 0
    for right, wrong in choices(path):
        assert len(wrong) == 3
        assert len({folded(choice) for choice in [right, *wrong]}) == 4, right
        lengths = [len(choice) for choice in wrong]
        longest += len(right) > max(lengths)
        shortest += len(right) < min(lengths)
        assert len(right) <= 2 * sum(lengths) / 3 + 10, f"much longer than the others: {right}"
    assert longest <= 2 and shortest <= 3, "out of five"


@every_quiz
def test_a_short_answer_marks_itself_right_and_its_hint_does_not_give_it(path: Path) -> None:
    for item in items(path):
        if "accept" not in item:
            continue
        groups = item["accept"]
        assert groups and all(groups) and all(isinstance(word, str) and word for group in groups for word in group)
        assert not any("’" in word or "'" in word for group in groups for word in group), "either may be typed"
        answer, hint, question = (folded(item[key]) for key in ("answer", "hint", "question"))
        for group in groups:
            words = [folded(word) for word in group]
            assert any(word in answer for word in words), (item["id"], words)
            assert not any(word in hint for word in words), (item["id"], words)
        read_back = all(any(folded(word) in question for word in group) for group in groups)
        assert not read_back, f"{item['id']}: the question itself would pass for an answer"


@every_quiz
def test_french(path: Path) -> None:
    for item in items(path):
        text = "\n".join(strings(item))
        assert not typography_faults(prose(text)), item["id"]
        assert not VOUS.search(text), item["id"]


def test_numeric_keys() -> None:
    """The numbers asked by the first quizzes, computed again."""
    asked = {
        "introduction-2": Fraction("0.5") * Fraction("0.4") * Fraction("0.3"),
        "traitement-du-langage-5": Fraction(4, 10),
        "niveaux-d-analyse-5": Fraction([2, 4, 2, 0, 6, 4].count(4)),  # the heads of the six words
        "niveaux-d-analyse-8": Fraction(9, 10) ** 3,
        "n-grammes-3": Fraction(1, 4) * Fraction(1, 1) * Fraction(1, 2) * Fraction(2, 2),
        "n-grammes-6": Fraction(1 + 1, 1 + 8),
        "n-grammes-8": Fraction(10**3),
    }
    quiz = {item["id"]: item for path in QUIZZES for item in items(path)}
    for name, value in asked.items():
        (keys,) = quiz[name]["accept"]
        assert {str(value), f"{float(value):g}"} & set(keys), name
        decimals = [float(key) for key in keys if re.fullmatch(r"\d+\.\d+", key)]
        assert all(min(abs(d - value), abs(d / 100 - value)) < 0.005 for d in decimals), name
