"""Perceptron and multilayer perceptron: the chapter's numbers, finite differences, torch, runs of the demo."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor import figures
from tutor.contracts import DemoResult, Language
from tutor.demos import registry, wording
from tutor.demos.demo import Progress
from tutor.demos.neuron_demo import Trial, check
from tutor.demos.perceptron import ACTIVATIONS, MLP, Perceptron, conjunction, moons, xor

ARGS = {"data": "xor", "activation": "tanh", "layers": 1, "width": 8, "rate": 0.5, "epochs": 1000}


def run(language: Language = "fr", **raw: Any) -> DemoResult:
    return registry.run("neuron_demo", raw, language=language)


def test_the_chapters_perceptron() -> None:
    learned = Perceptron().fit(*conjunction())
    assert len(learned.errors_) == 6 and learned.w_.tolist() == [2, 1] and learned.b_ == -3
    stuck = Perceptron().fit(*xor())
    assert len(stuck.errors_) == 100 and stuck.errors_[-1] == 4


def test_the_chapters_back_propagation_step() -> None:
    network = MLP((2, 2, 1), "relu")
    network.W_ = [np.array([[1.0, 1.0], [1.0, -1.0]]), np.array([[1.0], [2.0]])]  # columns are neurons
    network.b_ = [np.array([-1.0, 0.0]), np.array([-2.0])]
    X, y = np.array([[1.0, 2.0]]), np.array([1.0])
    assert network.probability(X)[0] == 0.5 and round(network.loss(X, y), 3) == 0.693
    of_W, of_b = network.gradients(X, y)
    assert of_W[0].tolist() == [[-0.5, 0], [-1, 0]] and of_b[0].tolist() == [-0.5, 0]
    assert of_W[1].tolist() == [[-1], [0]] and of_b[1].tolist() == [-0.5]
    network.fit(X, y, epochs=1, rate=0.1)
    assert round(float(network.probability(X)[0]), 3) == 0.641 and round(network.loss(X, y), 3) == 0.445


def test_the_chapters_parameter_count() -> None:
    assert MLP((3, 4, 2)).parameters == 26


@given(
    st.sampled_from(sorted(ACTIVATIONS)),
    st.lists(st.integers(1, 4), max_size=3),
    st.integers(1, 5),
    st.integers(0, 2**20),
)
@settings(max_examples=40, deadline=None)
def test_gradients_are_finite_differences(activation: str, hidden: list[int], N: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    network = MLP((2, *hidden, 1), activation, seed)
    network.b_ = [generator.standard_normal(b.shape) for b in network.b_]
    X, y = generator.standard_normal((N, 2)), (generator.random(N) < 0.5).astype(float)
    if activation == "relu" and any(np.abs(Z).min() < 1e-4 for Z in network.forward(X)[0][:-1]):
        return  # on the edge the derivative is a choice
    of_W, of_b = network.gradients(X, y)
    for table, gradient in zip([*network.W_, *network.b_], [*of_W, *of_b], strict=True):
        for where in np.ndindex(table.shape):
            kept, ends = table[where], []
            for nudge in (1e-6, -1e-6):
                table[where] = kept + nudge
                ends.append(network.loss(X, y))
            table[where] = kept
            assert abs((ends[0] - ends[1]) / 2e-6 - gradient[where]) < 1e-6


@given(
    st.sampled_from(["tanh", "sigmoid", "relu", "linear"]),
    st.integers(0, 3),
    st.integers(1, 16),
    st.integers(0, 2**31 - 1),
)
@settings(max_examples=20, deadline=None)
def test_back_propagation_agrees_with_torch(activation: str, layers: int, width: int, seed: int) -> None:
    for data in ("xor", "moons"):
        trial = Trial({**ARGS, "data": data, "activation": activation, "layers": layers, "width": width}, seed)
        trial.network.fit(trial.X, trial.y, epochs=20, rate=0.3)
        oracle = check(trial)
        assert oracle.ok, oracle


def test_the_check_sees_a_wrong_derivative(monkeypatch: pytest.MonkeyPatch) -> None:
    f, slope = ACTIVATIONS["tanh"]
    monkeypatch.setitem(ACTIVATIONS, "tanh", (f, lambda z: slope(z) + 1e-8))
    assert not check(Trial(ARGS, 0)).ok


def test_one_neuron_never_learns_xor_and_a_hidden_layer_does() -> None:
    for seed in range(5):
        assert run(layers=0, seed=seed, epochs=3000).metrics["accuracy"] < 1
        assert run(activation="linear", layers=2, seed=seed).metrics["accuracy"] < 1
        assert run(seed=seed).metrics["accuracy"] == 1
    assert "aucune droite" in " ".join(run(layers=0).facts)
    assert "plusieurs couches n’en valent qu’une" in " ".join(run(activation="linear").facts)


def test_moons_are_tested_on_other_points() -> None:
    result = run(data="moons", layers=2)
    assert result.metrics["test_accuracy"] > 0.95 > result.metrics["single_accuracy"]
    trial = Trial({**ARGS, "data": "moons"}, 0)
    assert not set(map(tuple, trial.X)) & set(map(tuple, trial.X_test))
    X, y = moons(50, np.random.default_rng(0), noise=0)
    assert np.allclose(np.linalg.norm(X[y == 0], axis=1), 1) and np.allclose(
        np.linalg.norm(X[y == 1] - [1, 0.5], axis=1), 1
    )


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("data", ["xor", "and", "moons"])
@pytest.mark.parametrize("raw", [{}, {"layers": 0}, {"activation": "relu", "rate": 20, "layers": 3, "width": 16}])
def test_every_metric_is_in_a_fact(language: Language, data: str, raw: dict[str, Any]) -> None:
    result = run(language, data=data, epochs=200, **raw)
    said = " ".join(result.facts)
    word = "sur" if language == "fr" else "out of"
    for name, value in result.metrics.items():
        of = 200 if data == "moons" else 4
        shown = f"{round(value * of)} {word} {of}" if name.endswith("accuracy") else None
        decimals = 3 if name.startswith("loss") else 0
        if name == "perceptron_errors" and value == 0:
            continue  # « makes no more mistakes »
        assert (shown or wording.number(value, language, decimals)) in said, name
    assert result.oracle is not None and result.oracle.ok
    figures.check(result.figure)
    json.dumps(result.to_json(), allow_nan=False)


@pytest.mark.parametrize("activation", ["relu", "linear"])
def test_a_rate_that_is_too_large_is_said_to_be(activation: str) -> None:
    results = [run(data="moons", activation=activation, rate=20, layers=3, width=16, seed=seed) for seed in range(4)]
    assert any("diverged" in result.metrics for result in results)
    for result in results:
        assert ("diverge" in " ".join(result.facts)) == ("diverged" in result.metrics)
        json.dumps(result.to_json(), allow_nan=False)


def test_a_run_can_be_repeated_and_left() -> None:
    first, again, other = run(seed=3), run(seed=3), run(seed=4)
    assert first.metrics == again.metrics != other.metrics and first.figure == again.figure
    events = registry.start("neuron", {"data": "moons", "epochs": 5000, "layers": 3}, language="fr")
    shown = [next(events) for _ in range(3)]
    events.close()  # type: ignore[attr-defined]  # a generator, as documented
    for event in shown[1:]:
        assert isinstance(event, Progress)
        figures.check(event.figure)


def test_the_table_of_xor_shows_who_fails() -> None:
    result = run()
    assert result.table is not None
    rows = result.table["rows"]
    assert [row[:3] for row in rows] == [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]]
    assert [row[5] for row in rows] == [0, 1, 1, 0] != [row[3] for row in rows]
