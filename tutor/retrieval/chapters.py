"""A folder of files → chapters → sections → passages.

A chapter is a file. A file without front matter that has several ``#`` headings is several chapters, one a heading:
that is how a whole course in one file reads. Passages are made of whole blocks (paragraph, list item, table, code,
formula), hold about 700 characters and never cross a heading. A very long code block or table is cut between lines
(``long_blocks``); its passages share one number, ``section-3``, ``section-3.2``…, so that no other id moves.

Every format becomes Markdown first, in ``readers``; this module knows only Markdown. Left out: pictures, HTML inside
Markdown (kept as it is), links to other files.
"""

from __future__ import annotations

import functools
import itertools
import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tutor.contracts import Chapter, Passage
from tutor.errors import KnowledgeEmpty, KnowledgeUnreadable, SystemReason
from tutor.messages import Notice
from tutor.retrieval.long_blocks import cut_code, cut_table
from tutor.retrieval.markdown import Block, blocks
from tutor.retrieval.readers import READERS, FileUnusable, KeptReadings, read_file
from tutor.retrieval.sentences import sentences

PASSAGE_LENGTH = 700
"""Characters that a passage aims at: long enough to answer, short enough to be read under a citation."""
PARAGRAPH_LIMIT = 2 * PASSAGE_LENGTH
"""A paragraph longer than this is cut between two sentences."""
LONGEST_PASSAGE = 4000
"""Longer text without a sentence's end is no prose: it is cut at a space, or anywhere when it has none."""
LONGEST_NAME = 200
"""Characters of an identifier made from a heading."""


@dataclass(frozen=True, slots=True)
class CourseText:
    """A course as read: chapters and passages in the order of the course."""

    chapters: tuple[Chapter, ...]
    passages: tuple[Passage, ...]
    notices: tuple[Notice, ...] = ()


@dataclass(slots=True)
class _Section:
    """Consecutive blocks under one heading."""

    heading: str
    headings: tuple[str, ...]
    blocks: list[Block] = field(default_factory=list)


def read_course(
    folder: Path, *, cache: Path | None = None, on_file: Callable[[str], None] = lambda source: None
) -> CourseText:
    """Read every chapter of ``folder`` and its subfolders.

    Files with an ``order`` in their front matter come first, the others follow by name (2 before 10). A file that
    cannot be used is named in a notice and the rest is read. Nothing outside the folder is opened.

    Args:
        folder: the course.
        cache: a folder for this course alone, where the text of slow formats is kept until the file changes.
        on_file: hears the name of a file of a slow format before it is read.

    Raises:
        KnowledgeUnreadable: the folder is missing, not a folder, or may not be read.
        KnowledgeEmpty: no file in it holds any text.
    """
    files, notices = chapter_files(folder)
    kept = KeptReadings(cache) if cache else None
    documents: list[tuple[str, dict[str, Any], str]] = []
    for path in files:
        source = path.relative_to(folder).as_posix()
        try:
            reading = read_file(path, kept, on_read=functools.partial(on_file, source))
        except FileUnusable as reason:
            notices.append(reason.notice(source))
            continue
        except OSError as error:
            details = {"file": source, "reason": SystemReason(error)}
            notices.append(Notice("index.notice.skipped.unreadable", details))
            continue
        text = reading.markdown
        notices += [Notice(remark.key, {**remark.details, "file": source}) for remark in reading.remarks]
        try:
            matter, body = split_front_matter(text)
        except (yaml.YAMLError, ValueError, RecursionError) as error:  # no YAML, no date, too many brackets
            matter, body = {}, without_front_matter(text)
            mark = getattr(error, "problem_mark", None)
            line = mark.line + 2 if mark else 1  # after the line of ---
            notices.append(Notice("index.notice.front_matter", {"file": source, "line": line}))
        documents.append((source, matter, body))

    if kept:
        kept.forget_unused()
    documents.sort(key=lambda d: (_order(d[1]) is None, _order(d[1]) or 0.0))  # stable: names decide ties
    chapters: list[Chapter] = []
    passages: list[Passage] = []
    taken: dict[str, int] = {}
    for source, matter, body in documents:
        for chapter, sections, lines in _chapters_of(source, matter, body, taken):
            made = _passages_of(chapter, sections, lines, first=len(passages))
            if made:
                chapters.append(chapter)
                passages.extend(made)
    if not passages:
        raise KnowledgeEmpty(path=folder, extensions=", ".join(READERS))
    return CourseText(tuple(chapters), tuple(passages), tuple(notices))


