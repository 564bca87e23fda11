"""What a good tutor does besides answering: guide homework by hints, check an answer, explain in other words.

What is asked is read in the words alone (``coaching_requests``):

    « aide-moi pour le devoir sur les n-grammes », « la solution de l’exercice », a pasted statement
        → the next rung of the activity's ladder, its level in sight; the model answer is for teachers, unless the
          activity lets students see it once the hints are used up
    « vérifie ma réponse : un LSTM a trois portes », « corrige mon exercice : … »
        → each sentence against the course: confirmed plainly where the course says so in the same words
          (``confirming``), else shown next to what the course says; never confirmed across two languages
    « explique autrement », « je n’ai pas compris »
        → other passages on the question before than those already quoted since it was asked, as often as there are

Left out: judging an answer that no sentence of the course backs (whether it is wrong or elsewhere cannot be told
without reading like a person), and homework that is no activity of the course.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from tutor import messages
from tutor.agent import extracts
from tutor.agent.coaching_requests import LONGEST_CLAIM, Homework, explain_again_asked
from tutor.agent.confirming import confirms, statement
from tutor.agent.quizzing import ChatQuiz, Step
from tutor.contracts import CourseSearch, Hit, Language, Role
from tutor.quiz.activities import Activity
from tutor.retrieval.asking import subject_stems
from tutor.retrieval.lexical import fold, language_of, stems
from tutor.retrieval.sentences import sentences

# --- homework ----------------------------------------------------------------------------------------------


def guide(
    homework: Homework, quiz: ChatQuiz | None, activities: Sequence[Activity], *, role: Role, language: Language
) -> Step:
    """Give the next rung of an activity's ladder, or say why the solution is not given.

    The state goes on in ``ChatQuiz``: which activity, and the last rung shown.
    """
    state = quiz or ChatQuiz(language=language)
    activity = homework.activity
    if activity is None or homework.ask == "list":
        listed = "\n".join(f"- **{each.title}** ({_kind(each, language)})" for each in activities)
        return Step(quiz, _paragraphs(_say("which", language), listed))
    rung = state.rung if state.activity == activity.id else 0
    last = len(activity.guidance)
    head = _say("head", language, kind=_kind(activity, language), title=activity.title)
    if (homework.ask == "solution" and role == "teacher") or (rung >= last and activity.solution_shown):
        solution = activity.reference or _say("no_solution", language)
        return Step(replace(state, activity=activity.id, rung=last), _paragraphs(head, solution))
    if rung >= last:
        return Step(replace(state, activity=activity.id, rung=last), _paragraphs(head, _say("no_more", language)))
    refused = _say("not_given", language) if homework.ask == "solution" else ""
    level = _say("level", language, level=rung + 1, levels=last)
    onward = _say("onward" if rung + 1 < last else "last", language)
    after = replace(state, activity=activity.id, rung=rung + 1)
    return Step(after, _paragraphs(head, refused, f"**{level}** {activity.guidance[rung]}", onward))


def under_way(quiz: ChatQuiz | None, activities: Sequence[Activity]) -> Activity | None:
    """Return the activity that the conversation is at."""
    return next((each for each in activities if quiz and each.id == quiz.activity), None)


def _kind(activity: Activity, language: Language) -> str:
    kind = activity.kind if activity.kind in ("class", "homework") else "exercise"
    return _say(f"kind.{kind}", language)


# --- an answer to check, another explanation ----------------------------------------------------------------


COMPARED = 16
"""Passages that a claim is compared with: the sentence that says it may stand in the glossary, far from the best."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What the course says about a student's answer."""

    claim: str
    confirmed: tuple[extracts.Quote, ...]
    """One quote for each sentence of the claim, when the course backs them all; else empty."""
    beside: tuple[extracts.Quote, ...]
    """Else: what the course says on the subject, to compare with."""
    other_language: bool = False
    """What is beside is in another language than the claim: nothing can be confirmed."""


def check(claim: str, course: CourseSearch, language: Language = "fr") -> Checked:
    """Compare each sentence of an answer with the passages found for it.

    ``language`` is that of the request: the claim's too, where its own words do not tell.
    """
    claim = claim[:LONGEST_CLAIM]
    found = course.search(claim, limit=COMPARED)
    if not found.in_course:
        return Checked(claim, (), ())
    said = [claim[span.start : span.end] for span in sentences(claim)] or [claim]
    backed = [quote for each in said if (quote := _confirming(each, found.hits))]
    if len(backed) == len(said):
        return Checked(claim, tuple(dict.fromkeys(backed)), ())
    beside = tuple(extracts.choose(claim, found.hits, course))
    told = " ".join(quote.text for quote in beside)
    theirs = language_of(re.sub(r"\b[aA]\b", " ", claim), language)  # “a” is a word of both
    return Checked(claim, (), beside, bool(told) and theirs != language_of(told))


def _confirming(claim: str, hits: Iterable[Hit]) -> extracts.Quote | None:
    """Return the first statement of the passages found that confirms a sentence."""
    for hit in hits:
        for span in sentences(hit.passage.text):
            told = statement(hit.passage, span)
            if told and confirms(claim, told):
                return extracts.Quote(hit.passage, span.start, span.end)
    return None


SHORT = 20
"""Characters of a sentence too short to tell that its passage was quoted."""
OTHERS_FOUND = 12
"""Passages looked through for other words."""


@dataclass(frozen=True, slots=True)
class OtherWords:
    """What else the course says on a question."""

    question: str
    quotes: tuple[extracts.Quote, ...]


def other_words(question: str, said_before: str, course: CourseSearch) -> list[extracts.Quote]:
    """Return quotes on the subject of ``question`` from passages not quoted in ``said_before``; none left: []."""
    found = course.search(question, limit=OTHERS_FOUND)
    if not found.in_course:
        return []
    told = _close(said_before)
    fresh = []
    for hit in found.hits:
        text = hit.passage.text
        if not any(
            _close(text[span.start : span.end]) in told for span in sentences(text) if span.end - span.start > SHORT
        ):
            fresh.append(hit)
    named = subject_stems(question) & {stem for hit in found.hits for stem in stems(hit.passage.text)}
    quotes = extracts.choose(question, fresh, course)
    return [quote for quote in quotes if not named or named & set(stems(quote.text))]


def said_since(exchange: Sequence[tuple[str, str]]) -> str:
    """Return what was answered since the last question that was no « explique autrement ».

    Args:
        exchange: (question, answer) pairs, the last one last.

    >>> said_since([("un GRU ?", "Deux."), ("un LSTM ?", "Trois portes. "), ("explique autrement", "Une note.")])
    'Trois portes. Une note.'
    """
    said: list[str] = []
    for question, answer in reversed(exchange):
        said.insert(0, answer)
        if not explain_again_asked(question):
            break
    return "".join(said)


def _close(text: str) -> str:
    return re.sub(r"[\W_]+", "", fold(text))


def _say(key: str, language: Language, **variables: object) -> str:
    return messages.text(f"coach.{key}", language, **variables)


def _paragraphs(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)
