"""``.docx``: mammoth reads Word's styles, lists, tables and notes as HTML, and ``html`` does the rest.

mammoth rather than python-docx: it already turns numbering into nested lists, notes and changes into text, and is kept
up; python-docx would leave the walk to us. It has no formulas, so they become LaTeX text before it reads.

What it is given is a copy that holds only the XML parts, each parsed without document types or entities first and of
a bounded size: no picture is unpacked, no macro, no link to elsewhere is followed. Left out: headers and footers,
comments, deleted text, drawings.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

from tutor.retrieval.readers import html
from tutor.retrieval.readers.formulas import latex
from tutor.retrieval.readers.reading import FileUnusable, Reading
from tutor.retrieval.readers.writing import one_line

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

EXPANDED_LIMIT = 20_000_000
"""Bytes of XML. A book of a thousand pages has about ten million; a million takes about 3 s to read."""
STYLES = """
p[style-name='Title'] => h1.title:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='HTML Preformatted'] => pre:separator('\\n')
p[style-name='Preformatted Text'] => pre:separator('\\n')
p[style-name='Source Code'] => pre:separator('\\n')
p[style-name='Code'] => pre:separator('\\n')
r[style-name='Verbatim Char'] => code
p[style-name='List Bullet 2'] => ul|ol > li > ul > li:fresh
p[style-name='List Bullet 3'] => ul|ol > li > ul|ol > li > ul > li:fresh
p[style-name='List Number 2'] => ul|ol > li > ol > li:fresh
p[style-name='List Number 3'] => ul|ol > li > ul|ol > li > ol > li:fresh
"""
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def read_docx(data: bytes) -> Reading:
    """Return the text of a Word document under its headings.

    Raises ``FileUnusable``: damaged, or larger than any document once unpacked.
    """
    import mammoth

    copy = _checked_copy(data)
    try:
        found: Any = mammoth.convert_to_html(
            copy, style_map=STYLES, include_embedded_style_map=False, convert_image=lambda image: []
        )
    except (OSError, KeyError, ValueError, AttributeError, IndexError) as error:
        raise FileUnusable("damaged") from error
    page = html.tree(found.value)
    _inline_notes(page)
    _rank_title(page)
    return Reading(html.markdown_of(page.body or page))


def _checked_copy(data: bytes) -> io.BytesIO:
    """Return a copy with the XML parts only, each checked, the formulas in them written as text."""
    copy = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(copy, "w") as target:
            parts = [part for part in source.infolist() if part.filename.endswith((".xml", ".rels"))]
            # what a part claims is what zipfile reads of it at most
            if sum(part.file_size for part in parts) > EXPANDED_LIMIT:
                raise FileUnusable("expanded", limit=EXPANDED_LIMIT // 1_000_000)
            if any(part.flag_bits & 1 for part in parts):
                raise FileUnusable("encrypted")
            for part in {part.filename: part for part in parts}.values():
                target.writestr(part.filename, _with_formulas_as_text(source.read(part)))
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError, ValueError) as error:
        raise FileUnusable("damaged") from error
    copy.seek(0)
    return copy


def _with_formulas_as_text(part: bytes) -> bytes:
    """Parse a part; return it as it is, or with its formulas as LaTeX in ordinary runs of text."""
    from xml.etree.ElementTree import Element, SubElement, tostring

    from defusedxml.ElementTree import fromstring

    try:
        root = fromstring(part, forbid_dtd=True)
    except (SyntaxError, ValueError) as error:  # not well formed; a document type, an entity
        raise FileUnusable("damaged") from error
    if b"oMath" not in part:
        return part
    for parent in list(root.iter()):
        for place, child in enumerate(parent):
            if child.tag not in (_MATH + "oMath", _MATH + "oMathPara"):
                continue
            formulas = [child] if child.tag == _MATH + "oMath" else child.findall(_MATH + "oMath")
            around = r"\( \)" if child.tag == _MATH + "oMath" else r"\[ \]"
            written = [around.replace(" ", f" {latex(formula)} ") for formula in formulas if latex(formula)]
            run = Element(_WORD + "r")
            SubElement(run, _WORD + "t").text = " ".join(written)
            parent[place] = run
    rewritten: bytes = tostring(root, encoding="utf-8")
    return rewritten


def _inline_notes(page: BeautifulSoup) -> None:
    """Put each note in parentheses where its mark is: a passage may not hold the end of the document."""
    for note in page.find_all("li", id=re.compile("^(?:footnote|endnote)-")):
        text = one_line(note.get_text(" "))
        for mark in page.find_all("a", href=f"#{note['id']}"):
            (mark.parent if mark.parent and mark.parent.name == "sup" else mark).replace_with(f" ({text})")
        note.decompose()


def _rank_title(page: BeautifulSoup) -> None:
    """Put every heading one rank below the document's title, when it has one."""
    if not (title := page.find("h1", class_="title")):
        return
    for heading in page.find_all(html.HEADINGS):
        if heading is not title:
            heading.name = f"h{min(int(heading.name[1]) + 1, 6)}"
