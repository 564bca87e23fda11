"""What a student's words say: a request for help, a choice, a key of a short answer, and what they deny.

All texts here are ``readable`` (folded, plain signs). Rules for French and English, no model: what is not understood
is returned as not understood, so that nobody is told « wrong » for being misread. Left out: irony, long sentences
with several negations.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Literal

from tutor.quiz.item import LETTERS
from tutor.quiz.quantities import Quantity, only_number
from tutor.retrieval.lexical import STOP_WORDS, stem, typos, words

Span = tuple[int, int]

# --- requests ----------------------------------------------------------------------------------------------

_GIVE = (
    r"(?:(?:donne|dis|montre|explique|donnez)(?: moi)? |je (?:veux|voudrais|prends) |j aimerais(?: avoir)? "
    r"|(?:est ce que )?(?:tu peux|peux tu|je peux|puis je)(?: me donner| avoir)? |il me faut |j ai besoin d "
    r"|(?:can|could|may) (?:i|you) (?:please )?(?:have|get|give me|show me) |(?:give|show|tell) me |i (?:want|need) "
    r"|what is |what s |quelle est |c est quoi )?"
)
_LOST = (
    r"(?:(?:mais |moi )?(?:je |j )?(?:ne |n en |n )?(?:le |en )?(?:sais|ais) (?:vraiment |franchement |absolument )?"
    r"(?:pas|rien|plus)(?: du tout)?(?: la reponse| repondre| quoi repondre)?"
    r"|(?:je )?chais pas|jsp|sais pas|je (?:suis perdue?|bloque|seche)"
    r"|(?:je n ai |j ai |j en ai )?(?:aucune|pas la moindre|pas d) idee"
    r"|je (?:ne )?comprends (?:pas|rien)(?: la question)?"
    r"|idk|(?:i )?(?:really )?(?:do not|don t|dont) (?:know|understand)|(?:i have )?no (?:idea|clue)"
    r"|i m (?:lost|stuck))"
)
A_HINT = "indice"
"""A reply that asks for a hint, for whoever sends one in the student's place."""
_HINT = (
    r"(?:(?:un|une|l|le|d|de|autre|encore|petit|premier|nouvel|nouveau|a|an|another|one more|some|the) )*"
    r"(?:indices?|aide|indication|coup de pouce|piste|hints?|help|clues?)(?: moi)?"
    r"|aide[zr]? moi|help me|(?:tu peux|peux tu|pourrais tu|can you) (?:m aider|help me)"
)
_SOLUTION = (
    r"(?:(?:la|le|the|ta|your) )?(?:(?:bonne|right|correct|vraie) )?(?:solution|reponse|corrige|answer)"
    r"|(?:j |je |i )?(?:abandonne|donne ma langue au chat|passe|give up|skip|pass)"
)
_POLITE = re.compile(
    r"\b(?:stp|svp|s il (?:te|vous) plait|please|merci|thanks|bonjour|salut|euh+|hum+|ben|bah|bon|alors|ok|desolee?|"
    r"sorry|well|oh|mais|but|donc)\b"
)
_REQUESTS: tuple[tuple[Literal["hint", "solution"], re.Pattern[str]], ...] = (
    ("hint", re.compile(rf"{_GIVE}(?:{_HINT})")),
    ("solution", re.compile(rf"{_GIVE}(?:{_SOLUTION})")),
)
_LOST_ALONE = re.compile(_LOST)


def request(text: str) -> Literal["lost", "hint", "solution"] | None:
    """Return what a reply asks for, when it does nothing else.

    >>> [request(t) for t in ("je ne sais pas", "un indice stp", "donne-moi la solution", "idk", "l'indice de gini")]
    ['lost', 'hint', 'solution', 'lost', None]
    """
    plain = " ".join(_POLITE.sub(" ", " ".join(re.findall(r"[^\W_]+", text))).split())
    if not plain or len(plain) > 80:
        return None
    lost = _LOST_ALONE.match(plain)
    rest = plain[lost.end() :].strip() if lost else plain
    if lost and not rest:
        return "lost"
    return next((name for name, pattern in _REQUESTS if pattern.fullmatch(rest)), None)


# --- what is denied ----------------------------------------------------------------------------------------

