"""Judge a reply to a quiz question in code, and answer it with one rung of a ladder of hints.

    level 1   a question back: the name of the mistake if it is a known one, what is missing, else the item's hint
    level 2   the section of the course where the answer stands
    level 3   a worked step that stops short of the answer
    level 4   the solution and its explanation

Each attempt climbs one rung; « la solution » goes to the top. A right answer is confirmed at once and left alone. A
reply that is not understood is ``unsure`` at level 0 and is no attempt: a misread student is never told « wrong ».
Comments never repeat the student's words. No language model is involved; so a free sentence is right when it affirms
the keys of the item, whatever else it says.

    >>> from tutor.quiz.item import Option, QuizItem, with_choices
    >>> item = QuizItem("q", "c", "Définition", "Combien ?", "Compte.", accept=(("2/3", "0,67"),), answer="C’est 2/3.")
    >>> [judge(item, reply, attempt=1, language="fr").verdict for reply in ("0,67", "0,7", "3/2", "bleu")]
    ['right', 'partly', 'wrong', 'unsure']
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Literal

from tutor import messages
from tutor.contracts import Language
from tutor.quiz.item import LETTERS, QuizItem, is_number
from tutor.quiz.quantities import Quantity, only_number, quantities, readable
from tutor.quiz.reply import (
    Span,
    affirmed,
    announced,
    chosen,
    denied,
    hedges,
    key_spans,
    request,
    wavers,
)
from tutor.retrieval.lexical import fold

Verdict = Literal["right", "partly", "wrong", "unsure"]
SOLUTION = 4
"""The last level."""
NAMES_SECTION = 2
"""The level that names the section of the course; so do those above it."""
REPLY_LIMIT = 1_000
"""Characters. A longer reply is not read."""
_NUMBERS_LIMIT = 6
"""A reply that announces more different numbers than this guesses."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What to say about one reply."""

    verdict: Verdict
    comment: str
    """Markdown in the user's language."""
    level: int
    """The rung of the ladder that the comment shows; 0 when none."""

    @property
    def counts(self) -> bool:
        """Say whether the reply was an attempt, or a request that earned a hint."""
        return self.verdict == "right" or self.level > 0


def judge(item: QuizItem, reply: str, *, attempt: int, language: Language) -> Judgement:
    """Judge the ``attempt``-th reply (from 1) to an item."""
    text = readable(reply[: REPLY_LIMIT + 1])
    if len(reply) > REPLY_LIMIT or len(text) > 2 * REPLY_LIMIT:  # one sign may unfold into many letters
        return _unsure("long", language)
    text = text.replace(readable(item.question), " ")  # pasted with the answer, or alone
    finding = _read(item, text, language)
    if finding.verdict == "right":
        return Judgement("right", _joined(messages.text("quiz.right", language), _why(item)), 0)
    level = min(max(attempt, 1), SOLUTION)
    match request(text):
        case "solution":
            return Judgement("unsure", _rung(item, SOLUTION, language), SOLUTION)
        case "hint":
            return Judgement("unsure", _rung(item, level, language), level)
        case "lost":
            opening = messages.text("quiz.lost", language)
            return Judgement("unsure", _paragraphs(opening, _rung(item, level, language)), level)
    if not re.search(r"\w", text):
        return _unsure("empty", language)
    if finding.verdict == "unsure":
        return Judgement("unsure", finding.said, 0)
    if finding.verdict == "partly":
        if finding.free:
            return Judgement("partly", finding.said, 0)
        # what is missing is the first hint
        rung = _rung(item, level, language) if level > 1 else ""
        return Judgement("partly", _paragraphs(finding.said, rung), level)
    opening = messages.text("quiz.wrong", language)
    if level == 1:
        return Judgement("wrong", _paragraphs(opening, _rung(item, 1, language, finding)), 1)
    return Judgement("wrong", _paragraphs(_joined(opening, finding.said), _rung(item, level, language, finding)), level)


# --- reading -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Finding:
    verdict: Verdict
    said: str = ""
    """wrong: the name of the mistake, if known · partly, unsure: the whole comment."""
    choice: int | None = None
    free: bool = False
    """partly: no attempt, so no hint."""


