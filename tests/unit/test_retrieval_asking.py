"""What a question asks for, and the words that then say nothing of its subject."""

import pytest

from tutor.retrieval.asking import FORMS, form_of, subject_stems
from tutor.retrieval.lexical import fold, stem


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("Donne un exemple de lissage de Laplace", "example"),
        ("Quelle est la formule de la perplexité ?", "formula"),
        ("combien de portes a un gru", "number"),
        ("En quelle année word2vec a-t-il été publié ?", "date"),
        ("Qui a inventé le transformer ?", "person"),
        ("Quel est le prix d’une carte graphique ?", "price"),
        ("combien ça coûte ChatGPT", "price"),
        ("How much does the API cost?", "price"),
        ("Pourquoi le gradient disparaît-il ?", "cause"),
        ("À quoi sert un modèle n-gramme ?", "use"),
        ("Cite les capacités émergentes", "list"),
        ("Quels sont les niveaux d’analyse ?", "list"),
        ("Comment calcule-t-on l’attention ?", "how"),
        ("Qu’est-ce qu’un LSTM ?", "definition"),
        ("qu'est ce que la perplexité", "definition"),
        ("c koi le grokking", "definition"),
        ("What is perplexity?", "definition"),
        ("What does OOV stand for?", "definition"),
        ("How many gates does a GRU have?", "number"),
        ("Why does the gradient vanish?", "cause"),
        ("What are the levels of language analysis?", "list"),
        ("Who invented word2vec, and when?", "date"),
    ],
)
def test_the_form_is_recognised(question: str, form: str) -> None:
    found = form_of(question)
    assert found is not None and found.name == form


@pytest.mark.parametrize("question", ["LSTM", "les gradients et les portes", "", "🙂", "un texte " * 500])
def test_a_question_without_a_form_has_none(question: str) -> None:
    assert form_of(question) is None


@pytest.mark.parametrize(
    ("form", "answer", "other"),
    [
        ("cause", "Le gradient disparaît parce que ses facteurs sont petits.", "Le gradient a une norme."),
        ("date", "word2vec est publié en 2013.", "word2vec a 300 dimensions."),
        ("formula", "On pose $P(w) = c(w) / N$.", "On divise par le nombre de mots."),
        ("number", "Un GRU a 2 portes.", "Un GRU a des portes."),
        (
            "list",
            "Les niveaux sont le lexique, la morphologie, la syntaxe et la sémantique.",
            "Les niveaux se suivent.",
        ),
        ("definition", "La perplexité mesure la surprise.", "Plus bas, mieux cela vaut."),
    ],
)
def test_a_form_knows_its_answers(form: str, answer: str, other: str) -> None:
    answers = next(known.answers for known in FORMS if known.name == form)
    assert answers.search(fold(answer))
    assert not answers.search(fold(other))


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("Quelle est la différence entre un LSTM et un GRU ?", ["lstm", "gru"]),
        ("Quel est le rôle de la porte d’oubli ?", ["porte", "oubli"]),
        ("Donne un exemple de lissage", ["lissage"]),
        ("What is the difference between a lemma and a stem?", ["lemma", "stem"]),
        ("Quelle est la différence ?", ["difference"]),
    ],
)
def test_words_of_the_form_are_no_subject(question: str, subject: list[str]) -> None:
    assert subject_stems(question) == {stem(word) for word in subject}
