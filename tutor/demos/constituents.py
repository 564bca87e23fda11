"""Constituency trees: every analysis that a small grammar gives of a sentence, by the CKY algorithm.

The grammar is ``french_grammar.txt``. A rule « SN -> Det N Adj » says that a Det, an N and an Adj in a row make an SN.
CKY fills a table: ``table[i, j]`` holds the groups that the words i … j-1 can be, built from shorter stretches first.
It wants rules with two symbols on their right; longer ones are folded into two, and unfolded in the trees.

    table[i, j] ∋ A     when A -> B C is a rule, B is in table[i, k] and C in table[k, j], for some i < k < j

    >>> grammar = Grammar("S -> A A | A A A | B", "A -> 'a'", "B -> 'a'")
    >>> grammar.trees(["a", "a", "a"])
    [('S', ('A', 'a'), ('A', 'a'), ('A', 'a'))]
    >>> grammar.trees(["a"]), grammar.unknown(["a", "b"])
    ([('S', ('B', 'a'))], ['b'])

A sentence with several trees is ambiguous. Left out: probabilities, agreement in gender and number (the grammar
accepts « la chat »), rules that go round in circles (A -> B, B -> A), and all that the grammar does not know.
Time grows with the cube of the number of words.
Source: D. H. Younger, « Recognition and Parsing of Context-Free Languages in Time n³ » (1967).
"""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

Tree: TypeAlias = "tuple[str | Tree, ...]"
"""(label, child, …); the child of a word's category is the word."""

_JOIN = "+"
"""In the name of a folded symbol: Adj+SP is « an Adj, then an SP »."""


class Grammar:
    """A context-free grammar: ``rules`` (left, right), ``lexicon`` (word → categories), ``start``, its first symbol."""

    def __init__(self, *lines: str) -> None:
        self.rules: list[tuple[str, tuple[str, ...]]] = []
        self.lexicon: defaultdict[str, list[str]] = defaultdict(list)
        for line in lines:
            left, _, choices = line.partition("->")
            for choice in re.findall(r"(?:'[^']*'|\"[^\"]*\"|[^|'\"])+", choices):
                right = choice.split()
                if right[0][0] in "'\"":
                    self.lexicon[right[0][1:-1]].append(left.strip())
                else:
                    self.rules.append((left.strip(), tuple(right)))
        self.start = self.rules[0][0]
        self._pairs: set[tuple[str, str, str]] = set()
        self._single = [(left, right[0]) for left, right in self.rules if len(right) == 1]
        for left, right in self.rules:
            while len(right) > 2:  # A -> B C D becomes A -> B C+D and C+D -> C D
                rest = _JOIN.join(right[1:])
                self._pairs.add((left, right[0], rest))
                left, right = rest, right[1:]
            if len(right) == 2:
                self._pairs.add((left, *right))

    def unknown(self, words: Sequence[str]) -> list[str]:
        """Return the words that the grammar does not know, each once."""
        return [word for word in dict.fromkeys(words) if word not in self.lexicon]

    def trees(self, words: Sequence[str]) -> list[Tree]:
        """Return every tree of the sentence, none when the grammar has no analysis."""
        table = self.table(words)
        return sorted(self._trees(table, self.start, 0, len(words), words), key=bracketed) if words else []

    def table(self, words: Sequence[str]) -> dict[tuple[int, int], set[str]]:
        """Return the groups that each stretch of words can be."""
        table: dict[tuple[int, int], set[str]] = {}
        n = len(words)
        for i, word in enumerate(words):
            table[i, i + 1] = self._closed(set(self.lexicon.get(word, ())))
        for length in range(2, n + 1):
            for i in range(n - length + 1):
                j = i + length
                found = {A for k in range(i + 1, j) for A, B, C in self._pairs if B in table[i, k] and C in table[k, j]}
                table[i, j] = self._closed(found)
        return table

    def _closed(self, found: set[str]) -> set[str]:
        """Add what a single symbol is by itself: a Nom_propre is an SN."""
        grown = True
        while grown:
            more = {left for left, right in self._single if right in found} - found
            found |= more
            grown = bool(more)
        return found

    def _trees(
        self, table: dict[tuple[int, int], set[str]], symbol: str, i: int, j: int, words: Sequence[str]
    ) -> Iterator[Tree]:
        """Yield the trees of ``symbol`` over the words i … j-1, following the table back."""
        if symbol not in table[i, j]:
            return
        if j == i + 1 and symbol in self.lexicon.get(words[i], ()):
            yield symbol, words[i]
        for left, right in self._single:
            if left == symbol:
                for child in self._trees(table, right, i, j, words):
                    yield symbol, child
        for A, B, C in self._pairs:
            if symbol != A:
                continue
            for k in range(i + 1, j):
                if B not in table[i, k] or C not in table[k, j]:
                    continue
                seconds = list(self._trees(table, C, k, j, words))
                for first in self._trees(table, B, i, k, words):
                    for second in seconds:
                        # C+D is no group of the grammar: its children are those of A
                        yield (symbol, first, *second[1:]) if _JOIN in C else (symbol, first, second)


@functools.cache
def source() -> str:
    """Return the text of the grammar of French."""
    return Path(__file__).with_name("french_grammar.txt").read_text("utf-8")


@functools.cache
def french() -> Grammar:
    """Return the grammar of French.

    >>> len(french().trees("marie observe un homme avec des jumelles".split()))
    2
    """
    lines = [line for line in source().splitlines() if "->" in line and not line.startswith("#")]
    return Grammar(*lines)


def bracketed(tree: Tree | str) -> str:
    """Write a tree on one line.

    >>> bracketed(("SN", ("Det", "le"), ("N", "chat")))
    '(SN (Det le) (N chat))'
    """
    return tree if isinstance(tree, str) else f"({' '.join([str(tree[0]), *map(bracketed, tree[1:])])})"


def flat(tree: Tree) -> list[tuple[str, int | None]]:
    """Return (label, number of the parent) of each node, a parent before its children.

    >>> flat(("SN", ("Det", "le"), ("N", "chat")))
    [('SN', None), ('Det', 0), ('le', 1), ('N', 0), ('chat', 3)]
    """
    found: list[tuple[str, int | None]] = []

    def visit(node: Tree | str, parent: int | None) -> None:
        found.append((node if isinstance(node, str) else str(node[0]), parent))
        here = len(found) - 1
        for child in () if isinstance(node, str) else node[1:]:
            visit(child, here)

    visit(tree, None)
    return found


def attachments(tree: Tree) -> list[tuple[str, str]]:
    """Return (words of a prepositional group or relative clause, label of the group that it is part of).

    >>> attachments(("SN", ("SN", "chat"), ("SP", ("Prep", "sur"), ("SN", "tapis"))))
    [('sur tapis', 'SN')]
    """
    found = []
    for child in tree[1:]:
        if not isinstance(child, str):
            if child[0] in ("SP", "Relative"):
                found.append((" ".join(leaves(child)), str(tree[0])))
            found += attachments(child)
    return found


def leaves(tree: Tree | str) -> list[str]:
    """Return the words under a node."""
    return [tree] if isinstance(tree, str) else [word for child in tree[1:] for word in leaves(child)]
