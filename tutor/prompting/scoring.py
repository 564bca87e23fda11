"""Marks an answer: right or wrong by fixed rules, and how near it was.

The rules are those of the exercises' files, in this order:

1. the answer is what follows the last « Réponse : » (« Answer: » for an English exercise), else the last line that is
   not empty;
2. when a number is expected, the last number there counts, spaces between thousands allowed; with no digit at all,
   the rule for words applies;
3. else, in lower case, without accents or punctuation, exactly one candidate word must be there, and be accepted.
   Words that name nothing (« c’est », « le ») do not count; an answer that names two candidates is wrong.

    >>> from tutor.prompting.exercises import Exercise
    >>> sum_ = Exercise("a", "addition_3", "999 + 148 = ?", "1147", ("1147",), "fr")
    >>> is_right(sum_, "9 + 8 font 17.\\nRéponse : 1 147"), is_right(sum_, "Réponse : 1147 ou 1148")
    (True, False)

Right or wrong is a sharp measure: an ability that grows slowly with a model's size looks as if it appeared at once.
``nearness``, an edit distance, is a smooth one.
"""

from __future__ import annotations

import re
import unicodedata

from tutor.contracts import Language
from tutor.prompting.exercises import Exercise

ANSWER_CUES: dict[Language, str] = {"fr": "Réponse :", "en": "Answer:"}
"""What stands before a final answer, as the templates write it."""
_CUES: dict[Language, re.Pattern[str]] = {
    "fr": re.compile(r"r[ée]ponse\s*:", re.IGNORECASE),
    "en": re.compile(r"answer\s*:", re.IGNORECASE),
}
_NUMBER: dict[Language, re.Pattern[str]] = {
    # grouped in threes by spaces (and by commas in English), else digits; then decimals
    "fr": re.compile(r"(?:(?<!\w)[-−])?(?:(?<!\d)\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)?)"),
    "en": re.compile(r"(?:(?<!\w)[-−])?(?:(?<!\d)\d{1,3}(?:[ ,\u00a0\u202f]\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?)"),
}
_NAMES_NOTHING = frozenset(
    # French
    "le la les l un une des du de d c ce ca cela est sont etait sera serait il elle ils elles on y a au aux en dans sur"
    " sous et donc alors ainsi reponse mot mots lettre couleur prenom nom jour heure heures finale final bonne dit s se"
    " voici qui que ici chercher cherche dira chez avec pour tout reste premier premiere"
    # English
    " the an is are was will would be it s he she they in on at of to so then therefore answer word words color colour"
    " name day that this there final right here look looks for with"
    # Markdown
    " text".split()
)


def final_answer(text: str, language: Language) -> str:
    """Return the part of ``text`` that counts as its answer.

    >>> final_answer("Je compte.\\nRéponse : 12\\n", "fr"), final_answer("Je compte.\\n12\\n\\n", "fr")
    ('12', '12')
    """
    cues = list(_CUES[language].finditer(text))
    if cues:
        return text[cues[-1].end() :].strip()
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""


def number_of(text: str, language: Language) -> float | None:
    """Return the last number in ``text``, None when there is none.

    >>> number_of("de 3 à 1 147,5 m", "fr"), number_of("1,147 sheep", "en"), number_of("aucun", "fr")
    (1147.5, 1147.0, None)
    """
    found = _NUMBER[language].findall(text)
    if not found:
        return None
    written = re.sub(r"[ \u00a0\u202f]", "", found[-1]).replace("−", "-")
    return float(written.replace(",", "." if language == "fr" else ""))


def words_of(text: str) -> list[str]:
    """Return the words of ``text`` in lower case, without accents or punctuation.

    >>> words_of("C’est l’Étoile !")
    ['c', 'est', 'l', 'etoile']
    """
    folded = unicodedata.normalize("NFD", text.lower().replace("œ", "oe").replace("æ", "ae"))
    bare = "".join(character for character in folded if not unicodedata.combining(character))
    return re.findall(r"[^\W_]+", bare)


def expects_number(exercise: Exercise) -> bool:
    """Tell whether the answer is a number.

    >>> expects_number(Exercise("a", "other", "?", "12,5", ("12,5",), "fr"))
    True
    """
    return re.fullmatch(r"[-−]?\d[\d \u00a0\u202f]*(?:[.,]\d+)?", exercise.answer.strip()) is not None


def is_right(exercise: Exercise, text: str) -> bool:
    """Tell whether ``text`` ends with an accepted answer."""
    return is_right_answer(exercise, final_answer(text, exercise.lang))


def is_right_answer(exercise: Exercise, answer: str) -> bool:
    """Tell whether ``answer``, already parted from what stands before it, is accepted."""
    if expects_number(exercise) and re.search(r"\d", answer):
        return number_of(answer, exercise.lang) == number_of(exercise.answer, exercise.lang)
    accepted = [words_of(each) for each in exercise.accept]
    given = words_of(answer)
    if given and given in accepted:
        return True
    named = {word for word in given if word not in _NAMES_NOTHING}
    return len(named) == 1 and [*named] in accepted


def nearness(exercise: Exercise, text: str) -> float:
    """Return how near the answer is, from 0 to 1: 1 − edit distance / longest length, for the nearest accepted one.

    A right answer is at 1. Where a number is expected, its digits are compared.

    >>> sum_ = Exercise("a", "addition_3", "999 + 148 = ?", "1147", ("1147",), "fr")
    >>> nearness(sum_, "Réponse : 1157"), nearness(sum_, "Réponse : 1147")
    (0.75, 1.0)
    """
    from rapidfuzz.distance import Levenshtein

    if is_right(exercise, text):
        return 1.0
    given = read_answer(exercise, text)
    if not given:
        return 0.0
    wanted = [normalised(exercise, each) for each in exercise.accept]
    return max(float(Levenshtein.normalized_similarity(given, each)) for each in wanted)


def read_answer(exercise: Exercise, text: str) -> str:
    """Return the answer in the form in which two answers are compared, or voted for: the number, or the words."""
    return normalised(exercise, final_answer(text, exercise.lang))


def normalised(exercise: Exercise, answer: str) -> str:
    """Return an answer in the form in which two of them are compared.

    >>> normalised(Exercise("a", "other", "?", "7", ("7",), "fr"), "environ 1 200")
    '1200'
    """
    if expects_number(exercise) and (number := number_of(answer, exercise.lang)) is not None:
        return f"{number:.12g}"
    words = words_of(answer)
    return " ".join([word for word in words if word not in _NAMES_NOTHING] or words)
