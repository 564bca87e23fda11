"""Routing by rules: what is run, what is searched, what is small talk; arguments from the user's own words."""

import subprocess
import sys
from typing import Any

import pytest

from tutor import messages
from tutor.agent.routing import detect_language, ngram_arguments, route
from tutor.contracts import Language


@pytest.mark.parametrize(
    "utterance",
    [
        "entraîne un trigramme sur « la mer, la mer, toujours recommencée »",
        "Calcule les bigrammes de “le ciel est bleu”",
        "lance la démo des n-grammes",
        "génère 12 mots avec un 4-gramme",
        "fais tourner un unigramme avec lissage de Laplace",
        'train a trigram model on "to be or not to be"',
        "essaie un bigramme de lettres sur « ananas »",
        "peux-tu lancer la démo des n-grammes ?",
        "Train a bigram on the cat sleeps the dog sleeps",
        "fais un trigramme de lettres sur abracadabra avec laplace",
        "entraîne un bigramme sur le chat dort le chien dort",
    ],
)
def test_requests_to_run_go_to_the_demo(utterance: str) -> None:
    assert route(utterance).tool == "ngram_demo"


@pytest.mark.parametrize(
    "utterance",
    [
        "Qu’est-ce qu’un n-gramme ?",
        "Comment entraîne-t-on un modèle n-gramme ?",
        "pourquoi les trigrammes prennent de la place",
        "What is a bigram?",
        "Quelle est la différence entre un bigramme et un trigramme ?",
        "qui a inventé word2vec ?",
        "merci de m'expliquer la perplexité",
        "bonjour, c'est quoi un LSTM ?",
        "Explique pourquoi on entraîne un bigramme",
        "Résume la démonstration sur les n-grammes",
        "Qu’est-ce que “bigramme” veut dire, et comment calculer sa probabilité ?",
        "Comment tester un modèle n-gramme “sans lissage” ?",
        "Qui a construit le premier modèle n-gramme ?",
        "Quand lance-t-on un bigramme plutôt qu’un trigramme ?",
        "Que génère un bigramme ?",
        "Où calcule-t-on un trigramme ?",
        "Is a bigram easy to train?",
        "Does a trigram model count pairs?",
        "Parle-moi de la table d’un bigramme",
        "Tell me about the count table of a bigram",
    ],
)
def test_questions_go_to_the_course(utterance: str) -> None:
    assert route(utterance).tool == "course_search"
    assert route(utterance).args == {"query": utterance}


@pytest.mark.parametrize(
    ("utterance", "key"),
    [("Salut !", "talk.hello"), ("Merci beaucoup", "talk.thanks"), ("qui es-tu ?", "talk.who"), ("bye", "talk.bye")],
)
def test_small_talk_needs_no_tool(utterance: str, key: str) -> None:
    assert route(utterance).tool is None
    assert route(utterance).talk == key


@pytest.mark.parametrize(
    ("utterance", "expected"),
    [
        ("un bigramme sur « a b c », que vient-il après « a » ?", {"n": 2, "text": "a b c", "prompt": "a"}),
        ("n-gramme avec n = 4 et Kneser-Ney, graine 3", {"n": 4, "smoothing": "kneser_ney", "seed": 3}),
        ("trigramme, add-0,5, 30 mots", {"n": 3, "k": 0.5, "length": 30, "smoothing": "laplace"}),
        ("3-gram of letters, witten-bell", {"n": 3, "unit": "character", "smoothing": "witten_bell"}),
        ("un n-gramme sur « n = 5 »", {"text": "n = 5"}),
        ("bigramme sur le chat dort le chien dort", {"n": 2, "text": "le chat dort le chien dort"}),
        ("un bigramme sur 'a b a b' avec laplace", {"n": 2, "text": "a b a b", "smoothing": "laplace"}),
        ("un 3\u2011gramme sur mon texte", {"n": 3}),
    ],
)
def test_arguments_come_from_the_words(utterance: str, expected: dict[str, Any]) -> None:
    assert ngram_arguments(utterance) == expected


def test_language_is_told_from_function_words() -> None:
    assert detect_language("How does the LSTM remember?", "fr") == "en"
    assert detect_language("Comment le LSTM se souvient-il ?", "en") == "fr"
    assert detect_language("LSTM", "en") == "en"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_our_own_starters_are_told_apart(language: Language) -> None:
    for key, pair in messages.MESSAGES.items():
        if key.startswith("page.starter."):
            text = messages.text(key, language)
            assert detect_language(text, "en" if language == "fr" else "fr") == language, text
            assert pair[0] != pair[1]


def test_words_inside_quotation_marks_do_not_tell_the_language() -> None:
    assert detect_language("entraîne un bigramme sur « the cat and the dog of the house »", "en") == "fr"
    assert detect_language("train a trigram on “le chat et le chien de la maison”", "fr") == "en"


@pytest.mark.parametrize("mark", ["«", "“", '"', "'", "‘"])
def test_an_open_quotation_mark_costs_nothing(mark: str) -> None:
    code = f"from tutor.agent.routing import route; route('bigramme ' + {mark!r} + ' ' * 100_000 + 'x')"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)  # it took hours when the pattern backtracked


@pytest.mark.parametrize(
    "code",
    [
        "route('entraîne un bigramme sur' + ' ' * 3000 + 'un' + chr(10) + 'x')",
        "route('entraîne un bigramme' + ':' * 2000 + 'a' + ' \"x\"' * 480)",
        "route('entraîne un bigramme ' + 'sur ' * 990)",
        "route('lance un lstm ' + '9' * 3900)",
        "choose('Quelle est la différence entre' + ' ' * 3900 + 'LSTM GRU ?', hits, course)",
        "choose('entre ' * 650, hits, course)",
        "choose('x' * 3990 + ' ou', hits, course)",
        "list(checker.sentences(r'Soit \\( x. Y ' + 'Mot. ' * 400))",
        "list(checker.sentences(c for c in r'Soit \\[ x. Y ' + 'Mot. Mo ' * 400))",
        "list(checker.sentences(c for c in '“Mot. ' * 400))",
    ],
)
def test_no_question_holds_the_process_up(code: str) -> None:
    """Patterns hold the interpreter's lock: one that backtracks would stop every conversation (it took minutes)."""
    setting = (
        "import sys; sys.path.insert(0, 'tests/unit')\n"
        "from conftest import SmallCourse, StemEmbedder\n"
        "from tutor.agent.extracts import choose\nfrom tutor.agent.routing import route\n"
        "from tutor.agent.support import SentenceChecker\n"
        "course = SmallCourse(); hits = course.search('LSTM GRU bigramme').hits\n"
        "checker = SentenceChecker(hits, StemEmbedder())\n"
    )
    subprocess.run([sys.executable, "-c", setting + code], check=True, timeout=60)


def test_a_follow_up_is_no_definition() -> None:
    assert route("et le GRU ?", before="Comment marche un LSTM ?").args == {
        "query": "Comment marche un LSTM ? et le GRU ?"
    }


@pytest.mark.parametrize("utterance", ["entraîne quelque chose", "compare ce que dit « le chat »"])
def test_an_order_that_the_rules_do_not_know_is_left_to_a_capable_model(utterance: str) -> None:
    assert not route(utterance).sure
