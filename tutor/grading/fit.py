"""Refit the marker: ``data/marked_answers.yaml`` → ``data/signals.json``.

    python benchmarks/fit_marker.py

It says how well the marker does on questions that it has not seen (leave one question out): the only figure worth
reading.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tutor.contracts import Embedder
from tutor.grading.rubric import rubric_of
from tutor.grading.rules import worthless
from tutor.grading.signals import NAMES, look_for, prepare, read_copy
from tutor.grading.untrusted import screen
from tutor.grading.weighing import DATA, Forest, rows_of

ANSWERS = DATA.parent / "marked_answers.yaml"


def rows(questions: Sequence[Mapping[str, Any]], embedder: Embedder) -> list[dict[str, Any]]:
    """Return one row a criterion of an answer: its question, its signals, and the share of the points it got."""
    found = []
    for question in questions:
        task = prepare(rubric_of(question), embedder)
        for answer in question["answers"]:
            screened = screen(answer["answer"], task.rubric.question)
            copy = read_copy(screened.text, screened.scored, task, embedder)
            if worthless(copy, task):
                continue
            signals = [look_for(task, at, copy) for at in range(len(task.credits))]
            for at, row in enumerate(rows_of(task, signals, copy)):
                if task.credits[at].kind != "form":
                    share = answer["marks"][at] / task.rubric.criteria[at].points
                    found.append(
                        {"question": question["id"], "share": round(share, 3), "signals": np.round(row, 3).tolist()}
                    )
    return found


def unseen(found: Sequence[Mapping[str, Any]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return (expected, disagreement, given) of every row, by a forest that saw no row of its question."""
    matrix = np.array([row["signals"] for row in found])
    given = np.array([row["share"] for row in found])
    expected, spread = np.zeros(len(found)), np.zeros(len(found))
    for question in sorted({row["question"] for row in found}):
        held = np.array([row["question"] == question for row in found])
        expected[held], spread[held] = Forest().fit(matrix[~held], given[~held]).predict(matrix[held])
    return expected, spread, given


def confidence(expected: np.ndarray, spread: np.ndarray, given: np.ndarray) -> tuple[float, float]:
    """Fit the chance of coming within a quarter as a logistic function of the disagreement."""
    from sklearn.linear_model import LogisticRegression

    close = np.abs(expected - given) <= 0.25
    model = LogisticRegression().fit(spread[:, None] * 10, close)
    return round(float(model.intercept_[0]), 4), round(float(model.coef_[0, 0]) * 10, 4)


def fitted(embedder: Embedder) -> tuple[str, str]:
    """Return the text of ``data/signals.json`` and a line with the error on questions that were not seen."""
    import yaml

    found = rows(yaml.safe_load(ANSWERS.read_text(encoding="utf-8")), embedder)
    expected, spread, given = unseen(found)
    written = {
        "embedding": embedder.name,
        "signals": NAMES,
        "confidence": confidence(expected, spread, given),
        "rows": found,
    }
    text = json.dumps(written, ensure_ascii=False).replace('{"question"', '\n{"question"') + "\n"
    error, r = float(np.sqrt(np.mean((expected - given) ** 2))), float(np.corrcoef(expected, given)[0, 1])
    return text, f"{len(found)} rows; leave one question out: r = {r:.3f}, RMSE = {error:.3f}"
