"""The statistics of a comparison, as the chapter on prompting writes them.

    wilson(7, 10)                       # (0.397, 0.892): what a score of 7 out of 10 is compatible with
    mcnemar(1, 5)                       # 0.219: two techniques on the same exercises
    holm([0.01, 0.04, 0.03])            # [0.03, 0.06, 0.06]: several comparisons at once
    mean_interval([0.5, 1.0, 1.5])      # (-0.24, 2.24): a mean of differences, exercise by exercise

Left out: models of the exercises' difficulty; tests for more than two answers (right, wrong).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

Z_95 = 1.959963984540054
"""Quantile 0.975 of the normal law."""
ALPHA = 0.05
"""Risk of claiming a difference that is not there, over all comparisons of a run."""


def wilson(correct: int, n: int, z: float = Z_95) -> tuple[float, float]:
    """Return the rates compatible with ``correct`` out of ``n`` (Wilson, 1927).

    (p̂ + z²/2n) / (1 + z²/n)  ±  z / (1 + z²/n) · √(p̂(1−p̂)/n + z²/4n²)

    >>> [round(end, 2) for end in wilson(7, 10, z=2)]
    [0.39, 0.89]
    """
    if n <= 0:
        return 0.0, 1.0
    p = correct / n
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low = 0.0 if correct == 0 else max(0.0, centre - half)  # exactly 0 and 1 at the ends
    high = 1.0 if correct == n else min(1.0, centre + half)
    return low, high


def expected_interval(n: int, rate: float = 0.5) -> tuple[float, float]:
    """Return the interval that ``n`` exercises will give if the true rate is ``rate``: known before any run.

    >>> [round(end, 2) for end in expected_interval(10)]
    [0.24, 0.76]
    """
    return wilson(round(n * rate), n)


def mcnemar(only_first: int, only_second: int) -> float:
    """Return the p-value of the exact test of McNemar (1947): heads or tails on the exercises that part the two.

    p = min(1, 2 · Σ_{k ≤ min(b, c)} C(b + c, k) / 2^(b + c))

    >>> mcnemar(1, 5)
    0.21875
    """
    n, fewer = only_first + only_second, min(only_first, only_second)
    return float(min(1.0, 2 * sum(math.comb(n, k) for k in range(fewer + 1)) / 2**n))


def mean_interval(values: Sequence[float], risk: float = ALPHA) -> tuple[float, float]:
    """Return the means compatible with ``values`` (Student, 1908); all of them with fewer than two values.

    v̄ ± t(1 − risk/2, n − 1) · s / √n

    It supposes that means of so many values are about normal. A bootstrap supposes less, and is too narrow with the
    five exercises of a page.

    >>> [round(end, 2) for end in mean_interval([0.5, 1.0, 1.5])]
    [-0.24, 2.24]
    """
    n = len(values)
    if n < 2:
        return -math.inf, math.inf
    from scipy.stats import t

    mean = math.fsum(values) / n
    spread = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (n - 1))
    half = float(t.ppf(1 - risk / 2, n - 1)) * spread / math.sqrt(n)
    return mean - half, mean + half


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values corrected for having made them all (Holm, 1979), in the same order.

    Sorted, p_(i) becomes max_{j ≤ i} min(1, (m − j + 1) · p_(j)).

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    m = len(p_values)
    corrected, worst = [0.0] * m, 0.0
    for rank, place in enumerate(sorted(range(m), key=lambda i: p_values[i])):
        worst = max(worst, min(1.0, (m - rank) * p_values[place]))
        corrected[place] = worst
    return corrected
