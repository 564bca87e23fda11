"""French reviews made from frames, positive and negative, with negations and with orders of words that decide.

A frame is a sentence with holes: {s} what is reviewed, {a} an adjective; {x} and {y} are two adjectives of opposite
sense, of which {x} is meant and {y} denied. Every frame gets as many positive as negative adjectives, so no frame tells
the answer by itself. The three parts share the adjectives and *no frame*: a model that has learned its sentences by
heart gains nothing in the test.

    >>> data = made()
    >>> {part: len(reviews) for part, reviews in data.items()}
    {'train': 800, 'validation': 240, 'test': 360}
    >>> data["test"][0].kind, data["test"][0].positive
    ('plain', True)

``BY_HAND`` are twelve more, written freely: words and turns that no frame has, and irony. Left out: everything else
that makes real reviews hard.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Literal

Kind = Literal["plain", "negated", "order"]
"""Says it · denies it · says one adjective and denies the other."""

SUBJECTS = ("ce film", "ce livre", "ce repas", "ce concert", "ce spectacle", "ce jeu", "ce roman", "ce cours")
POSITIVE = (
    "excellent", "superbe", "drôle", "magnifique", "passionnant", "réussi", "touchant", "brillant", "agréable", "bon",
)  # fmt: skip
NEGATIVE = (
    "nul", "affreux", "ennuyeux", "horrible", "pénible", "raté", "décevant", "médiocre", "lent", "mauvais",
)  # fmt: skip

FRAMES: dict[str, dict[Kind, tuple[str, ...]]] = {
    "train": {
        "plain": (
            "{s} est {a}",
            "{s} est vraiment {a}",
            "j’ai trouvé {s} {a}",
            "{s} était très {a} hier soir",
            "pour moi {s} est {a}",
            "franchement c’est {a}",
            "{s} m’a paru {a} du début à la fin",
            "tout le monde dit que {s} est {a}",
            "{a}, voilà le mot pour {s}",
            "je garde de {s} un souvenir {a}",
        ),
        "negated": (
            "{s} n’est pas {a}",
            "{s} n’était pas {a} du tout",
            "je ne trouve pas {s} {a}",
            "ce n’est pas {a}",
            "je ne dirais pas que {s} est {a}",
            "pas {a}, {s}",
        ),
        "order": (
            "{s} est {x}, pas {y}",
            "{s} n’est pas {y} mais {x}",
            "c’est {x} et non {y}",
            "pas {y} du tout, {x}",
        ),
    },
    "validation": {
        "plain": ("{s} reste {a} pour moi", "c’est très {a}, je le dis à tout le monde", "hier soir {s} était {a}"),
        "negated": ("{s} n’est pas très {a}", "pour moi ce n’est pas {a} du tout"),
        "order": ("je le dis : {s} est {x}, et pas {y}",),
    },
    "test": {
        "plain": (
            "oui, {s} est très {a}",
            "je trouve {s} vraiment {a}",
            "du début à la fin, {s} a été {a}",
            "le souvenir que je garde est {a}",
        ),
        "negated": (
            "non, {s} n’est vraiment pas {a}",
            "on ne peut pas dire que {s} soit {a}",
            "{s} ne m’a pas paru {a}",
        ),
        "order": ("je dirais que {s} est {x} et pas {y}", "pour moi c’est non pas {y} mais {x}"),
    },
}


@dataclass(frozen=True, slots=True)
class Review:
    """A review, its sentiment, and how its frame says it."""

    text: str
    positive: bool
    kind: Kind


BY_HAND: tuple[Review, ...] = tuple(
    Review(text, positive, "plain")
    for text, positive in (
        ("Je me suis ennuyé du début à la fin.", False),
        ("Un pur bonheur, courez-y !", True),
        ("Le service était lent et la soupe froide.", False),
        ("On en ressort avec le sourire.", True),
        ("Bravo, encore deux heures de ma vie perdues.", False),
        ("Pas mal du tout !", True),
        ("Je n’ai jamais rien lu d’aussi beau.", True),
        ("Sans intérêt.", False),
        ("Drôle ? Pas une seconde.", False),
        ("Je m’attendais au pire et j’ai passé un excellent moment.", True),
        ("Magnifique… si l’on aime dormir.", False),
        ("Impossible de s’en lasser.", True),
    )
)


def made(seed: int = 0) -> dict[str, list[Review]]:
    """Return the reviews of each part; the seed draws what is reviewed. Two reviews for each frame and adjective.

    In the kind « order » they come in twos: the same words, the two adjectives exchanged.
    """
    source = random.Random(seed)
    return {
        part: [review for kind, frames in kinds.items() for review in _of(kind, frames, source)]
        for part, kinds in FRAMES.items()
    }


def _of(kind: Kind, frames: tuple[str, ...], source: random.Random) -> list[Review]:
    reviews = []
    for frame in frames:
        for _ in range(2):
            for good, bad in zip(POSITIVE, source.sample(NEGATIVE, len(NEGATIVE)), strict=True):
                subject = source.choice(SUBJECTS)
                for said, denied, positive in ((good, bad, True), (bad, good, False)):
                    text = frame.format(s=subject, a=said, x=said, y=denied)
                    reviews.append(Review(text, positive is not (kind == "negated"), kind))
    return reviews
