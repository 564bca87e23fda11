"""What a good tutor does besides answering: guide homework by hints, check an answer, explain in other words.

Three requests are read in the words alone:

    « aide-moi pour le devoir sur les n-grammes », « la solution de l’exercice », a pasted statement
        → the next rung of the activity's ladder, its level in sight; the model answer is for teachers, unless the
          activity lets students see it once the hints are used up
    « vérifie ma réponse : un LSTM a trois portes », « est-ce que c’est juste : … »
        → each sentence against the course: confirmed plainly with the words that say so, or shown next to what the
          course says
    « explique autrement », « je n’ai pas compris »
        → other passages on the question before than those already quoted

Left out: judging an answer that no sentence of the course backs (whether it is wrong or elsewhere cannot be told
without reading like a person), and homework that is no activity of the course.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from tutor import messages
from tutor.agent import extracts
from tutor.agent.quizzing import ChatQuiz, Step
from tutor.agent.support import SentenceChecker, is_negative
from tutor.contracts import CourseSearch, Embedder, Language, Role
from tutor.quiz.activities import Activity
from tutor.retrieval.lexical import fold, language_of, stems
from tutor.retrieval.sentences import sentences

LONGEST_CLAIM = 600
"""Characters of an answer to check: a few sentences."""

# --- what the words are ------------------------------------------------------------------------------------

_PLEASE = r"(?: (?:stp|svp|s il te plait|please|merci|tuteur))*"
_BUT = r"(?:(?:ok|mais|non|et|euh|desole|pardon|alors|bon|sorry|but|hmm) )*"
_AGAIN = re.compile(
    rf"{_BUT}(?:(?:(?:peux tu|tu peux|pourrais tu|can you|could you) )?(?:me )?(?:re ?)?"
    r"(?:expliqu\w+|explain|redis|dis)"
    r"(?: (?:moi|le|la|ca|cela|it|that|this|me|nous))* (?:autrement|differemment|plus simplement|mieux|d une autre "
    r"(?:facon|maniere)|avec d autres mots|differently|again|more simply|another way|in other words)"
    r"|(?:autrement|differemment|plus simplement|avec d autres mots|d une autre (?:facon|maniere)|in other words)"
    r"|(?:je |j )?(?:n )?(?:ai )?(?:pas|rien|toujours pas|still don t) (?:compris|comprends?|pige|understand|get it)"
    r"(?: (?:ca|cela|l explication|la reponse|it|that))?|je (?:ne |n )?(?:comprends?|pige) (?:toujours )?(?:pas|rien)"
    r"(?: (?:ca|cela|l explication|la reponse))?|i (?:still )?(?:don t|do not|didn t) (?:understand|get)(?: it| that)?"
    rf"|c est pas clair|ce n est pas clair|pas clair|not clear){_PLEASE}"
)
_CHECK = re.compile(
    r"^\W*(?:(?:peux[- ]tu|tu peux|pourrais[- ]tu|can you|could you|please|stp)\s+)?"
    r"(?:(?:v[ée]rifie[rz]?|contr[ôo]le[rz]?|[ée]value[rz]?|check|verify|review)\s+(?:ma|mon|mes|my|cette|this|la)\s+"
    r"(?:r[ée]ponses?|answer|solution|phrase|d[ée]finition|explication|raisonnement|reasoning|statement)"
    r"|(?:voici|here is)\s+(?:ma|my)\s+(?:r[ée]ponse|answer)"
    r"|j[’']ai\s+(?:r[ée]pondu|[ée]crit|mis)|(?:ma|my)\s+(?:r[ée]ponse|answer)(?:\s+(?:est|is))?"
    r"|(?:est[- ]ce\s+(?:que\s+)?(?:c[’']est\s+)?(?:juste|correct|bon|vrai|exact)|c[’']est\s+(?:juste|correct|vrai|bon)"
    r"|is\s+(?:it|this)\s+(?:right|correct|true)))"
    r"\s*(?:,?\s*(?:que|qu[’']|that|de dire que|if i say(?: that)?|si je dis que?)\s*|\s*[:,]\s*|\s*(?=[«“\"]))"
    r"(?P<claim>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
_TAIL = re.compile(
    r"[\s,;.]*(?:(?:est[- ]ce\s+(?:que\s+)?)?(?:c[’']est\s+)?(?:juste|correct|bon|vrai|ça)|right|correct|is that right)"
    r"\s*\?\s*$",
    re.IGNORECASE,
)
_WORK = (  # one that exists: « donne-moi un exercice » asks for a quiz
    r"(?:le|la|l|les|mon|ma|mes|ce|cet|cette|du|au|the|my|this|our|notre) (?:\w+ ){0,2}?"
    r"(?:devoirs?|exercices?|activites?|dm|tp|homework|exercises?|assignments?|activity|activities)"
)
_HELP = re.compile(
    r"\b(?:aide|aider|help|guide|guider|bloque\w*|stuck|indice|hint|commenc\w+|start|debut\w*|fais|faire|fait|do"
    rf"|resou\w*|solve|solution|corrige|reponse|answer|donne|redige|ecris|write|finis)\b.*\b{_WORK}\b"
    rf"|\b{_WORK}\b.*\b(?:aide\w*|help|bloque\w*|stuck|indices?|hints?|solution|corrige|reponses?|answers?)\b"
)
_SOLUTION = re.compile(r"\b(?:solution|corrige|reponses?|answers?|fais|resou\w*|solve|do|redige|ecris|write|finis)\b")
_HINT = re.compile(
    rf"{_BUT}(?:(?:donne|give)(?: (?:moi|me))? )?"
    r"(?:(?:un|une|le|l|a|an|the|encore|another|next|plus d|more)\s?)*(?:autre )?"
    r"(?:indices?|hints?|coup de pouce|aide)(?: (?:suivant|de plus|en plus))?"
    rf"{_PLEASE}|{_BUT}(?:je (?:suis )?(?:bloque|seche)\w*|i m stuck|la suite|suivant|next|et (?:apres|ensuite))"
    rf"{_PLEASE}"
)
_LIST = re.compile(
    r"\b(?:quels?|quelles?|liste|list|which|what|montre|show)\b.{0,30}"
    r"\b(?:devoirs?|exercices?|activites?|homework|exercises|assignments?|activities)\b"
)


def explain_again_asked(utterance: str) -> bool:
    """Say whether the student asks for the last explanation in other words.

    >>> [explain_again_asked(t) for t in ("Explique autrement stp", "j’ai pas compris", "explique les portes du LSTM")]
    [True, True, False]
    """
    return len(utterance) <= 120 and bool(_AGAIN.fullmatch(_bare(utterance)))


def claim_to_check(utterance: str) -> str | None:
    """Return what the student claims and wants checked; None for any other request.

    >>> claim_to_check("Vérifie ma réponse : un LSTM a trois portes.")
    'un LSTM a trois portes.'
    >>> claim_to_check("est-ce que c’est juste que le GRU a deux portes ?")
    'le GRU a deux portes'
    >>> claim_to_check("Vérifie la perplexité du bigramme") is None
    True
    """
    found = _CHECK.match(utterance[: 4 * LONGEST_CLAIM].strip())
    if found is None:
        return None
    claim = _TAIL.sub("", found["claim"].strip()).strip('«»“”" \u00a0\u202f')
    return claim.rstrip("?").rstrip("\u00a0\u202f ") or None


Ask = Literal["hint", "solution", "list"]


@dataclass(frozen=True, slots=True)
class Homework:
    """A request about an activity; ``activity`` is None when the words name none, or several."""

    activity: Activity | None
    ask: Ask


def homework_asked(
    utterance: str, activities: Sequence[Activity], under_way: Activity | None = None
) -> Homework | None:
    """Return what is asked about an activity of the course; None for any other request, or a course without any.

    Args:
        utterance: as the student wrote it.
        activities: of the course.
        under_way: the activity that the conversation is at: « un indice » alone is about it.
    """
    if not activities:
        return None
    bare = _bare(utterance[:4000])
    if under_way and _HINT.fullmatch(bare):
        return Homework(under_way, "hint")
    pasted = _pasted(utterance, activities)
    if pasted:
        return Homework(pasted, "hint")
    if len(utterance) > 400:
        return None
    if _HELP.search(bare):
        named = _named(bare, activities)
        ask: Ask = "solution" if _SOLUTION.search(bare) else "hint"
        return Homework(named or under_way, ask)
    if _LIST.search(bare):
        return Homework(None, "list")
    return None


STATEMENT = 0.5
"""Share of an utterance's pairs of words that one statement holds, when the utterance is that statement, pasted."""
_PASTED_PAIRS = 8


