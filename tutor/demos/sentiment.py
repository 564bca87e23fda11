"""A sentiment classifier: an LSTM reads a review word by word, a sigmoid on its last state says how positive it is.

    p = σ(w · h_T + b)          T is the last *word*: what pads a short review behind it is read, and ignored

The loss is the cross-entropy, -ln p for a positive review and -ln(1 - p) for a negative one. What is kept are the
weights of the epoch at which the loss on the validation reviews was lowest (early stopping). The LSTM is the one of
``recurrent.py``, written out. Words seen once or never in training are read as <unk>: some training words are too, at
random, so that the model knows what to make of it.

Left out: pretrained word vectors, reading in both directions, dropout on the states.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tutor.demos.adam import Adam
from tutor.demos.corpus import split
from tutor.demos.recurrent import LSTM, new_cell

if TYPE_CHECKING:
    from torch import Generator, Tensor

UNKNOWN, PADDING = "<unk>", "<pad>"


def words(text: str) -> list[str]:
    """Return the words of a review as one sequence.

    >>> words("Drôle ? Pas une seconde.")
    ['drôle', 'pas', 'une', 'seconde']
    """
    return [word for sentence in split(text, "word") for word in sentence]


@dataclass
class Vocabulary:
    """The words that the model knows, as numbers; 0 is padding and 1 an unknown word."""

    words: tuple[str, ...]

    @classmethod
    def of(cls, reviews: Sequence[Sequence[str]], least: int = 2) -> Vocabulary:
        """Keep the words that occur ``least`` times."""
        counts = Counter(word for review in reviews for word in review)
        return cls((PADDING, UNKNOWN, *sorted(word for word, count in counts.items() if count >= least)))

    def __contains__(self, word: object) -> bool:
        return word in self.words[2:]

    def numbers(self, reviews: Sequence[Sequence[str]]) -> tuple[Tensor, Tensor]:
        """Return (T, B) numbers, short reviews padded behind, and their lengths (B,); a review has a word at least."""
        import torch

        rank = {word: i for i, word in enumerate(self.words)}
        lengths = torch.tensor([len(review) for review in reviews])
        table = torch.zeros(int(lengths.max()), len(reviews), dtype=torch.int64)
        for column, review in enumerate(reviews):
            table[: len(review), column] = torch.tensor([rank.get(word, 1) for word in review])
        return table, lengths


@dataclass
class Classifier:
    """Embedding, LSTM, and one neuron on the last state."""

    E: Tensor
    """(V, D)"""
    cell: LSTM
    w: Tensor
    """(H,)"""
    b: Tensor
    """()"""

    def weights(self) -> dict[str, Tensor]:
        """Return everything that is learned, by name."""
        return {"E": self.E, "W": self.cell.W, "U": self.cell.U, "b": self.cell.b, "w": self.w, "bias": self.b}

    def scores(self, table: Tensor, lengths: Tensor) -> Tensor:
        """Return w · h_T + b of each review, (B,), from ``table`` (T, B)."""
        import torch

        states = torch.stack([step.h for step in self.cell.read(self.E[table])])  # (T, B, H)
        last = states[lengths - 1, torch.arange(len(lengths))]
        return last @ self.w + self.b

    def probabilities(self, table: Tensor, lengths: Tensor) -> Tensor:
        """Return p of each review, (B,)."""
        import torch

        with torch.no_grad():
            return self.scores(table, lengths).sigmoid()


def new_classifier(V: int, D: int, H: int, generator: Generator) -> Classifier:
    """Draw a classifier to train."""
    import torch

    E = 0.5 * torch.randn(V, D, generator=generator, dtype=torch.float64)
    cell = new_cell("lstm", D, H, generator)
    assert isinstance(cell, LSTM)
    w = torch.randn(H, generator=generator, dtype=torch.float64) / math.sqrt(H)
    return Classifier(E, cell, w, torch.zeros((), dtype=torch.float64))


def classifier_from(weights: dict[str, Tensor]) -> Classifier:
    """Return the classifier of these weights, as ``Classifier.weights`` gave them."""
    cell = LSTM(weights["W"], weights["U"], weights["b"])
    return Classifier(weights["E"], cell, weights["w"], weights["bias"])


def cross_entropy(scores: Tensor, positive: Tensor) -> Tensor:
    """Return the mean loss; ``positive`` holds 1 and 0. ln(1 + e^z) - y z is -ln p or -ln(1 - p), without overflow."""
    import torch

    return (torch.nn.functional.softplus(scores) - positive * scores).mean()


def train(
    model: Classifier,
    table: Tensor,
    lengths: Tensor,
    positive: Tensor,
    *,
    epochs: int,
    batch: int = 32,
    rate: float = 0.01,
    forgotten: float = 0.05,
    generator: Generator,
) -> Iterator[float | None]:
    """Take ``epochs`` passes in batches; yield None after each batch and the mean loss after each epoch.

    A share ``forgotten`` of the words of each batch is read as <unk>.
    """
    import torch

    weights = list(model.weights().values())
    for weight in weights:
        weight.requires_grad_(True)
    adam = Adam(weights)
    for _ in range(epochs):
        lost = 0.0
        order = torch.randperm(len(lengths), generator=generator)
        for here in (order[i : i + batch] for i in range(0, len(order), batch)):
            longest = int(lengths[here].max())
            read = table[:longest, here].clone()
            read[(torch.rand(read.shape, generator=generator) < forgotten) & (read > 1)] = 1
            loss = cross_entropy(model.scores(read, lengths[here]), positive[here])
            adam.step(torch.autograd.grad(loss, weights), rate)
            lost += float(loss.detach()) * len(here)
            yield None
        yield lost / len(order)
