"""LoRA against matrices written out and torch’s gradients, what it freezes and what it learns, and runs of the demo."""

from __future__ import annotations

import json
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor import figures
from tutor.contracts import DemoResult, Language
from tutor.demos import lora_demo, registry
from tutor.demos.cache import ModelFolder
from tutor.demos.corpus import PHRASES
from tutor.demos.demo import Progress
from tutor.demos.lora import ADAPTED, LoRA, LowRank
from tutor.demos.lora_demo import LEAST
from tutor.demos.threads import one_thread
from tutor.demos.transformer import GPT, held_out_loss, train
from tutor.errors import DemoArgumentInvalid

SMALL: dict[str, Any] = {"text": PHRASES, "steps": 10}


@pytest.fixture(autouse=True)
def hardly_trained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lora_demo, "BASE_STEPS", 6)


def run(language: Language = "fr", **raw: Any) -> DemoResult:
    return registry.run("lora_demo", {**SMALL, **raw}, language=language)


def model(seed: int = 0) -> GPT:
    return GPT(12, 2, 16, 4, 32, torch.Generator().manual_seed(seed))


def corrected(r: int = 2, alpha: float = 4.0, seed: int = 0) -> LoRA:
    """A LoRA whose B is no longer zero."""
    lora, source = LoRA(model(seed), r, alpha, torch.Generator().manual_seed(seed)), torch.Generator().manual_seed(9)
    with torch.no_grad():
        for matrix in lora.learned():
            matrix.add_(0.3 * torch.randn(matrix.shape, generator=source))
    return lora


W = torch.randint(12, (3, 9), generator=torch.Generator().manual_seed(1))

# --- the correction ----------------------------------------------------------------------------------------


def test_the_chapters_example() -> None:
    # B = (1, 2, 0) in a column, A = (2, 0, 1) in a row: the chapter writes the nine numbers of B A.
    B, A = torch.tensor([[1.0], [2.0], [0.0]]), torch.tensor([[2.0, 0.0, 1.0]])
    correction = LowRank(torch.zeros(3, 3), B, A, 1.0)
    assert correction.merged().tolist() == [[2, 0, 1], [4, 0, 2], [0, 0, 0]]
    assert (torch.eye(3) @ correction).tolist() == correction.merged().tolist()  # type: ignore[operator]
    assert LowRank(torch.eye(3), B, A, 0.5).merged()[0].tolist() == [2, 0, 0.5]


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**31 - 1), st.integers(1, 16), st.floats(0.5, 64))
def test_with_b_zero_it_is_the_model(seed: int, r: int, alpha: float) -> None:
    gpt = model(seed)
    lora = LoRA(gpt, r, alpha, torch.Generator().manual_seed(seed))
    assert (lora.adapted().logits(W) == gpt.logits(W)).all()
    assert (lora.merged().logits(W) == gpt.logits(W)).all()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**31 - 1), st.integers(1, 16), st.floats(0.5, 64))
def test_merged_is_adapted(seed: int, r: int, alpha: float) -> None:
    lora = corrected(r, alpha, seed)
    merged, adapted = lora.merged(double=True).logits(W), lora.adapted(double=True).logits(W)
    assert float((merged - adapted).detach().abs().max()) <= 1e-9
    assert float((merged - lora.gpt.logits(W)).detach().abs().max()) > 1e-3
    if alpha < 16:
        difference = lora.merged().logits(W) - lora.adapted().logits(W)
        assert float(difference.detach().abs().max()) <= 1e-3  # float32, and corrections far larger than trained ones


def test_the_gradients_are_those_of_the_whole_matrix() -> None:
    # dL/dB = s (dL/dW') Aᵀ and dL/dA = s Bᵀ (dL/dW'): W' learns as a leaf in a second model.
    lora = corrected()
    gradients = dict(zip(lora.named(), torch.autograd.grad(lora.adapted().loss(W), lora.learned()), strict=True))
    merged = lora.merged()
    whole = [(i, name) for i in range(2) for name in ADAPTED]
    for i, name in whole:
        merged.blocks[i][name].requires_grad_()
    theirs = torch.autograd.grad(merged.loss(W), [merged.blocks[i][name] for i, name in whole])
    for (i, name), dW in zip(whole, theirs, strict=True):
        B, A = lora.B[i][name].detach(), lora.A[i][name].detach()
        torch.testing.assert_close(gradients[f"{i}.B {name}"], lora.s * dW @ A.T, atol=1e-5, rtol=1e-4)
        torch.testing.assert_close(gradients[f"{i}.A {name}"], lora.s * B.T @ dW, atol=1e-5, rtol=1e-4)


