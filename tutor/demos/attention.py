"""Self-attention, one step after the other, in NumPy.

Row i of the matrix X is the vector x of word i. Every word makes three vectors out of its x:

    q = x W_Q     the query: what the word looks for
    k = x W_K     the key:   what it offers
    v = x W_V     the value: what it hands on

and its output is a weighted mean of the values of the words that it looks at:

    Attention(Q, K, V) = softmax(Q Kᵀ / √d_k) V

Read in this order: ``attention`` (the four steps of the chapter), ``several_heads`` (h of them side by side, mixed by
W_O), ``positions`` (what tells the words their place). Shapes: n words, model dimension d, h heads, d_k = d / h.

    >>> X = np.eye(4)[:3]                                 # the chapter's « le chat dort », one coordinate a word
    >>> steps = several_heads(X, chapter_weights())[0]
    >>> steps.weights[2].round(3).tolist()                # « dort » looks at « chat »: 1/6, 4/6, 1/6
    [0.167, 0.667, 0.167]
    >>> (steps.weights @ steps.V)[2].round(12).tolist()
    [2.0, 5.0]

Left out: learning the matrices (see ``transformer.py``), batches, and speed.
Source: A. Vaswani et al., « Attention Is All You Need » (2017).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Weights:
    """The learned matrices of one layer: W_Q, W_K (h × d × d_k), W_V (h × d × d_v) and W_O (h·d_v × d)."""

    W_Q: Matrix
    W_K: Matrix
    W_V: Matrix
    W_O: Matrix


@dataclass(frozen=True, slots=True)
class Steps:
    """Everything that one head computes, n words long."""

    Q: Matrix
    K: Matrix
    V: Matrix
    products: Matrix
    """Q Kᵀ (n × n): query of the row, key of the column."""
    scores: Matrix
    """The products divided by √d_k; -inf where the mask forbids to look."""
    weights: Matrix
    """softmax of each row of the scores: positive, sum 1."""
    output: Matrix
    """weights · V: one row a word."""


def attention(Q: Matrix, K: Matrix, V: Matrix, causal: bool = False) -> Steps:
    """Return the four steps of one head."""
    d_k = K.shape[1]
    products = Q @ K.T
    scores = products / np.sqrt(d_k)
    if causal:  # word i may look at the words j ≤ i only
        scores = np.where(np.tri(len(Q), len(K), dtype=bool), scores, -np.inf)
    weights = softmax(scores)
    return Steps(Q, K, V, products, scores, weights, weights @ V)


def softmax(scores: Matrix) -> Matrix:
    """Return e^{s_j} / Σ_i e^{s_i} along each row; the largest score is taken off first, so that nothing overflows.

    >>> softmax(np.array([[0.0, 0.0], [1000.0, -np.inf]])).tolist()
    [[0.5, 0.5], [1.0, 0.0]]
    """
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights: Matrix = e / e.sum(axis=1, keepdims=True)
    return weights


def several_heads(X: Matrix, W: Weights, causal: bool = False) -> list[Steps]:
    """Return the steps of each head on the words X (n × d)."""
    return [attention(X @ W_Q, X @ W_K, X @ W_V, causal) for W_Q, W_K, W_V in zip(W.W_Q, W.W_K, W.W_V, strict=True)]


def output(X: Matrix, W: Weights, causal: bool = False) -> Matrix:
    """Return the new vectors of the words (n × d): the outputs of the heads end to end, mixed by W_O."""
    new: Matrix = np.concatenate([head.output for head in several_heads(X, W, causal)], axis=1) @ W.W_O
    return new


def positions(n: int, d: int) -> Matrix:
    """Return PE (n × d): sines in the even coordinates, cosines in the odd ones, from fast to slow.

    >>> positions(2, 4).round(4).tolist()
    [[0.0, 1.0, 0.0, 1.0], [0.8415, 0.5403, 0.01, 1.0]]
    """
    p, even = np.arange(n)[:, None], np.arange(0, d, 2)
    angle = p / 10000 ** (even / d)
    PE = np.empty((n, d))
    PE[:, 0::2], PE[:, 1::2] = np.sin(angle), np.cos(angle[:, : d // 2])
    return PE


def random_weights(d: int, heads: int, source: np.random.Generator) -> Weights:
    """Return matrices drawn at random, scaled so that the coordinates of q, k and v have variance 1 like those of x."""
    d_k = d // heads

    def draw(*shape: int) -> Matrix:
        drawn: Matrix = source.standard_normal(shape) / d**0.5
        return drawn

    return Weights(draw(heads, d, d_k), draw(heads, d, d_k), draw(heads, d, d_k), draw(d, d))


def chapter_weights() -> Weights:
    """Return the matrices of the chapter's example: row i holds the query, key and value of word i.

    The words are « le », « chat », « dort »; the fourth coordinate belongs to no word and does nothing.
    """
    W_Q = np.log(2) * np.array([[0, 2, 0, 0], [2, 0, 0, 0], [0, 2, 0, 2], [0, 0, 0, 0]])
    W_K = np.array([[1, 0, 0, 0], [0, 1, 0, 1], [0, 0, 1, 0], [0, 0, 0, 0]], dtype=float)
    W_V = np.array([[6, 0], [0, 6], [6, 6], [0, 0]], dtype=float)
    return Weights(W_Q[None], W_K[None], W_V[None], np.eye(2, 4))
