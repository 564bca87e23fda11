"""Simple Good-Turing: how much probability to keep for what was never seen.

N_r is the number of kinds (words, n-grams) seen exactly r times, N = Σ r·N_r the number of observations. Turing's
idea: what was seen r times deserves the count

    r* = (r + 1) · N_{r+1} / N_r            and what was never seen, together, the mass p_0 = N_1 / N.

N_{r+1} is noisy or zero for large r, so from some r on Gale and Sampson replace N_r by a straight line through
(log r, log Z_r), where Z_r spreads N_r over the gap between its neighbours. Source: W. Gale and G. Sampson,
« Good-Turing Frequency Estimation Without Tears », Journal of Quantitative Linguistics 2 (1995).

Left out: how p_0 is shared among the kinds never seen; that is the user's choice (see ``ngram.GoodTuring``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Self


class NotEnoughCounts(ValueError):
    """Every kind was seen exactly once: all the mass would go to what was never seen."""


class SimpleGoodTuring:
    """Good-Turing estimates from the counts of counts.

    Learned: ``N_``, ``p0_``, ``slope_`` and ``intercept_`` of the line, ``switch_`` (the first r that reads the line).

    >>> turing = SimpleGoodTuring().fit({1: 3, 2: 1})   # three kinds seen once, one seen twice: N = 5
    >>> turing.p0_
    0.6
    >>> round(3 * turing.probability(1) + turing.probability(2) + turing.p0_, 12)
    1.0
    """

    def fit(self, N_r: Mapping[int, int]) -> Self:
        """Learn from ``{r: N_r}``, r ≥ 1 and N_r ≥ 1. Raises ``NotEnoughCounts``."""
        self.N_r_ = dict(sorted(N_r.items()))
        self.N_ = sum(r * N for r, N in self.N_r_.items())
        self.p0_ = self.N_r_.get(1, 0) / self.N_
        if self.p0_ == 1:
            raise NotEnoughCounts
        self._fit_line()
        self.switch_ = self._first_r_on_the_line()
        # Σ N_r·r*/N is not exactly 1 - p_0: scale what was seen so that all the probabilities sum to 1.
        self._scale = (1 - self.p0_) / sum(N * self.r_star(r) / self.N_ for r, N in self.N_r_.items())
        return self

    def probability(self, r: int) -> float:
        """Return the probability of *one* kind seen r ≥ 1 times."""
        return self._scale * self.r_star(r) / self.N_

    def r_star(self, r: int) -> float:
        """Return r*, the count that something seen r times deserves."""
        if r < self.switch_:
            return (r + 1) * self.N_r_[r + 1] / self.N_r_[r]
        return (r + 1) * self.smoothed(r + 1) / self.smoothed(r)

    def smoothed(self, r: int) -> float:
        """Return N_r as the line has it: exp(a + b·log r)."""
        return math.exp(self.intercept_ + self.slope_ * math.log(r))

    def _fit_line(self) -> None:
        r = list(self.N_r_)
        below = [0, *r[:-1]]
        above = [*r[1:], 2 * r[-1] - below[-1]]
        # Z_r = N_r / (half the distance between the neighbours of r that were observed)
        Z = [2 * self.N_r_[mid] / (high - low) for low, mid, high in zip(below, r, above, strict=True)]
        x, y = [math.log(value) for value in r], [math.log(value) for value in Z]
        x_mean, y_mean = sum(x) / len(x), sum(y) / len(y)
        variance = sum((xi - x_mean) ** 2 for xi in x)
        covariance = sum((xi - x_mean) * (yi - y_mean) for xi, yi in zip(x, y, strict=True))
        self.slope_ = covariance / variance if variance else 0.0
        self.intercept_ = y_mean - self.slope_ * x_mean

    def _first_r_on_the_line(self) -> int:
        """Stay with Turing's r* while it differs significantly (1.96 standard deviations) from the line's."""
        for r, N in self.N_r_.items():
            following = self.N_r_.get(r + 1)
            if following is None:
                return r
            turing = (r + 1) * following / N
            line = (r + 1) * self.smoothed(r + 1) / self.smoothed(r)
            deviation = (r + 1) * math.sqrt(following / N**2 * (1 + following / N))
            if abs(turing - line) <= 1.96 * deviation:
                return r
        raise AssertionError("the last r has no r + 1")
