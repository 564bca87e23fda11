"""Answers made of the course's own sentences: chosen by words and embeddings, shown in the order of the course.

A sentence is scored by how close it is to the question (cosine of embeddings), how many of the words of the
question's subject it holds, how well its passage was found, and whether it gives what is asked for (``asking``: « parce
que » for a why, a year for a when). One that leans on the sentence before (« Elle offre… ») is quoted with it; a quote
runs on to the next sentence of its paragraph, or through the list that it announces. Later sentences must score nearly
as well as the first, or hold a word of the question that is still uncovered: so both sides of a comparison get a
sentence. A term is defined once.

On the two development sets (50 and 132 questions), against single sentences without forms: all the words expected are
there .70 → .76 and .48 → .55, quotes from an expected section .76 → .82 and .54 → .54, quotes an answer 1.6 → 1.5
and 2.1 → 1.9. The forms alone change none of these by more than .01: they are kept for what is read, not counted.

Left out on purpose: any word that is not the course's, and the small model's opinion: measured, a 270M model chooses
sentences worse than shared word stems do.
"""

from __future__ import annotations

import functools
import itertools
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tutor.contracts import Citation, CourseSearch, Hit, Passage, Quotable
from tutor.retrieval.asking import Form, defined_in, form_of, subject_stems
from tutor.retrieval.lexical import fold, stems
from tutor.retrieval.search import bibliography_stems
from tutor.retrieval.sentences import sentences

PASSAGES_READ = 3
MOST_QUOTES = 3
RUNS_ON = 400
"""In characters: a quote and the sentence after it, when they are read together."""
LONGEST_ANSWER = 700
"""In characters, all quotes together: what is read in half a minute."""
COSINE_WEIGHT, WORD_WEIGHT, PASSAGE_WEIGHT, FORM_WEIGHT = 1.0, 0.6, 0.8, 0.8
"""The first three of z-scores over the candidates, the last of 0 or 1."""
MARGIN = 0.9
"""How far below the best score, in standard deviations, a quote still answers the question."""
NEW_WORDS = 0.2
"""Or: the share of the question's telling words that it alone holds."""
SAME = 0.8
"""Share of the shorter sentence's stems that the other holds when both say the same."""


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
    """Return at most ``MOST_QUOTES`` quotes that answer ``question``, in the order of the course; none if none may be.

    Args:
        question: as the student wrote it.
        hits: passages found, best first; the first ``PASSAGES_READ`` are read.
        course: gives the sentences of those passages, with their cosine to the question.
    """
    main = [hit for hit in hits if not _is_aside(hit.passage, question)][:PASSAGES_READ]
    found = {hit.passage.id: hit.score for hit in main}
    candidates = _candidates(question, course.quotables(question, list(found)))
    if not candidates:
        return []
    quotes = [quote for quote, _ in candidates]
    words = _TellingWords(question, quotes)
    score = (
        COSINE_WEIGHT * _standard([cosine for _, cosine in candidates])
        + WORD_WEIGHT * _standard([words.share(held) for held in words.held])
        + PASSAGE_WEIGHT * _standard([found[quote.passage.id] for quote in quotes])
        + FORM_WEIGHT * np.array(_fits_form(question, quotes))
    )
    ranked = [int(index) for index in np.argsort(-score)]
    first = ranked[0]
    sides = [next(i for i in ranked if i in about) for about in _about_each_side(question, quotes)] or [first]
    form = form_of(question)
    chosen: list[Quote] = []
    covered: set[str] = set()
    for index in dict.fromkeys((*sides, *ranked)):
        if len(chosen) == MOST_QUOTES:
            break
        adds = words.share(words.held[index] - covered) >= NEW_WORDS
        if index not in sides and not adds and score[index] < score[first] - MARGIN:
            continue
        quote = _continued(quotes[index], form)
        if index not in sides and sum(len(other.text) for other in (*chosen, quote)) > LONGEST_ANSWER:
            continue
        if any(quote.overlaps(other) or _alike(quote, other) for other in chosen):
            continue
        chosen.append(quote)
        covered |= words.held[index]
    if form and form.name == "formula" and not any("$$" in quote.text or r"\[" in quote.text for quote in chosen):
        chosen += _formula([quotes[first].passage, *(hit.passage for hit in main)])[: MOST_QUOTES - len(chosen)]
    return sorted(chosen, key=lambda quote: (quote.passage.position, quote.start))


def _formula(passages: Sequence[Passage]) -> list[Quote]:
    """Return the first formula that stands on lines of its own."""
    for passage in passages:
        for span in sentences(passage.text):
            if span.kind == "formula":
                return [Quote(passage, span.start, span.end)]
    return []


def _continued(quote: Quote, form: Form | None) -> Quote:
    """Let a quote run on: through the list that it announces, or to the next sentence of its paragraph."""
    text, asked = quote.passage.text, form.name if form else ""
    in_list = _ITEM_START.match("\n" + text[text.rfind("\n", 0, quote.start) + 1 :])
    announces = asked in ("list", "how") or quote.text.rstrip().endswith(":")
    if announces and not in_list and (end := _end_of_list(text, quote)):
        return replace(quote, end=end)
    if asked in ("person", "date", "number", "formula") and form and form.answers.search(fold(quote.text)):
        return quote  # a fact stands alone
    after = next((span for span in sentences(text) if span.start >= quote.end), None)
    if after and after.kind == "sentence" and after.end - quote.start <= RUNS_ON:
        between = text[quote.end : after.start]
        if not between.strip() and between.count("\n") < 2 and not _POINTS.search(text[after.start : after.end]):
            return replace(quote, end=after.end)
    return quote