def chapter_files(folder: Path) -> tuple[list[Path], list[Notice]]:
    """Return the files that have a reader, in name order, and a notice for each link that leaves the folder."""
    try:
        root = folder.resolve(strict=True)
        next(root.iterdir(), None)
    except OSError as error:
        raise KnowledgeUnreadable(path=folder, reason=SystemReason(error)) from error
    found: list[Path] = []
    notices: list[Notice] = []
    seen: set[Path] = set()

    def refused(error: OSError) -> None:
        name = Path(error.filename).relative_to(folder).as_posix() if error.filename else "?"
        details = {"file": name, "reason": SystemReason(error)}
        notices.append(Notice("index.notice.skipped.unreadable", details))

    for here, subfolders, names in os.walk(folder, onerror=refused):
        subfolders[:] = [name for name in subfolders if not name.startswith(".")]
        for name in [*subfolders, *names]:
            path = Path(here, name)
            # ~$cours.docx: Word's, while the document is open
            if name.startswith((".", "~$")) or not (path.is_symlink() or path.suffix.lower() in READERS):
                continue
            if path.is_symlink() and not path.resolve().is_relative_to(root):
                details = {"file": path.relative_to(folder).as_posix()}
                notices.append(Notice("index.notice.skipped.link", details))
            elif path.suffix.lower() in READERS and path.is_file() and path.resolve() not in seen:
                seen.add(path.resolve())
                found.append(path)
    found.sort(key=lambda path: _natural(path.relative_to(folder).as_posix()))
    notices.sort(key=lambda notice: _natural(str(notice.details["file"])))
    return found, notices


_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)


def split_front_matter(text: str) -> tuple[dict[str, Any], str]:
    """Separate YAML front matter from the body.

    >>> split_front_matter("---\\ntitle: Les n-grammes\\n---\\n# Bonjour")
    ({'title': 'Les n-grammes'}, '# Bonjour')

    Raises ``yaml.YAMLError`` when the block is not YAML, ``ValueError`` or ``RecursionError`` when it cannot be read.
    """
    match = _FRONT_MATTER.match(text)
    if not match:
        return {}, text
    matter = yaml.safe_load(match.group(1) or "")
    if not isinstance(matter, dict):
        return {}, text  # a rule, some text, another rule
    return {str(key): value for key, value in matter.items()}, text[match.end() :]


def without_front_matter(text: str) -> str:
    """Drop a front matter block that is not valid YAML."""
    return _FRONT_MATTER.sub("", text, count=1)