def test_only_a_and_b_learn() -> None:
    lora = LoRA(model(), 2, 8, torch.Generator().manual_seed(0))
    before = {name: parameter.detach().clone() for name, parameter in lora.gpt.named().items()}
    codes = torch.tensor([1, 2, 3, 4] * 50)
    start = held_out_loss(lora.gpt, codes)
    adapted = lora.adapted()
    with one_thread():
        list(train(adapted, codes, 40, 8, 0.01, torch.Generator().manual_seed(0), lora.learned()))
    assert held_out_loss(adapted, codes) < start - 0.5
    assert held_out_loss(lora.merged(), codes) == pytest.approx(held_out_loss(adapted, codes), abs=1e-4)
    for name, parameter in lora.gpt.named().items():
        assert (parameter == before[name]).all()
    assert lora.learned()[0].abs().max() > 0


def test_the_rank_is_the_rank() -> None:
    lora = corrected(r=3)
    change = lora.merged().blocks[0]["W_1"] - lora.gpt.blocks[0]["W_1"].detach()
    assert torch.linalg.matrix_rank(change, rtol=1e-4) == 3
    assert sum(matrix.numel() for matrix in lora.learned()) == 2 * 3 * (4 * (16 + 16) + 2 * (16 + 64))


# --- the run -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_run_again_with_and_without_the_cache(language: Language, tmp_path: Any) -> None:
    demo = registry.find("lora")
    args = registry.parse_arguments(demo, SMALL)
    seed, cache = args.pop("seed"), ModelFolder(tmp_path).of("lora", 1)
    first, kept = (list(demo.run(args, seed=seed, language=language, cache=cache))[-1] for _ in range(2))
    again = run(language)
    for other in (kept, again):
        assert isinstance(first, DemoResult) and isinstance(other, DemoResult)
        assert (first.metrics, first.facts, first.figure) == (other.metrics, other.facts, other.figure)
        assert (first.series, first.table) == (other.series, other.table)
    assert isinstance(first, DemoResult)
    assert len(list(tmp_path.glob("*.npz"))) == 2
    list(demo.run({**args, "rank": 1}, seed=seed, language=language, cache=cache))
    assert len(list(tmp_path.glob("*.npz"))) == 3  # another rank trains A and B again, not the model
    json.dumps(first.to_json(), allow_nan=False)
    figures.check(first.figure)
    assert first.oracle is not None and first.oracle.ok and first.metrics["zero"] == 0
    for suggestion in first.suggestions:
        registry.parse_arguments(demo, {**args, **suggestion.args})


def test_notes_are_learned_and_the_rest_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lora_demo, "BASE_STEPS", 120)
    result = run(steps=120, rank=8, alpha=16, text=None)
    metrics = result.metrics
    assert metrics["notes_after"] < metrics["notes_before"] - 0.05
    assert metrics["elsewhere_after"] - metrics["elsewhere_before"] > metrics["notes_after"] - metrics["notes_before"]
    assert metrics["unseen_after"] > metrics["notes_after"]


def test_the_oracle_sees_a_wrong_merge(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LowRank, "merged", lambda self: self.W + self.B @ self.A)  # α / r forgotten
    oracle = run().oracle
    assert oracle is not None and not oracle.ok


def test_it_can_be_stopped_and_shows_a_curve_on_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lora_demo, "BASE_STEPS", 2000)
    threads = torch.get_num_threads()
    events = registry.start("lora", SMALL, language="fr")
    seen = [next(events) for _ in range(3)]
    assert all(isinstance(event, Progress) for event in seen)
    events.close()  # type: ignore[attr-defined]
    assert torch.get_num_threads() == threads
    figures.check(seen[-1].figure)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "text",
    ["a" * LEAST, "😀🎉" * 200, "Мама мыла раму. " * 30, "我爱你。" * 100, "x\x00y\ud800 " * 90, "<s> & `b` " * 50],
)
def test_odd_notes_get_an_answer(text: str) -> None:
    result = run(text=text, rank=16, alpha=64)
    assert result.oracle is not None and result.oracle.ok
    json.dumps(result.to_json(), allow_nan=False).encode()


@pytest.mark.parametrize(
    "raw",
    [
        {"text": "trop court"},
        {"text": " " * 900},
        {"text": "a" * 5_000_000},
        {"rank": 0},
        {"rank": 17},
        {"alpha": 0},
        {"steps": 5},
    ],
)
def test_refusals_are_sentences(raw: dict[str, Any]) -> None:
    with pytest.raises(DemoArgumentInvalid) as caught:
        run(**raw)
    assert 20 < len(caught.value.text("fr")) < 400 and next(iter(raw)) in caught.value.text("en")
