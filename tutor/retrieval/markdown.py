"""Markdown source → blocks that must not be cut, with the exact lines they occupy.

markdown-it-py parses; this module only keeps line numbers, so a block's text is always the file's own text.
Display formulas (``$$ … $$`` or ``\\[ … \\]``) are not Markdown: they are masked before parsing, because a lone
``=`` in a formula would be read as a heading. ``pieces`` cuts a text into code, formulas and what is between them.
A file may be hostile: no line of it may cost more than its length, so what is opened is never looked for twice.
What is left out: rendering (the page does it) and HTML.
"""

from __future__ import annotations

import bisect
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

Kind = Literal["heading", "paragraph", "item", "code", "table", "rule", "comment", "other"]

_FENCE = re.compile(r"^\s*(?:[-*+]\s+|\d+[.)]\s+|>\s?)*(`{3,}|~{3,})")
_FORMULA = {"$$": "$$", "\\[": "\\]"}
LONGEST_TITLE = 300
"""Characters of a heading that are kept: it is repeated with every passage under it."""


@dataclass(frozen=True, slots=True)
class Block:
    """Lines ``start`` (included) to ``end`` (excluded) of the source, counted from 0."""

    kind: Kind
    start: int
    end: int
    level: int = 0
    """Of a heading: 1 for ``#``."""
    title: str = ""
    """Of a heading: its text, without ``#`` and surrounding spaces."""


def blocks(lines: Sequence[str], longest: int) -> list[Block]:
    """Split Markdown ``lines`` into blocks in order; every line that is not blank belongs to exactly one.

    A list becomes its items. An item of more than ``longest`` characters that holds a nested list becomes its
    own text, then the nested items, and so on: an innermost item is never cut.

    >>> [(b.kind, b.start, b.end) for b in blocks(["# Titre", "", "Un.", "", "- a", "- b"], 700)]
    [('heading', 0, 1), ('paragraph', 2, 3), ('item', 4, 5), ('item', 5, 6)]
    """
    tokens = _parser().parse("\n".join(mask_formulas(lines)))
    found = _trimmed(_walk(tokens, lines, longest), lines)
    return list(_with_strays(found, lines))


@cache
def _parser() -> MarkdownIt:
    # blocks only: the inline rules are not needed, and take quadratic time on a line of brackets
    return MarkdownIt("commonmark", {"html": True}).enable("table").disable(["inline", "text_join"])


def mask_formulas(lines: Sequence[str]) -> list[str]:
    """Replace every character of a display formula by ``x`` (blank lines too), keeping line count and indents."""
    masked = list(lines)
    for first, last in formula_lines(lines):
        indent = re.match(r"\s*", lines[first]).group()  # type: ignore[union-attr]  # matches always
        for row in range(first, last + 1):
            if row in (first, last):
                continue  # keeps the list marker before, and the words around, the delimiters
            masked[row] = re.sub(r"\S", "x", lines[row]) if lines[row].strip() else indent + "x"
        if first != last:
            masked[first] = masked[first].replace("$$", "xx").replace("\\[", "xx")
            masked[last] = masked[last].replace("$$", "xx").replace("\\]", "xx")
    return masked


def formula_lines(lines: Sequence[str]) -> list[tuple[int, int]]:
    """Return (first, last) line of every display formula, both included; code blocks are skipped."""
    found: list[tuple[int, int]] = []
    fence = ""
    opened: int | None = None
    closing = ""
    last_row = {mark: row for row, line in enumerate(lines) for mark in _FORMULA.values() if mark in line}
    for row, line in enumerate(lines):
        mark = _FENCE.match(line)
        if fence:
            if mark and mark.group(1).startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
            continue
        if opened is None and mark:
            fence = mark.group(1)
            continue
        at = 0
        last_opening = {mark: line.rfind(mark) for mark in _FORMULA}
        while True:
            if opened is None:
                opening = next((mark for mark, last in last_opening.items() if last >= at), "")
                if not opening:
                    break
                after = line.find(opening, at) + len(opening)
                closing = _FORMULA[opening]
                if line.find(closing, after) < 0 and last_row.get(closing, -1) <= row:
                    break  # it never ends: ordinary text
                opened, at = row, after
            close = line.find(closing, at)
            if close < 0:
                break
            found.append((opened, row))
            at = close + len(closing)
            opened = None
    return found


def _walk(tokens: Sequence[Token], lines: Sequence[str], longest: int) -> Iterator[Block]:
    at = 0
    while at < len(tokens):
        token = tokens[at]
        close = _closing(tokens, at)
        start, end = token.map or (0, 0)
        match token.type:
            case "heading_open":
                title = tokens[at + 1].content.strip()[:LONGEST_TITLE].rstrip()
                yield Block("heading", start, end, level=int(token.tag[1:]), title=title)
            case "bullet_list_open" | "ordered_list_open":
                yield from _walk(tokens[at + 1 : close], lines, longest)
            case "list_item_open":
                inner = tokens[at + 1 : close]
                nested = any(t.type.endswith("_list_open") for t in inner)
                if nested and len("\n".join(lines[start:end])) > longest:
                    for part in _walk(inner, lines, longest):
                        text = part.kind in ("paragraph", "heading")
                        yield Block("item" if text else part.kind, part.start, part.end)
                else:
                    yield Block("item", start, end)
            case "paragraph_open" | "blockquote_open":
                yield Block("paragraph", start, end)
            case "fence" | "code_block":
                yield Block("code", start, end)
            case "table_open":
                yield Block("table", start, end)
            case "hr":
                yield Block("rule", start, end)
            case "html_block":
                comment = token.content.strip().startswith("<!--") and token.content.strip().endswith("-->")
                yield Block("comment" if comment else "other", start, end)
            case _ if token.map:
                yield Block("other", start, end)
        at = close + 1


