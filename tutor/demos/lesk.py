"""Which sense of a word? The simplified Lesk algorithm, on a small list of senses.

    score(sense) = number of stems that its definition shares with the sentence

The list is ``word_senses.csv``: two or three senses a word, with definitions that we wrote for this course. Small words
do not count, and words are compared by their stem (« chasse », « chasser »), unlike in the chapter, which compares them
as they are.

    >>> [(each.name, each.common) for each in scores("avocat", "Cet avocat défend son client")]
    [('fruit', ()), ('métier', ('client', 'défend'))]

Left out: WordNet's senses, whose data do not come with this program; the definitions of the neighbours (Lesk, 1986).
"""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tutor.demos.stems import stem


@dataclass(frozen=True, slots=True)
class Sense:
    """A sense of a word, and what a sentence shares with its definition."""

    name: str
    definition: str
    common: tuple[str, ...] = ()
    """The words of the sentence."""


@functools.cache
def senses() -> Mapping[str, tuple[Sense, ...]]:
    """Return the senses of each word of the list.

    >>> [sense.name for sense in senses()["souris"]]
    ['animal', 'ordinateur']
    """
    found: dict[str, tuple[Sense, ...]] = {}
    with Path(__file__).with_name("word_senses.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["mot"]] = (*found.get(row["mot"], ()), Sense(row["sens"], row["definition"]))
    return found


def scores(word: str, sentence: str) -> list[Sense]:
    """Return the senses of ``word`` with what each shares with the sentence, in the order of the list."""
    around = {stem(each): each for each in content(sentence) if stem(each) != stem(word)}
    return [
        Sense(sense.name, sense.definition, tuple(sorted(around[s] for s in around if s in stems_of(sense.definition))))
        for sense in senses().get(word, ())
    ]


def stems_of(text: str) -> set[str]:
    """Return the stems of the words that say something."""
    return {stem(word) for word in content(text)}


def content(text: str) -> list[str]:
    """Return the words that say something of the subject, in lower case.

    >>> content("L’avocat défend son client.")
    ['avocat', 'défend', 'client']
    """
    from spacy.lang.fr.stop_words import STOP_WORDS

    return [word for word in re.findall(r"[^\W\d_]+", text.lower()) if word not in STOP_WORDS and len(word) > 1]
