"""A Witten-Bell n-gram counted with arrays, to compare networks with on texts of 100,000 symbols.

    P(w | h) = (c(h, w) + T(h) P(w | h')) / (c(h) + T(h))      h' is h without its first symbol; below (), 1/V

c counts, T(h) is how many different symbols followed h; ``ngram.WittenBell`` is the same written for reading. A run of
m symbols is one integer, its codes being digits in base V, so that counting is sorting: no loop over the text.

    >>> round(held_out_loss(np.array([0, 1] * 500), np.array([0, 1] * 50), V=2, n=3), 6)      # nothing left to guess
    2e-06

Left out: sentence ends, and generating.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int64]


def held_out_loss(training: Codes, held_out: Codes, V: int, n: int) -> float:
    """Return the mean of -ln P over ``held_out``, which follows ``training``; nats a symbol. Codes are 0 … V-1."""
    if V**n >= 2**63:
        raise ValueError("a run of n symbols does not fit into an integer")
    before = training[len(training) - min(n - 1, len(training)) :]
    text = np.concatenate([before, held_out])
    P = np.full(len(held_out), 1 / V)
    for m in range(1, min(n, len(training)) + 1):
        runs, c_hw = np.unique(_runs(training, V, m), return_counts=True)
        histories, first = np.unique(runs // V, return_index=True)
        c_h, T = np.add.reduceat(c_hw, first), np.diff(np.append(first, len(runs)))
        asked = _runs(text, V, m)[-len(held_out) :]
        times = _looked_up(asked, runs, c_hw)
        total, kinds = _looked_up(asked // V, histories, c_h), _looked_up(asked // V, histories, T)
        P = np.where(total > 0, (times + kinds * P) / np.maximum(total + kinds, 1), P)
    return float(-np.log(P).mean())


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