def _closing(tokens: Sequence[Token], at: int) -> int:
    """Return the index of the token that closes ``tokens[at]`` (itself when it opens nothing)."""
    depth = 0
    for index in range(at, len(tokens)):
        depth += tokens[index].nesting
        if depth == 0:
            return index
    return len(tokens) - 1


def _trimmed(found: Iterator[Block], lines: Sequence[str]) -> Iterator[Block]:
    """Drop the blank lines that the parser counts at the end of a list item."""
    for block in found:
        end = block.end
        while end > block.start and not lines[end - 1].strip():
            end -= 1
        if end > block.start:
            yield Block(block.kind, block.start, end, block.level, block.title)


def _with_strays(found: Iterator[Block], lines: Sequence[str]) -> Iterator[Block]:
    """Add the lines that produce no token (link definitions): nothing of the file is lost."""
    row = 0
    for block in found:
        yield from _strays(row, block.start, lines)
        yield block
        row = block.end
    yield from _strays(row, len(lines), lines)


def _strays(start: int, end: int, lines: Sequence[str]) -> Iterator[Block]:
    while start < end and not lines[start].strip():
        start += 1
    while end > start and not lines[end - 1].strip():
        end -= 1
    if start < end:
        yield Block("other", start, end)


# --- code, formulas, and the text between them -----------------------------------------------------------

_ATOM = re.compile(
    r"""
      (?P<fence> ^[ ]{0,3} (?P<mark>`{3,}|~{3,}) [^\n]* (?:\n .*? (?:^[ ]{0,3}(?P=mark)[`~]*[ \t]*$ | \Z) | \Z) )
    | (?P<ticks> `+ )
    | (?P<opening> \$\$ | \\\[ | \\\( )
    | (?<![\\$\w])\$ (?P<inline>(?=[^\s$])(?:[^$\n]|\n(?![^\S\n]*\n))*?(?<=[^\s\\])) \$(?![\d$])
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)
_CLOSING = {"$$": "$$", "\\[": "\\]", "\\(": "\\)"}
_BLANK_LINE = re.compile(r"\n(?=[^\S\n]*\n)")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of Markdown, ``source[start:end]``; for math, ``text`` has no delimiters."""

    kind: Literal["text", "fence", "code", "display", "inline"]
    text: str
    start: int
    end: int


def pieces(source: str) -> Iterator[Piece]:
    """Cut Markdown into code, formulas and the text between them.

    >>> [piece.kind for piece in pieces("Prix : 5 $ ou 6 $, mais $x^2$ et `a < b`.")]
    ['text', 'inline', 'text', 'code', 'text']
    """
    done = 0
    for piece in _atoms(source):
        if piece.start > done:
            yield Piece("text", source[done : piece.start], done, piece.start)
        yield piece
        done = piece.end
    if done < len(source):
        yield Piece("text", source[done:], done, len(source))


def _atoms(source: str) -> Iterator[Piece]:
    """Yield the code and the formulas; what is opened and never closed is ordinary text."""
    last = {opening: source.rfind(closing) for opening, closing in _CLOSING.items()}
    ticks = _Ticks(source)
    at = 0
    while match := _ATOM.search(source, at):
        start, at = match.span()
        if match["fence"] is not None:
            yield Piece("fence", match[0], start, at)
        elif match["inline"] is not None:
            yield Piece("inline", match["inline"].strip(), start, at)
        elif match["ticks"]:
            if code := ticks.code(start, at):
                yield Piece("code", source[slice(*code)], *code)
                at = code[1]
        elif (close := _close_of(source, match["opening"], at, last)) >= 0:
            yield Piece("inline" if match[0] == "\\(" else "display", source[at:close].strip(), start, close + 2)
            at = close + 2
        else:
            at = start + 1


def _close_of(source: str, opening: str, inside: int, last: Mapping[str, int]) -> int:
    """Return where the formula that holds ``source[inside]`` closes, -1 when it is empty or never does."""
    if last[opening] <= inside or (opening == "$$" and source.startswith("$$", inside)):
        return -1
    return source.find(_CLOSING[opening], inside + 1)


class _Ticks:
    """The runs of backticks of a text, each found once: code ends at the next run as long as the one it opened with."""

    def __init__(self, source: str) -> None:
        self.starts: dict[int, list[int]] = {}
        for run in re.finditer(r"`+", source):
            self.starts.setdefault(run.end() - run.start(), []).append(run.start())
        self.breaks = [match.start() for match in _BLANK_LINE.finditer(source)]

    def code(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the code that ``source[start:end]``, a run, or its shorter end opens; it holds no blank line."""
        row = bisect.bisect_left(self.breaks, end)
        limit = self.breaks[row] if row < len(self.breaks) else math.inf
        for length in range(end - start, 0, -1):
            closings = self.starts.get(length, ())
            place = bisect.bisect_left(closings, end)
            if place < len(closings) and closings[place] <= limit:
                return end - length, closings[place] + length
        return None
