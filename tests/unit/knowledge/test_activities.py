"""Every activity: its form, its French, its marks, and the numbers of its model answer computed again."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from chapter_text import COURSE, FENCE, ROOT, VOUS, folded, prose, run_blocks, table, typography_faults, unequal

KNOWLEDGE = ROOT / "knowledge"
ACTIVITIES = sorted((KNOWLEDGE / "activites").glob("*"))
every_activity = pytest.mark.parametrize("path", ACTIVITIES, ids=lambda path: path.stem)


def activity(name: str | Path) -> dict[str, Any]:
    path = name if isinstance(name, Path) else KNOWLEDGE / "activites" / f"{name}.yaml"
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def texts(path: Path) -> list[str]:
    given = activity(path)
    marks = [mark[key] for mark in given["criteria"] for key in ("criterion", "reference")]
    return [given["title"], given["question"], given["reference"], *marks, *given["guidance"]]


# --- form ------------------------------------------------------------------------------------------------


def test_the_kinds_that_the_plan_asks_for() -> None:
    kinds = Counter(activity(path)["kind"] for path in ACTIVITIES)
    assert kinds == {"class": 2, "homework": 2, "exercise": 2}


def test_students_cannot_find_model_answers_in_the_course() -> None:
    from tutor.retrieval.chapters import chapter_files

    searched, _ = chapter_files(KNOWLEDGE)
    assert searched and not [path for path in searched if path.parent.name in ("activites", "quizzes")]


@every_activity
def test_form(path: Path) -> None:
    given = activity(path)
    assert list(given) == ["id", "title", "kind", "chapter", "question", "reference", "criteria", "guidance"]
    assert path.name == f"{given['id']}.yaml" and given["chapter"] in COURSE
    assert all(isinstance(text, str) and text.strip() for text in texts(path))
    assert "**Durée**\u00a0: " in given["question"] and "**À rendre**\u00a0: " in given["question"]
    assert re.search(r"\b(?:tu|toi|ton|ta|tes)\b", given["question"], re.IGNORECASE)
    assert 3 <= len(given["guidance"]) <= 5
    assert "?" in given["guidance"][0], "a question first"


@every_activity
def test_marks(path: Path) -> None:
    marks = activity(path)["criteria"]
    assert 5 <= len(marks) <= 7
    assert all(list(mark) == ["id", "criterion", "points", "reference"] for mark in marks)
    assert len({mark["id"] for mark in marks}) == len(marks)
    assert all(isinstance(mark["points"], int) and mark["points"] > 0 for mark in marks)
    assert sum(mark["points"] for mark in marks) in (10, 20)
    for mark in marks:
        assert re.search(r"\bpoints?\b", mark["criterion"]), f"{mark['id']}: what earns a part of the points"


@every_activity
def test_french(path: Path) -> None:
    for text in texts(path):
        plain = re.sub(r"^\|[-:|]+\|$", "", prose(text), flags=re.MULTILINE)
        plain = re.sub(r"\(\d{4}\), «[^»]+»", "", plain)  # the title of an article keeps its language
        assert not typography_faults(plain)
        assert not VOUS.search(plain)
        checked, wrong = unequal(text)
        assert not wrong, checked


@every_activity
def test_hints_do_not_quote_the_model_answer(path: Path) -> None:
    given = activity(path)
    answer = folded(prose(given["reference"]))
    for hint in given["guidance"]:
        words = folded(prose(hint)).split()
        runs = (" ".join(words[i : i + 8]) for i in range(len(words) - 7))
        assert not [run for run in runs if run in answer]


# --- the exercises ---------------------------------------------------------------------------------------


def test_the_exercise_on_smoothing() -> None:
    given = activity("exercice-lissage-et-perplexite")
    reference = given["reference"]
    block = FENCE.search(given["question"])
    assert block
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for line in block.group(2).splitlines():
        words = line.split()
        for history, word in pairwise(words):
            counts[history][word] += 1
    vocabulary = {word for followers in counts.values() for word in followers} | {"<unk>"}
    size = len(vocabulary)
    assert f"$V = {size}$" in reference and f"V = {size} " in given["criteria"][0]["reference"]

    columns = "la pluie neige tombe fond </s>".split()
    rows = table(reference.split("**2. ")[0])
    assert {row[0] for row in rows} == set(counts) and set(columns) == vocabulary - {"<unk>"}
    for history, *cells in rows:
        expected = [counts[history][word] for word in columns]
        assert [int(cell) for cell in cells] == [*expected, sum(expected)]
    filled = sum(len(followers) for followers in counts.values())
    assert (filled, len(counts)) == (8, 6) and "huit comptes non nuls et les six totaux" in str(given["criteria"])

    def probability(sentence: str, added: int) -> Fraction:
        result, history = Fraction(1), "<s>"
        for word in [*sentence.split(), "</s>"]:
            result *= Fraction(counts[history][word] + added, counts[history].total() + added * size)
            history = word
        return result

    assert sum(Fraction(counts["la"][word] + 1, counts["la"].total() + size) for word in vocabulary) == 1
    stated = re.findall(r"P\(\\text\{([\w ]+)\}\) = .*= (?:\\frac\{(\d+)\}\{(\d+)\}|(0))\$\$", reference)
    found = [(sentence, Fraction(int(top or 0), int(bottom or 1))) for sentence, top, bottom, _ in stated]
    known, unseen = "la neige fond", "la pluie fond"
    assert found == [(s, probability(s, added)) for added in (0, 1) for s in (known, unseen)]

    perplexities = [math.exp(-math.log(probability(s, k)) / 4) for s, k in ((known, 0), (known, 1), (unseen, 1))]
    shown = [f"{value:.2f}".replace(".", ",") for value in perplexities]
    assert all(value.replace(",", "{,}") in reference for value in shown)
    assert all(value in given["criteria"][4]["reference"] for value in shown)
    told = " ".join(given["guidance"]) + given["question"]
    answers = [*shown, *(f"1/{probability(s, 1).denominator}" for s in (known, unseen))]
    assert not [answer for answer in answers if answer in told]


def test_the_exercise_on_plausible_errors_keeps_its_own_rules() -> None:
    given = activity("exercice-expliquer-une-erreur-plausible")
    assert "120 à 180 mots" in given["question"]
    assert 120 <= len(re.findall(r"\w+(?:’\w*)?", given["reference"])) <= 180
    assert "$" not in given["reference"] and "- " not in given["reference"]


# --- class and homework ----------------------------------------------------------------------------------


def test_the_units_of_the_comparison() -> None:
    reference = activity("classe-comparer-n-gramme-et-lstm")["reference"]
    rows = [[float(cell.replace(",", ".")) for cell in cells] for _, *cells in table(reference)]
    assert len(rows) == 4
    for nats, bits, perplexity in rows:
        assert bits == round(nats / math.log(2), 2) and perplexity == round(math.exp(nats), 1)
    laplace, _, best, lstm = (row[0] for row in rows)
    assert (laplace - lstm) / (best - lstm) > 3 and "multiplié l’écart par plus de trois" in reference
    homework = activity("devoir-n-gramme-et-rnn")["reference"]
    assert "2,94 nats" in homework and "soit 4,24, 3,65 et 3,56 bits" in homework
    assert [round(nats / math.log(2), 2) for nats in (2.94, 2.53, 2.47)] == [4.24, 3.65, 3.56]


def test_the_measures_of_the_sentiment_activity() -> None:
    reference = activity("classe-lstm-et-sentiments")["reference"]
    for _, *cells in table(reference):
        hits, false_alarms, misses, rejected = map(int, cells)
        assert hits + misses == false_alarms + rejected == 20
        f1 = Fraction(2 * hits, 2 * hits + false_alarms + misses)
        for value in (Fraction(hits + rejected, 40), f1):
            assert f"{float(value):.3f}".rstrip("0").replace(".", "{,}") in reference
    assert unequal(reference)[0] >= 8
    blocks, inputs, state = 4, 32, 32
    for biases, shown in ((1, r"8\,320"), (2, r"8\,448")):
        assert f"{blocks * (state * inputs + state * state + biases * state):,}".replace(",", r"\,") == shown
        assert shown in reference


def test_the_critical_reading_keeps_its_own_rules() -> None:
    given = activity("devoir-lecture-critique-transformers")
    assert "600 à 900 mots" in given["question"]
    assert 600 <= len(re.findall(r"\w+(?:’\w*)?", prose(given["reference"]))) <= 900


def test_the_n_gram_of_the_homework_runs_and_prints_what_is_shown() -> None:
    n_gram, network = activity("devoir-n-gramme-et-rnn")["reference"].split("**Le RNN.**")
    ((_, printed, shown),) = run_blocks(n_gram)
    assert printed == shown
    text, alphabet = "le chat dort. le chien dort. ", sorted(set("le chat dort. le chien dort. "))
    after = {sign: (text.count("ch" + sign) + 0.1) / (text.count("ch") + 0.1 * len(alphabet)) for sign in alphabet}
    assert f"{sum(after.values()):.1f}\n{after['a']:.3f} " in printed
    assert len(FENCE.findall(network)) == 1


def test_the_network_of_the_homework_learns() -> None:
    import torch

    (block,) = FENCE.finditer(activity("devoir-n-gramme-et-rnn")["reference"].split("**Le RNN.**")[1])
    names: dict[str, Any] = {}
    exec(compile(block.group(2), "homework", "exec"), names)  # noqa: S102  (our own model answer)
    codes = torch.tensor([0, 1, 2, 3] * 20)
    network = names["entrainer"](codes, 4, pas=40, longueur=8, lot=4)
    with torch.no_grad():
        scores, _ = network(codes[None, :12])
    assert scores.argmax(-1)[0].tolist() == codes[1:13].tolist()
