"""How well two lists of marks agree: Pearson's r, the quadratic weighted kappa, the error; and is confidence earned?"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np


def pearson(given: Sequence[float], drafted: Sequence[float]) -> float | None:
    """Return the correlation, None where one side does not vary.

    >>> round(pearson([0, 1, 2], [0, 2, 4]), 6), pearson([1, 1], [0, 2])
    (1.0, None)
    """
    if len(given) < 2 or np.ptp(given) == 0 or np.ptp(drafted) == 0:
        return None
    return float(np.corrcoef(given, drafted)[0, 1])


def rmse(given: Sequence[float], drafted: Sequence[float]) -> float | None:
    """Return the root of the mean squared error, None for no mark.

    >>> rmse([0, 1], [0, 0])
    0.7071067811865476
    """
    if not len(given):
        return None
    return math.sqrt(sum((a - b) ** 2 for a, b in zip(given, drafted, strict=True)) / len(given))


def quadratic_kappa(given: Sequence[float], drafted: Sequence[float], levels: int = 10) -> float | None:
    """Return Cohen's kappa with quadratic weights of shares in [0, 1] rounded to 0…``levels``.

    >>> quadratic_kappa([0, 0.5, 1], [0, 0.5, 1]), quadratic_kappa([0, 1], [1, 0])
    (1.0, -1.0)
    """
    a = np.rint(np.clip(given, 0, 1) * levels).astype(int)
    b = np.rint(np.clip(drafted, 0, 1) * levels).astype(int)
    if not len(a):
        return None
    observed = float(np.mean((a - b) ** 2))
    chance = float(np.mean((a[:, None] - b[None, :]) ** 2))
    return 1.0 - observed / chance if chance else None


def reliability(confidence: Sequence[float], close: Sequence[bool], bins: int = 5) -> list[dict[str, float]]:
    """Return, for each fifth of the confidences that holds some, how sure drafts were and how often they were close."""
    edges = np.linspace(0, 1, bins + 1)
    found = []
    for low, high in itertools.pairwise(edges):
        inside = [at for at, c in enumerate(confidence) if low <= c < high or (high == 1 and c == 1)]
        if inside:
            sure = float(np.mean([confidence[at] for at in inside]))
            right = float(np.mean([close[at] for at in inside]))
            found.append({"n": len(inside), "confidence": round(sure, 3), "close": round(right, 3)})
    return found
