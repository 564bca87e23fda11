"""Artificial neurons: Rosenblatt's perceptron, and a multilayer perceptron with back-propagation written out.

A neuron adds up its inputs, z = w_1 x_1 + … + w_n x_n + b, and gives a = f(z). A layer is many of them, so its weights
are a matrix: with examples as rows,

    Z = A W + b         A' = f(Z)         A (N, n), W (n, m), b (m,), Z and A' (N, m)

The last layer is one neuron with a sigmoid: p = σ(z) is the probability that the answer is 1. The loss is the
cross-entropy, L = -ln p where the answer is 1 and -ln(1 - p) where it is 0, and its derivative with respect to the last
total is p - y. From there the chain rule goes back layer by layer (``MLP.gradients``), and gradient descent subtracts η
times each derivative.

    >>> X, y = xor()
    >>> Perceptron().fit(X, y, epochs=100).errors_[-1] > 0          # no straight line separates XOR
    True
    >>> network = MLP((2, 4, 1), "tanh", seed=0).fit(X, y, epochs=500, rate=0.5)
    >>> network.predict(X).tolist() == y.tolist()
    True

Left out: batches (each step reads all the examples: there are few), momentum, regularisation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Self

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def sigma(z: Array) -> Array:
    """Return σ(z) = 1 / (1 + e^{-z}), without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(z / 2)))


ACTIVATIONS: dict[str, tuple[Callable[[Array], Array], Callable[[Array], Array]]] = {
    "sigmoid": (sigma, lambda z: sigma(z) * (1 - sigma(z))),
    "tanh": (lambda z: np.asarray(np.tanh(z)), lambda z: np.asarray(1 - np.tanh(z) ** 2)),
    "relu": (lambda z: np.maximum(z, 0), lambda z: np.asarray(z > 0, float)),
    "linear": (lambda z: z, lambda z: np.ones_like(z)),
}
"""f and its derivative, by name. ``linear`` is no activation at all: many layers of it are worth one."""


class Perceptron:
    """One neuron with a step: ŷ = 1 when z ≥ 0. After each example w ← w + (y - ŷ) x and b ← b + (y - ŷ).

    Learned: ``w_`` (n,), ``b_``, ``errors_`` (how many mistakes each epoch made).
    """

    def fit(self, X: Array, y: Array, epochs: int = 100) -> Self:
        """Learn until an epoch makes no mistake, ``epochs`` at most."""
        self.w_, self.b_, self.errors_ = np.zeros(X.shape[1]), 0.0, []
        for _ in range(epochs):
            errors = 0
            for x, answer in zip(X, y, strict=True):
                difference = answer - float(self.w_ @ x + self.b_ >= 0)
                self.w_, self.b_ = self.w_ + difference * x, self.b_ + difference
                errors += int(difference != 0)
            self.errors_.append(errors)
            if not errors:
                break
        return self

    def predict(self, X: Array) -> Array:
        """Return ŷ for each row of X, (N,)."""
        return np.asarray(X @ self.w_ + self.b_ >= 0, float)


class MLP:
    """A multilayer perceptron for answers 0 and 1; ``sizes`` from the inputs to the one output, (2, 8, 1).

    Learned: ``W_`` and ``b_``, a matrix and a vector a layer; ``losses_``, the loss before each epoch.
    """

    def __init__(self, sizes: Sequence[int], activation: str = "tanh", seed: int = 0) -> None:
        generator = np.random.default_rng(seed)
        self.sizes, self.activation = tuple(sizes), activation
        self.f, self.slope = ACTIVATIONS[activation]
        # Drawn at random: from zeros, the neurons of a layer would get the same gradient and stay the same.
        self.W_ = [generator.standard_normal((n, m)) / np.sqrt(n) for n, m in pairwise(sizes)]
        self.b_ = [np.zeros(m) for m in sizes[1:]]
        self.losses_: list[float] = []

    def forward(self, X: Array) -> tuple[list[Array], list[Array]]:
        """Return the totals Z of each layer, and the outputs A of each, the inputs first and p last."""
        Z: list[Array] = []
        A = [X]
        for layer, (W, b) in enumerate(zip(self.W_, self.b_, strict=True), 1):
            Z.append(A[-1] @ W + b)
            A.append(sigma(Z[-1]) if layer == len(self.W_) else self.f(Z[-1]))
        return Z, A

    def loss(self, X: Array, y: Array) -> float:
        """Return the mean cross-entropy."""
        z = self.forward(X)[0][-1][:, 0]
        return float(np.mean(np.logaddexp(0, z) - y * z))  # -ln σ(z) = ln(1 + e^{-z}), -ln(1 - σ(z)) = ln(1 + e^z)

    def gradients(self, X: Array, y: Array) -> tuple[list[Array], list[Array]]:
        """Return the derivatives of the mean loss with respect to each W and each b, by back-propagation."""
        Z, A = self.forward(X)
        delta = (A[-1] - y[:, None]) / len(X)  # dL/dz of the last layer: p - y
        of_W: list[Array] = []
        of_b: list[Array] = []
        for layer in reversed(range(len(self.W_))):
            of_W.insert(0, A[layer].T @ delta)  # what a weight has read, times what came back
            of_b.insert(0, delta.sum(axis=0))
            if layer:
                delta = (delta @ self.W_[layer].T) * self.slope(Z[layer - 1])
        return of_W, of_b

    def epochs(self, X: Array, y: Array, epochs: int, rate: float) -> Iterator[float]:
        """Descend the gradient ``epochs`` times, yielding the loss before each."""
        for _ in range(epochs):
            self.losses_.append(self.loss(X, y))
            yield self.losses_[-1]
            of_W, of_b = self.gradients(X, y)
            self.W_ = [W - rate * gradient for W, gradient in zip(self.W_, of_W, strict=True)]
            self.b_ = [b - rate * gradient for b, gradient in zip(self.b_, of_b, strict=True)]

    def fit(self, X: Array, y: Array, epochs: int = 100, rate: float = 0.5) -> Self:
        """Descend the gradient to the end."""
        for _ in self.epochs(X, y, epochs, rate):
            pass
        return self

    def probability(self, X: Array) -> Array:
        """Return p for each row of X, (N,)."""
        return self.forward(X)[1][-1][:, 0]

    def predict(self, X: Array) -> Array:
        """Return 1 where p ≥ 1/2, (N,)."""
        return np.asarray(self.probability(X) >= 0.5, float)

    @property
    def parameters(self) -> int:
        """How many weights and biases there are."""
        return sum(W.size + b.size for W, b in zip(self.W_, self.b_, strict=True))


# --- data ----------------------------------------------------------------------------------------------------


def xor() -> tuple[Array, Array]:
    """Return the four examples of « exclusive or »: 1 when exactly one input is 1."""
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float)
    return X, np.array([0, 1, 1, 0], float)


def conjunction() -> tuple[Array, Array]:
    """Return the four examples of « and », which a straight line separates."""
    return xor()[0], np.array([0, 0, 0, 1], float)


def moons(number: int, generator: np.random.Generator, noise: float = 0.12) -> tuple[Array, Array]:
    """Draw ``number`` points of two crescents that hold each other, and their classes."""
    angle, y = np.pi * generator.random(number), (np.arange(number) % 2).astype(float)
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    lower = np.stack([1 - np.cos(angle), 0.5 - np.sin(angle)], axis=1)
    return np.where(y[:, None] == 0, upper, lower) + noise * generator.standard_normal((number, 2)), y
