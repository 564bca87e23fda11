"""The queue in front of a model: order, positions, cancel, callers that leave, errors. The work is plain generators."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from tutor.errors import ModelStopped
from tutor.models.work_queue import QueueClosed, Stopped, WorkQueue

WAIT = 10.0


class Gate:
    """Work that yields 1, waits until it is opened, then yields 2; it notes how it ended."""

    def __init__(self) -> None:
        self.started, self.open, self.over = threading.Event(), threading.Event(), threading.Event()
        self.saw_stop = False

    def work(self, stopped: Stopped) -> Iterator[int]:
        try:
            self.started.set()
            yield 1
            while not self.open.wait(0.01):
                if stopped():
                    self.saw_stop = True
                    return
            yield 2
        finally:
            self.over.set()


@pytest.fixture
def queue() -> Iterator[WorkQueue]:
    queue = WorkQueue("test")
    yield queue
    queue.close()


def numbers(upto: int) -> Iterator[int]:
    yield from range(upto)


def test_two_threads_are_served_one_after_the_other_by_one_thread(queue: WorkQueue) -> None:
    seen: list[tuple[str, int, int]] = []
    results: dict[str, list[int]] = {}

    def work(name: str) -> Iterator[int]:
        for i in range(50):
            seen.append((name, i, threading.get_ident()))
            yield i

    def caller(name: str) -> None:
        results[name] = list(queue.stream(lambda stopped: work(name)))

    threads = [threading.Thread(target=caller, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
    assert results == {name: list(range(50)) for name in "abc"}
    assert len({ident for _, _, ident in seen}) == 1
    order = [name for name, _, _ in seen]
    assert sorted(order, key=order.index) == order, "two calls were interleaved"


def test_waiting_calls_hear_how_many_are_ahead(queue: WorkQueue) -> None:
    first = Gate()
    running = queue.stream(first.work)
    assert next(running) == 1
    heard: dict[str, list[int]] = {"b": [], "c": []}
    waiting = threading.Event()

    def caller(name: str) -> None:
        def on_position(ahead: int) -> None:
            heard[name].append(ahead)
            waiting.set()

        list(queue.stream(lambda stopped: numbers(3), on_position=on_position))

    threads = []
    for name in "bc":
        waiting.clear()
        threads.append(threading.Thread(target=caller, args=(name,)))
        threads[-1].start()
        assert waiting.wait(WAIT)
    first.open.set()
    assert list(running) == [2]
    for thread in threads:
        thread.join(WAIT)
    assert heard == {"b": [1, 0], "c": [2, 1, 0]}


def test_a_free_queue_says_zero_once(queue: WorkQueue) -> None:
    heard: list[int] = []
    assert list(queue.stream(lambda stopped: numbers(2), on_position=heard.append)) == [0, 1]
    assert heard == [0]


def test_cancel_stops_the_work_and_ends_the_iteration(queue: WorkQueue) -> None:
    gate, cancel = Gate(), threading.Event()
    pieces = queue.stream(gate.work, cancel=cancel)
    assert next(pieces) == 1
    cancel.set()
    assert list(pieces) == []
    assert gate.over.wait(WAIT)
    assert gate.saw_stop


def test_cancel_while_waiting_never_runs_the_work(queue: WorkQueue) -> None:
    first, second, cancel = Gate(), Gate(), threading.Event()
    running = queue.stream(first.work)
    next(running)
    cancel.set()
    assert list(queue.stream(second.work, cancel=cancel)) == []
    first.open.set()
    assert list(running) == [2]
    assert queue.call(lambda stopped: "next") == "next"
    assert not second.started.is_set()


def test_a_call_that_is_cancelled_at_work_or_in_the_queue_says_so(queue: WorkQueue) -> None:
    gate, cancel = Gate(), threading.Event()

    def work(stopped: Stopped) -> int:
        return sum(gate.work(stopped))

    def stop_once_started() -> None:
        gate.started.wait(WAIT)
        cancel.set()

    threading.Thread(target=stop_once_started).start()
    with pytest.raises(ModelStopped):
        queue.call(work, cancel=cancel)
    assert gate.over.wait(WAIT) and gate.saw_stop
    heard: list[int] = []
    with pytest.raises(ModelStopped):
        queue.call(lambda stopped: 1, cancel=cancel, on_position=heard.append)
    assert queue.call(lambda stopped: 2, on_position=heard.append) == 2
    assert heard[-1] == 0


def test_an_abandoned_generator_frees_the_queue(queue: WorkQueue) -> None:
    gate = Gate()
    pieces = queue.stream(gate.work)
    assert next(pieces) == 1
    pieces.close()  # type: ignore[attr-defined]  # a generator: what Python does when the browser's request is dropped
    assert queue.call(lambda stopped: "next") == "next"
    assert gate.saw_stop and gate.over.is_set()


def test_a_generator_dropped_without_close_frees_the_queue_too(queue: WorkQueue) -> None:
    gate = Gate()
    pieces = queue.stream(gate.work)
    assert next(pieces) == 1
    del pieces
    assert queue.call(lambda stopped: "next") == "next"
    assert gate.saw_stop


def test_errors_reach_the_caller_and_the_thread_survives(queue: WorkQueue) -> None:
    def broken(stopped: Stopped) -> Iterator[int]:
        yield 1
        raise ZeroDivisionError("here")

    pieces = queue.stream(broken)
    assert next(pieces) == 1
    with pytest.raises(ZeroDivisionError, match="here"):
        next(pieces)
    with pytest.raises(KeyError):
        queue.call(lambda stopped: dict[str, int]()["missing"])
    assert queue.call(lambda stopped: 7) == 7


def test_close_ends_running_and_waiting_calls() -> None:
    queue = WorkQueue("test")
    gate = Gate()
    running = queue.stream(gate.work)
    next(running)
    outcome: list[BaseException] = []
    waiting = threading.Event()

    def caller() -> None:
        try:
            list(queue.stream(lambda stopped: numbers(1), on_position=lambda ahead: waiting.set()))
        except QueueClosed as error:
            outcome.append(error)

    thread = threading.Thread(target=caller)
    thread.start()
    assert waiting.wait(WAIT)
    queue.close()
    thread.join(WAIT)
    assert gate.saw_stop
    assert len(outcome) == 1
    with pytest.raises(QueueClosed):
        list(running)
    with pytest.raises(QueueClosed):
        queue.call(lambda stopped: 1)


def test_several_workers_run_side_by_side() -> None:
    queue = WorkQueue("test", workers=2)
    first, second = Gate(), Gate()
    one, two = queue.stream(first.work), queue.stream(second.work)
    assert (next(one), next(two)) == (1, 1)  # with one worker the second would wait for the first
    first.open.set()
    second.open.set()
    assert (list(one), list(two)) == ([2], [2])
    queue.close()