_CLAUSE_END = re.compile(
    r"[;!?\n]|[.,:](?!\d)|\bmais\b|\bbut\b|\bcar\b|\bbecause\b|\bparce\b|(?<!que )\bc'est\b|\bplutot\b|\brather\b"
)
_NE = re.compile(r"\bne\b|\bn'")
_NE_QUE = re.compile(r"\b(?:ne|n')\s*(?:(?!(?:pas|plus|jamais|rien|point)\b)\w+\s+){1,3}(?:que\b|qu')")
_WITH_NE = re.compile(r"\b(?:pas|plus|jamais|rien|aucune?|guere|nullement|ni|point)\b")
_PAS = re.compile(r"\bpas\b(?!\s+a\s+pas\b)")
# « pas » is a step behind these: « la limite de pas », « chaque pas »
_BEFORE_A_STEP = frozenset(
    """
    a au aux ce ces chaque d de des deux dernier derniers deuxieme du grand grands l le les leur meme mon nombre par
    petit petits plusieurs premier premiers quelques son ton trois un second troisieme tous
    """.split()
)
_WHOLE = re.compile(
    r"\b(?:is|was|are|were|do|does|did|can|will|would|should)\s*(?:not\b|n't\b)|n't\b|\bcannot\b|\bnever\b|\bfaux\b|"
    r"\bfalse\b|\bwrong\b"
)
_FROM_HERE = re.compile(r"\b(?:not|ni|neither|nor)\b")
_NEXT_WORD = re.compile(
    r"\b(?:sans|without|non|aucune?)\b[\s-]+(?:(?:la|le|les|du|des|de|un|une|the|any|a)\s+|[ld]')?[^\W\d_][\w'-]*"
)


def denied(text: str) -> list[Span]:
    """Return the parts of a text that say what is *not* so.

    >>> text = "ce n'est pas bert, c'est gpt ; l'alpac sans eliza ; il ne voit que deux mots ; la limite de pas"
    >>> [text[a:b].strip() for a, b in denied(text)]
    ["ce n'est pas bert", 'sans eliza']
    """
    spans: list[Span] = []
    start = 0
    for end in [*(match.start() for match in _CLAUSE_END.finditer(text)), len(text)]:
        at = _denied_from(text[start:end])
        if at is not None:
            spans.append((start + at, end))
        start = end
    return spans + [match.span() for match in _NEXT_WORD.finditer(text)]


def _denied_from(clause: str) -> int | None:
    """Return where a denial begins that lasts to the end of the clause: at once for « ne … pas », else at « pas »."""
    if _NE.search(clause) and _WITH_NE.search(clause):
        return None if _NE_QUE.search(clause) else 0
    if _WHOLE.search(clause):
        return 0
    starts = [match.start() for match in _FROM_HERE.finditer(clause)]
    starts += [match.start() for match in _PAS.finditer(clause) if not _is_step(clause, match.start())]
    return min(starts, default=None)


def _is_step(clause: str, at: int) -> bool:
    before = re.findall(r"\w+", clause[max(0, at - 30) : at])
    return bool(before) and (before[-1] in _BEFORE_A_STEP or before[-1].isdigit())


def affirmed(span: Span, spans: Sequence[Span]) -> bool:
    """Say whether a part of the text lies outside of what is denied."""
    return all(span[1] <= start or span[0] >= end for start, end in spans)


# --- keys of a short answer --------------------------------------------------------------------------------


def key_spans(key: str, text: str) -> list[Span]:
    """Return where a text holds a key: from the beginning of a word on; a short key must be a whole word.

    Spaces in a key and hyphens in either do not count, nor does a slip of the keyboard in a longer word.

    >>> text = "le skipgram, la limitation, illimite, un supapprentissage, over-fitting"
    >>> [text[a:b] for key in ("skip-gram", "limit", "surapprentissage", "overfit") for a, b in key_spans(key, text)]
    ['skipgram', 'limit', 'supapprentissage', 'over-fit']
    """
    parts = ["-?".join(map(re.escape, part)) for part in re.split(r"[\s-]+", key) if part]
    if not parts:
        return []
    last = re.findall(r"\w+$", key)
    before = r"(?<!\w)" if key[0].isalnum() else ""
    after = r"(?!\w)" if last and (len(last[0]) < 4 or last[0][-1].isdigit()) else ""
    found = [match.span() for match in re.finditer(before + r"[\s-]*".join(parts) + after, text)]
    return found or _misspelt(key, text)


def _misspelt(key: str, text: str) -> list[Span]:
    meant = re.findall(r"\w+", key)
    written = list(re.finditer(r"\w+", text))
    return [
        (window[0].start(), window[-1].end())
        for at in range(len(written) - len(meant) + 1)
        if (window := written[at : at + len(meant)])
        and all(typos(word.group(), wanted) is not None for word, wanted in zip(window, meant, strict=True))
    ]


