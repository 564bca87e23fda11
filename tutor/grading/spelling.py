"""How a French word sounds, and what a misspelt one was meant to be: content is marked, spelling is not.

    « lereur » → erreur · « kan » → quand · « davan » → d’avant · « plonjement » → plongement

A word that no dictionary has is read as the most common word that sounds the same, words of the rubric first. The
dictionary with its frequencies is that of pyspellchecker. Left out: homophones that are words themselves (« sa »).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, lru_cache

from tutor.retrieval.lexical import STOP_WORDS, fold, stem, typos

_SHORTHAND = {
    **{"pr": "pour", "dc": "donc", "ya": "a", "ke": "que", "ki": "qui", "jms": "jamais", "tjs": "toujours"},
    **{"bcp": "beaucoup", "qd": "quand", "ds": "dans", "mm": "meme", "tt": "tout", "ossi": "aussi", "ex": "exemple"},
    **{"dla": "la", "dico": "dictionnaire", "stat": "statistique", "proba": "probabilite", "probas": "probabilite"},
    **{"reseau": "reseau", "rezo": "reseau", "sen": "sens", "veu": "veut", "veule": "veulent"},
}
_SOUNDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"ph", "f"),
        (r"sch|sh|ch", "S"),
        (r"gn", "N"),
        (r"tion", "sion"),
        (r"([bcdfgjklmnpqrtvwxz])\1+", r"\1"),
        (r"ss?c(?=[eiy])|ss", "C"),
        (r"qu(?=n)", "ku"),
        (r"qu|q|ck", "k"),
        (r"gu(?=[eiy])", "G"),
        (r"ge(?=[ao])|g(?=[eiy])", "j"),
        (r"c(?=[eiy])", "C"),
        (r"[cG]", "k"),
        (r"th|t'h", "t"),
        (r"h", ""),
        (r"oeu|eu", "E"),
        (r"eau|au", "o"),
        (r"oin", "w1"),
        (r"(?:ain|ein|aim|in|im|yn|ym)(?![aeiouynmE])", "1"),
        (r"(?:an|am|en|em)(?![aeiouynmE])", "2"),
        (r"(?:on|om)(?![aeiouynmE])", "3"),
        (r"oi|oy", "wa"),
        (r"ou", "u"),
        (r"ai|ei|ay|ey", "e"),
        (r"y", "i"),
        (r"(?<=[aeiouE123])s(?=[aeiouE123])", "z"),
        (r"[C]", "s"),
        (r"x(?=[aeiouE])", "ks"),
        (r"(?:er|ez|et|es|e|s|t|d|x|p|z)+$", ""),
        (r"(.)\1+", r"\1"),
    )
)


@lru_cache(200_000)
def sound(word: str) -> str:
    """Return a key that words which sound alike share; ``word`` is folded.

    >>> sound("quand") == sound("kan"), sound("poids") == sound("poi"), sound("chacun") == sound("chaqun")
    (True, True, True)
    >>> sound("mot") == sound("mare")
    False
    """
    key = word
    for pattern, replacement in _SOUNDS:
        key = pattern.sub(replacement, key)
    return key or word


@cache
def _frequencies() -> dict[str, int]:
    """Folded French word → how often it is written."""
    from spellchecker import SpellChecker

    found: dict[str, int] = {}
    for word, count in SpellChecker(language="fr").word_frequency.dictionary.items():
        key = fold(word)
        found[key] = found.get(key, 0) + count
    return found


_COMMON = 300
"""A word that is written less often is not what somebody meant."""


@cache
def _by_sound() -> dict[str, str]:
    """Sound → the most common word of that sound."""
    best: dict[str, str] = {}
    known = _frequencies()
    for word in sorted(known, key=lambda word: (-known[word], word)):
        if known[word] < _COMMON:
            break
        if len(word) > 1:
            best.setdefault(sound(word), word)
    return best


_RAREST = 22.0


@lru_cache(200_000)
def rarity(word: str) -> float:
    """Return the surprise of a folded word in French, in bits over 10: 0.5 for a common word, 2 for a term.

    >>> rarity("mot") < rarity("perplexite")
    True
    """
    count = _frequencies().get(word, 0)
    total = 354e6  # words that the frequencies were counted on
    return min(_RAREST, math.log2(total / count) if count else _RAREST) / 10


def is_word(word: str) -> bool:
    """Say whether a folded word is in the dictionary, or is a number."""
    return word in _frequencies() or word in STOP_WORDS or word[:1].isdigit()


@dataclass(slots=True)
class Speller:
    """Reads misspelt words; ``vocabulary`` are the folded words of the task, which are right by definition."""

    vocabulary: frozenset[str]
    _sounds: dict[str, str] = field(default_factory=dict)
    _known: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for word in sorted(self.vocabulary):
            if len(word) > 2 and word not in STOP_WORDS:
                self._sounds.setdefault(sound(word), word)

    def read(self, words: Iterable[str]) -> list[str]:
        """Return the words that some folded ``words`` were meant to be, in order; most are themselves."""
        return [self.meant(word) for word in words]

    def meant(self, word: str) -> str:
        """Return what one folded word was meant to be."""
        if word not in self._known:
            self._known[word] = self._meant(word)
        return self._known[word]

    def _meant(self, word: str) -> str:
        if word in _SHORTHAND:
            return _SHORTHAND[word]
        if word in self.vocabulary or is_word(word) or not word.isalpha() or not re.search("[aeiouy]", word):
            return word
        heard, elided = self._heard(word), self._elided(word)
        if heard and elided:
            return max(heard, elided, key=lambda found: (found in self.vocabulary, _frequencies().get(found, 0)))
        return heard or elided or self._slip(word) or word

    def _heard(self, word: str) -> str | None:
        key = sound(word)
        if len(key) < 2 and len(word) < 2:
            return None
        return self._sounds.get(key) or _by_sound().get(key)

    def _elided(self, word: str) -> str | None:
        """« lereur » is « l’erreur », « kil » is « qu’il »."""
        for start in ("qu", "k", "l", "d", "j", "s", "n", "c", "m", "t"):
            rest = word.removeprefix(start)
            if rest != word and len(rest) > 1 and rest[0] in "aeiouyh":
                if rest in self.vocabulary or is_word(rest):
                    return rest
                if heard := self._heard(rest):
                    return heard
        return None

    def _slip(self, word: str) -> str | None:
        close = [known for known in sorted(self.vocabulary) if len(known) > 3 and typos(word, known) is not None]
        return close[0] if close else None


def same(a: str, b: str) -> bool:
    """Say whether two stems are of one family: equal, one the beginning of the other, or alike to the ear.

    >>> same(stem("parallele"), stem("parallelisation")), same(stem("mot"), stem("moteur"))
    (True, False)
    """
    if a == b:
        return True
    short, long = sorted((a, b), key=len)
    if len(short) >= 5 and (long.startswith(short) or long[:6] == short[:6]):
        return True
    return len(short) >= 4 and sound(a) == sound(b)


def stems_of(words: Iterable[str]) -> list[str]:
    """Return the stems of the words that carry a subject."""
    return [stem(word) for word in words if word not in STOP_WORDS and (len(word) > 1 or word.isdigit())]
