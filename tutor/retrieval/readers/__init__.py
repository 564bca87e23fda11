"""Files of a course → Markdown: one module a format, and the one list of them.

To add a format: write a function bytes → ``Reading`` that raises ``FileUnusable``, add a line to ``READERS``, and its
first bytes to ``signature`` when they tell it. A reader sees the bytes of one file and nothing else of the disk; a
heavy library is imported when the first file of its kind is read.
"""

from __future__ import annotations

import importlib.metadata
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tutor.retrieval.readers.docx import read_docx
from tutor.retrieval.readers.html import read_html
from tutor.retrieval.readers.ipynb import read_ipynb
from tutor.retrieval.readers.kept import KeptReadings
from tutor.retrieval.readers.pdf import read_pdf
from tutor.retrieval.readers.reading import FileUnusable, Reading
from tutor.retrieval.readers.signature import check_signature
from tutor.retrieval.readers.text import read_text

__all__ = ["READERS", "FileUnusable", "KeptReadings", "Reader", "Reading", "read_bytes", "read_file"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reader:
    """How the files of one format are read."""

    read: Callable[[bytes], Reading]
    limit: int
    """Bytes. A longer file is not read."""
    version: int = 0
    """Raised when ``read`` returns something else for the same file; 0: so fast that nothing is kept."""
    libraries: tuple[str, ...] = ()
    """Packages that change what ``read`` returns when they change."""

    @property
    def edition(self) -> str:
        """Tell apart what was read with other versions of the reader and its libraries."""
        return " ".join([self.read.__name__, str(self.version), *map(_version, self.libraries)])


def _version(library: str) -> str:
    try:
        return f"{library} {importlib.metadata.version(library)}"
    except importlib.metadata.PackageNotFoundError:  # then reading fails, and says so
        return library


_TEXT = Reader(read_text, limit=10_000_000)
_HTML = Reader(read_html, limit=10_000_000, version=1, libraries=("beautifulsoup4", "lxml", "markdownify"))
READERS: dict[str, Reader] = {
    ".md": _TEXT,
    ".txt": _TEXT,
    ".pdf": Reader(read_pdf, limit=100_000_000, version=1, libraries=("pypdf",)),
    ".docx": Reader(read_docx, limit=100_000_000, version=1, libraries=("mammoth", *_HTML.libraries)),
    ".html": _HTML,
    ".htm": _HTML,
    ".ipynb": Reader(read_ipynb, limit=50_000_000, version=1),
}
"""Extension, in lower case → how its files are read."""


def read_file(path: Path, kept: KeptReadings | None = None, on_read: Callable[[], None] = lambda: None) -> Reading:
    """Read a file by its extension, or return its kept reading; ``on_read`` hears that it must really be read.

    Whatever a library does with the file, the caller gets a ``Reading``, ``FileUnusable`` or ``OSError``: a failure
    that nobody expected is logged.
    """
    extension = path.suffix.lower()
    reader = READERS[extension]
    with path.open("rb") as file:
        data = file.read(reader.limit + 1)
    if len(data) > reader.limit:
        raise FileUnusable("size", limit=reader.limit // 1_000_000)
    if not reader.version:
        kept = None
    result = kept.get(data, reader.edition) if kept else None
    if result is None:
        if reader.version:
            on_read()
        try:
            result = _read(reader, data, extension)
        except Exception as error:
            _log.exception("the reader of %s files failed on %s", extension, path)
            raise FileUnusable("failed") from error
        if kept:
            kept.put(data, reader.edition, result)
    if isinstance(result, FileUnusable):
        raise result
    return result


def read_bytes(data: bytes, extension: str) -> Reading:
    """Read a file that is in memory already, by the extension it came with.

    Raises ``FileUnusable``, whatever a library does with it: a failure that nobody expected is logged.
    """
    reader = READERS[extension]
    if len(data) > reader.limit:
        raise FileUnusable("size", limit=reader.limit // 1_000_000)
    try:
        result = _read(reader, data, extension)
    except Exception as error:
        _log.exception("the reader of %s files failed", extension)
        raise FileUnusable("failed") from error
    if isinstance(result, FileUnusable):
        raise result
    return result


def _read(reader: Reader, data: bytes, extension: str) -> Reading | FileUnusable:
    if not data.strip():
        return FileUnusable("empty")
    try:
        check_signature(data, extension)
        reading = reader.read(data)
    except FileUnusable as reason:
        return reason
    except RecursionError:  # nested deeper than any document
        return FileUnusable("damaged")
    return reading if any(c.isalnum() for c in reading.markdown) else FileUnusable("empty")
