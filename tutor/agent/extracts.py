"""Answers made of the course's own sentences: chosen by words and embeddings, shown in the order of the course.

A sentence is scored by how close it is to the question (cosine of embeddings), how many of the question's telling
words it holds, and how well its passage was found; one that leans on the sentence before (« Elle offre… ») is quoted
with it. Later sentences must score nearly as well as the first, or hold a word of the question that is still
uncovered: so both sides of a comparison get a sentence. Left out on purpose: any word that is not the course's, and
the small model's opinion: measured, a 270M model chooses sentences worse than shared word stems do.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tutor.contracts import Citation, CourseSearch, Hit, Passage, Quotable
from tutor.retrieval.lexical import stems
from tutor.retrieval.search import bibliography_stems

PASSAGES_READ = 3
MOST_QUOTES = 3
LONGEST_ANSWER = 600
"""In characters, all quotes together: what is read in half a minute."""
MARGIN = 0.75
"""How far below the best score, in standard deviations, a quote still answers the question."""
NEW_WORDS = 0.2
"""Or: the share of the question's telling words that it alone holds."""
SAME = 0.8
"""Share of the shorter sentence's stems that the other holds when both say the same."""

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


def choose(question: str, hits: Sequence[Hit], course: CourseSearch) -> list[Quote]:
    """Return one to ``MOST_QUOTES`` quotes that answer ``question``, in the order of the course.

    Args:
        question: as the student wrote it.
        hits: passages found, best first; the first ``PASSAGES_READ`` are read.
        course: gives the sentences of those passages, with their cosine to the question.
    """
    found = {hit.passage.id: hit.score for hit in hits[:PASSAGES_READ]}
    candidates = _candidates(question, course.quotables(question, list(found)))
    if not candidates:
        return [Quote(hit.passage, 0, len(hit.passage.text[:LONGEST_ANSWER])) for hit in hits[:1]]
    quotes = [quote for quote, _ in candidates]
    words = _TellingWords(question, quotes)
    score = (
        _standard([cosine for _, cosine in candidates])
        + 0.6 * _standard([words.share(held) for held in words.held])
        + 0.3 * _standard([found[quote.passage.id] for quote in quotes])
    )
    ranked = [int(index) for index in np.argsort(-score)]
    first = ranked[0]
    chosen = [next(i for i in ranked if i in about) for about in _about_each_side(question, quotes)] or [first]
    covered = set().union(*(words.held[i] for i in chosen))
    for index in ranked:
        length = sum(len(quotes[i].text) for i in (*chosen, index))
        if len(chosen) == MOST_QUOTES or length > LONGEST_ANSWER:
            continue
        adds = words.share(words.held[index] - covered) >= NEW_WORDS
        if not adds and score[index] < score[first] - MARGIN:
            continue
        if any(quotes[index].overlaps(quotes[i]) or _alike(quotes[index], quotes[i]) for i in chosen):
            continue
        chosen.append(index)
        covered |= words.held[index]
    return sorted((quotes[i] for i in chosen), key=lambda quote: (quote.passage.position, quote.start))


class _TellingWords:
    """The question's stems, weighted by how few of the candidate sentences hold them (inverse document frequency)."""

    def __init__(self, question: str, quotes: Sequence[Quote]) -> None:
        asked = set(stems(question))
        self.held = [set(stems(quote.text)) & asked for quote in quotes]
        counts = {stem: sum(stem in held for held in self.held) for stem in asked}
        self.weight = {stem: math.log(1 + len(quotes) / (1 + count)) for stem, count in counts.items() if count}

    def share(self, some: set[str]) -> float:
        """Return the weight of ``some`` stems, as a share of the question's."""
        total = sum(self.weight.values())
        return sum(self.weight[stem] for stem in some) / total if total else 0.0


def display(quote: Quote, number: int) -> str:
    """Return the Markdown paragraph that shows ``quote`` as citation ``[number]``."""
    inner = re.sub(r"«\s*([^»]*?)\s*»", r"“\1”", plain(quote.text))  # a quotation inside a quotation
    return f"« {inner} » [{number}]\n\n"


