"""Snowball's French stemmer, twice: PyStemmer, in C, which the search of the course uses too, and NLTK's, in Python.

    >>> stem("chevaux"), stem("marchait"), stem("marchions"), reference("universités")
    ('cheval', 'march', 'marchion', 'univers')

A stem is what is left when the usual endings are cut, by rules and without a dictionary; it need not be a word. The
two programs follow editions of the same rules some years apart, so they differ on a few words (« mauvais »).
Source: M. F. Porter, « Snowball: A language for stemming algorithms » (2001).
"""

from __future__ import annotations

import functools
from typing import Any


@functools.cache
def _fast() -> Any:
    import Stemmer

    return Stemmer.Stemmer("french")


@functools.cache
def _slow() -> Any:
    from nltk.stem.snowball import FrenchStemmer

    return FrenchStemmer()


def stem(word: str) -> str:
    """Return the stem of a word by PyStemmer."""
    return str(_fast().stemWord(word.lower()))


def reference(word: str) -> str:
    """Return the stem of a word by NLTK."""
    return str(_slow().stem(word.lower()))
