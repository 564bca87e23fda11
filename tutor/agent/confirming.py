"""Says whether a sentence of the course confirms a sentence of a student: yes only where their words leave no doubt.

    claim   « un GRU a deux portes »           →  gru · a · 2 · port
    quote   « Un GRU a deux portes et … »      →  gru · a · 2 · port · et · …             confirmed

Both become tokens: words without their inflections in their order, small words and signs kept (« remplace X par Y » is
not « remplace Y »), articles dropped, numbers as digits, « possède » as « a ». The claim must be the beginning of the
quote's main clause, from its subject on, with a verb, something after it and three telling words or more, and end where
that clause ends, at a punctuation mark or « et »: a word more may restrict what was said (« écrit bien du code *simple*
»). No condition and no word of error may stand anywhere in the sentence. « X est un N à deux Y » also confirms « X a
deux Y ».

A wrong « oui » teaches an error, a missing one costs a comparison: so what is left out is much. Synonyms, other word
orders, the passive, a conclusion from two sentences, and another language than the course's are never confirmed. Nor
are rows, code, questions, exercises, quotations, and the lines of a chapter that name common errors (« Croire que… »).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tutor.agent.support import numbers
from tutor.contracts import Passage
from tutor.retrieval.lexical import STOP_WORDS, fold, stem, stems, words
from tutor.retrieval.sentences import Span

LEAST_WORDS = 3
"""Telling stems of a claim: with fewer there is nothing to agree on."""

_ASIDE = re.compile(
    r"\b(?:mal tourner|pieges?|erreurs?|idees? (?:recues?|fausses?)|confusions?|a ne pas|a toi|exercices?|questions?"
    r"|quiz|activites?|devoirs?|vrai ou faux|sources|bibliographie|objectifs?"
    r"|go(?:es)? wrong|pitfalls?|mistakes?|misconceptions?|myths?|your turn|exercises?|homework|true or false"
    r"|references|objectives?)\b"
)
"""Headings of sections that name errors, ask, or list: their sentences state nothing."""
_OPENS_NO_STATEMENT = re.compile(
    r"(?:croi\w*|pens\w*|confond\w*|oubli\w*|suppos\w*|imagin\w*|di[rst]\w*|ecri\w*|prendre|prends|lire"
    r"|on (?:croit|pense|dit|lit|imagine|suppose)|il est faux|believ\w*|think\w*|assum\w*|forget\w*"
    r"|confus\w*|say\w*)\b"
)
_LABEL = re.compile(r"^\s*(?:(?:[-*+]|\d+[.)]|>)\s+)?(?:(\*\*|__)[^*_]{1,120}\1\s*[:.]?\s*:?)?\s*")
_PARENTHESIS = re.compile(r"\([^()]*\)")
_SYMBOL = re.compile(r"\$\\?[A-Za-z]+(?:[_^]\w)?\$")
"""« chaque paramètre $\\theta$ »: the symbol of what was just named."""
_OR_RATHER = re.compile(r",\s+(?:ou|comme|c[’']est-à-dire|noté[es]*|appelé[es]*|or|called|that is)\b[^,;:.]{1,80},")
"""« Un GRU, ou unité récurrente à portes, est… », « un écart, comme un stéréotype, que… »: another name, an example."""
_EXACT = re.compile(r"`[^`]*`|\$\$.*?\$\$|\$[^$\n]*\$|\\\(.*?\\\)|\\\[.*?\\\]|https?://\S+", re.DOTALL)
"""Code, formulas and addresses: a claim that says as much holds the same, spaces aside."""
_SIGN = r"[+−–%<>=×≈≤≥]|-(?=\d)"
"""« n − 1 » is not « n + 1 », nor 15 % of something 15."""
_BREAK = re.compile(r"[;:!?…]|[.,](?!\d)|\s[—–-]\s")
_CONNECTS = re.compile(
    r"^(?:ainsi|donc|or|enfin|en effet|en outre|de plus|par ailleurs|aussi|en bref|en resume|thus|so|moreover|in short)"
    r"\s*,\s*"
)
_IN_YEAR = re.compile(r"^(?:en|in) (\d{4})\s*,\s*")
_SAID_BY_ME = re.compile(
    r"^(?:\W|(?:oui|alors|donc|ok|bon|euh|en fait|well|so)\b|(?:je (?:pense|crois|dirais)|(?:selon|pour) moi|a mon avis"
    r"|moi je dirais|i (?:think|believe|would say)|in my opinion)\b\s*,?|(?:que|qu'|that)\b)+"
)
_DROPPED = frozenset("le la les l the donc bien ainsi en_fait".split())
_SAME = {
    **dict.fromkeys("du des d".split(), "de"),
    **dict.fromkeys("au aux à".split(), "a"),
    **dict.fromkeys("ont possede possedent comporte comportent contient contiennent has have".split(), "a"),
    **dict.fromkeys("est sont c'est is are".split(), "est"),
    "une": "un",
    "an": "un",
}
_PHRASES = (
    (("dispose", "de"), "a"),
    (("est", "muni", "de"), "a"),
    (("est", "dote", "de"), "a"),
    (("muni", "de"), "a"),
    (("dote", "de"), "a"),
    (("c", "est"), "est"),
    (("ce", "est"), "est"),
)
_TURNS = frozenset(
    """
    ne n pas plus jamais aucun aucune sans ni non rien guere personne nul nulle ou soit si que qu moins mieux pire
    autant plutot seul seule seuls seules seulement uniquement surtout presque quasi parfois souvent rarement peu trop
    mal tort faux fausse fois moitie demi tiers quart double triple sauf hormis quand lorsque lorsqu inverse contraire
    contrairement lieu alors tandis mais pourtant cependant pseudo ancien peine environ jusqu entre avant apres
    not never no without nor neither or if unless than less more better worse only merely almost nearly sometimes often
    rarely few half twice when whereas while but unlike instead except opposite inverse between before after until
    """.split()
)
"""Words that turn, weaken or bound what a clause said before them."""
_CONDITIONS = frozenset(
    """
    si quand lorsque lorsqu sauf hormis condition pourvu moins tant selon hypothese hypothetique suppose supposons
    pourrait pourraient semble semblent croit croire pense penser pretend faux fausse fausses tort erreur erronee mythe
    if when unless except provided depending hypothesis might seems seem believe believed think wrong false mistake
    """.split()
)
"""Words that make a whole sentence hold on a condition only, or for somebody else, or not at all."""
_VERBS = frozenset(
    """
    soustrait retir laiss fournit range classe decoup
    est a sert depend consist permet date vient va fait devient peut doit appartient ressembl exist parcourt lit lisent
    predit apprend apprennent donn gard calcul mesur compt ajout produit choisit remplac associ transform multipli
    divis sert utilis represent vaut veut repond ecrit voit retient oubli decid regl combin encod decod compar
    can must does makes gives uses reads predict learn keep measur
    """.split()
)
_BEFORE_AN_OBJECT = frozenset("le la les l un une des chaque tout tous toute toutes ce cet cette ces the a an".split())
_NEVER_VERBS = frozenset(
    "et ou ni de du des d a au aux par pour sur dans en avec sans vers comme que qui of to".split()
)
_POINTERS = frozenset(
    """
    il ils elle elles ce c cet cette ces ceci cela ca celui celle ceux celles on leur leurs son sa ses lui je tu nous
    vous it its they their this that these those he she his her we you i
    """.split()
)
"""A sentence that opens so leans on the one before."""
_UNDEFINED = frozenset("un une des a an".split())
_DEFINED = frozenset("le la les l the".split())


def statement(passage: Passage, span: Span) -> str | None:
    """Return the prose that a span of a passage states, without its list mark and label; None if it states nothing.

    A section is judged by its whole path of headings: « Ce qui peut mal tourner » names errors.
    """
    if span.kind != "sentence" or any(_ASIDE.search(fold(heading)) for heading in passage.headings[1:]):
        return None
    if _ASIDE.search(fold(passage.section)):
        return None
    text = passage.text[span.start : span.end]
    prose = text[_LABEL.match(text).end() :]  # type: ignore[union-attr]  # matches always
    if "|" in prose or prose.rstrip(" *_»”\"'").endswith("?") or _OPENS_NO_STATEMENT.match(fold(prose).lstrip('«“" ')):
        return None
    return prose


def confirms(claim: str, quote: str) -> bool:
    """Say whether ``quote``, a statement of the course, confirms a student's ``claim``, one sentence.

    >>> confirms("un GRU a deux portes", "Un GRU possède deux portes, et il est plus simple.")
    True
    >>> confirms("un LSTM a deux portes", "Un GRU possède deux portes.")
    False
    """
    whole = "(" in claim or "$" in claim or bool(_OR_RATHER.search(claim))
    said = _SAID_BY_ME.sub("", _prose(claim, whole))
    if len(set(stems(said))) < LEAST_WORDS or _OPENS_NO_STATEMENT.match(said):
        return False
    told = _CONNECTS.sub("", _prose(quote, whole))
    if year := _IN_YEAR.match(told):
        told = told[year.end() :]
        said = re.sub(rf"^(?:en|in) {year[1]}\s*,\s*|\s*,?\s*\b(?:en|in) {year[1]}\W*$", "", said)
    if not _same_subject(said, told, _PARENTHESIS.sub(" ", quote)) or not _has_verb(said):
        return False
    claimed = _tokens(said)
    while claimed and claimed[-1] == _STOP:
        claimed.pop()
    rest = _after(claimed, _tokens(told))
    if rest is None or _conditions(said) != _conditions(quote):
        return False
    return not rest or rest[0] in (_STOP, "et", "and")


_STOP = "|"
_EXACTLY = "¤"


def _prose(text: str, whole: bool) -> str:
    """Return folded prose without emphasis, and unless it is to be ``whole`` without parentheses and other names.

    Code and formulas become one word each.
    """
    if not whole:
        text = _SYMBOL.sub(" ", text)
    text = _EXACT.sub(lambda exact: f" {_EXACTLY}{exact.group().encode().hex()} ", text.replace("’", "'"))
    text = re.sub(r"\*\*|__|(?<!\w)[*_]|[*_](?!\w)|[«»“”\"]", "", text)
    if not whole:
        text = _OR_RATHER.sub(" ", _PARENTHESIS.sub(" ", text))
    return " ".join(fold(text).split())


def _conditions(text: str) -> list[str]:
    return [word for word in words(text) if word in _CONDITIONS]


def _tokens(folded: str) -> list[str]:
    """Return the stems of a folded sentence in order, ``|`` where a clause ends.

    >>> _tokens("un lstm possede trois portes, et du calcul")
    ['un', 'lstm', 'a', '3', 'port', '|', 'et', 'de', 'calcul']
    """
    found: list[str] = []
    for place, piece in enumerate(_BREAK.split(folded)):
        if place and found and found[-1] != _STOP:
            found.append(_STOP)
        found += _one_word_each([_SAME.get(word, word) for word in _words(piece) if word not in _DROPPED])
    return [_token(word) for word in found]


def _token(word: str) -> str:
    if word.startswith(_EXACTLY):
        return word
    whole = not any(map(str.isdigit, word)) or re.fullmatch(r"[\d.,]+", word)  # « word2vec » is a name
    if whole and (number := numbers(word)):
        return number.pop()
    if word in STOP_WORDS or word in _SAME.values() or word in _TURNS:
        return word
    return _uninflected(word)


def _uninflected(word: str) -> str:
    """Return a word without the ends of its plural and feminine: no root, which « attente » and « attention » share.

    >>> [_uninflected(word) for word in ("portes", "porte", "donnent", "donne", "donnerait", "attente", "attention")]
    ['port', 'port', 'donn', 'donn', 'donnerait', 'attent', 'attention']
    """
    if len(word) > 5:
        word = word.removesuffix("nt") if word.endswith("ent") else word
    if len(word) > 3:
        word = word.removesuffix("s").removesuffix("x")
    return word.removesuffix("e") if len(word) > 3 else word


def _one_word_each(found: list[str]) -> list[str]:
    """Put « a » for « est muni de », « est » for « c’est »."""
    at = 0
    while at < len(found):
        for phrase, meant in _PHRASES:
            if tuple(found[at : at + len(phrase)]) == phrase:
                found[at : at + len(phrase)] = [meant]
        at += 1
    return found


def _words(piece: str) -> list[str]:
    found: list[str] = []
    for part in re.split(rf"({_EXACTLY}\w*|{_SIGN})", piece):
        if re.fullmatch(_SIGN, part):
            found.append("-" if part in "−–" else part)
        else:
            found += [part] if part.startswith(_EXACTLY) else words(part)
    return found


def _same_subject(said: str, told: str, quote: str) -> bool:
    """Say whether both begin with a noun, and mean one of the kind, or the one in question, alike."""
    ours, theirs = words(said), words(told)
    (our_article, ours), (their_article, theirs) = _opening(ours), _opening(theirs)
    if not ours or not theirs or ours[0] in _POINTERS or theirs[0] in _POINTERS:
        return False
    named = re.search(rf"(?<!\w){re.escape(theirs[0])}(?!\w)", quote.lower())
    written = quote[named.start() : named.end()] if named else ""
    is_name = sum(map(str.isupper, written)) > 1 or any(map(str.isdigit, written))
    return is_name or our_article == their_article or (our_article == "" and their_article == "defined")


def _opening(found: list[str]) -> tuple[str, list[str]]:
    if found and found[0] in _DEFINED:
        return "defined", found[1:]
    if found and found[0] in _UNDEFINED:
        return "undefined", found[1:]
    return "", found


def _has_verb(said: str) -> bool:
    """Say whether a folded claim holds a verb, and something after it.

    A known one, or a word before an object: « remplace la récurrence ».
    """
    found = words(said)
    for place, word in enumerate(found[1:-1], 1):
        token = _SAME.get(word) or stem(word)
        if word not in _NEVER_VERBS - {"a"} and (token in _VERBS or word in _VERBS):
            return True
        if found[place - 1] in ("ne", "n", "se", "s"):
            return True
        before_object = found[place + 1] in _BEFORE_AN_OBJECT or numbers(found[place + 1])
        if word not in STOP_WORDS and before_object and found[place - 1] not in _NEVER_VERBS | _BEFORE_AN_OBJECT:
            return True
    return False


def _after(claimed: Sequence[str], course: Sequence[str]) -> Sequence[str] | None:
    """Return what the course's sentence says after the claim; None when it does not begin with the claim."""
    claimed, course = _without_article(claimed), _without_article(course)
    size = len(claimed)
    if size and list(course[:size]) == list(claimed):
        return course[size:]
    if "a" not in claimed:
        return None
    at = claimed.index("a")
    subject, had = list(claimed[:at]), list(claimed[at + 1 :])
    if not had or not had[0].isdigit() or list(course[: at + 2]) != [*subject, "est", "un"]:
        return None
    clause = list(_until_stop(course[at + 2 :]))
    for place, token in enumerate(clause):
        if token in _TURNS or token.startswith(_EXACTLY):
            return None
        if token == "a" and place:  # « un RNN à deux portes », « un RNN muni d’un état et de trois portes »
            for start in (place + 1, *_coordinated(clause, place)):
                if clause[start : start + len(had)] == had:
                    between = clause[place + 1 : start]
                    return (
                        None
                        if any(each in _TURNS or each.isdigit() for each in between)
                        else clause[start + len(had) :]
                    )
            return None
    return None


def _coordinated(clause: Sequence[str], place: int) -> Iterator[int]:
    """Yield where « … et de X » begins with X, after ``place``."""
    for at in range(place + 1, len(clause) - 1):
        if clause[at] == "et":
            yield at + (2 if clause[at + 1] in ("de", "a") else 1)


def _without_article(tokens: Sequence[str]) -> Sequence[str]:
    return tokens[1:] if tokens and tokens[0] in ("un", "de", "a") else tokens


def _until_stop(tokens: Sequence[str]) -> Iterator[str]:
    for token in tokens:
        if token == _STOP:
            return
        yield token
