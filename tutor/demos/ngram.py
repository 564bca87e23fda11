"""n-gram language models: count, divide, smooth, generate.

The probability of a sentence w_1 … w_m is a product of one factor a symbol, each looking back at n-1 symbols only:

    P(w_1 … w_m) = Π_i P(w_i | h_i)         h_i = w_{i-n+1} … w_{i-1}, the *history*

Before the first word the history is filled with <s>; after the last one the model predicts </s>. So <s> is only ever
part of a history and </s> is only ever predicted.

    c(h, w)  how often w followed h in the corpus           c(h) = Σ_w c(h, w)
    T(h)     how many different w followed h
    V        how many symbols can be predicted: the different words of the corpus, </s>, and <unk>, which stands for
             every word that the corpus does not have. <s> is not counted.

Read in this order: ``NGram`` (counting, perplexity, generation), then one class a way to estimate P(w | h):
``MLE``, ``Laplace``, ``WittenBell``, ``KneserNey``, ``GoodTuring``.

    >>> model = MLE(n=2).fit([["le", "chat", "dort"], ["le", "chat", "mange"], ["le", "chien", "dort"]])
    >>> model.probability("chat", ["le"])       # c(le, chat) / c(le) = 2/3
    0.6666666666666666
    >>> model.probability("dragon", ["le"])     # never seen: the MLE says impossible
    0.0
    >>> model.perplexity([["le", "dragon", "dort"]])
    inf

Left out: speed. The counts are dictionaries of dictionaries, which is the clearest and enough for a chapter of text.
Sources: S. Chen and J. Goodman, « An Empirical Study of Smoothing Techniques for Language Modeling » (1998);
D. Jurafsky and J. Martin, « Speech and Language Processing », chapter on n-gram models.
"""

from __future__ import annotations

import math
import random
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple, Self

from tutor.demos.good_turing import SimpleGoodTuring

START, END, UNKNOWN = "<s>", "</s>", "<unk>"
History = tuple[str, ...]
Counts = dict[History, dict[str, int]]
"""``counts[h][w]``: the symbols that followed each history, with their counts."""


class Scored(NamedTuple):
    """One symbol of a text, where it stood, and what the model thought of it."""

    word: str
    history: History
    probability: float


