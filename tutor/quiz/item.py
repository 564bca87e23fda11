"""One question of a quiz: the record that the reader fills, the judge reads and the page shows.

No computation here beyond the order of the choices.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from tutor.contracts import Passage
from tutor.quiz.quantities import only_number, readable

LETTERS = "ABCDEFGH"
"""A choice is called by its letter: there are at most eight."""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose."""

    text: str
    because: str = ""
    """Names the mistake that leads here; empty for the right one."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A number that a known mistake leads to, in an item that expects a number."""

    number: Fraction
    because: str


@dataclass(frozen=True, slots=True)
class QuizItem:
    """One question with all that judging it and helping with it takes; texts are Markdown."""

    id: str
    chapter: str
    """Id of the chapter."""
    section: str
    """Heading of the chapter where the answer stands."""
    question: str
    hint: str
    choices: tuple[Option, ...] = ()
    """In the order shown, which the id alone decides."""
    right: int | None = None
    """Index in ``choices``."""
    answer: str = ""
    """The right choice, or a model answer."""
    accept: tuple[tuple[str, ...], ...] = ()
    """A short answer needs one string of every group."""
    number: Fraction | None = None
    """The key itself, when code computed it."""
    decimals: int | None = None
    """Decimals that the question asks for."""
    mistakes: tuple[Mistake, ...] = ()
    step: str = ""
    """A worked step that stops short of the key."""
    explanation: str = ""

    @property
    def expects(self) -> Literal["choice", "number", "text"]:
        """What kind of answer the question asks for."""
        if self.choices:
            return "choice"
        if self.number is not None or (len(self.accept) == 1 and all(map(is_number, self.accept[0]))):
            return "number"
        return "text"

    @property
    def markdown(self) -> str:
        """The question, with its choices under their letters."""
        lines = [f"- **{letter}.** {option.text}" for letter, option in zip(LETTERS, self.choices, strict=False)]
        return "\n\n".join([self.question, *(["\n".join(lines)] if lines else [])])


def is_number(text: str) -> bool:
    """Say whether a string of ``accept`` stands for one number: « 0,25 », « vaut 2 », « un quart », « 6 go »."""
    return only_number(readable(text)) is not None


def with_choices(item: QuizItem, options: Sequence[Option]) -> QuizItem:
    """Return ``item`` with ``options`` to choose from, the first of which is right, in the order that its id gives."""
    order = list(range(len(options)))
    random.Random(item.id).shuffle(order)
    choices = tuple(options[index] for index in order)
    return replace(item, choices=choices, right=order.index(0), answer=options[0].text)


def section_of(item: QuizItem, passages: Iterable[Passage]) -> Passage | None:
    """Return the first passage of the section that an item names; None when its chapter has no such heading."""
    return next((p for p in passages if p.section == item.section and p.id.partition("#")[0] == item.chapter), None)
