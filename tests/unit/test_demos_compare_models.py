"""The split, the scores and the n-grams against plain loops; runs of the comparison, odd texts, repeated runs."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor import figures
from tutor.contracts import DemoResult, Language
from tutor.demos import registry, runs
from tutor.demos.cache import ModelFolder
from tutor.demos.compare_models_demo import FAMILIES, NETWORKS, Comparison, chosen, gap_facts
from tutor.demos.comparison import (
    CONTEXT,
    HALF,
    LEAST,
    MOST_CHARACTERS,
    MOST_SCORED,
    UNKNOWN,
    Attending,
    Counted,
    Model,
    Recurrent,
    Scores,
    Split,
    in_double,
    loop_error,
    scored,
)
from tutor.demos.corpus import PHRASES
from tutor.demos.demo import Progress
from tutor.demos.ngram_arrays import counted, every_next, held_out_loss, laplace, witten_bell
from tutor.demos.recurrent import CELLS, new_model
from tutor.demos.transformer import GPT
from tutor.errors import DemoArgumentInvalid, DemoTextUnusable

QUICK: dict[str, Any] = {"text": PHRASES, "budget_s": 0.1}


@pytest.fixture(autouse=True)
def torch_is_left_alone() -> Any:
    """Every test of this file leaves torch's seed and threads as it found them."""
    state, threads = torch.get_rng_state(), torch.get_num_threads()
    yield
    assert torch.equal(torch.get_rng_state(), state) and torch.get_num_threads() == threads


def run(language: Language = "fr", **raw: Any) -> DemoResult:
    return registry.run("compare_models", {**QUICK, **raw}, language=language)


def said(result: DemoResult) -> str:
    return " ".join(result.facts).replace("\u202f", " ").replace("\u00a0", " ")


def networks(split: Split) -> dict[str, Model]:
    """One of each, not trained; in double precision, as they are when they are scored."""
    source = torch.Generator().manual_seed(0)
    found: dict[str, Model] = {name: Recurrent(new_model(name, split.V, 5, 6, source)) for name in CELLS}
    gpt = GPT(split.V, 2, 8, 2, CONTEXT, source)
    weights = {name: weight.detach().numpy() for name, weight in gpt.named().items()}
    return {**found, "transformer": Attending(in_double(gpt, weights))}


def models(split: Split) -> dict[str, Model]:
    counted_models = {"laplace": Counted.laplace(split), "witten_bell": Counted.witten_bell(split, 4)}
    return {**counted_models, **networks(split)}


# --- split and scores ----------------------------------------------------------------------------------------


