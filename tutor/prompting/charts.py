"""The figures of an experiment, as data: rates with their intervals, and the dose of reasoning."""

from __future__ import annotations

from collections.abc import Sequence

from tutor import messages
from tutor.contracts import Language
from tutor.figures import Axis, Bars, Group
from tutor.prompting.report import Result, name_of


def chart(lines: Sequence[Result], language: Language, names: Sequence[str] = ()) -> Bars:
    """Return bars: the share of right answers with Wilson's interval, and beside it the smooth measure.

    Args:
        lines: one a bar, all on the same exercises.
        language: of the texts.
        names: of the bars, by default those of the techniques.
    """

    def say(key: str) -> str:
        return messages.text(f"prompting.figure.{key}", language)

    exact = Group(
        say("exact"), [each.rate for each in lines], [each.low for each in lines], [each.high for each in lines]
    )
    near = Group(say("near"), [each.nearness for each in lines])
    n = max((each.n for each in lines), default=0)
    return Bars(
        messages.text("prompting.figure.title", language, n=n),
        names or [name_of(each.technique, language) for each in lines],
        [exact, near],
        Axis(say("share"), low=0.0, high=1.0),
    )
