"""Numbers and texts as they stand in a figure: commas in French, powers of ten, long labels on several lines.

>>> number(0.25, "fr"), number(1e-7, "en"), number(12000, "en")
('0,25', '10⁻⁷', '12,000')
"""

from __future__ import annotations

import itertools
import math
import textwrap
import unicodedata
from collections.abc import Sequence

from tutor.contracts import Language

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
LONGEST_LABEL = 120
"""Characters; a longer label is cut here, and is whole in the data."""


def number(value: float, language: Language, digits: int = 3) -> str:
    """Write a number with that many significant digits; very large and very small ones with a power of ten."""
    if value == 0 or 1e-3 <= abs(value) < 1e6:
        decimals = max(0, digits - 1 - (math.floor(math.log10(abs(value))) if value else 0))
        return _localised(f"{value:,.{decimals}f}", language, trim=True)
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    power = "10" + str(int(exponent)).translate(_SUPERSCRIPTS)
    shown = _localised(mantissa, language, trim=True)
    return {"1": power, "−1": f"−{power}"}.get(shown, f"{shown}·{power}")


def ticks(values: Sequence[float], language: Language) -> list[str]:
    """Write the marks of an axis, all with the decimals that their step needs.

    >>> ticks([0, 0.05, 0.1], "fr")
    ['0,00', '0,05', '0,10']
    """
    steps = [abs(b - a) for a, b in itertools.pairwise(values) if b != a]
    if not steps or not min(steps) >= 1e-4 or max(map(abs, values)) >= 1e6:
        return [number(value, language, 6) for value in values]
    decimals = next(d for d in range(6) if d == 5 or abs(round(min(steps), d) - min(steps)) < min(steps) * 1e-6)
    return [_localised(f"{value:,.{decimals}f}", language) for value in values]


def _localised(text: str, language: Language, *, trim: bool = False) -> str:
    if trim and "." in text:
        text = text.rstrip("0").rstrip(".")
    text = text.replace("-", "−")
    if float(text.replace(",", "").replace("−", "-")) == 0:
        text = text.replace("−", "")
    return text.translate({ord(","): "\u202f", ord("."): ","}) if language == "fr" else text


def wrapped(text: str, width: int, lines: int = 4) -> str:
    """Return ``text`` on at most ``lines`` lines of about ``width`` characters.

    >>> wrapped("un titre un peu long", 12)
    'un titre un\\npeu long'
    """
    text = shown(text)
    cut = textwrap.wrap(text, width, break_long_words=True) or [""]
    return "\n".join(cut if len(cut) <= lines else [*cut[: lines - 1], cut[lines - 1][: width - 1] + "…"])


def shown(text: str) -> str:
    """Return one line of text that XML can hold; control characters are not seen anyway.

    >>> shown("a\\tb\\x00")
    'a b'
    """
    spaced = " ".join(text.split())
    kept = "".join(c for c in spaced if unicodedata.category(c) not in ("Cc", "Cs", "Cn") and c not in "\ufffe\uffff")
    return kept if len(kept) <= LONGEST_LABEL else kept[: LONGEST_LABEL - 1] + "…"
