"""LoRA: adapt a trained model by a correction of low rank, its own weights frozen.

W is a matrix of the trained model, d rows and k columns; B is d × r, A is r × k, and the rank r is small:

    W' = W + (α / r) B A             x W' = x W + (α / r) (x B) A

Only A and B learn: r (d + k) numbers instead of d k. B begins at zero, so that the adapted model begins as the
original one; α sets how strongly the correction acts whatever the rank. When training is over, B A can be added into W
once and for all (``merged``): the model is then as fast as before.

    >>> import torch
    >>> from tutor.demos.transformer import GPT
    >>> gpt = GPT(V=5, layers=1, width=8, heads=2, context=16, source=torch.Generator().manual_seed(0))
    >>> lora = LoRA(gpt, r=2, alpha=4, source=torch.Generator().manual_seed(1))
    >>> sum(p.numel() for p in lora.learned())                    # Q, K, V, O: 2 (8 + 8); both of FFN: 2 (8 + 32)
    288
    >>> w = torch.tensor([[0, 1, 2]])
    >>> bool((lora.adapted().logits(w) == gpt.logits(w)).all())   # B = 0
    True

Left out: dropout, weights frozen in 4 bits (QLoRA).
Source: E. Hu et al., « LoRA: Low-Rank Adaptation of Large Language Models » (2021).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tutor.demos.transformer import GPT

if TYPE_CHECKING:
    import torch
    from torch import Tensor

ADAPTED = ("W_Q", "W_K", "W_V", "W_O", "W_1", "W_2")
"""The matrices of a block that get a correction: all of them."""


class LowRank:
    """W + s B A, B A never written out: stands where a matrix stood in ``x @ W``."""

    def __init__(self, W: Tensor, B: Tensor, A: Tensor, s: float) -> None:
        self.W, self.B, self.A, self.s = W, B, A, s

    def __rmatmul__(self, x: Tensor) -> Tensor:
        return x @ self.W + self.s * (x @ self.B) @ self.A

    def merged(self) -> Tensor:
        """Return the one matrix that does the same."""
        return self.W + self.s * self.B @ self.A


class LoRA:
    """The corrections of a model: a B and an A for each of its matrices."""

    def __init__(self, gpt: GPT, r: int, alpha: float, source: torch.Generator) -> None:
        import torch

        self.gpt, self.s = gpt, alpha / r
        self.B: list[dict[str, Tensor]] = []
        self.A: list[dict[str, Tensor]] = []
        for block in gpt.blocks:
            sizes = {name: block[name].shape for name in ADAPTED}
            self.B.append({name: torch.zeros(d, r).requires_grad_() for name, (d, _) in sizes.items()})
            self.A.append(
                {
                    name: (torch.randn(r, k, generator=source) / math.sqrt(r)).requires_grad_()
                    for name, (_, k) in sizes.items()
                }
            )

    def learned(self) -> list[Tensor]:
        """Return what learns: every B and A."""
        return [matrix for blocks in (self.B, self.A) for block in blocks for matrix in block.values()]

    def named(self) -> dict[str, Tensor]:
        """Return the same by name."""
        return {
            f"{i}.{letter} {name}": matrix
            for letter, blocks in (("B", self.B), ("A", self.A))
            for i, block in enumerate(blocks)
            for name, matrix in block.items()
        }

    def adapted(self, *, double: bool = False) -> GPT:
        """Return the model with its corrections beside its frozen weights; ``double``: in float64, to be checked."""
        return self._with(lambda correction: correction, double)

    def merged(self, *, double: bool = False) -> GPT:
        """Return an ordinary model, the corrections added into its matrices."""
        return self._with(lambda correction: correction.merged().detach(), double)

    def _with(self, written: Callable[[LowRank], Any], double: bool) -> GPT:
        import torch

        kind = torch.float64 if double else torch.float32
        gpt = self.gpt
        new = GPT.__new__(GPT)
        new.heads, new.context, new.causal = gpt.heads, gpt.context, gpt.causal
        new.C, new.P, new.g, new.s = (frozen.detach().to(kind) for frozen in (gpt.C, gpt.P, gpt.g, gpt.s))
        new.blocks = []
        for block, B, A in zip(gpt.blocks, self.B, self.A, strict=True):
            frozen = {name: parameter.detach().to(kind) for name, parameter in block.items()}
            corrected = {
                name: written(LowRank(frozen[name], B[name].to(kind), A[name].to(kind), self.s)) for name in ADAPTED
            }
            new.blocks.append(frozen | corrected)
        return new
