"""A text that a student gives to a demo as a file: ``.txt`` or ``.md``, up to 5 MB, in the encodings of today.

Left out: other kinds of documents; a student copies what is wanted out of those.
"""

from __future__ import annotations

from pathlib import Path

from tutor.errors import SystemReason, TextFileRefused
from tutor.messages import Notice
from tutor.retrieval.readers.reading import FileUnusable
from tutor.retrieval.readers.text import decoded

LARGEST = 5 * 2**20
"""Bytes."""
KINDS = (".txt", ".md")


def read_student_text(path: Path) -> str:
    """Return the text of a file. Raises ``TextFileRefused`` for what is too large, of another kind, or no text."""
    name = path.name if len(path.name) <= 60 else path.name[:60] + "…"
    if path.suffix.lower() not in KINDS:
        raise TextFileRefused(name=name, reason=Notice("text_file.kind"))
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise TextFileRefused(name=name, reason=Notice("text_file.large", {"size": size / 2**20}))
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
        text = decoded(data[:LARGEST])
    except OSError as error:
        raise TextFileRefused(name=name, reason=SystemReason(error)) from error
    except FileUnusable:
        raise TextFileRefused(name=name, reason=Notice("text_file.no_text")) from None
    if not text.strip():
        raise TextFileRefused(name=name, reason=Notice("text_file.empty"))
    return text


def beginning(text: str, limit: int) -> str:
    """Return at most ``limit`` characters of a text, cut at the end of a line, else of a word.

    >>> beginning("un deux\\ntrois quatre", 13)
    'un deux'
    >>> beginning("un deux trois", 9)
    'un deux'
    """
    if len(text) <= limit:
        return text
    cut = text[:limit]
    for end in ("\n", " "):
        place = cut.rfind(end)
        if place > limit // 2:
            return cut[:place]
    return cut
