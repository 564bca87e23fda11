"""Splitting a student's text into sentences of words or characters."""

from __future__ import annotations

import pytest

from tutor.demos.corpus import PHRASES, join, split


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Le chat dort. Il rêve !", [["le", "chat", "dort"], ["il", "rêve"]]),
        ("L'étudiant qu’il voit", [["l’", "étudiant", "qu’", "il", "voit"]]),
        ("Aujourd'hui, c'est-à-dire demain…", [["aujourd’hui", "c’", "est-à-dire", "demain"]]),
        ("don't stop", [["don’t", "stop"]]),
        ("π vaut 3.14 ou 3,14", [["π", "vaut", "3.14", "ou", "3,14"]]),
        ("un\ndeux\n\n\ntrois", [["un"], ["deux"], ["trois"]]),
        ("Il dit : « Viens. » Elle vient.", [["il", "dit", "viens"], ["elle", "vient"]]),
        ("😀 👨‍👩‍👧 🇫🇷", [["😀", "👨‍👩‍👧", "🇫🇷"]]),
        ("Мама мыла раму.", [["мама", "мыла", "раму"]]),
        ("नमस्ते दुनिया। नमस्ते", [["नमस्ते", "दुनिया"], ["नमस्ते"]]),
        ("<s> </s>", [["<", "s", ">", "<", "s", ">"]]),  # markup in a text never becomes our own <s>
        ("?! … « »", []),
        ("", []),
    ],
)
def test_words(text: str, expected: list[list[str]]) -> None:
    assert split(text, "word") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ab c", [["a", "b", " ", "c"]]),
        ("e\u0301te\u0301", [["é", "t", "é"]]),  # decomposed accents are one character
        ("a\t\x00b", [["a", " ", "b"]]),
        ("a\n\n  \nb", [["a"], ["b"]]),
        ("👨‍👩‍👧!", [["👨‍👩‍👧", "!"]]),
        (" \n ", []),
    ],
)
def test_characters(text: str, expected: list[list[str]]) -> None:
    assert split(text, "character") == expected


def test_join_writes_what_split_read() -> None:
    words = split("L’étudiant pose une question au modèle.", "word")[0]
    assert join(words, "word") == "l’étudiant pose une question au modèle"
    assert join(["a", " ", "b"], "character") == "a␣b"


def test_the_corpus_has_forty_sentences_and_trigrams_that_come_back() -> None:
    sentences = split(PHRASES, "word")
    assert len(sentences) == 40
    text = PHRASES.lower()
    assert text.count("le mot suivant") == 5
    assert text.count("pose une question") == 3
