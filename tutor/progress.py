"""How long work is told to whoever waits: a bar with the time left on a terminal, a line every tenth elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import IO, Any

from tutor import messages
from tutor.contracts import Language

Listener = Callable[[int, int], None]
"""Hears (done, total), the last time with both equal."""

SHORT = 100
"""Work of fewer steps is over before a line about it is read."""


def listener(language: Language, say: Callable[[str], None], *, stream: IO[str] | None = None) -> Listener:
    """Return what tells of the reading of a course, on ``stream`` (stderr), or through ``say`` when nobody watches."""
    watched = stream or sys.stderr
    return _bar(language, watched) if watched.isatty() else _tenths(language, say)


def _bar(language: Language, stream: IO[str]) -> Listener:
    from tqdm import tqdm

    bar: Any = None

    def listen(done: int, total: int) -> None:
        nonlocal bar
        if total < SHORT:
            return
        if bar is None:
            title = messages.text("index.progress.title", language)
            unit = messages.text("index.progress.unit", language)
            # no rate: tqdm writes it with a decimal point, and nobody waits for it
            form = "{desc}: {percentage:3.0f} % |{bar}| {n_fmt}/{total_fmt}" + unit + " [{elapsed}<{remaining}]"
            bar = tqdm(total=total, desc=title, bar_format=form, file=stream, leave=False)
        bar.update(done - bar.n)
        if done == total:
            bar.close()

    return listen


def _tenths(language: Language, say: Callable[[str], None]) -> Listener:
    said = 0

    def listen(done: int, total: int) -> None:
        nonlocal said
        tenth = 10 * done // total
        if total >= SHORT and tenth > said:
            said = tenth
            say(messages.text("index.progress", language, percent=10 * tenth, total=total))

    return listen
