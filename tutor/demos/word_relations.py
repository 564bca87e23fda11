"""Relations between words: what is more general, the same, the contrary, a part.

The file ``word_relations.csv`` is ours: some eighty links between words of the course and of every day, and no more. It
is to a wordnet what a drawing is to a map: it relates words, not senses (« souris » is an animal there, no device).

    >>> up(relations(), "chat")
    ['félin', 'carnivore', 'animal', 'être vivant']
    >>> sorted(related(relations(), "chaud").items())
    [('antonyme', ['froid'])]

Left out: synsets, senses, glosses, and a language other than French.
"""

from __future__ import annotations

import csv
import functools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

Link: TypeAlias = tuple[str, str, str]
"""(word, relation, other word): « félin » is the hyperonyme of « chat » in ("chat", "hyperonyme", "félin")."""

INVERSE: Mapping[str, str] = {
    "hyperonyme": "hyponyme",
    "synonyme": "synonyme",
    "antonyme": "antonyme",
    "méronyme": "holonyme",
}


@functools.cache
def written() -> tuple[Link, ...]:
    """Return the links that the file has."""
    with Path(__file__).with_name("word_relations.csv").open(encoding="utf-8", newline="") as file:
        return tuple((row["mot"], row["relation"], row["autre"]) for row in csv.DictReader(file))


@functools.cache
def relations() -> tuple[Link, ...]:
    """Return every link of the file, and its inverse."""
    links = written()
    return tuple(dict.fromkeys([*links, *((other, INVERSE[relation], word) for word, relation, other in links)]))


def related(links: Sequence[Link], word: str) -> dict[str, list[str]]:
    """Return relation → the words that stand in it to ``word``."""
    found: dict[str, list[str]] = {}
    for each, relation, other in links:
        if each == word:
            found.setdefault(relation, []).append(other)
    return found


def up(links: Sequence[Link], word: str) -> list[str]:
    """Return the hypernyms of a word, from the nearest to the most general."""
    chain: list[str] = []
    while above := related(links, chain[-1] if chain else word).get("hyperonyme"):
        if above[0] in (word, *chain):  # a file with a circle in it
            break
        chain.append(above[0])
    return chain


def path_similarity(links: Sequence[Link], a: str, b: str) -> float | None:
    """Return 1 / (1 + d), d the links between two words through their nearest common hypernym; None without one.

    >>> path_similarity(relations(), "chien", "loup"), path_similarity(relations(), "chien", "chat")
    (0.3333333333333333, 0.2)
    """
    high_a, high_b = [a, *up(links, a)], [b, *up(links, b)]
    shared = [high_a.index(word) + high_b.index(word) for word in high_a if word in high_b]
    return 1 / (1 + min(shared)) if shared else None