class NGram(ABC):
    """What all n-gram models share; a subclass says how to estimate P(w | h).

    Learned by ``fit``: ``counts_`` (c(h, w) for every history of 0 to n-1 symbols), ``totals_`` (c(h)),
    ``vocabulary_`` (the V symbols that can be predicted, sorted) and ``V_``.
    """

    def __init__(self, n: int = 2) -> None:
        if n < 1:
            raise ValueError("n must be at least 1")
        self.n = n

    @abstractmethod
    def _estimate(self, w: str, h: History) -> float:
        """Return P(w | h); ``w`` is in the vocabulary and ``h`` has at most n-1 symbols."""

    def fit(self, sentences: Iterable[Sequence[str]]) -> Self:
        """Count the n-grams of ``sentences``, each a sequence of symbols without <s> nor </s>."""
        self.counts_: Counts = {}
        counts = self.counts_
        for sentence in sentences:
            for w, h in self._positions(sentence):
                # Not only the history of n-1 symbols: its ends too, which the smoothed models fall back on.
                while True:
                    followers = counts.get(h)
                    if followers is None:
                        counts[h] = {w: 1}
                    else:
                        followers[w] = followers.get(w, 0) + 1
                    if not h:
                        break
                    h = h[1:]
        if not self.counts_:
            raise ValueError("no sentence to count")
        self.totals_ = {h: sum(followers.values()) for h, followers in self.counts_.items()}
        self.vocabulary_ = tuple(sorted({*self.counts_[()], END, UNKNOWN}))
        self.V_ = len(self.vocabulary_)
        self._known = frozenset((*self.vocabulary_, START))
        return self

    def probability(self, w: str, h: Sequence[str] = ()) -> float:
        """Return P(w | h). Words that the corpus does not have are read as <unk>; only the last n-1 of h count."""
        return self._estimate(self._read(w), self._cut(h))

    def distribution(self, h: Sequence[str] = ()) -> dict[str, float]:
        """Return P(· | h) over the whole vocabulary: V numbers that sum to 1 (to 0 where P is not ``defined``)."""
        cut = self._cut(h)
        return {w: self._estimate(w, cut) for w in self.vocabulary_}

    def defined(self, h: Sequence[str]) -> bool:
        """Say whether the model has anything to say after ``h``. Smoothing is there to make this always true."""
        return True

    def score(self, sentences: Iterable[Sequence[str]]) -> Iterator[Scored]:
        """Yield every symbol of ``sentences``, </s> included, with its history and probability."""
        for sentence in sentences:
            for w, h in self._positions([self._read(w) for w in sentence]):
                yield Scored(w, h, self._estimate(w, h))

    def perplexity(self, sentences: Iterable[Sequence[str]]) -> float:
        """Return PP = exp(-1/N · Σ_i ln P(w_i | h_i)), N counting words and </s>; inf when one P is 0."""
        probabilities = [scored.probability for scored in self.score(sentences)]
        if 0 in probabilities:
            return math.inf
        return math.exp(-sum(map(math.log, probabilities)) / len(probabilities))

    def history(self, prompt: Sequence[str]) -> History:
        """Return the history that a prompt stands for: its last n-1 symbols.

        A shorter prompt is taken as the beginning of a sentence (<s> in front) if the corpus has sentences that
        begin like that, and otherwise as it is.
        """
        padded = self._cut((START,) * (self.n - 1) + tuple(prompt))
        bare = self._cut(prompt)
        return bare if prompt and padded not in self.counts_ and bare in self.counts_ else padded

    def generate(self, prompt: Sequence[str] = (), length: int = 20, seed: int = 0) -> list[str]:
        """Draw ``length`` symbols after ``prompt``, each from P(· | h); every </s> drawn is in the list as well.

        After </s> a new sentence begins. <unk> is never drawn. The same seed gives the same text.
        """
        source = random.Random(seed)
        h, text, drawn = self.history(prompt), [], 0
        while drawn < length:
            w = self._draw(h, source)
            text.append(w)
            drawn += w != END
            h = self.history(()) if w == END else self._cut((*h, w))
        return text

    def _positions(self, sentence: Sequence[str]) -> Iterator[tuple[str, History]]:
        """Yield each symbol to predict, with its n-1 predecessors."""
        padded = (START,) * (self.n - 1) + tuple(sentence) + (END,)
        for start, w in enumerate(padded[self.n - 1 :]):
            yield w, padded[start : start + self.n - 1]

    def _read(self, w: str) -> str:
        return w if w in self._known else UNKNOWN

    def _cut(self, h: Sequence[str]) -> History:
        return tuple(self._read(w) for w in h[max(0, len(h) - self.n + 1) :])

    def _draw(self, h: History, source: random.Random) -> str:
        while not self.defined(h):  # nothing to draw from: look less far back, as a reader would
            h = h[1:]
        followers = self.counts_.get(h, {})
        likely_first = sorted(followers, key=lambda w: (-followers[w], w))
        rest = (w for w in self.vocabulary_ if w not in followers and w != UNKNOWN)
        # Walk along P(w | h) until it has added up to a uniform number: w comes up with probability P(w | h).
        left = source.random() * (1 - self._estimate(UNKNOWN, h))
        last = END
        for w in chain(likely_first, rest):
            p = self._estimate(w, h)
            if p > 0:
                left, last = left - p, w
            if left < 0:
                break
        return last  # if rounding has left a crumb, the last one that was possible


class MLE(NGram):
    """Maximum likelihood: P(w | h) = c(h, w) / c(h).

    Zero for every pair that the corpus does not have. After a history that it does not have, 0/0: not defined, and
    given as 0.
    """

    def _estimate(self, w: str, h: History) -> float:
        return self.counts_[h].get(w, 0) / self.totals_[h] if h in self.counts_ else 0.0

    def defined(self, h: Sequence[str]) -> bool:
        """Say whether the corpus has this history."""
        return self._cut(h) in self.counts_


class Laplace(NGram):
    """Add k (Laplace: k = 1) to each count: P(w | h) = (c(h, w) + k) / (c(h) + k·V)."""

    def __init__(self, n: int = 2, k: float = 1.0) -> None:
        super().__init__(n)
        if k <= 0:
            raise ValueError("k must be positive")
        self.k = k

    def _estimate(self, w: str, h: History) -> float:
        c_hw = self.counts_.get(h, {}).get(w, 0)
        return (c_hw + self.k) / (self.totals_.get(h, 0) + self.k * self.V_)


class WittenBell(NGram):
    """Interpolate with the shorter history h', trusting it more when h was followed by many different words.

        P(w | h) = (c(h, w) + T(h)·P(w | h')) / (c(h) + T(h))       h' = h without its first symbol

    P(w | h) = P(w | h') when h was never seen. Below the empty history comes the uniform distribution 1/V, so that
    <unk> has a share. (nltk stops one step earlier, with P(w) = c(w)/N, where an unknown word keeps probability 0.)
    """

    def _estimate(self, w: str, h: History) -> float:
        lower = self._estimate(w, h[1:]) if h else 1 / self.V_
        if h not in self.counts_:
            return lower
        followers = self.counts_[h]
        T = len(followers)
        return (followers.get(w, 0) + T * lower) / (self.totals_[h] + T)


