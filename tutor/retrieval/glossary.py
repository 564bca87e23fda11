"""The course's own glossary: list items « **Terme (English, SIGLE)** : définition » → entries found by name.

A glossary is any chapter or section headed « Glossaire » or « Glossary ». A term is found inside a sentence, by the
longest match, whatever its case, accents, hyphens, articles or plural; by its acronym, its expansion, its English
name, or a name that its definition gives (« s’appelle aussi … »); and with a slip of the keyboard when nothing else
matches. Every definition is an exact span of a passage, so that it can be cited. Left out: terms that the course
explains only in running text (the search's work), and glossaries written as a table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from tutor.contracts import Passage
from tutor.retrieval.lexical import STOP_WORDS, fold, typos, words
from tutor.retrieval.markdown import blocks

NAME_LIMIT = 120
"""Characters of a term with its parentheses."""
_WINDOW = 10
"""Words that a name may have."""
_QUESTION_LIMIT = 500
"""Characters of a question that are looked at."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One term of the glossary; ``definition`` is exactly ``passage.text[start:end]``."""

    term: str
    aliases: tuple[str, ...]
    """Its other names."""
    definition: str
    passage_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Name:
    entry: int
    """Index of the entry."""
    rank: int
    """0 the term · 1 what its parentheses say · 2 a part of it, or a name that its definition gives."""


_LookUp = Callable[[Sequence[str]], list[tuple[int, _Name]]]
"""Words → the names that they may be, each with its slips of the keyboard."""


@dataclass(frozen=True, slots=True)
class Glossary:
    """All entries in the order of the course, and an index of their names."""

    entries: tuple[Entry, ...] = ()
    names: dict[str, tuple[_Name, ...]] = field(default_factory=dict, repr=False, compare=False)
    spellings: frozenset[str] = field(default=frozenset(), repr=False, compare=False)
    """Every word of the glossary, folded, in the singular."""

    def find(self, question: str) -> Entry | None:
        """Return the entry that a term or a question is about, None when the glossary has none."""
        return next(iter(self.matches(question)), None)

    def matches(self, question: str) -> tuple[Entry, ...]:
        """Return every entry that is named, the best first: the longest name, then a term before another's alias.

        >>> text = "- **LSTM (Long Short-Term Memory)** : un RNN à portes.\\n- **Porte (gate)** : un filtre."
        >>> found = glossary([Passage("g#1", "Glossaire", "Glossaire", ("Glossaire",), text, "g.md", 0)])
        >>> [entry.term for entry in found.matches("les portes d’un long short term memory ?")]
        ['LSTM', 'Porte']
        >>> found.find("c’est quoi un LTSM ?").term
        'LSTM'
        """
        question = _PREFIX.sub(r"\1", question[:_QUESTION_LIMIT])
        asked = _without_articles(words(question))
        acronyms = {fold(word) for word in re.findall(r"\b[A-Z][A-Z0-9]{2,}\b", question)}
        found = self._named(asked, lambda window: self._exactly(window) or (self._nearly(window) if window[1:] else []))
        if not found:
            return self._holding(asked) or self._named(asked, self._nearly)
        misspelt = [word for word in asked if word in acronyms]
        return tuple(dict.fromkeys((*found, *(e for word in misspelt for e in self._named([word], self._nearly)))))

    def named(self, term: str) -> tuple[Entry, ...]:
        """Return the entries that ``term``, taken whole, is a name of: most often one, several of equal right, or none.

        >>> text = "- **LSTM (Long Short-Term Memory)** : un RNN à portes.\\n- **Porte (gate)** : un filtre."
        >>> found = glossary([Passage("g#1", "Glossaire", "Glossaire", ("Glossaire",), text, "g.md", 0)])
        >>> [[entry.term for entry in found.named(term)] for term in ("un LTSM", "gates", "la porte d’un LSTM")]
        [['LSTM'], ['Porte'], []]
        """
        asked = _without_articles(words(_PREFIX.sub(r"\1", term[:_QUESTION_LIMIT])))
        found = (self._exactly(asked) or self._nearly(asked)) if asked else []
        best = min(((slips, name.rank) for slips, name in found), default=None)
        if best:
            entries = [self.entries[name.entry] for slips, name in found if (slips, name.rank) == best]
            return tuple(dict.fromkeys(entries))
        holding = self._holding(asked)
        return holding if len(holding) == 1 else ()

    def _named(self, asked: Sequence[str], look_up: _LookUp) -> tuple[Entry, ...]:
        """Look up every run of words, the longest first; a word that belongs to a name is not part of another."""
        found: list[tuple[tuple[int, ...], int]] = []
        taken: set[int] = set()
        for size in range(min(_WINDOW, len(asked)), 0, -1):
            for at in range(len(asked) - size + 1):
                here = range(at, at + size)
                names = look_up(asked[at : at + size]) if taken.isdisjoint(here) else []
                if names:
                    taken.update(here)
                    found += [((-size, slips, name.rank, at), name.entry) for slips, name in names]
        return tuple(self.entries[entry] for entry in dict.fromkeys(entry for _, entry in sorted(found)))

    def _exactly(self, window: Sequence[str]) -> list[tuple[int, _Name]]:
        return [(0, name) for name in self.names.get(_key(window), ())]

    def _nearly(self, window: Sequence[str]) -> list[tuple[int, _Name]]:
        """Read a misspelt name; a word that the glossary uses is not misspelt (« perte » is not « porte »)."""
        ends = {window[0], window[-1]}
        if ends & STOP_WORDS or (len(window) == 1 and _singular(window[0]) in self.spellings):
            return []
        written = _key(window)
        near = [
            (slips, key) for key in self.names if key[0] == written[0] and (slips := typos(written, key)) is not None
        ]
        fewest = min((slips for slips, _ in near), default=0)
        return [(slips, name) for slips, key in near if slips == fewest for name in self.names[key]]

    def _holding(self, asked: Sequence[str]) -> tuple[Entry, ...]:
        """Return the entries whose term holds the only word that was asked, first those that begin with it."""
        content = [_singular(word) for word in asked if word not in (STOP_WORDS | _ASKING) - _CHANGING]
        if len(content) != 1:
            return ()
        terms = [(entry, list(map(_singular, _without_articles(words(entry.term))))) for entry in self.entries]
        holding = [(term.index(content[0]) > 0, entry) for entry, term in terms if content[0] in term]
        return tuple(entry for _, entry in sorted(holding, key=lambda pair: pair[0]))


