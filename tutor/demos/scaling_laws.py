"""Fit a scaling law to the losses of models of several sizes, and say how sure the fit is.

    L(N) = A / N^α              a straight line of slope -α when both axes are logarithmic
    L(N) = E + A / N^α          with a floor E, the loss that an infinitely large model would keep

N is the number of parameters, L the loss in nats a character. The runs (``runs()``) were trained to convergence by
``benchmarks/scaling_runs.py``, which says how; here they are only fitted. **The floor**: for a given α the law is
linear in E and A, so least squares gives both, and what remains is a search over α alone.

    >>> N = np.array([4.0, 16.0, 64.0])                       # the chapter's three points, in millions
    >>> law = fit(N, np.array([5.0, 3.0, 2.0]), floor=True)
    >>> [round(value, 6) for value in (law.E, law.alpha, law.A, law.loss(256.0))]
    [1.0, 0.5, 8.0, 1.5]

Left out: laws in the amount of data or of compute, which these runs do not vary.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

RUNS = Path(__file__).with_name("scaling_runs.csv")
ALPHAS = (0.005, 3.0)
"""Where the exponent is looked for when there is a floor."""


@dataclass(frozen=True, slots=True)
class Law:
    """L(N) = E + A / N^α."""

    E: float
    A: float
    alpha: float

    def loss(self, N: Vector | float) -> Vector | float:
        """Return the loss that the law predicts."""
        return self.E + self.A / N**self.alpha


@dataclass(frozen=True, slots=True)
class Runs:
    """The trained models, converged ones only; element i of each array is run i."""

    N: Vector
    loss: Vector
    left_out: int
    """Runs that had not converged."""
    entropy: float
    """The true floor: the entropy of the source, in nats a character, which is known exactly."""

    @property
    def sizes(self) -> list[int]:
        """The different N, smallest first."""
        return sorted({int(N) for N in self.N})


def runs() -> Runs:
    """Read the table of trained models. Lines that begin with # say how it was made."""
    text = RUNS.read_text("utf-8")
    rows = list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
    kept = [row for row in rows if row["converged"] == "1"]
    return Runs(
        N=np.array([float(row["N"]) for row in kept]),
        loss=np.array([float(row["loss"]) for row in kept]),
        left_out=len(rows) - len(kept),
        entropy=float(text.split("E=")[1].split()[0]),
    )


def fit(N: Vector, L: Vector, floor: bool) -> Law:
    """Fit the law by least squares: on log L without a floor, on L with one (E ≥ 0)."""
    if not floor:
        return _line(N, L)
    unit = float(np.exp(np.log(N).mean()))  # sizes around 1: then A and E are of the same order

    def error(alpha: float) -> float:
        return _floor_and_factor(N / unit, L, alpha)[2]

    alpha = _minimum(error, *ALPHAS)
    E, A, _ = _floor_and_factor(N / unit, L, alpha)
    return Law(E, A * unit**alpha, alpha)


def bootstrap(N: Vector, L: Vector, floor: bool, times: int, source: np.random.Generator) -> Iterator[Law]:
    """Yield laws fitted to runs drawn with replacement among those of each size: how far chance moves the fit."""
    places = [np.flatnonzero(size == N) for size in np.unique(N)]
    for _ in range(times):
        drawn = np.concatenate([source.choice(place, len(place)) for place in places])
        yield fit(N[drawn], L[drawn], floor)


def _line(N: Vector, L: Vector) -> Law:
    """log L = log A - α log N."""
    x, y = np.log(N), np.log(L)
    alpha = -float(((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum())
    return Law(0.0, float(np.exp(y.mean() + alpha * x.mean())), alpha)


def _floor_and_factor(N: Vector, L: Vector, alpha: float) -> tuple[float, float, float]:
    """Return the E ≥ 0 and A that fit best for this α, and the mean of their squared errors."""
    x = N**-alpha
    A = float(((x - x.mean()) * (L - L.mean())).sum() / ((x - x.mean()) ** 2).sum())
    E = float(L.mean() - A * x.mean())
    if E < 0:
        E, A = 0.0, float((x * L).sum() / (x * x).sum())
    return E, A, float(((E + A * x - L) ** 2).mean())


def _minimum(f: Callable[[float], float], low: float, high: float) -> float:
    """Return where ``f`` is least: the best of a grid in log scale, then golden sections around it."""
    grid = np.geomspace(low, high, 60)
    best = int(np.argmin([f(float(x)) for x in grid]))
    a, b = float(grid[max(best - 1, 0)]), float(grid[min(best + 1, len(grid) - 1)])
    golden = (5**0.5 - 1) / 2
    while b - a > 1e-10:
        c, d = b - golden * (b - a), a + golden * (b - a)
        if f(c) < f(d):
            b = d
        else:
            a = c
    return (a + b) / 2
