"""Concepts of the field, found in a question under any of their names."""

from collections import Counter

import pytest

from tutor.retrieval.fields import concepts, named, named_in
from tutor.retrieval.lexical import stem, words


def _named(text: str) -> set[str]:
    return {concepts()[number][0] for number in named(words(text))}


def test_no_name_is_empty_or_given_to_two_concepts() -> None:
    names = [(number, tuple(map(stem, words(name)))) for number, group in enumerate(concepts()) for name in group]
    assert all(name for _, name in names)
    owners = Counter(name for _, name in set(names))
    assert [name for name, count in owners.items() if count > 1] == []


@pytest.mark.parametrize(
    ("question", "concept"),
    [
        ("À quoi servent les forêts aléatoires ?", "random forest"),
        ("how do random forests work", "random forest"),
        ("machine à vecteurs de support", "svm"),
        ("SVM ?", "svm"),
        ("TF-IDF, comment ça marche", "tf-idf"),
        ("comment distiller un gros modèle", "distillation"),
        ("c koi un RAG", "rag"),
    ],
)
def test_a_concept_is_named_in_either_language(question: str, concept: str) -> None:
    assert concept in _named(question)


@pytest.mark.parametrize(
    "question",
    ["", "pourquoi la forêt est verte ?", "le vecteur de la machine", "mon adverse a des ragots", "un test surprise"],
)
def test_everyday_words_name_nothing(question: str) -> None:
    assert _named(question) == set()


def test_a_longer_name_hides_the_shorter_one_inside_it_in_a_question_but_not_in_a_course() -> None:
    text = words("la descente de gradient stochastique")
    assert _named("la descente de gradient stochastique") == {"sgd"}
    assert {concepts()[number][0] for number in named_in([text])} == {"sgd", "gradient descent"}
