"""Self-attention against the chapter's hand calculation, torch, and the laws it must obey."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.contracts import DemoResult, Language
from tutor.demos import registry
from tutor.demos.attention import attention, output, positions, random_weights, several_heads, softmax
from tutor.demos.attention_demo import check
from tutor.errors import DemoArgumentInvalid

shapes = st.tuples(st.integers(1, 12), st.integers(1, 4), st.integers(0, 2**32 - 1), st.booleans())


def run(language: Language = "fr", **raw: Any) -> DemoResult:
    return registry.run("attention_demo", raw, language=language)


def facts(**raw: Any) -> str:
    return " ".join(run(**raw).facts).replace("\u202f", " ").replace("\u00a0", " ")


# --- the computation ---------------------------------------------------------------------------------------


def test_the_chapter_by_hand() -> None:
    # Weights 1/4 2/4 1/4; 2/4 1/4 1/4; 1/6 4/6 1/6; outputs (3, 4.5), (4.5, 3), (2, 5).
    result = run()
    assert result.figure is not None
    expected = [[1 / 4, 2 / 4, 1 / 4], [2 / 4, 1 / 4, 1 / 4], [1 / 6, 4 / 6, 1 / 6]]
    np.testing.assert_allclose(result.figure["values"], expected, atol=1e-12)
    for word, shown in (("le", "(3,00 ; 4,50)"), ("chat", "(4,50 ; 3,00)"), ("dort", "(2,00 ; 5,00)")):
        assert shown in facts(word=word)
    # Under the mask « le » keeps (6, 0), « chat » becomes (4, 2), « dort » does not change.
    for word, shown in (("le", "(6,00 ; 0,00)"), ("chat", "(4,00 ; 2,00)"), ("dort", "(2,00 ; 5,00)")):
        assert shown in facts(word=word, causal="yes")


@settings(max_examples=40, deadline=None)
@given(shapes)
def test_agrees_with_torch(shape: tuple[int, int, int, bool]) -> None:
    n, heads, seed, causal = shape
    source = np.random.default_rng(seed)
    W, X = random_weights(24, heads, source), 3 * source.standard_normal((n, 24))
    oracle = check(several_heads(X, W, causal), causal)
    assert oracle.ok and oracle.error <= 1e-12


def test_the_oracle_sees_a_wrong_weight() -> None:
    source = np.random.default_rng(0)
    head = several_heads(source.standard_normal((4, 24)), random_weights(24, 1, source))[0]
    head.weights[0, 1] += 1e-9
    assert not check([head], causal=False).ok


@settings(max_examples=25, deadline=None)
@given(shapes)
def test_several_heads_agree_with_the_torch_module(shape: tuple[int, int, int, bool]) -> None:
    n, heads, seed, causal = shape
    source = np.random.default_rng(seed)
    W, X = random_weights(24, heads, source), source.standard_normal((n, 24))
    module = torch.nn.MultiheadAttention(24, heads, bias=False, batch_first=True, dtype=torch.float64)
    stacked = [np.concatenate(list(M), axis=1).T for M in (W.W_Q, W.W_K, W.W_V)]
    with torch.no_grad():
        module.in_proj_weight.copy_(torch.from_numpy(np.concatenate(stacked)))
        module.out_proj.weight.copy_(torch.from_numpy(W.W_O.T.copy()))
        mask = torch.triu(torch.ones(n, n, dtype=torch.bool), 1) if causal else None
        words = torch.from_numpy(X)[None]
        theirs, _ = module(words, words, words, attn_mask=mask)
    np.testing.assert_allclose(output(X, W, causal), theirs[0].numpy(), atol=1e-12)


@settings(max_examples=40, deadline=None)
@given(shapes)
def test_permuted_words_give_permuted_outputs(shape: tuple[int, int, int, bool]) -> None:
    n, heads, seed, _ = shape
    source = np.random.default_rng(seed)
    W, X, order = random_weights(24, heads, source), source.standard_normal((n, 24)), source.permutation(n)
    np.testing.assert_allclose(output(X[order], W), output(X, W)[order], atol=1e-12)


@settings(max_examples=40, deadline=None)
@given(shapes)
def test_under_the_mask_the_future_changes_nothing(shape: tuple[int, int, int, bool]) -> None:
    n, heads, seed, _ = shape
    source = np.random.default_rng(seed)
    W, X = random_weights(24, heads, source), source.standard_normal((n + 1, 24))
    before = output(X, W, causal=True)[:n]
    X[n] = 100 * source.standard_normal(24)
    np.testing.assert_array_equal(output(X, W, causal=True)[:n], before)


@given(st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=6))
def test_softmax_is_a_distribution(scores: list[float]) -> None:
    weights = softmax(np.array([scores]))
    assert (weights >= 0).all() and weights.sum() == pytest.approx(1)


def test_dividing_by_the_root_keeps_the_variance() -> None:
    # Products of random q and k have standard deviation √d_k; the scores have 1.
    source = np.random.default_rng(1)
    steps = attention(*(source.standard_normal((300, 64)) for _ in range(3)))
    assert steps.products.std() == pytest.approx(8, rel=0.05)
    assert steps.scores.std() == pytest.approx(1, rel=0.05)


@pytest.mark.parametrize("d", [1, 2, 7, 24])
def test_positions_by_the_formula(d: int) -> None:
    PE = positions(5, d)
    for p in range(5):
        for c in range(d):
            angle = p / 10000 ** (2 * (c // 2) / d)
            assert PE[p, c] == pytest.approx(np.sin(angle) if c % 2 == 0 else np.cos(angle))


# --- the run -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("causal", ["no", "yes"])
@pytest.mark.parametrize("placed", ["no", "yes"])
@pytest.mark.parametrize("heads", [1, 2, 3, 4])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_combination_runs_again_the_same(causal: str, placed: str, heads: int, language: Language) -> None:
    raw = {"text": "Le chien voit le chat.", "heads": heads, "causal": causal, "positions": placed, "seed": 3}
    first, again = run(language, **raw), run(language, **raw)
    assert first.oracle is not None and first.oracle.ok
    assert (first.metrics, first.facts, first.figure) == (again.metrics, again.facts, again.figure)
    assert first.metrics["shuffled_positions"] > 1e-3
    assert (first.metrics["shuffled"] > 1e-3) == (causal == "yes")
    json.dumps(first.to_json(), allow_nan=False)
    assert {s.label for s in first.suggestions} and all(s.args for s in first.suggestions)


def test_masked_cells_are_empty() -> None:
    figure = run(causal="yes").figure
    assert figure is not None
    assert figure["values"][0] == pytest.approx([1.0, None, None])


@pytest.mark.parametrize(
    "text",
    ["oui", "oui oui oui", "😀 🎉", "Мама мыла раму", "我爱你", "a\x00b", "\ud800 a", "<b>x</b> & <s>", "mot " * 400],
)
@pytest.mark.parametrize("causal", ["no", "yes"])
def test_odd_texts_get_an_answer(text: str, causal: str) -> None:
    result = run(text=text, causal=causal, heads=2)
    assert result.oracle is not None and result.oracle.ok
    json.dumps(result.to_json(), allow_nan=False).encode()


def test_what_is_said_of_odd_texts() -> None:
    assert "est le seul mot" in facts(text="oui")
    assert "ne peut rien changer" in facts(text="oui oui oui")
    assert "seuls les 24 premiers sont lus" in facts(text="mot " * 400)
    assert "tirés au hasard" in facts(text="bonjour à tous")
    assert "tirés au hasard" not in facts(text="dort, chat, le !")
    assert "toutes ses occurrences reçoivent" in facts(text="le chat et le chien")


@pytest.mark.parametrize(
    "raw",
    [
        {"text": ""},
        {"text": " ?! "},
        {"text": "a" * 2001},
        {"text": "a " * 2_500_000},
        {"heads": 5},
        {"heads": 0},
        {"causal": "perhaps"},
        {"word": "chien"},
        {"word": "le chat"},
        {"word": "!"},
    ],
)
def test_refusals_are_sentences(raw: dict[str, Any]) -> None:
    with pytest.raises(DemoArgumentInvalid) as caught:
        run(**raw)
    for language in ("fr", "en"):
        assert 20 < len(caught.value.text(language)) < 400
