"""Real Word files, made here: headings, lists, tables, formulas, notes, and what hostile ones try."""

from __future__ import annotations

import io
import re
import zipfile
from xml.etree.ElementTree import fromstring

import docx
import pytest
from docx.document import Document
from docx.oxml import parse_xml

from tutor.retrieval.readers.docx import EXPANDED_LIMIT, read_docx
from tutor.retrieval.readers.formulas import latex
from tutor.retrieval.readers.reading import FileUnusable

MATH = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def saved(document: Document) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def markdown(document: Document) -> str:
    return read_docx(saved(document)).markdown


def rewritten(data: bytes, **parts: bytes | None) -> bytes:
    """Return the same archive with some parts replaced, or left out; ``_`` stands for ``/``, ``__`` for ``.``."""
    named = {name.replace("__", ".").replace("_", "/"): part for name, part in parts.items()}
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = named.pop(name, source.read(name))
            if part is not None:
                target.writestr(name, part)
        for name, part in named.items():
            target.writestr(name, part or b"")
    return file.getvalue()


def refused(data: bytes) -> str:
    with pytest.raises(FileUnusable) as refusal:
        read_docx(data)
    return refusal.value.reason


def test_headings_lists_and_tables() -> None:
    document = docx.Document()
    document.add_heading("Les n-grammes", 1)
    document.add_heading("Définition", 2)
    document.add_paragraph("Un n-gramme est une suite de n mots.")
    document.add_paragraph("un bigramme", style="List Bullet")
    document.add_paragraph("deux mots", style="List Bullet 2")
    document.add_paragraph("un trigramme", style="List Bullet")
    document.add_paragraph("compter", style="List Number")
    document.add_paragraph("diviser", style="List Number")
    table = document.add_table(2, 2)
    for cell, text in zip([c for row in table.rows for c in row.cells], ["Mot", "Compte", "le | la", "3"], strict=True):
        cell.text = text
    assert markdown(document) == (
        "# Les n-grammes\n\n## Définition\n\nUn n-gramme est une suite de n mots.\n\n"
        "- un bigramme\n  - deux mots\n- un trigramme\n\n1. compter\n2. diviser\n\n"
        "| Mot | Compte |\n| --- | --- |\n| le \\| la | 3 |\n"
    )


def test_the_title_of_the_document_is_above_its_headings() -> None:
    document = docx.Document()
    document.add_heading("Cours de TAL", 0)
    document.add_heading("Chapitre", 1)
    document.add_paragraph("Texte.")
    document.add_heading("Suite", 1)
    assert markdown(document) == "# Cours de TAL\n\n## Chapitre\n\nTexte.\n\n## Suite\n"


def test_bold_paragraphs_are_headings_where_there_are_no_others() -> None:
    document = docx.Document()
    document.add_paragraph().add_run("Le lissage").bold = True
    document.add_paragraph("Il évite ").add_run("les zéros").bold = True
    document.add_paragraph().add_run("Attention.").bold = True
    assert markdown(document) == "## Le lissage\n\nIl évite **les zéros**\n\n**Attention.**\n"
    document.add_heading("Titre", 1)
    assert "## Le lissage" not in markdown(document)


def test_programs_keep_their_lines() -> None:
    document = docx.Document()
    style = document.styles.add_style("Source Code", 1)
    document.add_paragraph("for x in y:", style=style)
    document.add_paragraph("    print(x)", style=style)
    assert markdown(document) == "```\nfor x in y:\n    print(x)\n```\n"


FRACTION = "<m:f><m:num><m:r><m:t>c(w)+1</m:t></m:r></m:num><m:den><m:r><m:t>N+V</m:t></m:r></m:den></m:f>"
POWER = "<m:sSup><m:e><m:r><m:t>e</m:t></m:r></m:e><m:sup><m:r><m:t>-x</m:t></m:r></m:sup></m:sSup>"
SUM = (
    '<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub><m:r><m:t>i=1</m:t></m:r></m:sub>'
    "<m:sup><m:r><m:t>n</m:t></m:r></m:sup><m:e><m:sSub><m:e><m:r><m:t>x</m:t></m:r></m:e>"
    "<m:sub><m:r><m:t>i</m:t></m:r></m:sub></m:sSub></m:e></m:nary>"
)
ROOT = "<m:rad><m:radPr/><m:deg/><m:e><m:r><m:t>x_1</m:t></m:r></m:e></m:rad>"


@pytest.mark.parametrize(
    ("omml", "tex"),
    [
        (FRACTION, r"\frac{c(w)+1}{N+V}"),
        (POWER, "e^{-x}"),
        (SUM, r"\sum_{i=1}^{n} x_{i}"),
        (ROOT, r"\sqrt{x\_1}"),
        ("<m:d><m:e><m:r><m:t>a</m:t></m:r></m:e></m:d>", "(a)"),
        ('<m:d><m:dPr><m:begChr m:val="["/><m:endChr m:val=""/></m:dPr><m:e><m:r><m:t>a</m:t></m:r></m:e></m:d>', "[a"),
        ("<m:inconnu><m:e><m:r><m:t>reste</m:t></m:r></m:e></m:inconnu>", "reste"),
    ],
)
def test_formulas_become_latex(omml: str, tex: str) -> None:
    assert latex(fromstring(f"<m:oMath {MATH}>{omml}</m:oMath>")) == tex


