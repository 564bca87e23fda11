"""Real PDF files, made here: outlines, larger letters, scans, passwords, turned pages, and what hostile ones do."""

from __future__ import annotations

import io
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, StreamObject
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from tutor.retrieval.readers import pdf
from tutor.retrieval.readers.pdf import read_pdf
from tutor.retrieval.readers.reading import FileUnusable

FULL = "Un modèle de langue donne une probabilité à chaque suite de mots, et les n-grammes la "


def made(draw: Callable[[Canvas], None], encrypt: str | None = None) -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4, invariant=True, encrypt=encrypt)
    draw(canvas)
    canvas.save()
    return file.getvalue()


def write(canvas: Canvas, *lines: str, top: float = 600, size: float = 11, font: str = "Helvetica") -> None:
    canvas.setFont(font, size)
    for row, line in enumerate(lines):
        canvas.drawString(60, top - row * 1.2 * size, line)


def picture(canvas: Canvas) -> None:
    canvas.drawImage(ImageReader(Image.new("RGB", (40, 40), "grey")), 60, 300, 400, 400)


def pages_of(*texts: str) -> bytes:
    def draw(canvas: Canvas) -> None:
        for text in texts:
            write(canvas, text)
            canvas.showPage()

    return made(draw)


def saved(writer: PdfWriter) -> bytes:
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def refused(data: bytes) -> str:
    with pytest.raises(FileUnusable) as refusal:
        read_pdf(data)
    return refusal.value.reason


def test_pages_words_and_paragraphs() -> None:
    def draw(canvas: Canvas) -> None:
        for number, lines in enumerate(
            [[FULL + "comptent. L’appren-", "tissage suit.", "Un « autre » paragraphe."], ["Une autre page."]], start=1
        ):
            write(canvas, "Cours de TAL", top=800, size=9)
            write(canvas, *lines)
            write(canvas, f"{number} / 2", top=30, size=9)
            canvas.showPage()

    assert read_pdf(made(draw)).markdown == (
        f"## Page 1\n\n{FULL}comptent. L’apprentissage suit.\n\nUn « autre » paragraphe.\n\n"
        "## Page 2\n\nUne autre page."
    )


def test_the_outline_gives_the_headings() -> None:
    def draw(canvas: Canvas) -> None:
        for title, key, level in (("Lissage", "a", 0), ("Laplace", "b", 1), ("Perplexité", "c", 0)):
            canvas.bookmarkHorizontal(key, 0, 640)
            canvas.addOutlineEntry(title, key, level)
            write(canvas, f"{level + 1}.{level} {title}", top=600, font="Helvetica-Bold")
            write(canvas, f"Ce que dit la partie {title}.", top=560)
            canvas.showPage()

    assert read_pdf(made(draw)).markdown == (
        "## 1.0 Lissage\n\nCe que dit la partie Lissage.\n\n### 2.1 Laplace\n\nCe que dit la partie Laplace.\n\n"
        "## 1.0 Perplexité\n\nCe que dit la partie Perplexité."
    )


def test_larger_letters_give_the_headings() -> None:
    def draw(canvas: Canvas) -> None:
        for title in ("Les n-grammes", "Le lissage"):
            write(canvas, title, top=660, size=18)
            write(canvas, *[FULL] * 4)
            canvas.showPage()

    assert [line for line in read_pdf(made(draw)).markdown.split("\n") if line.startswith("#")] == [
        "## Les n-grammes",
        "## Le lissage",
    ]


def test_a_program_keeps_its_lines() -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, "Le code :", top=640)
        write(canvas, "def f(x):", font="Courier")
        canvas.drawString(60 + 4 * 0.6 * 11, 600 - 1.2 * 11, "return x")

    assert read_pdf(made(draw)).markdown.endswith("Le code :\n\n```\ndef f(x):\n    return x\n```")


@pytest.mark.parametrize("angle", [0, 90, 180, 270])
def test_a_turned_page_is_read_upright(angle: int) -> None:
    # how a landscape page on a portrait sheet is written: drawn lying, then shown turned
    width, height = A4
    high = height if angle in (0, 180) else width

    def draw(canvas: Canvas) -> None:
        for letter in "abcd":
            canvas.translate(*{0: (0, 0), 90: (width, 0), 180: (width, height), 270: (0, height)}[angle])
            canvas.rotate(angle)
            write(canvas, "Cours de TAL", top=high - 30, size=9)
            write(canvas, "Le premier mot est appren-", "tissage", f"et la lettre {letter}.", top=high / 2)
            canvas.showPage()

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(made(draw))))
    for page in writer.pages:
        page.rotation = angle
    text = read_pdf(saved(writer)).markdown
    assert "Cours de TAL" not in text  # it is at the top, seen upright
    assert "## Page 3\n\nLe premier mot est apprentissage et la lettre c." in text


