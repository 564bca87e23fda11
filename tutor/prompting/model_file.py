"""Which model a file holds: two files of one name are two models, one file under two names is one.

    identity(Path("models/small.gguf"))        # '91034400-5f1d2c…': its size, then a hash

A file of several gigabytes is not read whole for that: its beginning holds the architecture and the vocabulary, its end
the last weights, and training changes them all. Left out: telling apart two files that differ in the middle only.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

MEGABYTE = 1 << 20


def identity(path: Path) -> str:
    """Return the size and a SHA-256 of the first and last megabyte; nothing when there is no file to read.

    A file of two megabytes or less is hashed whole.
    """
    try:
        size = path.stat().st_size
        seen = hashlib.sha256()
        with path.open("rb") as file:
            seen.update(file.read(MEGABYTE))
            file.seek(max(MEGABYTE, size - MEGABYTE))
            seen.update(file.read(MEGABYTE))
    except OSError:
        return ""
    return f"{size}-{seen.hexdigest()[:16]}"
