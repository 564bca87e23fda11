"""How likely a sentence is to speak to whoever marks, by its meaning: what words alone do not foresee.

A logistic regression on sentence embeddings, fitted on ``data/orders.yaml`` and on sentences of the course, which speak
to nobody; its numbers are in ``data/orders.json``, written by ``python benchmarks/fit_marker.py``. They belong to one
embedding model: with another there is no estimate, and the words of ``untrusted.py`` decide alone.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from tutor.contracts import Embedder

SENTENCES = Path(__file__).parent / "data" / "orders.yaml"
DATA = SENTENCES.with_suffix(".json")
SURE = 0.8
"""Chance from which on a sentence is taken for an order: a right answer that is cut costs more than a missed one."""
_STRENGTH = 100.0
"""Inverse of the ridge."""


@cache
def _learned() -> tuple[str, float, np.ndarray]:
    loaded = json.loads(DATA.read_text(encoding="utf-8"))
    return str(loaded["embedding"]), float(loaded["constant"]), np.array(loaded["weights"])


def likely(sentences: Sequence[str], embedder: Embedder) -> np.ndarray | None:
    """Return the probability (n) that each sentence speaks to whoever marks; None with another embedding model."""
    name, constant, weights = _learned()
    if embedder.name != name or embedder.dimension != len(weights):
        return None
    if not len(sentences):
        return np.zeros(0)
    return np.asarray(1 / (1 + np.exp(-(np.asarray(embedder.embed_queries(list(sentences))) @ weights + constant))))


def fitted(embedder: Embedder, course: Sequence[str]) -> tuple[str, str]:
    """Return the text of ``data/orders.json``, and a line with what it is worth on a fifth that it has not seen.

    Args:
        embedder: whose vectors will be judged.
        course: sentences that speak to nobody.
    """
    import yaml
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    known = yaml.safe_load(SENTENCES.read_text(encoding="utf-8"))
    vectors = np.asarray(embedder.embed_queries([*known["attacks"], *known["clean"], *course]))
    told = np.arange(len(vectors)) < len(known["attacks"])
    model = LogisticRegression(C=_STRENGTH, class_weight="balanced", max_iter=2000)
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    unseen = cross_val_predict(model, vectors, told, cv=folds, method="predict_proba")[:, 1] > SURE
    model.fit(vectors, told)
    numbers = {
        "embedding": embedder.name,
        "constant": round(float(model.intercept_[0]), 4),
        "weights": np.round(model.coef_[0], 4).tolist(),
    }
    clean = ~told
    said = (
        f"{told.sum()} orders, {clean.sum()} ordinary sentences; five-fold: {unseen[told].mean():.3f} of the "
        f"orders found, {unseen[clean].sum()} of the others taken for one"
    )
    return json.dumps(numbers) + "\n", said
