"""Text from the course, the model or the student, made safe to show in Gradio's Markdown.

What Gradio would do with such text and we do not want: run its HTML, fetch its images from elsewhere, draw its
Mermaid diagrams, take two prices in dollars for a formula. Gradio sanitises HTML too, and ``page.security_policy``
forbids the browser any foreign address; this module is the first of the three walls, the one that keeps the text
readable. Left out: the rendering itself (Gradio's, or ``passage.py``).
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from urllib.parse import quote, unquote

from tutor.retrieval.markdown import pieces

INLINE_MATH = ("\ue010", "\ue011")
DISPLAY_MATH = ("\ue012", "\ue013")
"""Delimiters that no document holds (private use): only what we have recognised as a formula reaches KaTeX."""

LATEX_DELIMITERS = [
    {"left": INLINE_MATH[0], "right": INLINE_MATH[1], "display": False},
    {"left": DISPLAY_MATH[0], "right": DISPLAY_MATH[1], "display": True},
]
"""The same, as Gradio's components take them."""

_PRIVATE = re.compile("[\ue000-\uf8ff]")


def without_private(text: str) -> str:
    """Replace, one for one, the private-use characters, which we use as markers."""
    return _PRIVATE.sub("\ufffd", text)


def inert(source: str, citations: Mapping[int, str] | None = None) -> str:
    """Return Markdown that shows ``source`` and does nothing else.

    Args:
        source: Markdown from anywhere.
        citations: number → address; each ``[number]`` of the text becomes a link to it.

    >>> inert("<b>gras</b> ![logo](http://a/b.png) et `<i>`")
    '&lt;b>gras&lt;/b> logo et `<i>`'
    """
    shown: list[str] = []
    for piece in pieces(without_private(source)):
        match piece.kind:
            case "text":
                shown.append(_inert_text(piece.text, citations or {}))
            case "inline":
                shown.append(piece.text.join(INLINE_MATH))
            case "display":
                shown.append(piece.text.join(DISPLAY_MATH))
            case "code":
                shown.append(piece.text)
            case "fence":
                shown.append(re.sub(r"\A(\s*[`~]{3,})[ \t]*mermaid", r"\1text", piece.text, flags=re.IGNORECASE))
    return "".join(shown)


def _inert_text(text: str, citations: Mapping[int, str]) -> str:
    text = re.sub(r"<(https?://[^\s<>]+)>", r"\1", text)
    text = re.sub(r"!\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = text.replace("![", "&#33;[").replace("<", "&lt;")
    text = re.sub(r"^([ ]{0,3})\[([^\]\n]+)\]:", r"\1&#91;\2]:", text, flags=re.MULTILINE)  # link definitions

    def link(match: re.Match[str]) -> str:
        address = citations.get(int(match[1]))
        return match[0] if address is None else "\u00a0" + citation_link(address, f"[{match[1]}]", "citation")

    text = text.replace("« ", "«\u202f").replace(" »", "\u202f»")  # a quotation mark never stands alone on a line
    return re.sub(r"(?: (?=\[\d))?\[(\d{1,3})\](?![(\[])", link, text)


def literal(text: str) -> str:
    """Return one line of HTML that shows what the student typed, character by character.

    >>> literal("2*3\\n<b>")
    '<div class="typed">2*3&#10;&lt;b&gt;</div>'
    """
    return f'<div class="typed">{one_line(html.escape(without_private(text)))}</div>'


def one_line(markup: str) -> str:
    """Write line ends as entities: a blank line would end the block of HTML inside Markdown."""
    return markup.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "&#10;")


# --- addresses of passages -------------------------------------------------------------------------------


def passage_address(passage_id: str, start: int = 0, end: int = 0) -> str:
    """Return the address, inside the page, of ``passage.text[start:end]``.

    >>> passage_address("rnn#lstm-1", 3, 20)
    '#passage/rnn%23lstm-1/3/20'
    """
    return f"#passage/{quote(passage_id, safe='')}/{start}/{end}"


def read_address(address: object) -> tuple[str, int, int] | None:
    """Return (passage id, start, end), or None for anything but an address of ours: clients send what they like.

    >>> read_address("#passage/rnn%23lstm-1/3/20")
    ('rnn#lstm-1', 3, 20)
    """
    match = (
        re.fullmatch(r"#passage/([^/\s]{1,2000})/(\d{1,9})/(\d{1,9})", address) if isinstance(address, str) else None
    )
    return (unquote(match[1]), int(match[2]), int(match[3])) if match else None


def vote_address(exchange: str, verdict: str) -> str:
    """Return the address, inside the page, of what a student thinks of an answer.

    >>> read_vote(vote_address("0f" * 16, "bad")) == ("0f" * 16, "bad"), read_vote("#vote/x/bad"), read_vote(None)
    (True, None, None)
    """
    return f"#vote/{exchange}/{verdict}"


def read_vote(address: object) -> tuple[str, str] | None:
    """Return (exchange, good or bad), or None for anything but an address of ours."""
    match = re.fullmatch(r"#vote/([0-9a-f]{32})/(good|bad)", address) if isinstance(address, str) else None
    return (match[1], match[2]) if match else None


def kept_address(conversation: str) -> str:
    """Return the address, inside the page, of a conversation that is kept.

    >>> read_kept(kept_address("0f" * 16)) == "0f" * 16, read_kept("#kept/../x"), read_kept(7)
    (True, None, None)
    """
    return f"#kept/{conversation}"


def read_kept(address: object) -> str | None:
    """Return the name of the conversation, or None for anything but an address of ours."""
    match = re.fullmatch(r"#kept/([0-9a-f]{32})", address) if isinstance(address, str) else None
    return match[1] if match else None


def citation_link(address: str, label: str, css_class: str, title: str = "") -> str:
    """Return the HTML link that opens a passage beside the conversation."""
    hint = f' title="{html.escape(title)}"' if title else ""
    return f'<a class="{css_class}" role="button" href="{html.escape(address)}"{hint}>{html.escape(label)}</a>'
