"""``.pdf``: pypdf draws the text of each page, ``pdf_layout`` makes paragraphs and headings of it.

pypdf rather than PDFium: twelve times slower (about 40 ms a page, which is why readings are kept), but what a hostile
file breaks in it is an exception, not the process. Its own limits hold each decompressed stream; a file also has a
number of pages and a time, after which the pages read so far are kept and the rest is said to be missing.

A file that opens without a password is read, whatever it forbids. Left out: recognising the letters of a scan (a scan
is named), pictures, forms, notes in the margin, attached files.
"""

from __future__ import annotations

import io
import logging
import math
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tutor.messages import Notice
from tutor.retrieval.readers.pdf_layout import Bookmark, Line, Page, markdown_of
from tutor.retrieval.readers.reading import FileUnusable, Reading

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

PAGE_LIMIT = 2000
SECONDS = 120.0
"""A page takes about 0.04 s."""
STREAM_LIMIT = 20_000_000
"""Bytes of drawing instructions of one page, decompressed; a page of text has a few thousand."""
MONO_FONTS = ("courier", "mono", "consol", "menlo", "cmtt", "sftt", "typewriter", "inconsolata", "sourcecode")

_log = logging.getLogger(__name__)


class _OutOfTime(Exception):
    """Raised between two drawing instructions."""


def read_pdf(data: bytes) -> Reading:
    """Return the text of a PDF under the titles of its bookmarks, of its larger letters, or of its pages.

    Raises ``FileUnusable``: encrypted, damaged, a scan, or empty.
    """
    from pypdf import apply_configuration
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.ERROR)  # it tells every small fault of a file
    with apply_configuration(
        zlib_maximum_output_length=STREAM_LIMIT,
        lzw_maximum_output_length=STREAM_LIMIT,
        run_length_maximum_output_length=STREAM_LIMIT,
        array_based_stream_maximum_output_length=STREAM_LIMIT,
    ):
        try:
            reader = _opened(data)
            count = len(reader.pages)
        except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
            _log.info("not a PDF that can be read: %s", error)
            raise FileUnusable("damaged") from error
        return _read(reader, count)


def _opened(data: bytes) -> PdfReader:
    from pypdf import PasswordType, PdfReader

    try:
        reader = PdfReader(io.BytesIO(data))
        locked = reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED
    except NotImplementedError:  # a way of encrypting that pypdf does not know
        locked = True
    if locked:
        raise FileUnusable("encrypted")
    return reader


def _read(reader: PdfReader, count: int) -> Reading:
    deadline = time.monotonic() + SECONDS
    pages: list[Page] = []
    failed = blind = 0
    for index in range(min(count, PAGE_LIMIT)):
        try:
            page = reader.pages[index]
            lines = _lines(page, deadline)
            upright = page.rotation % 180 == 0
            height = float(page.mediabox.height if upright else page.mediabox.width)
            blind += not lines and _draws(page)
        except _OutOfTime:
            break
        except Exception:  # whatever one page does to the library, the others can be read
            _log.warning("page %d of a PDF cannot be read", index + 1, exc_info=not failed)  # one traceback a file
            failed += 1
            continue
        pages.append(Page(index + 1, height, lines))
    read = len(pages) + failed
    markdown = markdown_of(pages, _bookmarks(reader))
    if not any(c.isalnum() for page in pages for line in page.lines for c in line.text):
        raise FileUnusable("damaged" if failed else "time" if read < count else "scan" if blind else "empty")
    remarks: list[Notice] = []
    if read < count:
        remarks.append(Notice("index.notice.partial.pages", {"read": read, "pages": count}))
    if failed:
        remarks.append(Notice("index.notice.partial.damaged", {"count": failed, "pages": count}))
    if 10 * blind >= read:
        remarks.append(Notice("index.notice.partial.scan", {"count": blind, "pages": count}))
    return Reading(markdown, tuple(remarks))


def _lines(page: PageObject, deadline: float) -> tuple[Line, ...]:
    """Return the lines of a page as pypdf finds them, each with the place and size of its first letters."""
    lines: list[Line] = []
    written: list[tuple[str, float, float, float, bool]] = []
    turned = page.rotation % 360
    box = page.mediabox
    left, bottom, right, top = (float(side) for side in (box.left, box.bottom, box.right, box.top))

    def end_line() -> None:
        if any(shown := [piece for piece in written if piece[0].strip()]):
            _, x, y, _, _ = shown[0]
            _, _, _, size, _ = max(shown, key=lambda piece: len(piece[0]))
            mono = all(mono for *_, mono in shown)
            lines.append(Line("".join(text for text, *_ in written), x, y, size, mono))
        written.clear()

    def place(text: str, around: list[float], at: list[float], font: dict[str, Any] | None, size: float) -> None:
        x = at[4] * around[0] + at[5] * around[2] + around[4]
        y = at[4] * around[1] + at[5] * around[3] + around[5]
        x, y = {90: (y - bottom, right - x), 180: (right - x, top - y), 270: (top - y, x - left)}.get(
            turned, (x - left, y - bottom)
        )
        up = (at[2] * around[0] + at[3] * around[2], at[2] * around[1] + at[3] * around[3])
        name = str((font or {}).get("/BaseFont", "")).lower()
        mono = any(part in name for part in MONO_FONTS)
        for row, piece in enumerate(text.split("\n")):
            if row:
                end_line()
            if piece.strip() or written:
                written.append((piece, x, y, size * math.hypot(*up), mono))

    def check(*_: object) -> None:
        if time.monotonic() > deadline:
            raise _OutOfTime

    check()
    page.extract_text(visitor_text=place, visitor_operand_before=check)
    end_line()
    return tuple(lines)


def _draws(page: PageObject) -> bool:
    """Tell whether a page without text shows something: a picture, or a drawing."""
    contents = page.get_contents()
    drawing = contents.get_data() if contents is not None else b""
    return len(drawing) > 100 or b" Do" in drawing


def _bookmarks(reader: PdfReader) -> list[Bookmark]:
    """Return the outline, flat, in order; nothing when it is broken."""
    found: list[Bookmark] = []

    def walk(items: Sequence[Any], depth: int) -> None:
        for item in items:
            if isinstance(item, list):
                walk(item, depth + 1)
                continue
            number = reader.get_destination_page_number(item)
            if number is not None and number >= 0:
                top = item.top if isinstance(item.top, int | float) else None
                found.append(Bookmark(depth, str(item.title), number + 1, None if top is None else float(top)))

    try:
        walk(reader.outline, 0)
    except Exception:  # the text does without
        _log.warning("the bookmarks of a PDF cannot be read", exc_info=True)
    return found
