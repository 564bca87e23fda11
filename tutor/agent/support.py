"""Checks what a model writes, sentence by sentence, against the passages it was given.

A sentence is kept when one sentence of a passage, read with its neighbours, backs it: it holds most of the telling
words or says nearly the same by embedding, it is as affirmative or as negative, and its passage holds every number.
Across languages words do not match, and the embedding alone decides. The citation is that sentence of the passage,
found here: the numbers that the model writes in brackets are removed. What is left out: entailment. A sentence that
swaps a subject or a verb (« retire » for « ajoute ») can pass, so the page says « backed by the course », not « true ».

The thresholds come from 24 hand-written pairs on our chapters, so they are coarse. Cosine with the sentence cited:
true English paraphrases .90 to .94, false English .81 to .88; true French .90 to .98, false French .84 to .93.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tutor.agent.extracts import Quote
from tutor.contracts import Citation, Embedder, Hit
from tutor.retrieval.lexical import language_of, stems
from tutor.retrieval.sentences import sentences

WORDS_SHARED = 0.7
"""Share of a sentence's telling stems that the sentence cited and its neighbours must hold."""
COSINE: dict[bool, float] = {True: 0.94, False: 0.89}
"""Or: cosine with the sentence cited; same language or not."""

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
        self.quotes: list[Quote] = []
        self._around: list[set[str]] = []
        for hit in hits:
            text = hit.passage.text
            spans = sentences(text)
            for place, span in enumerate(spans):
                near = spans[max(place - 1, 0) : place + 2]
                self.quotes.append(Quote(hit.passage, span.start, span.end))
                self._around.append(set(stems(f"{hit.passage.section} {text[near[0].start : near[-1].end]}")))
        self._numbers = {hit.passage.id: numbers(hit.passage.text) for hit in hits}
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
        claimed, negative, language = numbers(bare), is_negative(bare), language_of(bare)
        cosines = self._vectors @ self.embedder.embed_passages([bare])[0]
        best: tuple[float, float, int] | None = None
        for index, quote in enumerate(self.quotes):
            shared = len(telling & self._around[index]) / len(telling)
            cosine = float(cosines[index])
            close = cosine >= COSINE[language_of(quote.text) == language]
            if not (close or shared >= WORDS_SHARED) or is_negative(quote.text) != negative:
                continue
            if claimed <= self._numbers[quote.passage.id]:
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


_NUMBER_WORDS = {
    word: str(value)
    for words in (
        "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize",
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen",
    )
    for value, word in enumerate(words.split())
    if word not in ("un", "one")  # more often an article or a pronoun than a number
}


def numbers(text: str) -> set[str]:
    """Return the numbers of a text, digits and small number words alike.

    >>> sorted(numbers("trois portes, 0,5 et 12"))
    ['0.5', '12', '3']
    """
    digits = {number.replace(",", ".") for number in _NUMBER.findall(text)}
    return digits | {_NUMBER_WORDS[word] for word in re.findall(r"\w+", text.lower()) if word in _NUMBER_WORDS}


def is_negative(text: str) -> bool:
    """Say whether a sentence denies something.

    >>> is_negative("Il n’ajoute rien."), is_negative("It never adds."), is_negative("Il ajoute 1.")
    (True, True, False)
    """
    return bool(_NEGATION.search(text))


_NEGATION = re.compile(r"\b(ne|jamais|aucune?|sans|not|never|no|without|cannot)\b|\bn['’]|n['’]t\b", re.IGNORECASE)