@given(st.integers(LEAST, 60_000))
@settings(max_examples=30, deadline=None)
def test_the_parts_follow_one_another(length: int) -> None:
    text = ("abcdefghij" * (length // 10 + 1))[:length]
    split = Split.of(text)
    assert (split.validation, split.test) == (length * 8 // 10, length * 9 // 10)
    assert len(split.read) - split.test == min(MOST_SCORED, length - split.test)
    assert split.text == text[: len(split.read)]
    assert HALF < len(split.training) <= len(split.validated) <= split.test


def test_the_alphabet_comes_from_the_training_part() -> None:
    text = "chat " * 80 + "é" + "chat " * 40 + "ζζζζ" + UNKNOWN
    split = Split.of(text)
    assert split.characters == (UNKNOWN, *sorted(set("chat ")))  # é once: what the unknown is learned from
    assert (split.training == 0).sum() == 1 and (split.read[split.test :] == 0).sum() == 5
    many = Split.of("".join(chr(0x4E00 + i % 400) for i in range(2000)))
    assert many.V == MOST_CHARACTERS + 1


@pytest.mark.parametrize("text", ["", "a" * (LEAST - 1), " " * 2000, UNKNOWN * 2000])
def test_what_cannot_be_split_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="short"):
        Split.of(text)


@given(st.lists(st.lists(st.sampled_from([1, 1, 2, 3, 8]), min_size=4, max_size=4), min_size=1, max_size=8), st.data())
@settings(max_examples=50, deadline=None)
def test_scores_by_hand(weights: list[list[int]], data: st.DataObject) -> None:
    p = np.array(weights) / np.sum(weights, axis=1)[:, None]
    answers = [data.draw(st.integers(0, 3)) for _ in weights]
    scores = scored(np.log(p), np.array(answers))
    for row, answer, bits, rank in zip(weights, answers, scores.bits, scores.ranks, strict=True):
        assert bits == pytest.approx(-math.log2(row[answer] / sum(row)))
        assert sorted(range(4), key=lambda code: (-row[code], code))[rank] == answer
    assert scores.top(4) == 1 and scores.top(1) <= scores.top(3)


# --- n-grams -------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 3), min_size=6, max_size=60), st.lists(st.integers(0, 4), min_size=1), st.integers(2, 4))
@settings(max_examples=50, deadline=None)
def test_distributions_sum_to_one_and_hold_the_answers(training: list[int], held_out: list[int], n: int) -> None:
    text, V = np.array(training + held_out), 5
    first = len(training)
    tables = [counted(text[:first], V, m) for m in range(1, n + 1)]
    histories = np.lib.stride_tricks.sliding_window_view(text[first - n + 1 : -1], n - 1)
    P = witten_bell(tables, every_next(histories, V), V)
    np.testing.assert_allclose(P.sum(axis=1), 1, atol=1e-12)
    loss = -np.log(P[np.arange(len(P)), text[first:]]).mean()
    assert loss == pytest.approx(held_out_loss(text[:first], text[first:], V, n), abs=1e-12)


@given(st.lists(st.integers(0, 3), min_size=3, max_size=60), st.integers(1, 3), st.data())
@settings(max_examples=50, deadline=None)
def test_laplace_against_a_loop(training: list[int], n: int, data: st.DataObject) -> None:
    history = [data.draw(st.integers(0, 4)) for _ in range(n - 1)]
    row = laplace(counted(np.array(training), 5, n), every_next(np.array([history], dtype=np.int64), 5), 5)[0]
    seen = [training[i + n - 1] for i in range(len(training) - n + 1) if training[i : i + n - 1] == history]
    assert row.tolist() == pytest.approx([(seen.count(code) + 1) / (len(seen) + 5) for code in range(5)])


def test_runs_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="integer"):
        counted(np.array([0, 1]), 2000, 6)


# --- models --------------------------------------------------------------------------------------------------


@given(st.integers(0, 2**20), st.integers(1, 3 * HALF))
@settings(max_examples=15, deadline=None)
def test_probabilities_at_every_place_and_nobody_looks_ahead(seed: int, N: int) -> None:
    split = Split.of(PHRASES)
    text = np.random.default_rng(seed).integers(0, split.V, HALF + N + 7)
    for name, model in models(split).items():
        log_p = model.log_p(text, HALF)
        assert log_p.shape == (N + 7, split.V)
        np.testing.assert_allclose(np.exp(log_p).sum(axis=1), 1, atol=1e-9)
        np.testing.assert_allclose(model.log_p(text[:-7], HALF), log_p[:N], atol=1e-9, err_msg=name)


@pytest.mark.parametrize("text", [PHRASES, "Мама мыла раму. " * 40, "oui " * 200, "x😀" * 250 + "été\n" * 60])
def test_every_place_scored_by_a_loop(text: str) -> None:
    split = Split.of(text)
    found = models(split)
    answers = split.read[split.test :]
    scores = {name: scored(model.log_p(split.read, split.test), answers) for name, model in found.items()}
    assert loop_error(found, scores, split, range(len(answers))) < 1e-9


def test_the_loop_sees_a_model_that_has_read_the_test() -> None:
    split = Split.of(PHRASES)
    answers, places = split.read[split.test :], range(40)
    cheat = Counted(3, split.V, [counted(split.read, split.V, m) for m in (1, 2, 3)], witten_bell)
    scores = {"cheat": scored(cheat.log_p(split.read, split.test), answers)}
    assert loop_error({"cheat": cheat}, scores, split, places) > 0.1


@pytest.mark.parametrize("name", ["laplace", "witten_bell", "lstm", "transformer"])
def test_the_loop_sees_other_characters_scored(name: str) -> None:
    split = Split.of(PHRASES)
    model = models(split)[name]
    shifted = scored(model.log_p(split.read, split.test - 1)[:-1], split.read[split.test :])
    assert loop_error({name: model}, {name: shifted}, split, range(40)) > 0.01


def test_continuations_are_drawn_and_never_unknown() -> None:
    split = Split.of(PHRASES)
    for model in models(split).values():
        for start in ([1], split.codes("Le modèle"), [0, 0, 0]):
            drawn = model.write(start, 50, 3)
            assert len(drawn) == 50 and 0 not in drawn and max(drawn) < split.V
            assert drawn == model.write(start, 50, 3) != model.write(start, 50, 4)
        assert model.write([1], 0, 0) == []
    fair = Counted.witten_bell(Split.of("abc " * 300), 4)
    assert fair.write([2, 3, 4], 8, 0) == [1, 2, 3, 4, 1, 2, 3, 4]  # space, a, b, c


# --- runs ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("models", "families"),
    [
        ("all", FAMILIES),
        ("Tous", FAMILIES),
        ("ngram,lstm", ("ngram", "lstm")),
        ("LSTM contre n-gramme", ("ngram", "lstm")),
        ("gru; rnn ; gru", ("rnn", "gru")),
        ("Witten-Bell et mini-GPT", ("ngram", "transformer")),
    ],
)
def test_models_are_read_from_a_list(models: str, families: tuple[str, ...]) -> None:
    assert chosen(models) == families


