"""The form of a final answer, so that a model decodes it under a grammar: a number, or words, and what ends them.

What is told to the model is the kind of the answer (a number, one word), never which one it is. Something else may
follow, and is not read: a model that means « 13 salles » and may write nothing but digits goes on with zeros, and its
right answer is lost. Measured with Gemma 270M on questions on a text, 60 exercises and 5 techniques: 6 answers of 300
were right as they were written and wrong as they were read, before that was allowed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from tutor.contracts import Language
from tutor.prompting.exercises import Exercise
from tutor.prompting.scoring import expects_number, words_of

_LETTER = "A-Za-zÀ-ÖØ-öø-ÿŒœ"
_ARTICLES: Mapping[Language, Sequence[str]] = {
    "fr": ("le ", "la ", "les ", "l’", "l'", "un ", "une ", "des ", "du ", "dans le ", "dans la ", "dans l’", "au "),
    "en": ("the ", "a ", "an ", "in the "),
}
"""May stand before one word, with a capital or without; the marking leaves them out."""
_BEFORE: Mapping[Language, Sequence[str]] = {
    "fr": ("la réponse est ", "c’est ", "c'est "),
    "en": ("the answer is ", "it is "),
}
"""May stand before that, with a capital or without."""
_GROUPS: Mapping[Language, str] = {"fr": " \u00a0\u202f", "en": " ,\u00a0\u202f"}
"""May stand between thousands."""
_TAIL = 12
"""Characters that may follow: a unit, the beginning of a sentence. The model is not heard any further."""


def answer_grammar(exercise: Exercise) -> str:
    """Return the grammar (GBNF) of an answer: it, then the end of the line or a few other characters.

    A model that has seen « Réponse : 34 » in its examples answers in that form; the braces of JSON are another one, and
    a small model answers otherwise after them. ``answer_in`` reads what was decoded.

    >>> answer_grammar(Exercise("a", "other", "?", "7", ("7",), "en"))
    'root ::= " "? "-"? [0-9]{1,9} ([ ,\\xa0\\u202f] [0-9]{3}){0,2} ("\\\\n" | [^0-9\\\\n] [^\\\\n]{0,12})'
    """
    if expects_number(exercise):
        groups = f"([{_GROUPS[exercise.lang]}] [0-9]{{3}}){{0,2}}"
        decimals = "" if _is_whole(exercise) else " ([.,] [0-9]{1,6})?"
        answer, inside = f'"-"? [0-9]{{1,9}} {groups}{decimals}', "0-9"
    elif _is_one_word(exercise):
        before, article = (_one_of(_or_capital(each[exercise.lang])) for each in (_BEFORE, _ARTICLES))
        answer, inside = f"{before} {article} [{_LETTER}]{{1,25}}", _LETTER
    else:
        inside = f"{_LETTER} 0-9’'-"
        answer = f"[{_LETTER}] [{inside}]{{0,60}}"
    return f'root ::= " "? {answer} ("\\n" | [^{inside}\\n] [^\\n]{{0,{_TAIL}}})'


def written_answer(exercise: Exercise, line: str) -> str | None:
    """Return the answer that a model wrote of itself, None where it is not in the form that the grammar would give.

    >>> sum_ = Exercise("a", "other", "?", "1147", ("1147",), "fr")
    >>> written_answer(sum_, "1 147 €."), written_answer(sum_, "c’est 1147"), written_answer(sum_, "1147 ou 1148")
    ('1 147', None, None)
    """
    answer = answer_in(exercise, line)
    rest = line.strip().partition(answer)[2] if answer else line
    unit = r"(?:\s?[^\W\d]+|\s?[€$%])?" if expects_number(exercise) else ""
    return answer if answer and re.fullmatch(rf"{unit}[\s.!*»\"]*", rest) else None


def answer_in(exercise: Exercise, decoded: str) -> str | None:
    """Return the answer at the beginning of what was decoded, None when there is none: it was cut at once.

    >>> answer_in(Exercise("a", "other", "?", "1147", ("1147",), "fr"), " 1 147 euros, soit")
    '1 147'
    >>> answer_in(Exercise("a", "other", "?", "moulins", ("moulins",), "fr"), "des moulins. Le")
    'des moulins'
    """
    if expects_number(exercise):
        decimals = "" if _is_whole(exercise) else r"(?:[.,]\d{1,6})?"
        pattern = rf"(-?\d{{1,9}}(?:[{_GROUPS[exercise.lang]}]\d{{3}}(?!\d)){{0,2}}{decimals})"
    elif _is_one_word(exercise):
        before, article = ("|".join(each[exercise.lang]) for each in (_BEFORE, _ARTICLES))
        pattern = f"(?i:{before})?((?i:{article})?[{_LETTER}]+)"
    else:
        pattern = f"([{_LETTER}][{_LETTER} 0-9’'-]*)"
    found = re.match(pattern, decoded.strip())
    return found[1].strip() if found else None


def _or_capital(texts: Sequence[str]) -> list[str]:
    """Return those texts, each as it is and at the beginning of a sentence."""
    return [form for each in texts for form in (each, each[0].upper() + each[1:])]


def _one_of(texts: Sequence[str]) -> str:
    """Return the grammar of one of those texts, or none of them."""
    quoted = " | ".join(f'"{each}"' for each in texts)
    return f"({quoted})?"


def _is_whole(exercise: Exercise) -> bool:
    return all(character.isdigit() or character in "-− \u00a0\u202f" for character in exercise.answer)


def _is_one_word(exercise: Exercise) -> bool:
    return any(len(words_of(each)) == 1 for each in exercise.accept)


def answer_schema(exercise: Exercise) -> dict[str, Any]:
    """Return the JSON schema of ``{"answer": …}``.

    A number is a string of digits here: the grammar of JSON's own integers lets a small model write sixteen of them.

    >>> answer_schema(Exercise("a", "other", "?", "1147", ("1147",), "fr"))["properties"]["answer"]
    {'type': 'string', 'pattern': '^-?[0-9]{1,9}( [A-Za-zÀ-ÖØ-öø-ÿŒœ]{1,12})?$'}
    """
    if expects_number(exercise):
        decimals = "" if _is_whole(exercise) else "([.,][0-9]{1,6})?"
        pattern = f"^-?[0-9]{{1,9}}{decimals}( [{_LETTER}]{{1,{_TAIL}}})?$"
    elif _is_one_word(exercise):
        pattern = f"^({'|'.join(_or_capital(_ARTICLES[exercise.lang]))})?[{_LETTER}]{{1,25}}$"
    else:
        pattern = f"^[{_LETTER}][{_LETTER} 0-9’'-]{{0,60}}$"
    answer = {"type": "string", "pattern": pattern}
    return {"type": "object", "properties": {"answer": answer}, "required": ["answer"], "additionalProperties": False}
