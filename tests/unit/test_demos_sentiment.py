"""The sentiment classifier: data that does not leak, the mask, torch, scikit-learn, runs of the demo."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor import figures
from tutor.contracts import DemoResult, Language
from tutor.demos import registry, reviews, wording
from tutor.demos.demo import Progress
from tutor.demos.sentiment import Vocabulary, cross_entropy, new_classifier, train, words
from tutor.demos.sentiment_demo import Bag, Data, check
from tutor.errors import DemoTextUnusable

QUICK = {"epochs": 1, "hidden": 4}


@pytest.fixture(autouse=True)
def torch_is_left_alone() -> Any:
    state, threads = torch.get_rng_state(), torch.get_num_threads()
    yield
    assert torch.equal(torch.get_rng_state(), state) and torch.get_num_threads() == threads


def run(language: Language = "fr", **raw: Any) -> DemoResult:
    return registry.run("sentiment_demo", raw, language=language)


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


# --- the reviews ---------------------------------------------------------------------------------------------


def test_no_frame_and_no_review_is_in_two_parts() -> None:
    frames = {part: {f for those in kinds.values() for f in those} for part, kinds in reviews.FRAMES.items()}
    texts = {part: {" ".join(words(r.text)) for r in those} for part, those in reviews.made().items()}
    for of in (frames, texts):
        for a, b in (("train", "test"), ("train", "validation"), ("validation", "test")):
            assert not of[a] & of[b]


def test_the_frames_do_not_tell_the_answer() -> None:
    adjectives = set(reviews.POSITIVE) | set(reviews.NEGATIVE)
    for those in reviews.made().values():
        answers: dict[tuple[str, ...], list[bool]] = {}
        for review in those:
            frame = tuple(
                "·" if w in adjectives else w for w in words(review.text) if w not in " ".join(reviews.SUBJECTS)
            )
            answers.setdefault(frame, []).append(review.positive)
        assert all(2 * sum(found) == len(found) for found in answers.values())


@pytest.mark.parametrize(
    ("text", "positive"),
    [("est drôle", True), ("est nul", False), ("n’est pas drôle", False), ("n’est pas nul", True)],
)
def test_what_the_reviews_say(text: str, positive: bool) -> None:
    found = [r for r in reviews.made()["train"] if r.text.endswith(text) and r.text.startswith("ce ")]
    assert found and all(review.positive is positive for review in found)


def test_reviews_of_an_order_come_in_twos() -> None:
    test = [r for r in reviews.made()["test"] if r.kind == "order"]
    for first, second in zip(test[::2], test[1::2], strict=True):
        assert sorted(words(first.text)) == sorted(words(second.text)) and first.text != second.text
        assert first.positive is not second.positive
    assert sum(review.positive for review in reviews.BY_HAND) == 6


# --- the classifier ------------------------------------------------------------------------------------------


@given(
    st.lists(st.lists(st.sampled_from("abcdé"), min_size=1, max_size=9), min_size=1, max_size=6), st.integers(0, 2**20)
)
@settings(max_examples=25, deadline=None)
def test_padding_changes_nothing_and_torch_agrees(those: list[list[str]], seed: int) -> None:
    vocabulary = Vocabulary.of(those, least=1)
    model = new_classifier(len(vocabulary.words), D=3, H=4, generator=seeded(seed))
    together = model.probabilities(*vocabulary.numbers(those))
    alone = torch.cat([model.probabilities(*vocabulary.numbers([review])) for review in those])
    torch.testing.assert_close(together, alone)
    oracle = check(model, *vocabulary.numbers(those))
    assert oracle.ok and oracle.error < 1e-12


def test_the_check_sees_a_missing_mask(monkeypatch: pytest.MonkeyPatch) -> None:
    vocabulary = Vocabulary.of([["a", "b"]], least=1)
    model = new_classifier(4, D=3, H=4, generator=seeded(0))
    table, lengths = vocabulary.numbers([["a"], ["a", "b", "a"]])
    assert check(model, table, lengths).ok
    masked = model.probabilities
    monkeypatch.setattr(model, "probabilities", lambda table, lengths: masked(table, torch.full_like(lengths, 3)))
    assert not check(model, table, lengths).ok


def test_the_loss_agrees_with_torch() -> None:
    scores = torch.tensor([-800.0, -1.0, 0.0, 2.0, 800.0], dtype=torch.float64)
    positive = torch.tensor([0.0, 1, 1, 0, 1], dtype=torch.float64)
    reference = torch.nn.functional.binary_cross_entropy_with_logits(scores, positive)
    torch.testing.assert_close(cross_entropy(scores, positive), reference)


def test_it_learns_a_negation_that_a_bag_of_words_cannot() -> None:
    those = [["bon"], ["mauvais"], ["pas", "bon"], ["pas", "mauvais"]] * 8
    positive = torch.tensor([1.0, 0, 0, 1] * 8, dtype=torch.float64)
    vocabulary = Vocabulary.of(those)
    model = new_classifier(len(vocabulary.words), D=6, H=8, generator=seeded(0))
    table, lengths = vocabulary.numbers(those)
    epochs = [
        x for x in train(model, table, lengths, positive, epochs=60, rate=0.03, generator=seeded(1)) if x is not None
    ]
    assert epochs[-1] < epochs[0] / 3
    assert ((model.probabilities(table, lengths) > 0.5) == (positive > 0.5)).all()
    bag = Bag(1).fit(those, positive.numpy() > 0.5)
    assert np.mean((bag.probabilities(those) > 0.5) == (positive.numpy() > 0.5)) <= 0.75
    bigrams = Bag(2).fit(those, positive.numpy() > 0.5)
    assert np.mean((bigrams.probabilities(those) > 0.5) == (positive.numpy() > 0.5)) == 1


def test_a_bag_of_words_gives_the_same_answer_to_the_same_words() -> None:
    data = Data()
    bag = Bag(1).fit(data.words["train"], data.positive["train"])
    a, b = bag.probabilities([words("bon, pas mauvais"), words("mauvais, pas bon")])
    assert a == b


# --- runs ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("text", ["Ce film n’est pas drôle.", "Quel navet ! Zéro.", "😀", "Мама мыла раму", "non"])
def test_every_metric_is_in_a_fact(language: Language, text: str) -> None:
    result = run(language, text=text, **QUICK)
    said = " ".join(result.facts)
    for name, value in result.metrics.items():
        if name == "unknown" and value == 0:
            continue
        share = name.startswith(("accuracy", "negated", "pairs"))
        decimals = (
            2 if (name.startswith("p") and not share and name != "parameters") or name == "loss_validation" else 0
        )
        assert wording.number(100 * value if share else value, language, decimals) in said, name
    assert result.oracle is not None and result.oracle.ok
    figures.check(result.figure)
    json.dumps(result.to_json(), allow_nan=False, ensure_ascii=False).encode()


def test_negation_flips_the_lstm_and_not_the_bag() -> None:
    result = run()
    assert result.metrics["p"] < 0.5 < result.metrics["p_without"] and result.metrics["p_words"] > 0.5
    assert result.metrics["pairs_words"] == 0 and result.metrics["pairs"] > 0.5
    assert result.metrics["accuracy"] > result.metrics["accuracy_words"]
    said = " ".join(result.facts)
    assert "la négation renverse sa réponse" in said and "ne sont pas d’accord" in said


def test_the_table_counts_the_whole_test() -> None:
    result = run(**QUICK)
    assert result.table is not None
    for row in result.table["rows"]:
        tp, fp, fn, tn, accuracy, precision, recall, f1 = row[1:]
        assert tp + fn == fp + tn == 180 and accuracy == (tp + tn) / 360
        if tp:
            assert np.isclose(f1, 2 * precision * recall / (precision + recall))


def test_unknown_words_are_said_to_be() -> None:
    said = " ".join(run(text="Quel navet", **QUICK).facts)
    assert "aucun mot" in said and "« navet »".replace(" ", "\u202f") in said
    assert "navet" in " ".join(run(text="ce navet est nul", **QUICK).facts)


@pytest.mark.parametrize("text", ["", " ", "?!", "…", "a" * 2001])
def test_a_text_without_words_is_refused(text: str) -> None:
    with pytest.raises(DemoTextUnusable) as caught:
        run(text=text)
    assert "text" in caught.value.text("fr") and len(caught.value.text("fr")) < 400


@pytest.mark.parametrize("text", ["pas " * 400, "nul", "<b>nul</b>", "\ud800 nul", "a\x00b"])
def test_odd_texts_get_an_answer(text: str) -> None:
    figures.check(run(text=text, **QUICK).figure)


def test_same_seed_same_classifier_with_and_without_the_cache() -> None:
    kept: dict[str, Any] = {}

    class Memory:
        def load(self, settings: Any) -> Any:
            return kept.get(json.dumps(settings, sort_keys=True))

        def save(self, settings: Any, arrays: Any) -> None:
            kept[json.dumps(settings, sort_keys=True)] = {name: np.array(a) for name, a in arrays.items()}

    raw = {**QUICK, "epochs": 2}
    first, again = (list(registry.start("sentiment", raw, language="fr", cache=Memory()))[-1] for _ in range(2))
    plain, other = run(**raw), run(**raw, seed=1)
    assert isinstance(first, DemoResult) and isinstance(again, DemoResult) and len(kept) == 1
    assert first.metrics == again.metrics == plain.metrics != other.metrics
    assert first.facts == again.facts == plain.facts and first.figure == again.figure
    list(registry.start("sentiment", {**raw, "text": "Ce repas est bon."}, language="en", cache=Memory()))
    assert len(kept) == 1


def test_a_run_can_be_left() -> None:
    events = registry.start("sentiment", {"epochs": 60}, language="fr")
    shown = [next(events) for _ in range(3)]
    events.close()  # type: ignore[attr-defined]  # a generator, as documented
    assert all(isinstance(event, Progress) for event in shown) and shown[2].step < 60
