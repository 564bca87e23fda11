"""Grokking: the task, the network against torch's own optimiser, and the late generalisation."""

from __future__ import annotations

import json
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor import figures
from tutor.contracts import DemoResult, Language
from tutor.demos import registry
from tutor.demos.cache import ModelFolder
from tutor.demos.demo import Progress
from tutor.demos.grokking import RATE, Network, addition, counted, train
from tutor.demos.threads import one_thread
from tutor.errors import DemoArgumentInvalid

SMALL: dict[str, Any] = {"p": 23, "steps": 100}


def run(language: Language = "fr", **raw: Any) -> DemoResult:
    return registry.run("grokking", {**SMALL, **raw}, language=language)


@given(st.integers(2, 61))
def test_pairs_have_no_order_so_nothing_leaks(p: int) -> None:
    pairs, answers = addition(p)
    seen = {frozenset(pair) for pair in pairs.tolist()}
    assert len(seen) == len(pairs) == p * (p + 1) // 2
    assert all(answer == (a + b) % p for (a, b), answer in zip(pairs.tolist(), answers.tolist(), strict=True))


@settings(max_examples=10, deadline=None)
@given(st.integers(5, 20), st.floats(0, 2), st.integers(0, 2**31 - 1))
def test_the_steps_are_those_of_torch_adamw(p: int, weight_decay: float, seed: int) -> None:
    losses = [measure.loss for measure in train(p, 0.6, weight_decay, 12, seed, every=1)]
    source = torch.Generator().manual_seed(seed)
    pairs, answers = addition(p)
    known = torch.randperm(len(pairs), generator=source)[: round(0.6 * len(pairs))]
    counts = counted(pairs, p)
    network = Network(p, source)
    optimiser = torch.optim.AdamW(network.weights(), lr=RATE, weight_decay=weight_decay)
    for ours in losses:
        loss = torch.nn.functional.cross_entropy(network.scores(counts[known]), answers[known])
        assert ours == pytest.approx(loss.item(), abs=1e-4)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()


def test_the_scores_are_those_of_the_formula_whatever_the_order_of_a_pair() -> None:
    network = Network(7, torch.Generator().manual_seed(0))
    pairs = torch.tensor([[2, 5], [5, 2], [3, 3]])
    x = network.E[pairs[:, 0]] + network.E[pairs[:, 1]]
    torch.testing.assert_close(network.scores(counted(pairs, 7)), (x @ network.W_1).clamp(min=0) @ network.W_2)


def test_it_generalises_late_with_weight_decay_and_never_without() -> None:
    result = registry.run("grokking_demo", {"seed": 0}, language="fr")
    metrics = result.metrics
    assert metrics["memorised"] <= 100 and metrics["test_when_memorised"] < 0.05
    assert metrics["generalised"] >= 5 * metrics["memorised"]
    assert metrics["test_without_decay"] < 0.05
    assert result.oracle is not None and result.oracle.ok
    said = " ".join(result.facts)
    assert "c’est le grokking" in said and "ne trouve pas la règle" in said


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("raw", [{}, {"weight_decay": 0}, {"share": 0.2}, {"share": "0,7", "weight_decay": 3}])
def test_runs_are_repeated_exactly(raw: dict[str, Any], language: Language, tmp_path: Any) -> None:
    demo = registry.find("grokking")
    args = registry.parse_arguments(demo, {**SMALL, **raw})
    seed, cache = args.pop("seed"), ModelFolder(tmp_path).of("grokking", 1)
    first, kept = (list(demo.run(args, seed=seed, language=language, cache=cache))[-1] for _ in range(2))
    again = run(language, **raw)
    for other in (kept, again):
        assert isinstance(first, DemoResult) and isinstance(other, DemoResult)
        assert (first.metrics, first.facts, first.figure) == (other.metrics, other.facts, other.figure)
        assert first.series == other.series
    assert isinstance(first, DemoResult)
    json.dumps(first.to_json(), allow_nan=False)
    figures.check(first.figure)
    assert first.oracle is not None and first.oracle.ok
    for suggestion in first.suggestions:
        registry.parse_arguments(demo, {**args, **suggestion.args})


def test_it_shows_a_curve_and_can_be_stopped() -> None:
    threads = torch.get_num_threads()
    events = registry.start("grokking", {**SMALL, "steps": 5000}, language="en")
    seen = [next(events) for _ in range(3)]
    assert torch.get_num_threads() == threads
    events.close()  # type: ignore[attr-defined]
    last = seen[-1]
    assert isinstance(last, Progress) and last.figure is not None and last.step < 5000
    figures.check(last.figure)


def test_the_global_chance_is_left_alone() -> None:
    with one_thread():
        torch.manual_seed(3)
        expected = torch.rand(1)
    torch.manual_seed(3)
    run()
    assert torch.rand(1) == expected


@pytest.mark.parametrize("raw", [{"p": 22}, {"p": 62}, {"weight_decay": -1}, {"share": 0.8}, {"steps": 6000}])
def test_refusals(raw: dict[str, Any]) -> None:
    with pytest.raises(DemoArgumentInvalid):
        run(**raw)
