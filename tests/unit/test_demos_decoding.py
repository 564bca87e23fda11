"""Temperature, top-k and top-p against transformers' own, draws against χ², and runs of the demo on a made-up model."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tutor import compose, figures
from tutor.contracts import DemoResult, Language, NextTokenProbabilities
from tutor.demos import registry
from tutor.demos.decoding import decoded, draw, entropy, softmax, top_k, top_p
from tutor.demos.decoding_demo import chi_square
from tutor.demos.demo import Progress
from tutor.demos.laboratory import Laboratory
from tutor.demos.next_word import CourseTrigram
from tutor.errors import DemoArgumentInvalid, ModelStopped, ProbabilitiesNotOffered, PromptTooLong, TutorError
from tutor.models.probability import log_softmax
from tutor.models.scripted import demonstration
from tutor.models.server import ServerModel
from tutor.settings import Settings


class MadeUp:
    """A model of seven tokens, the last two without a text; it reads the letters of one as their codes."""

    name = "made-up"

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds, self.asked, self.stopped = seconds, [], threading.Event()  # type: ignore[var-annotated]

    def tokenize(self, text: str) -> list[int]:
        return [ord(letter) for letter in text]

    def token_piece(self, token: int) -> bytes:
        return [b" le", b" la", b"\n", b"s", b"\xc3", b"", b""][token]

    def ends_text(self, token: int) -> bool:
        return token == 5

    def next_logprobs(
        self, tokens: Sequence[int], *, cancel: threading.Event | None = None
    ) -> np.ndarray[Any, np.dtype[np.float64]]:
        self.asked.append("".join(map(chr, tokens)))
        until = time.monotonic() + self.seconds
        while time.monotonic() < until:
            if cancel is not None and cancel.is_set():
                self.stopped.set()
                raise ModelStopped
            time.sleep(0.01)
        return np.log(np.array([8, 4, 2, 1, 0.5, 0.25, 0.25]) / 16)


def run(language: Language = "fr", **raw: Any) -> DemoResult:
    return registry.run("decoding_demo", raw, language=language)


# --- the rules ---------------------------------------------------------------------------------------------

SCORES = st.lists(st.floats(-30, 30, width=32), min_size=2, max_size=40, unique=True)


@settings(max_examples=150, deadline=None)
@given(SCORES, st.floats(0.05, 5), st.integers(1, 45), st.floats(0.05, 0.99))
def test_the_rules_are_those_of_transformers(scores: list[float], T: float, k: int, p: float) -> None:
    from transformers import TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper

    s = torch.tensor([scores], dtype=torch.float64)
    warmed = TemperatureLogitsWarper(T)(None, s)  # type: ignore[arg-type]
    np.testing.assert_allclose(softmax(np.array(scores), T), warmed.softmax(dim=1)[0], atol=1e-12)
    cut = TopKLogitsWarper(k)(None, warmed)  # type: ignore[arg-type]
    warmed_P = softmax(np.array(scores), T)
    ranked = np.sort(warmed_P)[::-1]
    assume(k >= len(ranked) or ranked[k - 1] > ranked[k] or ranked[k] == 0)  # unlike scores may round to equal P
    P = top_k(warmed_P, k)
    np.testing.assert_allclose(P, cut.softmax(dim=1)[0], atol=1e-12)
    sums = np.cumsum(np.sort(P)[::-1])
    if np.abs(sums - p).min() > 1e-9 and len(set(P[P > 0])) == (P > 0).sum():  # nothing at the edge, no ties
        theirs = TopPLogitsWarper(p)(None, cut).softmax(dim=1)[0]  # type: ignore[arg-type]
        np.testing.assert_allclose(decoded(np.array(scores), T, k, p), theirs, atol=1e-12)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.integers(-30_000, 30_000), min_size=2, max_size=40, unique=True),
    st.floats(0.05, 5),
    st.integers(0, 45),
    st.floats(0.05, 1),
)
def test_log_probabilities_serve_as_scores(thousandths: list[int], T: float, k: int, p: float) -> None:
    s = np.array(thousandths, dtype=np.float32) / 1000
    ours = log_softmax(s)
    np.testing.assert_allclose(softmax(ours, T), softmax(s, T), rtol=1e-9, atol=1e-12)
    sums = np.cumsum(np.sort(top_k(softmax(s, T), k))[::-1])
    if p == 1 or np.abs(sums - p).min() > 1e-9:  # nothing at the edge
        np.testing.assert_allclose(decoded(ours, T, k, p), decoded(s, T, k, p), rtol=1e-9, atol=1e-12)


def test_the_rules_by_hand() -> None:
    P = np.array([0.5, 0.2, 0.2, 0.1])
    assert top_p(P, 0.5).tolist() == [1, 0, 0, 0]
    assert top_p(P, 0.51).round(4).tolist() == [0.7143, 0.2857, 0, 0]  # of equal ones the first
    assert top_p(P, 1.0) is P and top_k(P, 0) is P and top_k(P, 99) == pytest.approx(P)
    assert softmax(np.array([1.0, 3.0, 3.0]), 0).tolist() == [0, 1, 0]
    assert softmax(np.array([1.0, 3.0]), 1e-310).tolist() == [0, 1]
    assert entropy(np.array([1.0, 0.0])) == 0


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**31 - 1), st.lists(st.integers(0, 20), min_size=2, max_size=8).filter(any))
def test_draws_have_the_frequencies_of_the_probabilities(seed: int, weights: list[int]) -> None:
    P = np.array(weights) / sum(weights)
    drawn = draw(P, 4000, np.random.default_rng(seed))
    assert (P[drawn] > 0).all()  # what has no probability never comes
    assert chi_square(P, drawn).get("p_value", 1) > 1e-6
    other = np.roll(np.array([0.6, 0.4] + [0.0] * 6), 1)
    wrong = draw(other, 4000, np.random.default_rng(seed))
    assert chi_square(np.array([0.0, 0.5, 0.5] + [0.0] * 5), wrong)["p_value"] < 1e-6


def test_chi_square_is_scipys() -> None:
    from scipy.stats import chisquare

    P = np.array([0.5, 0.3, 0.2])
    drawn = draw(P, 500, np.random.default_rng(3))
    theirs = chisquare(np.bincount(drawn), 500 * P)
    ours = chi_square(P, drawn)
    assert (ours["chi2"], ours["p_value"]) == pytest.approx((theirs.statistic, theirs.pvalue))
    assert ours["degrees"] == 2


@pytest.mark.parametrize("text", ["le chat", "😀", "", "Мама", "un deux trois quatre", "\ud800"])
def test_the_trigram_is_a_distribution_whatever_it_reads(text: str) -> None:
    model = CourseTrigram()
    logprobs = model.next_logprobs(model.tokenize(text))
    assert np.exp(logprobs).sum() == pytest.approx(1, abs=1e-12)
    best = int(logprobs.argmax())
    assert model.token_piece(best).startswith(b" ") and not model.ends_text(best)


def test_the_trigram_sees_two_words_and_wants_a_token() -> None:
    model = CourseTrigram()
    near, far = (model.next_logprobs(model.tokenize(text)) for text in ("un modèle de", "le chat lit un modèle de"))
    assert (near == far).all()
    assert (near != model.next_logprobs(model.tokenize("deux modèles de"))).any()
    with pytest.raises(ValueError, match="at least one token"):
        model.next_logprobs([])


# --- the run -----------------------------------------------------------------------------------------------


def test_without_a_model_the_trigram_answers_and_says_so() -> None:
    result = run()
    assert result.args["model"] == "ngram" and "trigramme" in result.facts[0]
    assert result.oracle is not None and result.oracle.ok and result.metrics["p_value"] > 1e-6
    assert 1 < result.metrics["kept"] < result.metrics["V"]
    assert result.metrics["entropy_decoded"] < result.metrics["entropy"]


def test_an_open_model_is_asked_and_named() -> None:
    model = MadeUp()
    laboratory = Laboratory(opened=lambda: model)
    result = laboratory.run("decoding", {"text": "abc", "temperature": 1, "top_p": 0.8}, language="fr")
    assert model.asked == ["abc"] and "made-up" in result.facts[0]
    # 8/16, 4/16, 2/16: the third reaches 0.8; then divided by 14/16.
    assert result.metrics["kept"] == 3 and result.metrics["mass"] == pytest.approx(14 / 16)
    assert result.metrics["top"] == pytest.approx(0.5) and result.metrics["top_decoded"] == pytest.approx(8 / 14)
    assert result.table is not None and [row[0] for row in result.table["rows"]] == [
        *("␣le", "␣la", "⏎", "s"),
        *("\ufffd", "⟨fin du texte⟩", "⟨jeton 6⟩"),  # half a character; two tokens that write nothing
    ]
    for choice in ("ngram", "local"):
        assert laboratory.run("decoding", {"model": choice}, language="en").args["model"] == choice
    assert len(model.asked) == 2


def test_a_run_again_gives_the_same_and_names_the_same_model() -> None:
    first = run(seed=4, top_k=7)
    again = run("fr", **first.args, seed=first.seed)
    assert (first.metrics, first.facts, first.figure, first.table) == (
        again.metrics,
        again.facts,
        again.figure,
        again.table,
    )
    assert run(seed=5, top_k=7).metrics["chi2"] != first.metrics["chi2"]
    json.dumps(first.to_json(), allow_nan=False)
    figures.check(first.figure)


def test_no_open_model_where_one_is_wanted() -> None:
    with pytest.raises(DemoArgumentInvalid) as caught:
        run(model="local")
    assert "model=ngram" in caught.value.text("fr")


def broken() -> NextTokenProbabilities:
    raise PromptTooLong(tokens=9, limit=8)


def a_server() -> NextTokenProbabilities:
    server = ServerModel.__new__(ServerModel)  # no server is needed to be told that it shows nothing
    server.source = "http://127.0.0.1/v1"
    return server


@pytest.mark.parametrize(("opened", "error"), [(broken, PromptTooLong), (a_server, ProbabilitiesNotOffered)])
def test_a_model_that_does_not_answer_is_replaced_unless_it_was_asked_for(
    opened: Callable[[], NextTokenProbabilities], error: type[TutorError]
) -> None:
    laboratory = Laboratory(opened=opened)
    result = laboratory.run("decoding", {}, language="fr")
    assert result.args["model"] == "ngram" and "trigramme" in result.facts[0]
    with pytest.raises(error):
        laboratory.run("decoding", {"model": "local"}, language="fr")


def test_what_a_script_makes_up_is_not_shown_as_a_model(tmp_path: Path) -> None:
    chosen = Settings(home=tmp_path, model="scripted")
    for laboratory in (compose.laboratory(chosen), compose.laboratory(chosen, demonstration)):
        assert laboratory.run("decoding", {}, language="fr").args["model"] == "ngram"


def test_a_busy_model_is_waited_for_in_view_and_can_be_left() -> None:
    model = MadeUp(seconds=60)
    events = Laboratory(opened=lambda: model).start("decoding", {}, language="fr")
    seen = [next(events) for _ in range(3)]
    assert all(isinstance(event, Progress) for event in seen)
    events.close()
    assert model.stopped.is_set()


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    "raw",
    [
        {"temperature": 0},
        {"temperature": 5, "top_p": 1},
        {"temperature": 0.001},
        {"top_k": 1},
        {"top_p": 0.01},
        {"text": "😀"},
        {"text": "<b> & `x` \x00 \ud800"},
        {"text": "Мама мыла раму"},
        {"text": "a" * 2000},
        {"text": "oui " * 400},
    ],
)
def test_odd_requests_get_an_answer(language: Language, raw: dict[str, Any]) -> None:
    result = run(language, **raw)
    assert result.oracle is not None and result.oracle.ok
    json.dumps(result.to_json(), allow_nan=False, ensure_ascii=False).encode()
    for suggestion in result.suggestions:
        registry.parse_arguments(registry.find("decoding"), {**result.args, **suggestion.args})


@pytest.mark.parametrize(
    "raw",
    [{"text": " "}, {"text": "a" * 5_000_000}, {"temperature": -1}, {"top_k": -1}, {"top_p": 0}, {"model": "gpt"}],
)
def test_refusals_are_sentences(raw: dict[str, Any]) -> None:
    with pytest.raises(DemoArgumentInvalid) as caught:
        run(**raw)
    assert 20 < len(caught.value.text("fr")) < 400
