"""Recurrent cells against hand arithmetic, plain loops and torch; training and runs of the demo."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor import figures
from tutor.contracts import DemoResult, Language
from tutor.demos import registry, wording
from tutor.demos.adam import Adam
from tutor.demos.demo import Progress
from tutor.demos.recurrent import CELLS, GRU, LSTM, generate, new_cell, new_model, score, train
from tutor.demos.rnn_demo import Data, check
from tutor.demos.threads import in_slices, one_thread
from tutor.errors import DemoTextUnusable

NAMES = ["rnn", "lstm", "gru"]
QUICK = {"steps": 10, "hidden": 6}


@pytest.fixture(autouse=True)
def torch_is_left_alone() -> Any:
    """Every test of this file leaves torch's seed and threads as it found them."""
    state, threads = torch.get_rng_state(), torch.get_num_threads()
    yield
    assert torch.equal(torch.get_rng_state(), state) and torch.get_num_threads() == threads


def run(language: Language = "fr", **raw: Any) -> DemoResult:
    return registry.run("rnn_demo", raw, language=language)


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def one(*values: float) -> torch.Tensor:
    return torch.tensor([[value] for value in values], dtype=torch.float64)


# --- cells ---------------------------------------------------------------------------------------------------


def test_the_chapters_lstm_step() -> None:
    ln2, ln3 = math.log(2), math.log(3)
    cell = LSTM(W=one(0, -1, 1, 2 * ln2), U=one(2 * ln3, 2, -2, -2 * ln2), b=torch.zeros(4, dtype=torch.float64))
    step = cell.step(one(1) @ cell.W.T, one(0.5), one(2))
    assert {k: round(float(v), 12) for k, v in step.blocks.items()} == {"f": 0.75, "i": 0.5, "o": 0.5, "c": 0.6}
    assert round(float(step.c), 12) == 1.8 and round(float(step.h), 3) == 0.473


def test_the_chapters_gru_step() -> None:
    ln2, ln3 = math.log(2), math.log(3)
    cell = GRU(W=one(0, -1, 2 * ln2), U=one(2 * ln3, 2, -4 * ln2), b=torch.zeros(3, dtype=torch.float64))
    step = cell.step(one(1) @ cell.W.T, one(0.5), one(0))
    assert round(float(step.h), 12) == 21 / 40


@pytest.mark.parametrize(("name", "parameters"), [("rnn", 12), ("gru", 36), ("lstm", 48)])
def test_the_chapters_parameter_counts(name: str, parameters: int) -> None:
    assert new_cell(name, 3, 2, seeded(0)).parameters == parameters


@given(st.sampled_from(NAMES), st.integers(1, 6), st.integers(1, 6), st.integers(1, 15), st.integers(0, 2**20))
@settings(max_examples=40, deadline=None)
def test_every_cell_agrees_with_torch(name: str, D: int, H: int, T: int, seed: int) -> None:
    generator = seeded(seed)
    cell = new_cell(name, D, H, generator)
    cell.U, cell.b = 2 * cell.U, torch.randn(len(cell.b), generator=generator, dtype=torch.float64)
    oracle = check(name, cell, torch.randn(T, D, generator=generator, dtype=torch.float64))
    assert oracle.ok and oracle.error < 1e-12, oracle


