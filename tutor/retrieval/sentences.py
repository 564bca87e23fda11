"""A passage's Markdown → the sentences that may be quoted, with their exact place in the text.

Rules, not a model: French and English abbreviations, decimals, addresses, code, formulas, parentheses and « quotes »
are never cut. Left out: headings, code blocks, comments, and a table's head.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tutor.retrieval.markdown import Block, blocks

SpanKind = Literal["sentence", "item", "lead", "links", "row", "formula"]


@dataclass(frozen=True, slots=True)
class Span:
    """``text[start:end]`` is one quotable piece; ``kind`` says how well it stands alone."""

    start: int
    end: int
    kind: SpanKind
    """sentence: ends like one · item: a list item without a full stop · lead: announces what follows (« … : »,
    « **Attention.** ») · links: nothing but links · row: a table row · formula: a display formula that belongs to no
    sentence."""


_LABEL = re.compile(r"(\*\*|__)[^*_.!?]{1,40}[.!?]?\1[.!?]?")  # « **Attention.** »
_MARKER = re.compile(r"[ \t]*(?:(?:[-*+]|\d{1,9}[.)])(?:[ \t]+|$)|>[ \t]?)")
# Bounded and possessive: a line of brackets that never close must not be read again from each of them.
_LINK = (
    r"!?\[[^\]\n]{0,300}+\]\([^)\s]{0,2000}+(?:\s++\"[^\"]{0,300}+\")?\)|<https?://[^>\s]{1,2000}+>|https?://[^\s)]++"
)
_ONLY_LINKS = re.compile(rf"(?:{_LINK}|[\s,;·|*_–—-]++)++")
# What is never cut inside, in order of precedence; of a pair, the opening mark alone.
_PAIRS = {"$$": "$$", "\\[": "\\]", "\\(": "\\)", "«": "»", "“": "”"}
_FORMULAS = re.compile(r"(?P<opening>\$\$|\\\[)")
_WHOLE = re.compile(
    r"(?<!`)`++[^`\n]++`++|(?P<opening>\$\$|\\\[|\\\(|«|“)|\$(?!\s)[^$\n]+?(?<!\s)\$|" + _LINK + r"|"
    r"\([^()]*+(?:\([^()]*+\)[^()]*+)*+\)|\"[^\"\n]{1,200}\"",
)
_END = re.compile(r"(?:(?<![.!?…])[.!?…]+|[\u00a0\u202f ][!?])(?:[\"'»”’)\]*_]|[\u00a0\u202f]»)*(?=\s|$)")
_NEXT = re.compile(r"[\s*_\[(«“\"'`$\\-]*[^\Wa-z_à-öø-ÿ]")  # a capital or a digit, after opening marks
_ABBREVIATION = re.compile(
    r"(?:^|[\s(«\[*_’'])(?:etc|p\.\s?ex|ex|cf|c\.-?à-?d|et al|al|fig|éq|eq|vs|resp|env|éd|ed|vol|chap|"
    r"sect|art|no|n°|p|pp|M|MM|Mme|Mlle|Dr|Pr|Mr|Mrs|St|i\.\s?e|e\.\s?g|approx|[A-ZÀ-Ö])\.$",
    re.IGNORECASE,
)
_LONGEST_ABBREVIATION = 20
"""In characters, with what stands before it: only these are looked at."""
# « etc. » and « et al. » may end a sentence: a capital after them decides.
_CAPITAL = re.compile(r"[\s*_«“\"]+[A-ZÀ-ÖØ-Þ]")
_MAY_END = re.compile(r"(?:etc|et al)\.$", re.IGNORECASE)


def sentences(text: str) -> list[Span]:
    """Return the quotable spans of a passage, in order, none overlapping.

    >>> text = "- **RNN** : il lit mot à mot. Voir Elman et al. (1990), p. ex. ici.\\n- Additionner (10^10)"
    >>> [text[s.start:s.end] for s in sentences(text)]
    ['**RNN** : il lit mot à mot.', 'Voir Elman et al. (1990), p. ex. ici.', 'Additionner (10^10)']
    >>> [s.kind for s in sentences(text)]
    ['sentence', 'sentence', 'item']
    """
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    found: list[Span] = []
    for block in blocks(lines, longest=0):
        start, end = starts[block.start], starts[block.end] - 1
        for span in _of_block(text, block, start, end):
            _append(found, span, text)
    return found


def _append(found: list[Span], span: Span, text: str) -> None:
    """Add a span; a display formula joins the sentence that announces it, and « où … » joins the formula."""
    if found:
        announced = span.kind == "formula" and found[-1].kind in ("lead", "item")
        continued = text.endswith(("$$", "\\]"), 0, found[-1].end) and text[span.start].islower()
        if announced or continued:
            before = found.pop()
            span = Span(before.start, span.end, "sentence" if announced else span.kind)
    found.append(span)


def _of_block(text: str, block: Block, start: int, end: int) -> Iterator[Span]:
    match block.kind:
        case "paragraph" | "item":
            for a, b in _paragraphs(text, start, end):
                yield from _of_paragraph(text, a, b, block.kind == "item")
        case "table":
            at = start
            for row, line in enumerate(text[start:end].split("\n")):
                if row > 1 and line.strip(" |"):
                    lead = len(line) - len(line.lstrip())
                    yield Span(at + lead, at + len(line.rstrip()), "row")
                at += len(line) + 1


def _paragraphs(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut a block at blank lines (outside formulas), around code, and around lines that are only links."""
    formulas = _Places(_closed(_FORMULAS, text, start, end))
    begin = at = start
    fenced = False
    for line in text[start:end].split("\n"):
        stop = at + len(line)
        fence = line.strip().startswith(("```", "~~~"))
        inside = formulas.around(at) is not None
        alone = (fence or fenced or not line.strip() or _is_links(line)) and not inside
        if alone:
            yield begin, at
            if not (fence or fenced):
                yield at, stop
            begin = stop + 1
        fenced = fenced != fence
        at = stop + 1
    yield begin, end


