"""What the text of a criterion announces: which ideas it wants, and how many points each is worth.

    Deux limites exactes (2 points chacune)                    two of the ideas that the model answer lists
    architecture Transformer (2) et pré-entraînement (1)       two ideas of 2 and 1 points
    Deux points pour les comptes, un point pour le lissage.    the same in a sentence
    … (2 points si l’on dit seulement « les mots d’avant »)    a lesser form of the idea, worth less
    Exemple correct …                                          an example, which no model answer lists
    Réponse claire (0 si rien n’est juste)                     the form, where there is something to form

What is announced in no form that is known is one idea worth all the points.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from tutor.grading.rubric import Criterion
from tutor.retrieval.lexical import fold

Kind = Literal["ideas", "list", "form"]

_NUMBERS = {"un demi": 0.5, "demi": 0.5, "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6}
_NUMBERS |= {"one": 1, "two": 2, "three": 3, "four": 4, "half": 0.5, "a half": 0.5}
_WORD = "|".join(sorted(_NUMBERS, key=len, reverse=True))
_AMOUNT = rf"(?:\d+(?:[.,]\d+)?|{_WORD})"
_EACH = re.compile(
    rf"\(\s*(?P<n>{_AMOUNT})[\s-]*(?:points?|pts?\.?)?\s*(?:chacune?s?|par\s+\w+|each|l[’']une?)\s*\)", re.IGNORECASE
)
_WORTH = re.compile(rf"\(\s*(?P<n>{_AMOUNT})\s*(?:points?|pts?\.?)?\s*\)", re.IGNORECASE)
_ONLY = re.compile(
    rf"\(?\s*\b(?P<n>{_AMOUNT})[\s-]*(?:points?|pts?)\s*(?:seulement\s*)?(?:si|s[’']|if|lorsque|quand)\b(?P<what>[^()]*)\)?",
    re.IGNORECASE,
)
_ZERO_IF = re.compile(r"\(?\s*\b(?:0|zéro)\b(?:\s*points?)?\s*(?:si|s[’']|if)\b[^()]*\)?", re.IGNORECASE)
_FOR = re.compile(
    rf"\b(?P<n>{_AMOUNT})[\s-]*(?:points?|pts?)\s*(?P<each>chacune?\s+)?(?:pour|for)\s+(?P<what>[^.;]*?)"
    rf"(?=,\s*(?:et\s+)?{_AMOUNT}[\s-]*(?:points?|pts?)\b|[.;]|$)",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[«“\"]\s*([^«»“”\"]+?)\s*[»”\"]")
_SCORING = re.compile(rf"[.;]\s*(?:aucun|{_AMOUNT})(?:\s+et\s+demi)?[\s-]*(?:points?|pts?)\b.*$", re.IGNORECASE)
_FORM = re.compile(r"\b(?:claire?s?|clarte|lisible|lisibilite|orthographe|redaction|clear|clarity|spelling)\b")
_EXAMPLE = re.compile(r"\bexemples?\b|\bexamples?\b|\billustr")


@dataclass(frozen=True, slots=True)
class Idea:
    """One thing that a criterion wants."""

    text: str
    points: float
    label: str = ""
    """What the idea is said of, when the criterion names it first: « BERT : lecture bidirectionnelle »."""


@dataclass(frozen=True, slots=True)
class Credit:
    """How the points of a criterion are given."""

    kind: Kind
    ideas: tuple[Idea, ...]
    """Of a list: one, the text that says what is listed."""
    wanted: int = 1
    """Of a list: how many of them."""
    lesser: str = ""
    """A form of the idea that is worth less …"""
    lesser_points: float = 0.0
    """… and what it is worth."""
    example: bool = False

    @property
    def step(self) -> float:
        """The smallest part that the text speaks of."""
        return min([idea.points for idea in self.ideas] + ([self.lesser_points] if self.lesser_points else []))


def credit_of(criterion: Criterion) -> Credit:
    """Read the text of a criterion.

    >>> credit_of(Criterion("c", "Deux limites exactes (2 points chacune)", 4)).wanted
    2
    >>> [(i.text, i.points) for i in credit_of(Criterion("c", "BERT : lecture (2), usage (2)", 4)).ideas]
    [('lecture', 2.0), ('usage', 2.0)]
    >>> credit_of(Criterion("c", "Principe : N-1 mots (2 points si l’on dit « les mots d’avant »)", 4)).lesser
    'les mots d’avant'
    """
    text, points = criterion.criterion, criterion.points
    folded = fold(text)
    lesser, lesser_points = "", 0.0
    for match in _ONLY.finditer(text):
        amount = _amount(match["n"])
        if 0 < amount < points:
            quoted = _QUOTED.search(match["what"])
            lesser, lesser_points = (quoted[1] if quoted else "", amount)
    bare = _tidy(_ZERO_IF.sub(" ", _ONLY.sub(" ", text)))
    if _SCORING.search(bare) and not _FOR.search(bare):
        bare = _tidy(_SCORING.sub("", bare))
    label, content = _label(bare)
    if _FORM.search(fold(bare)) and not _EXAMPLE.search(folded):
        return Credit("form", (Idea(bare, points),))
    example = bool(_EXAMPLE.search(folded)) and len(fold(content).split()) <= 12
    each = _EACH.search(bare)
    if each:
        amount = _amount(each["n"])
        wanted = round(points / amount) if amount else 1
        said = _tidy(_EACH.sub(" ", bare))
        parts = _enumerated(_tidy(_EACH.sub(" ", content)))
        if len(parts) == wanted > 1 and not re.match(rf"\s*(?:{_WORD}|\d)\b", content, re.IGNORECASE):
            return Credit("ideas", tuple(Idea(part, amount, label) for part in parts), example=example)
        if wanted > 1:
            return Credit("list", (Idea(said, amount),), wanted, lesser, lesser_points, example)
    worth = list(_WORTH.finditer(content))
    if len(worth) > 1 and abs(sum(_amount(match["n"]) for match in worth) - points) < 1e-9:
        ideas, start = [], 0
        for match in worth:
            ideas.append(Idea(_tidy(content[start : match.start()]), _amount(match["n"]), label))
            start = match.end()
        return Credit("ideas", tuple(ideas), 1, lesser, lesser_points, example)
    shares = [(match["what"], _amount(match["n"])) for match in _FOR.finditer(bare)]
    if len(shares) > 1 and abs(sum(amount for _, amount in shares) - points) < 1e-9:
        return Credit("ideas", tuple(Idea(_tidy(what), amount) for what, amount in shares), example=example)
    counted = re.match(rf"\s*(?P<n>{_WORD}|[2-9])\b", content, re.IGNORECASE)
    if counted and _amount(counted["n"]) >= 2 and not example:
        wanted = int(_amount(counted["n"]))
        return Credit("list", (Idea(bare, points / wanted),), wanted, lesser, lesser_points)
    return Credit(
        "ideas", (Idea(_tidy(_WORTH.sub(" ", content)) or bare, points, label),), 1, lesser, lesser_points, example
    )


def _label(text: str) -> tuple[str, str]:
    label, colon, content = text.partition(" : ")
    if not colon:
        label, colon, content = text.partition(": ")
    return (label.strip(), content.strip()) if colon and len(label.split()) <= 5 else ("", text)


def _enumerated(text: str) -> list[str]:
    return [part.strip() for part in re.split(r",|;|\bet\b|\band\b", text) if part.strip()]


def _amount(text: str) -> float:
    return (
        float(_NUMBERS.get(text.lower()) or text.replace(",", "."))
        if text.lower() in _NUMBERS or text[0].isdigit()
        else 0.0
    )


def _tidy(text: str) -> str:
    text = re.sub(r"\(\s*\)", " ", " ".join(text.split()))
    return re.sub(r"^(?:et|and|,|;)\s+|^[,;]\s*|[\s,;.]+$", "", text.strip())
