"""The ``glossary`` tool's work: the entry of a term, word for word, and the section of a chapter that goes on from it.

The entry is an exact span of its passage, its bold title included (« **GRU (Gated Recurrent Unit)** : … »), so that it
is cited like any other quote. What is left out: any word that is not the course's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tutor.agent.extracts import LONGEST_ANSWER, Quote, asides
from tutor.contracts import CourseSearch, Passage
from tutor.retrieval.glossary import Entry, Glossary
from tutor.retrieval.lexical import stems
from tutor.retrieval.sentences import sentences

MOST_ENTRIES = 2
"""Entries of one name that are quoted: « biais » is a number in a neuron, and a systematic error."""
_QUERY = 400
"""Characters of a definition that are searched with."""


@dataclass(frozen=True, slots=True)
class Definition:
    """What the course says of one term; ``entries`` is empty when the glossary does not know it."""

    term: str
    """As it was asked."""
    entries: tuple[Quote, ...] = ()
    further: Quote | None = None
    """Where a chapter treats the term: the sentence to begin with."""
    has_glossary: bool = True


def look_up(term: str, terms: Glossary, course: CourseSearch) -> Definition:
    """Return the entries that ``term`` names, and a sentence of the chapter that treats it."""
    found = terms.named(term)[:MOST_ENTRIES]
    entries = tuple(quote for entry in found if (quote := _entry(entry, course)))
    further = _further(found[0], terms, course) if entries else None
    return Definition(term, entries, further, bool(terms.entries))


def _entry(entry: Entry, course: CourseSearch) -> Quote | None:
    """Return the whole entry, from the line of its title to the end; a very long one ends after a sentence."""
    passage = course.passage(entry.passage_id)
    if passage is None or passage.text[entry.start : entry.end] != entry.definition:
        return None
    start = passage.text.rfind("\n", 0, entry.start) + 1
    if not passage.text[start : entry.start].strip():  # the title has a line of its own
        start = passage.text.rfind("\n", 0, max(start - 1, 0)) + 1
    end = entry.end
    if end - start > LONGEST_ANSWER:
        ends = [span.end for span in sentences(passage.text) if entry.start < span.end <= entry.end]
        fitting = [at for at in ends if at - start <= LONGEST_ANSWER]
        end = max(fitting, default=min(ends, default=end))
    return Quote(passage, start, end)


def _further(entry: Entry, terms: Glossary, course: CourseSearch) -> Quote | None:
    """Return the sentence to begin with in the section that treats a term: best where the heading names it."""
    glossary = {other.passage_id for other in terms.entries}
    names = [name for name in (frozenset(stems(name)) for name in (entry.term, *entry.aliases)) if name]
    hits = course.search(entry.definition[:_QUERY]).hits  # a definition finds its kin better than the bare term does
    passages = [hit.passage for hit in hits if hit.passage.id not in glossary and not _aside(hit.passage)]
    for passage in sorted(passages, key=lambda passage: not _names(names, passage.section)):
        found = [
            (span.cosine, Quote(passage, span.start, span.end))
            for span in course.quotables(entry.definition[:_QUERY], [passage.id])
            if span.kind in ("sentence", "item") and _names(names, passage.text[span.start : span.end])
        ]
        if found:
            return max(found, key=lambda pair: pair[0])[1]
    return None


def _names(names: Sequence[frozenset[str]], text: str) -> bool:
    """Say whether a text holds every word of one of the names."""
    held = set(stems(text))
    return any(name <= held for name in names)


def _aside(passage: Passage) -> bool:
    heading = set(stems(passage.section))
    return bool(heading) and heading <= asides() | set(stems("Résumé Summary"))
