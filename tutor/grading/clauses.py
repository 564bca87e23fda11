"""A copy → its sentences and clauses, each with its exact place in the text.

Made for what students write, which may lack full stops, capitals and accents: rules on punctuation and on a few
linking words. Left out: grammar.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """``text[start:end]``."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the words themselves."""
        return text[self.start : self.end]


_SENTENCE_END = re.compile(r"(?:[.!?…](?!\w|[.!?…]))+[\"»”)\]]*|\n+|;")
_ABBREVIATION = re.compile(r"(?:\b(?:ex|cf|etc|p|vs|art|chap|fig|n|no|num|M|Mme|env)|\b[A-Z])\.$")
_CLAUSE_END = re.compile(
    r"[,:](?!\d)|→|[()]|\s[—–-]\s|\s=\s"
    r"|\s(?=(?:mais|alors qu|tandis qu|car|donc|parce qu|puisqu|lui aussi|while|whereas|but|because)\b)"
)


def sentences(text: str) -> list[Span]:
    """Return the sentences: cut at final marks, semicolons and line ends, trimmed, none without a letter or digit.

    >>> text = "P = 0.5 ici. Fin ?  oui"
    >>> [span.of(text) for span in sentences(text)]
    ['P = 0.5 ici.', 'Fin ?', 'oui']
    """
    return list(_cut(text, Span(0, len(text)), _SENTENCE_END, after=True))


def clauses(text: str, sentence: Span) -> list[Span]:
    """Return the parts of a sentence between commas, colons, brackets and linking words."""
    return list(_cut(text, sentence, _CLAUSE_END, after=False))


def _cut(text: str, whole: Span, at: re.Pattern[str], *, after: bool) -> Iterator[Span]:
    start = whole.start
    for match in at.finditer(text, whole.start, whole.end):
        if after and match.group()[:1] == "." and _ABBREVIATION.search(text[max(0, match.start() - 6) : match.end()]):
            continue
        yield from _trimmed(text, start, match.end() if after else match.start())
        start = match.end()
    yield from _trimmed(text, start, whole.end)


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    while start < end and (text[start].isspace() or text[start] in "-•*;,"):
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if re.search(r"\w", text[start:end]):
        yield Span(start, end)
