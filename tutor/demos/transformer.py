"""A small GPT, written out: characters in, the probability of the next character out.

n characters at once; d is the width of the model, h the number of heads, d_k = d / h, V the number of characters:

    x = C[w] + P                                     a vector a character, plus a vector a position
    x = x + heads(norm(x)) W_O                       each block: look at the characters before …
    x = x + max(0, norm(x) W_1 + b_1) W_2 + b_2      … then transform each one on its own
    P(next | w_1 … w_i) = softmax(norm(x_i) Cᵀ)      the vectors C serve again to read the answer

Every block has 12 d² weights (4 d² in the attention, 8 d² in the feed-forward network), 9 d biases and 4 d numbers in
its two normalisations. The normalisation comes before each sub-layer, as in GPT-2. torch gives tensors, gradients and
the optimiser; the model is in ``logits``, to be read from there.

    >>> import torch
    >>> gpt = GPT(V=5, layers=2, width=8, heads=2, context=16, source=torch.Generator().manual_seed(0))
    >>> gpt.logits(torch.tensor([[0, 1, 2, 3]])).shape              # 1 text, 4 characters, 5 scores each
    torch.Size([1, 4, 5])
    >>> sum(p.numel() for p in gpt.blocks[0].values()) == 12 * 8**2 + 13 * 8
    True

``causal=False`` takes the mask away: every place sees the whole text, as in BERT (``cloze.py``).

Left out: dropout, the KV cache, tokens larger than characters.
Source: A. Radford et al., « Language Models are Unsupervised Multitask Learners » (2019).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tutor.demos.adam import Adam

if TYPE_CHECKING:
    import torch
    from torch import Tensor


class GPT:
    """The parameters of the model, and what it computes with them."""

    def __init__(
        self, V: int, layers: int, width: int, heads: int, context: int, source: torch.Generator, causal: bool = True
    ) -> None:
        import torch

        self.heads, self.context, self.causal, d = heads, context, causal, width

        def drawn(*shape: int, scale: float) -> Tensor:
            return (torch.randn(shape, generator=source) * scale).requires_grad_()

        def constant(size: int, value: float) -> Tensor:
            return torch.full((size,), value).requires_grad_()

        small = 1 / math.sqrt(d)
        # What enters the sum x is kept smaller the more blocks add to it.
        entering = small / math.sqrt(2 * layers)
        self.C = drawn(V, d, scale=0.1)
        self.P = drawn(context, d, scale=0.1)
        self.blocks: list[dict[str, Tensor]] = [
            {
                "g_1": constant(d, 1.0),
                "s_1": constant(d, 0.0),
                "W_Q": drawn(d, d, scale=small),
                "b_Q": constant(d, 0.0),
                "W_K": drawn(d, d, scale=small),
                "b_K": constant(d, 0.0),
                "W_V": drawn(d, d, scale=small),
                "b_V": constant(d, 0.0),
                "W_O": drawn(d, d, scale=entering),
                "b_O": constant(d, 0.0),
                "g_2": constant(d, 1.0),
                "s_2": constant(d, 0.0),
                "W_1": drawn(d, 4 * d, scale=small),
                "b_1": constant(4 * d, 0.0),
                "W_2": drawn(4 * d, d, scale=entering / 2),
                "b_2": constant(d, 0.0),
            }
            for _ in range(layers)
        ]
        self.g, self.s = constant(d, 1.0), constant(d, 0.0)

    def named(self) -> dict[str, Tensor]:
        """Return every parameter by name."""
        blocks = {f"{i}.{name}": p for i, block in enumerate(self.blocks) for name, p in block.items()}
        return {"C": self.C, "P": self.P, **blocks, "g": self.g, "s": self.s}

    def logits(self, w: Tensor) -> Tensor:
        """Return the scores of the next character after each one: codes (texts × n) → (texts × n × V)."""
        x = self.C[w] + self.P[: w.shape[1]]
        for block in self.blocks:
            x = x + self._attention(norm(x, block["g_1"], block["s_1"]), block)
            x = x + _feed_forward(norm(x, block["g_2"], block["s_2"]), block)
        return norm(x, self.g, self.s) @ self.C.T

    def _attention(self, x: Tensor, block: dict[str, Tensor]) -> Tensor:
        """softmax(Q Kᵀ / √d_k) V in each head, the future masked if causal; the heads end to end, mixed by W_O."""
        import torch

        texts, n, d = x.shape

        def heads(name: str) -> Tensor:  # texts × n × d → texts × h × n × d_k
            return (x @ block[f"W_{name}"] + block[f"b_{name}"]).view(texts, n, self.heads, -1).transpose(1, 2)

        Q, K, V = heads("Q"), heads("K"), heads("V")
        scores = Q @ K.transpose(2, 3) / math.sqrt(d // self.heads)
        if self.causal:
            future = torch.ones(n, n, dtype=torch.bool).triu(1)
            scores = scores.masked_fill(future, -math.inf)
        weights = scores.softmax(dim=3)
        return (weights @ V).transpose(1, 2).reshape(texts, n, d) @ block["W_O"] + block["b_O"]

    def loss(self, w: Tensor, last: int | None = None) -> Tensor:
        """Return the cross-entropy in nats a character: each character of ``w`` but the first is to be predicted.

        With ``last``, only the last ones of each text count: all of those have seen something.
        """
        answers = w[:, 1:]
        surprise = -self.logits(w[:, :-1]).log_softmax(dim=2).gather(2, answers[:, :, None])
        return (surprise if last is None else surprise[:, -last:]).mean()

    def write(self, start: Sequence[int], length: int, temperature: float, source: torch.Generator) -> list[int]:
        """Return ``length`` characters after ``start``, each drawn from softmax(scores / temperature).

        Code 0 stands for unknown characters: it may be read, it is never written.
        """
        import torch

        text = list(start)
        with torch.no_grad():
            for _ in range(length):
                scores = self.logits(torch.tensor([text[-self.context :]]))[0, -1]
                scores[0] = -math.inf
                p = (scores / temperature).softmax(dim=0)
                text.append(int(torch.multinomial(p, 1, generator=source)))
        return text[len(start) :]


def norm(x: Tensor, g: Tensor, s: Tensor) -> Tensor:
    """Bring each vector to mean 0 and standard deviation 1, then scale by g and shift by s.

    >>> import torch
    >>> norm(torch.tensor([1.0, 1.0, 5.0, 5.0]), torch.ones(4), torch.zeros(4)).round(decimals=3)
    tensor([-1., -1.,  1.,  1.])
    """
    import torch

    centred = x - x.mean(dim=-1, keepdim=True)
    variance = (centred**2).mean(dim=-1, keepdim=True)
    return centred / torch.sqrt(variance + 1e-5) * g + s


def _feed_forward(x: Tensor, block: dict[str, Tensor]) -> Tensor:
    """FFN(x) = max(0, x W_1 + b_1) W_2 + b_2."""
    return (x @ block["W_1"] + block["b_1"]).clamp(min=0) @ block["W_2"] + block["b_2"]


def train(
    gpt: GPT,
    text: Tensor,
    steps: int,
    batch: int,
    rate: float,
    source: torch.Generator,
    learned: Sequence[Tensor] | None = None,
) -> Iterator[float]:
    """Train on random stretches of ``text`` (codes, one a character); yield the loss of each of the ``steps`` steps.

    It is measured before the step is taken. The learning rate climbs during the first tenth of the steps, then falls
    along half a cosine. With ``learned``, only those tensors learn (``lora.py``).
    """
    import torch

    parameters = list(gpt.named().values()) if learned is None else list(learned)
    adam = Adam(parameters, beta2=0.99)
    n = min(gpt.context, len(text) - 1)
    places = torch.arange(n + 1)
    for step in range(steps):
        starts = torch.randint(len(text) - n, (batch, 1), generator=source)
        loss = gpt.loss(text[starts + places])
        gradients = torch.autograd.grad(loss, parameters)
        done = step / steps
        adam.step(gradients, rate * min(10 * (done + 1 / steps), 0.5 * (1 + math.cos(math.pi * done))))
        yield loss.item()


def held_out_loss(gpt: GPT, text: Tensor) -> float:
    """Return the loss on ``text``, each character (but the first few) predicted from at least half a context."""
    import torch

    n = min(gpt.context, len(text) - 1)
    half = (n + 1) // 2
    starts = torch.arange(0, len(text) - n, half)[:, None]
    with torch.no_grad():
        windows = torch.split(text[starts + torch.arange(n + 1)], 64)
        return sum(float(gpt.loss(w, last=half)) * len(w) for w in windows) / len(starts)