def _is_links(line: str) -> bool:
    content = _without_markers(line).strip()
    return bool(_ONLY_LINKS.fullmatch(content)) and bool(re.search(_LINK, content))


def _without_markers(line: str) -> str:
    at = 0
    while match := _MARKER.match(line, at):
        at = match.end()
    return line[at:]


def _of_paragraph(text: str, start: int, end: int, item: bool) -> Iterator[Span]:
    """Cut one paragraph into sentences."""
    while match := _MARKER.match(text, start, end):
        start = match.end()
    start, end = _stripped(text, start, end)
    if start >= end:
        return
    at = start
    for stop in [*_ends(text, start, end), end]:
        a, b = _stripped(text, at, stop)
        if re.search(r"\w", text[a:b]):
            yield from _around_formulas(text, a, b, item)
        at = stop


def _around_formulas(text: str, start: int, end: int, item: bool) -> Iterator[Span]:
    piece = text[start:end]
    if re.fullmatch(r"(?:\$\$.+?\$\$|\\\[.+?\\\])[.,;]?", piece, re.DOTALL):
        yield Span(start, end, "formula")
    elif _is_links(piece):
        yield Span(start, end, "links")
    elif re.search(r":[*_\s]*$", piece) or _LABEL.fullmatch(piece):
        yield Span(start, end, "lead")
    elif re.search(r"[.!?…][\"'»”’)\]*_\s]*$", piece) or piece.endswith(("$$", "\\]")) or not item:
        yield Span(start, end, "sentence")
    else:
        yield Span(start, end, "item")


def _ends(text: str, start: int, end: int) -> Iterator[int]:
    """Yield where each sentence of ``text[start:end]`` but the last ends."""
    whole = _Places(_closed(_WHOLE, text, start, end))
    for match in _END.finditer(text, start, end):
        # a mark inside brackets or code is not an end, unless the brackets close with it
        place = whole.around(match.start()) or start
        if match.end() < place or (match.end() == place and text[place - 1] in "$`"):
            continue
        before = text[max(start, match.start() - _LONGEST_ABBREVIATION) : match.start() + 1]
        if not _NEXT.match(text, match.end(), end):
            continue
        ends = _MAY_END.search(before) and _CAPITAL.match(text, match.end(), end)
        if match.group()[:1] == "." and _ABBREVIATION.search(before) and not ends:
            continue
        yield match.end()


def _closed(pattern: re.Pattern[str], text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield what ``pattern`` matches; after an ``opening`` of a pair, up to its closing mark."""
    last = {opening: text.rfind(closing, start, end) for opening, closing in _PAIRS.items()}
    at = start
    while match := pattern.search(text, at, end):
        begin, at = match.span()
        if opening := match["opening"]:
            closing = _PAIRS[opening]
            least = at + (len(opening) == 2)  # a formula holds something
            if last[opening] < least:  # never closed: one search for the whole text says so
                at = begin + 1
                continue
            at = text.find(closing, least, end) + len(closing)
        yield begin, at


class _Places:
    """Spans in order, none overlapping, asked about in order."""

    def __init__(self, spans: Iterator[tuple[int, int]]) -> None:
        self.spans = spans
        self.span = next(spans, None)

    def around(self, at: int) -> int | None:
        """Return the end of the span that ``at`` is inside of; ``at`` never decreases from call to call."""
        while self.span and self.span[1] <= at:
            self.span = next(self.spans, None)
        return self.span[1] if self.span and self.span[0] < at else None


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
