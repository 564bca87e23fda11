"""Double descent: the test error of a model against its number p of parameters, with n examples.

The examples (x, y): x has D normal coordinates, and y = β·x + noise. The model is a network with one hidden layer of
p neurons whose first matrix stays as it was drawn; only the p weights w of the last layer are learned, which is least
squares, solved exactly:

    φ(x) = max(0, x W)        ŷ = φ(x) · w        w minimises Σ (y - ŷ)² + λ ‖w‖²

With the singular values of the n × p matrix Φ = U diag(s) Vᵀ,

    w = V diag(s / (s² + λ)) Uᵀ y

and λ = 0 gives the solution of least squares, of smallest norm if there are many (p > n). The peak is in that formula:
at p = n the smallest s is almost 0, 1/s is huge, and so is what it makes of the noise. λ > 0 keeps the factor small.

    >>> problem = draw(n=30, noise=0.5, p_max=300, source=np.random.default_rng(2))
    >>> below, at, beyond = (problem.errors(p, [0.0])[0, 1] for p in (5, 30, 300))
    >>> bool(at > 5 * below and at > 5 * beyond)
    True

Left out: learning the first layer, and choosing λ by validation.
Source: M. Belkin, D. Hsu, S. Ma and S. Mandal, « Reconciling Modern Machine-Learning Practice and the Classical
Bias-Variance Trade-Off », PNAS (2019).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]

D = 15
"""Coordinates of x."""
TESTS = 500
"""New examples, noisy like the others, on which the test error is measured."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One draw: the features of n examples and of the new ones. A model of size p takes the first p features."""

    features: Matrix
    y: Matrix
    new_features: Matrix
    new_y: Matrix

    def errors(self, p: int, ridges: Sequence[float]) -> Matrix:
        """Return the mean squared errors of the model of size ``p``: (on its examples, on new ones) a penalty."""
        W = least_squares(self.features[:, :p], self.y, ridges)
        learned = self.features[:, :p] @ W - self.y[:, None]
        new = self.new_features[:, :p] @ W - self.new_y[:, None]
        errors: Matrix = np.stack([(learned**2).mean(axis=0), (new**2).mean(axis=0)], axis=1)
        return errors


def draw(n: int, noise: float, p_max: int, source: np.random.Generator) -> Problem:
    """Draw n examples, ``TESTS`` new ones, and the first layer. ``noise`` is a standard deviation; that of β·x is 1."""
    beta = source.standard_normal(D)
    beta /= np.linalg.norm(beta)
    W = source.standard_normal((D, p_max)) / D**0.5
    x, new_x = source.standard_normal((n, D)), source.standard_normal((TESTS, D))
    y = x @ beta + noise * source.standard_normal(n)
    new_y = new_x @ beta + noise * source.standard_normal(TESTS)
    return Problem(np.maximum(0, x @ W), y, np.maximum(0, new_x @ W), new_y)


def least_squares(features: Matrix, y: Matrix, ridges: Sequence[float]) -> Matrix:
    """Return w for each λ of ``ridges``, one a column (p × penalties); the singular values are found once.

    >>> least_squares(np.array([[1.0, 1.0]]), np.array([4.0]), [0.0]).round(12).tolist()   # of many, the smallest
    [[2.0], [2.0]]
    >>> least_squares(np.array([[2.0]]), np.array([4.0]), [0.0, 4.0]).tolist()             # s y / (s² + λ): 8/4, 8/8
    [[2.0, 1.0]]
    """
    U, s, Vt = np.linalg.svd(features, full_matrices=False)
    kept = s > max(features.shape) * np.finfo(float).eps * s[0]  # those that are rounding errors stand for 0
    U, s, Vt = U[:, kept], s[kept], Vt[kept]
    W: Matrix = Vt.T @ np.stack([s / (s**2 + ridge) * (U.T @ y) for ridge in ridges], axis=1)
    return W


def sizes(n: int) -> list[int]:
    """Return the values of p to try: close to one another around n.

    >>> sizes(100)[:4], sizes(100)[-3:]
    ([5, 10, 20, 30], [500, 1000, 2000])
    """
    shares = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1)
    beyond = (1.05, 1.1, 1.2, 1.35, 1.5, 2, 3, 5, 10, 20)
    return sorted({max(1, round(share * n)) for share in (*shares, *beyond)})
