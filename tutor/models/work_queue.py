"""One queue in front of a model: calls wait in order, and only the queue's own threads touch the model.

llama.cpp aborts the process when one context is used from two threads; a single worker thread that owns the
context makes that impossible. The caller gets an ordinary iterator and may leave it at any time (Stop, browser
closed): the work is then told to stop and the next call begins.

Leaves out: priorities, and running several calls in one batch.
"""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from tutor.errors import ModelStopped

T = TypeVar("T")

Stopped = Callable[[], bool]
"""Asked by the work between two steps; True: nobody wants the rest."""

_POLL_SECONDS = 0.05
"""How often a waiting caller looks at its ``cancel`` event."""


class QueueClosed(RuntimeError):
    """The model was closed before or during the call."""


@dataclass(frozen=True, slots=True)
class _Ahead:
    calls: int


@dataclass(frozen=True, slots=True)
class _Piece:
    value: Any


@dataclass(frozen=True, slots=True)
class _End:
    error: BaseException | None = None


@dataclass(eq=False)
class _Job(Generic[T]):
    work: Callable[[Stopped], Iterator[T]]
    cancel: threading.Event | None
    left: threading.Event = field(default_factory=threading.Event)
    """Set when the caller no longer listens."""
    outbox: queue.SimpleQueue[_Ahead | _Piece | _End] = field(default_factory=queue.SimpleQueue)
    ahead: int | None = None
    """What was last announced."""

    def stopped(self) -> bool:
        return self.left.is_set() or (self.cancel is not None and self.cancel.is_set())

    def announce(self, ahead: int) -> None:
        if ahead != self.ahead:
            self.ahead = ahead
            self.outbox.put(_Ahead(ahead))


class WorkQueue:
    """First come, first served, on ``workers`` threads that start with the first call."""

    def __init__(self, name: str, workers: int = 1) -> None:
        self._name = name
        self._workers = workers
        self._threads: list[threading.Thread] = []
        self._waiting: deque[_Job[Any]] = deque()
        self._running: set[_Job[Any]] = set()
        self._closed = False
        self._changed = threading.Condition()

    def stream(
        self,
        work: Callable[[Stopped], Iterator[T]],
        *,
        cancel: threading.Event | None = None,
        on_position: Callable[[int], None] | None = None,
    ) -> Iterator[T]:
        """Yield what ``work`` yields in a worker thread; the call joins the queue at the first ``next``.

        ``on_position`` is called in the caller's thread. Raises whatever ``work`` raises, and ``QueueClosed``.
        """
        job = _Job(work, cancel)
        self._enter(job)
        try:
            while True:
                try:
                    item = job.outbox.get(timeout=_POLL_SECONDS if cancel is not None else None)
                except queue.Empty:
                    if job.stopped():
                        return
                    continue
                if isinstance(item, _Ahead):
                    if on_position is not None:
                        on_position(item.calls)
                elif isinstance(item, _Piece):
                    if job.stopped():
                        return
                    yield item.value
                elif item.error is not None:
                    if cancel is not None and cancel.is_set():
                        return  # it was broken off: how is nobody's concern
                    raise item.error
                else:
                    return
        finally:  # also when the caller drops the generator in the middle (GeneratorExit)
            self._leave(job)

    def call(
        self,
        work: Callable[[Stopped], T],
        *,
        cancel: threading.Event | None = None,
        on_position: Callable[[int], None] | None = None,
    ) -> T:
        """Run ``work`` in a worker thread, in its turn, and return what it returns.

        Raises ``ModelStopped`` soon after ``cancel`` is set, whatever ``work`` is doing.
        """

        def only(stopped: Stopped) -> Iterator[T]:
            yield work(stopped)

        for result in self.stream(only, cancel=cancel, on_position=on_position):
            return result
        raise ModelStopped

    def close(self, timeout: float = 10.0) -> None:
        """Stop the running calls, refuse the waiting ones and end the threads (waits ``timeout`` seconds at most)."""
        with self._changed:
            self._closed = True
            for job in (*self._running, *self._waiting):
                job.outbox.put(_End(QueueClosed(self._name)))
                job.left.set()
            self._waiting.clear()
            self._changed.notify_all()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(timeout)

    def _enter(self, job: _Job[Any]) -> None:
        with self._changed:
            if self._closed:
                raise QueueClosed(self._name)
            if not self._threads:
                for number in range(self._workers):
                    thread = threading.Thread(target=self._serve, name=f"{self._name}-{number}", daemon=True)
                    self._threads.append(thread)
                    thread.start()
            self._waiting.append(job)
            self._announce()
            self._changed.notify()

    def _leave(self, job: _Job[Any]) -> None:
        job.left.set()
        with self._changed:
            if job in self._waiting:
                self._waiting.remove(job)
                self._announce()

    def _announce(self) -> None:
        for rank, job in enumerate(self._waiting):
            job.announce(max(0, len(self._running) + rank + 1 - self._workers))

    def _serve(self) -> None:
        while True:
            with self._changed:
                while not self._waiting and not self._closed:
                    self._changed.wait()
                if self._closed:
                    return
                job = self._waiting.popleft()
                self._running.add(job)
                job.announce(0)
                self._announce()
            job.outbox.put(self._run(job))
            with self._changed:
                self._running.discard(job)
                self._announce()
            del job  # keep nothing of the call alive while waiting for the next

    def _run(self, job: _Job[Any]) -> _End:
        if job.stopped():
            return _End()
        pieces: Iterator[Any] = iter(())
        try:
            pieces = job.work(job.stopped)
            for piece in pieces:
                job.outbox.put(_Piece(piece))
                if job.stopped():
                    break
            return _End()
        except BaseException as error:  # it belongs to the caller: this thread must survive it
            return _End(error)
        finally:
            getattr(pieces, "close", lambda: None)()
