"""The norm of the gradient k steps back: theory, finite differences, torch, and the chapter's numbers."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.contracts import DemoResult, Language
from tutor.demos import registry, wording
from tutor.demos.gradients import LSTM, Array, SimpleRNN, direction, lstm_weights, norms, orthogonal, simple_weights
from tutor.demos.gradients_demo import Measured, check


def run(language: Language = "fr", **raw: object) -> DemoResult:
    return registry.run("gradients_demo", raw, language=language)


def said(result: DemoResult) -> str:
    return " ".join(result.facts).replace("\u202f", " ").replace("\u00a0", " ")


# --- the computation -----------------------------------------------------------------------------------------


def test_the_chapters_linear_network_of_one_neuron() -> None:
    one = np.ones((1, 1))
    cell = SimpleRNN(W=one, U=0.5 * one, b=np.zeros(1), linear=True)
    x = np.array([[1.0], [0.0], [1.0]])
    assert cell.states(x).ravel().tolist() == [0, 1, 0.5, 1.25]
    assert cell.gradients(x, np.ones(1)).ravel().tolist() == [1, 0.5, 0.25, 0.125]


def test_the_chapters_lstm_step() -> None:
    # x_t = 1, h_{t-1} = 1/2, c_{t-1} = 2, which no state from zero gives: the U's 1/2 goes into the bias.
    ln2, ln3 = math.log(2), math.log(3)
    half = {"f": 2 * ln3 / 2, "i": 2 / 2, "o": -2 / 2, "c": -2 * ln2 / 2}
    W = {k: np.full((1, 1), w) for k, w in {"f": 0, "i": -1, "o": 1, "c": 2 * ln2}.items()}
    cell = LSTM(W=W, U={k: np.zeros((1, 1)) for k in "fioc"}, b={k: np.full(1, v) for k, v in half.items()})
    (step,) = cell.steps(np.ones((1, 1)))
    gates = {k: round(float(step[k][0]), 12) for k in ("f", "i", "o", "candidate")}
    assert gates == {"f": 0.75, "i": 0.5, "o": 0.5, "candidate": 0.6}


@given(st.integers(1, 6), st.integers(1, 12), st.floats(0.2, 1.4), st.booleans(), st.integers(0, 2**20))
@settings(max_examples=30, deadline=None)
def test_simple_gradients_are_finite_differences(H: int, T: int, rho: float, linear: bool, seed: int) -> None:
    generator = np.random.default_rng(seed)
    cell = SimpleRNN(*simple_weights(H, rho, generator), linear=linear)
    x, g = generator.standard_normal((T, H)), direction(H, generator)
    ours = cell.gradients(x, g)
    nudge = 1e-6
    for k in range(T + 1):  # move the state k steps before the end, and read on
        moved = []
        for n in range(H):
            ends = []
            for sign in (1, -1):
                h = cell.states(x)[T - k].copy()
                h[n] += sign * nudge
                for x_t in x[T - k :]:
                    z = cell.W @ x_t + cell.U @ h + cell.b
                    h = z if linear else np.tanh(z)
                ends.append(g @ h)
            moved.append((ends[0] - ends[1]) / (2 * nudge))
        np.testing.assert_allclose(ours[k], moved, atol=1e-7)


def read_from(cell: LSTM, x: Array, t: int, c: Array, o: Array | None) -> Array:
    """c_T when the cell state after step t is ``c``, shown through the gate ``o`` (None: h_0 = 0)."""
    h = np.zeros_like(c) if o is None else o * np.tanh(c)
    for x_t in x[t:]:
        z = {k: cell.W[k] @ x_t + cell.U[k] @ h + cell.b[k] for k in "fioc"}
        f, i, out = (1 / (1 + np.exp(-z[k])) for k in "fio")
        c = f * c + i * np.tanh(z["c"])
        h = out * np.tanh(c)
    return c


@given(st.integers(1, 5), st.integers(1, 8), st.floats(0.2, 1.4), st.floats(-2, 4), st.integers(0, 2**20))
@settings(max_examples=30, deadline=None)
def test_lstm_gradients_are_finite_differences(H: int, T: int, rho: float, bias: float, seed: int) -> None:
    generator = np.random.default_rng(seed)
    cell = LSTM(*lstm_weights(H, rho, bias, generator))
    x, g = generator.standard_normal((T, H)), direction(H, generator)
    steps, ours = cell.steps(x), cell.gradients(x, g)
    for t in range(T + 1):
        c, o = (steps[t - 1]["c"], steps[t - 1]["o"]) if t else (np.zeros(H), None)
        moved = [
            (g @ read_from(cell, x, t, c + d, o) - g @ read_from(cell, x, t, c - d, o)) / 2e-6 for d in 1e-6 * np.eye(H)
        ]
        np.testing.assert_allclose(ours[T - t], moved, atol=1e-7)


def test_the_direct_path_is_the_product_of_the_forget_gates() -> None:
    generator = np.random.default_rng(3)
    cell = LSTM(*lstm_weights(4, 0.9, 1.0, generator))
    x, g = generator.standard_normal((5, 4)), direction(4, generator)
    product = g.copy()
    for step in cell.steps(x):
        product = product * step["f"]
    np.testing.assert_allclose(cell.direct(x, g)[-1], product)
    # Without U nothing goes through h: the direct path is all there is.
    alone = LSTM(W=cell.W, U={k: np.zeros((4, 4)) for k in "fioc"}, b=cell.b)
    np.testing.assert_allclose(alone.gradients(x, g), alone.direct(x, g))


@given(st.integers(1, 20), st.integers(0, 2**20))
@settings(max_examples=20, deadline=None)
def test_orthogonal_matrices_keep_lengths(H: int, seed: int) -> None:
    Q = orthogonal(H, np.random.default_rng(seed))
    np.testing.assert_allclose(Q.T @ Q, np.eye(H), atol=1e-12)


# --- against torch -------------------------------------------------------------------------------------------


@given(st.floats(0.1, 2.0), st.integers(1, 100), st.floats(-3, 6), st.integers(0, 2**31 - 1))
@settings(max_examples=12, deadline=None)
def test_every_cell_agrees_with_torch(rho: float, T: int, bias: float, seed: int) -> None:
    oracle, _ = check(Measured(rho, T, bias, seed))
    assert oracle.ok, oracle.error


def test_the_check_sees_a_wrong_gradient() -> None:
    measured = Measured(0.9, 20, 1.0, 0)
    for curve in (measured.left["tanh"], measured.lstm_left[3.0]):
        curve[7] *= 1 + 1e-6
        assert not check(measured)[0].ok
        curve[7] /= 1 + 1e-6
    assert check(measured)[0].ok


# --- the run -------------------------------------------------------------------------------------------------


def test_the_numbers_of_the_course() -> None:
    assert f"{run(cell='linear', rho=1.1).metrics['ratio']:.4f}" == "117.3909"
    tanh = run(rho=0.9).metrics
    assert 1e-4 < tanh["ratio"] < 0.9**50 and round(tanh["theory"], 4) == 0.0052  # 8.9e-4 in the chapter
    ratios = [run(cell="lstm", forget_bias=b).metrics for b in (0, 1, 3)]
    assert ratios[0]["ratio"] < tanh["ratio"] < ratios[1]["ratio"] < 1 < ratios[2]["ratio"]
    for metrics, direct in zip(ratios, (8.9e-16, 1.6e-7, 0.088), strict=True):
        assert direct / 2 < metrics["direct"] < direct * 2


@pytest.mark.parametrize("cell", ["linear", "tanh", "lstm"])
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("raw", [{}, {"rho": 1.1, "length": 20}, {"rho": 2, "forget_bias": -3, "length": 100}])
def test_every_metric_is_in_a_fact(cell: str, language: Language, raw: dict[str, object]) -> None:
    result = run(language, cell=cell, **raw)
    for name, value in result.metrics.items():
        decimals = {"forget": 3, "hundredth": 0}.get(name, 2)
        shown = (
            wording.number(value, language, decimals)
            if name in ("forget", "hundredth") or 0.1 <= value < 10_000
            else wording.power_of_ten(value, language)
        )
        assert shown in " ".join(result.facts), (name, shown)
    assert result.oracle is not None and result.oracle.ok
    json.dumps(result.to_json(), allow_nan=False)


def test_a_run_can_be_repeated_and_its_seed_matters() -> None:
    first, again, other = run(seed=3), run(seed=3), run(seed=4)
    assert (first.metrics, first.figure, first.facts) == (again.metrics, again.figure, again.facts)
    assert first.metrics != other.metrics
    # A linear network answers ρ^T whatever the seed.
    assert math.isclose(run(cell="linear", seed=3).metrics["ratio"], run(cell="linear", seed=4).metrics["ratio"])


def test_facts_do_not_oversell_the_lstm() -> None:
    assert "ce LSTM en garde moins" in said(run(cell="lstm", forget_bias=0))
    assert "il explose" in said(run(cell="lstm", forget_bias=3, length=100))
    assert "avant tout entraînement" in said(run(cell="lstm"))


def test_the_curve_of_the_figure_is_the_series() -> None:
    result = run(cell="lstm", length=10)
    assert result.figure is not None
    first = result.figure["curves"][0]
    assert list(first["y"]) == [row["lstm"] for row in result.series] and len(result.series) == 11
    assert result.series[0]["lstm"] == 1 and result.metrics["ratio"] == result.series[-1]["lstm"]
    assert np.isclose(norms(np.array([[3.0, 4.0], [0.0, 1.0]]))[1], 0.2)
