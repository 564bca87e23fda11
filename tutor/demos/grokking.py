"""Grokking: a network that learns its examples by heart, and finds the rule long afterwards.

The task is addition modulo p: a + b = 40 + 30 is 17 modulo 53. The examples are a share of the p (p + 1) / 2
**unordered** pairs; with ordered ones (40, 30) could be learned and (30, 40) tested, and the answer would have leaked.

    x = E[a] + E[b]        h = max(0, x W_1)        P(a + b mod p = c) = softmax(h W_2)

All pairs at once, x is C E, where C (pairs × p) counts how often each number stands in a pair. A product with a matrix
of counts costs less than picking rows out of E, and (C E) W_1 more than C (E W_1): p is smaller than the number of
pairs.

Every step uses all the examples. The optimiser is AdamW: Adam, and before each step every weight loses the part
η·λ of itself, λ being the weight decay.

    >>> pairs, answers = addition(3)
    >>> pairs.tolist(), answers.tolist()
    ([[0, 0], [0, 1], [0, 2], [1, 1], [1, 2], [2, 2]], [0, 1, 2, 2, 0, 1])

Left out: transformers, in which the same was first seen, and a look at the circle that E becomes.
Source: A. Power et al., « Grokking: Generalization Beyond Overfitting on Small Algorithmic Datasets » (2022).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from tutor.demos.adam import Adam

if TYPE_CHECKING:
    import torch
    from torch import Tensor

WIDTH, HIDDEN = 48, 80
RATE = 0.01


class Measure(NamedTuple):
    """How the network does after ``step`` steps."""

    step: int
    loss: float
    train: float
    """Share of the examples that it gets right."""
    test: float
    """Share of the other pairs."""


def addition(p: int) -> tuple[Tensor, Tensor]:
    """Return the unordered pairs and their sums modulo p."""
    import torch

    pairs = torch.tensor([(a, b) for a in range(p) for b in range(a, p)])
    return pairs, pairs.sum(dim=1) % p


def counted(pairs: Tensor, p: int) -> Tensor:
    """Return C (n × p): how often each number stands in each of the pairs (n × 2).

    >>> counted(addition(3)[0], 3)[:2].tolist()
    [[2.0, 0.0, 0.0], [1.0, 1.0, 0.0]]
    """
    from torch.nn.functional import one_hot

    return one_hot(pairs, p).sum(dim=1).float()


class Network:
    """E (p × WIDTH), W_1 (WIDTH × HIDDEN), W_2 (HIDDEN × p)."""

    def __init__(self, p: int, source: torch.Generator) -> None:
        import torch

        def drawn(rows: int, columns: int, inputs: int) -> Tensor:
            return (torch.randn(rows, columns, generator=source) / math.sqrt(inputs)).requires_grad_()

        self.E = drawn(p, WIDTH, WIDTH)
        self.W_1 = drawn(WIDTH, HIDDEN, WIDTH)
        self.W_2 = drawn(HIDDEN, p, HIDDEN)

    def weights(self) -> list[Tensor]:
        """Return all that is learned."""
        return [self.E, self.W_1, self.W_2]

    def scores(self, counts: Tensor) -> Tensor:
        """Return the scores of each sum c: counts C (n × p) → (n × p)."""
        return (counts @ (self.E @ self.W_1)).relu() @ self.W_2


def train(p: int, share: float, weight_decay: float, steps: int, seed: int, every: int = 10) -> Iterator[Measure]:
    """Train on a ``share`` of the pairs; yield a measure every few steps, the first one before any."""
    import torch
    from torch.nn.functional import cross_entropy

    source = torch.Generator().manual_seed(seed)
    pairs, answers = addition(p)
    order = torch.randperm(len(pairs), generator=source)
    cut = round(share * len(pairs))
    known, new = order[:cut], order[cut:]
    counts = counted(pairs, p)
    known_counts, new_counts = counts[known], counts[new]
    network = Network(p, source)
    adam = Adam(network.weights(), clip=math.inf)
    for step in range(steps + 1):
        scores = network.scores(known_counts)
        loss = cross_entropy(scores, answers[known])
        if step % every == 0:
            with torch.no_grad():
                test = _share_right(network.scores(new_counts), answers[new])
            yield Measure(step, loss.item(), _share_right(scores, answers[known]), test)
        gradients = torch.autograd.grad(loss, network.weights())
        with torch.no_grad():
            for weight in network.weights():
                weight.mul_(1 - RATE * weight_decay)
        adam.step(gradients, RATE)


def _share_right(scores: Tensor, answers: Tensor) -> float:
    return float((scores.argmax(dim=1) == answers).float().mean())