@given(st.integers(1, 4), st.integers(1, 5), st.integers(1, 6), st.integers(0, 2**20))
@settings(max_examples=25, deadline=None)
def test_the_gru_resets_before_its_matrix(D: int, H: int, T: int, seed: int) -> None:
    # torch's convention is the other one: here any U_h, against the chapter's equations.
    cell = new_cell("gru", D, H, seeded(seed))
    W, U, b = (each.numpy().reshape(3, H, *each.shape[1:]) for each in (cell.W, cell.U, cell.b))
    x = torch.randn(T, 1, D, generator=seeded(seed + 1), dtype=torch.float64)
    h = np.zeros(H)
    for x_t, step in zip(x[:, 0].numpy(), cell.read(x), strict=True):
        z, r = (1 / (1 + np.exp(-(W[k] @ x_t + U[k] @ h + b[k]))) for k in (0, 1))
        h = z * h + (1 - z) * np.tanh(W[2] @ x_t + U[2] @ (r * h) + b[2])
        np.testing.assert_allclose(step.h[0], h, atol=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_the_check_sees_a_wrong_cell(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    cell = new_cell(name, 3, 4, seeded(0))
    right = CELLS[name].step
    monkeypatch.setattr(CELLS[name], "step", lambda self, wx, h, c: right(self, 1.001 * wx, h, c))
    assert not check(name, cell, torch.randn(9, 3, generator=seeded(1), dtype=torch.float64)).ok


@pytest.mark.parametrize("name", NAMES)
def test_reading_in_two_parts_is_reading_once(name: str) -> None:
    cell = new_cell(name, 3, 4, seeded(0))
    x = torch.randn(7, 2, 3, generator=seeded(1), dtype=torch.float64)
    first = cell.read(x[:3])
    second = cell.read(x[3:], first[-1])
    torch.testing.assert_close(torch.stack([s.h for s in first + second]), torch.stack([s.h for s in cell.read(x)]))


# --- training ------------------------------------------------------------------------------------------------


@given(st.integers(1, 6), st.floats(0.001, 0.1), st.floats(0.1, 3), st.integers(0, 2**20))
@settings(max_examples=10, deadline=None)
def test_adam_agrees_with_torch(steps: int, rate: float, clip: float, seed: int) -> None:
    generator = seeded(seed)
    start = [torch.randn(shape, generator=generator, dtype=torch.float64) for shape in ((3, 2), (4,))]
    ours, theirs = ([w.clone().requires_grad_() for w in start] for _ in range(2))
    adam, reference = Adam(ours, clip=clip), torch.optim.Adam(theirs, lr=rate)
    for _ in range(steps):
        gradients = [torch.randn(w.shape, generator=generator, dtype=torch.float64) for w in start]
        adam.step(gradients, rate)
        for weight, gradient in zip(theirs, gradients, strict=True):
            weight.grad = gradient.clone()
        torch.nn.utils.clip_grad_norm_(theirs, clip)
        reference.step()
    for a, b in zip(ours, theirs, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-5, atol=1e-6)  # torch divides by the norm plus 1e-6


@pytest.mark.parametrize("name", NAMES)
def test_a_model_learns_what_comes_next(name: str) -> None:
    text = torch.tensor([0, 1, 2, 3] * 30)
    model = new_model(name, V=4, D=4, H=8, generator=seeded(0))
    losses = list(train(model, text, steps=80, window=12, batch=4, generator=seeded(0)))
    assert losses[0] > 1 and losses[-1] < 0.2
    assert generate(model, [0], 7, seeded(1)) == [1, 2, 3, 0, 1, 2, 3]
    assert 3 not in generate(model, [2], 5, seeded(1), never=[3])
    assert torch.isclose(-score(model, text).mean(), model.loss(text.unsqueeze(1)))


def test_probabilities_sum_to_one() -> None:
    model = new_model("lstm", V=7, D=3, H=5, generator=seeded(0))
    log_p, _ = model.log_probabilities(torch.tensor([[0, 1], [2, 3], [6, 6]]))
    torch.testing.assert_close(log_p.exp().sum(-1), torch.ones(3, 2, dtype=torch.float64))


def test_slices_give_everything_and_threads_come_back() -> None:
    before = torch.get_num_threads()
    inside = []
    for part in in_slices(iter(range(5)), seconds=0):
        inside.append(part)
        assert torch.get_num_threads() == before
    assert inside == [[0], [1], [2], [3], [4]]
    with one_thread(), one_thread():
        assert torch.get_num_threads() == 1
    with pytest.raises(ZeroDivisionError), one_thread():
        1 / 0  # noqa: B018
    assert torch.get_num_threads() == before


# --- the text ------------------------------------------------------------------------------------------------


def test_validation_lines_are_not_learned_from() -> None:
    lines = [f"ligne numéro {i:02d} du texte" for i in range(16)]
    data = Data.of("\n".join(lines))
    kept = "".join(data.held_out).split()
    assert "".join(data.held_out).count("numéro") == 2 and {"04", "12"} <= set(kept)
    assert "04" not in "".join(data.training) and "".join(data.training).count("numéro") == 14
    line = "une seule longue ligne sans fin, " * 5
    short = Data.of(line)
    assert short.training[-1] == short.held_out[0] and len(short.held_out) - 1 >= 10
    assert "".join(short.training) + "".join(short.held_out[1:]) == f"\n{line}\n"


@pytest.mark.parametrize("text", ["", "  \n ", "trop court", "?!", "é" * 59])
def test_a_text_too_short_is_refused(text: str) -> None:
    with pytest.raises(DemoTextUnusable) as caught:
        run(text=text)
    assert "text" in caught.value.text("fr") and len(caught.value.text("fr")) < 400


@pytest.mark.parametrize(
    "text", ["oui " * 30, "a" * 80, "😀🎉 " * 40, "Мама мыла раму. " * 8, "我爱你我爱猫。" * 12, "\ud800a" * 50]
)
@pytest.mark.parametrize("name", NAMES)
def test_odd_texts_get_an_answer(text: str, name: str) -> None:
    result = run(text=text, cell=name, prompt="😺 le", length=20, **QUICK)
    assert result.oracle is not None and result.oracle.ok
    json.dumps(result.to_json(), allow_nan=False, ensure_ascii=False).encode()
    figures.check(result.figure)


def test_many_different_characters() -> None:
    text = "".join(chr(0x4E00 + i) for i in range(600)) * 2
    assert run(text=text, **QUICK).metrics["V"] == 302  # the 300 most frequent, the end of a line, <unk>


# --- runs ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_metric_is_in_a_fact(name: str, language: Language) -> None:
    result = run(language, cell=name, **QUICK)
    said = " ".join(result.facts)
    for metric, value in result.metrics.items():
        decimals = 0 if metric in ("symbols", "V", "parameters", "best_step") else 2
        assert wording.number(value, language, decimals) in said, metric
    figures.check(result.figure)
    assert result.table is not None and [row[0] for row in result.table["rows"]][-1] == 10
    assert len(result.series) == 10 and result.oracle is not None and result.oracle.ok
    assert result.suggestions and all(
        registry.parse_arguments(registry.find("rnn"), s.args) for s in result.suggestions
    )


def test_the_network_learns_french_spelling_a_little() -> None:
    result = run(steps=120, hidden=32)
    assert result.metrics["loss_start"] > 3.2 and result.metrics["loss_validation"] < 1.4
    assert "4-gramme" in " ".join(result.facts)


def test_same_seed_same_run_and_other_seed_other_run() -> None:
    first, again, other = run(seed=1, **QUICK), run(seed=1, **QUICK), run(seed=2, **QUICK)
    assert first.metrics == again.metrics and first.facts == again.facts and first.figure == again.figure
    assert first.metrics != other.metrics


class Memory:
    """A cache in a dictionary, through the JSON and the arrays that a file would hold."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, Any]] = {}

    def load(self, settings: Any) -> Any:
        return self.kept.get(json.dumps(settings, sort_keys=True))

    def save(self, settings: Any, arrays: Any) -> None:
        assert all(not np.asarray(array).dtype.hasobject for array in arrays.values())
        self.kept[json.dumps(settings, sort_keys=True)] = {k: np.array(v) for k, v in arrays.items()}


def test_a_trained_network_is_not_trained_twice() -> None:
    cache = Memory()
    first = list(registry.start("rnn", QUICK, language="fr", cache=cache))[-1]
    events = list(registry.start("rnn", QUICK, language="fr", cache=cache))
    again = events[-1]
    assert isinstance(first, DemoResult) and isinstance(again, DemoResult)
    assert len(cache.kept) == 1 and len(events) == 3  # begin, check, result
    plain = run(**QUICK)
    assert first.metrics == again.metrics == plain.metrics and first.facts == again.facts == plain.facts
    assert first.figure == again.figure and first.table == again.table
    list(registry.start("rnn", {**QUICK, "prompt": "le chat", "length": 5}, language="en", cache=cache))
    assert len(cache.kept) == 1
    list(registry.start("rnn", {**QUICK, "cell": "gru"}, language="en", cache=cache))
    assert len(cache.kept) == 2


def test_a_run_shows_its_curve_and_can_be_left() -> None:
    events = registry.start("rnn", {"steps": 1000, "cell": "gru"}, language="fr")
    shown = [next(events) for _ in range(3)]
    events.close()  # type: ignore[attr-defined]  # a generator, as documented
    assert all(isinstance(event, Progress) for event in shown)
    assert shown[0].step == 0 and 0 < shown[1].step < shown[2].step < 1000
    for event in shown[1:]:
        figures.check(event.figure)


def test_unknown_characters_of_the_prompt_are_named() -> None:
    assert any("ж" in fact and "`<unk>`" in fact for fact in run(prompt="ж", **QUICK).facts)
    assert not any("Texte produit" in fact for fact in run(length=0, **QUICK).facts)
