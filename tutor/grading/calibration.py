"""The teacher's scale, learned from a few copies that the teacher has marked.

One straight line for the task, from the share that the marker expects to the share that the teacher gave, held near
« as it is » by a prior: a severe or a generous teacher is followed, a single copy moves little. What it is worth is
told by leaving each copy out in turn, and it is applied only where that says it helps. Left out: anything but the
scale; a copy that the marker misread stays misread.

Measured on eight answers of one author to each of eight questions, every choice of five marked copies, the error on the
other three (RMSE of the share): that author's scale is the marker's already, and there is nothing to be learned (0.165
→ 0.169, the scale applied in 25 % of the cases); a teacher who gives half of that author's points is followed (0.245 →
0.152, 86 %). Tried, and worse: a line a criterion; a weaker prior (0.173); marked copies with full points as further
model answers (0.175). Fitting the forest anew with them among its answers gains too little to be shown (0.151 → 0.149,
twelve choices a question). What two copies get beyond their drafts is unrelated (covariance −0.001, variance 0.096),
even on the same criterion and in like words: beyond the scale, a marked copy says nothing of the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tutor.grading.agreement import pearson, quadratic_kappa, rmse
from tutor.grading.drafts import Draft, with_points
from tutor.grading.marking import rounded
from tutor.grading.pseudonyms import without_names

FEWEST = 3
"""Copies below which nothing is learned."""
ALIKE = 0.85
"""Share of the words of two copies that stand in the same order in both, from which on they say nearly the same."""
_DENIALS = frozenset("ne n pas jamais aucun aucune rien sans ni non not no never without".split())
_PRIOR = 10.0
"""How many marked criteria the prior weighs."""


@dataclass(frozen=True, slots=True)
class Line:
    """share = constant + slope · expected, kept within [0, 1]."""

    constant: float = 0.0
    slope: float = 1.0

    def __call__(self, expected: float) -> float:
        """Return the share on the scale."""
        return float(min(1.0, max(0.0, self.constant + self.slope * expected)))


@dataclass(frozen=True, slots=True)
class Scale:
    """What was learned, and what it is worth on copies that it has not seen."""

    line: Line
    copies: int
    before: Mapping[str, float | None]
    """Agreement of the drafts as they were: ``pearson, qwk, rmse``."""
    after: Mapping[str, float | None]
    """The same with the scale, each copy marked by a scale that did not see it."""

    @property
    def helps(self) -> bool:
        """The error on unseen copies is smaller with the scale than without."""
        before, after = self.before["rmse"], self.after["rmse"]
        return before is not None and after is not None and after < before


def fit_line(expected: Sequence[float], given: Sequence[float]) -> Line:
    """Return the line of least squares with the prior « as it is ».

    >>> fit_line([], [])
    Line(constant=0.0, slope=1.0)
    """
    if not len(expected):
        return Line()
    x = np.column_stack([np.ones(len(expected)), np.asarray(expected, float)])
    prior = np.array([0.0, 1.0])
    left = x.T @ x + _PRIOR * np.eye(2)
    constant, slope = np.linalg.solve(left, x.T @ np.asarray(given, float) + _PRIOR * prior)
    return Line(float(constant), max(0.0, float(slope)))


def learn(pairs: Sequence[tuple[Draft, Draft]]) -> Scale | None:
    """Learn the scale from (draft as proposed, copy as the teacher marked it); None below ``FEWEST`` copies."""
    if len(pairs) < FEWEST:
        return None
    line = _line(pairs)
    given = [marked.total / marked.max for _, marked in pairs]
    as_was = [draft.total / draft.max for draft, _ in pairs]
    unseen = []
    for at, (draft, _) in enumerate(pairs):
        scaled = apply(draft, _line([*pairs[:at], *pairs[at + 1 :]]))
        unseen.append(scaled.total / scaled.max)
    return Scale(line, len(pairs), _agreement(given, as_was), _agreement(given, unseen))


def apply(draft: Draft, line: Line) -> Draft:
    """Return the draft on the teacher's scale. What a rule decided, or a number that was recomputed, stays."""
    for c in draft.criteria:
        if c.estimate > 0 and not c.checked:
            draft = with_points(draft, c.id, rounded(line(c.estimate), c.max))
    return draft


def near_a_boundary(draft: Draft, boundary: float = 0.5) -> float:
    """Return how far a copy's share is from a boundary: the closest go to the teacher first."""
    return abs(draft.total / draft.max - boundary) if draft.max else 0.0


def alike(draft: Draft, others: Sequence[Draft]) -> dict[str, float]:
    """Return the copies that say nearly the same, name → share of the words in the same order, the nearest first.

    Spaces, case, accents and the names of the authors do not count. A text with other numbers or other words of denial
    says something else, however near it is; and two blank copies are not grouped, a rule has decided them.
    """
    from rapidfuzz.distance import Indel

    own = _said(draft)
    near: dict[str, float] = {}
    for other in others if own else ():
        found = _said(other)
        if other.name != draft.name and _decisive(found) == _decisive(own):
            share = Indel.normalized_similarity(own, found, score_cutoff=ALIKE)
            if share >= ALIKE:
                near[other.name] = share
    return dict(sorted(near.items(), key=lambda item: -item[1]))


def _said(draft: Draft) -> list[str]:
    from tutor.retrieval.lexical import words

    return words(without_names(draft.text, draft.name))


def _decisive(said: Sequence[str]) -> list[str]:
    return sorted(word for word in said if word in _DENIALS or word[:1].isdigit())


def _line(pairs: Sequence[tuple[Draft, Draft]]) -> Line:
    expected: list[float] = []
    given: list[float] = []
    for draft, marked in pairs:
        shares = {c.id: c.points / c.max for c in marked.criteria}
        for c in draft.criteria:
            if c.id in shares and c.estimate > 0 and not c.checked:
                expected.append(c.estimate)
                given.append(shares[c.id])
    return fit_line(expected, given)


def _agreement(given: Sequence[float], drafted: Sequence[float]) -> dict[str, float | None]:
    return {
        "pearson": pearson(given, drafted),
        "qwk": quadratic_kappa(given, drafted),
        "rmse": rmse(given, drafted),
    }
