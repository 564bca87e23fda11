"""How far back does the gradient reach? Back-propagation through time, written out for three cells.

A recurrent network reads x_1 … x_T and its state goes from step to step. Take any direction g in the last state: the
gradient of g·h_T with respect to the state k steps earlier says how much a small change there still counts at the end.
Going back one step multiplies it by a matrix,

    ∂h_T/∂h_0 = A_T A_{T-1} … A_1          A_t = diag(1 - h_t²) U          (A_t = U without tanh)

and a product of many factors soon goes to zero or to infinity. Along the cell state of an LSTM the factor is the forget
gate: ∂c_t/∂c_{t-1} = f_t on the *direct path*. ``LSTM.gradients`` takes every path, ``LSTM.direct`` that one alone.

    H   size of the state        T   number of steps        U = ρ Q   with Q orthogonal, which keeps lengths

In a linear network the norm is therefore multiplied by ρ^T exactly, whatever g is:

    >>> generator = np.random.default_rng(0)
    >>> cell = SimpleRNN(*simple_weights(H=8, rho=1.1, generator=generator), linear=True)
    >>> x, g = np.ones((50, 8)), direction(8, generator)
    >>> round(float(norms(cell.gradients(x, g))[-1]), 2), round(1.1**50, 2)
    (117.39, 117.39)

Left out: training (the weights are drawn at random, which is where training begins), the output layer, and the gradient
of the weights, which is a sum over the steps of what is computed here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

BLOCKS = "fioc"
"""Forget, input and output gates, and the candidate, in the order of the chapter."""


@dataclass(frozen=True, slots=True)
class SimpleRNN:
    """h_t = tanh(W x_t + U h_{t-1} + b), h_0 = 0; without tanh when ``linear``."""

    W: Array
    U: Array
    b: Array
    linear: bool = False

    def states(self, x: Array) -> Array:
        """Read ``x`` (T, D); return h_0 … h_T, (T+1, H)."""
        h = [np.zeros_like(self.b)]
        for x_t in x:
            z = self.W @ x_t + self.U @ h[-1] + self.b
            h.append(z if self.linear else np.tanh(z))
        return np.array(h)

    def gradients(self, x: Array, g: Array) -> Array:
        """Return the gradient of g·h_T with respect to h_T, h_{T-1}, … h_0: row k is k steps back, (T+1, H)."""
        back = [g]
        for h_t in self.states(x)[:0:-1]:  # h_T, …, h_1
            slope = 1.0 if self.linear else 1 - h_t**2
            back.append(self.U.T @ (slope * back[-1]))  # A_tᵀ times what came back so far
        return np.array(back)


@dataclass(frozen=True, slots=True)
class LSTM:
    """The LSTM of the chapter; ``W``, ``U`` and ``b`` have one entry a block, under the keys f, i, o and c.

    f_t, i_t, o_t = σ(W x_t + U h_{t-1} + b) of each gate,   c̃_t = tanh(W_c x_t + U_c h_{t-1} + b_c),
    c_t = f_t ⊙ c_{t-1} + i_t ⊙ c̃_t,   h_t = o_t ⊙ tanh(c_t).
    """

    W: dict[str, Array]
    U: dict[str, Array]
    b: dict[str, Array]

    def steps(self, x: Array) -> list[dict[str, Array]]:
        """Read ``x`` (T, D); return what each step computed: its gates, its candidate, c before and after, h."""
        h = c = np.zeros_like(self.b["f"])
        steps = []
        for x_t in x:
            z = {k: self.W[k] @ x_t + self.U[k] @ h + self.b[k] for k in BLOCKS}
            f, i, o, candidate = sigma(z["f"]), sigma(z["i"]), sigma(z["o"]), np.tanh(z["c"])
            before, c = c, f * c + i * candidate
            h = o * np.tanh(c)
            steps.append({"f": f, "i": i, "o": o, "candidate": candidate, "before": before, "c": c, "h": h})
        return steps

    def gradients(self, x: Array, g: Array) -> Array:
        """Return the gradient of g·c_T with respect to c_T, c_{T-1}, … c_0: row k is k steps back, (T+1, H)."""
        dc, dh = g, np.zeros_like(g)  # with respect to c_t and h_t
        back = []
        for s in reversed(self.steps(x)):
            f, i, o, candidate, tanh_c = s["f"], s["i"], s["o"], s["candidate"], np.tanh(s["c"])
            dc = dc + dh * o * (1 - tanh_c**2)  # c_t also counts through h_t
            back.append(dc)
            dz = {  # with respect to what each block computes before its σ or tanh
                "f": dc * s["before"] * f * (1 - f),
                "i": dc * candidate * i * (1 - i),
                "o": dh * tanh_c * o * (1 - o),
                "c": dc * i * (1 - candidate**2),
            }
            dh = np.sum([self.U[k].T @ dz[k] for k in BLOCKS], axis=0)  # the paths through h_{t-1}
            dc = dc * f  # the direct path
        return np.array([*back, dc])

    def direct(self, x: Array, g: Array) -> Array:
        """Return the same along the direct path alone: g ⊙ f_T ⊙ f_{T-1} ⊙ …, (T+1, H)."""
        f = np.array([s["f"] for s in self.steps(x)])
        return np.vstack([g, g * np.cumprod(f[::-1], axis=0)])


def sigma(z: Array) -> Array:
    """Return σ(z) = 1 / (1 + e^{-z})."""
    return np.asarray(1 / (1 + np.exp(-z)))


def norms(gradients: Array) -> Array:
    """Return the length of each row, divided by that of the first: how much is left k steps back."""
    lengths = np.linalg.norm(gradients, axis=1)
    return np.asarray(lengths / lengths[0])


# --- weights and inputs as training finds them: drawn at random ----------------------------------------------


def simple_weights(H: int, rho: float, generator: np.random.Generator) -> tuple[Array, Array, Array]:
    """Draw W (small: inputs of variance 1 must not push tanh to its ends), U = ρ Q and b = 0."""
    return input_weights(H, generator), rho * orthogonal(H, generator), np.zeros(H)


def lstm_weights(H: int, rho: float, forget_bias: float, generator: np.random.Generator) -> list[dict[str, Array]]:
    """Draw the same for each block of an LSTM; every bias is 0, but b_f = ``forget_bias``."""
    drawn = {k: simple_weights(H, rho, generator) for k in BLOCKS}
    W, U, b = ({k: drawn[k][i] for k in BLOCKS} for i in range(3))
    return [W, U, {**b, "f": b["f"] + forget_bias}]


def input_weights(H: int, generator: np.random.Generator) -> Array:
    """Draw (H, H) numbers such that W x_t has a standard deviation of 0.1."""
    return np.asarray(0.1 / np.sqrt(H) * generator.standard_normal((H, H)))


def orthogonal(H: int, generator: np.random.Generator) -> Array:
    """Draw an orthogonal matrix (H, H): Qᵀ Q = 1."""
    Q, R = np.linalg.qr(generator.standard_normal((H, H)))
    return np.asarray(Q * np.sign(np.diag(R)))


def direction(H: int, generator: np.random.Generator) -> Array:
    """Draw a vector of length 1."""
    g = generator.standard_normal(H)
    return np.asarray(g / np.linalg.norm(g))
