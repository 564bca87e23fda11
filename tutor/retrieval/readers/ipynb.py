"""``.ipynb``: the cells of a Jupyter notebook, text as it is, code and what it printed as code blocks.

A notebook is JSON of two shapes (format 4, and format 3 with its worksheets), read here as such: ``nbformat`` would
bring four packages and refuse notebooks that Jupyter opens. Left out: pictures, tables and widgets among the outputs
(their text stands for them), errors but their last line, raw cells.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from tutor.retrieval.readers.reading import FileUnusable, Reading
from tutor.retrieval.readers.text import decoded
from tutor.retrieval.readers.writing import fenced

OUTPUT_LINES = 20
OUTPUT_CHARACTERS = 1000
"""An output is cut there: more of it teaches nothing and fills passages."""

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_EMBEDDED = re.compile(r"!\[([^\]\n]*)\]\((?:attachment|data):[^)\s]*(?:\s+\"[^\"\n]*\")?\)")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})(.*)$")


def read_ipynb(data: bytes) -> Reading:
    """Return the cells of a notebook.

    Raises ``FileUnusable`` when the file is no notebook.
    """
    try:
        notebook = json.loads(decoded(data))
    except ValueError as error:
        raise FileUnusable("damaged") from error
    if not isinstance(notebook, dict):
        raise FileUnusable("damaged")
    sheets = notebook.get("worksheets")
    holders = [notebook] if not isinstance(sheets, list) else [sheet for sheet in sheets if isinstance(sheet, dict)]
    cells = [holder["cells"] for holder in holders if isinstance(holder.get("cells"), list)]
    if not cells:
        raise FileUnusable("damaged")
    language = _language(notebook)
    blocks = [block for some in cells for cell in some if isinstance(cell, dict) for block in _blocks(cell, language)]
    return Reading("\n\n".join(block for block in blocks if block.strip()) + "\n")


def _language(notebook: Mapping[str, Any]) -> str:
    """Return the name of the notebook's language, Python when it does not say."""
    metadata = notebook.get("metadata")
    for part, name in (("language_info", "name"), ("kernelspec", "language")):
        found = metadata.get(part) if isinstance(metadata, dict) else None
        if isinstance(found, dict) and re.fullmatch(r"[A-Za-z0-9+#-]{1,20}", str(found.get(name, ""))):
            return str(found[name]).lower()
    return "python"


def _blocks(cell: Mapping[str, Any], language: str) -> Iterator[str]:
    match cell.get("cell_type"):
        case "markdown":
            yield _closed(_EMBEDDED.sub(r"\1", _text(cell.get("source"))))
        case "heading":
            level = cell.get("level")
            yield "#" * (level if isinstance(level, int) and 1 <= level <= 6 else 1) + " " + _text(cell.get("source"))
        case "code":
            code = _text(cell.get("source", cell.get("input")))
            yield fenced(code, language) if code.strip() else ""
            outputs = cell.get("outputs")
            printed = [_output(out) for out in outputs if isinstance(out, dict)] if isinstance(outputs, list) else []
            yield from _joined(printed)


def _text(source: object) -> str:
    """Return a text that the format writes as one string or as a list of lines."""
    parts = source if isinstance(source, list) else [source]
    return "".join(part for part in parts if isinstance(part, str)).replace("\r\n", "\n")


def _output(output: Mapping[str, Any]) -> tuple[str, bool]:
    """Return the text of one output, and whether it is Markdown."""
    match output.get("output_type"):
        case "stream":
            named = output.get("name", output.get("stream", "stdout"))
            return ("" if named == "stderr" else _text(output.get("text"))), False
        case "error" | "pyerr":
            return f"{output.get('ename', '')}: {output.get('evalue', '')}".strip(": "), False
        case "execute_result" | "display_data" | "pyout":
            data = output.get("data")
            held: Mapping[str, Any] = data if isinstance(data, dict) else output  # format 3 has no "data"
            for key in ("text/markdown", "text/latex", "latex"):
                if text := _text(held.get(key)):
                    return _closed(_EMBEDDED.sub(r"\1", text)), True
            pictures = any(key.startswith("image/") or key in ("png", "jpeg", "svg") for key in held)
            return ("" if pictures else _text(held.get("text/plain", held.get("text")))), False
    return "", False


def _joined(outputs: list[tuple[str, bool]]) -> Iterator[str]:
    """Yield Markdown outputs as they are, and runs of printed text as one block, cut where it is long."""
    printed = ""
    for text, is_markdown in [*outputs, ("", True)]:
        if not is_markdown:
            printed += ("\n" if printed and not printed.endswith("\n") else "") + text
            continue
        if shown := _short(printed):
            yield fenced(shown, "text")
        printed = ""
        yield text


def _short(text: str) -> str:
    """Return what a terminal shows of a printed text, cut where it is long.

    >>> _short("10 %\\r100 %\\nfini")
    '100 %\\nfini'
    """
    lines = [line.rstrip("\r").rpartition("\r")[2].rstrip() for line in _ANSI.sub("", text).strip().split("\n")]
    shown = "\n".join(lines[:OUTPUT_LINES])[:OUTPUT_CHARACTERS]
    return shown if shown == "\n".join(lines) else shown + "\n…"


def _closed(markdown: str) -> str:
    """Close a code block that a cell leaves open: in a notebook it ends with the cell."""
    fence = ""
    for line in markdown.split("\n"):
        if not (match := _FENCE.match(line)):
            continue
        if not fence:
            fence = match[1]
        elif match[1].startswith(fence) and not match[2].strip():
            fence = ""
    return f"{markdown}\n{fence}" if fence else markdown
