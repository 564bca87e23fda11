"""A code block or a table that is too long for a passage → several, each of them Markdown by itself.

Code is cut between lines, the fence closed and opened again; a table is cut between rows, its head repeated. A line or
a row that is itself too long is cut at a space, or anywhere when it has none. Every word is kept, in order.

    >>> cut_code("```python\\na = 1\\nb = 2\\n```", 24, 100)
    ['```python\\na = 1\\n```', '```python\\nb = 2\\n```']
    >>> cut_table("| n |\\n|---|\\n| dix |\\n| cent |", 20, 100)
    ['| n |\\n|---|\\n| dix |', '| n |\\n|---|\\n| cent |']

Left out: code and tables inside a list item that is kept whole. What nobody wrote by hand (a head of thousands of
characters, a fence of hundreds of marks) gives an empty list: the caller cuts it as ordinary text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_OPENING = re.compile(r"( {0,3})(`{3,}|~{3,})([^\n]*)")
LONGEST_FENCE, LONGEST_INFO = 40, 200
"""Characters of a fence that is made longer than those that its code holds; of the words after a fence."""


def cut_code(text: str, wanted: int, most: int) -> list[str]:
    """Return a fenced code block as several of at most about ``wanted`` characters, and never more than ``most``.

    Code that is indented instead of fenced is cut between lines, without fences.
    """
    lines = text.split("\n")
    opening = _OPENING.match(lines[0])
    if opening is None:
        return ["\n".join(part) for part in _packed(lines, wanted) if any(map(str.strip, part))]
    indent, fence, info = opening.groups()
    closed = re.fullmatch(rf" {{0,3}}{re.escape(fence[0])}{{{len(fence)},}}\s*", lines[-1])
    body = lines[1:-1] if len(lines) > 1 and closed else lines[1:]
    # a line that is cut may leave such a run at the beginning of a piece, where it would close the fence
    runs = [len(run) for line in body if len(line) > wanted for run in re.findall(rf"{re.escape(fence[0])}+", line)]
    fence = fence[0] * max(len(fence), max(runs, default=0) + 1)
    if len(fence) > LONGEST_FENCE or len(info) > LONGEST_INFO:
        return []
    head, foot = f"{indent}{fence}{info}", f"{indent}{fence}"
    room = max(1, min(wanted, most) - len(head) - len(foot) - 2)
    parts = (part for part in _packed(body, room) if any(map(str.strip, part)))
    return ["\n".join([head, *part, foot]) for part in parts]


def cut_table(text: str, wanted: int, most: int) -> list[str]:
    """Return a table as several that repeat its head, of about ``wanted`` characters, and never more than ``most``."""
    lines = text.split("\n")
    head, rows = lines[:2], lines[2:]
    taken = sum(map(len, head)) + 2
    if taken > most // 2:
        return []
    room = max(wanted, 2 * taken) - taken
    parts = _packed((piece for row in rows for piece in _row_pieces(row, room)), room)
    return ["\n".join([*head, *part]) for part in parts]


def _row_pieces(row: str, room: int) -> Iterator[str]:
    """Yield a row, or its pieces as rows of their own when it is longer than ``room``."""
    if len(row) <= room:
        yield row
        return
    for piece in _line_pieces(row, max(1, room - 4)):
        piece = piece.strip()
        opened = piece if piece.startswith("|") else f"| {piece}"
        yield opened if opened.endswith("|") and len(opened) > 1 else f"{opened} |"


def _packed(lines: Iterable[str], room: int) -> Iterator[list[str]]:
    """Yield lines, as many together as ``room`` characters hold, the breaks between them included."""
    part: list[str] = []
    length = 0
    for line in lines:
        for piece in _line_pieces(line, room):
            if part and length + len(piece) + 1 > room:
                yield part
                part, length = [], 0
            part.append(piece)
            length += len(piece) + 1
    if part:
        yield part


def _line_pieces(line: str, room: int) -> Iterator[str]:
    """Yield a line, cut after its last space that fits when it is longer than ``room``."""
    at = 0
    while len(line) - at > room:
        space = line.rfind(" ", at + room // 2, at + room)
        end = space + 1 if space > 0 else at + room
        yield line[at:end]
        at = end
    yield line[at:]
