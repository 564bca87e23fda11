"""Guided homework, answers checked against the course, other words: what is asked, and what is said."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from conftest import SmallCourse

from tutor.agent.coaching import guide, other_words, said_since, under_way
from tutor.agent.coaching_requests import Homework, claim_to_check, explain_again_asked, homework_asked
from tutor.agent.quizzing import ChatQuiz, Examiner
from tutor.contracts import Hit, Passage, Quotable, SearchResult, Turn
from tutor.quiz.activities import Activity, read_activities
from tutor.quiz.bank import Bank
from tutor.quiz.session import Session
from tutor.retrieval.glossary import Glossary
from tutor.retrieval.sentences import sentences

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
        ("Corrige mon exercice : le lissage ajoute 1.", "le lissage ajoute 1."),
        ("J’ai répondu que Laplace ajoute 1, c’est ça ?", "Laplace ajoute 1"),
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
        ("Comment me faire aider sans qu’une machine fasse l’exercice à ma place ?", None),
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


ORDINARY = (
    "ChatGPT peut-il faire les devoirs à ma place ?",
    "L’IA aide-t-elle pour les devoirs ?",
    "Le modèle fait-il les exercices de maths ?",
    "donne-moi le TP et le FN dans la matrice de confusion",
    "Donne le devoir de vigilance des entreprises",
    "Vérifie ma réponse, stp",
    "J’ai mis que des zéros dans la matrice, pourquoi ça marche pas ?",
    "I wrote that in Python, how do I run it?",
    "Vérifie la phrase « le chat dort » avec le trigramme",
    "C’est bon, explique l’attention",
    "c'est vrai, les transformers sont lents ?",
    "C’est juste que je ne comprends pas la récurrence",
    "Est-ce vrai que les LLM comprennent ce qu’ils disent ?",
    "Est-ce que c’est vrai que word2vec date de 2013 ?",
    "is it true that BERT reads both sides?",
    "c'est bon : passons à la suite",
    "Est-ce bon de lisser beaucoup ?",
    "c’est juste quelqu’un qui a inventé ça ?",
    "Est-ce correct d’appeler ça un modèle ?",
    "J’ai écrit un programme qui compte les bigrammes, comment l’accélérer ?",
    "j'ai mis longtemps à comprendre les portes",
    "J’ai répondu à côté, désolé",
    "J’ai écrit « le chat dort », donne la suite la plus probable",
    "ma réponse était fausse, pourquoi ?",
    "ma réponse est fausse ?",
    "vérifie la perplexité de ce bigramme",
    "Vérifie si un LSTM oublie vraiment",
    "évalue cette phrase : « j’adore ce film »",
    "Évalue le modèle sur « le chat dort »",
    "check the loss curve, please",
    "review the chapter on attention",
    "Est-ce que c’est bon pour la planète, les LLM ?",
    "C'est correct mais pourquoi ?",
    "is this right after the softmax?",
    "Est-ce que c’est juste que je dois tout savoir pour l’examen ?",
    "This is right before the attention",
    "vérifie ma réponse",
    "Ma réponse dépend-elle du lissage ?",
    "i said hello, how does attention work?",
    "my answer is wrong, explain why",
    "C’est exact ?",
    "vrai ou faux : un LSTM a trois portes ?",
    "Que vérifie ma fonction de perte ?",
    "est-ce que c'est correct ?",
    "Fais une courbe de l’activité d’un neurone",
    "que fait l’activité d’un neurone quand le biais monte ?",
    "Explique the assignment of probability to a sentence",
    "How do you write the assignment of probability to each word?",
    "Donne-moi la définition de l’exercice de style",
    "Qu’est-ce qu’un devoir de mémoire ?",
    "c'est quoi l'activité d'un neurone ?",
    "merci pour l’aide, mon exercice est fini",
    "Merci, j’ai fait mon exercice",
    "En fait, l’exercice était facile",
    "Quelle est l’activité cérébrale pendant la lecture ?",
    "What activities of daily life do LLMs change?",
    "quelles activités humaines un LLM aide-t-il ?",
    "donne-moi un exercice sur les n-grammes",
    "fais-moi un quiz sur les LSTM",
    "résume l’activité économique autour des LLM",
    "What is an assignment in Python?",
    "write the assignment of a variable in Python",
    "l’exercice du pouvoir est-il aidé par l’IA ?",
    "aide-moi à comprendre l’activation d’un neurone",
    "Comment me faire aider sans qu’une machine fasse l’exercice à ma place ?",
    "start the LSTM demo",
    "commence par l’attention",
)
"""Sentences that speak of what is right, of activities or of exercises, and ask for none of the three things."""
TO_CHECK = (
    "Vérifie ma réponse\nun LSTM a trois portes",
    "Vérifie ma réponse. Un LSTM a trois portes",
    "Vérifie ma réponse : un LSTM a trois portes.",
    "check my answer: a GRU has two gates",
    "j’ai répondu « un GRU a deux portes », c’est juste ?",
    "is it correct that BERT reads both sides?",
    "est-ce que c’est juste que le GRU a deux portes ?",
    "peux-tu vérifier ma réponse : la perplexité est une moyenne",
    "Voici ma réponse : un bigramme compte des paires de mots.",
    "Corrige mon exercice : un LSTM a trois portes",
    "corrige ma réponse : le lissage ajoute 1",
    "Ma réponse : l’attention pondère les mots",
    "j'ai écrit que word2vec date de 2013",
    "verify this statement: attention weighs words",
    "Vérifie ma définition de la perplexité : l’exponentielle de l’entropie croisée",
    "vérifie cette phrase : « un RNN lit mot à mot »",
    "Est-ce juste de dire que BERT devine des mots masqués ?",
    "Could you check my answer: the GRU has two gates",
    "Is it right to say that a bigram counts pairs?",
    "vérifie ma réponse, un GRU a deux portes",
    "C’est juste : un GRU a deux portes ?",
    "my answer is that a bigram counts pairs",
    "J’ai répondu que le lissage de Laplace ajoute 1, c’est ça ?",
    "correct my exercise: a GRU has two gates",
    "salut, vérifie ma réponse : BERT lit dans les deux sens",
)
ABOUT_AN_ACTIVITY = (
    "je bloque sur l’exo de lissage",
    "C’est quoi la solution de l’exercice sur le lissage ?",
    "aide-moi pour le devoir sur les n-grammes",
    "donne-moi la solution de l’exercice sur la perplexité",
    "fais mon devoir",
    "I'm stuck on the homework about n-grammes",
    "quels sont les devoirs ?",
    "je suis bloqué sur l’activité en classe avec le LSTM",
    "un indice pour l’activité sur les sentiments",
    "do my homework please",
    "Liste les activités du cours",
    "what homework do we have?",
    "résous l’exercice de lissage",
    "give me a hint for the assignment on n-grams",
    "écris le TP à ma place",
    "j’ai besoin d’aide pour mon exercice",
    "montre-moi les exercices",
    "help with the exercise on perplexity",
    "aide sur l'activité notée",
    "quelles activités y a-t-il ?",
    "la solution du devoir stp",
)


@pytest.fixture(scope="module")
def activities() -> Sequence[Activity]:
    return read_activities(Path(__file__).parents[2] / "knowledge")[0]


@pytest.mark.parametrize("utterance", ORDINARY)
def test_an_ordinary_sentence_is_no_request_to_coach(utterance: str, activities: Sequence[Activity]) -> None:
    assert (claim_to_check(utterance), homework_asked(utterance, activities)) == (None, None)
    assert not explain_again_asked(utterance)


@pytest.mark.parametrize("utterance", TO_CHECK)
def test_a_claim_to_check_is_recognised_and_is_no_homework(utterance: str, activities: Sequence[Activity]) -> None:
    assert claim_to_check(utterance)
    assert homework_asked(utterance, activities) is None


@pytest.mark.parametrize("utterance", ABOUT_AN_ACTIVITY)
def test_a_request_about_an_activity_is_recognised(utterance: str, activities: Sequence[Activity]) -> None:
    assert homework_asked(utterance, activities) is not None
    assert claim_to_check(utterance) is None


@pytest.mark.parametrize("mark", [":", "«", "que ", "vérifie ma réponse sur ", "j’ai répondu que ", "« a » "])
def test_a_long_request_is_read_at_once(mark: str) -> None:
    code = f"from tutor.agent.coaching_requests import claim_to_check as c; c('vérifie ma réponse ' + {mark!r} * 1000)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


class Passages:
    """A course whose every passage is found for any question, best first."""

    def __init__(self, *texts: str) -> None:
        self.passages = [Passage(f"c#{i}", "C", "S", ("C", "S"), text, "c.md", i) for i, text in enumerate(texts)]

    def search(self, query: str, *, limit: int = 8) -> SearchResult:
        hits = tuple(Hit(passage, 1.0 - 0.01 * i, 0.9, 1.0) for i, passage in enumerate(self.passages))
        return SearchResult(query, hits[:limit], 0.9, True)

    def passage(self, passage_id: str) -> Passage | None:
        return next((each for each in self.passages if each.id == passage_id), None)

    def neighbours(self, passage_id: str) -> tuple[None, None]:
        return None, None

    def quotables(self, query: str, passage_ids: Sequence[str]) -> list[Quotable]:
        wanted = [each for each in self.passages if each.id in passage_ids]
        spans = [(each, span) for each in wanted for span in sentences(each.text)]
        return [Quotable(each, span.start, span.end, span.kind, 0.9) for each, span in spans]


def test_explained_differently_again_and_again_until_the_course_has_no_more() -> None:
    course = Passages(
        *(f"La porte du GRU est une {what} que le réseau règle pas à pas." for what in ("vanne", "note", "loi", "clé"))
    )
    history = [("Qu’est-ce que la porte d’un GRU ?", f"« {course.passages[0].text} » [1]")]
    told: list[set[str]] = [{course.passages[0].id}]
    for _ in range(4):
        quotes = other_words(history[0][0], said_since(history), course)
        history.append(("explique autrement", "\n\n".join(f"« {quote.text} »" for quote in quotes)))
        told.append({quote.passage.id for quote in quotes})
    assert told[1]
    assert not any(one & other for one, other in itertools.combinations(told, 2))
    assert told[-1] == set()  # all four were quoted: no more


def test_the_question_behind_several_explain_differently_is_the_first() -> None:
    examiner = Examiner(Bank(), SmallCourse(), Glossary(()))
    asked = Turn("Qu’est-ce qu’un GRU ?", "Deux portes.")
    again = [Turn("explique autrement", "Une note."), Turn("j’ai toujours pas compris", "Rien.")]
    assert examiner.question_before([asked, *again]) == asked.question
    assert examiner.question_before(again) is None
    assert examiner.question_before([]) is None
