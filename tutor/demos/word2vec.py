"""word2vec: skip-gram with negative sampling, written out.

Each word m has two vectors: v_m when it is at the centre, u_m when it is a neighbour. A true pair (m, c) comes from the
text: c stands at most ``window`` words away from m. Its loss, with k words n_1 … n_k drawn at random, is

    L = -ln σ(u_c · v_m) - Σ_j ln σ(-u_{n_j} · v_m)              σ(x) = 1 / (1 + e^{-x})

and the gradient of a vector adds up, for each of its pairs, the error (σ minus the answer: 1 for c, 0 for n_j) times
the other vector. What is kept in the end are the v_m: words that have the same neighbours get close.

    >>> sentences = [["le", "chat", "dort"], ["le", "chien", "dort"], ["la", "moto", "roule"]] * 100
    >>> model = SkipGram(dim=8, window=1, epochs=10).fit(sentences)
    >>> model.neighbours("chat")[0][0]
    'chien'

n_j is drawn with a probability that goes like count^0.75; a draw that hits c is not counted. Pairs are taken in batches
of ``batch``: all gradients of a batch are those of the old vectors, and a word that occurs r times in a batch moves by
their sum, up to ``MOST_AT_ONCE`` times their mean (in a small vocabulary the same word would jump too far).
The rate η falls in a straight line to nothing.

Left out: dropping frequent words at random, windows of random width, and the words seen fewer than ``least`` times.
Source: T. Mikolov et al., « Distributed Representations of Words and Phrases and their Compositionality » (2013).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float64]
Words = NDArray[np.int64]
"""Words as numbers, their rank in the vocabulary."""

MOST_AT_ONCE = 16


class SkipGram:
    """Word vectors from sentences.

    Learned: ``vocabulary_`` (most frequent first), ``counts_``, ``v_`` and ``u_`` (V, dim), ``losses_`` (one an epoch).
    """

    def __init__(
        self,
        dim: int = 32,
        window: int = 2,
        k: int = 5,
        epochs: int = 5,
        rate: float = 0.1,
        least: int = 1,
        batch: int = 256,
        seed: int = 0,
    ) -> None:
        self.dim, self.window, self.k, self.epochs = dim, window, k, epochs
        self.rate, self.least, self.batch, self.seed = rate, least, batch, seed

    def fit(self, sentences: Sequence[Sequence[str]]) -> Self:
        """Learn from sentences of words. Raises ``ValueError`` when no two words stand side by side."""
        for _ in self.steps(sentences):
            pass
        return self

    def steps(self, sentences: Sequence[Sequence[str]]) -> Iterator[float]:
        """Learn like ``fit``, yielding after each batch the loss of its pairs, before they were corrected."""
        generator = np.random.default_rng(self.seed)
        self.count(sentences)
        centres, neighbours = self.pairs(sentences)
        if not len(centres):
            raise ValueError("no two words stand side by side")
        V = len(self.vocabulary_)
        self.v_ = (generator.random((V, self.dim)) - 0.5) / self.dim
        self.u_ = np.zeros((V, self.dim))
        chances = np.array(list(self.counts_.values())) ** 0.75
        chances = np.cumsum(chances / chances.sum())
        self.losses_: list[float] = []
        done, total = 0, self.epochs * len(centres)
        for _ in range(self.epochs):
            order = generator.permutation(len(centres))
            lost = 0.0
            for start in range(0, len(order), self.batch):
                here = order[start : start + self.batch]
                m, c = centres[here], neighbours[here]
                n = np.searchsorted(chances, generator.random((len(here), self.k)), side="right").clip(max=V - 1)
                rate = self.rate * max(1 - done / total, 1e-4)
                loss, gradient_v, gradient_u = gradients(self.v_, self.u_, m, c, n)
                self.v_ -= rate * _held_back(gradient_v, m)
                self.u_ -= rate * _held_back(gradient_u, np.concatenate([c, n.ravel()]))
                done += len(here)
                lost += loss * len(here)
                yield loss
            self.losses_.append(lost / len(order))

    def pairs(self, sentences: Sequence[Sequence[str]]) -> tuple[Words, Words]:
        """Return every (m, c) of the text, as numbers: c is at most ``window`` words away, in the same sentence."""
        rank = {word: i for i, word in enumerate(self.vocabulary_)}
        kept = [[rank[word] for word in sentence if word in rank] for sentence in sentences]
        words = np.array([word for sentence in kept for word in sentence], dtype=np.int64)
        where = np.repeat(np.arange(len(kept)), [len(sentence) for sentence in kept])
        left, right = [], []
        for distance in range(1, self.window + 1):
            together = where[distance:] == where[:-distance]
            left.append(words[:-distance][together])
            right.append(words[distance:][together])
        return np.concatenate([*left, *right]), np.concatenate([*right, *left])

    def neighbours(self, word: str, number: int = 5) -> list[tuple[str, float]]:
        """Return the closest words and their cosines, without ``word`` itself. ``KeyError`` for an unknown one."""
        return self.closest(self[word], number, without=(word,))

    def analogy(self, a: str, b: str, c: str, number: int = 3, *, keep: bool = False) -> list[tuple[str, float]]:
        """Return the words closest to v_a - v_b + v_c, without the three; with them when ``keep``."""
        wanted = self.unit_[self._rank(a)] - self.unit_[self._rank(b)] + self.unit_[self._rank(c)]
        return self.closest(wanted, number, without=() if keep else (a, b, c))

    def closest(self, vector: Vectors, number: int, without: Sequence[str] = ()) -> list[tuple[str, float]]:
        """Return the words whose vectors point the most like ``vector``."""
        cosines = self.unit_ @ vector / max(float(np.linalg.norm(vector)), 1e-12)
        ranked = (int(i) for i in np.argsort(-cosines, kind="stable"))
        found = ((self.vocabulary_[i], float(cosines[i])) for i in ranked if self.vocabulary_[i] not in without)
        return [pair for pair, _ in zip(found, range(number), strict=False)]

    def __getitem__(self, word: str) -> Vectors:
        return np.asarray(self.v_[self._rank(word)])

    def __contains__(self, word: object) -> bool:
        return word in self.counts_

    @property
    def unit_(self) -> Vectors:
        """The v_m, brought to length 1."""
        return np.asarray(self.v_ / np.maximum(np.linalg.norm(self.v_, axis=1, keepdims=True), 1e-12))

    def count(self, sentences: Sequence[Sequence[str]]) -> None:
        """Make the vocabulary."""
        counts = Counter(word for sentence in sentences for word in sentence)
        ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        self.counts_ = {word: count for word, count in ordered if count >= self.least}
        self.vocabulary_ = tuple(self.counts_)

    def _rank(self, word: str) -> int:
        if word not in self.counts_:
            raise KeyError(word)
        return self.vocabulary_.index(word)


def gradients(v: Vectors, u: Vectors, m: Words, c: Words, n: Words) -> tuple[float, Vectors, Vectors]:
    """Return the mean loss of the pairs (m, c), and the gradients of its *sum* for v and u, both (V, dim).

    ``m`` and ``c`` are (B,), ``n`` (B, k) the words drawn for each pair; one that is c itself does not count.
    """
    v_m, u_c, u_n = v[m], u[c], u[n]  # (B, dim), (B, dim), (B, k, dim)
    counted = n != c[:, None]
    score_c, score_n = np.einsum("bd,bd->b", u_c, v_m), np.einsum("bkd,bd->bk", u_n, v_m)
    loss = np.logaddexp(0, -score_c).sum() + (np.logaddexp(0, score_n) * counted).sum()
    error_c = sigma(score_c) - 1  # the answer is 1
    error_n = sigma(score_n) * counted  # the answer is 0
    of_v = error_c[:, None] * u_c + np.einsum("bk,bkd->bd", error_n, u_n)
    of_u = np.concatenate([error_c[:, None] * v_m, (error_n[:, :, None] * v_m[:, None, :]).reshape(-1, v.shape[1])])
    return float(loss) / len(m), _gathered(of_v, m, len(v)), _gathered(of_u, np.concatenate([c, n.ravel()]), len(u))


def sigma(x: Vectors) -> Vectors:
    """Return σ(x), without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(x / 2)))


def projection(vectors: Vectors) -> Vectors:
    """Return the (N, 2) shadow of (N, dim) vectors that keeps the most of their spread (principal components)."""
    centred = vectors - vectors.mean(axis=0)
    U, S, _ = np.linalg.svd(centred, full_matrices=False)
    flat = np.zeros((len(vectors), 2))
    kept = U[:, :2] * S[:2]
    flat[:, : kept.shape[1]] = kept
    return flat


def _gathered(rows: Vectors, words: Words, V: int) -> Vectors:
    """Add up the rows of each word, (V, dim): sorted by word, then summed from one word to the next."""
    order = np.argsort(words, kind="stable")
    present, begins = np.unique(words[order], return_index=True)
    sums = np.zeros((V, rows.shape[1]))
    sums[present] = np.add.reduceat(rows[order], begins)
    return sums


def _held_back(gradient: Vectors, words: Words) -> Vectors:
    """Shrink the sum of a word that occurs more than ``MOST_AT_ONCE`` times in the batch."""
    times = np.bincount(words, minlength=len(gradient))
    return np.asarray(gradient * np.minimum(1, MOST_AT_ONCE / np.maximum(times, 1))[:, None])