def plain(markdown: str) -> str:
    """Put a quote on one line, without list marks, images, table bars and half-open emphasis.

    HTML stays as the characters that it is: the page, which alone could run it, shows it as text.

    >>> plain("- **RNN** : un ![x](http://a/b.png) <b>réseau</b>\\n  récurrent, `<s>`")
    '**RNN** : un x <b>réseau</b> récurrent, `<s>`'
    >>> plain("| 2013 | word2vec | des vecteurs |")
    '2013 · word2vec · des vecteurs'
    """
    line = re.sub(r"^\s*(?:[-*+]|\d+[.)]|>)\s+", "", markdown)
    line = re.sub(r"!\[([^\]]*)\]\([^)]*\)", r"\1", " ".join(line.split()))
    if line.startswith("|"):
        line = " · ".join(cell.strip() for cell in line.strip("|").split("|"))
    return line if line.count("**") % 2 == 0 else line.replace("**", "")


@functools.cache
def _asides() -> frozenset[str]:
    """Headings of what a chapter rests on or aims at: quoted only when the question asks for them."""
    return bibliography_stems() | frozenset(stems("Objectifs Objectives"))


def _candidates(question: str, quotables: Sequence[Quotable]) -> list[tuple[Quote, float]]:
    """Return what may be quoted for this question, each with its cosine."""
    asked = set(stems(question))
    kinds = {"sentence", "item", "row"} | ({"links"} if _ASKS_FOR_LINK.search(question) else set())
    candidates: list[tuple[Quote, float]] = []
    for sentence in quotables:
        heading = set(stems(sentence.passage.section))
        aside = heading and heading <= _asides() and not heading & asked
        if sentence.kind not in kinds or aside:
            continue
        quote = Quote(sentence.passage, sentence.start, sentence.end)
        before = candidates[-1][0] if candidates else None
        if before and _leans(before, quote) and quote.end - before.start <= LONGEST_ANSWER:
            quote = replace(quote, start=before.start)
        candidates.append((quote, sentence.cosine))
    return candidates


_LEANS = re.compile(
    r"(?:Ils?|Elles?|Cel[au]|Ceci|Celles?|Celui|Ceux|Ce|Cet|Cette|Ces|Leurs?|De plus|En outre|Mais|Toutefois|Cependant"
    r"|Ainsi|Par exemple|Par ailleurs|En effet|It|They|This|These|That|Its|Their|However|Moreover|For example)\b"
)


def _leans(before: Quote, quote: Quote) -> bool:
    """Say whether ``quote`` goes on in the paragraph of ``before`` and starts with a word that refers to it."""
    if before.passage.id != quote.passage.id or not _LEANS.match(quote.text):
        return False
    between = quote.passage.text[before.end : quote.start]
    return not between.strip() and between.count("\n") < 2


_SIDES = (
    re.compile(r"\b(?:entre|between)\s+(?P<one>.+?)\s+(?:et|and)\s+(?P<other>[^?.,;:]+)", re.IGNORECASE),
    re.compile(r"(?P<one>\S+)\s+(?:ou|vs\.?|versus|or)\s+(?:une? |les? |la |l['’]|an? |the )?(?P<other>\S+)", re.I),
)
_SUBJECT = 5
"""A sentence is about what its first telling words name."""


def _about_each_side(question: str, quotes: Sequence[Quote]) -> list[set[int]]:
    """Return, for a comparison, which quotes are about its one side and which about its other; else nothing."""
    for pattern in _SIDES:
        if not (found := pattern.search(question)):
            continue
        one, other = set(stems(found["one"])), set(stems(found["other"]))
        one, other = one - other, other - one
        subjects = [set(stems(quote.text)[:_SUBJECT]) for quote in quotes]
        about_one = {i for i, subject in enumerate(subjects) if one and one <= subject and not other & subject}
        about_other = {i for i, subject in enumerate(subjects) if other and other <= subject and not one & subject}
        if about_one and about_other:
            return [about_one, about_other]
    return []


def _alike(one: Quote, other: Quote) -> bool:
    """Say whether two sentences say the same: courses repeat themselves."""
    a, b = set(stems(one.text)), set(stems(other.text))
    return len(a & b) >= SAME * max(1, min(len(a), len(b)))


def _standard(values: Sequence[float]) -> NDArray[np.float64]:
    """Return the values as z-scores."""
    array = np.array(values, dtype=np.float64)
    deviation = array.std()
    return (array - array.mean()) / deviation if deviation else np.zeros_like(array)
