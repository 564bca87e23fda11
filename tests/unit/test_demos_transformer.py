"""The mini-GPT against torch's modules and gradients, the n-gram beside it, and runs of the demo."""

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
from tutor.demos import ngram_arrays, registry
from tutor.demos.cache import ModelFolder
from tutor.demos.demo import Progress
from tutor.demos.ngram import WittenBell
from tutor.demos.transformer import GPT, held_out_loss, norm, train
from tutor.demos.transformer_demo import LEAST, Text, check
from tutor.errors import DemoArgumentInvalid

TEXT = "Le chat dort sur le tapis. Le chien regarde le chat, et la souris mange le fromage. " * 8
SMALL: dict[str, Any] = {"text": TEXT, "layers": 1, "width": 16, "steps": 20, "length": 10}


def run(language: Language = "fr", **raw: Any) -> DemoResult:
    return registry.run("transformer_demo", {**SMALL, **raw}, language=language)


def model(V: int = 12, layers: int = 2, width: int = 16, heads: int = 4, seed: int = 0) -> GPT:
    return GPT(V, layers, width, heads, 32, torch.Generator().manual_seed(seed))


# --- the model ---------------------------------------------------------------------------------------------


@settings(max_examples=15, deadline=None)
@given(
    st.integers(1, 3), st.sampled_from([(8, 1), (8, 4), (16, 2), (30, 2)]), st.integers(0, 2**31 - 1), st.integers(1, 5)
)
def test_agrees_with_torch_modules(layers: int, shape: tuple[int, int], seed: int, spread: int) -> None:
    text = Text.of(TEXT)
    gpt = model(len(text.characters), layers, *shape, seed=seed)
    source = torch.Generator().manual_seed(seed)
    with torch.no_grad():  # trained weights have biases and scales: none of them may be forgotten
        for parameter in gpt.named().values():
            parameter.add_(0.1 * spread * torch.randn(parameter.shape, generator=source))
    oracle = check(gpt, text)
    assert oracle.ok and oracle.error <= 1e-6


def test_the_oracle_sees_a_wrong_block(monkeypatch: pytest.MonkeyPatch) -> None:
    text = Text.of(TEXT)
    monkeypatch.setattr("tutor.demos.transformer._feed_forward", lambda x, block: x @ block["W_1"] @ block["W_2"])
    assert not check(model(len(text.characters)), text).ok


def test_norm_is_layer_norm() -> None:
    x = torch.randn(5, 8, generator=torch.Generator().manual_seed(0))
    g, s = torch.arange(8.0), torch.ones(8)
    torch.testing.assert_close(norm(x, g, s), torch.nn.functional.layer_norm(x, (8,), g, s))


def test_loss_is_cross_entropy_over_all_or_the_last() -> None:
    gpt, w = model(), torch.randint(12, (3, 9), generator=torch.Generator().manual_seed(1))
    theirs = torch.nn.functional.cross_entropy(gpt.logits(w[:, :-1]).flatten(0, 1), w[:, 1:].flatten())
    torch.testing.assert_close(gpt.loss(w), theirs)
    theirs = torch.nn.functional.cross_entropy(gpt.logits(w[:, :-1])[:, -2:].flatten(0, 1), w[:, -2:].flatten())
    torch.testing.assert_close(gpt.loss(w, last=2), theirs)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 30), st.integers(0, 2**31 - 1))
def test_the_future_changes_nothing(n: int, seed: int) -> None:
    gpt, source = model(), torch.Generator().manual_seed(seed)
    w = torch.randint(12, (1, n + 1), generator=source)
    other = w.clone()
    other[0, n] = (w[0, n] + 1) % 12
    torch.testing.assert_close(gpt.logits(w)[:, :n], gpt.logits(other)[:, :n])


def test_the_count_of_the_chapter() -> None:
    gpt = model(V=50, layers=3, width=8)
    total = sum(p.numel() for p in gpt.named().values())
    assert total == 3 * (12 * 64 + 13 * 8) + (50 + 32) * 8 + 2 * 8


def test_untrained_loss_is_near_chance_and_training_lowers_it() -> None:
    codes = torch.tensor([0, 1, 2, 3] * 100)
    gpt = model(V=4)
    assert abs(held_out_loss(gpt, codes) - math.log(4)) < 0.7
    losses = list(train(gpt, codes, 60, 8, 0.01, torch.Generator().manual_seed(0)))
    assert held_out_loss(gpt, codes) < 0.1 < losses[0]
    # 0 is never written, whatever comes next in the text.
    assert gpt.write([1, 2], 2, 0.1, torch.Generator().manual_seed(0))[0] == 3
    assert 0 not in gpt.write([1, 2, 3], 50, 2.0, torch.Generator().manual_seed(0))


def test_held_out_windows_cover_the_text() -> None:
    # A model that always gives the same scores: the loss is the mean surprise of what the windows cover.
    gpt = model(V=3)
    with torch.no_grad():
        for parameter in gpt.named().values():
            parameter.zero_()
    for length in (2, 3, 17, 33, 34, 200):
        assert held_out_loss(gpt, torch.zeros(length, dtype=torch.long)) == pytest.approx(math.log(3), abs=1e-5)


