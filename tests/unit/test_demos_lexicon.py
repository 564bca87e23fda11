"""Stems against NLTK's, lemmas, relations between words by hand and by a breadth-first search, and odd texts."""

from __future__ import annotations

import csv
import json
from collections import deque
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor import figures
from tutor.contracts import DemoResult, Language
from tutor.demos import registry, stems, word_relations, wording
from tutor.demos.corpus import prose
from tutor.demos.lexicon_demo import EXAMPLE, MOST
from tutor.demos.word_relations import INVERSE, path_similarity, related, relations, up
from tutor.errors import DemoTextUnusable
from tutor.figures.svg import svg


def run(language: Language = "fr", **raw: Any) -> DemoResult:
    return registry.run("lexicon", raw, language=language)


def facts(**raw: Any) -> str:
    return " ".join(run(**raw).facts).replace("\u202f", " ").replace("\u00a0", " ")


# --- stems -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "stem"),
    [("chevaux", "cheval"), ("marchait", "march"), ("marchions", "marchion"), ("yeux", "yeux"),
     ("universités", "univers"), ("portes", "port"), ("ports", "port")],
)  # fmt: skip
def test_the_stems_of_the_chapter(word: str, stem: str) -> None:
    assert stems.stem(word) == stems.reference(word) == stem


def test_two_editions_of_snowball_differ_on_few_words_of_the_course() -> None:
    words = {word for word in prose().lower().split() if word.isalpha()}
    other = {word for word in words if stems.stem(word) != stems.reference(word)}
    assert len(words) > 2000 and 0 < len(other) < len(words) / 200
    result = run(text="mauvais")
    assert result.oracle is not None and not result.oracle.ok and result.oracle.error == 1
    assert "éditions différentes" in facts(text="mauvais")


# --- relations -------------------------------------------------------------------------------------------


def test_the_file_of_relations_is_well_formed() -> None:
    path = Path(word_relations.__file__).with_name("word_relations.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({tuple(row.values()) for row in rows}) == len(rows) >= 60
    assert len({row["mot"] for row in rows}) >= 60
    for row in rows:
        assert row["relation"] in INVERSE and row["mot"] != row["autre"] and all(row.values())
    for word in {word for word, _, _ in relations()}:
        assert len(related(relations(), word).get("hyperonyme", [])) <= 1, "one way up, so that a path is one"
        assert word not in up(relations(), word)


def by_search(a: str, b: str) -> float | None:
    """The shortest way by « hyperonyme » and « hyponyme », by breadth first."""
    seen, queue = {a}, deque([(a, 0)])
    while queue:
        word, steps = queue.popleft()
        if word == b:
            return 1 / (1 + steps)
        near = related(relations(), word)
        for other in near.get("hyperonyme", []) + near.get("hyponyme", []):
            if other not in seen:
                seen.add(other)
                queue.append((other, steps + 1))
    return None


NAMES = st.sampled_from(sorted({word for word, _, _ in relations()}))


@given(NAMES, NAMES)
def test_path_similarity_is_the_shortest_way(a: str, b: str) -> None:
    assert path_similarity(relations(), a, b) == by_search(a, b) == path_similarity(relations(), b, a)


def test_the_similarities_of_the_next_chapter() -> None:
    # chien → canidé ← loup; chien → canidé → carnivore ← félin ← chat
    assert path_similarity(relations(), "chien", "loup") == 1 / 3
    assert path_similarity(relations(), "chien", "chat") == 1 / 5
    assert path_similarity(relations(), "chien", "verbe") is None


# --- runs ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("context", ["sentence", "alone"])
@pytest.mark.parametrize("text", [EXAMPLE, "chat", "Tu portes un sac vers les ports et les portes."])
def test_every_metric_is_in_a_fact(language: Language, context: str, text: str) -> None:
    result = run(language, text=text, context=context)
    said = " ".join(result.facts)
    for name, value in result.metrics.items():
        assert wording.number(value, language) in said, name
    assert result.oracle is not None and result.oracle.ok
    json.dumps(result.to_json(), allow_nan=False, ensure_ascii=False).encode()
    again = run(language, text=text, context=context)
    assert (again.metrics, again.facts, again.table) == (result.metrics, result.facts, result.table)
    if result.figure is not None:
        svg(figures.read(result.figure), language)


def test_where_stemmer_and_lemmatiser_differ() -> None:
    said = facts()
    assert "« port » (lemme « port ») et « porte » (lemme « porte ») reçoivent tous deux la racine « port »" in said
    assert "Le lemme « marcher » est éclaté : « marchait » → « march », « marchions » → « marchion »" in said
    metrics = run().metrics
    assert metrics["over"] == 1 and metrics["under"] == 1


def test_relations_are_said_to_be_ours_and_drawn() -> None:
    said = facts(text="chien loup chat")
    assert "écrit pour ce cours" in said and "ce n’est pas WordNet" in said
    assert "Similarité de chemin entre « chien » et « loup » dans ce fichier : 1/3" in said
    figure = figures.read(run(text="chat").figure)
    assert isinstance(figure, figures.Tree)
    labels = [node.label for node in figure.nodes]
    assert labels[0] == "carnivore" and {"canidé", "chien", "loup", "félin", "lion"} <= set(labels)
    assert [node.label for node in figure.nodes if node.colour] == ["chat"]
    assert run(text="demain").figure is None


def test_what_is_not_french_or_too_long() -> None:
    assert "know French only" in " ".join(run("en", text="the cat that sleeps on the sofa").facts)
    assert f"seuls les {MOST} premiers sont lus" in facts(text="mot " * 100)


@pytest.mark.parametrize("text", ["oui oui oui", "😀 oui", "Мама мыла раму", "我爱你", "a\x00b", "\ud800 a", "<b>x</b>",
                                  "7", "mot" * 1000, "l’" * 50 + "a"])  # fmt: skip
@pytest.mark.parametrize("context", ["sentence", "alone"])
def test_odd_texts_get_an_answer(text: str, context: str) -> None:
    json.dumps(run(text=text, context=context).to_json(), allow_nan=False).encode()


@pytest.mark.parametrize("text", ["", " \n ", "?!", "😀", "a" * 5001, "a " * 2_500_000])
def test_refusals_are_sentences(text: str) -> None:
    with pytest.raises(DemoTextUnusable) as caught:
        run(text=text)
    for language in ("fr", "en"):
        assert 20 < len(caught.value.text(language)) < 400


def test_suggestions_are_other_runs() -> None:
    for suggestion in run().suggestions:
        assert registry.run("lexicon", suggestion.args, language="fr").metrics
