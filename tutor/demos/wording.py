"""What a run says: its texts by key, and numbers as the reader's language writes them.

>>> number(1234.5, "fr", 2) == "1\\u202f234,50"
True
>>> number(1234.5, "en", 2)
'1,234.50'
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from tutor import messages
from tutor.contracts import Language

_NOT_FINITE = {math.inf: "∞", -math.inf: "−∞"}
LONGEST_LABEL = 60
"""Characters of a word in a figure, a table or a fact."""
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class Say:
    """The texts ``demo.<demo>.<key>`` of one demo, in the language of the run.

    >>> Say("bpe", "fr").quote("mot")
    '«\\u202fmot\\u202f»'
    """

    demo: str
    language: Language

    def __call__(self, key: str, **variables: object) -> str:
        """Return the text of ``key`` with its variables filled in. Raises ``KeyError`` for a key there is not."""
        return messages.text(f"demo.{self.demo}.{key}", self.language, **variables)

    def quote(self, words: str) -> str:
        """Return a user's word in the quotation marks of the language, cut when it has no end."""
        return messages.text("demo.quote", self.language, text=short_label(words))


def number(value: float, language: Language, decimals: int = 0) -> str:
    """Write ``value`` with that many decimals and the language's separators."""
    return messages.number(value, language, f",.{decimals}f").replace("-", "−")


def plain(value: float, language: Language) -> str:
    """Write a number that somebody chose (0.5, 2): no more digits than it has."""
    return messages.number(value, language, "g")


def power_of_ten(value: float, language: Language) -> str:
    """Write a tiny or huge number with two digits and a power of ten.

    >>> power_of_ten(0.00000012, "fr")
    '1,2·10⁻⁷'
    """
    if value == 0:
        return "0"
    digits, exponent = f"{value:.1e}".split("e")
    return f"{plain(float(digits), language)}·10{superscript(int(exponent))}"


def superscript(value: int) -> str:
    """Write an exponent.

    >>> superscript(-12)
    '⁻¹²'
    """
    return str(value).translate(_SUPERSCRIPTS)


def probability(value: float | Fraction, language: Language) -> str:
    """Write ``= 0.400`` or ``≈ 0.667``: three decimals, or a power of ten below one in a thousand.

    >>> probability(Fraction(2, 3), "en")
    '≈ 0.667'
    """
    if 0 < value < 0.001:
        return f"≈ {power_of_ten(float(value), language)}"
    exact = Fraction(value) * 1000 == round(Fraction(value) * 1000)
    return f"{'=' if exact else '≈'} {number(float(value), language, 3)}"


def short_label(text: str, longest: int = LONGEST_LABEL) -> str:
    """Cut a word that comes from a user's text: a file may hold one of a hundred thousand letters.

    >>> short_label("mot"), short_label("aaaaaaaa", 5)
    ('mot', 'aaaa…')
    """
    return text if len(text) <= longest else text[: longest - 1] + "…"


def count(value: int, noun: str, language: Language) -> str:
    """Write ``1 word``, ``2 words``: ``demo.noun.<noun>`` holds both forms.

    >>> count(1, "word", "fr"), count(2, "word", "fr")
    ('1 mot', '2 mots')
    """
    singular, plural = messages.text(f"demo.noun.{noun}", language).split("|")
    one = value < 2 if language == "fr" else value == 1
    return f"{number(value, language)} {singular if one else plural}"


def cell(value: object, language: Language) -> str:
    """Write what a table holds: numbers as the sentences write them, with four digits; a dash for nothing.

    >>> cell(0.03662, "fr"), cell(3.143e-09, "fr"), cell(-0.5, "fr"), cell(12345.6, "en"), cell(4096, "en")
    ('0,03662', '3,1·10⁻⁹', '−0,5', '12,346', '4,096')
    >>> cell(None, "fr"), cell("le chat", "fr")
    ('–', 'le chat')
    """
    if value is None:
        return "–"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if isinstance(value, int):
        return number(value, language)
    if not math.isfinite(value):
        return _NOT_FINITE.get(value, "–")
    if 0 < abs(value) < 1e-4 or abs(value) >= 1e15:
        return power_of_ten(value, language).replace("-", "−")
    if abs(value) >= 1e4:
        return number(value, language)
    return messages.number(value, language, ".4g").replace("-", "−")