# --- files that cannot be used, or not wholly ------------------------------------------------------------


def test_a_scan_says_so_and_a_blank_file_too() -> None:
    assert refused(made(picture)) == "scan"
    assert refused(made(lambda canvas: canvas.showPage())) == "empty"


def test_scanned_pages_among_others_are_counted() -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, "La seule page de texte.")
        canvas.showPage()
        for _ in range(2):
            picture(canvas)
            canvas.showPage()

    reading = read_pdf(made(draw))
    assert reading.markdown == "## Page 1\n\nLa seule page de texte."
    assert [(remark.key, remark.details) for remark in reading.remarks] == [
        ("index.notice.partial.scan", {"count": 2, "pages": 3})
    ]


def protected(algorithm: str, user: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pages_of("Un texte protégé."))))
    writer.encrypt(user_password=user, owner_password="maître", algorithm=algorithm)
    return saved(writer)


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-128", "AES-256"])
def test_a_password_is_said_and_restrictions_alone_do_not_matter(algorithm: str) -> None:
    assert refused(protected(algorithm, "élève")) == "encrypted"
    assert "Un texte protégé." in read_pdf(protected(algorithm, "")).markdown


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n",
        b"%PDF-1.7\n" + b"\x00\xff" * 500,
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 1 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF",
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 1/Kids[2 0 R]>>endobj\n"
        b"trailer<</Root 1 0 R>>\n%%EOF",
    ],
    ids=["header", "garbage", "no pages", "pages in a circle"],
)
def test_a_broken_file_is_damaged(data: bytes) -> None:
    assert refused(data) == "damaged"


def test_a_truncated_file_gives_what_it_still_holds_or_is_damaged() -> None:
    whole = pages_of(*(f"La page {word} du cours." for word in "abcdefgh"))
    for share in range(1, 10):
        try:
            text = read_pdf(whole[: len(whole) * share // 10]).markdown
        except FileUnusable as refusal:
            assert refusal.reason == "damaged"
        else:
            assert "du cours." in text


def with_contents(stream: bytes) -> bytes:
    """Return a PDF whose second page draws ``stream``, compressed; the first is ordinary."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pages_of("Une page ordinaire.", "Une autre."))))
    contents = StreamObject()
    contents.set_data(stream)
    writer.pages[1][NameObject("/Contents")] = contents.flate_encode()
    return saved(writer)


def test_a_page_that_unpacks_to_too_much_is_left_out_and_said() -> None:
    reading = read_pdf(with_contents(b"q " * 40_000_000))
    assert reading.markdown == "## Page 1\n\nUne page ordinaire."
    assert [(remark.key, remark.details) for remark in reading.remarks] == [
        ("index.notice.partial.damaged", {"count": 1, "pages": 2})
    ]


def test_too_many_pages_and_too_long_a_time_keep_what_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    data = pages_of("Un.", "Deux.", "Trois.")
    monkeypatch.setattr(pdf, "PAGE_LIMIT", 2)
    reading = read_pdf(data)
    assert [(remark.key, remark.details) for remark in reading.remarks] == [
        ("index.notice.partial.pages", {"read": 2, "pages": 3})
    ]
    assert "Deux." in reading.markdown
    assert "Trois." not in reading.markdown
    monkeypatch.setattr(pdf, "SECONDS", -1.0)
    assert refused(data) == "time"


def test_the_time_runs_out_in_the_middle_of_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0] * 4)
    monkeypatch.setattr(pdf, "time", SimpleNamespace(monotonic=lambda: next(clock, 1e9)))
    assert refused(pages_of("Un texte.")) == "time"


def test_broken_bookmarks_leave_the_pages() -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pages_of("Un texte."))))
    item = writer.add_outline_item(title="Titre", page_number=0)
    item.get_object()[NameObject("/Next")] = item  # an outline in a circle
    assert read_pdf(saved(writer)).markdown.endswith("Un texte.")