class KneserNey(NGram):
    """Interpolated Kneser-Ney: take d off each count, give what was taken to the shorter history.

        P(w | h) = max(c(h, w) - d, 0) / c(h)  +  d·T(h)/c(h) · P(w | h')

    For every history shorter than n-1, c(h, w) is not how often w followed h but after how many different symbols x
    (x, h, w) was seen: « Francisco » is frequent, yet only ever follows « San ». Below the empty history comes 1/V.
    One discount for all counts, d = 0.75. (nltk's default is 0.1, and it stops before 1/V, as for Witten-Bell.)
    Learned besides: ``continuations_``, those counts, and ``continuation_totals_``, their sums.
    """

    def __init__(self, n: int = 2, d: float = 0.75) -> None:
        super().__init__(n)
        if not 0 < d < 1:
            raise ValueError("d must lie between 0 and 1")
        self.d = d

    def fit(self, sentences: Iterable[Sequence[str]]) -> Self:
        """Count, then count the different symbols in front of each shorter n-gram."""
        super().fit(sentences)
        self.continuations_: Counts = {}
        for h, followers in self.counts_.items():
            if len(h) == self.n - 1:
                self.continuations_[h] = followers  # the longest histories keep their own counts
            for w in followers if h else ():
                shorter = self.continuations_.setdefault(h[1:], {})
                shorter[w] = shorter.get(w, 0) + 1
        self.continuation_totals_ = {h: sum(counts.values()) for h, counts in self.continuations_.items()}
        # What P(w | h) needs, with one look: the counts, d·T(h), c(h).
        self._after = {
            h: (followers, self.d * len(followers), self.continuation_totals_[h])
            for h, followers in self.continuations_.items()
        }
        return self

    def _estimate(self, w: str, h: History) -> float:
        p = 1 / self.V_
        for start in range(len(h), -1, -1):  # from the empty history to the whole one
            found = self._after.get(h[start:])
            if found is None:  # never seen, hence no longer one either
                break
            followers, taken, total = found
            c_hw = followers.get(w)
            p = ((c_hw - self.d if c_hw else 0) + taken * p) / total
        return p


class GoodTuring(NGram):
    """Good-Turing over the n-grams: P(w | h) = P_GT(h w) / Σ_v P_GT(h v).

    P_GT is the Simple Good-Turing probability of a whole n-gram (see ``good_turing``): what was seen r times counts
    for r*, and the mass p_0 = N_1/N is shared equally by the n-grams never seen, (V+1)^{n-1}·V being possible (<s>
    may stand in the history). Katz's model goes on to share it by the shorter history; this one does not.
    Learned besides: ``turing_[m]``, the estimates for n-grams of m symbols. ``fit`` raises ``NotEnoughCounts``.
    """

    def fit(self, sentences: Iterable[Sequence[str]]) -> Self:
        """Count, then count the counts."""
        super().fit(sentences)
        N_r: dict[int, Counter[int]] = {m: Counter() for m in range(1, self.n + 1)}
        for h, followers in self.counts_.items():
            N_r[len(h) + 1].update(followers.values())
        self.turing_ = {m: SimpleGoodTuring().fit(counts) for m, counts in N_r.items()}
        self._p_unseen = {
            m: turing.p0_ / ((self.V_ + 1) ** (m - 1) * self.V_ - N_r[m].total()) for m, turing in self.turing_.items()
        }
        self._p_history: dict[History, float] = {}
        return self

    def defined(self, h: Sequence[str]) -> bool:
        """False only where p_0 is 0 (nothing was seen just once) and the history was never seen."""
        return self._joint_history(self._cut(h)) > 0

    def _joint(self, r: int, m: int) -> float:
        return self.turing_[m].probability(r) if r else self._p_unseen[m]

    def _joint_history(self, h: History) -> float:
        """Σ_v P_GT(h v)."""
        if h not in self._p_history:
            m, followers = len(h) + 1, self.counts_.get(h, {})
            seen = math.fsum(self._joint(r, m) for r in followers.values())
            self._p_history[h] = seen + (self.V_ - len(followers)) * self._p_unseen[m]
        return self._p_history[h]

    def _estimate(self, w: str, h: History) -> float:
        all_words = self._joint_history(h)
        r = self.counts_.get(h, {}).get(w, 0)
        return self._joint(r, len(h) + 1) / all_words if all_words else 0.0
