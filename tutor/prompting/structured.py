"""The form of a final answer, so that a model decodes it under a grammar: a number, or words, and nothing else.

What is told to the model is the kind of the answer (a number, one word), never which one it is.
"""

from __future__ import annotations

from typing import Any

from tutor.prompting.exercises import Exercise
from tutor.prompting.scoring import expects_number, words_of

_LETTER = "A-Za-zÀ-ÖØ-öø-ÿŒœ"


def answer_schema(exercise: Exercise) -> dict[str, Any]:
    """Return the JSON schema of ``{"answer": …}``.

    A number is a string of digits here: the grammar of JSON's own integers lets a small model write sixteen of them.

    >>> answer_schema(Exercise("a", "other", "?", "1147", ("1147",), "fr"))["properties"]["answer"]
    {'type': 'string', 'pattern': '^-?[0-9]{1,9}$'}
    """
    if expects_number(exercise):
        whole = all(character.isdigit() or character in "-− \u00a0\u202f" for character in exercise.answer)
        answer = {"type": "string", "pattern": "^-?[0-9]{1,9}$" if whole else r"^-?[0-9]{1,9}([.,][0-9]{1,6})?$"}
    else:
        one_word = any(len(words_of(each)) == 1 for each in exercise.accept)
        more = "" if one_word else " 0-9’'-"
        answer = {"type": "string", "pattern": f"^[{_LETTER}][{_LETTER}{more}]{{0,{24 if one_word else 60}}}$"}
    return {"type": "object", "properties": {"answer": answer}, "required": ["answer"], "additionalProperties": False}
