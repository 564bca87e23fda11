"""Formulas of Word (OMML) and of web pages (MathML) → LaTeX, which the page draws and the search reads.

Both are trees of the same few shapes: one walk serves both. What it does not know (colours, alignments, fences that
grow) it leaves out and keeps the letters.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_SIGNS = {"∑": r"\sum", "∏": r"\prod", "∫": r"\int", "⋃": r"\bigcup", "⋂": r"\bigcap", "": r"\int"}
_ACCENTS = dict.fromkeys("\u0302^ˆ", "hat") | dict.fromkeys("\u0303~˜", "tilde") | dict.fromkeys("\u20d7→", "vec")
_ACCENTS |= dict.fromkeys("\u0305\u0304¯", "bar") | dict.fromkeys("\u0307˙", "dot") | {"\u0308": "ddot"}
_FUNCTIONS = frozenset("arg cos cosh det dim exp gcd inf ker lim ln log max min sin sinh sup tan tanh".split())
_ESCAPED = str.maketrans({c: "\\" + c for c in "{}%&#_$"} | {"\\": r"\backslash "})


def latex(formula: Element) -> str:
    r"""Return a formula as LaTeX, without delimiters.

    >>> from xml.etree.ElementTree import fromstring
    >>> latex(fromstring("<math><mfrac><mn>1</mn><msup><mi>e</mi><mi>x</mi></msup></mfrac></math>"))
    '\\frac{1}{e^{x}}'
    """
    return re.sub(r"\s+", " ", _of(formula)).strip()


def _of(element: Element | None) -> str:
    if element is None:
        return ""
    name = _name(element)
    parts = {_name(child): child for child in element}
    match name:
        # --- Word
        case "t":
            return _symbols(element.text or "")
        case "r":
            text = "".join(_of(child) for child in element)
            upright = any(_name(node) == "nor" for child in element for node in child)
            return rf"\text{{{text}}}" if upright and text.strip() else text
        case "f":
            over = rf"{{{_of(parts.get('num'))}}}{{{_of(parts.get('den'))}}}"
            return (r"\binom" if _property(element, "type") == "noBar" else r"\frac") + over
        case "sSup" | "sSub" | "sSubSup":
            return _base(_of(parts.get("e"))) + _scripts(_of(parts.get("sub")), _of(parts.get("sup")))
        case "sPre":
            return "{}" + _scripts(_of(parts.get("sub")), _of(parts.get("sup"))) + _of(parts.get("e"))
        case "rad":
            return _root(_of(parts.get("e")), _of(parts.get("deg")))
        case "nary":
            sign = _property(element, "chr")
            scripts = _scripts(_of(parts.get("sub")), _of(parts.get("sup")))
            return f"{_SIGNS.get(sign, sign)}{scripts} {_of(parts.get('e'))}"
        case "d":
            inner = _property(element, "sepChr", "|").join(_of(c) for c in element if _name(c) == "e")
            return f"{_fence(_property(element, 'begChr', '('))}{inner}{_fence(_property(element, 'endChr', ')'))}"
        case "func":
            return f"{_of(parts.get('fName'))} {_of(parts.get('e'))}"
        case "fName":
            text = "".join(_of(child) for child in element)
            return _function(text.removeprefix(r"\text{").removesuffix("}")) if text.startswith(r"\text{") else text
        case "limLow" | "limUpp":
            limit = _of(parts.get("lim"))
            return _base(_of(parts.get("e"))) + (_scripts(limit, "") if name == "limLow" else _scripts("", limit))
        case "acc":
            return rf"\{_ACCENTS.get(_property(element, 'chr', '^'), 'hat')}{{{_of(parts.get('e'))}}}"
        case "bar":
            return rf"\overline{{{_of(parts.get('e'))}}}"
        case "m" | "eqArr" | "mtable":
            rows = [row for row in element if _name(row) in ("mr", "e", "mtr", "mlabeledtr")]
            cells = [[_of(c) for c in row] if _name(row) != "e" else [_of(row)] for row in rows]
            return r"\begin{matrix}" + r" \\ ".join(" & ".join(row) for row in cells) + r"\end{matrix}"
        # --- web pages
        case "mi" | "mn" | "mo" | "ms":
            text = _symbols((element.text or "").strip())
            return _function(text) if name == "mi" and len(text) > 1 and text.isalpha() else text
        case "mtext":
            return rf"\text{{{_symbols(element.text or '')}}}"
        case "semantics":
            return _of(next(iter(element), None))
        case "mfrac":
            return r"\frac" + "".join(f"{{{_of(child)}}}" for child in element)
        case "msup" | "msub" | "msubsup" | "mover" | "munder" | "munderover":
            base, first, second = [*(_of(child) for child in element), "", "", ""][:3]
            if name == "mover" and first in _ACCENTS:
                return rf"\{_ACCENTS[first]}{{{base}}}"
            below, above = ("", first) if name in ("msup", "mover") else (first, second)
            return _base(_SIGNS.get(base, base)) + _scripts(below, above)
        case "msqrt":
            return _root("".join(_of(child) for child in element), "")
        case "mroot":
            radicand, degree = [*(_of(child) for child in element), "", ""][:2]
            return _root(radicand, degree)
        case "mfenced":
            inner = ", ".join(_of(child) for child in element)
            return f"{_fence(element.get('open', '('))}{inner}{_fence(element.get('close', ')'))}"
        case "annotation" | "annotation-xml" | "mspace" | "mphantom" | "ctrlPr":
            return " " if name == "mspace" else ""
        case _ if name.endswith("Pr"):
            return ""
        case _:
            return _symbols((element.text or "").strip()) + "".join(_of(child) for child in element)


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _property(element: Element, name: str, default: str = "") -> str:
    """Return the value of a property of a Word formula; one that is there without a value is empty."""
    for properties in element:
        for found in properties if _name(properties).endswith("Pr") else ():
            if _name(found) == name:
                return next((value for key, value in found.attrib.items() if key.endswith("val")), "")
    return default


def _symbols(text: str) -> str:
    return text.translate(_ESCAPED)


def _function(name: str) -> str:
    return rf"\{name}" if name in _FUNCTIONS else rf"\mathrm{{{name}}}"


def _base(text: str) -> str:
    return text if len(text) == 1 or re.fullmatch(r"\\\w+|\\(?:hat|tilde|vec|bar|dot)\{\w\}", text) else f"{{{text}}}"


def _scripts(below: str, above: str) -> str:
    return (f"_{{{below}}}" if below else "") + (f"^{{{above}}}" if above else "")


def _root(inner: str, degree: str) -> str:
    return r"\sqrt" + (f"[{degree}]" if degree else "") + f"{{{inner}}}"


def _fence(sign: str) -> str:
    return _symbols(sign)
