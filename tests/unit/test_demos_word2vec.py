"""Skip-gram with negative sampling: the chapter's step, torch's gradients, planted meanings, runs of the demo."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor import figures
from tutor.contracts import DemoResult, Language
from tutor.demos import planted, registry, wording
from tutor.demos.corpus import split
from tutor.demos.demo import Progress
from tutor.demos.word2vec import SkipGram, gradients, projection, sigma
from tutor.demos.word2vec_demo import check
from tutor.errors import DemoTextUnusable

QUICK = {"epochs": 1, "dim": 8, "negative": 2, "window": 2}


def run(language: Language = "fr", **raw: Any) -> DemoResult:
    return registry.run("word2vec_demo", raw, language=language)


def planted_words(number: int) -> list[list[str]]:
    return [sentence for line in planted.sentences(number) for sentence in split(line, "word")]


# --- the computation -----------------------------------------------------------------------------------------


def test_the_chapters_gradient_step() -> None:
    v = np.array([[1.0, 0.0], [9.0, 9.0], [9.0, 9.0]])  # chat is word 0, dort 1, roule 2
    u = np.array([[9.0, 9.0], [0.0, 1.0], [0.0, -2.0]])
    m, c, n = np.array([0]), np.array([1]), np.array([[2]])
    loss, of_v, of_u = gradients(v, u, m, c, n)
    assert round(loss, 3) == 1.386 and of_v[0].tolist() == [0, -1.5]
    v, u = v - of_v, u - of_u
    assert (v[0].tolist(), u[1].tolist(), u[2].tolist()) == ([1, 1.5], [0.5, 1], [-0.5, -2])
    assert v[1].tolist() == [9, 9] and u[0].tolist() == [9, 9]
    assert round(gradients(v, u, m, c, n)[0], 3) == 0.157


@given(st.integers(2, 8), st.integers(1, 5), st.integers(1, 12), st.integers(1, 4), st.integers(0, 2**20))
@settings(max_examples=40, deadline=None)
def test_gradients_are_finite_differences(V: int, dim: int, B: int, k: int, seed: int) -> None:
    # Few words and many pairs: the same word stands at several places of a batch.
    generator = np.random.default_rng(seed)
    v, u = generator.standard_normal((2, V, dim))
    m, c = generator.integers(V, size=(2, B))
    n = generator.integers(V, size=(B, k))
    _, of_v, of_u = gradients(v, u, m, c, n)

    def total() -> float:  # pair by pair, from the chapter's formula
        pairs = zip(m, c, n, strict=True)
        return sum(
            -math.log(sigma(u[y] @ v[x])) - sum(math.log(sigma(-u[z] @ v[x])) for z in drawn if z != y)
            for x, y, drawn in pairs
        )

    for table, gradient in ((v, of_v), (u, of_u)):
        for where in np.ndindex(table.shape):
            kept, ends = table[where], []
            for nudge in (1e-6, -1e-6):
                table[where] = kept + nudge
                ends.append(total())
            table[where] = kept
            assert abs((ends[0] - ends[1]) / 2e-6 - gradient[where]) < 1e-6


@given(st.lists(st.lists(st.sampled_from("abc"), max_size=6), min_size=1, max_size=5), st.integers(1, 4))
def test_pairs_are_those_of_the_definition(sentences: list[list[str]], window: int) -> None:
    model = SkipGram(window=window)
    model.count(sentences)
    found = [(model.vocabulary_[m], model.vocabulary_[c]) for m, c in zip(*model.pairs(sentences), strict=True)]
    wanted = [(s[i], s[j]) for s in sentences for i in range(len(s)) for j in range(len(s)) if 0 < abs(i - j) <= window]
    assert sorted(found) == sorted(wanted)


def test_planted_meanings_are_found() -> None:
    model = SkipGram(window=3, epochs=5).fit(planted_words(3000))
    classes = planted.classes()
    for name in ("animal", "vehicle", "instrument"):
        right = [model.neighbours(word, 1)[0][0] in classes[name] for word in classes[name]]
        assert sum(right) >= len(right) - 1, name
    for relation in planted.pairs():
        right = [model.analogy(b, a, c)[0][0] == d for a, b in relation for c, d in relation if a != c]
        assert sum(right) / len(right) > 0.7
    assert model.losses_[-1] < model.losses_[0]


def test_without_the_planted_order_the_meanings_are_gone() -> None:
    shuffled = [word for sentence in planted_words(2000) for word in sentence]
    np.random.default_rng(0).shuffle(shuffled)
    model = SkipGram(window=3, epochs=3).fit([shuffled[i : i + 6] for i in range(0, len(shuffled), 6)])
    animals = planted.classes()["animal"]
    assert sum(model.neighbours(word, 1)[0][0] in animals for word in animals) < 4


@pytest.mark.parametrize(
    "sentences",
    [[["oui"] * 300], [["oui", "non"] * 300], [list("abcde") * 200], [[str(i), "le", "de"] for i in range(400)]],
)
@pytest.mark.parametrize("dim", [2, 100])
def test_small_vocabularies_do_not_blow_up(sentences: list[list[str]], dim: int) -> None:
    model = SkipGram(dim=dim, window=5, k=10, epochs=4).fit(sentences)
    assert np.abs(model.v_).max() < 20 and model.losses_[-1] <= model.losses_[0] + 0.1


def test_nothing_to_learn_from() -> None:
    with pytest.raises(ValueError, match="side by side"):
        SkipGram().fit([["seul"], []])


def test_the_check_sees_a_wrong_gradient(monkeypatch: pytest.MonkeyPatch) -> None:
    sentences = planted_words(100)
    model = SkipGram(dim=4, epochs=1).fit(sentences)
    assert check(model, sentences).ok

    def wrong(*given: Any) -> Any:
        loss, of_v, of_u = gradients(*given)
        return loss, of_v, 1.001 * of_u

    monkeypatch.setattr("tutor.demos.word2vec_demo.gradients", wrong)
    assert not check(model, sentences).ok


@given(st.integers(1, 10), st.integers(1, 6), st.integers(0, 2**20))
@settings(deadline=None)
def test_the_projection_agrees_with_scikit_learn(N: int, dim: int, seed: int) -> None:
    from sklearn.decomposition import PCA

    vectors = np.random.default_rng(seed).standard_normal((N, dim))
    ours = projection(vectors)
    assert ours.shape == (N, 2)
    kept = min(2, N, dim)
    theirs = PCA(kept).fit_transform(vectors) if N > 1 else np.zeros((1, kept))
    np.testing.assert_allclose(np.abs(ours[:, :kept]), np.abs(theirs), atol=1e-7)


# --- runs ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("raw", [{}, {"text": "Le zubre dort. Le zubre mange.", "window": 5}])
def test_every_metric_is_in_a_fact(language: Language, raw: dict[str, Any]) -> None:
    result = run(language, **{**QUICK, **raw})
    said = " ".join(result.facts)
    shares = {"same_class", "gender", "gender_kept", "capital", "capital_kept", "spread"}
    for name, value in result.metrics.items():
        decimals = 2 if name in ("loss_start", "loss_end", "cosine") else 0
        assert wording.number(100 * value if name in shares else value, language, decimals) in said, name
    figures.check(result.figure)
    assert result.oracle is not None and result.oracle.ok
    json.dumps(result.to_json(), allow_nan=False)


def test_a_text_of_the_student_is_learned() -> None:
    result = run(text="Le zubre ronronne. Le zubre a griffé le rideau. On caresse le zubre chaque soir.", epochs=5)
    said = " ".join(result.facts)
    assert "zubre" in said and result.metrics["word_count"] == 3 and "presque rien dire" in said
    assert "presque rien dire" not in " ".join(run(**QUICK, word="chat").facts)


@pytest.mark.parametrize(
    "text", ["oui oui oui oui", "😀 🎉 😀 🎉", "Мама мыла раму", "我爱你。我爱猫。 我 爱", "<b> & </b>", "a\x00b c"]
)
def test_odd_texts_get_an_answer(text: str) -> None:
    result = run(text=text, **QUICK)
    json.dumps(result.to_json(), allow_nan=False, ensure_ascii=False).encode()
    figures.check(result.figure)


@pytest.mark.parametrize(
    ("raw", "hint"),
    [
        ({"text": ""}, "son propre texte"),
        ({"text": "seul"}, "deux mots"),
        ({"text": "?! …"}, "deux mots"),
        ({"word": "xylophone"}, "piano"),
        ({"word": "?!"}, "piano"),
        ({"analogy": "roi - homme"}, "trois mots"),
        ({"analogy": "roi - homme + xylophone"}, "trois mots"),
        ({"text": "mot " * 20_000}, "50\u202f000"),
    ],
)
def test_what_cannot_be_used_is_refused(raw: dict[str, Any], hint: str) -> None:
    with pytest.raises(DemoTextUnusable) as caught:
        run(**raw)
    said = caught.value.text("fr")
    assert hint in said and next(iter(raw)) in said and len(said) < 400


@pytest.mark.parametrize("asked", ["Le chat", "L’oiseau", "CHAT", " piano "])
def test_a_word_may_come_with_its_article(asked: str) -> None:
    assert run(word=asked, **QUICK).figure is not None


def test_the_analogy_may_be_left_out_and_written_in_other_ways() -> None:
    assert not any("roi − homme" in fact for fact in run(analogy=" ", **QUICK).facts)
    assert any("roi − homme + femme" in fact for fact in run(analogy="roi : homme, femme = ?", **QUICK).facts)


def test_same_seed_same_vectors_with_and_without_the_cache() -> None:
    kept: dict[str, Any] = {}

    class Memory:
        def load(self, settings: Any) -> Any:
            return kept.get(json.dumps(settings, sort_keys=True))

        def save(self, settings: Any, arrays: Any) -> None:
            kept[json.dumps(settings, sort_keys=True)] = {name: np.array(a) for name, a in arrays.items()}

    first, again = (list(registry.start("word2vec", QUICK, language="fr", cache=Memory()))[-1] for _ in range(2))
    plain, other = run(**QUICK), run(**QUICK, seed=1)
    assert isinstance(first, DemoResult) and isinstance(again, DemoResult) and len(kept) == 1
    assert first.metrics == again.metrics == plain.metrics != other.metrics
    assert first.facts == again.facts == plain.facts and first.figure == again.figure
    list(registry.start("word2vec", {**QUICK, "word": "piano", "analogy": ""}, language="en", cache=Memory()))
    assert len(kept) == 1


def test_the_map_is_drawn_live() -> None:
    events = registry.start("word2vec", {"epochs": 20, "dim": 100}, language="fr")
    shown = [next(events) for _ in range(3)]
    events.close()  # type: ignore[attr-defined]  # a generator, as documented
    for event in shown[1:]:
        assert isinstance(event, Progress)
        figures.check(event.figure)
