"""Checks what a model writes, sentence by sentence, against the passages it was given.

A sentence is kept when one sentence of a passage, read with its neighbours, backs it: it holds most of the telling
words or says nearly the same by embedding, it is as affirmative or as negative, and its passage holds every number.
Across languages few words match: the embedding decides, and a name or a word of the same root must be shared. A
display formula or a block of code must stand in the passage, spaces aside. The citation is that sentence of the
passage, found here: the numbers that the model writes in brackets are removed. What is left out: entailment. A
sentence that swaps a subject or a verb (« retire » for « ajoute ») can pass, so the page says « backed by the
course », not « true ».

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
from tutor.retrieval.markdown import Piece, pieces
from tutor.retrieval.sentences import sentences

WORDS_SHARED = 0.7
"""Share of a sentence's telling stems that the sentence cited and its neighbours must hold."""
COSINE: dict[bool, float] = {True: 0.94, False: 0.89}
"""Or: cosine with the sentence cited; same language or not."""

_BRACKETS = re.compile(r"\s*\[\d+(?:\s*,\s*\d+)*\]")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_END = re.compile(r"(?:(?<=[.!?…])|(?<=[.!?…]”))(?:\s*\[\d+\])*\s+(?=[A-ZÀÂÇÉÈÊÎÔŒ«“\"(])|\s*\n\s*(?=[^\s$\\`~a-zà-ÿ])")
"""Where a sentence ends: a mark before a capital, or a line, unless a formula, code or a small letter goes on."""
_OPENERS = ("```", "~~~", "$$", "\\[", "\\(")
_ENDS = re.compile(r"[.!?…\n`~$\])”]")
LONGEST_OPEN = 400
"""Characters after which a formula, code or quotation that does not close is taken for text."""
_ROOT = 5
"""Letters that two words of the same root share: « perplexité », “perplexity”."""


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
        self._close = {hit.passage.id: _close(hit.passage.text) for hit in hits}
        self._numbers = {hit.passage.id: numbers(hit.passage.text) for hit in hits}
        self._vectors = embedder.embed_passages([quote.text for quote in self.quotes]) if self.quotes else None

    def sentences(self, stream: Iterable[str]) -> Iterator[str]:
        """Yield each sentence as soon as it is complete."""
        pending = ""
        for written in stream:
            pending += written
            if not _ENDS.search(written) and not _END.search(pending, max(0, len(pending) - len(written) - 40)):
                continue  # nothing can have ended
            while end := _first_end(pending):
                sentence, pending = pending[: end.start()], pending[end.end() :]
                if cited := re.match(r"(?:\s*\[\d+\])+", end[0]):
                    sentence += cited[0]
                if sentence.strip():
                    yield sentence.strip()
        if pending.strip():
            yield pending.strip()

    def check(self, sentence: str) -> Verdict:
        """Judge one sentence."""
        parts = list(pieces(sentence))
        bare = "".join(
            _BRACKETS.sub("", part.text) if part.kind == "text" else sentence[part.start : part.end] for part in parts
        ).strip()
        exact = [_close(part.text) for part in parts if part.kind in ("display", "fence")]
        prose = " ".join(part.text for part in parts if part.kind not in ("display", "fence"))
        telling = set(stems(_BRACKETS.sub("", prose)))
        if self._vectors is None or not (telling or exact):
            return Verdict(bare, 0.0, None)
        claimed, negative, language = numbers(_BRACKETS.sub("", prose)), is_negative(prose), language_of(prose)
        cosines = self._vectors @ self.embedder.embed_passages([bare])[0]
        best: tuple[float, float, int] | None = None
        for index, quote in enumerate(self.quotes):
            if not all(copied in self._close[quote.passage.id] for copied in exact):
                continue
            shared = len(telling & self._around[index]) / len(telling) if telling else 1.0
            cosine = float(cosines[index])
            alike = language_of(quote.text) == language
            close = cosine >= COSINE[alike] and (alike or _share_a_root(prose, quote.text))
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


def _first_end(text: str) -> re.Match[str] | None:
    """Return the first end of a sentence that is inside no code, formula or “quotation”, open ones included."""
    parts = list(pieces(text))
    whole = [(part.start, part.end) for part in parts if part.kind != "text"]
    marks = sorted(mark for part in parts if part.kind == "text" for mark in _marks(part))
    opened = min((at for at, mark in marks if mark in _OPENERS and len(text) - at <= LONGEST_OPEN), default=len(text))
    for end in _END.finditer(text):
        if end.start() > opened:
            return None
        quotes = [(at, mark) for at, mark in marks if mark in "“”" and at < end.start()]
        quoted = bool(quotes) and quotes[-1][1] == "“" and end.start() - quotes[-1][0] <= LONGEST_OPEN
        if not quoted and not any(a < end.start() < b for a, b in whole):
            return end
    return None


def _marks(part: Piece) -> Iterator[tuple[int, str]]:
    """Yield where code, formulas and quotations open (and quotations close) in a stretch of text."""
    for mark in (*_OPENERS, "“", "”"):
        at = part.text.find(mark)
        while at >= 0:
            yield part.start + at, mark
            at = part.text.find(mark, at + 1)


def _close(text: str) -> str:
    """Return a text without its spaces: code and formulas are compared so."""
    return re.sub(r"\s+", "", text)


def _share_a_root(one: str, other: str) -> bool:
    """Say whether two texts share a telling word, or its first letters.

    >>> _share_a_root("Perplexity is a mean.", "La perplexité est une moyenne."), _share_a_root("A cat.", "Un chien.")
    (True, False)
    """
    roots = [{stem[:_ROOT] for stem in stems(text)} for text in (one, other)]
    return bool(roots[0] & roots[1])


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
