"""The classifier of requests: fitted on small sets, kept, calibrated; its arithmetic against scikit-learn's."""

import threading
from collections import Counter

import numpy as np
import pytest
from conftest import StemEmbedder

from tutor.agent import classifier
from tutor.agent.classifier import FittedLater, IntentClassifier, Stopped, fit, open_classifier, with_questions

EXAMPLES = {
    "ngram_demo": [
        f"entraîne un {n} sur « {text} »" for n in ("bigramme", "trigramme") for text in ("a b", "c d", "x")
    ],
    "course_search": [f"pourquoi {what} ?" for what in ("un bigramme", "un LSTM", "le lissage", "une porte", "BERT")],
    "none": ["il pleut à Lyon", "bonne nuit à toi", "une pizza au fromage", "il neige à Lyon", "une pizza au thon"],
}


@pytest.fixture(scope="module")
def fitted() -> IntentClassifier:
    return fit(EXAMPLES, StemEmbedder())


@pytest.mark.parametrize(
    ("utterance", "label"),
    [
        ("entraîne un bigramme sur « la mer »", "ngram_demo"),
        ("pourquoi un GRU ?", "course_search"),
        ("il neige, une pizza", "none"),
    ],
)
def test_an_utterance_like_the_examples_gets_their_label(fitted: IntentClassifier, utterance: str, label: str) -> None:
    likely = fitted.probabilities(utterance)
    assert next(iter(likely)) == label
    assert list(likely.values()) == sorted(likely.values(), reverse=True)
    assert sum(likely.values()) == pytest.approx(1)


def test_the_probabilities_are_those_of_scikit_learn(fitted: IntentClassifier) -> None:
    """Up to T, fitted apart: the order and the ratios of the scores are the regression's own."""
    said = [utterance for utterances in EXAMPLES.values() for utterance in utterances]
    meant = np.array([label for label, utterances in EXAMPLES.items() for _ in utterances])
    vocabulary, idf = classifier._learn_words(said)
    rows = classifier._matrix(said, StemEmbedder().embed_queries(said), vocabulary, idf)
    scores = classifier._regression().fit(rows, meant).decision_function(rows)
    likely = [fitted.probabilities(utterance) for utterance in said]
    ours = np.log([[p[label] for label in fitted.labels] for p in likely])
    slopes = (ours[:, 0] - ours[:, 1]) / (scores[:, 0] - scores[:, 1])
    assert slopes == pytest.approx(np.full(len(said), slopes[0]), rel=1e-2)


def test_the_temperature_makes_probabilities_honest() -> None:
    """Scores drawn from a known softmax, then sharpened threefold: the fit finds the three."""
    draw = np.random.default_rng(0)
    scores = draw.normal(size=(4000, 3)) * 2
    likely = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    right = np.array([draw.choice(3, p=row) for row in likely])
    assert classifier.fit_temperature(scores * 3, right) == pytest.approx(3, rel=0.1)


def test_what_is_quoted_and_numbers_are_no_words_of_the_request() -> None:
    one = classifier.word_features("un 3-gramme sur « le chat dort »")
    other = classifier.word_features("un 5-gramme sur « pourquoi pas ? »")
    assert Counter(one) == Counter(other)


def test_weights_are_kept_and_read_again(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = open_classifier(tmp_path, StemEmbedder(), EXAMPLES)
    monkeypatch.setattr(classifier, "fit", lambda *args: pytest.fail("it was kept"))
    again = open_classifier(tmp_path, StemEmbedder(), EXAMPLES)
    assert again.probabilities("une pizza") == first.probabilities("une pizza")
    assert classifier.is_kept(tmp_path, StemEmbedder(), EXAMPLES)
    assert not classifier.is_kept(tmp_path, StemEmbedder(), EXAMPLES | {"none": ["oui", "non"]})


def test_a_file_cut_short_is_made_again(tmp_path) -> None:
    open_classifier(tmp_path, StemEmbedder(), EXAMPLES)
    (kept,) = (tmp_path / "routing").iterdir()
    kept.write_bytes(kept.read_bytes()[:100])
    assert next(iter(open_classifier(tmp_path, StemEmbedder(), EXAMPLES).probabilities("une pizza"))) == "none"


def test_a_fit_can_be_stopped() -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(Stopped):
        fit(EXAMPLES, StemEmbedder(), stop)


def test_in_the_background_it_is_none_until_it_is_there(tmp_path) -> None:
    go_on = threading.Event()

    class Slow(StemEmbedder):
        def embed_queries(self, texts):
            go_on.wait(60)
            return super().embed_queries(texts)

    later = FittedLater(tmp_path, Slow(), EXAMPLES)
    assert later() is None
    go_on.set()
    later._thread.join(60)
    found = later()
    assert found is not None
    assert next(iter(found.probabilities("une pizza"))) == "none"
    later.close()


def test_the_questions_of_a_quiz_are_questions_to_the_course() -> None:
    known = EXAMPLES["course_search"][0]
    told = with_questions(EXAMPLES, ["Que retient une cellule ?", known, "x" * 500])
    assert told["course_search"] == [*EXAMPLES["course_search"], "Que retient une cellule ?"]
    assert {label: told[label] for label in ("none", "ngram_demo")} == {
        label: EXAMPLES[label] for label in ("none", "ngram_demo")
    }


@pytest.mark.parametrize("utterance", ["", "?", "«»", "\ud83d\ude00", "« " * 2000, "9" * 4000, "a " * 2000])
def test_silly_input_gets_probabilities(fitted: IntentClassifier, utterance: str) -> None:
    assert sum(fitted.probabilities(utterance).values()) == pytest.approx(1)
