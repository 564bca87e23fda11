"""The numbers of a written answer, exact, each with the precision that its digits promise.

    « 2/3 », « 0,67 », « 67 % », « (1 + 1)/(1 + 8) », « deux tiers », « 4 sur 10 », « 1 860 », « 10³ »

Arithmetic is computed with fractions: a student may answer with the division itself. A number glued to a name
(word2vec, GPT-2, 4-gramme, N1) or a rank (2e) is not one. Left out: units of measure (the word behind a number is
kept as it is), dates, scientific notation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from tutor.contracts import Language
from tutor.retrieval.lexical import fold

DIGITS_LIMIT = 30
"""A longer number is not an answer."""
_EXPONENT_LIMIT = 64
_DEPTH_LIMIT = 30


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number of a text that was made ``readable``, at ``[start:end]``."""

    value: Fraction
    step: Fraction
    """Worth of the last decimal written, or of a percent; 0 for what is exact: whole numbers, fractions, arithmetic."""
    digits: int
    """Significant digits written; 0 for what is exact."""
    start: int
    end: int
    unit: str = ""
    """The word right behind, or nothing."""
    in_words: bool = False
    percent: bool = False

    def agrees(self, value: Fraction) -> bool:
        """Say whether ``value``, rounded to the decimals written, or cut there when they are several, is this number.

        >>> third = Fraction(2, 3)
        >>> [quantities(text)[0].agrees(third) for text in ("0,67", "0,66", "0,6", "0,68", "67 %", "2/3", "4/6")]
        [True, True, False, False, True, True, True]
        """
        off = value - self.value
        if self.value < 0:
            off = -off
        return abs(off) * 2 <= self.step or (self.digits > 1 and 0 <= off < self.step)


