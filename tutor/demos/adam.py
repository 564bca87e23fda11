"""Adam: gradient descent with one learning rate a weight, adapted to how large its gradients have been.

    m ← β₁ m + (1 - β₁) g          the mean of the recent gradients
    v ← β₂ v + (1 - β₂) g²         and of their squares; both begin at 0, which m̂ and v̂ correct at step t
    θ ← θ - η m̂ / (√v̂ + ε)         m̂ = m / (1 - β₁^t)      v̂ = v / (1 - β₂^t)

Before that the gradient is clipped: when the norm of all of it together exceeds ``clip``, it is brought down to it.
Source: D. Kingma and J. Ba, « Adam: A Method for Stochastic Optimization » (2015). torch has the same as
``torch.optim.Adam``, whose first use loads seconds of code that a small model does not need.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


class Adam:
    """Changes ``weights`` in place, given their gradients."""

    def __init__(
        self, weights: Sequence[Tensor], *, beta1: float = 0.9, beta2: float = 0.999, clip: float = 1.0
    ) -> None:
        self.weights, self.beta1, self.beta2, self.clip = list(weights), beta1, beta2, clip
        self.t = 0
        self.m = [weight.detach().new_zeros(weight.shape) for weight in weights]
        self.v = [weight.detach().new_zeros(weight.shape) for weight in weights]

    def step(self, gradients: Sequence[Tensor], rate: float) -> None:
        """Take one step at learning rate η = ``rate``."""
        self.t += 1
        norm = math.sqrt(sum(float(gradient.square().sum()) for gradient in gradients))
        shrink = min(1.0, self.clip / norm) if norm else 1.0
        for weight, gradient, m, v in zip(self.weights, gradients, self.m, self.v, strict=True):
            g = gradient * shrink
            m.mul_(self.beta1).add_(g, alpha=1 - self.beta1)
            v.mul_(self.beta2).addcmul_(g, g, value=1 - self.beta2)
            m_hat, v_hat = m / (1 - self.beta1**self.t), v / (1 - self.beta2**self.t)
            weight.detach().sub_(rate * m_hat / (v_hat.sqrt() + 1e-8))
