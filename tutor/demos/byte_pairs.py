"""Byte pair encoding: learn which pieces of words are worth a token of their own.

A text is bytes to begin with: 256 tokens that can write anything, whatever the script. Then, again and again, the two
neighbours that stand side by side most often are merged into a new token, and the merges are remembered in order. To
cut a new text, the same merges are made in the same order.

    >>> pairs = BytePairs(merges=3).fit("aaabdaaabac")
    >>> [pairs.show(pair) for pair in pairs.merges_], pairs.encode("aab")
    (['aa', 'ab', 'aaab'], [256, 98])
    >>> pairs.decode(pairs.encode("Ça va ? 😀"))
    'Ça va ? 😀'

A merge never crosses the border between two words: the text is first cut into words, each with the space before it,
runs of digits, and runs of signs. Of two pairs that are as frequent, the one of smaller numbers is merged.

Left out: special tokens, and normalising the text first (NFC), which would make the round trip inexact.
Source: R. Sennrich, B. Haddow and A. Birch, « Neural Machine Translation of Rare Words with Subword Units » (2016).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Self

import regex

Pair = tuple[int, int]

_WORDS = r" ?\p{L}[\p{L}\p{M}]*| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"


def chunks(text: str) -> list[str]:
    """Cut a text where no merge may cross.

    >>> chunks("L’été 2024, oui !")
    ['L', '’', 'été', ' 2024', ',', ' oui', ' !']
    """
    return list(regex.findall(_WORDS, text))


class BytePairs:
    """A vocabulary of byte pairs.

    Learned: ``merges_`` (pairs of tokens, in order; the i-th makes token 256 + i), ``counts_`` (how often each stood
    in the text when it was merged), ``pieces_`` (the bytes of each token).
    """

    def __init__(self, merges: int = 200) -> None:
        self.merges = merges

    def fit(self, text: str) -> Self:
        """Learn up to ``merges`` merges; stops when no pair occurs twice."""
        for _ in self.steps(text):
            pass
        return self

    def steps(self, text: str) -> Iterator[Pair]:
        """Learn like ``fit``, yielding each pair that is merged."""
        self.merges_: list[Pair] = []
        self.counts_: list[int] = []
        self.pieces_ = [bytes([byte]) for byte in range(256)]
        self._rank: dict[Pair, int] = {}
        words = Counter(chunks(text))
        cut = [list(word.encode()) for word in words]
        times = list(words.values())
        found: Counter[Pair] = Counter()  # how often a pair occurs
        where: defaultdict[Pair, set[int]] = defaultdict(set)  # in which words: only these change when it is merged
        for i, tokens in enumerate(cut):
            for pair in pairwise(tokens):
                found[pair] += times[i]
                where[pair].add(i)
        while len(self.merges_) < self.merges and found:
            best = min(found, key=lambda pair: (-found[pair], pair))
            if found[best] < 2:
                break
            new = len(self.pieces_)
            self.merges_.append(best)
            self.counts_.append(found[best])
            self.pieces_.append(self.pieces_[best[0]] + self.pieces_[best[1]])
            for i in list(where[best]):
                for pair in pairwise(cut[i]):
                    found[pair] -= times[i]
                    where[pair].discard(i)
                cut[i] = merged(cut[i], best, new)
                for pair in pairwise(cut[i]):
                    found[pair] += times[i]
                    where[pair].add(i)
            found = +found  # without what has come down to zero
            self._rank[best] = len(self._rank)
            yield best

    def encode(self, text: str, merges: int | None = None) -> list[int]:
        """Return the tokens of any text; with the first ``merges`` merges alone, when given."""
        most = len(self.merges_) if merges is None else merges
        cut = {chunk: self._encode_chunk(chunk.encode(), most) for chunk in set(chunks(text))}
        return [token for chunk in chunks(text) for token in cut[chunk]]

    def decode(self, tokens: list[int]) -> str:
        """Return the text that tokens stand for."""
        return b"".join(self.pieces_[token] for token in tokens).decode("utf-8", "replace")

    def show(self, pair: Pair) -> str:
        """Return what a merge makes, as text."""
        return self.decode(list(pair))

    def _encode_chunk(self, chunk: bytes, most: int) -> list[int]:
        tokens = list(chunk)
        while len(tokens) > 1:
            first = min(pairwise(tokens), key=lambda pair: self._rank.get(pair, most))
            rank = self._rank.get(first, most)
            if rank >= most:
                break
            tokens = merged(tokens, first, 256 + rank)
        return tokens


def merged(tokens: list[int], pair: Pair, new: int) -> list[int]:
    """Write ``new`` where ``pair`` stands, from the left.

    >>> merged([1, 1, 1, 2], (1, 1), 9)
    [9, 1, 2]
    """
    out: list[int] = []
    i = 0
    while i < len(tokens):
        if tokens[i : i + 2] == list(pair):
            out.append(new)
            i += 2
        else:
            out.append(tokens[i])
            i += 1
    return out
