"""Train small models with one thread, then give torch back the threads that it had.

torch keeps a number of threads for each thread of ours: one whose first operation falls inside ``one_thread``, in a
thread of its own, keeps that one thread. Left out: undoing that.

A step of a demo's model is many products of small matrices. Sharing them out among threads gains nothing, and when
other programs want the same cores it costs a lot: measured on two busy cores, 250 steps of a small GRU took 6 s with
one thread and 137 s with two.

    for slice in in_slices(train(model, text)):     # what `train` yielded in the last 0.3 s
        yield Progress(…)                           # several threads again, and perhaps in another one
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from typing import TypeVar

T = TypeVar("T")

_lock = threading.Lock()
_inside = 0
_before = 0


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Let torch use one thread here; no ``yield`` in here. When nobody is inside any more, it has as many as before."""
    import torch

    global _inside, _before
    with _lock:
        if not _inside:
            _before = torch.get_num_threads()
        _inside += 1
    torch.set_num_threads(1)
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            torch.set_num_threads(_before)


def in_slices(work: Iterator[T], seconds: float = 0.3) -> Iterator[list[T]]:
    """Run ``work`` with one thread, and come up every ``seconds`` with what it has yielded since (at least one thing).

    >>> [thing for slice in in_slices(iter("abc")) for thing in slice]
    ['a', 'b', 'c']
    """
    ended = False
    while not ended:
        done: list[T] = []
        until = time.monotonic() + seconds
        with one_thread():
            for thing in work:
                done.append(thing)
                if time.monotonic() >= until:
                    break
            else:
                ended = True
        if done:
            yield done
