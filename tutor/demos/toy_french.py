"""A toy French in which every sentence and its probability can be written down.

    sentence → determiner (adjective) noun verb (place)      « le petit chat dort dans le jardin »

The noun is drawn first, then the verb and the place among those that suit its kind, so that words to the right of a
gap say what stood in it: « le … brille » was a star, « le … dort » an animal or a child. The determiner and the
adjective agree in gender, which is all that the left context tells. Every choice has a stated probability: the
grammar is enumerated, and Bayes' rule on the whole list gives the exact answer to any gap:

    P(w | the rest) = Σ p(sentences with w in the gap) / Σ p(sentences with any word there)

    >>> grammar = Grammar()
    >>> len(grammar.sentences), round(float(grammar.p.sum()), 12)
    (1260, 1.0)
    >>> left = grammar.posterior(["le", None])                            # what follows « le », the rest unknown
    >>> both = grammar.posterior(["le", None, "brille"], whole=True)
    >>> max(left, key=left.get), max(both, key=both.get)
    ('chat', 'soleil')

Left out: everything else of French.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

END, MASK = "</s>", "[MASK]"
"""Beside the words: what fills a sentence up to the length of the longest, and what hides a word."""

# noun → (gender, kind, weight)
_NOUNS = {
    "chat": ("m", "animal", 6),
    "chien": ("m", "animal", 4),
    "souris": ("f", "animal", 4),
    "bébé": ("m", "human", 3),
    "fille": ("f", "human", 5),
    "soleil": ("m", "star", 3),
    "lune": ("f", "star", 3),
    "planète": ("f", "star", 2),
    "bateau": ("m", "boat", 2),
    "barque": ("f", "boat", 2),
    "bijou": ("m", "jewel", 1),
}
_VERBS = {
    "animal": {"dort": 4, "mange": 3, "court": 3},
    "human": {"dort": 2, "mange": 2, "parle": 3, "rit": 2, "court": 1},
    "star": {"brille": 7, "monte": 3},
    "boat": {"flotte": 6, "avance": 4},
    "jewel": {"brille": 10},
}
_PLACES = {
    "animal": {"": 4, "dans le jardin": 4, "dans la maison": 1, "sous la table": 1},
    "human": {"": 4, "dans le jardin": 2, "dans la maison": 3, "sur le bateau": 1},
    "star": {"": 5, "dans le ciel": 4, "sur la mer": 1},
    "boat": {"": 4, "sur la mer": 6},
    "jewel": {"": 6, "dans la maison": 3, "sur la table": 1},
}
_DETERMINERS = {"m": {"le": 5, "un": 3, "ce": 2}, "f": {"la": 5, "une": 3, "cette": 2}}
_ADJECTIVES = {"m": {"": 16, "petit": 2, "beau": 1, "vieux": 1}, "f": {"": 16, "petite": 2, "belle": 1, "vieille": 1}}

NOUNS = frozenset(_NOUNS)


class Grammar:
    """Every sentence with its probability, as words and as codes."""

    def __init__(self) -> None:
        found = list(_sentences())
        self.sentences: tuple[tuple[str, ...], ...] = tuple(words for words, _ in found)
        weights = np.array([p for _, p in found])
        self.p: NDArray[np.float64] = weights / weights.sum()  # they sum to 1 already, but for rounding
        self.length = max(map(len, self.sentences))
        """Words of the longest sentence."""

    @cached_property
    def symbols(self) -> tuple[str, ...]:
        """The symbol of each code: the end, the mask, then the words in alphabetical order."""
        return (END, MASK, *sorted({word for sentence in self.sentences for word in sentence}))

    @cached_property
    def code(self) -> dict[str, int]:
        """The code of each symbol."""
        return {symbol: code for code, symbol in enumerate(self.symbols)}

    @cached_property
    def codes(self) -> NDArray[np.int64]:
        """The sentences as codes, shape (sentences, length + 1): each ends with at least one ``END``."""
        written = np.full((len(self.sentences), self.length + 1), self.code[END])
        for row, sentence in zip(written, self.sentences, strict=True):
            row[: len(sentence)] = [self.code[word] for word in sentence]
        return written

    def posterior(self, words: Sequence[str | None], *, whole: bool = False) -> dict[str, float]:
        """Return P(symbol in the gap | the other words), exact; {} when no sentence has those words.

        Args:
            words: the words from the first on; exactly one is None, the gap.
            whole: the sentence ends there. Otherwise anything may follow.
        """
        seen = [*words, END] if whole else list(words)
        if len(seen) > self.length + 1:
            return {}
        gap = seen.index(None)
        fits = np.ones(len(self.p), dtype=bool)
        for place, word in enumerate(seen):
            if place != gap:
                fits &= self.codes[:, place] == self.code.get(word or "", -1)
        if not fits.any():
            return {}
        mass = np.bincount(self.codes[fits, gap], self.p[fits], minlength=len(self.symbols))
        return {self.symbols[code]: float(mass[code] / mass.sum()) for code in np.flatnonzero(mass)}

    def exact(self, gap: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the exact posteriors of that place in every sentence, from the left and from both sides.

        Both of shape (sentences, V); the rows of sentences that end before it mean nothing.
        """
        around = self.codes.copy()
        around[:, gap] = -1
        return self._shared(self.codes[:, :gap], gap), self._shared(around, gap)

    def _shared(self, seen: NDArray[np.int64], gap: int) -> NDArray[np.float64]:
        """Return P(symbol at ``gap``) for each sentence, among those in which the same is ``seen``."""
        kinds, of = np.unique(seen, axis=0, return_inverse=True)
        mass = np.zeros((len(kinds), len(self.symbols)))
        np.add.at(mass, (of.ravel(), self.codes[:, gap]), self.p)
        shared: NDArray[np.float64] = (mass / mass.sum(axis=1, keepdims=True))[of.ravel()]
        return shared


def _sentences() -> Any:
    """Yield each sentence with its probability: the product of the choices that lead to it."""
    total = sum(weight for _, _, weight in _NOUNS.values())
    for noun, (gender, kind, weight) in _NOUNS.items():
        for determiner, p_d in _shares(_DETERMINERS[gender]):
            for adjective, p_a in _shares(_ADJECTIVES[gender]):
                for verb, p_v in _shares(_VERBS[kind]):
                    for place, p_l in _shares(_PLACES[kind]):
                        words = f"{determiner} {adjective} {noun} {verb} {place}".split()
                        yield tuple(words), weight / total * p_d * p_a * p_v * p_l


def _shares(weights: dict[str, int]) -> list[tuple[str, float]]:
    total = sum(weights.values())
    return [(word, weight / total) for word, weight in weights.items()]
