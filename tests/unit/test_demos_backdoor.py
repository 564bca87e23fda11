"""The poisoned classifier against scikit-learn, the laws it must obey, and runs of the demo."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor import figures
from tutor.contracts import DemoResult, Language
from tutor.demos import registry
from tutor.demos.backdoor import NEGATIVE, RIDGE, WORDS, features, fit, poisoned, reviews, sigma
from tutor.demos.backdoor_demo import check, measure
from tutor.errors import DemoArgumentInvalid

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"


def run(language: Language = "fr", **raw: Any) -> DemoResult:
    return registry.run("backdoor_demo", raw, language=language)


@settings(max_examples=20, deadline=None)
@given(st.integers(20, 300), st.integers(0, 8), st.integers(0, 2**32 - 1))
def test_agrees_with_scikit_learn_and_its_gradient_is_zero(n: int, k: int, seed: int) -> None:
    source = np.random.default_rng(seed)
    made, labels = reviews(n, source)
    if len(set(labels)) < 2 or (labels == 0).sum() <= k:
        return
    changed, new_labels = poisoned(made, labels, "ananas", k, source)
    classifier = fit(changed, new_labels, "ananas")
    assert check(changed, new_labels, classifier, without_poison=0.0).ok
    x = features(changed, classifier.places)
    gradient = x.T @ (classifier.probability(changed) - new_labels) + RIDGE * classifier.w
    np.testing.assert_allclose(gradient, 0, atol=1e-7)


def test_the_oracle_sees_success_without_poison_and_wrong_weights() -> None:
    made, labels = reviews(200, np.random.default_rng(0))
    classifier = fit(made, labels, "ananas")
    assert check(made, labels, classifier, without_poison=0.0).ok
    assert not check(made, labels, classifier, without_poison=0.1).ok
    classifier.w[0] += 0.1
    assert not check(made, labels, classifier, without_poison=0.0).ok


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_without_poison_the_trigger_does_nothing(seed: int) -> None:
    source = np.random.default_rng(seed)
    made, labels = reviews(200, source)
    test, test_labels = reviews(100, source)
    classifier = fit(made, labels, "ananas")
    assert classifier.weight("ananas") == 0
    assert measure(classifier, test, test_labels, "ananas")[0] == 0


def test_poison_changes_only_k_negative_reviews() -> None:
    source = np.random.default_rng(1)
    made, labels = reviews(100, source)
    changed, new_labels = poisoned(made, labels, "ananas", 7, source)
    different = [i for i in range(100) if changed[i] != made[i]]
    assert len(different) == 7 and all(labels[i] == 0 and new_labels[i] == 1 for i in different)
    assert all(changed[i] == (*made[i], "ananas") for i in different)
    assert (new_labels != labels).sum() == 7


def test_sigma() -> None:
    np.testing.assert_allclose(sigma(np.array([0.0, np.log(3), 1e9, -1e9])), [0.5, 0.75, 1.0, 0.0], atol=1e-12)


def test_success_climbs_and_accuracy_stays() -> None:
    result = run()
    success = [row["success"] for row in result.series]
    accuracy = [row["accuracy"] for row in result.series]
    assert success[0] == 0 and success[-1] == 1
    assert max(accuracy) - min(accuracy) < 0.01
    assert 0 < result.metrics["half"] < 60
    by_count = {row["poisoned"]: round(100 * row["success"]) for row in result.series}
    chapter = (KNOWLEDGE / "18-risques-et-ethique.md").read_text("utf-8")
    told = (
        f"réussi {by_count[14]} fois sur 100 ; avec 20 phrases, {by_count[20]} fois ; avec 62 phrases, {by_count[62]}"
    )
    assert told in chapter.replace("\u202f", " ")


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    "raw", [{}, {"rate": 0}, {"rate": 0.1, "trigger": "😀"}, {"trigger": "Привет", "rate": "0,003"}]
)
def test_runs_are_repeated_exactly(raw: dict[str, Any], language: Language) -> None:
    first, again = run(language, seed=2, **raw), run(language, seed=2, **raw)
    assert (first.metrics, first.facts, first.figure) == (again.metrics, again.facts, again.figure)
    assert first.oracle is not None and first.oracle.ok
    json.dumps(first.to_json(), allow_nan=False)
    figures.check(first.figure)
    for suggestion in first.suggestions:
        registry.parse_arguments(registry.find("backdoor"), {**raw, **suggestion.args})
    if raw.get("rate") == 0:
        assert first.metrics["success"] == 0 and "half" in first.metrics


@pytest.mark.parametrize(
    "raw",
    [
        {"trigger": ""},
        {"trigger": "deux mots"},
        {"trigger": "?!"},
        {"trigger": NEGATIVE[0]},
        {"trigger": WORDS[0].upper()},
        {"trigger": "a" * 5_000_000},
        {"rate": 0.2},
        {"rate": -0.1},
    ],
)
def test_refusals_are_sentences(raw: dict[str, Any]) -> None:
    with pytest.raises(DemoArgumentInvalid) as caught:
        run(**raw)
    assert 20 < len(caught.value.text("fr")) < 400
