"""Guided homework, answers checked against the course, other words: what is asked, and what is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from tutor.agent.coaching import (
    Homework,
    _says,
    claim_to_check,
    explain_again_asked,
    guide,
    homework_asked,
    under_way,
)
from tutor.agent.quizzing import ChatQuiz
from tutor.quiz.activities import Activity, read_activities
from tutor.quiz.session import Session

NGRAM = Activity(
    "devoir-n-gramme",
    "Écrire un générateur n-gramme",
    "Écris une fonction qui compte les trigrammes d’un corpus, puis génère vingt phrases et commente la perplexité.",
    "homework",
    "n-grammes",
    ("Que comptes-tu ?", "Compte d’abord à la main.", "Sur « a b a », c(a b) = 1."),
    "def compte(): …",
)
OPEN = Activity("exercice-perplexite", "Mesurer la perplexité", "Mesure-la.", guidance=("Un ?",), reference="2,5",
                solution_shown=True)  # fmt: skip
BOTH = (NGRAM, OPEN)


@pytest.mark.parametrize(
    "utterance",
    ["Explique autrement", "tu peux expliquer plus simplement stp ?", "j’ai pas compris", "Je ne comprends pas.",
     "explain it differently please", "I still don't understand", "ok mais pas clair", "redis-le avec d’autres mots"],
)  # fmt: skip
def test_another_explanation_is_asked_for(utterance: str) -> None:
    assert explain_again_asked(utterance)


@pytest.mark.parametrize(
    "utterance", ["explique le LSTM", "Je ne comprends pas la perplexité", "pourquoi ?", "", "explique " * 500]
)
def test_a_new_question_is_no_other_explanation(utterance: str) -> None:
    assert not explain_again_asked(utterance)


@pytest.mark.parametrize(
    ("utterance", "claim"),
    [
        ("Vérifie ma réponse : un LSTM a trois portes.", "un LSTM a trois portes."),
        ("check my answer: a GRU has two gates", "a GRU has two gates"),
        ("j’ai répondu « un GRU a deux portes », c’est juste ?", "un GRU a deux portes"),
        ("Est-ce que c’est vrai que word2vec date de 2013 ?", "word2vec date de 2013"),
        ("is it correct that BERT reads both sides?", "BERT reads both sides"),
        ("vérifie la perplexité de ce bigramme", None),
        ("est-ce que le LSTM a trois portes ?", None),
        ("vérifie ma réponse", None),
        ("", None),
    ],
)
def test_the_claim_is_read_as_it_was_written(utterance: str, claim: str | None) -> None:
    assert claim_to_check(utterance) == claim


@pytest.mark.parametrize(
    ("utterance", "expected"),
    [
        ("aide-moi pour le devoir sur les n-grammes", Homework(NGRAM, "hint")),
        ("donne-moi la solution de l’exercice sur la perplexité", Homework(OPEN, "solution")),
        ("fais mon devoir", Homework(None, "solution")),
        ("I'm stuck on the homework about n-grammes", Homework(NGRAM, "hint")),
        ("quels sont les devoirs ?", Homework(None, "list")),
        (NGRAM.question, Homework(NGRAM, "hint")),
        ("donne-moi un exercice sur les n-grammes", None),
        ("un indice", None),
        ("Qu’est-ce qu’un devoir de mémoire ?", None),
        (
            "Comment compter les trigrammes d’un corpus, et que dit la perplexité des phrases qu’une fonction génère ?",
            None,
        ),
        ("", None),
    ],
)
def test_homework_is_recognised(utterance: str, expected: Homework | None) -> None:
    assert homework_asked(utterance, BOTH) == expected
    assert homework_asked(utterance, ()) is None


@pytest.mark.parametrize(
    "utterance", ["un autre indice", "indice", "je suis bloqué", "another hint please", "la suite"]
)
def test_a_hint_is_for_the_activity_under_way(utterance: str) -> None:
    assert homework_asked(utterance, BOTH, NGRAM) == Homework(NGRAM, "hint")


def test_the_ladder_shows_its_level_and_ends_without_the_solution() -> None:
    quiz: ChatQuiz | None = None
    said = []
    for _ in range(4):
        step = guide(Homework(NGRAM, "hint"), quiz, BOTH, role="student", language="fr")
        quiz, said = step.quiz, [*said, step.said]
    assert ["Indice 1 sur 3" in said[0], "Indice 2 sur 3" in said[1], "Indice 3 sur 3" in said[2]] == [True] * 3
    assert [NGRAM.guidance[i] in said[i] for i in range(3)] == [True] * 3
    assert "enseignant" in said[3] and not any(NGRAM.reference in text for text in said)
    assert quiz is not None and under_way(quiz, BOTH) == NGRAM


def test_the_solution_is_the_teachers_unless_the_activity_shows_it() -> None:
    asked = Homework(NGRAM, "solution")
    refused = guide(asked, None, BOTH, role="student", language="fr").said
    assert NGRAM.reference not in refused and "à ta place" in refused and "Indice 1 sur 3" in refused
    assert NGRAM.reference in guide(asked, None, BOTH, role="teacher", language="en").said
    first = guide(Homework(OPEN, "solution"), None, BOTH, role="student", language="fr")
    assert OPEN.reference not in first.said
    assert OPEN.reference in guide(Homework(OPEN, "hint"), first.quiz, BOTH, role="student", language="fr").said


def test_an_unnamed_activity_is_asked_for() -> None:
    said = guide(Homework(None, "hint"), None, BOTH, role="student", language="fr").said
    assert NGRAM.title in said and OPEN.title in said and "?" in said


def test_a_waiting_quiz_is_kept_beside_the_ladder() -> None:
    quiz = ChatQuiz(Session("n-grammes").asked("n-grammes-1"), "fr")
    after = guide(Homework(NGRAM, "hint"), quiz, BOTH, role="student", language="fr").quiz
    assert after is not None and after.waiting and (after.activity, after.rung) == (NGRAM.id, 1)
    assert ChatQuiz.from_json(after.to_json()) == after


def test_activities_are_read_and_a_broken_file_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "activites"
    folder.mkdir()
    (folder / "bon.yaml").write_text('title: T\nquestion: Q ?\nguidance: ["Un ?"]\nsolution: shown\n', encoding="utf-8")
    (folder / "casse.yaml").write_text("title: [", encoding="utf-8")
    (folder / "vide.yaml").write_text("title: T\n", encoding="utf-8")
    (folder / "liste.yaml").write_text("- a\n", encoding="utf-8")
    found, notices = read_activities(tmp_path)
    assert found == (Activity("bon", "T", "Q ?", guidance=("Un ?",), solution_shown=True),)
    assert [name for name in ("casse", "vide", "liste") if not any(name in n.text("fr") for n in notices)] == []
    assert read_activities(tmp_path / "nowhere") == ((), ())


def test_the_course_has_a_ladder_for_each_of_its_activities() -> None:
    found, notices = read_activities(Path(__file__).parents[2] / "knowledge")
    assert len(found) == 6 and notices == ()
    assert all(each.guidance and each.reference and not each.solution_shown for each in found)


@pytest.mark.parametrize(
    ("claim", "quote", "confirmed"),
    [
        ("Un LSTM a trois portes.", "Un LSTM apprend à répondre séparément, avec trois portes.", True),
        ("The GRU has two gates.", "Un GRU a deux portes.", True),
        ("Le lissage n’ajoute rien aux comptes.", "Le lissage retire un peu aux n-grammes jamais vus.", False),
        ("Le lissage de Laplace divise les comptes.", "Le lissage de Laplace ajoute un à chaque compte.", False),
        ("Le transformer lit les mots à la suite.", "Le transformer lit tous les mots en parallèle.", False),
    ],
)
def test_words_that_confirm_are_in_the_quote_itself(claim: str, quote: str, confirmed: bool) -> None:
    assert _says(claim, quote) is confirmed
