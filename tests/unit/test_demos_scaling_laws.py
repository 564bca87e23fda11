"""Fits of scaling laws against planted ones, scipy and the chapter; the committed runs; the demo."""

from __future__ import annotations

import importlib.util
import json
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor import figures
from tutor.contracts import DemoResult, Language
from tutor.demos import registry, scaling_laws
from tutor.demos.scaling_laws import Law, bootstrap, fit, runs
from tutor.demos.scaling_laws_demo import check
from tutor.errors import DemoArgumentInvalid

ROOT = Path(__file__).parents[2]
N = np.geomspace(200, 10_000, 10)


def run(language: Language = "fr", **raw: Any) -> DemoResult:
    return registry.run("scaling_laws", raw, language=language)


@settings(max_examples=60, deadline=None)
@given(st.floats(0, 3), st.floats(0.5, 50), st.floats(0.05, 1.5))
def test_a_planted_law_is_found_again(E: float, A: float, alpha: float) -> None:
    law = fit(N, np.asarray(Law(E, A, alpha).loss(N)), floor=True)
    assert law.alpha == pytest.approx(alpha, abs=1e-4)
    assert law.E == pytest.approx(E, abs=1e-3)


@settings(max_examples=60, deadline=None)
@given(st.floats(0.5, 50), st.floats(0.01, 2))
def test_a_planted_line_is_found_again(A: float, alpha: float) -> None:
    law = fit(N, np.asarray(Law(0.0, A, alpha).loss(N)), floor=False)
    assert (law.A, law.alpha, law.E) == (pytest.approx(A), pytest.approx(alpha), 0.0)


@settings(max_examples=20, deadline=None)
@given(st.floats(0.5, 2), st.floats(0.2, 1), st.integers(0, 2**32 - 1), st.booleans())
def test_agrees_with_scipy_on_noisy_losses(E: float, alpha: float, seed: int, floor: bool) -> None:
    noise = np.random.default_rng(seed).normal(1, 0.003, len(N))
    assert check(N, np.asarray(Law(E, 9.0, alpha).loss(N)) * noise, floor).ok


def test_the_oracle_sees_a_wrong_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    losses = np.asarray(Law(1.0, 9.0, 0.34).loss(N))
    monkeypatch.setattr("tutor.demos.scaling_laws_demo.fit", lambda *given: Law(1.0, 9.0, 0.341))
    assert not check(N, losses, True).ok


def test_forgetting_the_floor_is_too_hopeful() -> None:
    # The chapter: 5, 3, 2 at 4, 16, 64; with the floor 1.5 at 256, without it less.
    sizes, losses = np.array([4.0, 16.0, 64.0]), np.array([5.0, 3.0, 2.0])
    assert fit(sizes, losses, True).loss(256.0) == pytest.approx(1.5)
    assert fit(sizes, losses, False).loss(256.0) < 1.4


def test_bootstrap_keeps_every_size_and_repeats() -> None:
    data = runs()
    first = list(bootstrap(data.N, data.loss, True, 5, np.random.default_rng(3)))
    assert first == list(bootstrap(data.N, data.loss, True, 5, np.random.default_rng(3)))
    assert len({law.alpha for law in first}) > 1


# --- the committed runs ------------------------------------------------------------------------------------


def test_the_runs_are_converged_and_above_the_entropy() -> None:
    data = runs()
    assert len(data.sizes) == 11 and len(data.N) + data.left_out == 44
    assert (data.loss > data.entropy).all()
    means = [data.loss[data.N == size].mean() for size in data.sizes]
    assert all(larger < smaller for smaller, larger in pairwise(means))


def test_runs_that_have_not_converged_are_left_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = scaling_laws.RUNS.read_text("utf-8").splitlines()
    text[5] = text[5].rsplit(",", 1)[0] + ",0"
    path = tmp_path / "runs.csv"
    path.write_text("\n".join(text), "utf-8")
    monkeypatch.setattr(scaling_laws, "RUNS", path)
    assert runs().left_out == 1 and len(runs().N) == 43


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("scaling_runs", ROOT / "benchmarks" / "scaling_runs.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_script_counts_the_parameters_of_the_table_and_never_goes_below_the_entropy() -> None:
    made = script()
    for size, H in zip(runs().sizes, made.H_SIZES, strict=True):
        assert sum(part.numel() for part in made.parameters(H, 54, 0)) == size
    histories, P, V = made.source("abcabdabcaab" * 1000)
    assert float(P.sum()) == pytest.approx(1)
    E = made.entropy(P)
    before = made.train(4, V, 0, 1, histories, P)
    after = made.train(4, V, 0, 200, histories, P)
    assert E - 1e-6 <= after < before
    # Where the two characters before say what comes next, nothing is left to guess.
    certain = torch.tensor([[0.5, 0.0], [0.0, 0.5]])
    assert made.entropy(certain) == 0


# --- the run -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fit_floor", ["yes", "no"])
@pytest.mark.parametrize("sizes", [4, 9, 11])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_runs_are_repeated_exactly(fit_floor: str, sizes: int, language: Language) -> None:
    raw = {"fit_floor": fit_floor, "sizes": sizes, "seed": 1}
    first, again = run(language, **raw), run(language, **raw)
    assert (first.metrics, first.facts, first.figure) == (again.metrics, again.facts, again.figure)
    assert first.oracle is not None and first.oracle.ok
    json.dumps(first.to_json(), allow_nan=False)
    assert first.figure is not None
    figures.check(first.figure)
    assert ("predicted" in first.metrics) == (sizes < 11)
    assert ("crossing" in first.metrics) == (fit_floor == "no")
    assert first.metrics["alpha_low"] <= first.metrics["alpha"] <= first.metrics["alpha_high"]
    for suggestion in first.suggestions:
        registry.parse_arguments(registry.find("scaling_laws"), {**raw, **suggestion.args})


def test_what_is_said_of_chinchilla_and_of_the_floor() -> None:
    said = " ".join(run().facts)
    assert "0,34 pour les paramètres et de 0,28 pour les données" in said and "0,54" in said
    assert "1,92" in said and "N ≤ 3\u202f702" in said
    assert "0.34 for parameters and of 0.28 for data" in " ".join(run("en").facts)
    assert "impossible" in " ".join(run(fit_floor="no").facts)


@pytest.mark.parametrize("raw", [{"sizes": 3}, {"sizes": 12}, {"fit_floor": "maybe"}, {"n": 3}])
def test_refusals(raw: dict[str, Any]) -> None:
    with pytest.raises(DemoArgumentInvalid):
        run(**raw)