@pytest.mark.parametrize("models", ["bert", "ngram,bert", ",", "et", "lstm\x00", "😀", "a" * 100])
def test_unknown_models_are_refused_with_the_known_ones(models: str) -> None:
    with pytest.raises(DemoArgumentInvalid) as caught:
        run(models=models)
    for language in ("fr", "en"):
        assert all(name in caught.value.text(language) for name in FAMILIES) and len(caught.value.text(language)) < 300


@pytest.mark.parametrize(
    "raw", [{"text": "a" * (LEAST - 1)}, {"text": "trop court"}, {"text": "a" * 5_000_000}, {"n": 1}, {"n": 7},
            {"budget_s": 0}, {"budget_s": 11}, {"budget_s": "nan"}, {"text": UNKNOWN * 600}],
)  # fmt: skip
def test_refusals_are_sentences(raw: dict[str, Any]) -> None:
    with pytest.raises(DemoArgumentInvalid) as caught:
        run(**raw)
    assert 20 < len(caught.value.text("fr")) < 400 and next(iter(raw)) in caught.value.text("en")
    if raw.get("text") == "trop court":
        assert isinstance(caught.value, DemoTextUnusable) and str(LEAST) in caught.value.text("fr")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_run_again_with_and_without_the_cache(language: Language, tmp_path: Path) -> None:
    demo = registry.find("compare_models")
    cache = ModelFolder(tmp_path).of(demo.name, demo.version)
    first, kept = (list(registry.start(demo.name, QUICK, language=language, cache=cache))[-1] for _ in range(2))
    assert isinstance(first, DemoResult) and isinstance(kept, DemoResult)
    again = run(language, **{**first.args, "seed": first.seed})
    for other in (kept, again):
        assert runs.differences(first.metrics, other.metrics, demo) == {}
        assert (first.series, first.figure) == (other.series, other.figure)
    bare = [
        [fact for fact in result.facts if not re.search(r"\d s\.$", fact)] for result in (first, kept, again)
    ]  # the others say how long it took
    assert bare[0] == bare[1] == bare[2] and len(bare[0]) > 10
    assert kept.metrics == {**first.metrics, **{k: kept.metrics[k] for k in ("seconds_laplace", "seconds_witten_bell")}}
    assert len(list(tmp_path.glob("*.npz"))) == len(NETWORKS)
    list(registry.start(demo.name, {**QUICK, "prompt": "Le chien", "n": 3}, language=language, cache=cache))
    assert len(list(tmp_path.glob("*.npz"))) == len(NETWORKS)


def test_another_seed_gives_other_networks_and_the_same_ngrams() -> None:
    first, other = run(models="ngram,rnn", seed=1), run(models="ngram,rnn", seed=2)
    assert first.metrics["bits_rnn"] != other.metrics["bits_rnn"]
    assert first.metrics["bits_witten_bell"] == other.metrics["bits_witten_bell"]


def test_every_model_stands_in_the_table_the_figure_and_the_facts() -> None:
    result = run()
    assert result.oracle is not None and result.oracle.ok and result.oracle.error < 1e-9
    assert result.table is not None and result.figure is not None
    names = [row[0] for row in result.table["rows"]]
    assert len(names) == 6 and all(len(row) == len(result.table["columns"]) for row in result.table["rows"])
    figures.check(result.figure)
    bars, curves = result.figure["panels"]
    assert [len(curve["x"]) for curve in curves["curves"]] == [11] * 4 and bars["labels"] == names
    for name in names:
        assert any(fact.startswith(name) for fact in result.facts), name
    assert result.metrics["steps_rnn"] == 18 and result.metrics["steps_gru"] == 10  # 0.1 s of each
    assert result.metrics["top1_lstm"] <= result.metrics["top3_lstm"]
    json.dumps(result.to_json(), allow_nan=False)


