"""A small French corpus in which the meaning of the words is planted: who knows the rules knows the right neighbours.

Each sentence is drawn from a frame and a word of the class that fits it: animals sleep and hide in the grass, vehicles
brake and are parked. Words of one class are thus used in the same contexts and nowhere else, which is all that
distributional vectors can see. Two relations are planted as well: masculine and feminine (roi, reine), and a country
with its capital (France, Paris), by contexts that both share and contexts of each kind.

    >>> len(sentences(1000)), sentences(3) == sentences(3)
    (1000, True)

Left out: everything else. Real words are ambiguous, rare, and used in more than one way.
"""

from __future__ import annotations

import random

CLASSES: dict[str, tuple[str, ...]] = {
    "animal": ("le chat", "le chien", "le lapin", "le cheval", "la souris", "la vache", "la poule", "l’oiseau"),
    "food": ("le pain", "le fromage", "le riz", "le gâteau", "la pomme", "la soupe", "la salade", "l’omelette"),
    "vehicle": ("le vélo", "le camion", "le bus", "le taxi", "la voiture", "la moto", "la camionnette", "l’autocar"),
    "instrument": ("le piano", "le violon", "le tambour", "le hautbois", "la guitare", "la flûte", "la harpe"),
}
FRAMES: dict[str, tuple[str, ...]] = {
    "animal": (
        "{} dort près du feu",
        "{} se cache dans l’herbe",
        "{} boit dans la mare",
        "on caresse {} chaque soir",
        "{} a faim ce matin",
        "on soigne {} à la ferme",
    ),
    "food": (
        "on mange {} à midi",
        "{} refroidit dans l’assiette",
        "on prépare {} à la cuisine",
        "on goûte {} avant le dessert",
        "{} manque de sel",
        "on achète {} au marché",
    ),
    "vehicle": (
        "{} roule sur la route",
        "{} freine dans le virage",
        "on répare {} au garage",
        "on gare {} devant la maison",
        "{} s’arrête au carrefour",
        "{} consomme trop d’essence",
    ),
    "instrument": (
        "{} accompagne la chanson",
        "on accorde {} avant le concert",
        "{} sonne un peu faux",
        "on entend {} dans l’orchestre",
        "{} répète la mélodie",
        "on range {} dans son étui",
    ),
}
PEOPLE: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("homme", "femme", ("marche dans la ville", "attend devant la gare", "lit le journal")),
    ("roi", "reine", ("porte la couronne", "règne sur le royaume", "reçoit les ministres")),
    ("prince", "princesse", ("danse au bal", "apprend à monter", "habite la tour")),
    ("acteur", "actrice", ("joue une pièce", "apprend son texte", "salue le public")),
    ("boulanger", "boulangère", ("pétrit la pâte", "ouvre la boutique", "allume le four")),
    ("nageur", "nageuse", ("plonge dans le bassin", "gagne la course", "enfile un bonnet")),
)
"""Masculine, feminine, what both do."""
GENDERED: tuple[tuple[str, str], ...] = (
    ("le {} est content", "la {} est contente"),
    ("un {} vient et il sourit", "une {} vient et elle sourit"),
    ("ce {} est grand", "cette {} est grande"),
    ("il parle au {} et le suit", "elle parle à la {} et la suit"),
)
PLACES: tuple[tuple[str, str, str], ...] = (
    ("france", "paris", "français"),
    ("italie", "rome", "italien"),
    ("espagne", "madrid", "espagnol"),
    ("allemagne", "berlin", "allemand"),
    ("grèce", "athènes", "grec"),
    ("suède", "stockholm", "suédois"),
)
"""Country, capital, language."""
OF_A_COUNTRY = ("le pays {} vote", "le drapeau de {} flotte", "les frontières de {} changent", "une carte de {}")
OF_A_CAPITAL = ("la ville {} grandit", "le métro de {} ouvre", "les rues de {} sont pleines", "le maire de {}")
OF_BOTH = ("vers {} on parle {language}", "{} chante en {language}", "à {} tout est écrit en {language}")


def sentences(number: int, seed: int = 0) -> list[str]:
    """Draw that many sentences; the same seed gives the same ones."""
    source = random.Random(seed)
    return [_sentence(source) for _ in range(number)]


def classes() -> dict[str, tuple[str, ...]]:
    """Return the words of each class, without their articles, people and places included.

    >>> classes()["animal"][:2], classes()["capital"][0]
    (('chat', 'chien'), 'paris')
    """
    bare = {name: tuple(word.replace("’", " ").split()[-1] for word in words) for name, words in CLASSES.items()}
    return {
        **bare,
        "masculine": tuple(man for man, _, _ in PEOPLE),
        "feminine": tuple(woman for _, woman, _ in PEOPLE),
        "country": tuple(country for country, _, _ in PLACES),
        "capital": tuple(capital for _, capital, _ in PLACES),
    }


def pairs() -> tuple[tuple[tuple[str, str], ...], ...]:
    """Return the pairs of words of each planted relation."""
    return tuple((man, woman) for man, woman, _ in PEOPLE), tuple((country, capital) for country, capital, _ in PLACES)


def _sentence(source: random.Random) -> str:
    kind = source.choice((*CLASSES, "people", "people", "places", "places"))
    if kind == "people":
        man, woman, deeds = source.choice(PEOPLE)
        feminine = source.random() < 0.5
        who = woman if feminine else man
        if source.random() < 0.5:
            return source.choice(GENDERED)[feminine].format(who)
        return f"{'la' if feminine else 'le'} {who} {source.choice(deeds)}".replace("le homme", "l’homme").replace(
            "le acteur", "l’acteur"
        )
    if kind == "places":
        country, capital, tongue = source.choice(PLACES)
        of_capital = source.random() < 0.5
        where = capital if of_capital else country
        frames = OF_BOTH if source.random() < 0.5 else OF_A_CAPITAL if of_capital else OF_A_COUNTRY
        return source.choice(frames).format(where, language=tongue)
    return source.choice(FRAMES[kind]).format(source.choice(CLASSES[kind]))
