"""What a file really is, from its first bytes: an extension can be wrong."""

from __future__ import annotations

import zipfile
from io import BytesIO

from tutor.retrieval.readers.reading import FileUnusable

_ZIPPED = {"word/": "Word", "ppt/": "PowerPoint", "xl/": "Excel", "META-INF/manifest.xml": "OpenDocument"}
_EXTENSIONS = {"PDF": (".pdf",), "Word": (".docx",), "HTML": (".html", ".htm", ".md", ".txt")}


def check_signature(data: bytes, extension: str) -> None:
    """Raise ``FileUnusable`` when the bytes are those of another format than the extension says.

    >>> check_signature(b"%PDF-1.7 ...", ".docx")
    Traceback (most recent call last):
        ...
    tutor.retrieval.readers.reading.FileUnusable: ('renamed', {'found': 'PDF', 'extension': '.pdf'})
    """
    found = _format(data)
    if found == "encrypted":
        raise FileUnusable("encrypted")
    if found is None or extension in _EXTENSIONS.get(found, ()):
        return
    if found in _EXTENSIONS:
        raise FileUnusable("renamed", found=found, extension=_EXTENSIONS[found][0])
    raise FileUnusable("format", found=found)


def _format(data: bytes) -> str | None:
    """Return the name of the format that the bytes declare, None when they declare none."""
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"%PDF-"):
        return "PDF"
    if start.startswith(b"{\\rtf"):
        return "RTF"
    if start[:15].lower().startswith((b"<!doctype html", b"<html")):
        return "HTML"
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        # a .docx with a password is a box of the old format around the encrypted document
        return "encrypted" if "EncryptedPackage".encode("utf-16-le") in data else "Word 97-2003 (.doc)"
    if data.startswith(b"PK\x03\x04"):
        try:
            names = zipfile.ZipFile(BytesIO(data)).namelist()
        except (zipfile.BadZipFile, ValueError, RuntimeError, OSError):
            return None  # its reader tells that it is damaged
        return next((found for start, found in _ZIPPED.items() if any(n.startswith(start) for n in names)), "ZIP")
    return None
