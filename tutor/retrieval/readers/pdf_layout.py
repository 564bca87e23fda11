"""Lines placed on pages → Markdown: what a PDF has lost since it was written is found again.

A PDF knows characters and where they stand, neither words cut at the end of a line, nor paragraphs, nor titles. This
module rejoins words and paragraphs, drops running headers and footers, tables of contents and the steps of animated
slides, and finds the headings: in the bookmarks, else in the sizes of the letters when these tell, else « Page 3 », so
that what is cited can be found again. Left out: tables (a row becomes a line), formulas (their characters in a row),
columns in another order than the one in which the file draws them.
"""

from __future__ import annotations

import difflib
import functools
import itertools
import re
import statistics
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tutor.retrieval.readers.writing import escaped, fenced, line_start, one_line


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text and where it begins, in points (1/72 inch) from the lower left corner."""

    text: str
    x: float
    y: float
    size: float
    """Height of the letters, in points."""
    mono: bool = False
    """All its letters have the same width: a program."""


@dataclass(frozen=True, slots=True)
class Page:
    """Lines in the order in which the file draws them; ``number`` from 1."""

    number: int
    height: float
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A line of the outline: ``depth`` from 0, ``page`` from 1, ``top`` in points when the file gives it."""

    depth: int
    title: str
    page: int
    top: float | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that stands for lines ``start`` (included) to ``end`` (excluded) of a page; for none when equal."""

    start: int
    end: int
    level: int
    text: str


Headings = Mapping[int, Sequence[Heading]]
"""Page number → its headings, in order."""

MARGIN = 0.15
"""Running headers and footers stand in this share of the page, above and below."""
TITLE_SIZE = 1.15
"""Letters this many times as high as those of the text make a title."""
TITLE_LENGTH = 150
"""Characters. Larger letters over more than that are no title."""
CHAPTER_PAGES = 5
"""Bookmarks of the first rank that are this many pages apart on average are chapters, else they are sections."""
BOOKMARK_LIMIT = 5000
"""Bookmarks that are looked for; the criminal code of a country has a thousand."""
SPARSE_PAGES = 5
"""When headings are further apart than this on average, each page has its own."""


def markdown_of(pages: Sequence[Page], bookmarks: Sequence[Bookmark] = ()) -> str:
    """Return the text of the pages under its headings.

    >>> lines = Line("Un n-gramme est une suite de mots consé-", 50, 400, 10), Line("cutifs.", 50, 388, 10)
    >>> print(markdown_of([Page(1, 800, lines)]))
    ## Page 1
    <BLANKLINE>
    Un n-gramme est une suite de mots consécutifs.
    """
    pages = without_repeats(tidy(pages))
    join = Joiner(line.text for page in pages for line in page.lines)
    headings = from_bookmarks(pages, bookmarks, join) or from_sizes(pages, join)
    sparse = sum(len(on_page) for on_page in headings.values()) * SPARSE_PAGES < _filled(pages)
    writer = _Writer(pages, join)
    for page in pages:
        on_page = headings.get(page.number, ())
        if sparse and page.lines and not (on_page and on_page[0].start == 0):
            writer.announce(page.number)
        writer.turn()
        at = 0
        for heading in on_page:
            writer.add(page.lines[at : heading.start])
            writer.head(heading.level, heading.text)
            at = heading.end
        writer.add(page.lines[at:])
    return writer.text()


# --- characters ------------------------------------------------------------------------------------------


def _drawings() -> dict[str, str]:
    """Return ligatures and mathematical letters (ﬁ, 𝑃) with what they are drawings of; ² is no drawing of 2."""
    codes = (*range(0xFB00, 0xFB07), *range(0x1D400, 0x1D800))
    return {chr(code): unicodedata.normalize("NFKC", chr(code)) for code in codes}


_CHARACTERS = str.maketrans(
    _drawings()
    | {chr(code): "" for code in (*range(0x20), *range(0x7F, 0xA0), 0xAD, 0x200B, 0xFEFF, 0xFFFE, 0xFFFF)}
    | dict.fromkeys("\t\u00a0\u2002\u2003\u2009␣", " ")
    | dict.fromkeys("\uf0b7\uf0a7\uf0d8\uf0a8\uf0fc\uf076▪‣⁃●◦■➢➤", "•")
)
# Old TeX fonts draw « é » as an acute accent, then an e.
_ACCENTS = {"´": "\u0301", "`": "\u0300", "ˆ": "\u0302", "¨": "\u0308", "¸": "\u0327"}
_APART = re.compile(r"´[Ee]|ˆ[aeiouı]|¨[eiuı]|¸[cC]")
_ACCENTED = re.compile(r"([´ˆ¨]) ?([AEIOUaeiouı])|(`) ?([AEUaeu])|(¸) ?([Cc])")
_DOTS = re.compile(r"(?:[._…·]\s?){5,}")
_CONTENTS = re.compile(r"(?:\.\s?){4,}\s*[\divxlc]+\s*$")


def tidy(pages: Sequence[Page]) -> list[Page]:
    """Clean the characters of every line; drop those of a table of contents and those that keep no character."""
    text = "".join(line.text for page in pages for line in page.lines)
    apart = len(_APART.findall(text)) > len(re.findall("[âçéêëîïôû]", text))
    return [replace(page, lines=tuple(t for line in page.lines if (t := _tidy(line, apart)).text)) for page in pages]


def _tidy(line: Line, apart: bool) -> Line:
    cut = line.text.rstrip().endswith("\u00ad")  # a hyphen that shows only where a word is cut
    text = line.text.translate(_CHARACTERS)
    if not line.mono:
        if apart:
            text = _ACCENTED.sub(_composed, text)
        text = "" if _CONTENTS.search(text[-200:]) else _DOTS.sub(" ", text)  # dots that lead to a page, or to write on
        if "``" in text:  # TeX's quotation marks; alone, '' is a second derivative
            text = text.replace("``", "“").replace("''", "”")
        text = one_line(re.sub("[\ue000-\uf8ff]", " ", text))  # symbols without a name
    return replace(line, text=text.rstrip() + ("-" if cut else ""))


def _composed(match: re.Match[str]) -> str:
    accent, letter = (group for group in match.groups() if group)
    return unicodedata.normalize("NFC", letter.replace("ı", "i") + _ACCENTS[accent])


# --- what every page repeats -----------------------------------------------------------------------------


def without_repeats(pages: Sequence[Page]) -> list[Page]:
    """Drop running headers and footers, and the pages that are only a step of the slide that follows."""
    running = _running_lines(pages)
    kept = [
        replace(page, lines=tuple(line for row, line in enumerate(page.lines) if (page.number, row) not in running))
        for page in pages
    ]
    steps = {page.number for page, after in itertools.pairwise(kept) if not _words(page) - _words(after)}
    return [replace(page, lines=()) if page.number in steps else page for page in kept]


def _filled(pages: Sequence[Page]) -> int:
    """Return how many pages have text."""
    return sum(bool(page.lines) for page in pages)


def _words(page: Page) -> Counter[str]:
    return Counter(line.text for line in page.lines)


def _running_lines(pages: Sequence[Page]) -> set[tuple[int, int]]:
    """Return (page number, row) of what stands in the margins at a height where most pages repeat a line.

    Repeat: the same words, but for a page number, on a page that is next or next but one. A running title changes
    with the chapter: at such a height all lines go. Large letters are the title of a slide, and go only when nearly
    all pages have them.
    """
    body = body_size(pages)
    filled = _filled(pages)
    margins = {
        (page.number, row): line
        for page in pages
        for row, line in enumerate(page.lines)
        if not MARGIN * page.height < line.y < (1 - MARGIN) * page.height
    }
    alike: dict[str, list[tuple[int, int]]] = {}
    for spot, line in margins.items():
        alike.setdefault(re.sub(r"\d+", "#", line.text.casefold()), []).append(spot)
    repeated: set[tuple[int, int]] = set()
    for spots in alike.values():
        large = statistics.median(margins[spot].size for spot in spots) > TITLE_SIZE * body
        if large and len({number for number, _ in spots}) < max(3, 0.8 * filled):
            continue
        for one, other in itertools.pairwise(spots):
            turned = other[0] - one[0]
            near = 0 < turned <= 2 and abs(margins[one].y - margins[other].y) <= 2
            if near and _go_together(margins[one].text, margins[other].text, turned):
                repeated |= {one, other}

    def most_pages(y: float) -> bool:
        return 2 * len({number for number, row in repeated if abs(margins[number, row].y - y) <= 2}) > filled

    heights = {round(margins[spot].y) for spot in repeated}
    bands = [y for y in heights if most_pages(y)]
    return {
        spot
        for spot, line in margins.items()
        if any(abs(line.y - y) <= 2.5 for y in bands) and (spot in repeated or line.size <= TITLE_SIZE * body)
    }


def _go_together(text: str, after: str, turned: int) -> bool:
    """Tell whether two lines are the same, or one of their numbers counts the pages.

    >>> _go_together("Chapitre 2 · 14", "Chapitre 2 · 15", 1), _go_together("Exercice 3", "Exercice 7", 1)
    (True, False)
    """
    counts = zip(re.findall(r"\d{1,9}", text), re.findall(r"\d{1,9}", after), strict=False)
    return text == after or any(int(n) - int(m) == turned for m, n in counts)


def body_size(pages: Sequence[Page]) -> float:
    """Return the height of the letters of most of the text, in points."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page.lines:
            sizes[round(line.size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 10.0


# --- headings --------------------------------------------------------------------------------------------


def from_bookmarks(pages: Sequence[Page], bookmarks: Sequence[Bookmark], join: Joiner) -> dict[int, list[Heading]]:
    """Put each bookmark in the place of the lines that bear its title, else where it points to.

    The title is written as the page writes it, with its number if it has one.
    """
    by_number = {page.number: page for page in pages}
    marks = [mark for mark in bookmarks[:BOOKMARK_LIMIT] if mark.page in by_number and one_line(mark.title)]
    roots = sum(mark.depth == 0 for mark in marks)
    shift = 1 if roots == 1 or roots * CHAPTER_PAGES <= _filled(pages) else 2
    placed: dict[int, list[Heading]] = {}
    for mark in marks:
        level = min(mark.depth + shift, 6)
        # a title that no longer fits under the text is written on the next page, and its bookmark may stay behind
        for number, rows in ((mark.page, None), (mark.page + 1, 3)):
            page = by_number.get(number)
            first = placed[number][-1].end if placed.get(number) else 0
            if page and (lines := _title_lines(page, mark, first, rows)):
                text = join.all(page.lines[slice(*lines)])
                placed.setdefault(number, []).append(Heading(*lines, level, text))
                break
        else:
            page, first = by_number[mark.page], placed[mark.page][-1].end if placed.get(mark.page) else 0
            below = (r for r in range(first, len(page.lines)) if mark.top is None or page.lines[r].y <= mark.top)
            row = next(below, len(page.lines))
            placed.setdefault(mark.page, []).append(Heading(row, row, level, _clean(mark.title)))
    return placed


def _title_lines(page: Page, mark: Bookmark, first: int, rows: int | None) -> tuple[int, int] | None:
    """Return the lines that bear the title of a bookmark: the most alike, then the nearest to where it points."""
    wanted = _letters(_clean(mark.title))
    found: list[tuple[float, float, int, int]] = []
    for start in range(first, len(page.lines))[:rows]:
        away = abs(page.lines[start].y - mark.top) if mark.top is not None else start
        for end in range(start + 1, min(start + 4, len(page.lines)) + 1):
            written = _letters(" ".join(line.text for line in page.lines[start:end]))
            if alike := _alike(written, wanted):
                found.append((-alike, away, start, end))
            if len(written) > len(wanted) + 20:
                break
    return min(found)[2:] if found else None


def _clean(title: str) -> str:
    return one_line(title.translate(_CHARACTERS))


_PART = "(?:chapitre|partie|section|leçon|séance|cours|module|annexe|chapter|part|lesson|unit|appendix)?"


def _alike(written: str, wanted: str) -> float:
    """Compare the letters of a line and of a bookmark: 1 when the bookmark lacks but the number, 0 when they differ.

    In between, another sign is missing.
    """
    if wanted and written.endswith(wanted):
        return float(bool(re.fullmatch(rf"{_PART}(?:\d{{0,4}}|[ivxlc]{{1,5}}|[a-z])", written.removesuffix(wanted))))
    bare = re.sub(rf"^{_PART}\d{{0,4}}", "", written)
    if len(wanted) < 8 or abs(len(bare) - len(wanted)) > 0.1 * len(wanted):
        return 0.0
    ratio = difflib.SequenceMatcher(None, bare, wanted).ratio()
    return ratio if ratio > 0.9 else 0.0


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def from_sizes(pages: Sequence[Page], join: Joiner) -> dict[int, list[Heading]]:
    """Take lines in larger letters for headings; return none when the sizes do not tell.

    They tell when they are few (a third of the text at most) and come often enough (one every three pages).
    """
    body = body_size(pages)
    found: list[tuple[int, int, int, float, str]] = []
    for page in pages:
        row = 0
        while row < len(page.lines):
            size = page.lines[row].size
            end = row + 1
            while end < len(page.lines) and _go_on(page.lines[end - 1], page.lines[end]):
                end += 1
            if size > TITLE_SIZE * body and _is_title(text := join.all(page.lines[row:end])):
                found.append((page.number, row, end, round(2 * size) / 2, text))
            row = end
    total = sum(len(line.text) for page in pages for line in page.lines)
    if not found or 3 * sum(len(text) for *_, text in found) > total or 3 * len(found) < _filled(pages):
        return {}
    ranks: dict[float, int] = {}
    rank, largest = 0, 0.0
    for size in sorted({size for *_, size, _ in found}, reverse=True):
        if not rank or size < 0.9 * largest:  # sizes that the eye does not tell apart are one rank
            rank, largest = rank + 1, size
        ranks[size] = rank
    firsts = [number for number, _, _, size, _ in found if ranks[size] == 1]
    titled = firsts == [1] and ranks[found[0][3]] == 1  # a title of the whole, then headings
    headings: dict[int, list[Heading]] = {}
    for number, start, end, size, text in found:
        level = min(ranks[size] + (0 if titled else 1), 4)
        headings.setdefault(number, []).append(Heading(start, end, level, text))
    return headings


def _go_on(line: Line, after: Line) -> bool:
    """Tell whether two lines in the same large letters are one title."""
    return abs(line.size - after.size) < 0.3 and 0 < line.y - after.y < 1.8 * line.size and not _ITEM.match(after.text)


def _is_title(text: str) -> bool:
    letters = sum(c.isalpha() for c in text)
    return letters >= 2 and len(text) <= TITLE_LENGTH and not _BULLET.match(text) and text[-1] not in ",;"


# --- paragraphs ------------------------------------------------------------------------------------------

_BULLET = re.compile(r"•\s*|[-–—*·✓►▸]\s+|o\s+(?=\S)")
_ITEM = re.compile(rf"{_BULLET.pattern}|(?:\d{{1,2}}[.)]|[a-z]\))(?:\s+|$)")
_ENDED = re.compile(r"[.!?…:;][\"'»”)\]\s]*$")


class _Writer:
    """Puts lines together again, one after the other."""

    def __init__(self, pages: Sequence[Page], join: Joiner) -> None:
        body = body_size(pages)
        rows = [line for page in pages for line in page.lines if abs(line.size - body) < 0.3]
        lengths = sorted(len(line.text) for line in rows)
        self._full = lengths[len(lengths) * 9 // 10] if lengths else 0
        falls = Counter(
            round(2 * (line.y - after.y)) / 2
            for line, after in itertools.pairwise(rows)
            if body * 0.8 < line.y - after.y < body * 2.5
        )
        self._leading = falls.most_common(1)[0][0] / body if falls else 1.2
        self._join = join
        self._blocks: list[str] = []
        self._open: str | None = None
        """The paragraph, or the item after its ``_marker``, that the next line may continue."""
        self._marker = ""
        self._left = 0.0
        """Where it begins."""
        self._row = ""
        self._last: Line | None = None
        """The last row, and the line on this page that began it."""
        self._right = 0.0
        """Where the row ends, about: letters are half as wide as high."""
        self._indents: list[float] = []
        self._level = 1
        self._heading = ""
        self._announced = 0

    def announce(self, number: int) -> None:
        """Head what begins on this page, and nothing that only ends there, with its number."""
        self._announced = number

    def turn(self) -> None:
        """A page begins."""
        self._last = None

    def head(self, level: int, text: str) -> None:
        """A heading begins; one that repeats the last (a slide that goes on) is left out."""
        self._flush()
        self._announced = 0
        self._level = level
        self._indents.clear()
        if self._heading != (heading := f"{'#' * level} {escaped(text)}"):
            self._blocks.append(heading)
        self._heading = heading

    def add(self, lines: Sequence[Line]) -> None:
        """Add the lines that stand between two headings."""
        for mono, group in itertools.groupby(lines, key=lambda line: line.mono):
            run = list(group)
            if mono and len(run) > 1:
                self._add_code(run)
            else:
                for line in run:
                    self._add_line(line)

    def text(self) -> str:
        """Return the Markdown of all that was added."""
        self._flush()
        text = ""
        for block, after in itertools.zip_longest(self._blocks, self._blocks[1:]):
            both_items = after is not None and _is_item(block) and _is_item(after)
            text += block + ("" if after is None else "\n" if both_items else "\n\n")
        return text

    def _add_code(self, lines: Sequence[Line]) -> None:
        self._flush()
        self._begin()
        left = min(line.x for line in lines)
        written = ""
        for before, line in itertools.pairwise([lines[0], *lines]):
            blank = before.y - line.y > 1.7 * self._leading * line.size
            indent = round((line.x - left) / (0.6 * line.size)) if line.size else 0
            # pypdf writes one space for any distance, which the indent already tells
            text = " " * min(indent, 80) + line.text.lstrip(" ") if indent > 0 else line.text
            written += "\n" * blank + text + "\n"
        self._blocks.append(fenced(written))

    def _add_line(self, line: Line) -> None:
        text, item = line.text, _ITEM.match(line.text)
        if self._open is not None and self._last and self._beside(self._last, line):
            apart = abs(self._last.y - line.y) <= 1 and line.x > self._right + 2 * line.size
            self._open += (glue := " | " if apart else " ") + text
            self._row += glue + text
        else:
            if self._open is not None and not self._begins(self._last, line, item):
                self._open = self._join(self._open, text)
            else:
                self._flush()
                self._begin()
                self._left = line.x
                if self._last and line.y > self._last.y:  # another column
                    self._indents.clear()
                self._open = self._itemised(line, item) if item else text
                if not item:
                    self._indents.clear()
            self._row, self._last = text, line
        self._right = line.x + 0.5 * line.size * len(text)

    def _itemised(self, line: Line, item: re.Match[str]) -> str:
        """Open an item: set its marker, at the depth where the line begins, and return the text after it."""
        while self._indents and line.x < self._indents[-1] - 3:
            self._indents.pop()
        if not self._indents or line.x > self._indents[-1] + 3:
            self._indents.append(line.x)
        numbered = item[0][:1].isdigit()
        self._marker = "   " * (len(self._indents) - 1) + (item[0].strip() if numbered else "-") + " "
        lettered = not numbered and not _BULLET.match(line.text)  # « a) », which Markdown does not know
        return line.text if lettered else line.text[item.end() :]

    @staticmethod
    def _beside(row: Line, line: Line) -> bool:
        """Tell whether a line stands beside the row: another cell, or a part of a formula a little higher."""
        return abs(line.y - row.y) < 0.5 * max(row.size, line.size) or 0 < line.y - row.y < 1.3 * row.size

    def _begins(self, last: Line | None, line: Line, item: re.Match[str] | None) -> bool:
        """Tell whether a line begins a paragraph rather than goes on with the one that is open."""
        ended = bool(_ENDED.search((self._open or "")[-20:]))
        lower = line.text[:1].islower()
        length = len(self._row) / (self._full or 1)
        """Of the row before, as a share of a full one."""
        if item and (line.text.startswith("•") or ended or self._marker or length < 0.75):
            return True
        if last is None or line.y > last.y:  # another page, another column
            return ended or not lower
        if abs(line.size - last.size) > 0.12 * last.size or last.y - line.y > 1.2 * self._leading * last.size:
            return True
        if ended and (length < 0.85 or line.x > self._left + 0.8 * line.size) and not self._marker:
            return True
        if ended and self._marker and line.x < self._left - 2:
            return True
        return length < 0.6 and not lower

    def _begin(self) -> None:
        """A block begins: under the number of its page when there is nothing better."""
        if self._announced:
            self._blocks.append(f"{'#' * min(self._level + 1, 6)} Page {self._announced}")
            self._announced = 0

    def _flush(self) -> None:
        if self._open is not None:
            text = escaped(self._open.strip())
            self._blocks.append((self._marker + text).rstrip() if self._marker else line_start(text))
        self._open, self._marker = None, ""


def _is_item(block: str) -> bool:
    return bool(re.match(r" *(?:-|\d+[.)])(?: |$)", block))


class Joiner:
    """Puts together the end of a line and the beginning of the next; a word that was cut is whole again.

    Whether « peut- » + « être » keeps its hyphen: the words of the rest of the text tell, else French does.

    >>> join = Joiner(["Un sous-graphe, peut-être"])
    >>> join("l’appren-", "tissage"), join("est-", "ce que"), join("un sous-", "graphe"), join("GPT-", "4")
    ('l’apprentissage', 'est-ce que', 'un sous-graphe', 'GPT-4')
    """

    _APART = frozenset("et ou and or".split())
    _KEEP = frozenset("il elle on ce ils elles je tu nous vous là ci même mêmes dire y en moi toi lui leur".split())

    def __init__(self, lines: Iterable[str]) -> None:
        self._words = Counter(word for line in lines for word in _WORD.findall(line.casefold()))

    def __call__(self, text: str, after: str) -> str:
        """Return ``text`` followed by ``after``."""
        cut, first = _CUT.search(text[-80:]), _WORD.match(after)  # a long text is not searched at each line
        if not text.endswith(("-", "‐")) or text[-2:-1] in ("", " ") or (first and first[0] in self._APART):
            return f"{text} {after}"
        if not cut or not first or not first[0][0].islower():
            return text + after
        before, then = cut[1].casefold(), first[0].casefold()
        hyphened, whole = self._words[f"{before}-{then}"], self._words[before + then]
        if hyphened > whole or (not whole and ("-" in before or then.partition("-")[0] in self._KEEP)):
            return text + after
        return text[:-1] + after

    def all(self, lines: Iterable[Line]) -> str:
        """Return the text of some lines in a row."""
        return functools.reduce(self, (line.text for line in lines))


_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_CUT = re.compile(rf"({_WORD.pattern})[-‐]$")
