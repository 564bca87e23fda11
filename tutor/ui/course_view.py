"""The course as HTML, in one language of the interface: a chapter, the list of chapters, what a search finds.

Pure: the same chapter gives the same text. Each function returns one line of HTML for Gradio's Markdown, which draws
the formulas; the text of the course is only text (``passage.py``). The chapters themselves stay in the language that
they were written in, and say so to the browser.

Addresses, which are what a browser shows, keeps in its history and sends back:

    #cours                                    the course
    #cours/n-grammes                          a chapter
    #cours/n-grammes/definition-1             a passage of it, named by what follows # in its id
    #cours/n-grammes/definition-1/12/80       … with passage.text[12:80] highlighted
    #ask/n-grammes/definition-1               a question on the section where that passage stands

Left out: the components, which are in ``course_page.py``.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise, takewhile
from urllib.parse import quote, unquote

from tutor import messages
from tutor.contracts import Chapter, Language, Passage, Quotable, SearchResult
from tutor.retrieval.lexical import STOP_WORDS, language_of, words
from tutor.ui.markdown import one_line, without_private
from tutor.ui.passage import inline_html, passage_html
from tutor.ui.view import LANGUAGES, place

HERE = "#cours"
ASK = "#ask"
NEAREST = 3
"""Passages shown when the course does not seem to cover what is searched."""
LONGEST_SNIPPET = 240


@dataclass(frozen=True, slots=True)
class Reading:
    """What is being read: a chapter, and perhaps words of one of its passages."""

    chapter: str = ""
    passage: str = ""
    """Id of the passage."""
    start: int = 0
    end: int = 0

    @property
    def address(self) -> str:
        """The address, inside the page.

        >>> Reading("rnn", "rnn#lstm-1", 3, 20).address
        '#cours/rnn/lstm-1/3/20'
        """
        return "/".join([HERE, *self._parts, *([f"{self.start}/{self.end}"] if self.end else [])])

    @property
    def ask_address(self) -> str:
        """The address of a question on the section."""
        return "/".join([ASK, *self._parts])

    @property
    def _parts(self) -> list[str]:
        parts = filter(None, (self.chapter, self.passage.removeprefix(f"{self.chapter}#")))
        return [quote(part, safe="") for part in parts]


def reading_of(passage: Passage, start: int = 0, end: int = 0) -> Reading:
    """Return where ``passage.text[start:end]`` is read."""
    return Reading(passage.id.partition("#")[0], passage.id, start, end)


def read_address(address: object) -> Reading | None:
    """Return what an address names, or None for anything but one of ours: clients send what they like.

    >>> read_address("#ask/rnn/lstm-1")
    Reading(chapter='rnn', passage='rnn#lstm-1', start=0, end=0)
    """
    pattern = r"(?:#cours|#ask)(?:/([^/\s]{1,2000})(?:/([^/\s]{1,2000})(?:/(\d{1,9})/(\d{1,9}))?)?)?"
    match = re.fullmatch(pattern, address) if isinstance(address, str) else None
    if not match:
        return None
    chapter, part = unquote(match[1] or ""), unquote(match[2] or "")
    return Reading(chapter, f"{chapter}#{part}" if part else "", int(match[3] or 0), int(match[4] or 0))


def anchor(passage_id: str) -> str:
    """Return the ``id`` of the place in the page where a passage begins."""
    return "at-" + passage_id.partition("#")[2]


# --- a chapter -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Section:
    """Consecutive passages under one heading."""

    headings: tuple[tuple[int, str], ...]
    """(depth, text) of the headings to print above: its own, and those above it that have no text of their own."""
    passages: tuple[Passage, ...]


def sections(passages: Sequence[Passage]) -> list[Section]:
    """Group the passages of one chapter, in order."""
    found: list[Section] = []
    above: tuple[str, ...] = ()
    for _, group in groupby(passages, key=lambda passage: passage.id.rpartition("-")[0]):
        inside = tuple(group)
        path = inside[0].headings[1:]  # the first one is the chapter's title
        shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(path, above, strict=False)))
        new = range(min(shared, max(len(path) - 1, 0)), len(path))  # its own heading is printed in any case
        found.append(Section(tuple((depth + 1, path[depth]) for depth in new), inside))
        above = path
    return found


def passages_of(chapter: Chapter, passages: Sequence[Passage]) -> list[Passage]:
    """Return the passages of one chapter, in order."""
    return [passage for passage in passages if passage.id.partition("#")[0] == chapter.id]


def chapter_html(
    chapter: Chapter, passages: Sequence[Passage], language: Language, asked: Reading, extras: Sequence[str] = ()
) -> str:
    """Return a chapter in full: objectives, sections, exercises.

    Args:
        chapter: what its front matter says.
        passages: its own.
        language: of the interface.
        asked: what to highlight; its address becomes the id of the text, so that the browser knows when it is drawn.
        extras: ``demos`` and ``quiz``, when they stand under the text: links lead there.
    """
    own = language_of(" ".join(passage.text for passage in passages))
    written: list[str] = []
    objectives = _list("objectives", chapter.objectives, own)
    exercises = _list("exercises", chapter.exercises, own)
    for section in sections(passages):
        body = _section(section, language, asked)
        title = section.headings[-1][1].casefold() if section.headings else ""
        if objectives and title in _names("objectives"):  # the chapter has the heading already
            body, objectives = body + objectives, ""
        if exercises and title in _names("exercises"):
            body, exercises = body + exercises, ""
        first = section.passages[0].id
        written.append(f'<section id="{html.escape(anchor(first))}">{body}</section>')
    if objectives:
        written.insert(0, f"<section>{_heading(1, _own('objectives', own))}{objectives}</section>")
    if exercises:
        written.append(f"<section>{_heading(1, _own('exercises', own))}{exercises}</section>")
    links = " ".join(
        f'<a href="{html.escape(Reading(chapter.id, f"{chapter.id}#{extra}").address)}">{_say(extra, language)}</a>'
        for extra in extras
    )
    links = f'<p class="extras" lang="{language}">{links}</p>' if links else ""
    return one_line(
        f'<article class="chapter" id="read-{html.escape(asked.address)}" lang="{own}">'
        f"<h2>{inline_html(chapter.title)}</h2>{links}{''.join(written)}</article>"
    )


def _section(section: Section, language: Language, asked: Reading) -> str:
    first = section.passages[0]
    *above, own = [_heading(depth, text) for depth, text in section.headings] or [""]
    written = [*above, f'<div class="heading">{own}{_ask_link(section, language)}</div>' if own else ""]
    for passage in section.passages:
        shown = passage_html(passage, *((asked.start, asked.end) if passage.id == asked.passage else ()))
        here = "" if passage is first else f' id="{html.escape(anchor(passage.id))}"'
        written.append(f"<div{here}>{shown}</div>")
    return "".join(written)


def _ask_link(section: Section, language: Language) -> str:
    about = f'<span class="unseen"> : {html.escape(without_private(section.headings[-1][1]))}</span>'
    address = html.escape(reading_of(section.passages[0]).ask_address)
    said = _say("ask", language)
    return f'<a class="ask-about" role="button" lang="{language}" href="{address}">{said}{about}</a>'


def _heading(depth: int, text: str) -> str:
    level = min(depth + 2, 6)  # the page's title is h1, the chapter's h2
    return f"<h{level}>{inline_html(text)}</h{level}>"


def _list(name: str, items: Sequence[str], language: Language) -> str:
    lines = "".join(f"<li>{inline_html(item)}</li>" for item in items)
    return f'<ul class="{name}">{lines}</ul>' if items else ""


def missing_html(asked: Reading, language: Language) -> str:
    """Return what is shown in the place of a chapter that the course does not have."""
    drawn = html.escape(asked.address)
    return f'<article class="chapter" id="read-{drawn}"><h2>{_say("missing", language)}</h2></article>'


def onward_html(chapters: Sequence[Chapter], current: str, language: Language) -> str:
    """Return the links to the chapters before and after."""
    links: list[tuple[str, Chapter]] = []
    for before, after in pairwise(chapters):
        if after.id == current:
            links.append(("previous", before))
        if before.id == current:
            links.append(("next", after))
    shown = "".join(
        f'<a class="{side}" href="{html.escape(Reading(chapter.id).address)}">'
        f"<span>{_say(side, language)}</span> {inline_html(chapter.title)}</a>"
        for side, chapter in links
    )
    return one_line(f'<div class="onward">{shown}</div>')


def about_section(chapter: Chapter, passage: Passage, language: Language) -> str:
    """Return the beginning of a question on the section of a passage."""
    if passage.section == chapter.title:
        return messages.text("page.course.about_chapter", language, chapter=chapter.title)
    return messages.text("page.course.about", language, section=passage.section, chapter=chapter.title)


# --- the contents, and what a search finds ---------------------------------------------------------------


def contents_html(chapters: Sequence[Chapter], passages: Sequence[Passage], current: str) -> str:
    """Return the list of chapters; the current one with its sections."""
    lines = []
    for chapter in chapters:
        link = (
            f'<a class="to-chapter" href="{html.escape(Reading(chapter.id).address)}">{inline_html(chapter.title)}</a>'
        )
        if chapter.id != current:
            lines.append(f"<li>{link}</li>")
            continue
        inside = "".join(
            f'<li><a href="{html.escape(reading_of(section.passages[0]).address)}">{inline_html(text)}</a></li>'
            for section in sections(passages_of(chapter, passages))
            for depth, text in section.headings
            if depth == 1
        )
        lines.append(f'<li class="current">{link}<ul>{inside}</ul></li>')
    return one_line(f'<div class="contents"><ul>{"".join(lines)}</ul></div>')


def found_html(
    result: SearchResult, sentences: Sequence[Quotable], chapters: Sequence[Chapter], language: Language
) -> str:
    """Return what a search found: chapters whose title has the words, then sections, each with its best sentence.

    The search says whether the course covers a *question*; half a word is none, so a passage that has every word typed
    so far counts too.

    Args:
        result: what the search says.
        sentences: of the passages found.
        chapters: of the course.
        language: of the interface.
    """
    asked = [word for word in words(result.query) if word not in STOP_WORDS] or words(result.query)
    titled = [chapter for chapter in chapters if asked and _count(asked, chapter.title) == len(asked)]
    lines = [
        f'<li><a href="{html.escape(Reading(chapter.id).address)}">{inline_html(chapter.title)}</a></li>'
        for chapter in titled
    ]
    first = " ".join((*result.hits[0].passage.headings, result.hits[0].passage.text)) if result.hits else ""
    covered = result.in_course or 0 < len(asked) == _count(asked, first)
    for hit in result.hits if covered else result.hits[:NEAREST]:
        passage = hit.passage
        own = [sentence for sentence in sentences if sentence.passage.id == passage.id and sentence.kind != "links"]
        best = max(own, key=lambda s: (_count(asked, _text(s)), s.kind != "row", s.cosine), default=None)
        reading = reading_of(passage, best.start, best.end) if best else reading_of(passage)
        snippet = f'<div class="snippet">{inline_html(_snippet(_text(best)))}</div>' if best else ""
        lines.append(f'<li><a href="{html.escape(reading.address)}">{inline_html(place(passage))}</a>{snippet}</li>')
    said = "" if covered else f"<p>{_say('far' if lines else 'not_covered', language)}</p>"
    if not result.by_meaning:
        said += f"<p>{html.escape(messages.text('answer.by_words', language))}</p>"
    return one_line(f'<div class="found">{said}<ul>{"".join(lines)}</ul></div>')


def _text(sentence: Quotable) -> str:
    """Return a sentence without what makes it a list item or the row of a table."""
    text = sentence.passage.text[sentence.start : sentence.end]
    return " · ".join(cell.strip() for cell in text.strip("| ").split("|")) if sentence.kind == "row" else text


def _snippet(text: str) -> str:
    """Cut a long sentence between two words; one with a formula or code stays whole."""
    if len(text) <= LONGEST_SNIPPET or re.search(r"[$`\\]", text):
        return text
    return text[:LONGEST_SNIPPET].rsplit(" ", 1)[0] + "…"


def _count(asked: Sequence[str], text: str) -> int:
    """Count the words asked for that a word of ``text`` begins with: the last one is still being typed."""
    present = words(text)
    return sum(any(word.startswith(wanted) for word in present) for wanted in asked)


def _say(key: str, language: Language) -> str:
    return html.escape(messages.text(f"page.course.{key}", language))


def _own(key: str, language: Language) -> str:
    """Return a heading in the language of the chapter, as Markdown."""
    return messages.text(f"page.course.{key}", language)


def _names(key: str) -> set[str]:
    return {_own(key, language).casefold() for language in LANGUAGES}