def _read(item: QuizItem, text: str, language: Language) -> _Finding:
    scopes = denied(text)
    found = [q for q in quantities(text, language) if affirmed((q.start, q.end), scopes)]
    match item.expects:
        case "choice":
            return _read_choice(item, text, found, language)
        case "number":
            return _read_number(item, text, found, bool(scopes), language)
        case "text":
            return _read_text(item, text, scopes, found, language)


def _read_choice(item: QuizItem, text: str, found: Sequence[Quantity], language: Language) -> _Finding:
    named = chosen([readable(option.text) for option in item.choices], text, announced(text, found) or found)
    if len(named) == 1:
        (index,) = named
        if index == item.right:
            return _Finding("right")
        return _Finding("wrong", item.choices[index].because, index)
    if named:
        return _Finding("unsure", messages.text("quiz.unsure.several", language))
    letters = messages.text("quiz.letters", language, first=LETTERS[0], last=LETTERS[len(item.choices) - 1])
    return _Finding("unsure", messages.text("quiz.unsure.letter", language, letters=letters))


def _read_number(item: QuizItem, text: str, found: Sequence[Quantity], denies: bool, language: Language) -> _Finding:
    if not found and only_number(text, language):
        found = [q for q in [only_number(text, language)] if q and not denies]
    given = announced(text, found)
    if not found:
        return _Finding("unsure", messages.text(f"quiz.unsure.{'negation' if denies else 'number'}", language))
    if wavers(text, found):
        return _Finding("unsure", messages.text("quiz.unsure.several", language))
    if not given or len({q.value for q in given}) > _NUMBERS_LIMIT:
        return _Finding("unsure", messages.text("quiz.unsure.numbers", language))
    keys = _keys(item)
    fits = [_fit(q, keys, item) for q in given]
    if "right" in fits:
        return _Finding("right")
    if "vague" in fits:
        more = "digits" if item.decimals is None else "decimals"
        said = messages.text(f"quiz.partly.{more}", language, decimals=item.decimals)
        return _Finding("partly", said, free=True)
    for quantity in reversed(given):
        for mistake in item.mistakes:
            if _close_enough(quantity, mistake.number, item):
                return _Finding("wrong", mistake.because)
    if any(_forgot_percent(q, keys) for q in given):
        return _Finding("unsure", messages.text("quiz.unsure.percent", language))
    if denies:
        return _Finding("unsure", messages.text("quiz.unsure.negation", language))
    return _Finding("wrong")


def _read_text(
    item: QuizItem, text: str, scopes: Sequence[Span], found: Sequence[Quantity], language: Language
) -> _Finding:
    missing = []
    spans: list[Span] = []
    denials = 0
    for group in item.accept:
        held = [(key, span) for key in map(readable, group) if not is_number(key) for span in key_spans(key, text)]
        # a key that denies (« aucun », « rien ») may stand in a denial
        inside = [span for key, span in held if affirmed(span, scopes) or denied(key)]
        numbers = [only for key in group if (only := only_number(readable(key)))]
        inside += [(q.start, q.end) for q in found if any(_same_quantity(q, key, numbers) for key in numbers)]
        spans += inside
        if not inside:
            missing.append(group)
            denials += bool(held)
    if not missing:
        if len(item.accept) == 1 and hedges(text, spans):
            return _Finding("unsure", messages.text("quiz.unsure.several", language))
        return _Finding("right")
    if denials or (scopes and len(missing) == len(item.accept)):
        return _Finding("unsure", messages.text("quiz.unsure.negation", language))
    if len(missing) < len(item.accept):
        kinds = [messages.text(f"quiz.missing.{_kind(group, item.answer)}", language) for group in missing]
        said = kinds[0]
        for kind in kinds[1:]:
            said = messages.text("quiz.missing.and", language, first=said, second=kind)
        return _Finding("partly", messages.text("quiz.partly.missing", language, missing=said))
    return _Finding("wrong")


def _kind(group: Sequence[str], answer: str) -> Literal["number", "name", "term"]:
    """Say what sort of thing a group of keys stands for, by its look in the model answer."""
    if all(map(is_number, group)):
        return "number"
    folded, origin = _folded(answer)
    for key in map(readable, group):
        for start, _ in key_spans(key, folded):
            at = origin[start]
            opens = not answer[:at].strip(' «“"(') or answer[:at].rstrip(' «“"(')[-1] in ".!?"
            if answer[at].isupper() and not opens:
                return "name"
    return "term"


# --- numbers -----------------------------------------------------------------------------------------------