_ASKING = frozenset("define defini definir definis definit definition mean meaning means mot signifie terme".split())
"""Words of a question about a term that are not the term."""
_PREFIX = re.compile(r"\b(sous|sur|non|auto|pr[ée]|anti|contre|hyper|m[ée]ta|multi)-(?=\w)", re.IGNORECASE)
"""« sous-apprentissage » is one word: « apprentissage » is not in it."""
_CHANGING = frozenset("contre non pre sans sous sur".split())
"""Small words that make another term: « sous-apprentissage »."""


def glossary(passages: Iterable[Passage]) -> Glossary:
    """Gather the glossary of a course; empty when the course has none."""
    entries: list[Entry] = []
    names: dict[str, list[_Name]] = {}
    for passage in passages:
        if not any(map(_is_glossary, (passage.chapter, passage.section, *passage.headings))):
            continue
        for title, start, end in _items(passage.text):
            definition = passage.text[start:end]
            ranked = _names_of(title, definition)
            term = next(iter(ranked))
            number = len(entries)
            for name, rank in ranked.items():
                key = _key(words(name))
                if key and all(known.entry != number for known in names.get(key, [])):
                    names.setdefault(key, []).append(_Name(number, rank))
            aliases = tuple(name for name, rank in ranked.items() if name != term)
            entries.append(Entry(term, aliases, definition, passage.id, start, end))
    ordered = {key: tuple(sorted(found, key=lambda name: name.rank)) for key, found in names.items()}
    spelt = (f"{entry.term} {' '.join(entry.aliases)} {entry.definition}" for entry in entries)
    return Glossary(tuple(entries), ordered, frozenset(_singular(word) for text in spelt for word in words(text)))


_HEADING = re.compile(r"[\W\d_]*(?:glossaire|glossary)\b")


def _is_glossary(heading: str) -> bool:
    return bool(_HEADING.match(fold(heading)))


_MARKER = r"[ \t]*(?:(?:[-*+]|\d+[.)])[ \t]+)"
_SEPARATOR = r"\s*(?::|=|[—–-](?=\s))\s*"
_BOLD = re.compile(
    rf"{_MARKER}?(\*\*|__)(?P<name>[^\n]{{1,{NAME_LIMIT}}}?)\1(?P<more>[ \t\u00a0]*\([^()\n]{{1,{NAME_LIMIT}}}\))?"
    rf"(?:{_SEPARATOR}|(?<=:\*\*)\s*|(?<=:__)\s*)"
)
_PLAIN_ITEM = re.compile(rf"{_MARKER}(?P<name>[^\s:.;!?*_`|\[][^:.;!?\n]{{0,60}}?)(?P<more>)[ \t\u00a0]*:\s+")


