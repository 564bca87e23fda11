"""Least squares by singular values against numpy and by hand, the peak at p = n, and runs of the demo."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor import figures
from tutor.contracts import DemoResult, Language
from tutor.demos import registry
from tutor.demos.demo import Progress
from tutor.demos.double_descent import draw, least_squares, sizes
from tutor.demos.double_descent_demo import TOLERANCE, difference
from tutor.errors import DemoArgumentInvalid


def run(language: Language = "fr", **raw: Any) -> DemoResult:
    return registry.run("double_descent", raw, language=language)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 20), st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_least_squares_agree_with_numpy(n: int, p: int, seed: int) -> None:
    source = np.random.default_rng(seed)
    features, y = source.standard_normal((n, p)), source.standard_normal(n)
    theirs = np.linalg.lstsq(features, y, rcond=None)[0]
    np.testing.assert_allclose(least_squares(features, y, [0.0])[:, 0], theirs, rtol=1e-7, atol=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 20), st.integers(1, 40), st.floats(1e-3, 1e3), st.integers(0, 2**32 - 1))
def test_ridge_solves_the_normal_equations(n: int, p: int, ridge: float, seed: int) -> None:
    source = np.random.default_rng(seed)
    features, y = source.standard_normal((n, p)), source.standard_normal(n)
    w = least_squares(features, y, [ridge])[:, 0]
    # The gradient of Σ (y - ŷ)² + λ‖w‖² is 0 at the minimum.
    np.testing.assert_allclose(features.T @ (features @ w - y) + ridge * w, 0, atol=1e-9)


def test_a_column_twice_shares_the_weight() -> None:
    features = np.array([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]])
    w = least_squares(features, np.array([2.0, 4.0, 6.0]), [0.0])[:, 0]
    np.testing.assert_allclose(w, [1.0, 1.0])


@pytest.mark.parametrize("n", [20, 33, 100, 150])
def test_sizes_hold_n_and_both_sides(n: int) -> None:
    tried = sizes(n)
    assert tried == sorted(set(tried)) and n in tried
    assert tried[0] < n / 4 and tried[-1] == 20 * n


def test_the_oracle_sees_a_wrong_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = draw(20, 0.5, 400, np.random.default_rng(0))
    assert max(difference(problem, p, [0.0, 1.0, 1e-6]) for p in sizes(20)) <= TOLERANCE
    monkeypatch.setattr(
        "tutor.demos.double_descent_demo.least_squares", lambda F, y, ridges: least_squares(F, y, ridges) * (1 + 1e-5)
    )
    assert difference(problem, 20, [0.0]) > TOLERANCE and difference(problem, 20, [1.0]) > TOLERANCE


@pytest.mark.parametrize("seed", range(4))
def test_the_peak_is_at_n_and_ridge_removes_it(seed: int) -> None:
    metrics = run(n=40, seed=seed, ridge=3).metrics
    assert abs(metrics["peak_p"] - 40) <= 4
    assert metrics["peak_error"] > 5 * metrics["best_error"] and metrics["peak_error"] > 5 * metrics["last_error"]
    assert metrics["ridge_peak_error"] < metrics["peak_error"] / 5
    assert metrics["train_error"] < 1e-9


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("raw", [{}, {"noise": 0}, {"noise": 2, "ridge": "0,001"}, {"ridge": 0}, {"ridge": 1000}])
def test_runs_are_repeated_exactly(raw: dict[str, Any], language: Language) -> None:
    raw = {"n": 20, **raw}
    *progress, first = registry.start("double_descent", raw, language=language)
    assert isinstance(first, DemoResult) and all(isinstance(event, Progress) for event in progress)
    again = run(language, **raw)
    assert (first.metrics, first.facts, first.figure) == (again.metrics, again.facts, again.figure)
    assert first.oracle is not None and first.oracle.ok
    json.dumps(first.to_json(), allow_nan=False)
    assert first.figure is not None and first.table is not None
    figures.check(first.figure)
    assert len(first.figure["curves"]) == (1 if raw.get("ridge") == 0 else 2)
    assert ("ridge_at_n_error" in first.metrics) == (raw.get("ridge") != 0)
    assert all(suggestion.args for suggestion in first.suggestions)
    for suggestion in first.suggestions:
        registry.parse_arguments(registry.find("double_descent"), {**raw, **suggestion.args})


def test_what_is_said() -> None:
    said = " ".join(run(n=20, ridge=3).facts)
    assert "p = n = 20" in said and "pic" in said and "jouet" in said
    assert "bruit compris" in said and "bruit compris" not in " ".join(run(n=20, noise=0).facts)


@pytest.mark.parametrize(
    "raw", [{"n": 19}, {"n": 151}, {"noise": -1}, {"noise": "nan"}, {"ridge": -0.1}, {"text": "a"}]
)
def test_refusals(raw: dict[str, Any]) -> None:
    with pytest.raises(DemoArgumentInvalid):
        run(**raw)
