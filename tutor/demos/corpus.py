"""Turn a text into sentences of symbols, the way every demo on words or characters does; and a small corpus.

A *word* is a run of letters, marks and digits, in lower case; French elision ends a word (« l’ », « qu’ »); an
emoji is a word of its own. Other punctuation is dropped, after « . ! ? … » and the end of a line have ended a
sentence. A *character* is what a reader sees as one (« é », a flag), spaces and punctuation included; each line
is one sentence.

Left out: tokenizing as modern models do (see the demo on byte pairs), and word boundaries in scripts that write
none (Chinese, Thai): there a whole run of letters is one word, and characters are the better unit.

    >>> split("Le chat dort. L’étudiant lit !", "word")
    [['le', 'chat', 'dort'], ['l’', 'étudiant', 'lit']]
    >>> split("abc", "character")
    [['a', 'b', 'c']]
"""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Literal

import regex

Unit = Literal["word", "character"]

_ELISION = r"(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)’"
_LETTERS = r"[\p{L}\p{N}][\p{L}\p{M}\p{N}]*"
_JOINED = rf"(?:[’\-]|(?<=\p{{N}})[.,](?=\p{{N}})){_LETTERS}"
_WORD = rf"{_ELISION}(?=\p{{L}})|{_LETTERS}(?:{_JOINED})*"
_SYMBOL = r"(?=[\p{S}\p{Extended_Pictographic}\p{Regional_Indicator}])\X"
# A full stop ends a sentence only before a space or the end: « 3.14 » holds none.
_SENTENCE_END = r"[.!?…]+(?=[\s»”\"')\]]|$)|[。！？।]+|\n+"


def split(text: str, unit: Unit) -> list[list[str]]:
    """Split ``text`` into sentences of words, or into lines of characters. Empty sentences are left out."""
    text = unicodedata.normalize("NFC", text).lower().replace("'", "’")
    if unit == "word":
        pieces = regex.split(_SENTENCE_END, text)
        sentences = [regex.findall(f"{_WORD}|{_SYMBOL}", piece) for piece in pieces]
    else:
        lines = [regex.sub(r"[\s\p{Cc}]+", " ", line) for line in text.splitlines()]
        sentences = [regex.findall(r"\X", line) for line in lines if line.strip()]
    return [sentence for sentence in sentences if sentence]


def join(symbols: list[str] | tuple[str, ...], unit: Unit) -> str:
    """Write symbols as text again; a space among characters is shown as « ␣ ».

    >>> join(("l’", "étudiant", "lit"), "word")
    'l’étudiant lit'
    """
    if unit == "character":
        return "".join("␣" if symbol == " " else symbol for symbol in symbols)
    return " ".join(symbols).replace("’ ", "’")


PHRASES = """\
Le chat dort sur le canapé.
Le chat dort sur le tapis.
Le chat dort près du feu.
Le chat mange une souris.
Le chat regarde la souris.
La souris regarde le chat.
La souris mange le fromage.
Le chien dort sur le tapis.
Le chien regarde le chat.
Le chien mange sa soupe.
Le petit chat dort toute la journée.
Le petit chat joue avec la souris.
Le petit chien joue avec le chat.
Une étudiante regarde le petit chat.
Une étudiante lit un livre.
Une étudiante écrit un programme.
L’étudiant lit le cours.
L’étudiant lit un livre sur le langage.
L’étudiant écrit un programme.
L’étudiant pose une question au professeur.
L’étudiant pose une question au modèle.
L’étudiante pose une question au modèle.
Le professeur répond à la question.
Le professeur écrit la formule au tableau.
Le professeur lit le programme.
Le modèle répond à la question.
Le modèle lit un mot.
Le modèle prédit le mot suivant.
Le modèle prédit la fin de la phrase.
Le modèle apprend à prédire le mot suivant.
Le modèle compte les mots du corpus.
Le modèle de langue apprend sur un corpus.
Le modèle de langue prédit le mot suivant.
Un modèle de langue prédit le mot suivant.
Un bon modèle prédit le bon mot.
Le corpus contient un livre et une phrase.
Le mot suivant est dans le corpus.
La fin de la phrase est un mot.
Le chat ne lit pas le cours.
Le modèle ne dort pas.
"""
"""Forty short sentences, written so that bigrams and trigrams come back often enough to be counted by hand."""


def prose() -> str:
    """Return 96,000 characters of French: the running text of this course's chapters, one paragraph a line.

    A copy, without tables, formulas, lists and code, and not the chapters themselves: a run that is repeated next
    year must read the same text.

    >>> len(prose()) > 90_000 and prose().count("modèle") > 150
    True
    """
    return Path(__file__).with_name("course_prose.txt").read_text("utf-8")
