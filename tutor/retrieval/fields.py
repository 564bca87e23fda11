"""Tells that a question is about a neighbouring subject: it names a concept of the field that the course never names.

« À quoi sert le dropout ? » shares its other words, and much of its meaning, with a course on networks. What gives it
away: « dropout » is a term of the field, and absent here under all of its names. Words that are merely unknown do not:
most of those are misspelt, or everyday words for what the course calls otherwise.

``field_terms.txt`` lists the concepts, each with its names in French and English. Left out: subjects far from language
models (no list holds them all; their distance is seen by ``search``), and concepts that the course only mentions in
passing: named is taken for covered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

from tutor.retrieval.lexical import stem, words

_FILE = Path(__file__).with_name("field_terms.txt")
_Name = tuple[str, ...]
"""The stems of a concept's name, small words included."""


@cache
def concepts() -> tuple[tuple[str, ...], ...]:
    """Return the concepts of the field, each as its names."""
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    written = (line for line in lines if line.strip() and not line.startswith("#"))
    return tuple(tuple(name.strip() for name in line.split("|")) for line in written)


@cache
def _by_first_stem() -> dict[str, tuple[tuple[_Name, int], ...]]:
    """Return each name with the number of its concept, under its first stem."""
    found: dict[str, list[tuple[_Name, int]]] = {}
    for number, names in enumerate(concepts()):
        for name in {tuple(map(stem, words(name))) for name in names}:
            found.setdefault(name[0], []).append((name, number))
    return {first: tuple(names) for first, names in found.items()}


def named(text_words: Sequence[str]) -> set[int]:
    """Return the numbers of the concepts that a question names; a name inside a longer one is not named apart.

    Args:
        text_words: ``words(question)``.

    >>> [concepts()[number][0] for number in named(words("et la descente de gradient stochastique ?"))]
    ['sgd']
    """
    found = list(_places(text_words))
    return {
        number
        for start, end, number in found
        if not any(a <= start and end <= b and (a, b) != (start, end) for a, b, _ in found)
    }


def named_in(texts: Iterable[Sequence[str]]) -> set[int]:
    """Return the numbers of the concepts that any of a course's texts, given as ``words``, names."""
    return {number for text in texts for _, _, number in _places(text)}


def _places(text_words: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """Yield where names stand, first word and end, and the number of their concept."""
    known = _by_first_stem()
    stemmed = [stem(word) for word in text_words]
    for place, first in enumerate(stemmed):
        for name, number in known.get(first, ()):
            if tuple(stemmed[place : place + len(name)]) == name:
                yield place, place + len(name), number
