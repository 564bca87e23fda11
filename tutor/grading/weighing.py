"""Signals → the share of a criterion's points: a forest of randomised trees, fitted on answers marked by hand.

The rows it is fitted on are in ``data/signals.json``, written by ``python benchmarks/fit_marker.py`` from
``data/marked_answers.yaml``; no evaluation file is among them. Fitting takes half a second, and gives the same forest
every time. What it is not: a judge. It knows how well the words and the meaning of a copy fit what is wanted.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.grading.credit import Credit
from tutor.grading.signals import NAMES, Copy, Found, Task

DATA = Path(__file__).parent / "data" / "signals.json"
_TREES = 400
_LEAF = 4
_OF_COPY = (0, 1, 2, 3, 4, 5, 14)
"""The signals whose mean over all criteria tells how good the copy is as a whole."""

Rows = NDArray[np.float64]


def rows_of(task: Task, found: Sequence[Sequence[Found]], copy: Copy) -> Rows:
    """Return one row a criterion: the mean signals of its ideas, its form, and the copy as a whole."""
    rows = [
        [*_mean(credit, group), credit.kind == "list", credit.example, math.log1p(len(copy.new)), len(group)]
        for credit, group in zip(task.credits, found, strict=True)
    ]
    matrix = np.asarray(rows, np.float64)
    points = np.array([criterion.points for criterion in task.rubric.criteria])
    whole = np.average(matrix[:, _OF_COPY], axis=0, weights=points)
    return np.hstack([matrix, np.tile(whole, (len(rows), 1))])


def best_of(credit: Credit, found: Sequence[Found]) -> list[int]:
    """Return which candidates of a list count: as many as are wanted, the best supported; of ideas, all."""
    if credit.kind != "list":
        return list(range(len(found)))
    strength = [f.vector[0] + 0.8 * f.vector[1] + 0.5 * f.vector[3] for f in found]
    return sorted(range(len(found)), key=lambda at: -strength[at])[: credit.wanted]


def _mean(credit: Credit, found: Sequence[Found]) -> NDArray[np.float64]:
    kept = best_of(credit, found)
    vectors = np.stack([found[at].vector for at in kept])
    if credit.kind == "list":
        return np.asarray(vectors.mean(axis=0))
    weights = np.array([credit.ideas[at].points for at in kept])
    return np.asarray(np.average(vectors, axis=0, weights=weights))


@dataclass(slots=True)
class Forest:
    """The fitted trees; ``spread_`` turns their disagreement into a measured confidence."""

    spread_: tuple[float, float] = (0.0, 0.0)
    trees_: list[Any] = field(default_factory=list)

    def fit(self, rows: Rows, shares: NDArray[np.float64]) -> Forest:
        """Fit on rows and the shares of the points that the hand gave."""
        from sklearn.ensemble import ExtraTreesRegressor

        model = ExtraTreesRegressor(_TREES, min_samples_leaf=_LEAF, random_state=0)
        self.trees_ = model.fit(rows, shares).estimators_
        return self

    def predict(self, rows: Rows) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the expected share of each row, in [0, 1], and how much the trees disagree (standard deviation)."""
        if not len(rows):
            return np.zeros(0), np.zeros(0)
        votes = np.stack([tree.predict(rows) for tree in self.trees_])
        return np.clip(votes.mean(axis=0), 0.0, 1.0), votes.std(axis=0)

    def confidence(self, disagreement: float) -> float:
        """Return the measured chance that the share is within a quarter of the hand's."""
        constant, slope = self.spread_
        return 1.0 / (1.0 + math.exp(-(constant + slope * disagreement)))


@cache
def forest() -> Forest:
    """Return the fitted forest that comes with the tutor."""
    loaded = json.loads(DATA.read_text(encoding="utf-8"))
    if tuple(loaded["signals"]) != NAMES:
        raise RuntimeError("data/signals.json was written for other signals: run python benchmarks/fit_marker.py")
    rows = np.array([row["signals"] for row in loaded["rows"]])
    shares = np.array([row["share"] for row in loaded["rows"]])
    constant, slope = loaded["confidence"]
    return Forest((constant, slope)).fit(rows, shares)
