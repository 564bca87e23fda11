"""From bytes as tokens bring them to text as a reader wants it.

A token may end in the middle of a UTF-8 character, and a stop string may be spread over several tokens: both
are held back until they are whole.
"""

from __future__ import annotations

import codecs
from collections.abc import Sequence


class TextStream:
    """Whole characters out, up to the first stop string; leading blanks dropped if asked.

    >>> out = TextStream(stop=("STOP",))
    >>> out.feed("caf".encode()), out.feed(b"\\xc3"), out.feed(b"\\xa9 S"), out.feed(b"TOP!")
    ('caf', '', 'é ', '')
    >>> out.stopped
    True
    """

    def __init__(self, stop: Sequence[str] = (), *, strip_start: bool = False) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._stop = tuple(text for text in stop if text)
        self._strip_start = strip_start
        self._held = ""
        self.stopped = False
        """A stop string was met: what follows it is lost on purpose."""

    def feed(self, piece: bytes) -> str:
        """Take the bytes of one token, return the text that may be shown now (often empty)."""
        return self._emit(self._decoder.decode(piece), last=False)

    def finish(self) -> str:
        """Return what was still held back; a broken character becomes U+FFFD."""
        return self._emit(self._decoder.decode(b"", final=True), last=True)

    def _emit(self, text: str, *, last: bool) -> str:
        if self.stopped:
            return ""
        text = self._held + text
        if self._strip_start:
            text = text.lstrip()
            if not text:
                self._held = ""
                return ""
            self._strip_start = False
        ends = [at for at in (text.find(stop) for stop in self._stop) if at >= 0]
        if ends:
            self.stopped = True
            self._held = ""
            return text[: min(ends)]
        keep = 0 if last else self._possible_stop(text)
        self._held = text[len(text) - keep :]
        return text[: len(text) - keep]

    def _possible_stop(self, text: str) -> int:
        """Return the length of the longest end of ``text`` that begins a stop string."""
        longest = max((len(stop) for stop in self._stop), default=1) - 1
        for length in range(min(longest, len(text)), 0, -1):
            if any(stop.startswith(text[-length:]) for stop in self._stop):
                return length
        return 0