def test_the_fair_ngram_and_the_networks_are_weighed() -> None:
    words = said(run(models="ngram,lstm"))  # 7 steps: nothing learned yet
    assert "bat tous les réseaux" in words and "comble" not in words and "erreurs types" in words
    trained = run(models="ngram,rnn", budget_s=2, n=2)  # an n-gram that is not the strongest
    assert trained.metrics["bits_rnn"] < trained.metrics["bits_witten_bell"] and trained.metrics["n"] == 2
    assert "gap_closed" in trained.metrics or "bat le n-gramme" in said(trained)
    assert trained.metrics["best_n"] > 2 and "n’est pas le plus fort" in said(trained)
    difference = trained.metrics["bits_witten_bell"] - trained.metrics["bits_rnn"]
    assert trained.metrics["difference"] == pytest.approx(difference)


@pytest.mark.parametrize(
    ("ngram", "network", "expected"),
    [
        (2.0, 1.5, "comble 80 % de l’écart"),
        (1.5, 2.0, "bat tous les réseaux de 0,50 bit"),
        (2.0, 2.01, "au coude à coude : 0,01 bit"),
        (5.0, 2.0, "bat le n-gramme"),
    ],
)
def test_what_is_said_follows_the_scores(ngram: float, network: float, expected: str) -> None:
    comparison = Comparison(
        Split.of(PHRASES), {"n": None}, 0, n=4, best_n=4, steps={"rnn": 10}, curves={"rnn": [(0, 1)]}
    )
    comparison.models = models(comparison.split)
    del comparison.models["lstm"], comparison.models["gru"], comparison.models["transformer"]
    wobble = np.resize([-0.1, 0.1], 200)
    for name, mean in (("laplace", 4.0), ("witten_bell", ngram), ("rnn", network)):
        comparison.scores[name] = Scores(np.full(200, mean) + (wobble if name == "rnn" else 0), np.zeros(200, int))
        comparison.seconds[name] = 1.0
    words = " ".join(gap_facts(comparison, comparison.metrics(), "fr")).replace("\u202f", " ").replace("\u00a0", " ")
    assert expected in words
    assert ("ne dépasse pas deux erreurs types" in words) == (abs(ngram - network) < 0.015)
    assert ("épouvantail" in words) == (ngram < 4)


def test_the_best_weights_on_the_validation_part_are_kept() -> None:
    text = "".join(np.random.default_rng(0).choice(list("abcdefgh"), 700))  # noise: learning it by heart must hurt
    result = run(text=text, models="rnn", budget_s=2)
    validation = [point["validation"] for point in result.series]
    assert validation[-1] > min(validation) + 0.1
    assert result.metrics["best_step_rnn"] < result.metrics["steps_rnn"]
    assert result.metrics["bits_rnn"] < 3.4  # log2 8 = 3
    assert "ces poids-là" in said(result)


@pytest.mark.parametrize(
    "text",
    [
        "oui " * 150,
        "a" * LEAST,
        "😀🎉" * 300,
        "Мама мыла раму. " * 40,
        "我爱你。" * 150,
        "".join(chr(0x4E00 + i) for i in range(900)),
        "x\x00y\ud800 " * 120,
        "<s> & `b` {n} %s" * 40,
    ],
)
def test_odd_texts_get_an_answer(text: str) -> None:
    result = run(text=text, prompt=text[:5])
    assert result.oracle is not None and result.oracle.ok
    json.dumps(result.to_json(), allow_nan=False, ensure_ascii=False).encode()
    figures.check(result.figure)


@pytest.mark.parametrize("prompt", ["", " ", "😀", "\n", "z" * 500, "{n}"])
def test_odd_prompts_get_an_answer(prompt: str) -> None:
    result = run(models="ngram,gru", prompt=prompt)
    assert result.oracle is not None and result.oracle.ok
    assert ("ne connaissent pas" in said(result)) == (prompt in ("😀", "{n}") or prompt.startswith("z"))


def test_ngrams_alone_need_no_network() -> None:
    result = run(models="ngram")
    assert set(result.metrics) & {f"bits_{name}" for name in NETWORKS} == set()
    assert result.figure is not None and result.series == []
    figures.check(result.figure)
    assert {"models": "ngram,lstm"} in [suggestion.args for suggestion in result.suggestions]


def test_a_run_shows_its_curves_and_can_be_left() -> None:
    events = registry.start("compare_models", {"models": "ngram,gru", "budget_s": 10}, language="fr")
    shown = [next(events) for _ in range(3)]
    events.close()  # type: ignore[attr-defined]  # a generator, as documented
    assert all(isinstance(event, Progress) for event in shown)
    assert shown[0].step == 0 and 0 < shown[1].step < shown[2].step < 630  # type: ignore[union-attr]
    figures.check(shown[-1].figure)  # type: ignore[union-attr]
