"""A teacher's folder with every format in it, and every way in which a file can be broken."""

from __future__ import annotations

import io
import json
import logging
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen.canvas import Canvas

from tutor.errors import KnowledgeEmpty
from tutor.messages import MESSAGES
from tutor.retrieval import readers
from tutor.retrieval.chapters import CourseText, read_course
from tutor.retrieval.readers import READERS, FileUnusable, Reading, read_file

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def pdf(*texts: str) -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, invariant=True)
    for text in texts:
        if text:
            canvas.drawString(60, 600, text)
        else:
            canvas.drawInlineImage(Image.new("RGB", (9, 9)), 60, 300, 300, 300)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def locked_pdf() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf("Secret."))))
    writer.encrypt("mot de passe")
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def word(text: str = "Un texte de Word.") -> bytes:
    document = docx.Document()
    document.add_paragraph(text)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def archive(name: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr(name, "<a/>")
    return file.getvalue()


def notebook(text: str = "Un texte de notebook.") -> bytes:
    return json.dumps({"cells": [{"cell_type": "markdown", "source": [text]}], "nbformat": 4}).encode()


GOOD = {
    "a.md": b"Un texte de Markdown.",
    "b.txt": b"Un texte simple.",
    "c.pdf": pdf("Un texte de PDF."),
    "d.docx": word(),
    "e.html": b"<p>Un texte de page.",
    "f.htm": b"<p>Un autre texte de page.",
    "g.ipynb": notebook(),
    "h.PDF": pdf("Un texte en capitales."),
}
BROKEN = {
    "binaire.md": (b"a\0b", "binary"),
    "vide.md": (b"", "empty"),
    "blanc.txt": (b" \n\n", "empty"),
    "vide.pdf": (b"", "empty"),
    "vide.docx": (b"", "empty"),
    "vide.html": (b"", "empty"),
    "vide.ipynb": (b"", "empty"),
    "sans texte.html": (b"<script>x</script>", "empty"),
    "sans cellule.ipynb": (b'{"cells": []}', "empty"),
    "scan.pdf": (pdf(""), "scan"),
    "verrou.pdf": (locked_pdf(), "encrypted"),
    "verrou.docx": (OLE + bytes(500) + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    "tronque.pdf": (pdf("Un texte.")[:60], "damaged"),
    "tronque.docx": (word()[:900], "damaged"),
    "troue.docx": (word()[:500] + word()[700:], "damaged"),
    "tronque.ipynb": (notebook()[:20], "damaged"),
    "profond.html": (b"<div>" * 20_000 + b"mot", "damaged"),
    "profond.ipynb": (b'{"cells":' + b"[" * 100_000, "damaged"),
    "faux.docx": (pdf("Un PDF."), "renamed"),
    "faux.pdf": (word(), "renamed"),
    "page.ipynb": (b"<!DOCTYPE html><p>Une page.", "renamed"),
    "faux.md": (pdf("Un PDF."), "renamed"),
    "ancien.docx": (OLE + bytes(500), "format"),
    "diapos.docx": (archive("ppt/presentation.xml"), "format"),
    "riche.docx": (rb"{\rtf1 texte}", "format"),
    "zip.html": (archive("a.txt"), "format"),
}


def folder(path: Path, files: dict[str, bytes]) -> Path:
    path.mkdir(exist_ok=True)
    for name, data in files.items():
        (path / name).write_bytes(data)
    return path


def told(course: CourseText) -> dict[str, str]:
    return {str(notice.details["file"]): notice.key.rsplit(".", 1)[-1] for notice in course.notices}


def test_every_format_is_read(tmp_path: Path) -> None:
    course = read_course(folder(tmp_path, GOOD))
    assert course.notices == ()
    assert {passage.source: passage.text for passage in course.passages} == {
        "a.md": "Un texte de Markdown.",
        "b.txt": "Un texte simple.",
        "c.pdf": "Un texte de PDF.",
        "d.docx": "Un texte de Word.",
        "e.html": "Un texte de page.",
        "f.htm": "Un autre texte de page.",
        "g.ipynb": "Un texte de notebook.",
        "h.PDF": "Un texte en capitales.",
    }
    assert {Path(name).suffix.lower() for name in GOOD} == set(READERS)


def test_broken_files_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    course = read_course(folder(tmp_path, GOOD | {name: data for name, (data, _) in BROKEN.items()}))
    assert told(course) == {name: reason for name, (_, reason) in BROKEN.items()}
    assert len({passage.source for passage in course.passages}) == len(GOOD)
    for notice in course.notices:
        for language in ("fr", "en"):
            assert str(notice.details["file"]) in notice.text(language)  # every variable of the sentence is given


def test_a_citation_can_name_the_page(tmp_path: Path) -> None:
    course = read_course(folder(tmp_path, {"cours.pdf": pdf("Le premier texte.", "Le second texte.")}))
    assert [(p.chapter, p.section, p.id) for p in course.passages] == [
        ("cours", "Page 1", "cours#page-1-1"),
        ("cours", "Page 2", "cours#page-2-1"),
    ]


def test_a_file_read_in_part_says_so(tmp_path: Path) -> None:
    course = read_course(folder(tmp_path, {"mixte.pdf": pdf("Le seul texte.", "", "")}))
    assert [passage.text for passage in course.passages] == ["Le seul texte."]
    assert [notice.text("fr").replace("\u00a0", " ") for notice in course.notices] == [
        "mixte.pdf : 2 pages sur 3 sont des images sans texte et ne sont pas indexées. Faites-en reconnaître les "
        "caractères (OCR), par exemple avec OCRmyPDF, pour tout inclure."
    ]


def test_a_folder_of_broken_files_is_empty_and_says_what_is_accepted(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeEmpty) as refusal:
        read_course(folder(tmp_path, {name: data for name, (data, _) in BROKEN.items()}))
    assert ".md, .txt, .pdf, .docx, .html, .htm, .ipynb" in refusal.value.text("fr")


@pytest.mark.parametrize("extension", READERS)
def test_a_file_over_the_limit_is_not_read(tmp_path: Path, extension: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(READERS, extension, replace(READERS[extension], limit=2_000_000))
    path = tmp_path / f"long{extension}"
    path.write_bytes(b"a" * 2_000_001)
    with pytest.raises(FileUnusable) as refusal:
        read_file(path)
    assert (refusal.value.reason, refusal.value.details) == ("size", {"limit": 2})
    assert "2 Mo" in refusal.value.notice("long").text("fr")


def test_a_failure_that_nobody_expected_is_logged_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(data: bytes) -> Reading:
        raise OSError("surprise of a library")

    monkeypatch.setitem(READERS, ".pdf", replace(READERS[".pdf"], read=fail))
    with caplog.at_level(logging.ERROR):
        course = read_course(folder(tmp_path, GOOD))
    assert told(course) == {"c.pdf": "failed", "h.PDF": "failed"}
    assert "c.pdf" in caplog.text
    assert "surprise of a library" in caplog.text  # with its traceback
    assert len(course.passages) == len(GOOD) - 2


def test_every_reason_has_its_sentence() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in Path(readers.__file__).parent.glob("*.py"))
    reasons = set(re.findall(r"FileUnusable\(\s*\"(\w+)\"", source))
    assert len(reasons) > 8
    assert {f"index.notice.skipped.{reason}" for reason in reasons} <= set(MESSAGES)
    assert set(re.findall(r"\"(index\.notice\.partial\.\w+)\"", source)) <= set(MESSAGES)


def test_a_library_is_imported_when_a_file_needs_it(tmp_path: Path) -> None:
    folder(tmp_path, {"a.md": b"Texte.", "b.ipynb": notebook()})
    code = (
        "import sys, pathlib; from tutor.retrieval.chapters import read_course; "
        f"assert len(read_course(pathlib.Path({str(tmp_path)!r})).passages) == 2; "
        "print(sorted({'pypdf', 'mammoth', 'bs4', 'lxml', 'markdownify', 'defusedxml'} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"


# --- readings are kept -----------------------------------------------------------------------------------


class Reads:
    """Reads a course with a cache; remembers the files that really had to be read."""

    def __init__(self, course: Path, cache: Path) -> None:
        self.course = course
        self.cache = cache

    def __call__(self) -> tuple[CourseText, list[str]]:
        files: list[str] = []
        return read_course(self.course, cache=self.cache, on_file=files.append), files

    def kept(self) -> list[Path]:
        return sorted(self.cache.iterdir()) if self.cache.exists() else []


@pytest.fixture
def reads(tmp_path: Path) -> Callable[[dict[str, bytes]], Reads]:
    return lambda files: Reads(folder(tmp_path / "cours", files), tmp_path / "cache")


SLOW = {"a.md": b"Vite.", "b.pdf": pdf("Un texte."), "c.html": b"<p>Une page.", "scan.pdf": pdf("")}


def test_an_unchanged_file_is_read_once(reads: Callable[[dict[str, bytes]], Reads]) -> None:
    read = reads(SLOW)
    first, files = read()
    assert files == ["b.pdf", "c.html", "scan.pdf"]
    second, files = read()
    assert files == []
    assert second == first
    assert told(second) == {"scan.pdf": "scan"}  # why a file cannot be used is kept too


def test_remarks_are_kept(reads: Callable[[dict[str, bytes]], Reads]) -> None:
    read = reads({"mixte.pdf": pdf("Le seul texte.", "", "")})
    assert read()[0].notices == read()[0].notices != ()


def test_a_changed_file_is_read_again_and_a_moved_one_is_not(reads: Callable[[dict[str, bytes]], Reads]) -> None:
    read = reads(SLOW)
    read()
    (read.course / "b.pdf").rename(read.course / "z.pdf")
    (read.course / "c.html").write_bytes(b"<p>Un autre texte.")
    course, files = read()
    assert files == ["c.html"]
    assert {passage.text for passage in course.passages} == {"Vite.", "Un texte.", "Un autre texte."}
    assert len(read.kept()) == 3  # the old reading is forgotten
    (read.course / "z.pdf").unlink()
    read()
    assert len(read.kept()) == 2


def test_another_version_of_a_reader_reads_again(
    reads: Callable[[dict[str, bytes]], Reads], monkeypatch: pytest.MonkeyPatch
) -> None:
    read = reads(SLOW)
    read()
    monkeypatch.setitem(READERS, ".html", replace(READERS[".html"], version=99))
    assert read()[1] == ["c.html"]


DAMAGED = [
    b"",
    b"{",
    b"[]",
    b"\xff",
    b'{"markdown": 3, "remarks": []}',
    b'{"markdown": "x", "remarks": [["no.such.key", {}]]}',
    b'{"reason": "scan"}',
    b'{"reason": "nothing", "details": {}}',
    b'{"reason": "size", "details": {}}',
]


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_cache_is_read_anew(reads: Callable[[dict[str, bytes]], Reads], damage: bytes) -> None:
    read = reads(SLOW)
    first, _ = read()
    for path in read.kept():
        path.write_bytes(damage)
    second, files = read()
    assert second == first
    assert len(files) == 3
    assert read()[1] == []


def test_a_cache_that_cannot_be_written_costs_only_time(reads: Callable[[dict[str, bytes]], Reads]) -> None:
    read = reads(SLOW)
    read.cache.write_text("a file where the folder should be", encoding="utf-8")
    assert read()[0] == read_course(read.course)
    assert len(read()[1]) == 3


def test_an_unexpected_failure_is_not_kept(
    reads: Callable[[dict[str, bytes]], Reads], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(data: bytes) -> Reading:
        raise MemoryError

    read = reads(SLOW)
    with monkeypatch.context() as patch:
        patch.setitem(READERS, ".html", replace(READERS[".html"], read=fail))
        assert told(read()[0])["c.html"] == "failed"
    assert told(read()[0]) == {"scan.pdf": "scan"}
