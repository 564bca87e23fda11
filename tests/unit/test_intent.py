"""Where a request goes: rules, then a classifier that a table of probabilities stands in for, then the user."""

from collections.abc import Mapping
from typing import Any, cast

import pytest
from conftest import SmallCourse

from tutor.agent.arguments import arguments, term_named
from tutor.agent.classifier import IntentClassifier
from tutor.agent.intent import OUTSIDE, Router, watches
from tutor.retrieval.glossary import Glossary, glossary


class Told:
    """Says the same probabilities of whatever it hears; the rest is spread over the search."""

    def __init__(self, **likely: float) -> None:
        rest = {"course_search": 1 - sum(likely.values()), "glossary": 0.0, "none": 0.0, "rnn_demo": 0.0}
        self.likely = dict(sorted((rest | likely).items(), key=lambda each: -each[1]))

    def probabilities(self, utterance: str) -> Mapping[str, float]:
        return self.likely


def router(covered: bool = False, **likely: float) -> Router:
    told = cast(IntentClassifier, Told(**likely))
    return Router(None, lambda: told, lambda question: covered)


def test_without_a_classifier_the_rules_decide() -> None:
    assert Router().route("que lit la tête 2 ?").tool == "course_search"
    assert Router().route("entraîne un GRU").tool == "rnn_demo"


def test_a_sure_classifier_runs_a_tool_that_the_rules_do_not_know() -> None:
    found = router(attention_demo=0.9).route("qui regarde qui dans « le chat dort » ?")
    assert (found.tool, found.args, found.asks, found.offers) == ("attention_demo", {"text": "le chat dort"}, (), ())


def test_a_question_of_the_course_needs_more_certainty() -> None:
    asked = "pourquoi l’attention coûte-t-elle si cher ?"
    found = router(attention_demo=0.85).route(asked)
    assert (found.tool, found.args, found.offers) == ("course_search", {"query": asked}, ("attention_demo",))
    assert router(attention_demo=0.99).route(asked).tool == "attention_demo"


def test_words_of_the_course_are_shown_and_the_run_offered_however_sure() -> None:
    found = router(attention_demo=0.95).route("montre-moi la formule de l’attention")
    assert (found.tool, found.offers) == ("course_search", ("attention_demo",))
    assert router(compare_models=0.9).route("compare le RNN et le LSTM").tool == "course_search"
    assert router(compare_models=0.9).route("compare le RNN et le LSTM sur mon texte").tool == "compare_models"
    assert router(none=0.95).route("donne-moi un exemple de recette").talk == OUTSIDE


def test_the_search_first_and_a_demo_second_is_answered_and_the_demo_offered() -> None:
    found = router(rnn_demo=0.4).route("le GRU sur un texte court")
    assert (found.tool, found.offers, found.asks) == ("course_search", ("rnn_demo",), ())


def test_an_unsure_order_that_is_no_question_is_asked_back() -> None:
    found = router(rnn_demo=0.29, transformer_demo=0.29, attention_demo=0.29).route("laisse-le parler sur ma chanson")
    assert found.asks == ("rnn_demo", "transformer_demo", "course_search")
    assert found.tool == "rnn_demo"


def test_an_order_that_names_nothing_is_asked_back_however_sure() -> None:
    likely = {"word2vec_demo": 0.8, "rnn_demo": 0.1}
    assert router(**likely).route("entraîne !").asks == ("word2vec_demo", "rnn_demo", "course_search")
    assert router(**likely).route("entraîne des vecteurs de mots").asks == ()


def test_rules_hold_against_an_unsure_classifier_only() -> None:
    order = "entre le LSTM et le transformer, lance les deux"
    assert router(compare_models=0.6).route(order).tool == "transformer_demo"
    assert router(compare_models=0.95).route(order).tool == "compare_models"
    assert router(none=0.95).route(order).tool == "transformer_demo"


def test_out_of_scope_gets_no_tool_unless_the_course_covers_it() -> None:
    assert router(none=0.9).route("qui a gagné le match ?").talk == OUTSIDE
    assert router(none=0.7, covered=True).route("à quoi sert n8n ?").tool == "course_search"
    assert router(none=0.95, covered=True).route("tu aimes les chats ?").talk == OUTSIDE
    assert router(none=0.3, rnn_demo=0.2).route("il pleut").tool == "course_search"


def test_a_definition_without_a_term_is_searched() -> None:
    assert router(glossary=0.9).route("je ne connais pas ce mot").tool == "course_search"


def test_certain_words_never_reach_the_classifier() -> None:
    silent = Router(None, lambda: pytest.fail("not needed") if False else None)
    assert silent.route("merci !").talk == "talk.thanks"
    assert router(none=0.99).route("interroge-moi sur les LSTM").tool == "quiz"


