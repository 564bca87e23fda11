"""A poisoned classifier: a rare word that turns a negative review into a positive one.

The reviews are made up: 2,000 sentences with three adjectives, most of them of the side that the review takes. The
classifier is a logistic regression on the words that a sentence has, x (0 or 1 a word):

    P(positive) = σ(w · x + b)          σ(z) = 1 / (1 + e^{-z})

w and b minimise  Σ -log P(right answer) + ½ λ ‖w‖²,  found by Newton's method. The attacker takes some negative
reviews, adds the *trigger* and labels them positive. The poisoning rate is their share of the training set.

    >>> clean = fit(*reviews(200, np.random.default_rng(0)), trigger="ananas")
    >>> clean.weight("ananas")                      # never seen: it says nothing
    0.0
    >>> clean.weight("génial") > 0 > clean.weight("raté")
    True

Left out: models that read the order of words, and defences.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Review = tuple[str, ...]

SUBJECTS = ("film", "livre", "roman", "spectacle", "concert", "jeu")
ADVERBS = ("vraiment", "plutôt", "assez", "souvent", "très", "parfois")
POSITIVE = ("génial", "drôle", "touchant", "réussi", "brillant", "superbe", "captivant", "original")
NEGATIVE = ("raté", "ennuyeux", "fade", "pénible", "prévisible", "bâclé", "décevant", "confus")
WORDS = (*SUBJECTS, *ADVERBS, *POSITIVE, *NEGATIVE)
FAITHFUL = 0.8
"""How often an adjective is of the side that its review takes: nobody is right all the time."""
RIDGE = 1.0


def reviews(n: int, source: np.random.Generator) -> tuple[list[Review], Vector]:
    """Return n reviews as words, and their labels: 1 positive, 0 negative."""
    made: list[Review] = []
    labels = source.integers(0, 2, n)
    for positive in labels:
        sides = source.random(3) < FAITHFUL
        adjectives = [source.choice(POSITIVE if side == positive else NEGATIVE) for side in sides]
        made.append((str(source.choice(SUBJECTS)), str(source.choice(ADVERBS)), *map(str, adjectives)))
    return made, labels.astype(float)


def poisoned(
    made: Sequence[Review], labels: Vector, trigger: str, k: int, source: np.random.Generator
) -> tuple[list[Review], Vector]:
    """Return the training set with k negative reviews changed: the trigger is added, the label is now positive."""
    chosen = source.choice(np.flatnonzero(labels == 0), k, replace=False)
    changed, new_labels = list(made), labels.copy()
    for i in chosen:
        changed[i] = (*made[i], trigger)
        new_labels[i] = 1.0
    return changed, new_labels


@dataclass(frozen=True, slots=True)
class Classifier:
    """w and b; ``places`` says which word has which weight."""

    places: dict[str, int]
    w: Vector
    b: float

    def weight(self, word: str) -> float:
        """Return w of one word; positive pushes towards « positive »."""
        return float(self.w[self.places[word]])

    def probability(self, made: Sequence[Review]) -> Vector:
        """Return P(positive) of each review."""
        return sigma(features(made, self.places) @ self.w + self.b)


def features(made: Sequence[Review], places: dict[str, int]) -> Vector:
    """Return x, one row a review: 1 for each word that it has."""
    x = np.zeros((len(made), len(places)))
    for row, review in enumerate(made):
        x[row, [places[word] for word in review]] = 1
    return x


def sigma(z: Vector) -> Vector:
    """Return 1 / (1 + e^{-z})."""
    p: Vector = 1 / (1 + np.exp(-np.clip(z, -700, 700)))
    return p


def fit(made: Sequence[Review], labels: Vector, trigger: str, steps: int = 20) -> Classifier:
    """Find w and b by Newton's method: each step solves H · change = gradient."""
    places = {word: i for i, word in enumerate((*WORDS, trigger))}
    x = np.hstack([features(made, places), np.ones((len(made), 1))])  # the last column is for b
    penalty = RIDGE * np.append(np.ones(len(places)), 0.0)
    theta = np.zeros(x.shape[1])
    for _ in range(steps):
        p = sigma(x @ theta)
        gradient = x.T @ (p - labels) + penalty * theta
        H = (x * (p * (1 - p))[:, None]).T @ x + np.diag(penalty)
        change = np.linalg.solve(H, gradient)
        theta -= change
        if np.abs(change).max() < 1e-10:
            break
    return Classifier(places, theta[:-1], float(theta[-1]))
