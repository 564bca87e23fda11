"""The toy grammar against Fractions, the two games against torch, exact posteriors, and runs of the demo."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor import figures
from tutor.contracts import DemoResult, Language
from tutor.demos import cloze, registry
from tutor.demos.bert_vs_gpt_demo import Cloze
from tutor.demos.cache import ModelFolder
from tutor.demos.demo import Progress
from tutor.demos.threads import one_thread
from tutor.demos.toy_french import END, MASK, Grammar
from tutor.errors import DemoArgumentInvalid

GRAMMAR = Grammar()


def run(language: Language = "fr", **raw: Any) -> DemoResult:
    return registry.run("bert_vs_gpt", {"steps": 20, **raw}, language=language)


def said(**raw: Any) -> str:
    return " ".join(run(**raw).facts).replace("\u202f", " ").replace("\u00a0", " ")


# --- the grammar -------------------------------------------------------------------------------------------


def test_the_sentences_are_different_and_their_probabilities_sum_to_one() -> None:
    assert len(set(GRAMMAR.sentences)) == len(GRAMMAR.sentences) == len(GRAMMAR.p)
    assert GRAMMAR.p.sum() == pytest.approx(1, abs=1e-12) and GRAMMAR.p.min() > 0


def test_posteriors_by_hand() -> None:
    # Of the 35 parts: soleil 3, bijou 1. « brille » ends the sentence: soleil 7/10 · 5/10, bijou 10/10 · 6/10.
    soleil, bijou = 3 * Fraction(7, 10) * Fraction(5, 10), 1 * Fraction(6, 10)
    both = GRAMMAR.posterior(["le", None, "brille"], whole=True)
    assert both == pytest.approx({"soleil": float(soleil / (soleil + bijou)), "bijou": float(bijou / (soleil + bijou))})
    # After « le »: 20 parts of 35 are masculine nouns… chat 6 of 19, when no adjective (16 of 20) comes first.
    left = GRAMMAR.posterior(["le", None])
    assert left["chat"] == pytest.approx(float(Fraction(6, 19) * Fraction(16, 20)))
    assert left["petit"] == pytest.approx(2 / 20)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 10**6), st.booleans())
def test_posteriors_are_those_of_a_loop_over_the_sentences(which: int, place: int, whole: bool) -> None:
    sentence = GRAMMAR.sentences[which % len(GRAMMAR.sentences)]
    gap = place % len(sentence)
    words: list[str | None] = [None if i == gap else word for i, word in enumerate(sentence)]
    words = words if whole else words[: gap + 1]
    expected: dict[str, float] = {}
    for other, p in zip(GRAMMAR.sentences, GRAMMAR.p, strict=True):
        same = len(other) == len(words) if whole else len(other) > gap
        if same and all(word is None or other[i] == word for i, word in enumerate(words)):
            expected[other[gap]] = expected.get(other[gap], 0) + p
    total = sum(expected.values())
    found = GRAMMAR.posterior(words, whole=whole)
    if not whole:
        found.pop(END, None)
        found = {word: p / sum(found.values()) for word, p in found.items()}
    assert found == pytest.approx({word: p / total for word, p in expected.items()})
    left, both = GRAMMAR.exact(gap)
    row = (both if whole else left)[GRAMMAR.sentences.index(sentence)]
    known = GRAMMAR.posterior(words, whole=whole)
    assert {GRAMMAR.symbols[c]: row[c] for c in np.flatnonzero(row)} == pytest.approx(known)


def test_no_sentence_has_these_words() -> None:
    assert GRAMMAR.posterior(["le", None, "vole"]) == {}
    assert GRAMMAR.posterior([None, *["le"] * 20], whole=True) == {}


# --- the two games -----------------------------------------------------------------------------------------


def test_without_the_mask_the_network_is_torchs_too() -> None:
    _, bert = cloze.new_models(GRAMMAR, 1)
    d, block = cloze.WIDTH, bert.blocks[0]
    x = torch.randn(3, 8, d, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        heads = [(x @ block[f"W_{name}"] + block[f"b_{name}"]).view(3, 8, cloze.HEADS, -1) for name in "QKV"]
        theirs = torch.nn.functional.scaled_dot_product_attention(*(each.transpose(1, 2) for each in heads))
        theirs = theirs.transpose(1, 2).reshape(3, 8, d) @ block["W_O"] + block["b_O"]
        torch.testing.assert_close(bert._attention(x, block), theirs)
        bert.causal = True
        assert float((bert._attention(x, block) - theirs).abs().max()) > 1e-3


def test_losses_by_hand() -> None:
    gpt, bert = cloze.new_models(GRAMMAR, 0)
    end, mask = GRAMMAR.code[END], GRAMMAR.code[MASK]
    w = torch.from_numpy(GRAMMAR.codes[[0, 700]])
    surprises = []
    for row in w:
        words = [int(c) for c in row if c != end]
        scores = gpt.logits(torch.tensor([[end, *words]]))[0].detach().log_softmax(dim=1)
        surprises += [-float(scores[i, c]) for i, c in enumerate([*words, end])]
    assert float(cloze.gpt_loss(gpt, w, end)) == pytest.approx(float(np.mean(surprises)), abs=1e-5)
    hidden = w.clone()
    hidden[0, 2], hidden[1, 0] = mask, mask
    scores = bert.logits(hidden).detach().log_softmax(dim=2)
    expected = -float(scores[0, 2, w[0, 2]] + scores[1, 0, w[1, 0]]) / 2
    assert float(cloze.bert_loss(bert, w, torch.tensor([2, 0]), mask)) == pytest.approx(expected, abs=1e-5)


def test_by_bayes_is_the_product_over_the_sentence() -> None:
    gpt, _ = cloze.new_models(GRAMMAR, 3)
    asked = Cloze.of("le … brille", 0, GRAMMAR)
    P = cloze.by_bayes(gpt, GRAMMAR, asked.codes(GRAMMAR), 1)
    ratio = []
    for word in ("chat", "lune"):
        codes = [GRAMMAR.code[s] for s in (END, "le", word, "brille", END)]
        scores = gpt.logits(torch.tensor([codes[:-1]]))[0].detach().log_softmax(dim=1)
        ratio.append(sum(float(scores[i, code]) for i, code in enumerate(codes[1:])))
    assert np.log(P[GRAMMAR.code["chat"]] / P[GRAMMAR.code["lune"]]) == pytest.approx(ratio[0] - ratio[1], abs=1e-4)
    assert P.sum() == pytest.approx(1)


def test_training_reaches_the_exact_answers_and_only_then() -> None:
    with one_thread():
        untrained = cloze.distances(*cloze.new_models(GRAMMAR, 0), GRAMMAR)
    assert min(untrained) > 0.5
    result = run(steps=400)
    assert result.oracle is not None and result.oracle.ok
    assert result.oracle.error == max(result.metrics["distance_gpt"], result.metrics["distance_bert"])
    assert result.metrics["both"] > 0.5 > 0.3 > result.metrics["left"]
    assert abs(result.metrics["bayes"] - result.metrics["exact_both"]) < 0.1
    facts = " ".join(result.facts)
    assert "a changé la réponse" in facts and "soleil" in facts and "chat" in facts


def test_a_model_that_sees_only_the_left_is_caught() -> None:
    # Two causal models: the one that has to read both sides cannot, and the oracle sees it.
    gpt, _ = cloze.new_models(GRAMMAR, 0)
    blind, _ = cloze.new_models(GRAMMAR, 1)
    with one_thread():
        list(cloze.train(gpt, blind, GRAMMAR, 300, 0))
        distance_gpt, distance_blind = cloze.distances(gpt, blind, GRAMMAR)
    assert distance_gpt < 0.1 < distance_blind


# --- the run -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_run_again_with_and_without_the_cache(language: Language, tmp_path: Any) -> None:
    demo = registry.find("bert_vs_gpt")
    args = registry.parse_arguments(demo, {"steps": 20})
    seed, models = args.pop("seed"), ModelFolder(tmp_path).of("bert_vs_gpt", 1)
    first, kept = (list(demo.run(args, seed=seed, language=language, cache=models))[-1] for _ in range(2))
    again = run(language)
    for other in (kept, again):
        assert isinstance(first, DemoResult) and isinstance(other, DemoResult)
        assert (first.metrics, first.facts, first.figure) == (other.metrics, other.facts, other.figure)
        assert (first.series, first.table) == (other.series, other.table)
    assert isinstance(first, DemoResult)
    json.dumps(first.to_json(), allow_nan=False)
    figures.check(first.figure)
    events = list(demo.run({**args, "text": "la … avance"}, seed=0, language=language, cache=models))
    assert sum(isinstance(event, Progress) for event in events) == 2  # another sentence trains nothing
    assert run(language, seed=1).metrics != first.metrics


def test_it_can_be_stopped_and_shows_the_bars_on_the_way() -> None:
    threads = torch.get_num_threads()
    events = registry.start("bert_vs_gpt", {"steps": 2000}, language="fr")
    seen = [next(events) for _ in range(3)]
    events.close()  # type: ignore[attr-defined]
    assert torch.get_num_threads() == threads
    figures.check(seen[-1].figure)  # type: ignore[union-attr]


def test_the_global_chance_is_left_alone() -> None:
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    run()
    assert torch.rand(1) == expected


@pytest.mark.parametrize(
    ("raw", "written", "hidden"),
    [
        ({"text": "le … brille"}, "le … brille", None),
        ({"text": "Le ___ brille."}, "le … brille", None),
        ({"text": "le [MASK] dort"}, "le … dort", None),
        ({"text": "le ... dort"}, "le … dort", None),
        ({"text": "le chat dort"}, "le … dort", "chat"),
        ({"text": "le vieux chat dort"}, "le vieux … dort", "chat"),
        ({"text": "le chat dort", "position": 3}, "le chat …", "dort"),
        ({"text": "… chat dort"}, "… chat dort", None),
    ],
)
def test_the_gap_is_where_the_text_says(raw: dict[str, Any], written: str, hidden: str | None) -> None:
    read = Cloze.of(raw["text"], raw.get("position", 0), GRAMMAR)
    assert (read.written(), read.hidden) == (written, hidden)
    run(**raw)


def test_what_is_said() -> None:
    assert "Trop peu de pas" in said()
    assert "n’a rien lu" in said(text="… chat dort")
    assert "Le mot caché était « chat »" in said(text="le chat dort")


@pytest.mark.parametrize(
    "raw",
    [
        {"text": "le chien aboie"},
        {"text": "😀"},
        {"text": "…"},
        {"text": "… … dort"},
        {"text": "le … chat brille dans"},
        {"text": "le " * 60 + "…"},
        {"text": "?!"},
        {"text": "Мама мыла … раму"},
        {"text": "le chat dort", "position": 6},
        {"text": "<b>… & `dort`"},
        {"text": "a" * 5_000_000},
        {"text": " "},
        {"position": 8},
        {"steps": 0},
    ],
)
def test_refusals_are_sentences(raw: dict[str, Any]) -> None:
    for language in ("fr", "en"):
        with pytest.raises(DemoArgumentInvalid) as caught:
            run(**raw)
        assert 20 < len(caught.value.text(language)) < 600
