"""Recurrent language models: three cells written out, training, generation.

A recurrent network reads a text symbol by symbol and rewrites its state at each step; from the state it predicts the
next symbol:

    p_t = softmax(S h_t + d)

What differs is how the state is rewritten. Read ``RNN``, ``LSTM`` and ``GRU``: each is one ``step``, with the equations
of the chapters. Then ``LanguageModel`` (embedding, cell, output layer), ``train`` and ``generate``.

    D, H    sizes of an embedding and of the state        V   number of symbols        B   texts read side by side
    W, U, b weights of the input, of the state, biases; the blocks of a cell (its gates, its candidate) are stacked, so
            that one product computes them all

The loss is the cross-entropy: the mean of -ln p over the symbols to predict, in nats a symbol.

Numbers are kept in double precision: twice as slow at most at this size, and the same seed gives the same model on
every machine. Tensors and automatic differentiation are torch's; torch's own RNN, LSTM and GRU are only the check.

Left out: several layers, dropout, texts longer than the window (back-propagation stops at its beginning).
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from tutor.demos.adam import Adam

if TYPE_CHECKING:
    from torch import Generator, Tensor


class Step(NamedTuple):
    """What one step leaves behind: the state, the cell state of an LSTM, the gates and the candidate by name."""

    h: Tensor
    c: Tensor
    blocks: dict[str, Tensor]


@dataclass
class Cell(ABC):
    """How the state goes from one step to the next."""

    W: Tensor
    """(blocks·H, D)"""
    U: Tensor
    """(blocks·H, H)"""
    b: Tensor
    """(blocks·H,)"""
    blocks: ClassVar[str]
    """One letter a block, in the order in which they are stacked."""

    @abstractmethod
    def step(self, Wx_b: Tensor, h: Tensor, c: Tensor) -> Step:
        """Take W x_t + b, (B, blocks·H), and h_{t-1}, c_{t-1}, (B, H)."""

    def read(self, x: Tensor, before: Step | None = None) -> list[Step]:
        """Read ``x`` (T, B, D) from the state ``before`` (None: zeros); return the T steps."""
        H = self.U.shape[1]
        zeros = x.new_zeros(x.shape[1], H)
        last = before or Step(zeros, zeros, {})
        steps = []
        for Wx_b in x @ self.W.T + self.b:  # the part that does not wait for the previous step, all steps at once
            last = self.step(Wx_b, last.h, last.c)
            steps.append(last)
        return steps

    @property
    def parameters(self) -> int:
        """How many numbers are learned: H(D + H + 1) a block."""
        return self.W.numel() + self.U.numel() + self.b.numel()


class RNN(Cell):
    """h_t = tanh(W x_t + U h_{t-1} + b)."""

    blocks = "h"

    def step(self, Wx_b: Tensor, h: Tensor, c: Tensor) -> Step:
        """One block: the state itself."""
        h = (Wx_b + h @ self.U.T).tanh()
        return Step(h, c, {"h": h})


class LSTM(Cell):
    """Gates f_t, i_t, o_t = σ(W x_t + U h_{t-1} + b), candidate c̃_t = tanh(the same with its own weights).

    c_t = f_t ⊙ c_{t-1} + i_t ⊙ c̃_t         h_t = o_t ⊙ tanh(c_t)
    """

    blocks = "fioc"

    def step(self, Wx_b: Tensor, h: Tensor, c: Tensor) -> Step:
        """Forget, write, show."""
        f, i, o, candidate = (Wx_b + h @ self.U.T).chunk(4, dim=-1)
        f, i, o, candidate = f.sigmoid(), i.sigmoid(), o.sigmoid(), candidate.tanh()
        c = f * c + i * candidate
        h = o * c.tanh()
        return Step(h, c, {"f": f, "i": i, "o": o, "c": candidate})


class GRU(Cell):
    """Gates z_t, r_t = σ(W x_t + U h_{t-1} + b), candidate h̃_t = tanh(W_h x_t + U_h (r_t ⊙ h_{t-1}) + b_h).

    h_t = z_t ⊙ h_{t-1} + (1 - z_t) ⊙ h̃_t. (torch multiplies by r_t after U_h, not before.)
    """

    blocks = "zrh"

    def step(self, Wx_b: Tensor, h: Tensor, c: Tensor) -> Step:
        """Keep a share z_t of the state, write the rest."""
        H = h.shape[-1]
        U_gates, U_h = self.U[: 2 * H], self.U[2 * H :]
        z, r = (Wx_b[..., : 2 * H] + h @ U_gates.T).sigmoid().chunk(2, dim=-1)
        candidate = (Wx_b[..., 2 * H :] + (r * h) @ U_h.T).tanh()
        h = z * h + (1 - z) * candidate
        return Step(h, c, {"z": z, "r": r, "h": candidate})


CELLS: dict[str, type[Cell]] = {"rnn": RNN, "lstm": LSTM, "gru": GRU}


def new_cell(name: str, D: int, H: int, generator: Generator) -> Cell:
    """Draw the weights uniformly in ±1/√H; biases 0, but 1 for the forget gate of an LSTM."""
    import torch

    kind = CELLS[name]
    rows, bound = len(kind.blocks) * H, 1 / math.sqrt(H)
    W, U = (_uniform((rows, size), bound, generator) for size in (D, H))
    b = torch.zeros(rows, dtype=torch.float64)
    if name == "lstm":
        b[:H] = 1
    return kind(W, U, b)


@dataclass
class LanguageModel:
    """Embedding, cell, output layer: symbols in, ln p of the next symbol out."""

    E: Tensor
    """(V, D), a row for each symbol."""
    cell: Cell
    S: Tensor
    """(V, H)"""
    d: Tensor
    """(V,)"""

    def weights(self) -> dict[str, Tensor]:
        """Return everything that is learned, by its symbol."""
        return {"E": self.E, "W": self.cell.W, "U": self.cell.U, "b": self.cell.b, "S": self.S, "d": self.d}

    def log_probabilities(self, symbols: Tensor, before: Step | None = None) -> tuple[Tensor, list[Step]]:
        """Read ``symbols`` (T, B); return ln p of what may follow each one, (T, B, V), and the T steps."""
        import torch

        steps = self.cell.read(self.E[symbols], before)
        scores = torch.stack([step.h for step in steps]) @ self.S.T + self.d
        return scores.log_softmax(dim=-1), steps

    def loss(self, symbols: Tensor) -> Tensor:
        """Return the mean of -ln p(x_{t+1} | x_1 … x_t) over ``symbols`` (T+1, B)."""
        log_p, _ = self.log_probabilities(symbols[:-1])
        return -log_p.gather(-1, symbols[1:].unsqueeze(-1)).mean()


def new_model(cell: str, V: int, D: int, H: int, generator: Generator) -> LanguageModel:
    """Draw a model to train."""
    import torch

    E = torch.randn(V, D, generator=generator, dtype=torch.float64) * 0.5
    drawn = new_cell(cell, D, H, generator)
    S = _uniform((V, H), 1 / math.sqrt(H), generator)
    return LanguageModel(E, drawn, S, torch.zeros(V, dtype=torch.float64))


def model_from(cell: str, weights: dict[str, Tensor]) -> LanguageModel:
    """Return the model of these weights, as ``LanguageModel.weights`` gave them."""
    W, U, b = (weights[name] for name in ("W", "U", "b"))
    return LanguageModel(weights["E"], CELLS[cell](W, U, b), weights["S"], weights["d"])


def train(
    model: LanguageModel,
    text: Tensor,
    *,
    steps: int,
    window: int = 40,
    batch: int = 16,
    rate: float = 0.02,
    clip: float = 1.0,
    generator: Generator,
) -> Iterator[float]:
    """Take ``steps`` steps of Adam on windows drawn from ``text`` (N,); yield the loss of each, before its step.

    Each window is read from a state of zeros. The gradient is clipped: a norm above ``clip`` is brought down to it. The
    rate goes down to a tenth along a half cosine.
    """
    import torch

    weights = list(model.weights().values())
    for weight in weights:
        weight.requires_grad_(True)
    adam = Adam(weights, clip=clip)
    window = min(window, len(text) - 1)
    offsets = torch.arange(window + 1).unsqueeze(1)
    for step in range(steps):
        starts = torch.randint(len(text) - window, (batch,), generator=generator)
        loss = model.loss(text[starts + offsets])
        gradients = torch.autograd.grad(loss, weights)
        yield loss.item()
        adam.step(gradients, rate * (0.55 + 0.45 * math.cos(math.pi * step / steps)))


def score(model: LanguageModel, text: Tensor) -> Tensor:
    """Return ln p(x_{t+1} | x_1 … x_t) for every symbol of ``text`` (N,) but the first, (N-1,)."""
    import torch

    with torch.no_grad():
        log_p, _ = model.log_probabilities(text[:-1].unsqueeze(1))
        return log_p[:, 0].gather(1, text[1:].unsqueeze(1))[:, 0]


def generate(
    model: LanguageModel, prompt: Sequence[int], length: int, generator: Generator, never: Sequence[int] = ()
) -> list[int]:
    """Draw ``length`` symbols after ``prompt`` (at least one symbol), each from p_t, and read each again."""
    import torch

    drawn: list[int] = []
    read, last = list(prompt), None
    with torch.no_grad():
        for _ in range(length):
            log_p, steps = model.log_probabilities(torch.tensor(read).unsqueeze(1), last)
            p = log_p[-1, 0].exp()
            p[list(never)] = 0
            drawn.append(int(torch.multinomial(p, 1, generator=generator)))
            read, last = drawn[-1:], steps[-1]
    return drawn


def _uniform(shape: tuple[int, ...], bound: float, generator: Generator) -> Tensor:
    import torch

    return (2 * torch.rand(shape, generator=generator, dtype=torch.float64) - 1) * bound