def _items(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield (title, start, end) of each definition of a passage."""
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    for block in blocks(lines, longest=0):
        start, end = starts[block.start], starts[block.end] - 1
        if block.kind not in ("item", "paragraph"):
            continue
        match = _BOLD.match(text, start, end)
        if not match and block.kind == "item":
            match = _PLAIN_ITEM.match(text, start, end)
        definition = text[match.end() : end].rstrip() if match else ""
        if match and re.search(r"\w", definition) and re.search(r"\w", match["name"]):
            yield match["name"] + (match["more"] or ""), match.end(), match.end() + len(definition)


_OR = re.compile(r"\s+(?:ou|or)\s+")
_LIST = re.compile(r"\s*[,;/]\s*|\s+(?:ou|or|et|and)\s+")
_ALSO = re.compile(
    r"\b(?:s[’']appelle(?:nt)? aussi|aussi appelée?s?|on dit aussi|also (?:called|known as))\s+([^.;:\n]{2,160})",
    re.IGNORECASE,
)
_EXPANDED = re.compile(r"([A-ZÀ-Þ][^.:;()\n]{2,80}?)\s+[—–-]\s+(?=[A-ZÀ-Þ])")
_APPOSED = re.compile(r"(?:[^\s,]+\s+){0,3}[^\s,]+, (?:ou|or) ([^,.;:()]{2,50}),")
_PROPER = re.compile(r"(?<=[\s’'])[A-ZÀ-Þ][a-zà-ÿ][\w-]+")
_ARTICLE = re.compile(r"\A(?:(?:un|une|le|la|les|an?|the)\s+|l[’'])", re.IGNORECASE)
_TAIL = re.compile(r"\s+(?:quand|lorsque|si|qui|que|parce|car|when|if|because|which)\b.*", re.DOTALL)


def _names_of(title: str, definition: str) -> dict[str, int]:
    """Return the names of an entry with their ranks, the term first.

    >>> _names_of("TLP ou NLP (traitement du langage, TAL)", "un domaine.")
    {'TLP ou NLP': 0, 'TLP': 0, 'NLP': 0, 'traitement du langage': 1, 'TAL': 1}
    >>> _names_of("IA", "Intelligence Artificielle - Le domaine. L’IA s’appelle aussi TAL (traitement) quand elle lit.")
    {'IA': 0, 'Intelligence Artificielle': 1, 'TAL': 2, 'traitement': 2}
    """
    title = " ".join(re.sub(r"[*_`]", "", title).rstrip(" :\u00a0\u202f").split())
    match = re.fullmatch(r"(.*?)\s*\((.*)\)", title)
    head, inside = (match[1], match[2]) if match and match[1] else (title, "")
    found: dict[str, int] = {head: 0}

    def add(names: Iterable[str], rank: int) -> None:
        for name in names:
            name = name.strip(" .,«»“”\u00a0\u202f")
            if re.search(r"\w", name) and len(name) <= NAME_LIMIT:
                found.setdefault(name, rank)

    if _OR.search(head):
        add(_LIST.split(head), 0)
    else:
        add(_LIST.split(head), 2)
    if re.search(r"\s(?:and|et)\s", inside):
        add([inside], 1)
        add(_LIST.split(inside) if _LIST.search(head) else (), 2)
    else:
        add(_LIST.split(inside), 1)
    expanded = _EXPANDED.match(definition)
    if expanded and head.isupper():
        add([expanded[1]], 1)
    apposed = _APPOSED.match(definition)
    said = [part for after in _ALSO.findall(definition) for part in re.split(r"[(),]|\s(?:ou|or)\s", after)]
    also = [_TAIL.sub("", f" {part}") for part in said]
    add((_ARTICLE.sub("", name.strip(), count=1) for name in [*(apposed.groups() if apposed else ()), *also]), 2)
    add(_PROPER.findall(head), 2)
    return found


_ARTICLES = frozenset("a an au aux d de des du l la le les of the un une".split())


def _without_articles(asked: Sequence[str]) -> list[str]:
    return [word for word in asked if word not in _ARTICLES]


def _key(window: Sequence[str]) -> str:
    """Write a name as one word without articles nor plural: « fine tuning » is « Fine-tuning », a gramme is a gram.

    >>> _key(["reseaux", "de", "neurones"]), _key(["fine", "tuning"]), _key(["ngrammes"])
    ('reseauneurone', 'finetuning', 'ngram')
    """
    return "".join(map(_singular, _without_articles(window) or window))


def _singular(word: str) -> str:
    word = word[:-1] if len(word) > 3 and word[-1] in "sx" else word
    return word.removesuffix("me") if word.endswith("gramme") else word