def hedges(text: str, spans: Sequence[Span]) -> bool:
    """Say whether a reply offers something else beside the keys found: « X ou Y », or a bare list.

    >>> hedges("test ou validation", [(0, 4)]), hedges("backdoor, ou porte derobee", [(0, 8), (13, 26)])
    (True, False)
    >>> hedges("le test, la validation, le reste", [(3, 7)]), hedges("le test, qui mesure le tout", [(3, 7)])
    (True, False)
    """
    items = _pieces(text, 0, len(text), _LIST)
    if len(items) > 2 and all(len(text[a:b].split()) <= 2 for a, b in items) and not all(_hold(items, spans)):
        return True
    start = 0
    for end in [*(match.start() for match in _CLAUSE_END.finditer(text)), len(text)]:
        held = _hold(_pieces(text, start, end, _OR), spans)
        if any(held) and not all(held):
            return True
        start = end
    return False


_OR = re.compile(r"\b(?:ou|or)\b")
_LIST = re.compile(r"[,;/\n]|\b(?:et|and|ou|or)\b")


def _pieces(text: str, start: int, end: int, separator: re.Pattern[str]) -> list[Span]:
    """Return what lies between the separators and has words."""
    cuts = [start, *(at for match in separator.finditer(text, start, end) for at in match.span()), end]
    return [(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=True) if re.search(r"\w", text[a:b])]


def _hold(pieces: Sequence[Span], spans: Sequence[Span]) -> list[bool]:
    return [any(a <= start < b for start, _ in spans) for a, b in pieces]


# --- choices -----------------------------------------------------------------------------------------------

_FILLER = (
    r"(?:reponse|answer|choix|choice|option|proposition|lettre|letter|la|le|l|les|the|c|est|it|s|is|je|j|i|dirais|dis|"
    r"pense|crois|choisis|prends|think|choose|pick|say|pour|moi|que|numero|number|no|n|°|ma|my|serait|plutot|peut|"
    r"etre|maybe|alors|donc|euh|hum|ben|bah|une?|it's|bonne|one|final|finale|well)"
)
_LEAD = rf"^[\s.…(\[]*(?:{_FILLER}[\s:,.]+)*?[(\[]?\s*"
_TAIL = rf"(?:[\s,.!?)\]]+{_FILLER})*[\s,.!?)\]]*$"
_SEVERAL = re.compile(_LEAD + r"([a-h])(?:\s*(?:,|/|&|\bet\b|\bou\b|\band\b|\bor\b)\s*(?:\w+\s+)?([a-h])\b)+" + _TAIL)
_LETTER = re.compile(
    _LEAD
    + r"([a-h])(?:"
    + _TAIL
    + r"|\s*[).:,;=-]+\s*(?P<rest>.*)$|\s+(?:car|parce|puisque|because|since|et pas|and not)\b.*$)"
)
_RANKS = {
    rank: index
    for index, ranks in enumerate(
        (
            "premier premiere 1er 1re 1ere first 1st",
            "deuxieme second seconde 2e 2eme 2nd 2nde",
            "troisieme 3e 3eme third 3rd",
            "quatrieme 4e 4eme fourth 4th",
            "cinquieme 5e 5eme fifth 5th",
            "sixieme 6e 6eme sixth 6th",
            "septieme 7e 7eme seventh 7th",
            "huitieme 8e 8eme eighth 8th",
        )
    )
    for rank in ranks.split()
} | {"dernier": -1, "derniere": -1, "last": -1}
_RANK = re.compile(_LEAD + rf"({'|'.join(sorted(_RANKS, key=len, reverse=True))})\b" + _TAIL)
_INDEX = re.compile(_LEAD + r"([1-8])" + _TAIL)
_LED_BY = re.compile(rf"^(?:{_FILLER}(?:[\s:,]+|'(?=\w)))+")
_QUOTES = re.compile("[«»“”\"'`*_]")