def _keys(item: QuizItem) -> list[Quantity]:
    """Return the numbers that are right: the computed key, or those of ``accept``."""
    if item.number is not None:
        return [Quantity(item.number, Fraction(0), 0, 0, 0)]
    return [key for text in item.accept[0] if (key := only_number(readable(text)))]


def _fit(quantity: Quantity, keys: Sequence[Quantity], item: QuizItem) -> Literal["right", "vague", "no"]:
    fits = False
    units = {} if item.number is not None else _units(item.answer)
    for key in keys:
        unit = _measure(key.unit or units.get(key.value, ""))
        given = _measure(quantity.unit)
        if not _same_unit(quantity, key, keys) or (unit and given and unit != given):
            continue
        if quantity.value == key.value or (not given and quantity.value == key.value * _SCALES.get(unit, 1)):
            return "right"
        if not quantity.agrees(key.value):
            continue
        off = abs(quantity.value - key.value)
        rival = any(quantity.agrees(m.number) and abs(quantity.value - m.number) <= off for m in item.mistakes)
        coarse = item.decimals is not None and quantity.step > Fraction(1, 10**item.decimals)
        if quantity.digits >= 2 and not coarse and not rival:
            return "right"
        fits = True
    if not fits and _rounds_to(quantity, keys):
        return "right"
    return "vague" if fits else "no"


def _rounds_to(quantity: Quantity, keys: Sequence[Quantity]) -> bool:
    """Say whether a number is right because the best key known is itself rounded: 5/14 where « 0,357 » is the key."""
    best = min(keys, key=lambda key: (key.step, key.value))
    return (
        best.step > 0 and quantity.step < best.step and _same_unit(quantity, best, keys) and best.agrees(quantity.value)
    )


def _same_quantity(quantity: Quantity, key: Quantity, keys: Sequence[Quantity]) -> bool:
    return quantity.agrees(key.value) and _same_unit(quantity, key, keys)


def _same_unit(quantity: Quantity, key: Quantity, keys: Sequence[Quantity]) -> bool:
    """« 3 kg » is right where « 3 000 » or « 3 kg » is; « 3 » and « 3 g » are not."""
    if not key.unit:
        return True
    if not quantity.unit:
        return all(other.unit for other in keys if other.value != key.value) or any(
            not other.unit for other in keys if other.value == key.value
        )
    short, long = sorted((quantity.unit, key.unit), key=len)
    return long.startswith(short.rstrip("s"))


_SCALES = {"million": 10**6, "milliard": 10**9, "billion": 10**9}
_MEASURES = {
    **{unit: unit for unit in "o ko mo go to g mg kg t m km s ms w kw wh kwh mwh bit".split()},
    **{scale: scale for scale in _SCALES},
    **{"kb": "ko", "mb": "mo", "gb": "go", "tb": "to", "octet": "o", "byte": "o", "gigaoctet": "go", "megaoctet": "mo"},
    **{"gramme": "g", "gram": "g", "kilo": "kg", "kilogramme": "kg", "tonne": "t", "billion": "milliard"},
}


def _measure(unit: str) -> str:
    """Return the one spelling of a unit of measure; nothing for any other word."""
    return _MEASURES.get(unit, _MEASURES.get(unit.rstrip("s"), ""))


@cache
def _units(answer: str) -> dict[Fraction, str]:
    """Return the unit that a model answer gives to each of its numbers: « 60 milliards » where « 60 » is the key."""
    return {quantity.value: quantity.unit for quantity in quantities(readable(answer)) if quantity.unit}


def _close_enough(quantity: Quantity, value: Fraction, item: QuizItem) -> bool:
    coarse = item.decimals is not None and quantity.step > Fraction(1, 10**item.decimals)
    return quantity.value == value or (quantity.agrees(value) and quantity.digits >= 2 and not coarse)


def _forgot_percent(quantity: Quantity, keys: Sequence[Quantity]) -> bool:
    part = Quantity(quantity.value / 100, (quantity.step or 1) / Fraction(100), 2, 0, 0)
    return quantity.value > 1 and any(0 < key.value <= 1 and part.agrees(key.value) for key in keys)


# --- the ladder --------------------------------------------------------------------------------------------