def slug(text: str) -> str:
    """Return a readable identifier: ASCII letters and digits joined by hyphens.

    >>> slug("2.1.2 Niveaux de traitement – l’élision")
    '2-1-2-niveaux-de-traitement-l-elision'
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    # accents vanish above; other signs (’ – Δ) must separate, not glue
    kept = "".join(c if ord(c) < 128 or unicodedata.decomposition(c) else " " for c in text)
    plain = unicodedata.normalize("NFKD", kept).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower())[:LONGEST_NAME].strip("-") or "section"


def _unique(name: str, taken: dict[str, int]) -> str:
    """Return ``name``, or ``name`` with the next free number; ``taken`` holds the last number given to each name."""
    candidate, number = name, taken.get(name, 1)
    while candidate in taken:
        number += 1
        candidate = f"{name}-{number}"
    taken[name] = number
    taken.setdefault(candidate, 1)
    return candidate


def _natural(name: str) -> list[tuple[int, int, str]]:
    """Sort key: « chapitre 2 » before « chapitre 10 », without regard to case."""
    parts = re.split(r"(\d+)", name.casefold())
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part]


def _order(matter: Mapping[str, Any]) -> float | None:
    order = matter.get("order")
    if isinstance(order, bool) or not isinstance(order, int | float):
        return None
    return float(order) if abs(order) < 1e9 else None


def _text(value: object) -> str:
    """Return a value as text, nothing for a collection: one that repeats another fills the memory when written out."""
    return "" if value is None or isinstance(value, list | dict | set | tuple) else str(value)


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(filter(None, map(_text, value))) if isinstance(value, list) else ()


def _chapters_of(
    source: str, matter: Mapping[str, Any], body: str, taken: dict[str, int]
) -> Iterable[tuple[Chapter, list[_Section], list[str]]]:
    """Yield the chapters of one file with their sections."""
    lines = body.split("\n")
    found = blocks(lines, PASSAGE_LENGTH)
    tops = [block for block in found if block.kind == "heading" and block.level == 1]
    stem = Path(source).stem
    parts: list[tuple[str, list[Block]]]
    if matter or len(tops) < 2:
        title = _text(matter.get("title")) or (tops[0].title if tops else "") or stem.replace("_", " ")
        parts = [(title, found)]
    else:
        parts = [(stem.replace("_", " "), [])]
        for block in found:
            if block.kind == "heading" and block.level == 1:
                parts.append((block.title or stem, []))
            parts[-1][1].append(block)
    for title, part in parts:
        name = _text(matter.get("id")) or (title if len(parts) > 1 else stem)
        chapter = Chapter(
            id=_unique(slug(name), taken) if part else "",
            title=title,
            source=source,
            order=_order(matter),
            objectives=_texts(matter.get("objectives")),
            demos=_texts(matter.get("demos")),
            exercises=_texts(matter.get("exercises")),
        )
        if part:
            yield chapter, _sections(title, part), lines


def _sections(title: str, found: Sequence[Block]) -> list[_Section]:
    """Group blocks under their heading; a path holds every heading above, the chapter's title first."""
    path: list[tuple[int, str]] = []
    sections = [_Section(title, (title,))]
    for block in found:
        if block.kind != "heading":
            sections[-1].blocks.append(block)
            continue
        path = [(level, heading) for level, heading in path if level < block.level]
        path.append((block.level, block.title or title))
        headings = [heading for _, heading in path]
        if headings[0] != title:
            headings.insert(0, title)
        sections.append(_Section(path[-1][1], tuple(headings)))
    return sections


def _passages_of(chapter: Chapter, sections: Sequence[_Section], lines: Sequence[str], first: int) -> list[Passage]:
    made: list[Passage] = []
    taken: dict[str, int] = {}
    for section in sections:
        texts = _texts_of(section.blocks, lines)
        if not texts:
            continue
        name = _unique(slug(section.heading), taken)
        numbered = [
            (f"{k}.{part}" if part > 1 else f"{k}", text)
            for k, parts in enumerate(texts, start=1)
            for part, text in enumerate(parts, start=1)
        ]
        for number, text in numbered:
            made.append(
                Passage(
                    id=f"{chapter.id}#{name}-{number}",
                    chapter=chapter.title,
                    section=section.heading,
                    headings=section.headings,
                    text=text,
                    source=chapter.source,
                    position=first + len(made),
                )
            )
    return made


