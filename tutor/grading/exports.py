"""Drafts → what leaves the tutor: a CSV for Moodle's gradebook, and a Markdown or Word file a student.

Whatever a copy holds is text there: no formula, no link, no picture, no HTML. A draft that no teacher has validated
says so at its head.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable

from tutor import messages
from tutor.contracts import Language
from tutor.grading.drafts import Draft
from tutor.grading.rubric import Rubric

FORMATS = ("csv", "md", "docx")


def to_csv(drafts: Iterable[Draft], language: Language = "fr") -> str:
    """Return the table that Moodle's gradebook imports: one row a copy, a cell never begins a formula."""

    def say(key: str) -> str:
        return messages.text(f"grade.csv.{key}", language)

    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([say("name"), say("mark"), say("max"), say("feedback"), say("state")])
    for draft in drafts:
        feedback = "\n".join(f"{c.id} ({c.points:g}/{c.max:g}) : {c.comment}" for c in draft.criteria)
        state = say("draft" if draft.draft else "validated")
        writer.writerow([cell(draft.name), f"{draft.total:g}", f"{draft.max:g}", cell(feedback), state])
    return out.getvalue()


def cell(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula.

    >>> cell("=1+1"), cell("Zoé")
    ("'=1+1", 'Zoé')
    """
    text = clean(text)
    return f"'{text}" if text.lstrip()[:1] in tuple("=+-@|%") or text[:1] in ("\t", "\r") else text


def to_markdown(draft: Draft, rubric: Rubric, language: Language = "fr") -> str:
    """Return the correction of one copy for its student."""

    def say(key: str, **variables: object) -> str:
        return messages.text(f"grade.report.{key}", language, **variables)

    lines = [f"# {plain(draft.name)}", ""]
    if draft.draft:
        lines += [f"> {say('draft')}", ""]
    total, scale = _number(draft.total, language), _number(draft.max, language)
    lines += [f"**{say('total', total=total, max=scale)}**", ""]
    names = {c.id: c.criterion for c in rubric.criteria}
    for c in draft.criteria:
        points, most = _number(c.points, language), _number(c.max, language)
        lines += [f"## {plain(names.get(c.id, c.id))}", "", f"**{points} / {most}** — {plain(c.comment)}", ""]
        lines += [f"> {plain(e.text)}\n" for e in c.evidence]
        if c.checked:
            lines += [plain(c.checked), ""]
    return "\n".join(lines).rstrip() + "\n"


def to_docx(draft: Draft, rubric: Rubric, language: Language = "fr") -> bytes:
    """Return the correction of one copy as a Word document."""
    import docx

    def say(key: str, **variables: object) -> str:
        return messages.text(f"grade.report.{key}", language, **variables)

    document = docx.Document()
    document.add_heading(clean(draft.name), 1)
    if draft.draft:
        document.add_paragraph(say("draft"), style="Intense Quote")
    total, scale = _number(draft.total, language), _number(draft.max, language)
    document.add_paragraph().add_run(say("total", total=total, max=scale)).bold = True
    names = {c.id: c.criterion for c in rubric.criteria}
    for c in draft.criteria:
        document.add_heading(clean(names.get(c.id, c.id)), 2)
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{_number(c.points, language)} / {_number(c.max, language)}").bold = True
        paragraph.add_run(f" — {clean(c.comment)}")
        for e in c.evidence:
            document.add_paragraph(clean(e.text), style="Quote")
        if c.checked:
            document.add_paragraph(clean(c.checked))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def file_name(name: str, extension: str) -> str:
    """Return a safe file name for a copy.

    >>> file_name("../Zoé Diop.txt", "md")
    'Zoé Diop.md'
    """
    stem = re.sub(r"\.(?:txt|md|docx|pdf|ipynb|py)$", "", name.rpartition("/")[2], flags=re.IGNORECASE)
    stem = re.sub(r"[^\w .()-]", "_", stem).strip(" .")[:80] or "copie"
    return f"{stem}.{extension}"


def plain(text: str) -> str:
    """Return text that Markdown shows as it is written.

    >>> plain("![x](http://e.x/a.png) <b>")
    '\\\\!\\\\[x\\\\](http\\\\://e.x/a.png) &lt;b&gt;'
    """
    text = clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = re.sub(r"([\\`*_\[\]!#|$~])", r"\\\1", text)
    return re.sub(r"(https?|ftp|javascript|data)(:)", r"\1\\\2", " ".join(text.split()), flags=re.IGNORECASE)


def clean(text: str) -> str:
    """Return text without control signs, which no document may hold."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c)[0] != "C")


def _number(value: float, language: Language) -> str:
    return messages.number(round(value, 2), language, "g")
