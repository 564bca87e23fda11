"""Language models side by side: one split of one text, one alphabet, one way to score.

    split = Split.of(text)                      # training 80 %, validation 10 %, test 10 %, in this order
    model = Counted.witten_bell(split, n=5)     # or a network that was trained: Recurrent, Attending
    scores = scored(model.log_p(split.read, split.test), split.read[split.test:])
    scores.bits.mean()                          # bits a character: the mean of -log2 p

A model is anything that gives ln p of every character at every place of the test, a matrix (N, V); one function turns
it into bits and ranks, the same for all, so that a model can neither choose what it is scored on nor how. A network
reads each character after the ``HALF`` to ``CONTEXT`` - 1 characters before it, an n-gram after n - 1.

The alphabet comes from the training part alone. Characters that it does not have, or has once, are read as unknown by
all the models: those that occur once are what a model learns the unknown from. ``loop_error`` scores once more,
character by character, from the text itself, and counts the n-grams anew without arrays.

Left out: training (``recurrent.py``, ``transformer.py``) and what is said about it (``compare_models_demo.py``).
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from tutor.demos.ngram_arrays import Codes, Table, counted, every_next, following, laplace, witten_bell

if TYPE_CHECKING:
    from torch import Tensor

    from tutor.demos.recurrent import LanguageModel
    from tutor.demos.transformer import GPT

LEAST = 500
"""Characters without which there is nothing to learn from and nothing to score."""
MOST_CHARACTERS = 300
"""Size of the alphabet."""
MOST_SCORED, MOST_VALIDATED = 3000, 1000
"""Characters of the test and of the validation part that are used."""
CONTEXT, HALF = 40, 20
UNKNOWN = "\ufffd"
ORDERS = (2, 3, 4, 5, 6)
"""What n may be."""

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Split:
    """A text in three parts; ``validation`` and ``test`` are where those parts begin, ``stop`` where the test ends."""

    text: str
    validation: int
    test: int

    @classmethod
    def of(cls, text: str) -> Split:
        """Cut a text at 80 % and 90 %. Raises ``ValueError`` for less than ``LEAST`` characters."""
        text = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()
        if len(text) < LEAST or not set(text) - {UNKNOWN}:
            raise ValueError("too short")
        validation, test = len(text) * 8 // 10, len(text) * 9 // 10
        return cls(text[: test + MOST_SCORED], validation, test)

    @cached_property
    def characters(self) -> tuple[str, ...]:
        """The character of each code; code 0 is every other one."""
        times = Counter(self.text[: self.validation])
        del times[UNKNOWN]
        often = {character: count for character, count in times.items() if count > 1} or times
        return (UNKNOWN, *sorted(character for character, _ in Counter(often).most_common(MOST_CHARACTERS)))

    @property
    def V(self) -> int:  # noqa: N802 - the letter of the chapters
        """How many codes there are."""
        return len(self.characters)

    def codes(self, text: str) -> list[int]:
        """Return the code of each character."""
        return [self._code.get(character, 0) for character in text]

    @cached_property
    def _code(self) -> dict[str, int]:
        return {character: code for code, character in enumerate(self.characters)}

    @cached_property
    def read(self) -> Codes:
        """The whole text as codes."""
        return np.array(self.codes(self.text), dtype=np.int64)

    @property
    def training(self) -> Codes:
        """What is learned from."""
        return self.read[: self.validation]

    @property
    def validated(self) -> Codes:
        """The text up to the end of the part of the validation that is used."""
        return self.read[: min(self.test, self.validation + MOST_VALIDATED)]


class Model(Protocol):
    """What is compared."""

    @property
    def numbers(self) -> int:
        """How many numbers it consists of: weights, or counts."""

    def log_p(self, text: Codes, first: int) -> Matrix:
        """Return ln p of every code at each place of ``text`` from ``first`` on, given what comes before: (N, V)."""

    def write(self, start: Sequence[int], length: int, seed: int) -> list[int]:
        """Draw ``length`` codes after ``start``, never the unknown one."""


@dataclass(frozen=True)
class Counted:
    """An n-gram; ``tables`` hold the runs of 1 to n codes, or of n alone."""

    n: int
    V: int
    tables: list[Table]
    estimate: Callable[[list[Table], Codes, int], Matrix]

    @classmethod
    def laplace(cls, split: Split, n: int = 3) -> Counted:
        """Add 1 to every count."""
        return cls(n, split.V, [counted(split.training, split.V, n)], lambda tables, *asked: laplace(tables[0], *asked))

    @classmethod
    def witten_bell(cls, split: Split, n: int) -> Counted:
        """Fall back on shorter histories."""
        return cls(n, split.V, [counted(split.training, split.V, m) for m in range(1, n + 1)], witten_bell)

    @property
    def numbers(self) -> int:
        """See ``Model``."""
        return sum(len(table.runs) for table in self.tables)

    def loss(self, split: Split) -> float:
        """Return the bits a character on the validation part."""
        held_out = split.validated[split.validation :]
        P = self.estimate(self.tables, following(split.training, held_out, self.V, self.n), self.V)
        return float(-np.log2(P).mean())

    def log_p(self, text: Codes, first: int) -> Matrix:
        """See ``Model``."""
        histories = np.lib.stride_tricks.sliding_window_view(text[first - self.n + 1 : -1], self.n - 1)
        return np.log(self.estimate(self.tables, every_next(histories, self.V), self.V))

    def write(self, start: Sequence[int], length: int, seed: int) -> list[int]:
        """See ``Model``."""
        source = np.random.default_rng(seed)
        drawn = [0] * (self.n - 1) + list(start)  # a short beginning is filled up with unknown ones
        for _ in range(length):
            P = self.estimate(self.tables, every_next(np.array([drawn[len(drawn) - self.n + 1 :]]), self.V), self.V)[0]
            P[0] = 0
            drawn.append(int(source.choice(self.V, p=P / P.sum())))
        return drawn[-length:] if length else []


@dataclass(frozen=True)
class Recurrent:
    """A simple RNN, an LSTM or a GRU."""

    model: LanguageModel

    @property
    def numbers(self) -> int:
        """See ``Model``."""
        return sum(weight.numel() for weight in self.model.weights().values())

    def log_p(self, text: Codes, first: int) -> Matrix:
        """See ``Model``."""
        return _in_windows(lambda w: self.model.log_probabilities(w.T)[0].transpose(0, 1), text, first)

    def write(self, start: Sequence[int], length: int, seed: int) -> list[int]:
        """See ``Model``."""
        import torch

        from tutor.demos import recurrent

        return recurrent.generate(self.model, start, length, torch.Generator().manual_seed(seed), never=[0])


@dataclass(frozen=True)
class Attending:
    """A small transformer."""

    gpt: GPT

    @property
    def numbers(self) -> int:
        """See ``Model``."""
        return sum(weight.numel() for weight in self.gpt.named().values())

    def log_p(self, text: Codes, first: int) -> Matrix:
        """See ``Model``."""
        return _in_windows(lambda w: self.gpt.logits(w).log_softmax(dim=2), text, first)

    def write(self, start: Sequence[int], length: int, seed: int) -> list[int]:
        """See ``Model``."""
        import torch

        return self.gpt.write(start, length, 1.0, torch.Generator().manual_seed(seed))


def _in_windows(log_p: Callable[[Tensor], Tensor], text: Codes, first: int) -> Matrix:
    """Read ``text`` in windows of which the second half is predicted; ``first`` ≥ ``HALF``.

    Each window begins ``HALF`` codes before what is predicted in it. The last one is filled up; a model does not look
    ahead, so what it is filled with changes nothing.
    """
    import torch

    N = len(text) - first
    filled = np.concatenate([text, np.zeros(CONTEXT, dtype=np.int64)])
    starts = np.arange(first - HALF, len(text) - HALF, HALF)[:, None]
    windows = torch.from_numpy(filled[starts + np.arange(CONTEXT - 1)])
    with torch.no_grad():
        answers = [log_p(some)[:, HALF - 1 :] for some in torch.split(windows, 50)]
        found: Matrix = torch.cat(answers).flatten(0, 1)[:N].double().numpy()
    return found


@dataclass(frozen=True)
class Scores:
    """Of each character of the test: -log2 p, and how many others the model finds likelier (0: its first choice)."""

    bits: Matrix
    ranks: NDArray[np.int64]

    def top(self, k: int) -> float:
        """Return the share of the characters that are among the first k choices."""
        return float((self.ranks < k).mean())


def scored(log_p: Matrix, answers: Codes) -> Scores:
    """Score ``answers`` (N,) by ``log_p`` (N, V). Of two codes that are equally likely the lower one comes first.

    >>> scores = scored(np.log([[0.5, 0.25, 0.25], [0.5, 0.25, 0.25]]), np.array([0, 2]))
    >>> scores.bits.tolist(), scores.ranks.tolist()
    ([1.0, 2.0], [0, 2])
    """
    places = np.arange(len(answers))
    shown = np.round(log_p, 9)
    own = shown[places, answers][:, None]
    before = (shown > own) | ((shown == own) & (np.arange(log_p.shape[1]) < answers[:, None]))
    return Scores(-log_p[places, answers] / math.log(2), before.sum(axis=1))


def loop_error(models: Mapping[str, Model], scores: Mapping[str, Scores], split: Split, places: Sequence[int]) -> float:
    """Score the characters of the test at ``places`` one by one; return the largest difference from ``scores``.

    In bits. It starts from the text, not from its codes; a network reads each context alone, an n-gram is counted anew
    by searching the text. Probabilities that do not sum to 1, or another rank, count as differences too.
    """
    known = {character: code for code, character in enumerate(split.characters)}
    text = "".join(character if character in known else UNKNOWN for character in split.text)
    error = 0.0
    for name, model in models.items():
        asked = _asked_by_loop(model, text[: split.validation], split.characters)
        for place in places:
            at = split.test + place
            p = asked(text[at - HALF - place % HALF : at])
            answer = known[text[at]]
            order = sorted(range(len(p)), key=lambda code: (-round(math.log(p[code]), 9), code))
            wrong_rank = order.index(answer) != int(scores[name].ranks[place])
            difference = abs(-math.log2(p[answer]) - float(scores[name].bits[place]))
            error = max(error, difference, abs(math.fsum(p) - 1), float(wrong_rank))
    return error


def _asked_by_loop(model: Model, training: str, characters: Sequence[str]) -> Callable[[str], list[float]]:
    """Return what gives the probability of each character after a context, without arrays or windows."""
    if isinstance(model, Counted):
        return _counted_by_loop(model, training, characters)
    known = {character: code for code, character in enumerate(characters)}

    def read(context: str) -> list[float]:
        import torch

        codes = torch.tensor([known[character] for character in context])
        with torch.no_grad():
            if isinstance(model, Attending):
                scores = model.gpt.logits(codes[None])[0, -1]
            else:
                assert isinstance(model, Recurrent)
                last = None
                for code in codes:
                    last = model.model.cell.read(model.model.E[code][None, None], last)[-1]
                assert last is not None
                scores = model.model.S @ last.h[0] + model.model.d
        top = float(scores.max())
        parts = [math.exp(score - top) for score in scores.tolist()]
        total = math.fsum(parts)
        return [part / total for part in parts]

    return read


def _counted_by_loop(model: Counted, training: str, characters: Sequence[str]) -> Callable[[str], list[float]]:
    kept: dict[str, Counter[str]] = {}

    def followers(history: str) -> Counter[str]:
        if history not in kept:
            ends = (at + len(history) for at in _found(training, history))
            kept[history] = Counter(training[end] for end in ends if end < len(training))
        return kept[history]

    def interpolated(context: str) -> list[float]:
        p = [1 / len(characters)] * len(characters)
        for length in range(model.n):
            seen = followers(context[len(context) - length :])
            total, kinds = seen.total(), len(seen)
            if total:
                p = [(seen[c] + kinds * lower) / (total + kinds) for c, lower in zip(characters, p, strict=True)]
        return p

    def add_one(context: str) -> list[float]:
        seen = followers(context[len(context) - model.n + 1 :])
        return [(seen[c] + 1) / (seen.total() + len(characters)) for c in characters]

    return interpolated if model.estimate is witten_bell else add_one


def _found(text: str, part: str) -> Iterator[int]:
    at = text.find(part)
    while 0 <= at < len(text):
        yield at
        at = text.find(part, at + 1)


def in_double(gpt: GPT, weights: Mapping[str, NDArray[Any]]) -> GPT:
    """Put trained weights into a transformer, in double precision: scored twice, it must give the same."""
    import torch

    double = {name: torch.from_numpy(weight).double() for name, weight in weights.items()}
    gpt.C, gpt.P, gpt.g, gpt.s = (double[name] for name in ("C", "P", "g", "s"))
    gpt.blocks = [{name: double[f"{i}.{name}"] for name in block} for i, block in enumerate(gpt.blocks)]
    return gpt
