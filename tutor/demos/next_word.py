"""A model of the next word that is always at hand: a trigram of the course's prose, smoothed by Witten-Bell.

It stands in for a large model where only the scores matter (``decoding_demo``). Its score of a word is log P, so that
a softmax at temperature 1 gives P back.

    >>> model = CourseTrigram()
    >>> P = np.exp(model.next_scores("un modèle de").astype(float))
    >>> round(float(P.sum()), 6), model.token_text(int(P.argmax()))
    (1.0, ' langage')

Left out: ends of sentences; everything more than two words back.
"""

from __future__ import annotations

import functools
import threading

import numpy as np
from numpy.typing import NDArray

from tutor.demos.corpus import prose, split
from tutor.demos.ngram_arrays import Table, counted, every_next, witten_bell

N = 3
UNKNOWN = "…"
"""A word that the course does not have; code 0."""


class CourseTrigram:
    """Scores of the next word after a text."""

    name = "trigram"

    def next_scores(self, text: str, *, cancel: threading.Event | None = None) -> NDArray[np.float32]:
        """Return log P of every word, shape (V,). Unknown words, and those before the beginning, are code 0."""
        words, code, tables = _counted()
        read = [code.get(word, 0) for sentence in split(text, "word") for word in sentence]
        history = np.array([[0] * (N - 1) + read], dtype=np.int64)[:, -(N - 1) :]
        P = witten_bell(tables, every_next(history, len(words)), len(words))[0]
        scores: NDArray[np.float32] = np.log(P).astype(np.float32)
        return scores

    def token_text(self, token: int) -> str:
        """Return the word, the space before it included."""
        return " " + _counted()[0][token]


@functools.cache
def _counted() -> tuple[tuple[str, ...], dict[str, int], list[Table]]:
    """Count the prose once: a fifth of a second."""
    read = [word for sentence in split(prose(), "word") for word in sentence]
    words = (UNKNOWN, *sorted(set(read)))
    code = {word: number for number, word in enumerate(words)}
    training = np.array([code[word] for word in read])
    return words, code, [counted(training, len(words), m) for m in range(1, N + 1)]
