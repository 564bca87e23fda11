"""From scores to the next word: softmax with a temperature, top-k, top-p, and a draw.

s are the scores (logits) of a model for the V tokens of its vocabulary, T the temperature:

    P_i = e^{s_i / T} / Σ_j e^{s_j / T}          T = 1: the model's own probabilities; T → 0: the best token alone
    top-k: the k most probable tokens stay       top-p: the fewest most probable ones whose sum reaches p stay

What stays is divided by its sum. The order is the one written here (temperature, top-k, top-p); programs differ, and
with another order the same settings keep other tokens: llama.cpp cuts first and applies the temperature last.

    >>> P = softmax(np.log([0.5, 0.25, 0.125, 0.125]), T=1)
    >>> top_k(P, 2).round(4).tolist(), top_p(P, 0.6).round(4).tolist()
    ([0.6667, 0.3333, 0.0, 0.0], [0.6667, 0.3333, 0.0, 0.0])
    >>> softmax(np.log([0.5, 0.25, 0.25]), T=0.5).round(4).tolist()          # squares: 4/6, 1/6, 1/6
    [0.6667, 0.1667, 0.1667]

Left out: min-p, penalties on repetition, beam search.
Source: A. Holtzman et al., « The Curious Case of Neural Text Degeneration » (2020), for top-p.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

ROUNDING = 1e-12
"""A sum of probabilities that misses p by no more than this has reached it."""


def softmax(s: NDArray[Any], T: float) -> Vector:
    """Return P, shape (V,). T = 0 gives the best token alone, the first of several equal ones."""
    s = np.asarray(s, dtype=np.float64)
    if T == 0:
        greedy: Vector = np.zeros(len(s))
        greedy[s.argmax()] = 1
        return greedy
    with np.errstate(over="ignore"):  # a tiny T makes -∞ of every score but the best, which is what it means
        e = np.exp((s - s.max()) / T)  # the largest score is taken off first, so that nothing else overflows
    P: Vector = e / e.sum()
    return P


def top_k(P: Vector, k: int) -> Vector:
    """Keep the k most probable tokens; 0 keeps all. Of equal ones the first stay."""
    return P if k == 0 else _kept(P, _ranked(P)[:k])


def top_p(P: Vector, p: float) -> Vector:
    """Keep the fewest most probable tokens whose sum is at least p; one at least."""
    if p >= 1:
        return P
    ranked = _ranked(P)
    before = np.cumsum(P[ranked]) - P[ranked]  # what the more probable ones have together
    return _kept(P, ranked[before < p - ROUNDING])


def decoded(s: NDArray[Any], T: float, k: int, p: float) -> Vector:
    """Return the probabilities from which the next token is drawn."""
    return top_p(top_k(softmax(s, T), k), p)


def draw(P: Vector, times: int, source: np.random.Generator) -> NDArray[np.int64]:
    """Return ``times`` tokens: each is the first whose cumulated probability exceeds a uniform number in [0, 1)."""
    steps = np.cumsum(P)
    drawn: NDArray[np.int64] = np.searchsorted(steps, source.random(times) * steps[-1], side="right")
    return drawn


def entropy(P: Vector) -> float:
    """Return -Σ P log₂ P in bits: how many yes-or-no questions the choice is worth.

    >>> entropy(np.array([0.25, 0.25, 0.25, 0.25]))
    2.0
    """
    likely = P[P > 0]
    return float(-(likely @ np.log2(likely))) + 0.0


def _ranked(P: Vector) -> NDArray[np.int64]:
    return np.argsort(-P, kind="stable")


def _kept(P: Vector, tokens: NDArray[np.int64]) -> Vector:
    kept = np.zeros_like(P)
    kept[tokens] = P[tokens]
    shared: Vector = kept / kept.sum()
    return shared
