"""Answers made of the course's own sentences: chosen by words and embeddings, shown in the order of the course.

A sentence is scored by how close it is to the question (cosine of embeddings), how many of the question's telling
words it holds, and how well its passage was found. Later sentences must add something: a word of the question that
is still uncovered. Both sides of a comparison get a sentence. Left out on purpose: any word that is not the
course's; measured, a 270M model chooses sentences worse than shared word stems do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tutor.contracts import Citation, Embedder, Hit, Passage
from tutor.retrieval.lexical import stems
from tutor.retrieval.sentences import sentences

PASSAGES_READ = 5
MOST_QUOTES = 3

_LINK = re.compile(r"https?://\S+|\[[^\]]*\]\([^)]*\)")
_ASKS_FOR_LINK = re.compile(r"\b(liens?|links?|urls?|vid[ée]os?|adresses?|sites?|o[ùu]|where|ressources?|arxiv)\b", re.I)


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

    def citation(self, number: int) -> Citation:
        """Return this quote as the citation ``[number]``."""
        p = self.passage
        return Citation(number, p.chapter, p.section, self.text, p.id, self.start, self.end)


def choose(question: str, hits: Sequence[Hit], embedder: Embedder, most: int = MOST_QUOTES) -> list[Quote]:
    """Return one to ``most`` quotes that answer ``question``, in the order of the course.

    Args:
        question: as the student wrote it.
        hits: passages found, best first; the first ``PASSAGES_READ`` are read.
        embedder: of the course's index.
        most: how many sentences at most.
    """
    candidates = [(hit, quote) for hit in hits[:PASSAGES_READ] for quote in _candidates(question, hit.passage)]
    if not candidates:
        return [Quote(hit.passage, 0, len(hit.passage.text)) for hit in hits[:1]]
    asked = set(stems(question))
    held = [set(stems(" ".join((*hit.passage.headings[-1:], quote.text)))) & asked for hit, quote in candidates]
    weight = {stem: float(np.log(1 + len(held) / (1 + sum(stem in h for h in held)))) for stem in asked}
    total = sum(weight.values()) or 1.0
    coverage = np.array([sum(weight[s] for s in h) for h in held]) / total
    vectors = embedder.embed_passages([f"{hit.passage.section}. {quote.text}" for hit, quote in candidates])
    cosine = vectors @ embedder.embed_queries([question])[0]
    found = np.array([hit.score for hit, _ in candidates])
    score = _standard(cosine) + _standard(coverage) + 0.5 * _standard(found)

    chosen: list[int] = []
    covered: set[str] = set()
    for index in np.argsort(-score):
        adds = held[index] - covered
        close = score[index] >= score.max() - 1.0
        if chosen and not (adds and close):
            continue
        if any(_same(vectors[index], vectors[other]) for other in chosen):
            continue
        chosen.append(int(index))
        covered |= held[index]
        if len(chosen) == most:
            break
    quotes = [candidates[index][1] for index in chosen]
    return sorted(quotes, key=lambda quote: (quote.passage.position, quote.start))


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


def _candidates(question: str, passage: Passage) -> list[Quote]:
    wants_link = bool(_ASKS_FOR_LINK.search(question))
    quotes = []
    for span in sentences(passage.text):
        bare = _LINK.sub("", passage.text[span.start : span.end])
        if wants_link or len(stems(bare)) >= 3:
            quotes.append(Quote(passage, span.start, span.end))
    return quotes


def _standard(values: np.ndarray) -> np.ndarray:
    deviation = values.std()
    return (values - values.mean()) / deviation if deviation else np.zeros_like(values)


def _same(a: np.ndarray, b: np.ndarray) -> bool:
    """Nearly the same sentence: the course says some things twice."""
    return float(a @ b) > 0.97
