"""Checks what a model writes, sentence by sentence, against the passages it was given.

A sentence is kept when every number in it stands in a passage and when one passage holds most of its telling words
or, across languages, says nearly the same thing by embedding. The citation is the passage's closest sentence, found
here: the numbers that the model writes in brackets are removed. What is left out: entailment. A sentence that turns
a passage's words around (a negation, a swapped subject) passes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tutor.agent.extracts import Quote
from tutor.contracts import Citation, Embedder, Hit
from tutor.retrieval.lexical import stems
from tutor.retrieval.sentences import sentences

WORDS_SHARED = 0.7
"""Share of a sentence's telling stems that its best passage must hold."""
COSINE = 0.92
"""Or: cosine of the sentence with the closest sentence of a passage."""

_BRACKETS = re.compile(r"\s*\[\d+(?:\s*,\s*\d+)*\]")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_END = re.compile(r"(?<=[.!?…])(?:\s*\[\d+\])*\s+(?=[A-ZÀÂÇÉÈÊÎÔŒ«“\"(])|\n+")


@dataclass(frozen=True, slots=True)
class Verdict:
    """``citation`` is None when the sentence is not supported."""

    sentence: str
    support: float
    """In [0, 1]: the larger of the two measures."""
    citation: Quote | None


class SentenceChecker:
    """Holds the passages of one answer and judges its sentences."""

    def __init__(self, hits: Sequence[Hit], embedder: Embedder) -> None:
        self.embedder = embedder
        self.quotes = [Quote(hit.passage, span.start, span.end) for hit in hits for span in sentences(hit.passage.text)]
        self._stems = {hit.passage.id: set(stems(hit.passage.text)) for hit in hits}
        self._numbers = {hit.passage.id: set(_NUMBER.findall(hit.passage.text)) for hit in hits}
        self._vectors = embedder.embed_passages([quote.text for quote in self.quotes]) if self.quotes else None

    def sentences(self, pieces: Iterable[str]) -> Iterator[str]:
        """Yield each sentence as soon as it is complete."""
        pending = ""
        for piece in pieces:
            pending += piece
            *complete, pending = _END.split(pending)
            yield from (sentence for sentence in map(str.strip, complete) if sentence)
        if pending.strip():
            yield pending.strip()

    def check(self, sentence: str) -> Verdict:
        """Judge one sentence."""
        bare = _BRACKETS.sub("", sentence).strip()
        telling = set(stems(bare))
        if self._vectors is None or not telling:
            return Verdict(bare, 0.0, None)
        numbers = set(_NUMBER.findall(bare))
        cosines = self._vectors @ self.embedder.embed_passages([bare])[0]
        best: tuple[float, float, int] | None = None
        for index, quote in enumerate(self.quotes):
            held = self._stems[quote.passage.id]
            shared = len(telling & held) / len(telling)
            cosine = float(cosines[index])
            supported = shared >= WORDS_SHARED or cosine >= COSINE
            if supported and numbers <= self._numbers[quote.passage.id]:
                candidate = (cosine, shared, index)
                best = max(best, candidate) if best else candidate
        if best is None:
            return Verdict(bare, 0.0, None)
        cosine, shared, index = best
        return Verdict(bare, round(max(cosine, shared), 3), self.quotes[index])

    def number(self, quote: Quote, citations: list[Citation]) -> int:
        """Return the number of ``quote`` among ``citations``, adding it when it is new."""
        for citation in citations:
            if (citation.passage_id, citation.start, citation.end) == (
                quote.passage.id,
                quote.start,
                quote.end,
            ):
                return citation.number
        citations.append(quote.citation(len(citations) + 1))
        return len(citations)
