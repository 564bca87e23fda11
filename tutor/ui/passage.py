"""One passage of the course as HTML, with the quoted words highlighted; or one line of it.

The Markdown is rendered here, by markdown-it with HTML switched off, so that ``<mark>`` can be put around the exact
characters of a citation whatever they cross: emphasis, list items, cells of a table. Formulas are left to KaTeX in
the browser. Left out: finding the words, which the citation already did.
"""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tutor.contracts import Passage
from tutor.messages import typeset
from tutor.retrieval.markdown import pieces
from tutor.ui.markdown import DISPLAY_MATH, INLINE_MATH, one_line, without_private

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_OPEN, _CLOSE = "\ue000", "\ue001"
_FORMULA = re.compile("\ue002([0-9]+)\ue003")

_TAG_OR_CODE = re.compile(r"(<pre\b.*?</pre>|<code\b.*?</code>|<[^>]*>)", re.DOTALL)
_BLOCK_PREFIX = re.compile(r"(?:[ \t]*(?:(?:[-*+]|\d{1,9}[.)]|#{1,6})[ \t]+|[>|][ \t]*))*")
_LINK_TARGET = re.compile(r"\]\([^()\n]*\)|<[^<>\s]+>")


def passage_html(passage: Passage, start: int = 0, end: int = 0) -> str:
    """Return one line of HTML: the passage, with ``passage.text[start:end]`` in ``<mark>``.

    Positions outside the passage are brought back into it; an empty range marks nothing.
    """
    text = without_private(passage.text)
    start, end = max(0, start), min(end, len(text))
    body = _render(text, start, end)
    quoted = text[start:end].strip()
    if quoted and "<mark>" not in body:  # no place to mark inside the Markdown: show the words above it
        body = f"<blockquote><mark>{html.escape(quoted)}</mark></blockquote>{body}"
    return f'<div class="passage">{one_line(body)}</div>'


def inline_html(text: str) -> str:
    """Return one line of HTML: a heading, a sentence, a cell, with its emphasis, code and formulas.

    >>> inline_html("Le symbole `<unk>` et *rien* d’autre")
    'Le symbole <code>&lt;unk&gt;</code> et <em>rien</em> d’autre'
    """
    return one_line(_render(without_private(text), 0, 0, inline=True))


def _render(text: str, start: int, end: int, *, inline: bool = False) -> str:
    """Render Markdown with marks; without them when they do not survive the rendering."""
    formulas: list[str] = []
    source = _with_markers(text, start, end, formulas)
    rendered = _renderer().renderInline(source) if inline else _renderer().render(source)
    if rendered.count(_OPEN) == rendered.count(_CLOSE) == 1 and not re.search(f"<[^>]*[{_OPEN}{_CLOSE}]", rendered):
        rendered = _marked(rendered)
    rendered = re.sub(f"<p>[{_OPEN}{_CLOSE}]?</p>\n?|[{_OPEN}{_CLOSE}]", "", rendered)
    return _FORMULA.sub(lambda match: formulas[int(match[1])], _typeset(rendered))


def _typeset(rendered: str) -> str:
    """Set the no-break spaces of French between tags, but in code: no « : » or « » » begins a line."""
    parts = _TAG_OR_CODE.split(rendered)
    return "".join(part if part.startswith("<") else typeset(part) for part in parts)


def _with_markers(text: str, start: int, end: int, formulas: list[str]) -> str:
    """Put markers around ``text[start:end]`` where they leave the Markdown whole, and numbers for the formulas."""
    start, end = _inner_range(text, start, end)
    markers = [(start, _OPEN), (end, _CLOSE)] if start < end else []
    written: list[str] = []
    for piece in pieces(text):
        # the start belongs to the piece that begins there, the end to the one that ends there
        here = [
            (at, m)
            for at, m in markers
            if (piece.start <= at < piece.end if m == _OPEN else piece.start < at <= piece.end)
        ]
        if piece.kind == "text":
            shown = piece.text
            for at, marker in reversed(here):
                shown = shown[: at - piece.start] + marker + shown[at - piece.start :]
            written.append(shown)
            continue
        shown = piece.text
        if piece.kind in ("inline", "display"):
            left, right = INLINE_MATH if piece.kind == "inline" else DISPLAY_MATH
            shown = f"\ue002{len(formulas)}\ue003"
            formulas.append(left + html.escape(piece.text, quote=False) + right)
        gap = "\n\n" if piece.kind == "fence" else ""
        present = [marker for _, marker in here]
        written.append(f"{_OPEN}{gap}" * (_OPEN in present) + shown + f"{gap}{_CLOSE}" * (_CLOSE in present))
    return "".join(written)


def _inner_range(text: str, start: int, end: int) -> tuple[int, int]:
    """Move both ends past what is syntax: list bullets, heading signs, table bars, emphasis, link targets."""
    line_start = text.rfind("\n", 0, start) + 1
    if not text[line_start:start].strip():
        prefix = _BLOCK_PREFIX.match(text, start)
        start = prefix.end() if prefix else start
    while start < end and (text[start].isspace() or text[start] in "*_~|"):
        start += 1
    while start < end and (text[end - 1].isspace() or text[end - 1] in "*_~|"):
        end -= 1
    for target in _LINK_TARGET.finditer(text):
        if target.start() < start < target.end():
            start = target.end()
        if target.start() < end < target.end():
            end = target.end()
    return start, end


def _marked(rendered: str) -> str:
    """Wrap each run of text between the two markers in ``<mark>``, tag by tag."""
    inside = False
    written: list[str] = []
    for part in re.split(f"(<[^>]*>|{_OPEN}|{_CLOSE})", rendered):
        if part in (_OPEN, _CLOSE):
            inside = part == _OPEN
        elif inside and part.strip() and not part.startswith("<"):
            written.append(f"<mark>{part}</mark>")
        else:
            written.append(part)
    return "".join(written)


@functools.cache
def _renderer() -> MarkdownIt:
    from markdown_it import MarkdownIt

    renderer = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    renderer.add_render_rule("image", _image_as_words)
    renderer.add_render_rule("link_open", _link_in_new_tab)
    return renderer


def _image_as_words(self: Any, tokens: Sequence[Any], index: int, options: Any, env: Any) -> str:
    """No picture is fetched: its description stands for it."""
    return f"<em>{html.escape(tokens[index].content or tokens[index].attrs.get('src', ''))}</em>"


def _link_in_new_tab(self: Any, tokens: Sequence[Any], index: int, options: Any, env: Any) -> str:
    address = str(tokens[index].attrs.get("href", ""))
    return f'<a href="{html.escape(address)}" target="_blank" rel="noopener noreferrer">'
