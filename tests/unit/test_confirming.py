"""What confirms a student's sentence: the same words in the same order, from a sentence that states them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tutor.agent.confirming import confirms, statement
from tutor.contracts import Passage
from tutor.retrieval.chapters import read_course
from tutor.retrieval.sentences import sentences

GATES = "Un GRU (Gated Recurrent Unit), ou unité récurrente à portes, est un RNN à deux portes et sans état de cellule."
MASK = "Un encodeur ne distingue pas l’ordre des mots sans codage de position."
ATTENTION = "Un transformer remplace la récurrence par l’auto-attention, et il lit tous les mots en parallèle."
LAPLACE = "Le lissage de Laplace ajoute 1 à chaque compte, sauf si le corpus est vide."
SMOOTHING = "Le lissage de Laplace ajoute 1 à chaque compte."
DATE = "En 2013, word2vec apprend des vecteurs denses à partir de textes bruts."
FASTER = "Un GRU calcule moins de produits qu’un LSTM."
RELU = "La ReLU garde les nombres positifs et remplace les négatifs par 0."
RELATIVE = "Une cellule contient une porte qui lit l’état et efface la mémoire du passé."
OR = "Un modèle publié est ouvert ou fermé."


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Un GRU a deux portes.", GATES),
        ("je pense que le GRU possède 2 portes", GATES),
        ("un GRU est un RNN à deux portes", GATES),
        ("Un transformer remplace la récurrence par l'auto-attention", ATTENTION),
        ("le lissage de Laplace ajoute 1 à chaque compte", SMOOTHING),
        ("word2vec apprend des vecteurs denses à partir de textes bruts en 2013", DATE),
        ("un encodeur ne distingue pas l'ordre des mots sans codage de position", MASK),
        ("Un GRU calcule moins de produits qu’un LSTM", FASTER),
        (
            "la descente soustrait de chaque poids sa dérivée",
            "La descente soustrait de chaque poids $\\theta$ sa dérivée.",
        ),
        (
            "un biais est un écart que le modèle reprend",
            "Un biais est un écart, comme un cliché, que le modèle reprend.",
        ),
    ],
)
def test_the_same_words_in_the_same_order_are_confirmed(claim: str, quote: str) -> None:
    assert confirms(claim, quote)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Un LSTM a deux portes.", GATES),
        ("Un GRU a trois portes.", GATES),
        ("Un GRU n’a pas deux portes.", GATES),
        ("GRU deux portes récurrentes", GATES),  # no verb
        ("un GRU", GATES),
        ("Un transformer remplace l'auto-attention par la récurrence", ATTENTION),
        ("Un transformer remplace l’auto-attention", ATTENTION),
        ("Un transformer lit tous les mots un par un", ATTENTION),
        ("L’auto-attention remplace un transformer", ATTENTION),
        ("le lissage de Laplace ajoute 1 à chaque compte", LAPLACE),
        ("le lissage de Laplace ajoute 2 à chaque compte", SMOOTHING),
        ("le lissage de Laplace retire 1 à chaque compte", SMOOTHING),
        ("le lissage de Kneser-Ney ajoute 1 à chaque compte", SMOOTHING),
        ("word2vec apprend des vecteurs denses à partir de textes bruts en 2014", DATE),
        ("Un encodeur ne distingue pas l’ordre des mots", MASK),
        ("Un encodeur distingue l’ordre des mots sans codage de position", MASK),
        ("Un GRU calcule moins de produits", FASTER),
        ("Un GRU calcule plus de produits qu’un LSTM", FASTER),
        ("Un LSTM calcule moins de produits qu’un GRU", FASTER),
        ("Un modèle publié est ouvert", OR),
        ("Le modèle publié est ouvert ou fermé", OR),  # one of the kind is not the one in question
        ("The GRU has two gates.", GATES),
        ("Il remplace la récurrence par l’auto-attention", "Il remplace la récurrence par l’auto-attention."),
        ("Croire que le GRU a deux portes", GATES),
        ("Une cellule efface la mémoire du passé", RELATIVE),
        ("La ReLU garde les négatifs", RELU),
        ("seq2seq est une méthode publiée en 2013", "Word2vec est une méthode publiée en 2013."),
        ("GPT5 est un modèle de Google", "T5 est un modèle de Google."),
        ("un modèle prédit un mot à partir des n+1 mots", "Un modèle prédit un mot à partir des n − 1 mots."),
        ("tanh ramène tout nombre entre 1 et 1", "tanh ramène tout nombre entre −1 et 1."),
        ("BERT choisit au hasard 15 des jetons", "BERT choisit au hasard 15 % des jetons."),
        ("Un modèle prédit un mot et garde un état", "Un modèle récurrent prédit un mot et garde un état."),
        ("Un modèle garde un état caché", "Un modèle récurrent prédit un mot et garde un état caché."),
        (
            "Une capacité émergente est une capacité absente",
            "Une capacité émergente est une capacité absente du petit.",
        ),
        ("Un LLM écrit bien du code", "Un LLM écrit bien du code simple."),
        ("La PPMI remplace par 0 les valeurs", "La PPMI remplace par 0 les valeurs négatives."),
        ("l’attente est un mécanisme de pondération", "L’attention est un mécanisme de pondération."),
        ("Une règle donne un nombre positif", "Une règle donne une position de nombre."),
        ("Un réseau donne la probabilité du mot", "Un réseau donnerait la probabilité du mot."),
        ("Word2vec apprend des vecteurs denses", DATE),  # what follows may restrict it
        ("La ReLU remplace les nombres positifs", RELU),
    ],
)
def test_anything_else_is_not(claim: str, quote: str) -> None:
    assert not confirms(claim, quote)


def test_an_english_course_confirms_in_english() -> None:
    assert confirms("a GRU has two gates", "A GRU has two gates and no cell state.")
    assert not confirms("a GRU has three gates", "A GRU has two gates and no cell state.")
    assert not confirms("a GRU has two gates", "A GRU has two gates only if it is small.")


def passage(text: str, *headings: str) -> Passage:
    headings = headings or ("Chapitre", "Portes")
    return Passage("c#p-1", headings[0], headings[-1], headings, text, "c.md", 0)


def stated(text: str, *headings: str) -> list[str]:
    where = passage(text, *headings)
    return [told for span in sentences(text) if (told := statement(where, span))]


def test_a_statement_is_prose_without_its_label() -> None:
    assert stated("- **GRU (Gated Recurrent Unit)** : un GRU a deux portes.") == ["un GRU a deux portes."]


@pytest.mark.parametrize(
    "text",
    [
        "- Croire que le GRU a trois portes : il en a deux.",
        "On croit que le GRU a trois portes.",
        "| Réseau | Portes |\n|---|---|\n| GRU | deux portes |",
        "```python\ngru = 2  # un GRU a deux portes.\n```",
        "Combien de portes a un GRU ?",
        "- un GRU a deux portes",
    ],
)
def test_errors_rows_code_questions_and_labels_state_nothing(text: str) -> None:
    assert stated(text) == []


@pytest.mark.parametrize("heading", ["Ce qui peut mal tourner", "Pièges", "À toi d’essayer", "Common mistakes", "Quiz"])
def test_sections_of_errors_and_exercises_state_nothing(heading: str) -> None:
    assert stated("Un GRU a trois portes.", "Chapitre", heading) == []
    assert stated("Un GRU a trois portes.", "Chapitre", heading, "Le GRU") == []


# --- on the statements of our own chapters -----------------------------------------------------------------

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
SWAPPED = (
    ("LSTM", "GRU"), ("BERT", "GPT"), ("RNN", "transformer"), ("bigramme", "trigramme"), ("Laplace", "Kneser-Ney"),
    ("encodeur", "décodeur"), ("requête", "clé"), ("CBOW", "skip-gram"), ("plus", "moins"), ("deux", "trois"),
    ("avant", "après"), ("toujours", "jamais"), ("augmente", "diminue"), ("gauche", "droite"),
)  # fmt: skip


@pytest.fixture(scope="module")
def statements() -> list[str]:
    course = read_course(KNOWLEDGE)
    return [
        told
        for passage in course.passages
        for span in sentences(passage.text)
        if (told := statement(passage, span)) and confirms(told, told)
    ]


def spoilt(told: str) -> Iterator[str]:
    """Yield what a statement becomes when one name, number, comparison or denial in it is changed."""
    for one, other in (*SWAPPED, *((b, a) for a, b in SWAPPED)):
        yield re.sub(rf"\b{one}\b", other, told)
    yield re.sub(r"\b(est|a|sont|ont|lit|donne|prédit|garde|permet|mesure) ", r"ne \1 pas ", told, count=1)
    yield re.sub(r"\b(?:ne |n’)(\w+) (?:pas|plus)\b", r"\1", told, count=1)
    yield re.sub(r"\d+", lambda number: str(int(number[0]) + 1), told, count=1)


def test_most_statements_confirm_their_own_words_and_none_the_contrary(statements: list[str]) -> None:
    assert len(statements) > 1500  # 1638 of 1851
    wrong = [(claim, told) for told in statements for claim in spoilt(told) if claim != told]
    assert len(wrong) > 2000
    assert [claim for claim, told in wrong if confirms(claim, told)] == []
