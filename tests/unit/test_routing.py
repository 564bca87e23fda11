"""Routing by rules: what is run, what is searched, what is small talk; arguments from the user's own words."""

import subprocess
import sys
from typing import Any

import pytest

from tutor import messages
from tutor.agent.routing import asks_course, detect_language, ngram_arguments, route
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
        "route('compare ' + 'le ' * 1300 + 'et')",
        "route('compare a et ' * 300)",
        "route('montre la ' * 390 + 'formule')",
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


FOR_THE_COURSE = (
    "Montre-moi la formule de l’attention",
    "Explique “attention is all you need”",
    "Compare le RNN et le LSTM",
    "Dessine l’architecture d’un transformer",
    "Écris du code Python pour un bigramme",
    "Montre un exemple de n-gramme dans le cours",
    "donne-moi l’équation du GRU",
    "Peux-tu me rappeler la formule de la perplexité ?",
    "écris l'équation de la softmax",
    "Donne un exemple de skip-gram",
    "dessine-moi l’architecture du LSTM stp",
    "Show me the formula of attention",
    "write Python code for a trigram",
    "draw the architecture of a GRU",
    "Give me an example of a bigram from the course",
    "compare BERT et GPT",
    "compare the LSTM with the GRU",
    "résume « Attention is all you need »",
    "explique-moi l’article “Scaling Laws for Neural Language Models”",
    "montre les avantages du LSTM",
    "trace l'architecture encodeur-décodeur",
    "donne les limites de word2vec",
    "affiche la définition d’un neurone",
    "montre dans le cours où l’on parle de sentiments",
    "Compare un peu les RNN et les transformers stp",
    "rappelle-moi le principe du skip-gram",
    "écris-moi un petit script pour un n-gramme",
    "ecris lequation de l'attention, celle avec le softmax",
    "y a une vidéo pour faire tourner un modèle chez soi ?",
    "« Avocat » : fruit ou métier ? Quel niveau d’analyse tranche ?",
    "Cite les portes qu’on trouve dans une cellule LSTM.",
    "Name the gates of a GRU",
    "Donne le code pour entraîner un LSTM",
    "Écris un programme qui entraîne un bigramme",
)
FOR_A_DEMO = (
    "montre l’attention sur « le chat dort »",
    "compare un RNN et un LSTM sur mon texte",
    "lance la démo attention",
    "entraîne un transformer",
    "calcule la perplexité d’un bigramme sur « a b a b »",
    "génère 20 mots avec un trigramme",
    "compare un bigramme et un GRU sur « la mer la mer »",
    "entraîne un trigramme et un LSTM puis compare-les",
    "dessine l’arbre syntaxique de « le chat dort »",
    "compare le RNN et le LSTM en 10 secondes",
    "trace la courbe de perte du mini-GPT",
    "run the LSTM demo",
    "train a bigram on “a b a b”",
    "affiche les poids d’attention de « il pleut »",
    "compare la génération du trigramme et du LSTM, graine 4",
    "fais tourner un GRU",
    "donne un exemple généré par un trigramme",
    "teste l’architecture avec 2 couches",
    "visualise l’attention de « bonjour »",
    "montre un exemple d’attention sur mes phrases",
    "simule la formule avec alpha = 0,3",
    "exécute le code du bigramme",
    "nomme la nature des mots de « le chat dort »",
    "lance l’analyse au niveau lexical de « il pleut »",
    "fais tourner le LSTM de la vidéo",
    "montre un exemple de bigramme avec le texte : le chat dort, le chien dort",
    "donne un exemple d’analogie avec word2vec : roi - homme + femme",
)


@pytest.mark.parametrize("utterance", FOR_THE_COURSE)
def test_what_the_course_says_or_shows_is_no_run(utterance: str) -> None:
    assert asks_course(utterance)
    assert route(utterance).tool == "course_search"


@pytest.mark.parametrize("utterance", FOR_A_DEMO)
def test_an_order_to_run_is_no_question_to_the_course(utterance: str) -> None:
    assert not asks_course(utterance)


ENGLISH = (
    "check my answer",
    "check my answer: a GRU has two gates",
    "verify this: BERT reads both sides",
    "review my definition of perplexity",
    "explain attention",
    "is it true?",
    "is it correct that BERT is bidirectional?",
    "explain it differently",
    "quiz me",
    "test me on LSTM",
    "give me a hint",
    "another hint please",
    "next question",
    "define perplexity",
    "what is BERT?",
    "perplexity, please",
    "why?",
    "how so?",
    "train a bigram",
    "run the LSTM demo",
    "compare LSTM and GRU",
    "show me the formula",
    "help me with my homework",
    "list the exercises",
    "draw a parse tree",
    "summarize chapter 5",
    "correct my exercise: a bigram counts pairs",
    "who wrote word2vec?",
    "does BERT generate text?",
    "can you explain?",
    "attention with two heads",
    "bigram or trigram?",
    "an example, please",
    "thanks!",
    "let's start",
    "simpler words please",
    "find the odd word",
    "what does OOV mean?",
    "are LSTMs faster than RNNs?",
    "hello, explain backpropagation",
)
FRENCH = (
    "add-k, c’est quoi ?",
    "Add-one ou Laplace, lequel choisir ?",
    "Use case d’un LSTM ?",
    "Sample efficiency, ça veut dire quoi ?",
    "vérifie ma réponse",
    "vérifie ma réponse : un GRU a deux portes",
    "corrige mon exercice : BERT lit tout",
    "explique l’attention",
    "est-ce vrai ?",
    "explique autrement",
    "interroge-moi",
    "teste-moi sur les LSTM",
    "un indice stp",
    "encore un indice",
    "question suivante",
    "définis la perplexité",
    "c’est quoi BERT ?",
    "perplexité, stp",
    "pourquoi ?",
    "comment ça ?",
    "entraîne un bigramme",
    "lance la démo LSTM",
    "compare LSTM et GRU",
    "montre la formule",
    "aide-moi pour mon devoir",
    "liste les exercices",
    "dessine un arbre",
    "résume le chapitre 5",
    "qui a écrit word2vec ?",
    "BERT génère-t-il du texte ?",
    "tu peux expliquer ?",
    "attention avec deux têtes",
    "bigramme ou trigramme ?",
    "un exemple, svp",
    "merci !",
    "plus simplement",
    "trouve l’intrus",
    "les LSTM sont plus rapides ?",
    "c koi un transformer",
    "salut, explique la rétropropagation",
    "mot suivant après « the cat »",
    "vrai ou faux : un GRU a deux portes",
    "kes ke le TAL",
    "indice",
    "la suite",
    "autre exemple",
    "un quiz sur BERT",
    "montre-moi « attention is all you need »",
)


@pytest.mark.parametrize("utterance", ENGLISH)
def test_short_english_is_heard_as_english(utterance: str) -> None:
    assert detect_language(utterance, "fr") == "en"


@pytest.mark.parametrize("utterance", FRENCH)
def test_short_french_is_heard_as_french(utterance: str) -> None:
    assert detect_language(utterance, "en") == "fr"


@pytest.mark.parametrize("utterance", ["LSTM", "BERT ?", "softmax", "3", ""])
def test_words_of_both_languages_follow_the_interface(utterance: str) -> None:
    assert (detect_language(utterance, "en"), detect_language(utterance, "fr")) == ("en", "fr")
