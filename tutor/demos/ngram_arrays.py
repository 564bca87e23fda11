"""n-grams counted with arrays, to compare networks with on texts of 100,000 symbols.

Witten-Bell, and Laplace beside it:

    P(w | h) = (c(h, w) + T(h) P(w | h')) / (c(h) + T(h))      h' is h without its first symbol; below (), 1/V
    P(w | h) = (c(h, w) + 1) / (c(h) + V)

c counts, T(h) is how many different symbols followed h; ``ngram.py`` has the same written for reading. A run of
m symbols is one integer, its codes being digits in base V, so that counting is sorting: no loop over the text.

    >>> round(held_out_loss(np.array([0, 1] * 500), np.array([0, 1] * 50), V=2, n=3), 6)      # nothing left to guess
    2e-06
    >>> tables = [counted(np.array([0, 1, 0, 2, 0, 1]), V=3, m=m) for m in (1, 2)]
    >>> witten_bell(tables, every_next(np.array([[0]]), 3), 3).round(3)       # after 0: 1 twice, 2 once
    array([[0.178, 0.533, 0.289]])

Left out: sentence ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int64]


class Table(NamedTuple):
    """The runs of m symbols of a text (sorted) with how often each occurs, and the same of their histories."""

    runs: Codes
    c_hw: Codes
    histories: Codes
    c_h: Codes
    T: Codes


def counted(training: Codes, V: int, m: int) -> Table:
    """Count the runs of ``m`` symbols. Codes are 0 … V-1."""
    if V**m >= 2**63:
        raise ValueError("a run of n symbols does not fit into an integer")
    runs, c_hw = np.unique(_runs(training, V, m), return_counts=True)
    histories, first = np.unique(runs // V, return_index=True)
    c_h, T = np.add.reduceat(c_hw, first), np.diff(np.append(first, len(runs)))
    return Table(runs, c_hw, histories, c_h, T)


def witten_bell(tables: Sequence[Table], asked: Codes, V: int) -> NDArray[np.float64]:
    """Return P of the last symbol of each run of ``asked`` after the others.

    ``tables`` hold the runs of 1, 2, … n symbols, ``asked`` runs of n.
    """
    P: NDArray[Any] = np.full(asked.shape, 1 / V)
    for m, table in enumerate(tables, 1):
        runs = asked % V**m
        times = _looked_up(runs, table.runs, table.c_hw)
        total = _looked_up(runs // V, table.histories, table.c_h)
        kinds = _looked_up(runs // V, table.histories, table.T)
        P = np.where(total > 0, (times + kinds * P) / np.maximum(total + kinds, 1), P)
    return P


def laplace(table: Table, asked: Codes, V: int) -> NDArray[np.float64]:
    """Return P of the last symbol of each run after the others, each count being one more than it is."""
    times, total = _looked_up(asked, table.runs, table.c_hw), _looked_up(asked // V, table.histories, table.c_h)
    P: NDArray[Any] = (times + 1) / (total + V)
    return P


def every_next(histories: Codes, V: int) -> Codes:
    """Return, for each history (N, n-1), the V runs that begin with it, one for each symbol: (N, V).

    >>> every_next(np.array([[1, 0]]), V=3)
    array([[ 9, 10, 11]])
    """
    places = V ** np.arange(histories.shape[1], 0, -1, dtype=np.int64)
    runs: Codes = (histories @ places)[:, None] + np.arange(V)
    return runs


def following(training: Codes, held_out: Codes, V: int, n: int) -> Codes:
    """Return the runs of ``n`` symbols that end with each symbol of ``held_out``, which follows ``training``."""
    before = training[len(training) - min(n - 1, len(training)) :]
    return _runs(np.concatenate([before, held_out]), V, n)[-len(held_out) :]


def held_out_loss(training: Codes, held_out: Codes, V: int, n: int) -> float:
    """Return the mean of -ln P over ``held_out``, which follows ``training``; nats a symbol. Codes are 0 … V-1."""
    longest = min(n, len(training))
    tables = [counted(training, V, m) for m in range(1, longest + 1)]
    return float(-np.log(witten_bell(tables, following(training, held_out, V, longest), V)).mean())


def _runs(text: Codes, V: int, m: int) -> Codes:
    """Return every run of m symbols of the text, as one integer each."""
    windows = np.lib.stride_tricks.sliding_window_view(text, m)
    runs: Codes = windows @ V ** np.arange(m - 1, -1, -1, dtype=np.int64)
    return runs


def _looked_up(keys: Codes, table: Codes, values: Codes) -> Codes:
    """Return the value of each key, 0 for those that the (sorted) table does not have."""
    at = np.minimum(np.searchsorted(table, keys), len(table) - 1)
    found: Codes = np.where(table[at] == keys, values[at], 0)
    return found
