"""Looks at a student's template, in code: what it has, what it lacks, and whether it gives an answer away.

Nothing here judges whether the prompt is good: that is measured. A checklist says what was found.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tutor.prompting.exercises import Exercise
from tutor.prompting.scoring import words_of

_STEPS = re.compile(r"[ée]tape|raisonn|d[ée]compos|sous-probl|d.abord|step|reason|first|sub-?problem", re.IGNORECASE)
_FORMAT = re.compile(r"r[ée]ponse\s*:|answer\s*:|seul mot|un nombre|one word|a number|json", re.IGNORECASE)
_QUESTION = re.compile(r"\{\{-?\s*question\b[^{}]{0,200}\}\}")
_EXAMPLES = re.compile(r"\{%-?\s*for\b[^%]{0,100}\bin examples\b|\{\{-?\s*examples", re.IGNORECASE)
_WRITTEN_EXAMPLE = re.compile(r"(?:r[ée]ponse|answer)\s*:[ \t]*\S", re.IGNORECASE)
_NEAR_END = 200
"""Characters after the question: more may bury it."""
_FEW_WORDS = 4
"""A prompt of fewer words stands in a template by chance."""


@dataclass(frozen=True, slots=True)
class Found:
    """One line of the checklist; ``prompting.check.<key>.<yes|no>`` in the messages says it."""

    key: str
    ok: bool


def look_at(template: str, tested: Sequence[Exercise]) -> list[Found]:
    """Return the checklist of a template.

    Args:
        template: its text.
        tested: the exercises that it will be scored on: none may stand in it.

    >>> [each.key for each in look_at("Question : {{ question }}\\nRéponse :", ()) if not each.ok]
    ['steps', 'examples']
    """
    questions = list(_QUESTION.finditer(template))
    after = len(template) - questions[-1].end() if questions else 0
    return [
        Found("question", len(questions) == 1 and after <= _NEAR_END),
        Found("steps", _STEPS.search(template) is not None),
        Found("format", _FORMAT.search(template) is not None),
        Found("examples", bool(_EXAMPLES.search(template) or _WRITTEN_EXAMPLE.search(template))),
        Found("leak", not leaked(template, tested)),
    ]


def leaked(template: str, tested: Sequence[Exercise]) -> list[Exercise]:
    """Return the tested exercises whose prompt stands in the template, word for word, accents and case aside.

    >>> sums = [Exercise("a", "addition_3", "Calcule la somme de 225 et 922.", "1147", ("1147",), "fr")]
    >>> [each.id for each in leaked("calcule la SOMME de 225 et 922 : 1147. {{ question }}", sums)]
    ['a']
    """
    written = f" {' '.join(words_of(template))} "
    found = []
    for each in tested:
        words = words_of(each.prompt)
        short = len(words) < _FEW_WORDS  # « 225 + 922 = ? » is two words: its answer must be there too
        there = f" {' '.join(words)} " in written
        if there and (not short or f" {' '.join(words_of(each.answer))} " in written):
            found.append(each)
    return found


def message_key(found: Found) -> str:
    """Return the key of the sentence that says what was found."""
    return f"prompting.check.{found.key}.{'yes' if found.ok else 'no'}"
