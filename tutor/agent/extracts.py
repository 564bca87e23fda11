"""Answers made of the course's own sentences: chosen by words and embeddings, shown in the order of the course.

A sentence is scored by how close it is to the question (cosine of embeddings), how many of the question's telling
words it holds, and how well its passage was found. A sentence that leans on the one before (« Elle offre… ») is quoted
with it. Later sentences must score nearly as well as the first, or hold a word of the question that is still uncovered: so
both sides of a comparison get a sentence. Left out on purpose: any word that is not the course's, and the small
model's opinion: measured, a 270M model chooses sentences worse than shared word stems do.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.contracts import Citation, Embedder, Hit, Passage
from tutor.retrieval.lexical import stems
from tutor.retrieval.sentences import sentences

PASSAGES_READ = 4
MOST_QUOTES = 4
LONGEST_ANSWER = 600
"""In characters, all quotes together: what is read in half a minute."""
MARGIN = 1.5
"""How far below the best score, in standard deviations, a quote still answers the question."""
NEW_WORDS = 0.1
"""Or: the share of the question's telling words that it alone holds."""
SAME = 0.97
"""Cosine above which two sentences say the same: the course says some things twice."""

_ASKS_FOR_LINK = re.compile(
    r"\b(liens?|links?|urls?|vid[ée]os?|adresses?|sites?|o[ùu]|where|ressources?|arxiv)\b", re.I
)


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of a passage: ``passage.text[start:end]``."""

    passage: Passage
    start: int
    end: int

    @property
    def text(self) -> str:
        """The sentence, exactly as in the passage."""
        return self.passage.text[self.start : self.end]

    def overlaps(self, other: Quote) -> bool:
        """Say whether the two share words of one passage."""
        return self.passage.id == other.passage.id and self.start < other.end and other.start < self.end

    def citation(self, number: int) -> Citation:
        """Return this quote as the citation ``[number]``."""
        p = self.passage
        return Citation(number, p.chapter, p.section, self.text, p.id, self.start, self.end)


class QuoteChooser:
    """Chooses quotes; keeps the vectors of the sentences it has read, for the next question on the same passages."""

    def __init__(self, embedder: Embedder) -> None:
        self.embedder = embedder
        self._vectors: dict[str, NDArray[np.float32]] = {}

    def choose(self, question: str, hits: Sequence[Hit]) -> list[Quote]:
        """Return one to ``MOST_QUOTES`` quotes that answer ``question``, in the order of the course.

        Args:
            question: as the student wrote it.
            hits: passages found, best first; the first ``PASSAGES_READ`` are read.
        """
        candidates = [(hit, quote) for hit in hits[:PASSAGES_READ] for quote in _candidates(question, hit.passage)]
        if not candidates:
            return [Quote(hit.passage, 0, len(hit.passage.text)) for hit in hits[:1]]
        words = _TellingWords(question, [quote for _, quote in candidates])
        vectors = self._embed([f"{quote.passage.section}. {quote.text}" for _, quote in candidates])
        cosine = vectors @ self.embedder.embed_queries([question])[0]
        found = np.array([hit.score for hit, _ in candidates])
        score = _standard(cosine) + 0.6 * _standard(words.coverage) + 0.3 * _standard(found)

        first, *others = (int(index) for index in np.argsort(-score))
        chosen = [first]
        covered = set(words.held[first])
        for index in others:
            length = sum(len(candidates[i][1].text) for i in (*chosen, index))
            adds = words.share(words.held[index] - covered) >= NEW_WORDS
            if len(chosen) == MOST_QUOTES or length > LONGEST_ANSWER:
                continue
            if not adds and score[index] < score[first] - MARGIN:
                continue
            if any(candidates[index][1].overlaps(candidates[other][1]) for other in chosen):
                continue
            if any(float(vectors[index] @ vectors[other]) > SAME for other in chosen):
                continue
            chosen.append(index)
            covered |= words.held[index]
        quotes = [candidates[index][1] for index in chosen]
        return sorted(quotes, key=lambda quote: (quote.passage.position, quote.start))

    def _embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        new = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        if new:
            self._vectors.update(zip(new, self.embedder.embed_passages(new), strict=True))
        return np.stack([self._vectors[text] for text in texts])


class _TellingWords:
    """The question's stems, weighted by how few of the candidate sentences hold them (inverse document frequency)."""

    def __init__(self, question: str, quotes: Sequence[Quote]) -> None:
        asked = set(stems(question))
        self.held = [set(stems(quote.text)) & asked for quote in quotes]
        counts = {stem: sum(stem in held for held in self.held) for stem in asked}
        self.weight = {stem: math.log(1 + len(quotes) / (1 + count)) for stem, count in counts.items() if count}
        self.coverage = np.array([self.share(held) for held in self.held])

    def share(self, some: set[str]) -> float:
        """Return the weight of ``some`` stems, as a share of the question's."""
        total = sum(self.weight.values())
        return sum(self.weight[stem] for stem in some) / total if total else 0.0


def display(quote: Quote, number: int) -> str:
    """Return the Markdown paragraph that shows ``quote`` as citation ``[number]``."""
    return f"« {plain(quote.text)} » [{number}]\n\n"


def plain(markdown: str) -> str:
    """Put a quote on one line and disarm what a document could smuggle in: HTML, images, half-open emphasis.

    >>> plain("- **RNN** : un ![x](http://a/b.png) <b>réseau</b>\\n  récurrent")
    '**RNN** : un x &lt;b>réseau&lt;/b> récurrent'
    """
    line = re.sub(r"^\s*(?:[-*+]|\d+[.)]|>)\s+", "", markdown)
    line = re.sub(r"!\[([^\]]*)\]\([^)]*\)", r"\1", line)
    line = " ".join(line.split()).replace("<", "&lt;")
    return line if line.count("**") % 2 == 0 else line.replace("**", "")


_ASIDES = frozenset(stems("Sources Références Bibliographie Objectifs Objectives References"))
"""Sections that list what a chapter rests on or aims at: quoted only when the question asks for them."""


def _candidates(question: str, passage: Passage) -> list[Quote]:
    heading = set(stems(passage.section))
    if heading and heading <= _ASIDES and not heading & set(stems(question)):
        return []
    kinds = {"sentence", "item", "row"} | ({"links"} if _ASKS_FOR_LINK.search(question) else set())
    quotes: list[Quote] = []
    for span in sentences(passage.text):
        if span.kind not in kinds:
            continue
        start = span.start
        leans = quotes and _LEANS.match(passage.text, start) and _next_to(passage.text, quotes[-1].end, start)
        if leans and span.end - quotes[-1].start <= LONGEST_ANSWER:
            start = quotes[-1].start
        quotes.append(Quote(passage, start, span.end))
    return quotes


_LEANS = re.compile(
    r"(?:Ils?|Elles?|Cel[au]|Ceci|Celles?|Celui|Ceux|Ce|Cet|Cette|Ces|Leurs?|De plus|En outre|Mais|Toutefois|Cependant"
    r"|Ainsi|Par exemple|Par ailleurs|En effet|It|They|This|These|That|Its|Their|However|Moreover|For example)\b"
)


def _next_to(text: str, end: int, start: int) -> bool:
    """Say whether a sentence that starts at ``start`` goes on in the paragraph of the one that ends at ``end``."""
    between = text[end:start]
    return not between.strip() and between.count("\n") < 2


def _standard(values: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
    deviation = values.std()
    return (values - values.mean()) / deviation if deviation else np.zeros_like(values)
