"""Rules for two requests, in French and English: the definition of one term, and being questioned."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.agent.routing import detect_language, route
from tutor.agent.utterance import definition_asked, quiz_asked
from tutor.retrieval.glossary import Glossary, glossary


@pytest.fixture(scope="module")
def terms(our_course) -> Glossary:
    return glossary(our_course.passages)


@pytest.mark.parametrize(
    ("utterance", "term"),
    [
        ("définis perplexité", "perplexité"),
        ("définis-moi la perplexité stp", "perplexité"),
        ("c'est quoi un token ?", "token"),
        ("c koi la perplexité", "perplexité"),
        ("kes ke c un rnn", "rnn"),
        ("C’est quoi « IA », d’après le lexique ?", "IA"),
        ("Qu’est-ce que c’est qu’un n-gramme ?", "n-gramme"),
        ("définition de LSTM", "LSTM"),
        ("définiton du lissage de Laplace", "lissage de Laplace"),
        ("Donne-moi la définition de la tokenisation, s’il te plaît", "tokenisation"),
        ("Transformers : une définition courte", "Transformers"),
        ("peux-tu me définir le mot lemme ?", "lemme"),
        ("que signifie l’acronyme BPTT ?", "BPTT"),
        ("OOV ça veut dire quoi ?", "OOV"),
        ("c’est quoi un LTSM ?", "LTSM"),
        ("que dit le glossaire sur GPT ?", "GPT"),
        ("LSTM : ce sont les initiales de quoi ?", "LSTM"),
        ("what does OOV mean?", "OOV"),
        ("What is perplexity?", "perplexity"),
        ("what’s a word embedding", "word embedding"),
        ("define backpropagation please", "backpropagation"),
        ("can you give me the definition of attention?", "attention"),
        ("LSTM meaning?", "LSTM"),
        ("look up GRU in the glossary", "GRU"),
        ("softmax ?", "softmax"),
        ("GRU = ?", "GRU"),
        ("développe l’acronyme TALN", "TALN"),
        ("qu’entend-on par surapprentissage ?", "surapprentissage"),
    ],
)
def test_the_definition_of_one_term_is_for_the_glossary(terms: Glossary, utterance: str, term: str) -> None:
    assert definition_asked(utterance, terms) == term
    chosen = route(utterance, None, terms)
    assert (chosen.tool, chosen.args) == ("glossary", {"term": term})


@pytest.mark.parametrize(
    "utterance",
    [
        "quelle est la différence entre un LSTM et un GRU ?",
        "c’est quoi la différence entre LSTM et GRU ?",
        "what is the difference between a GRU and an LSTM?",
        "comment marche un LSTM ?",
        "how does attention work?",
        "c’est quoi la perplexité d’un bigramme sur un corpus ?",
        "définition de la perplexité et un exemple",
        "pourquoi la perplexité ?",
        "définis le levain",
        "c’est quoi un modèle « mixture of experts » ?",
        "what is the tallest building in Europe?",
        "Qu’est-ce qui a permis d’abandonner les règles manuelles ?",
        "LSTM",
        "",
        "?",
    ],
)
def test_anything_more_is_for_the_search(terms: Glossary, utterance: str) -> None:
    assert definition_asked(utterance, terms) is None
    assert route(utterance, None, terms).tool == "course_search"


def test_naming_the_glossary_is_enough_even_when_it_does_not_know_the_term(terms: Glossary) -> None:
    assert definition_asked("que dit le glossaire sur le levain ?", terms) == "levain"
    assert definition_asked("que dit le glossaire sur le levain ?", Glossary()) == "levain"
    assert definition_asked("définis le levain", Glossary()) is None


@pytest.mark.parametrize(
    ("utterance", "args"),
    [
        ("interroge-moi sur les n-grammes", {"topic": "n-grammes"}),
        ("interoge moi sur les transformers stp", {"topic": "transformers"}),
        ("fais-moi un quiz", {}),
        ("Fais moi un petit quiz sur l’attention !", {"topic": "attention"}),
        ("pose-moi une question sur le chapitre 5", {"chapter": 5}),
        ("pose moi une quesion sur gpt", {"topic": "gpt"}),
        ("Tu peux m’interroger sur l’attention ?", {"topic": "attention"}),
        ("j’ai un contrôle demain sur le chapitre 2, entraîne-moi", {"chapter": 2}),
        ("sept questions sur les réseaux récurrents, niveau débutant", {"topic": "réseaux récurrents"}),
        ("je voudrais être interrogé sur le cinquième chapitre", {"chapter": 5}),
        ("on se fait un petit jeu de questions-réponses ?", {}),
        ("QCM sur BERT", {"topic": "BERT"}),
        ("teste mes connaissances sur les LLM", {"topic": "LLM"}),
        ("fais-moi réviser les RNN", {"topic": "RNN"}),
        ("quiz chapitre 7", {"chapter": 7}),
        ("aide-moi à réviser le chapitre 12", {"chapter": 12}),
        ("vrai ou faux sur les biais", {"topic": "biais"}),
        ("quiz me on perplexity", {"topic": "perplexity"}),
        ("test me on LSTM please", {"topic": "LSTM"}),
        ("ask me a question about smoothing", {"topic": "smoothing"}),
        ("ask me something about chapter three", {"chapter": 3}),
        ("give me one multiple-choice question about BERT", {"topic": "BERT"}),
        ("can you quiz me?", {}),
        ("let’s do a quiz on transformers", {"topic": "transformers"}),
        ("un quiz svp", {}),
        ("fais-moi un quiz stp", {}),
        ("fais-moi un quiz stp sur les RNN", {"topic": "RNN"}),
        ("interroge-moi stp", {}),
        ("teste-moi s’il te plaît", {}),
        ("quiz me please", {}),
        ("lance un quiz maintenant", {}),
        ("un quiz sur le cours", {}),
        ("pose-moi une question difficile sur les LSTM", {"topic": "LSTM"}),
        ("pose-moi deux questions très faciles sur les LSTM stp", {"topic": "LSTM"}),
        ("ask me a hard question about GRU", {"topic": "GRU"}),
        ("Quiz : LSTM", {"topic": "LSTM"}),
        ("Un quiz : les RNN", {"topic": "RNN"}),
        ("Un quiz : 5 questions sur les RNN", {"topic": "RNN"}),
        ("Un quiz : trois questions", {}),
        ("Fais-moi un quiz : c’est quoi un LSTM ?", {}),
        ("Quiz : chapitre 5", {"chapter": 5}),
        ("Fais-moi un quiz, sur les RNN, stp", {"topic": "RNN"}),
        ("Un quiz, stp", {}),
        ("interroge-moi sur le sur-apprentissage", {"topic": "sur-apprentissage"}),
        ("interroge-moi sur les en-têtes", {"topic": "en-têtes"}),
        ("quiz sur l’auto-attention", {"topic": "auto-attention"}),
        ("vrai ou faux, stp", {}),
    ],
)
def test_a_request_to_be_questioned(utterance: str, args: dict[str, object]) -> None:
    assert quiz_asked(utterance) == args
    chosen = route(utterance)
    assert (chosen.tool, chosen.args) == ("quiz", args)


@pytest.mark.parametrize(
    "utterance",
    [
        "entraîne-moi un bigramme sur « a b a »",
        "teste un bigramme sur « a b »",
        "make a bigram model",
        "Comment créer un quiz avec un LLM ?",
        "What is a quiz?",
        "qui a inventé le quiz ?",
        "J’ai une question sur les n-grammes",
        "j’ai un quiz demain sur les RNN",
        "une question : c’est quoi un token ?",
        "je peux te poser une question ?",
        "explique le chapitre 5",
        "Quels objectifs pédagogiques affiche le chapitre 3 ?",
        "tests de Turing",
        "vrai ou faux : un LSTM a trois portes ?",
        "Un LSTM a trois portes, vrai ou faux ?",
        "True or false: an LSTM has three gates?",
        "",
    ],
)
def test_other_words_with_quiz_question_or_test_are_not(utterance: str) -> None:
    assert quiz_asked(utterance) is None


def test_this_is_what_was_asked_before() -> None:
    assert quiz_asked("interroge-moi là-dessus", "Que fait un LSTM ?") == {"topic": "Que fait un LSTM ?"}
    assert quiz_asked("quiz me on this", "What is a GRU?") == {"topic": "What is a GRU?"}
    assert quiz_asked("quiz me on this") == {}


@pytest.mark.parametrize("utterance", ["quiz me on BERT", "define BERT", "test me"])
def test_english_requests_are_answered_in_english(utterance: str) -> None:
    assert detect_language(utterance, "fr") == "en"


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    term = definition_asked(text, Glossary())
    assert term is None or term in text
    quiz_asked(text)


@pytest.mark.parametrize("part", ["c est quoi ", "quiz sur ", "une question ", "le mot ", "a ", "definition "])
def test_a_long_repetition_costs_nothing(part: str) -> None:
    code = f"from tutor.agent.routing import route; route({part!r} * 1000); route({part!r} * (240 // {len(part)}))"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)  # hours, if a pattern backtracked
