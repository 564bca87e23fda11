"""Names of students → « Copie 01 », before any model reads a copy.

The lines at the head of a copy that say who wrote it are blanked, character for character, so that every place in the
copy stays what it was. Left out: names in the middle of sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from tutor.contracts import Language

_HEAD = re.compile(
    r"^[ \t*_#>-]*(?:nom|prénom|prenom|noms?\s+et\s+prénoms?|élève|eleve|étudiant|étudiante|auteur|autrice|classe|"
    r"groupe|numéro\s+étudiant|name|student|author|class)[ \t*_]*(?::|=).{0,200}$",
    re.IGNORECASE | re.MULTILINE,
)
_HEAD_LENGTH = 600
"""Characters in which a copy says who wrote it."""


def pseudonyms(names: Iterable[str], language: Language = "fr") -> dict[str, str]:
    """Return what each copy is called, in the order given.

    >>> pseudonyms(["Zoé.txt", "Ali.txt"])
    {'Zoé.txt': 'Copie 01', 'Ali.txt': 'Copie 02'}
    """
    word = "Copie" if language == "fr" else "Copy"
    return {name: f"{word} {number:02d}" for number, name in enumerate(names, 1)}


def without_names(text: str, student: str = "") -> str:
    """Return ``text`` with the head lines that name its author, and the author's full name anywhere, blanked.

    >>> without_names("Nom : Zoé Diop\\nLe lissage…") == " " * 14 + "\\nLe lissage…"
    True
    """
    head = text[:_HEAD_LENGTH]
    blanked = _HEAD.sub(lambda match: " " * len(match.group()), head) + text[_HEAD_LENGTH:]
    parts = [part for part in re.split(r"[\s_.-]+", re.sub(r"\.\w{1,5}$", "", student)) if len(part) > 1]
    if len(parts) >= 2 and all(part.isalpha() for part in parts[:2]):
        for first, last in ((parts[0], parts[1]), (parts[1], parts[0])):
            pattern = re.compile(rf"\b{re.escape(first)}\s+{re.escape(last)}\b", re.IGNORECASE)
            blanked = pattern.sub(lambda match: " " * len(match.group()), blanked)
    return blanked
