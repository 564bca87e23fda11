"""What is decided by rules, before and after any weighing: nothing there, the statement copied, words heaped up.

Each rule names itself, so that the teacher sees why.
"""

from __future__ import annotations

import re
from typing import Literal

from tutor.grading.signals import Copy, Task
from tutor.grading.spelling import same
from tutor.grading.synonyms import mean_the_same
from tutor.retrieval.lexical import STOP_WORDS, fold, words

Verdict = Literal["blank", "unknown", "short", "copied"]

_LOST = re.compile(
    r"\b(?:jsp|idk|no idea|(?:je |j )?(?:ne |n en )?(?:sai[st]?|ai) (?:pas|rien|plus)(?: du tout)?|aucune? idee|"
    r"pas d idee|je ne me souviens (?:plus|pas)|i (?:do not|don t) know|rien)\b"
)
OFF_TOPIC = 0.12
"""A copy whose expected share is lower answers nothing of what is asked …"""
BESIDE_THE_POINT = 0.35
"""… and so does one with hardly a word that is wanted, up to here."""
PERFECT = 0.80
"""A share from here on is full marks: perfect work is not carped at."""
_HEAPED = 0.18
"""Share of small words (le, de, est…) below which a text is a heap of words and no sentences."""


def worthless(copy: Copy, task: Task) -> Verdict | None:
    """Say why a copy earns nothing at all, None where it may.

    A lost student's « je ne sais pas » counts only where little else is said.
    """
    said = " ".join(fold(part.span.of(copy.text)) for part in copy.parts if part.span == part.sentence)
    found = words(said)
    if not found:
        return "blank"
    rest = words(_LOST.sub(" ", re.sub(r"[’']", " ", said)))
    if len(rest) < len(found) and len([w for w in rest if w not in STOP_WORDS]) < 3:
        return "unknown"
    told = [w for w in found if w not in STOP_WORDS or w[:1].isdigit()]
    if len(told) <= 1 and not any(_listed(n, task) for n in copy.new):
        return "short"
    numbers = any(w[:1].isdigit() and w not in task.question_stems for part in copy.parts for w in part.words)
    unexpected = [n for n in copy.new if _expected(n, task)]
    if len(found) >= 6 and not numbers and not unexpected and len(copy.new) <= max(2, len(found) // 10):
        return "copied"
    return None


def heaped(copy: Copy, task: Task) -> bool:
    """Say whether the copy is a heap of key words: many of what is expected, and hardly a small word between."""
    found = words(" ".join(part.span.of(copy.text) for part in copy.parts if part.span == part.sentence))
    if len(found) < 12:
        return False
    small = sum(w in STOP_WORDS for w in found) / len(found)
    return small < _HEAPED and sum(_expected(n, task) for n in copy.new) >= 6


def beside(copy: Copy, task: Task) -> bool:
    """Say whether at most one word of what the copy adds is wanted, or of like meaning."""
    return sum(any(same(n, w) or mean_the_same(n, w) for w in task.expected) for n in copy.new) <= 1


def _listed(new: str, task: Task) -> bool:
    """Say whether a word is one of those that a criterion lists: « Laplace » where techniques are to be named."""
    lists = (group for group, credit in zip(task.wanted, task.credits, strict=True) if credit.kind == "list")
    own = {s for group in lists for wanted in group for s in wanted.stems}
    asked = any(len(s) > 2 and new.startswith(s[:4]) for s in task.question_stems)
    return not asked and any(same(new, s) for s in own)


def _expected(new: str, task: Task) -> bool:
    return any(same(new, wanted) for wanted in task.expected)
