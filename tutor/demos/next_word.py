"""A model of the next word that is always at hand: a trigram of the course's prose, smoothed by Witten-Bell.

It stands in for a large model where only the probabilities of the next token matter (``decoding_demo``); its tokens are
words.

    >>> model = CourseTrigram()
    >>> P = np.exp(model.next_logprobs(model.tokenize("un modèle de")))
    >>> round(float(P.sum()), 9), model.token_piece(int(P.argmax())).decode()
    (1.0, ' langage')

Left out: ends of sentences; everything more than two words back.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tutor.demos.corpus import prose, split
from tutor.demos.ngram_arrays import Table, counted, every_next, witten_bell

N = 3
UNKNOWN = "…"
"""A word that the course does not have, or what stands before the beginning; code 0."""


class CourseTrigram:
    """Probabilities of the next word: see ``contracts.NextTokenProbabilities``."""

    name = "trigram"

    def tokenize(self, text: str) -> list[int]:
        """Return the codes of the words, after code 0 for the beginning of the text."""
        code = _counted()[1]
        return [0, *(code.get(word, 0) for sentence in split(text, "word") for word in sentence)]

    def token_piece(self, token: int) -> bytes:
        """Return the word, the space before it included."""
        return f" {_counted()[0][token]}".encode()

    def ends_text(self, token: int) -> bool:
        """Return False: no word ends a text here."""
        return False

    def next_logprobs(self, tokens: Sequence[int], *, cancel: threading.Event | None = None) -> NDArray[np.float64]:
        """Return log P(w | the two words before), shape (V,). Raises ``ValueError`` without a token."""
        if not tokens:
            raise ValueError("next_logprobs() needs at least one token")
        words, _, tables = _counted()
        history = np.array([([0] * (N - 1) + list(tokens))[-(N - 1) :]], dtype=np.int64)
        P = witten_bell(tables, every_next(history, len(words)), len(words))[0]
        logprobs: NDArray[np.float64] = np.log(P)
        return logprobs


@functools.cache
def _counted() -> tuple[tuple[str, ...], dict[str, int], list[Table]]:
    """Count the prose once: a fifth of a second."""
    read = [word for sentence in split(prose(), "word") for word in sentence]
    words = (UNKNOWN, *sorted(set(read)))
    code = {word: number for number, word in enumerate(words)}
    training = np.array([code[word] for word in read])
    return words, code, [counted(training, len(words), m) for m in range(1, N + 1)]