def _texts_of(found: Sequence[Block], lines: Sequence[str]) -> list[list[str]]:
    """Pack whole blocks into texts of about ``PASSAGE_LENGTH`` characters.

    Each is a list of one text, of several when a long code block or table was cut.
    """
    groups: list[list[Block]] = [[]]
    length = 0
    for block in found:
        if block.kind in ("rule", "comment"):
            continue
        size = len("\n".join(lines[block.start : block.end]))
        full = length >= PASSAGE_LENGTH or length + size > PASSAGE_LENGTH * 5 // 4
        if groups[-1] and full:
            # what announces a list (« Trois limites : ») goes with the list
            before = groups[-1][-1]
            lead = lines[before.end - 1].rstrip().endswith(":")
            lead = lead and sum(map(len, lines[before.start : before.end])) <= PARAGRAPH_LIMIT
            groups.append([groups[-1].pop()] if lead and len(groups[-1]) > 1 else [])
            length = sum(len("\n".join(lines[b.start : b.end])) for b in groups[-1])
        groups[-1].append(block)
        length += size
    texts: list[list[str]] = []
    for group in groups:
        text = ""
        for index, block in enumerate(group):
            if index:
                text += "\n" if group[index - 1].end == block.start else "\n\n"
            text += "\n".join(lines[block.start : block.end])
        text = _outdented(text).rstrip()
        if text.strip():
            cut = _cut_between_sentences(text) if len(group) == 1 and group[0].kind == "paragraph" else [text]
            if not any(block.kind in ("code", "table") for block in group):
                texts += [[part] for piece in cut for part in _cut_at_spaces(piece)]
            else:
                texts.append(cut if len(text) <= LONGEST_PASSAGE else _cut_long(group, lines))
    return texts


def _cut_long(group: Sequence[Block], lines: Sequence[str]) -> list[str]:
    """Cut the code blocks and tables of a group that is too long for a passage; what announces them stays with them."""
    parts: list[str] = []
    for block in group:
        text = _outdented("\n".join(lines[block.start : block.end])).rstrip()
        if block.kind == "code":
            pieces = cut_code(text, PARAGRAPH_LIMIT, LONGEST_PASSAGE)
        elif block.kind == "table":
            pieces = cut_table(text, PARAGRAPH_LIMIT, LONGEST_PASSAGE)
        else:
            pieces = [text]
        pieces = [part for piece in pieces or [text] for part in _cut_at_spaces(piece)]
        if parts and pieces and len(parts[-1]) + len(pieces[0]) + 2 <= LONGEST_PASSAGE:
            parts[-1] += f"\n\n{pieces.pop(0)}"
        parts += pieces
    return parts


def _outdented(text: str) -> str:
    """Take the first line's indent off every line, so that a nested item opens a passage as a list item."""
    indent = len(text) - len(text.lstrip(" \t"))
    return re.sub(rf"(?m)^[ \t]{{1,{indent}}}", "", text) if indent else text


def _cut_between_sentences(text: str) -> list[str]:
    """Cut a very long paragraph where a sentence ends; a shorter one is returned whole."""
    if len(text) <= PARAGRAPH_LIMIT:
        return [text]
    cuts = [0]
    for span in sentences(text):
        if span.end - cuts[-1] >= PASSAGE_LENGTH and len(text) - span.end >= PASSAGE_LENGTH // 3:
            cuts.append(span.end)
    cuts.append(len(text))
    return [text[a:b].strip() for a, b in itertools.pairwise(cuts)]


def _cut_at_spaces(text: str) -> list[str]:
    """Cut a text longer than ``LONGEST_PASSAGE`` at its last space that fits; a shorter one is returned whole.

    >>> [len(part) for part in _cut_at_spaces("mot " * 1500)]
    [3999, 1999]
    """
    if len(text) <= LONGEST_PASSAGE:
        return [text]
    parts: list[str] = []
    at = 0
    while len(text) - at > LONGEST_PASSAGE:
        space = max(text.rfind(mark, at + LONGEST_PASSAGE // 2, at + LONGEST_PASSAGE) for mark in (" ", "\n"))
        end = space if space > 0 else at + LONGEST_PASSAGE
        parts.append(text[at:end].strip())
        at = end
    parts.append(text[at:].strip())
    return [part for part in parts if part]