def chosen(choices: Sequence[str], text: str, quantities_of: Sequence[Quantity]) -> tuple[int, ...]:
    """Return the choices that a reply names: none when it names none, several when it wavers.

    A choice is named by its letter, its rank, its number (unless numbers are what is chosen among), its words, or
    the words that only it has. ``quantities_of`` are the numbers that the reply affirms.

    >>> choices = ["par la porte d'oubli", "par la porte d'entree", "par la somme"]
    >>> [chosen(choices, t, ()) for t in ("« b »", "la deuxieme", "2", "l'oubli", "porte", "a ou b")]
    [(1,), (1,), (1,), (0,), (), (0, 1)]
    """
    exact = [index for index, choice in enumerate(choices) if _bare(choice) in (_bare(text), _bare(text, lead=True))]
    if exact:
        return (exact[0],)
    plain = " ".join(_QUOTES.sub(" ", text).split())
    several = _SEVERAL.match(plain)
    if several:
        named = {LETTERS.lower().index(letter) for letter in re.findall(r"\b[a-h]\b", plain[several.start(1) :])}
        return tuple(sorted(index for index in named if index < len(choices)))
    letter = _LETTER.match(plain)
    if letter:
        index = LETTERS.lower().index(letter.group(1))
        said = _by_words(choices, letter.group("rest") or "")
        return tuple(sorted({index, *said})) if index < len(choices) else ()
    rank = _RANK.match(plain)
    if rank:
        index = _RANKS[rank.group(1)]
        return (index % len(choices),) if index < len(choices) else ()
    numbers = [only_number(choice) for choice in choices]
    if all(numbers):
        meant = [
            index
            for index, number in enumerate(numbers)
            if number and any(quantity.agrees(number.value) for quantity in quantities_of)
        ]
        if meant or quantities_of:
            return tuple(meant)
    elif index_ := _INDEX.match(plain):
        number_ = int(index_.group(1))
        return (number_ - 1,) if number_ <= len(choices) else ()
    return _by_words(choices, text)


def _bare(text: str, lead: bool = False) -> str:
    """Drop quotation marks and the last full stop; with ``lead``, « c'est » and the like too."""
    bare = " ".join(re.sub(r"[«»“”\"*]|[.!?…]+\s*$", " ", text).split())
    return _LED_BY.sub("", bare, count=1) if lead else bare


def _by_words(choices: Sequence[str], text: str) -> tuple[int, ...]:
    """Read a choice written with slips of the keyboard, in part, or by the words that no other choice has."""
    written = words(text)
    for index, choice in enumerate(choices):
        meant = words(choice)
        same_length = written and len(meant) == len(written)
        if same_length and all(typos(a, b) is not None for a, b in zip(written, meant, strict=True)):
            return (index,)
    part_of = [index for index, choice in enumerate(choices) if _runs_in(written, words(choice))]
    if len(part_of) == 1:
        return (part_of[0],)
    scopes = denied(text)
    kept = "".join(c if affirmed((at, at + 1), scopes) else " " for at, c in enumerate(text))
    asked = _subjects(kept)
    own = [_subjects(choice) for choice in choices]
    named = []
    for index, subjects in enumerate(own):
        others = set().union(*(other for at, other in enumerate(own) if at != index))
        only_here = subjects - others
        shared = {a for a in only_here if any(typos(b, a) is not None for b in asked)}
        if shared:
            named.append((index, 2 * len(shared) >= len(only_here)))
    if len(named) == 1:
        return (named[0][0],) if named[0][1] else ()
    return tuple(index for index, enough in named if enough) if all(enough for _, enough in named) else ()


def _runs_in(part: Sequence[str], whole: Sequence[str]) -> bool:
    """Say whether words, two of which carry a subject, stand in a row in a choice."""
    if sum(word not in STOP_WORDS for word in part) < 2:
        return False
    return any(list(whole[at : at + len(part)]) == list(part) for at in range(len(whole) - len(part) + 1))


def _subjects(text: str) -> set[str]:
    return {stem(word) for word in words(text) if word not in STOP_WORDS or word.isdigit()}


# --- numbers -----------------------------------------------------------------------------------------------

_ANNOUNCES = re.compile(
    r"[=≈~≃]|\b(?:soit|donc|vaut|valent|vaudra|donne|donnent|fait|font|obtiens?|obtient|trouve|environ|est|sont|equals?|"
    r"is|are|gives?|makes?|so|about|compte|devient|reponse|answer|faut|reste)\b"
)


def announced(text: str, found: Sequence[Quantity]) -> list[Quantity]:
    """Return the numbers that a reply gives as its answer: the only one, or those behind « = », « soit », « vaut »…

    >>> from tutor.quiz.quantities import quantities
    >>> text = "2 * (100 + 50) = 300 parametres, au lieu de 5 000"
    >>> [str(q.value) for q in announced(text, quantities(text))]
    ['300']
    """
    if len({quantity.value for quantity in found}) <= 1:
        return list(found)
    behind: dict[int, Quantity] = {}
    for match in _ANNOUNCES.finditer(text):
        following = next((quantity for quantity in found if quantity.start >= match.end()), None)
        if following and not re.search(r"[;!?\n]|[.](?!\d)", text[match.end() : following.start]):
            behind.setdefault(following.start, following)
    return list(behind.values())


def wavers(text: str, found: Sequence[Quantity]) -> bool:
    """Say whether two different numbers are joined by « ou »."""
    return any(
        text[a.end : b.start].strip() in ("ou", "or", "ou bien", "ou peut-etre", "or maybe") and a.value != b.value
        for a, b in itertools.pairwise(found)
    )
