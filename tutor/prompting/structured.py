"""The form of a final answer, so that a model decodes it under a grammar: a number, or words, and nothing else.

What is told to the model is the kind of the answer (a number, one word), never which one it is.
"""

from __future__ import annotations

from typing import Any

from tutor.prompting.exercises import Exercise
from tutor.prompting.scoring import expects_number, words_of

_LETTER = "A-Za-zÀ-ÖØ-öø-ÿŒœ"


def answer_grammar(exercise: Exercise) -> str:
    """Return the same as a GBNF grammar, with nothing around the answer but a space and the end of the line.

    A model that has seen « Réponse : 34 » in its examples answers in that form; the braces of JSON are another one, and
    a small model answers otherwise after them.

    >>> answer_grammar(Exercise("a", "other", "?", "1147", ("1147",), "fr"))
    'root ::= " "? "-"? [0-9]{1,9} "\\\\n"'
    """
    if expects_number(exercise):
        decimals = "" if _is_whole(exercise) else " ([.,] [0-9]{1,6})?"
        return f'root ::= " "? "-"? [0-9]{{1,9}}{decimals} "\\n"'
    more = _LETTER if _is_one_word(exercise) else f"{_LETTER} 0-9’'-"
    return f'root ::= " "? [{_LETTER}] [{more}]{{0,{24 if _is_one_word(exercise) else 60}}} "\\n"'


def _is_whole(exercise: Exercise) -> bool:
    return all(character.isdigit() or character in "-− \u00a0\u202f" for character in exercise.answer)


def _is_one_word(exercise: Exercise) -> bool:
    return any(len(words_of(each)) == 1 for each in exercise.accept)


def answer_schema(exercise: Exercise) -> dict[str, Any]:
    """Return the JSON schema of ``{"answer": …}``.

    A number is a string of digits here: the grammar of JSON's own integers lets a small model write sixteen of them.

    >>> answer_schema(Exercise("a", "other", "?", "1147", ("1147",), "fr"))["properties"]["answer"]
    {'type': 'string', 'pattern': '^-?[0-9]{1,9}$'}
    """
    if expects_number(exercise):
        pattern = "^-?[0-9]{1,9}$" if _is_whole(exercise) else r"^-?[0-9]{1,9}([.,][0-9]{1,6})?$"
    else:
        one_word = _is_one_word(exercise)
        more = "" if one_word else " 0-9’'-"
        pattern = f"^[{_LETTER}][{_LETTER}{more}]{{0,{24 if one_word else 60}}}$"
    answer = {"type": "string", "pattern": pattern}
    return {"type": "object", "properties": {"answer": answer}, "required": ["answer"], "additionalProperties": False}
