"""What a demonstration is: its name, its arguments, and a run that ends with a result.

    Demo.run(args, seed=…, language=…, cache=…)  →  Progress, Progress, …, DemoResult

Every demo is a generator, even one that takes a millisecond, so that the page, the command line and the agent
have one way to run them all. A demo that trains yields a ``Progress`` at least every 0.5 s. There is no stop
button to pass along: whoever runs a demo stops it by closing the generator (or by asking for no further event).

``args`` hold every argument of the demo but the seed, checked: the same ``args`` and ``seed`` give the same
metrics, with and without what ``cache`` kept of an earlier run. Checking what comes from outside is the job of
``registry.parse_arguments``; keeping runs is that of ``laboratory.py``.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from tutor import messages
from tutor.contracts import DemoResult, Language, NextTokenProbabilities
from tutor.demos.cache import NO_CACHE, Cache


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is, for whoever waits."""

    step: int
    steps: int
    text: str
    """What is being done, in the language of the run."""
    figure: dict[str, Any] | None = None
    """What there is to see already: the JSON form of a ``figures.Figure``."""


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a demo; ``demo.<demo>.argument.<name>`` in the messages describes it.

    A number has both a minimum and a maximum.
    """

    name: str
    type: Literal["string", "integer", "number"]
    default: Any
    """None: the argument may be left out, and the demo says what happens then."""
    choices: tuple[str, ...] = ()
    other_names: tuple[tuple[str, str], ...] = ()
    """(another way to write a choice, the choice): accepted, not shown."""
    minimum: float | None = None
    """For a string, the fewest characters, spaces around it aside."""
    maximum: float | None = None
    """For a string, the most characters."""
    document: bool = False
    """A text that may come from a file."""


class Run(Protocol):
    """The run of a demo."""

    def __call__(
        self, args: Mapping[str, Any], *, seed: int, language: Language, cache: Cache = NO_CACHE
    ) -> Iterator[Progress | DemoResult]:
        """Yield any number of ``Progress``, then one ``DemoResult``. Raises ``DemoArgumentInvalid``."""


Open = Callable[[], NextTokenProbabilities | None]
"""Opens the tutor's language model, the first time it is called; None: there is none."""


def nothing_open() -> None:
    """There is no language model."""


@dataclass(frozen=True, slots=True)
class Demo:
    """One line of the registry."""

    name: str
    """Short name: command line, ``DemoResult.name``, keys of the messages."""
    tool_name: str
    """The name under which the agent knows it."""
    chapter: str
    """Id of the chapter that it belongs to."""
    arguments: tuple[Argument, ...]
    run: Run
    version: int = 1
    """Of the code that trains: with another one, what was trained before is trained again."""
    tolerance: float = 0.0
    """How far a metric may be, relatively, when the run is repeated; 0 is bit for bit."""
    measured: tuple[str, ...] = ()
    """Metrics that depend on how fast the machine is: a run that is repeated may give others."""
    with_model: Callable[[Open], Run] | None = None
    """For a demo on the tutor's own language model: its run on what is opened."""

    def title(self, language: Language) -> str:
        """Return the title that a user reads."""
        return messages.text(f"demo.{self.name}.title", language)

    def describe(self, argument: str, language: Language) -> str:
        """Return the sentence that explains an argument."""
        owner = "" if argument == SEED.name else f"{self.name}."
        return messages.text(f"demo.{owner}argument.{argument}", language)


SEED = Argument("seed", "integer", 0, minimum=0, maximum=2**31 - 1)
"""The last argument of every demo; it reaches ``run`` by its own name."""


ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Of run ids: 32 characters, none mistaken for another."""


def new_run_id() -> str:
    """Return 13 characters that sort by time (to the millisecond) and do not repeat: 9 of time, 4 of chance."""
    milliseconds, time_part = time.time_ns() // 1_000_000, ""
    for _ in range(9):
        milliseconds, digit = divmod(milliseconds, 32)
        time_part = ALPHABET[digit] + time_part
    return time_part + "".join(secrets.choice(ALPHABET) for _ in range(4))