_POINTS = re.compile(r"\b(?:voici|voilà|ci-dessous|ci-dessus|here (?:is|are)|below|above)\b", re.IGNORECASE)
"""Words that point at something beside the sentence: alone it says nothing."""
_ITEM_START = re.compile(r"\n[ \t]*(?P<marker>[-*+]|\d{1,2}[.)])[ \t]+(?=\S)")
_ITEM = re.compile(r"(?:[^\S\n]*+\n)++[ \t]*(?:[-*+]|\d{1,2}[.)])[ \t]+\S[^\n]*(?:\n[ \t]+\S[^\n]*)*")


def _end_of_list(text: str, quote: Quote) -> int | None:
    """Return where the list right after ``quote`` ends, or its last item that fits; None for fewer than two."""
    end, items = quote.end, 0
    while (item := _ITEM.match(text, end)) and item.end() - quote.start <= LONGEST_ANSWER:
        end, items = item.end(), items + 1
    return end if items >= 2 else None


class _TellingWords:
    """The question's stems, weighted by how few of the candidate sentences hold them (inverse document frequency)."""

    def __init__(self, question: str, quotes: Sequence[Quote]) -> None:
        asked = subject_stems(question)
        self.held = [set(stems(quote.text)) & asked for quote in quotes]
        counts = {stem: sum(stem in held for held in self.held) for stem in asked}
        self.weight = {stem: math.log(1 + len(quotes) / (1 + count)) for stem, count in counts.items() if count}

    def share(self, some: set[str]) -> float:
        """Return the weight of ``some`` stems, as a share of the question's."""
        total = sum(self.weight.values())
        return sum(self.weight[stem] for stem in some) / total if total else 0.0


def display(quote: Quote, number: int) -> str:
    """Return the Markdown of ``quote`` as citation ``[number]``: a paragraph, and the list that it announces."""
    starts = [0, *(match.start("marker") for match in _ITEM_START.finditer(quote.text)), len(quote.text)]
    lead, *items = (quote.text[start:end] for start, end in itertools.pairwise(starts))
    lines = [plain(lead)]
    for item in items:
        marker = "-" if item[0] in "-*+" else item.split(maxsplit=1)[0]
        lines.append(f"{marker} {plain(item)}")
    inner = "\n\n".join([lines[0], "\n".join(lines[1:])]) if items else lines[0]
    inner = _QUOTATION.sub(r"“\1”", inner)
    return f"« {inner} » [{number}]\n\n"


_QUOTATION = re.compile(r"«\s*([^»]*?)\s*»")
"""A quotation inside a quotation gets other marks."""


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
def asides() -> frozenset[str]:
    """Headings of what a chapter rests on or aims at: quoted only when the question asks for them."""
    return bibliography_stems() | frozenset(stems("Objectifs Objectives"))


def _is_aside(passage: Passage, question: str) -> bool:
    heading = set(stems(passage.section))
    return bool(heading) and heading <= asides() and not heading & set(stems(question))


def _fits_form(question: str, quotes: Sequence[Quote]) -> list[float]:
    """Say of each quote whether it can answer what the question asks for."""
    form = form_of(question)
    if form is None:
        return [0.0] * len(quotes)
    subject = subject_stems(question)
    fits = []
    for quote in quotes:
        fit = bool(form.answers.search(fold(quote.text)))
        if form.name == "definition":
            fit = fit and subject <= set(stems(quote.text)[: _SUBJECT + len(subject)])
        fits.append(float(fit))
    return fits


def _candidates(question: str, quotables: Sequence[Quotable]) -> list[tuple[Quote, float]]:
    """Return what may be quoted for this question, each with its cosine."""
    kinds = {"sentence", "item", "row", "lead"} | (
        {"links"} if (form := form_of(question)) and form.name == "link" else set()
    )
    candidates: list[tuple[Quote, float]] = []
    for sentence in quotables:
        quote = Quote(sentence.passage, sentence.start, sentence.end)
        if sentence.kind not in kinds or (sentence.kind == "row" and not _reads_alone(quote)):
            continue
        if sentence.kind == "lead" and not _end_of_list(sentence.passage.text, quote):
            continue
        if sentence.kind == "sentence" and _POINTS.search(quote.text):
            continue
        before = candidates[-1][0] if candidates else None
        if before and _leans(before, quote) and quote.end - before.start <= LONGEST_ANSWER:
            quote = replace(quote, start=before.start)
        candidates.append((quote, sentence.cosine))
    return candidates


def _reads_alone(row: Quote) -> bool:
    """Say whether a table row is understood without the table's head: two of its cells hold words."""
    cells = row.text.strip("|").split("|")
    return sum(bool(re.search(r"[^\W\d_]{3}", cell)) for cell in cells) >= 2


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
    re.compile(r"\b(?:entre|between) (?P<one>.{1,100}?) (?:et|and) (?P<other>[^?.,;:]{1,100})", re.IGNORECASE),
    re.compile(
        r"(?P<one>\S{1,40}) (?:ou|vs\.?|versus|or) (?:une? |les? |la |l['’]|an? |the )?(?P<other>\S{1,40})", re.I
    ),
)
_SUBJECT = 5
"""A sentence is about what its first telling words name."""


def _about_each_side(question: str, quotes: Sequence[Quote]) -> list[set[int]]:
    """Return, for a comparison, which quotes are about its one side and which about its other; else nothing."""
    question = " ".join(question.split())
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
    defined = defined_in(one.text)
    if defined and defined == defined_in(other.text):
        return True
    a, b = set(stems(one.text)), set(stems(other.text))
    return len(a & b) >= SAME * max(1, min(len(a), len(b)))


def _standard(values: Sequence[float]) -> NDArray[np.float64]:
    """Return the values as z-scores."""
    array = np.array(values, dtype=np.float64)
    deviation = array.std()
    return (array - array.mean()) / deviation if deviation else np.zeros_like(array)