_SUPERSCRIPT = re.compile("[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_PLAIN_DIGITS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_SIGNS = str.maketrans({"−": "-", "×": "*", "·": "*", "⋅": "*", "∗": "*", "÷": "/", "⁄": "/", "∕": "/", "’": "'"})
_FRAC = re.compile(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_TIMES_X = re.compile(r"(?<=[\d)])\s*x\s*(?=[\d(])")


def readable(text: str) -> str:
    """Fold a text and write its signs as a keyboard does, so that numbers and words can be looked for.

    >>> readable("Œil : 10³ × ½ ≈ 0{,}5")
    'oeil : 10^3 * 1/2 ≈ 0,5'
    """
    text = _SUPERSCRIPT.sub(lambda match: "^" + match.group().translate(_PLAIN_DIGITS), text)
    text = _FRAC.sub(r"(\1)/(\2)", text).replace("{,}", ",").replace("\\times", "*").replace("\\cdot", "*")
    text = fold(text).translate(_SIGNS).replace("**", "^")
    return _TIMES_X.sub(" * ", text)


_WORD_VALUES = {
    word: value
    for value, words in {
        0: "zero",
        1: "un une one",
        2: "deux two",
        3: "trois three",
        4: "quatre four",
        5: "cinq five",
        6: "six",
        7: "sept seven",
        8: "huit eight",
        9: "neuf nine",
        10: "dix ten",
        11: "onze eleven",
        12: "douze twelve",
        13: "treize thirteen",
        14: "quatorze fourteen",
        15: "quinze fifteen",
        16: "seize sixteen",
        17: "seventeen",
        18: "eighteen",
        19: "nineteen",
        20: "vingt vingts twenty",
        30: "trente thirty",
        40: "quarante forty",
        50: "cinquante fifty",
        60: "soixante sixty",
        70: "septante seventy",
        80: "huitante octante eighty",
        90: "nonante ninety",
        100: "cent cents hundred",
        1000: "mille thousand",
    }.items()
    for word in words.split()
}
_PART_VALUES = {
    word: value
    for value, words in {
        2: "demi demie demis demies half halves",
        3: "tiers third thirds",
        4: "quart quarts quarter quarters fourth fourths",
        5: "cinquieme cinquiemes fifth fifths",
        6: "sixieme sixiemes sixth sixths",
        7: "septieme septiemes seventh sevenths",
        8: "huitieme huitiemes eighth eighths",
        9: "neuvieme neuviemes ninth ninths",
        10: "dixieme dixiemes tenth tenths",
        16: "seizieme seiziemes sixteenth sixteenths",
        100: "centieme centiemes hundredth hundredths",
    }.items()
    for word in words.split()
}
_AFTER_ET = {"un", "une", "onze"}
_ARTICLES = {"un", "une", "one"}
"""Numbers only where nothing else can be meant."""

_NUMBER = r"(?:\d{1,3}(?: \d{3})+(?!\d)|\d+)(?:[.,]\d+)?|[.,]\d+"
_ENGLISH_NUMBER = r"\d{1,3}(?:,\d{3})+(?![\d,])(?:\.\d+)?"
_TOKEN = r"(?P<number>(?<!\w)(?<!\d[.,])(?:{number}))|(?P<word>[^\W\d_]+(?:['-][^\W\d_]+)*)|(?P<name>\w+)|(?P<sign>\S)"
_TOKENS = {
    "fr": re.compile(_TOKEN.format(number=_NUMBER)),
    "en": re.compile(_TOKEN.format(number=f"{_ENGLISH_NUMBER}|{_NUMBER}")),
}
_GLUED = re.compile(r"-?[^\W\d_]")
_RANK = re.compile(r"(?:er|re|e|eme|ere|nd|nde|st|rd|th)\b")


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    """number · word · name · sign"""
    text: str
    """A number with a decimal point and no thousands separator."""
    start: int
    end: int


def quantities(text: str, language: Language = "fr") -> list[Quantity]:
    """Return the numbers of a ``readable`` text in order; arithmetic counts as the one number that it makes.

    In English « 1,860 » is eighteen hundred and sixty; in French it is less than two.

    >>> [str(q.value) for q in quantities(readable("(1 + 1)/(1 + 8) = 2/9, soit 22 % ; word2vec, GPT-2, 1 860 g"))]
    ['2/9', '2/9', '11/50', '1860']
    >>> [str(q.value) for q in quantities("quarante-huit, deux tiers, un et demi, quatre-vingt-dix, un chat")]
    ['48', '2/3', '3/2', '90']
    """
    tokens = list(_tokens(text, language))
    found: list[Quantity] = []
    at = 0
    while at < len(tokens):
        read = _arithmetic(tokens, at) or _in_words(tokens, at)
        if read is None:
            at += 1
            continue
        quantity, at = read
        unit = tokens[at].text if at < len(tokens) and tokens[at].kind == "word" else ""
        found.append(replace(quantity, unit=unit))
    return found


def only_number(text: str, language: Language = "fr") -> Quantity | None:
    """Return the number that a short text is about: the only one in it, or an article that stands alone.

    >>> only_number("trois").value, only_number("6 go").unit, only_number("3 et 4"), only_number("un").value
    (Fraction(3, 1), 'go', None, Fraction(1, 1))
    """
    found = quantities(text, language)
    if not found and text.strip(" .!") in _ARTICLES:
        return Quantity(Fraction(1), Fraction(0), 0, 0, len(text), in_words=True)
    return found[0] if len(found) == 1 else None


def _tokens(text: str, language: Language) -> Iterator[_Token]:
    for match in _TOKENS[language].finditer(text):
        kind, text_, start, end = str(match.lastgroup), match.group(), match.start(), match.end()
        if kind == "number":
            glued_before = start >= 2 and text[start - 1] == "-" and text[start - 2].isalnum()
            after = text[end : end + 5]
            ranked = _RANK.match(after)
            gram = after.startswith("-") and _GLUED.match(after)
            name = (glued_before and not text[start - 2].isdigit()) or ranked or gram
            kind = "name" if name or end - start > DIGITS_LIMIT else kind
            text_ = _pointed(text_, language)
        elif kind == "word" and "-" in text_:
            parts = text_.split("-")
            if all(part in _WORD_VALUES or part in _PART_VALUES or part == "et" for part in parts):
                for part in parts:
                    yield _Token("word", part, start, start + len(part))
                    start += len(part) + 1
                continue
        yield _Token(kind, text_, start, end)


def _pointed(number: str, language: Language) -> str:
    if language == "en" and re.fullmatch(_ENGLISH_NUMBER, number):
        number = number.replace(",", "")
    pointed = number.replace(" ", "").replace(",", ".")
    return "0" + pointed if pointed.startswith(".") else pointed


# --- arithmetic --------------------------------------------------------------------------------------------
#   sum = product (± product)*     product = power ((* | /) power)*     power = [-] atom [^ power]
#   atom = number [%] | ( sum )


class _NotArithmetic(Exception):
    """What stands here is no number."""


@dataclass(slots=True)
class _Reader:
    tokens: Sequence[_Token]
    at: int
    parts: int = 0
    """Numbers read."""
    inexact: int = 0
    """… of which written with decimals."""
    percent: bool = False

    def sign(self) -> str:
        """Return the sign that is next, « sur » and « out of » read as a division."""
        if self.at >= len(self.tokens):
            return ""
        token = self.tokens[self.at]
        if token.kind == "sign":
            return token.text
        return "/" if token.text == "sur" and self._number_at(self.at + 1) and self._number_at(self.at - 1) else ""

    def _number_at(self, at: int) -> bool:
        return 0 <= at < len(self.tokens) and self.tokens[at].kind == "number"

    def sum(self, depth: int = 0) -> Fraction:
        value = self.product(depth)
        while (sign := self.sign()) in ("+", "-"):
            back = self.at
            self.at += 1
            try:
                term = self.product(depth)
            except _NotArithmetic:
                self.at = back
                break
            value = value + term if sign == "+" else value - term
        return value

    def product(self, depth: int) -> Fraction:
        value = self.power(depth)
        while (sign := self.sign()) in ("*", "/"):
            back = self.at
            self.at += 1
            try:
                factor = self.power(depth)
            except _NotArithmetic:
                self.at = back
                break
            if sign == "/" and not factor:
                raise _NotArithmetic
            value = _small(value * factor if sign == "*" else value / factor)
        return value

    def power(self, depth: int) -> Fraction:
        if self.sign() == "-":
            here, after = self.tokens[self.at], self.at + 1
            if after >= len(self.tokens) or self.tokens[after].start > here.end:
                raise _NotArithmetic  # a dash before a space begins a list item
            self.at = after
            return -self.power(depth + 1) if depth < _DEPTH_LIMIT else self.atom(depth + 1)
        base = self.atom(depth)
        if self.sign() != "^":
            return base
        back = self.at
        self.at += 1
        try:
            exponent = self.power(depth + 1)
        except _NotArithmetic:
            self.at = back
            return base
        if exponent.denominator != 1 or abs(exponent) > _EXPONENT_LIMIT or (not base and exponent < 0):
            raise _NotArithmetic
        return _small(base ** int(exponent))

    def atom(self, depth: int) -> Fraction:
        if depth > _DEPTH_LIMIT or self.at >= len(self.tokens):
            raise _NotArithmetic
        token = self.tokens[self.at]
        if token.kind == "number":
            self.at += 1
            self.parts += 1
            value = Fraction(token.text)
            self.inexact += "." in token.text
            if self._percent():
                value, self.percent = value / 100, True
            return value
        if token.text == "(" and token.kind == "sign":
            self.at += 1
            value = self.sum(depth + 1)
            if self.sign() != ")":
                raise _NotArithmetic
            self.at += 1
            return value
        raise _NotArithmetic

    def _percent(self) -> bool:
        """Read « % », « pour cent » or « percent » if it is next."""
        following = [token.text for token in self.tokens[self.at : self.at + 2]]
        for spelling in (["%"], ["percent"], ["pourcent"], ["pour", "cent"], ["per", "cent"]):
            if following[: len(spelling)] == spelling:
                self.at += len(spelling)
                return True
        return False


def _small(value: Fraction) -> Fraction:
    if value.numerator.bit_length() + value.denominator.bit_length() > 4000:
        raise _NotArithmetic
    return value


def _arithmetic(tokens: Sequence[_Token], at: int) -> tuple[Quantity, int] | None:
    """Read the longest arithmetic that begins at a token; return it and where it ends."""
    token = tokens[at]
    if token.kind != "number" and token.text not in ("(", "-"):
        return None
    if token.text == "-" and at and tokens[at - 1].kind != "sign" and tokens[at - 1].end == token.start:
        return None
    reader = _Reader(tokens, at)
    try:
        value = reader.sum()
    except _NotArithmetic:
        return None
    start, end = token.start, tokens[reader.at - 1].end
    step, digits = Fraction(0), 0
    if reader.parts == 1 and (reader.inexact or reader.percent):
        written = next(t.text for t in tokens[at : reader.at] if t.kind == "number")
        decimals = len(written.partition(".")[2])
        step = Fraction(1, 10 ** (decimals + 2 * reader.percent))
        digits = len(written.replace(".", "").lstrip("0"))
    return Quantity(value, step, digits, start, end, percent=reader.percent), reader.at


# --- numbers in words --------------------------------------------------------------------------------------


def _in_words(tokens: Sequence[_Token], at: int) -> tuple[Quantity, int] | None:
    """Read « quarante-huit », « trois mille », « deux tiers », « un et demi », « la moitié »."""
    first = tokens[at]
    if first.kind != "word":
        return None
    if first.text in ("moitie", "half"):
        return Quantity(Fraction(1, 2), Fraction(0), 0, first.start, first.end, in_words=True), at + 1
    total, current, end = 0, 0, at
    while end < len(tokens) and tokens[end].kind == "word" and total < 10**6:
        word = tokens[end].text
        if word == "et" and current % 100 >= 20 and end + 1 < len(tokens) and tokens[end + 1].text in _AFTER_ET:
            end += 1
            continue
        if word not in _WORD_VALUES:
            break
        value = _WORD_VALUES[word]
        if value == 1000:
            total, current = total + max(1, current) * 1000, 0
        elif value == 100:
            current = max(1, current) * 100
        elif value == 20 and current % 100 == 4:
            current += 76  # quatre-vingts
        elif end > at and not _may_follow(current % 100, value):
            break
        else:
            current += value
        end += 1
    if end == at:
        return None
    value_, following = Fraction(total + current), tokens[end].text if end < len(tokens) else ""
    half = [token.text for token in tokens[end : end + 2]]
    if following in _PART_VALUES:
        value_, end = value_ / _PART_VALUES[following], end + 1
    elif half in (["et", "demi"], ["et", "demie"]):
        value_, end = value_ + Fraction(1, 2), end + 2
    elif end == at + 1 and first.text in _ARTICLES:
        return None
    return Quantity(value_, Fraction(0), 0, first.start, tokens[end - 1].end, in_words=True), end


def _may_follow(tens: int, value: int) -> bool:
    """Say whether ``value`` may be said right after a number that ends in ``tens``: twenty-two, not two-twenty."""
    if tens == 0:
        return True
    if tens == 10:
        return 7 <= value <= 9
    return tens % 10 == 0 and (value < 10 or (tens in (60, 80) and value < 20))
