"""``.md`` and ``.txt``: already Markdown, in one of the encodings that teachers' machines write."""

from __future__ import annotations

from tutor.retrieval.readers.reading import FileUnusable, Reading


def read_text(data: bytes) -> Reading:
    """Return the text as it is, with ``\\n`` at the end of each line."""
    return Reading(decoded(data))


def decoded(data: bytes, declared: str | None = None) -> str:
    """Return the text of ``data``: UTF-16 with its mark, the ``declared`` encoding, UTF-8, or Windows-1252.

    >>> decoded("Été\\r\\n".encode("cp1252"))
    'Été\\n'

    Raises ``FileUnusable`` when it is none of them, or not text.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ["utf-16"]
    elif b"\0" in data:
        raise FileUnusable("binary")
    else:
        encodings = ["utf-8-sig", "cp1252"]
        name = (declared or "").lower()
        if name in ("iso-8859-1", "latin-1", "latin1"):  # as browsers do
            encodings.insert(0, "cp1252")
        elif name and not name.startswith(("utf-16", "utf-32", "utf-7")):  # the name was read, so it is none of these
            encodings.insert(0, name)
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except (UnicodeError, LookupError):  # LookupError: no such encoding
            continue
        return text.replace("\r\n", "\n").replace("\r", "\n")
    raise FileUnusable("encoding")