def _pasted(utterance: str, activities: Sequence[Activity]) -> Activity | None:
    told = _pairs(utterance[:4000])
    if len(told) < _PASTED_PAIRS:
        return None
    best = max(activities, key=lambda each: len(told & _pairs(each.question)))
    return best if len(told & _pairs(best.question)) >= STATEMENT * len(told) else None


def _pairs(text: str) -> set[tuple[str, str]]:
    return set(itertools.pairwise(stems(text)))


def _named(bare: str, activities: Sequence[Activity]) -> Activity | None:
    """Return the one activity whose title or chapter the words name best; None for none, or several as well."""
    told = set(stems(bare)) - set(stems("devoir exercice activité aide solution classe indice corrigé réponse faire"))
    shared = {each.id: len(told & set(stems(f"{each.title} {each.chapter} {each.id}"))) for each in activities}
    best = max(shared.values())
    first = [each for each in activities if shared[each.id] == best]
    return first[0] if best and len(first) == 1 else None


def _bare(utterance: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", fold(utterance)))


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


@dataclass(frozen=True, slots=True)
class Checked:
    """What the course says about a student's answer."""

    claim: str
    confirmed: tuple[extracts.Quote, ...]
    """One quote for each sentence of the claim, when the course backs them all; else empty."""
    beside: tuple[extracts.Quote, ...]
    """Else: what the course says on the subject, to compare with."""


def check(claim: str, course: CourseSearch, embedder: Embedder) -> Checked:
    """Compare each sentence of an answer with the passages found for it."""
    claim = claim[:LONGEST_CLAIM]
    found = course.search(claim)
    if not found.in_course:
        return Checked(claim, (), ())
    checker = SentenceChecker(found.hits[:PASSAGES], embedder)
    spans = [claim[span.start : span.end] for span in sentences(claim)] or [claim]
    verdicts = [checker.check(said) for said in spans]
    backed = [each.citation for each in verdicts if each.citation and _says(each.sentence, each.citation.text)]
    if len(backed) == len(spans):
        return Checked(claim, tuple(dict.fromkeys(backed)), ())
    return Checked(claim, (), tuple(extracts.choose(claim, found.hits, course)))


PASSAGES = 4
"""Passages that a claim is compared with."""


def _says(claim: str, quote: str) -> bool:
    """Say whether a quote that backs a claim is close enough to confirm it to a student.

    A wrong « oui » costs more than a comparison left to the student: all the telling words must be in the quote
    itself, not around it, and a denial is never confirmed (« n’ajoute rien » beside « jamais vus » is no agreement).
    Between two languages few words match: the embedding, which the checker asks for, decides alone. What passes all
    the same: « lit les mots un par un » beside « lit les mots en parallèle ». So the words are shown, to be compared.
    """
    if is_negative(claim):
        return False
    if language_of(claim) != language_of(quote):
        return True
    return set(stems(claim)) <= set(stems(quote))


SHORT = 20
"""Characters of a sentence too short to tell that its passage was quoted."""


@dataclass(frozen=True, slots=True)
class OtherWords:
    """What else the course says on a question."""

    question: str
    quotes: tuple[extracts.Quote, ...]


def other_words(question: str, said_before: str, course: CourseSearch) -> list[extracts.Quote]:
    """Return quotes that answer ``question`` and stand not yet in ``said_before``, from other passages."""
    found = course.search(question, limit=12)
    if not found.in_course:
        return []
    told = _close(said_before)
    fresh = []
    for hit in found.hits:
        text = hit.passage.text
        if not any(
            _close(text[span.start : span.end]) in told for span in sentences(text) if span.end - span.start > 20
        ):
            fresh.append(hit)
    return extracts.choose(question, fresh, course)


def _close(text: str) -> str:
    return re.sub(r"[\W_]+", "", fold(text))


def _say(key: str, language: Language, **variables: object) -> str:
    return messages.text(f"coach.{key}", language, **variables)


def _paragraphs(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)