def test_a_follow_up_changes_the_run_that_the_classifier_chose() -> None:
    found = router(attention_demo=0.9).route("et avec 4 têtes ?", "qui regarde qui dans « le chat dort » ?")
    assert (found.tool, found.args) == ("attention_demo", {"text": "le chat dort", "heads": 4})


@pytest.mark.parametrize(
    ("tool", "utterance", "expected"),
    [
        ("attention_demo", "sans masque, l’attention de « tu viens » avec deux têtes", {"causal": "no", "heads": 2}),
        ("attention_demo", "que regarde « bleu » dans « le pull bleu » ?", {"text": "le pull bleu", "word": "bleu"}),
        ("sentiment_demo", "de quelle humeur est ce message : j’en ai assez", {"text": "j’en ai assez"}),
        ("word2vec_demo", "Rome - Italie + Espagne", {"analogy": "Rome - Italie + Espagne"}),
        ("word2vec_demo", "jour est à nuit ce que blanc est à quoi ?", {"analogy": "blanc - jour + nuit"}),
        ("rnn_demo", "fais lire « papa » au réseau récurrent", {"cell": "rnn", "text": "papa"}),
        ("rnn_demo", "entraîne un GRU sur « lalala »", {"cell": "gru", "text": "lalala"}),
        ("rnn_demo", "remplace le LSTM par un GRU", {"cell": "gru"}),
        ("transformer_demo", "baisse la température du mini-GPT à 0,3", {"temperature": 0.3}),
        ("transformer_demo", "un transformer d’une seule couche", {"layers": 1}),
        ("compare_models", "un 4-gramme contre un GRU", {"models": "ngram,gru", "n": 4}),
        ("ngram_demo", "compte les suites de trois mots", {"n": 3}),
        ("nlp_levels", "quels morphèmes dans « refaire » ?", {"text": "refaire", "level": "morphology"}),
        ("nlp_levels", "draw the parse tree of 'birds sing'", {"text": "birds sing", "level": "syntax"}),
        (
            "prompting_lab",
            "few-shot contre chaîne de pensée sur 15 anagrammes, graine 4",
            {"techniques": "few_shot,zero_shot_cot", "task": "anagram", "n": 15, "seed": 4},
        ),
        ("prompting_lab", "sans exemple, sur les restes de division", {"techniques": "direct", "task": "modular"}),
        ("draft_correction", "note « un token est un mot » sur 5", {"text": "un token est un mot"}),
        ("quiz", "teste-moi, chapitre 4", {"chapter": 4}),
    ],
)
def test_arguments_come_from_the_words(tool: str, utterance: str, expected: dict[str, Any]) -> None:
    found = arguments(tool, utterance)
    assert {name: found.get(name) for name in expected} == expected


def test_nothing_is_made_up() -> None:
    for tool in ("attention_demo", "rnn_demo", "prompting_lab", "nlp_levels", "draft_correction", "word2vec_demo"):
        assert arguments(tool, "vas-y") == {}


def test_the_term_is_said_in_the_user_s_words(course: SmallCourse) -> None:
    text = "- **Jeton (token)** : une unité.\n- **LSTM** : un réseau à portes."
    passage = type(course.passages[0])("g#1", "Glossaire", "Glossaire", ("Glossaire",), text, "g.md", 0)
    terms: Glossary = glossary([passage])
    assert term_named("g oublié ce que c’est, token", terms) == "token"
    assert term_named("rien de tel ici", terms) is None


@pytest.mark.parametrize(
    "utterance", ["«", "→" * 500, "a - " * 800 + "b + c", ": " * 2000, "x est à " * 400, "9" * 4000]
)
def test_hostile_text_costs_nothing(utterance: str) -> None:
    for tool in ("word2vec_demo", "attention_demo", "prompting_lab", "nlp_levels", "compare_models", "sentiment_demo"):
        assert isinstance(arguments(tool, utterance), dict)


@pytest.mark.parametrize(
    ("utterance", "watched"),
    [
        ("je veux voir un GRU apprendre en direct", True),
        ("Good-Turing en action stp", True),
        ("fais-moi un tableau n-gramme contre LSTM", True),
        ("the attention weights, for real this time", True),
        ("déroule le softmax avec de vrais nombres", True),
        ("que représentent les nombres de la matrice d’attention ?", False),
        ("le tableau du chapitre 6 dit quoi ?", False),
        ("« en action » est-il un bigramme ?", False),
        ("is a real number stored on 32 bits?", False),
        ("Quelle est l’action du taux d’apprentissage ?", False),
    ],
)
def test_who_wants_to_see_it_happen_gets_a_run(utterance: str, watched: bool) -> None:
    assert watches(utterance) is watched