# --- the n-gram beside it ----------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 3), min_size=1, max_size=60),
    st.lists(st.integers(0, 3), min_size=1, max_size=20),
    st.integers(1, 4),
)
def test_arrays_give_the_dictionaries_of_ngram(training: list[int], held_out: list[int], n: int) -> None:
    # The written-out class fills the beginning with <s>, predicts </s> and counts it in V: told apart here by asking
    # it for each probability with its own counts, without those symbols.
    wb = WittenBell(n).fit([[str(c) for c in training]])
    counts: dict[tuple[int, ...], dict[int, int]] = {}
    for i in range(len(training)):
        for m in range(min(n, i + 1)):
            followers = counts.setdefault(tuple(training[i - m : i]), {})
            followers[training[i]] = followers.get(training[i], 0) + 1

    def p(w: int, h: tuple[int, ...]) -> float:
        lower = p(w, h[1:]) if h else 1 / 5
        seen = counts.get(h)
        return (seen.get(w, 0) + len(seen) * lower) / (sum(seen.values()) + len(seen)) if seen else lower

    text = training + held_out
    expected = [
        -math.log(p(w, tuple(text[max(0, i - n + 1) : i]))) for i, w in enumerate(text) if i >= len(training)
    ]  # fmt: skip
    ours = ngram_arrays.held_out_loss(np.array(training), np.array(held_out), 5, n)
    assert ours == pytest.approx(float(np.mean(expected)), abs=1e-12)
    assert wb.V_ >= 3


def test_arrays_on_a_text_are_close_to_the_class() -> None:
    text = Text.of(TEXT * 3)
    scored = list(WittenBell(4).fit([text.training]).score([text.training[-4:] + text.held_out]))[4:-1]
    theirs = -sum(math.log(s.probability) for s in scored) / len(scored)
    codes = [np.array(text.codes(part)) for part in (text.training, text.held_out)]
    ours = ngram_arrays.held_out_loss(codes[0], codes[1], len(text.characters), 4)
    assert ours == pytest.approx(theirs, rel=0.02)


# --- the run -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_run_again_with_and_without_the_cache(language: Language, tmp_path: Any) -> None:
    demo = registry.find("transformer")
    args = registry.parse_arguments(demo, SMALL)
    seed, cache = args.pop("seed"), ModelFolder(tmp_path).of("transformer", 1)
    first, kept = (list(demo.run(args, seed=seed, language=language, cache=cache))[-1] for _ in range(2))
    again = run(language)
    for other in (kept, again):
        assert isinstance(first, DemoResult) and isinstance(other, DemoResult)
        assert (first.metrics, first.facts, first.figure) == (other.metrics, other.facts, other.figure)
        assert (first.series, first.table) == (other.series, other.table)
    assert isinstance(first, DemoResult)
    json.dumps(first.to_json(), allow_nan=False)
    figures.check(first.figure)
    assert first.oracle is not None and first.oracle.ok
    for suggestion in first.suggestions:
        registry.parse_arguments(demo, {**args, **suggestion.args})


def test_another_prompt_does_not_train_again(tmp_path: Any) -> None:
    demo = registry.find("transformer")
    cache = ModelFolder(tmp_path).of("transformer", 1)
    args = registry.parse_arguments(demo, SMALL)
    args.pop("seed")
    list(demo.run(args, seed=0, language="fr", cache=cache))
    events = list(demo.run({**args, "prompt": "souris"}, seed=0, language="fr", cache=cache))
    assert sum(isinstance(event, Progress) for event in events) == 2
    assert len(list(tmp_path.glob("*.npz"))) == 1


def test_it_can_be_stopped_and_shows_a_curve_on_the_way() -> None:
    threads = torch.get_num_threads()
    events = registry.start("transformer", {**SMALL, "steps": 2000}, language="fr")
    seen = [next(events) for _ in range(3)]
    assert all(isinstance(event, Progress) for event in seen)
    assert torch.get_num_threads() == threads
    events.close()  # type: ignore[attr-defined]
    assert torch.get_num_threads() == threads
    figure = seen[-1].figure  # type: ignore[union-attr]
    assert figure is not None
    figures.check(figure)


def test_the_global_chance_is_left_alone() -> None:
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    run()
    assert torch.rand(1) == expected


@pytest.mark.parametrize(
    "text",
    [
        "oui " * 100,
        "a" * LEAST,
        "😀🎉" * 200,
        "Мама мыла раму. " * 30,
        "我爱你。" * 100,
        "x\x00y\ud800 " * 90,
        "<s> & `b` " * 50,
    ],
)
def test_odd_texts_get_an_answer(text: str) -> None:
    result = run(text=text, prompt=text[:5])
    assert result.oracle is not None and result.oracle.ok
    json.dumps(result.to_json(), allow_nan=False).encode()


@pytest.mark.parametrize("prompt", ["", " ", "😀", "\n", "z" * 500])
def test_odd_prompts_get_an_answer(prompt: str) -> None:
    assert run(prompt=prompt, length=3).oracle is not None


def test_what_is_said() -> None:
    said = " ".join(run(text="chat " * 200, steps=120, prompt="😀").facts).replace("\u202f", " ")
    assert "minuscule" in said and "Witten-Bell" in said and "lus comme inconnus" in said
    assert "Texte produit" in " ".join(run(prompt=" ").facts)


@pytest.mark.parametrize(
    "raw",
    [
        {"text": "trop court"},
        {"text": " " * 400},
        {"text": "a" * (LEAST - 1)},
        {"text": "a" * 5_000_000},
        {"layers": 0},
        {"width": 129},
        {"steps": 3000},
        {"temperature": 0},
    ],
)
def test_refusals_are_sentences(raw: dict[str, Any]) -> None:
    with pytest.raises(DemoArgumentInvalid) as caught:
        run(**raw)
    assert 20 < len(caught.value.text("fr")) < 400 and next(iter(raw)) in caught.value.text("en")