def _rung(item: QuizItem, level: int, language: Language, finding: _Finding = _Finding("unsure")) -> str:
    if level >= SOLUTION:
        return _joined(messages.text("quiz.solution", language), _solution(item, language))
    said = ""
    if level == 3:
        said = item.step or _step(item, finding.choice, language)
    if level == 1:
        said = finding.said or item.hint or messages.text("quiz.hint.none", language)
    if not said:
        pointer = "quiz.pointer" if item.section else "quiz.pointer.none"
        said = messages.text(pointer, language, section=item.section)
    return _joined(messages.text("quiz.level", language, level=level), said)


def _solution(item: QuizItem, language: Language) -> str:
    if item.right is not None:
        said = item.answer.rstrip(" .")
        return _joined(
            messages.text("quiz.solution.choice", language, letter=LETTERS[item.right], text=said), item.explanation
        )
    if item.number is not None:
        return _joined(messages.text("quiz.solution.number", language, text=item.answer), item.explanation)
    return _joined(item.answer, item.explanation)


def _why(item: QuizItem) -> str:
    """Return what to add to « that is right »: the explanation, else the model answer."""
    return item.explanation or ("" if item.choices else item.answer)


def _step(item: QuizItem, tried: int | None, language: Language) -> str:
    """Make a step that stops short of the answer: cross out a wrong choice, or leave the keys out of the answer."""
    if item.choices:
        left = [index for index in range(len(item.choices)) if index not in (item.right, tried)]
        if len(left) < 2:
            return item.hint
        option = item.choices[left[0]]
        return messages.text("quiz.step.eliminate", language, letter=LETTERS[left[0]], because=option.because).rstrip()
    gaps = with_gaps(item)
    return messages.text("quiz.step.complete", language, text=gaps) if gaps else item.hint


def with_gaps(item: QuizItem) -> str:
    """Return the model answer of a short-answer item with its keys left out; nothing when they are not in it.

    >>> item = QuizItem("q", "c", "s", "?", "", accept=(("oubli",), ("gers",)), answer="La porte d’oubli, par Gers.")
    >>> with_gaps(item)
    'La porte d’o…, par G….'
    >>> item = QuizItem("q", "c", "s", "?", "", accept=(("1/8", "0,125"),), answer="1/4 × 1/2 = 1/8, soit 0,125.")
    >>> with_gaps(item)
    '1/4 × 1/2 = …, soit ….'
    """
    folded, origin = _folded(item.answer)
    gaps: list[tuple[int, int, str]] = []
    for group in item.accept:
        for key in map(readable, group):
            number = only_number(key)
            if number:
                gaps += [
                    (start, end, "…")
                    for start, end in _plain_numbers(folded)
                    if any(q.agrees(number.value) for q in quantities(folded[start:end]))
                ]
                continue
            for start, end in key_spans(key, folded):
                while end < len(folded) and folded[end].isalnum():
                    end += 1
                initial = item.answer[origin[start]]
                gaps.append((start, end, "…" if initial.isdigit() else f"{initial}…"))
    text, shift = item.answer, len(item.answer)
    for start, end, gap in sorted(gaps, key=lambda gap: (gap[0], -gap[1]), reverse=True):
        first, last = origin[start], origin[end - 1] + 1
        if last <= shift:  # the gaps do not overlap
            text, shift = text[:first] + gap + text[last:], first
    return text if gaps else ""


_ATOM = r"\d+(?: \d{3})*(?:,\d+|\.\d+)?(?: ?%)?"


def _plain_numbers(text: str) -> list[Span]:
    """Return where numbers stand by themselves or as a fraction, outside of longer arithmetic."""
    found = []
    for quantity in quantities(text):
        written = text[quantity.start : quantity.end]
        if quantity.in_words or re.fullmatch(rf"-?{_ATOM}(?: ?/ ?{_ATOM})?|\d+ sur \d+", written):
            found.append((quantity.start, quantity.end))
    return found


def _folded(text: str) -> tuple[str, list[int]]:
    """Fold a text letter by letter, and return for each letter of the result where it comes from."""
    folded: list[str] = []
    origin: list[int] = []
    for at, letter in enumerate(text):
        plain = readable(letter) if letter not in "⁻⁰¹²³⁴⁵⁶⁷⁸⁹" else fold(letter)
        folded += plain
        origin += [at] * len(plain)
    return "".join(folded), origin


def _unsure(reason: str, language: Language) -> Judgement:
    return Judgement("unsure", messages.text(f"quiz.unsure.{reason}", language), 0)


def _joined(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)


def _paragraphs(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)
