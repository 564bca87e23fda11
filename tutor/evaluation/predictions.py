"""The file of ``eval … --predictions``: one JSON object an item, with what was produced and the gold."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tutor.errors import FileUnwritable, SystemReason


def check_writable(path: Path | None) -> None:
    """Find out before anything slow runs that ``path`` cannot be written; until then nothing is left or lost there.

    Raises:
        FileUnwritable: with the system's reason.
    """
    if path is None:
        return
    try:
        there = path.exists()
        path.open("a", encoding="utf-8").close()
        if not there:
            path.resolve().unlink()  # resolved: a link that leads nowhere yet stays
    except OSError as error:
        raise FileUnwritable(path=path, reason=SystemReason(error)) from error


def write(path: Path | None, records: Iterable[Mapping[str, Any]]) -> None:
    """Write one line a record, if a file was asked for.

    Raises:
        FileUnwritable: with the system's reason.
    """
    if path is None:
        return
    lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    try:
        path.write_text(lines, encoding="utf-8")
    except OSError as error:
        raise FileUnwritable(path=path, reason=SystemReason(error)) from error