def test_formulas_in_a_line_and_on_their_own() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("On pose ")
    paragraph._p.append(parse_xml(f"<m:oMath {MATH}>{FRACTION}</m:oMath>"))
    paragraph.add_run(" ici.")
    alone = document.add_paragraph()
    alone._p.append(parse_xml(f"<m:oMathPara {MATH}><m:oMath>{POWER}</m:oMath></m:oMathPara>"))
    assert markdown(document) == "On pose \\( \\frac{c(w)+1}{N+V} \\) ici.\n\n\\[ e^{-x} \\]\n"


def test_notes_stand_where_they_are_called() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("Le lissage")
    paragraph._p.append(parse_xml(f'<w:r {WORD}><w:footnoteReference w:id="2"/></w:r>'))
    paragraph.add_run(" est utile.")
    note = '<w:footnote w:id="2"><w:p><w:r><w:t>De Laplace.</w:t></w:r></w:p></w:footnote>'
    notes = f"<w:footnotes {WORD}>{note}</w:footnotes>"
    data = rewritten(saved(document), word_footnotes__xml=notes.encode())
    assert read_docx(data).markdown == "Le lissage (De Laplace.) est utile.\n"


def test_deleted_text_and_comments_are_left_out_and_pictures_too() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("Il reste ")
    paragraph._p.append(parse_xml(f'<w:del {WORD} w:id="1"><w:r><w:delText>rien</w:delText></w:r></w:del>'))
    paragraph._p.append(parse_xml(f'<w:ins {WORD} w:id="2"><w:r><w:t>ceci</w:t></w:r></w:ins>'))
    pixel = io.BytesIO()
    from PIL import Image

    Image.new("RGB", (2, 2)).save(pixel, "PNG")
    document.add_picture(pixel)
    document.add_comment(paragraph.runs[0], text="secret")
    assert markdown(document) == "Il reste ceci\n"


# --- hostile files ---------------------------------------------------------------------------------------


def plain() -> bytes:
    document = docx.Document()
    document.add_paragraph("Un texte.")
    return saved(document)


def document_xml(head: str, text: str) -> bytes:
    return f"{head}<w:document {WORD}><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>".encode()


def test_an_archive_that_unpacks_to_too_much_is_refused() -> None:
    bomb = document_xml("", "a" * (EXPANDED_LIMIT + 1))
    data = rewritten(plain(), word_document__xml=bomb)
    assert len(data) < EXPANDED_LIMIT // 100
    assert refused(data) == "expanded"
    assert refused(rewritten(plain(), word_theme_theme9__xml=b"<a>" + b" " * EXPANDED_LIMIT + b"</a>")) == "expanded"


ENTITIES = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    ("head", "text"),
    [
        (f'<!DOCTYPE d [<!ENTITY l0 "ha">{ENTITIES}]>', "&l9;"),
        ('<!DOCTYPE d [<!ENTITY f SYSTEM "file:///etc/passwd">]>', "&f;"),
        ('<!DOCTYPE d SYSTEM "http://example.invalid/d.dtd">', "x"),
        ("", "<w:t>"),
    ],
    ids=["expansion", "local file", "external type", "not well formed"],
)
def test_entities_and_document_types_are_refused(head: str, text: str) -> None:
    assert refused(rewritten(plain(), word_document__xml=document_xml(head, text))) == "damaged"
    notes = document_xml(head, text).replace(b"w:document", b"w:footnotes")
    assert refused(rewritten(plain(), word_footnotes__xml=notes)) == "damaged"


def test_nothing_outside_the_file_is_read(tmp_path: object) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("Avant.")
    link = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    where = document.part.relate_to("file:///etc/passwd", f"{link}/image", is_external=True)
    drawing = (
        f'<w:r {WORD} xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="{link}" '
        'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"><w:drawing><wp:inline>'
        f'<a:graphic><a:graphicData><a:blip r:link="{where}"/></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r>"
    )
    paragraph._p.append(parse_xml(drawing))
    assert markdown(document) == "Avant.\n"


def test_broken_archives_are_damaged() -> None:
    whole = plain()
    assert refused(whole[: len(whole) // 2]) == "damaged"
    assert refused(whole[:500] + whole[700:]) == "damaged"  # the directory at its end points before its beginning
    assert refused(b"PK\x03\x04" + b"\0" * 100) == "damaged"
    assert refused(rewritten(whole, word_document__xml=None)) == "damaged"
    assert refused(re.sub(rb"word/document\.xml", b"word/documen\xff.xml", whole)) == "damaged"
    start = whole.index(b"word/document.xml") + 40
    assert refused(whole[:start] + b"\0" * 200 + whole[start + 200 :]) == "damaged"


def test_an_encrypted_member_says_so() -> None:
    data = bytearray(plain())
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(b"word/document.xml"))
    data[at + 8] |= 1
    assert refused(bytes(data)) == "encrypted"
