"""Where demos are run: with the models that were trained before, and with each run kept.

    laboratory = Laboratory(home)
    for event in laboratory.start("ngram", {"n": 3}, language="fr"):
        ...                                             # Progress, …, DemoResult: by then it is kept
    again = laboratory.rerun(run_id, language="fr")     # made again from its arguments and its seed
    again.differences                                   # {}: the same metrics

The page, the command line and the agent each run demos through one. ``Laboratory()`` keeps nothing, for tests.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tutor.contracts import DemoResult, Language
from tutor.demos import registry
from tutor.demos.cache import NO_CACHE, Cache, ModelFolder
from tutor.demos.demo import Open, Progress, nothing_open
from tutor.demos.runs import Runs, differences, shortened
from tutor.errors import RunUnknown

_log = logging.getLogger(__name__)

BEAT_SECONDS = 0.4
"""How long a run is silent at most, once it has begun to speak."""

Events = Generator[Progress | DemoResult, None, None]
"""The events of a run; closing them stops it."""


@dataclass(frozen=True, slots=True)
class Again:
    """A run that was made again."""

    before: DemoResult
    after: DemoResult
    differences: Mapping[str, tuple[float | None, float | None]]
    """Metric → its two values, for those that are not the same."""


class Laboratory:
    """Runs demos in a home. Safe to use from several threads.

    ``opened`` opens the language model, for the demos that read its scores.
    """

    def __init__(self, home: Path | None = None, opened: Open = nothing_open) -> None:
        self._opened = opened
        self.runs = None if home is None else Runs(home / "runs")
        self._models = None if home is None else ModelFolder(home / "demo_models")

    def start(self, name: str, raw: Mapping[str, Any], *, language: Language) -> Events:
        """Check the arguments now, then return the run. Raises like ``registry.start``."""
        demo = registry.find(name)
        cache = NO_CACHE if self._models is None else self._models.of(demo.name, demo.version)
        return self._start(name, raw, language, cache)

    def run(self, name: str, raw: Mapping[str, Any], *, language: Language) -> DemoResult:
        """Run a demo to its end. Raises like ``registry.start``."""
        return _last(self.start(name, raw, language=language))

    def rerun(
        self, run_id: str, *, language: Language, on_progress: Callable[[Progress], None] = lambda progress: None
    ) -> Again:
        """Make a run again, training anew too, and compare. Raises ``RunUnknown``, ``RunUnreadable``, ``DemoError``."""
        if self.runs is None:
            raise RunUnknown(run_id=shortened(run_id))
        before = self.runs.load(run_id)
        raw = {**before.args, "seed": before.seed}
        after = _last(self._start(before.name, raw, language, NO_CACHE), on_progress)
        return Again(before, after, differences(before.metrics, after.metrics, registry.find(before.name)))

    def kept(self) -> list[DemoResult]:
        """Return the runs that are kept and can be read, the newest first."""
        return [] if self.runs is None else list(self.runs.all())

    def forget(self, run_ids: Iterable[str]) -> None:
        """Delete runs that are kept."""
        if self.runs is not None:
            self.runs.forget(run_ids)

    def keep(self, result: DemoResult) -> None:
        """Keep a run that was made elsewhere, to be looked at again."""
        self._keep(result)

    def _start(self, name: str, raw: Mapping[str, Any], language: Language, cache: Cache) -> Events:
        return self._kept(registry.start(name, raw, language=language, cache=cache, opened=self._opened))

    def _kept(self, events: Iterator[Progress | DemoResult]) -> Events:
        for event in never_silent(events):
            if isinstance(event, DemoResult):
                self._keep(event)
            yield event

    def _keep(self, result: DemoResult) -> None:
        if self.runs is None:
            return
        try:
            self.runs.save(result)
        except OSError as error:  # a full disk takes no run away from the student
            _log.warning("the run %s cannot be kept: %s", result.run_id, error)
        except (ValueError, TypeError):  # the demo's fault: an infinite number, an array; the student has the run
            _log.exception("the run %s is not JSON and cannot be kept", result.run_id)


def never_silent(events: Iterator[Progress | DemoResult], seconds: float = BEAT_SECONDS) -> Events:
    """Yield ``events``; where the next one takes its time (a library is loaded), the last progress again, with a clock.

    The run has a thread of its own; closing waits until it is between two events, and closes it there.
    """
    said: Progress | None = None
    workers: list[int] = []
    beside = ThreadPoolExecutor(1, "demo", initializer=lambda: workers.append(threading.get_ident()))
    try:
        while True:
            coming = beside.submit(next, events, None)
            began = time.monotonic()
            while said and wait((coming,), timeout=seconds).not_done:
                yield replace(said, text=f"{said.text} ({time.monotonic() - began:.0f} s)", figure=None)
            event = coming.result()
            if event is None:
                return
            said = event if isinstance(event, Progress) else None
            yield event
    finally:
        if isinstance(events, Generator):
            beside.submit(events.close)
        # a run that was dropped may be closed by the garbage collector in its own thread, which cannot wait for itself
        beside.shutdown(wait=threading.get_ident() not in workers)


def _last(events: Events, on_progress: Callable[[Progress], None] = lambda progress: None) -> DemoResult:
    for event in events:
        if isinstance(event, DemoResult):
            return event
        on_progress(event)
    raise RuntimeError("a demo ended without a result")
