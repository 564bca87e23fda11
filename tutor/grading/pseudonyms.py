"""Names of students → « Copie 01 », before any model reads a copy.

What the head of a copy says of its author (« Nom : Zoé Diop », a row of a table, a class, a number), the author's name
wherever it comes back, and e-mail addresses are blanked, character for character, so that every place in the copy stays
what it was. Only the name goes: the answer after it on the same line stays, and so do the names that the task itself
speaks of (Laplace, Markov) and the variables of a program. Left out: a name that neither a label nor the name of the
file tells, and names of others in the middle of sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tutor.contracts import Language
from tutor.grading.rubric import Rubric
from tutor.grading.spelling import is_word
from tutor.retrieval.lexical import STOP_WORDS, fold

_HEAD_LENGTH = 600
"""Characters in which a copy says who wrote it."""
_BLANKS = r"[^\S\n]"
_PERSON = (
    r"(?:pr[ée]noms?|noms?|[ée]l[èe]ves?|[ée]tudiant(?:e|es|s)?(?:\(e\))?|candidate?|nom complet|"
    r"(?:full |first |last |family |given |student )?names?|surname|students?|submitted by|r[ée]alis[ée] par|rendu par)"
)
_OF = (
    rf"(?:{_BLANKS}+(?:de famille|de (?:l[’']|la |le )?\w+(?:\(e\))?|du \w+|d[’']usage|of the \w+|"
    r"(?:et |and )?pr[ée]noms?))"
)
_LABEL = re.compile(
    rf"(?P<person>{_PERSON}(?:\(s\))?{_OF}?(?:{_BLANKS}*(?:,|/|&|\bet\b|\band\b){_BLANKS}*{_PERSON}{_OF}?)*)"
    rf"|(?P<author>auteur(?:e|s|es)?|autrices?|authors?)"
    rf"|(?P<class>classe|class|groupe|group|promotion)"
    rf"|(?P<number>(?:num[ée]ro|n[°º]|no\.?){_BLANKS}*(?:d[’']|de{_BLANKS}+l[’'])?[ée]tudiante?|student (?:id|number))",
    re.IGNORECASE,
)
_BEFORE = re.compile(rf"(?:^|[|;,\t(]|{_BLANKS}{{2,}}|{_BLANKS}[-–—/]{_BLANKS})(?:[\s*_#>|/%\"-]|//)*", re.MULTILINE)
_SIGN = re.compile(rf"[*_]*(?:{_BLANKS}*:[*_]*{_BLANKS}*\n|{_BLANKS}*[:|=]|\t)[*_]*{_BLANKS}*(?:\|{_BLANKS}*)?[*_]*")
_WORD = r"(?:[A-ZÀ-ÖØ-Þ]\.|[A-ZÀ-ÖØ-Þ][^\W\d_]*(?:[-’'][^\W\d_]+)*(?!\w))"
_PARTICLE = (
    rf"(?:(?:de{_BLANKS}+(?:la|las|los|le)|d[eiauo]s?|van|von|der|den|ben|bin|el|al){_BLANKS}+"
    rf"|(?:de{_BLANKS}+l|d)[’']{_BLANKS}*|(?:ben|bin|el|al)-)"
)
_ARTICLES = frozenset("le la les l de du des d".split())
"""And particles: words of sentences, too; in a name they may have their capital: « Le Goff », « DE LA TOUR »."""
_END_OF_FIELD = re.compile(rf"[*_]*{_BLANKS}*(?:$|[|;,/()]|\.(?!\w)|[-–—]{_BLANKS}|\t)", re.MULTILINE)
_JOINED = rf"(?:{_BLANKS}+|{_BLANKS}*[,&/]{_BLANKS}*|{_BLANKS}+(?:et|and){_BLANKS}+)"
_NAME = re.compile(rf"(?:{_PARTICLE})*{_WORD}(?:{_JOINED}(?:{_PARTICLE})*{_WORD})*")
_CLASS = re.compile(
    r"(?:[A-ZÀ-Þ]{0,4}\d{0,2}[A-Za-z]?|(?:2nde|1re|1ère|seconde|première|premiere|terminale|tle|licence|master|groupe)"
    r"(?: ?[\w-]{1,4})?|[LM][1-3](?: \w{1,6})?)(?=[ \t]*(?:$|[|;,.)]|[^\S\n]{2}|[^\S\n][-–—/]))",
    re.IGNORECASE | re.MULTILINE,
)
_NUMBER = re.compile(r"\w{0,3}\d{4,12}\w{0,2}")
_ADDRESS = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.)+(?:fr|com|org|net|edu|eu|be|ch|ca|lu|sn|ma|dz|tn|ci|cm|io|uk|de|es|it|pt|us)\b",
    re.IGNORECASE,
)
_MOST_WORDS = 16
"""Words of a name that are looked for again, two by two."""
_PROGRAM = re.compile(r"[\[\](){}]|->|^(?: {4}|\t)|== ?")
_OF_FILES = frozenset(
    "copie devoir tp td dm exo exercice rendu projet projets homework notebook final finale version rapport compte"
    " partie copy assignment submission report answer answers reponse reponses main test".split()
)


def pseudonyms(names: Iterable[str], language: Language = "fr") -> dict[str, str]:
    """Return what each copy is called, in the order given.

    >>> pseudonyms(["Zoé.txt", "Ali.txt"])
    {'Zoé.txt': 'Copie 01', 'Ali.txt': 'Copie 02'}
    """
    word = "Copie" if language == "fr" else "Copy"
    return {name: f"{word} {number:02d}" for number, name in enumerate(names, 1)}


def without_names(text: str, student: str = "", task: str = "") -> str:
    """Return ``text`` of the same length in which its author is blank.

    Args:
        text: the copy.
        student: the name of its file.
        task: the statement, the rubric, the model answer: the names in them are no student's.

    >>> without_names("Nom : Zoé Diop. Le problème…")
    '              . Le problème…'
    >>> without_names("Nom : Laplace", task="le lissage de Laplace"), without_names("nom = 'ab'")
    ('Nom : Laplace', "nom = 'ab'")
    """
    known = frozenset(fold(name) for name in re.findall(r"(?<!\w)[A-ZÀ-Þ][^\W\d_]+", task))
    blanked = list(text)
    of_file = [word for word in _of_file(student) if word not in known]
    names = [of_file]
    head = text[:_HEAD_LENGTH]
    for start, end, name in (*_fields(head, known, of_file), *_columns(head, known)):
        blanked[start:end] = " " * (end - start)
        names.append([word for word in name if word not in known])
    rest = "".join(blanked)
    spans = [match.span() for match in _ADDRESS.finditer(rest) if _is_of(match, names)]
    for name in names:
        spans += _again(rest, name, alone=name is not of_file)
    for start, end in spans:
        blanked[start:end] = " " * (end - start)
    return "".join(blanked)


def words_of(rubric: Rubric) -> str:
    """Return all that a task says, for ``without_names``."""
    parts = [rubric.question, rubric.reference]
    for criterion in rubric.criteria:
        parts += [criterion.criterion, criterion.reference]
    return " ".join(parts)


def _fields(head: str, known: frozenset[str], of_file: list[str]) -> Iterator[tuple[int, int, list[str]]]:
    """Yield the place of each label with what it is given, and the words of the name."""
    at = 0
    while before := _BEFORE.search(head, at):
        start = before.end()
        while label := _LABEL.match(head, start):
            sign = _SIGN.match(head, label.end())
            value = _value(head, label, sign.end(), known, of_file, sign.group()) if sign else None
            if value is None:
                break
            given = head[sign.end() if sign else value : value]
            quoted = given[:1] in "\"'"  # a program stays one
            yield value - len(given) + 1 if quoted else label.start(), value, _words_of(given)
            blank = re.compile(rf"(?:{_BLANKS}|[*_])*").match(head, value)
            start, at = (blank.end() if blank else value), value
        at = max(at, before.end(), before.start() + 1)
        if at >= len(head):
            return


def _columns(head: str, known: frozenset[str]) -> Iterator[tuple[int, int, list[str]]]:
    """Yield the cells under a row of labels: « | Nom | Prénom | », then « | Diop | Zoé | »."""
    table = re.search(r"^\|(?P<labels>[^\n]+)\|[^\S\n]*\n\|[-:| \t]+\n(?P<row>\|[^\n]+)", head, re.MULTILINE)
    if table is None or not all(_LABEL.fullmatch(cell.strip(" \t*_")) for cell in table["labels"].split("|")):
        return
    for cell in re.finditer(r"[^|\n]+", table["row"]):
        if cell.group().strip() and known.isdisjoint(_words_of(cell.group())):
            start = table.start("row") + cell.start()
            yield start, start + len(cell.group()), _words_of(cell.group())


def _value(
    head: str, label: re.Match[str], at: int, known: frozenset[str], of_file: list[str], sign: str
) -> int | None:
    """Return where what a label is given ends, None where it is no name."""
    assigned, cell = "=" in sign, "|" in sign
    line = head[head.rfind("\n", 0, label.start()) + 1 : head.find("\n", at) if "\n" in head[at:] else len(head)]
    if re.fullmatch(r"[a-z]+", label.group()) and _PROGRAM.search(line):
        return None
    if label["class"] or label["number"]:
        given = (_CLASS if label["class"] else _NUMBER).match(head, at)
        if given is None or given.end() == at:
            return None
        told = any(c.isdigit() if cell else c.isupper() for c in given.group()) or label["number"]
        counted = given.group().isdigit() and fold(label.group()).startswith("group") and not assigned
        return given.end() if told or counted else None
    quoted = bool(label["author"]) and head[label.end() :].startswith("__") and head[at : at + 1] in "\"'"
    own = re.match(r"(?:[^\W\d_]+[-’' ]?)+", head[at:])
    if own and set(_words_of(own.group())) and set(_words_of(own.group())) <= set(of_file):
        return at + len(own.group().rstrip())  # « nom : zoé diop » in zoe_diop.txt
    given = _NAME.match(head, at + quoted)
    if given is None:
        return None
    end = _end_of_name(head, given, known)
    if cell and is_word(fold(head[at:end])):  # | Nom | Rôle |
        return None
    after = head[end : head.find("\n", end) if "\n" in head[end:] else len(head)].strip(" \t\u00a0\"'*_|")
    if end == at or (assigned and after and not quoted):  # nom = Zoe.age is a program's
        return None
    if label["author"] and not quoted and (after or head[: label.start()].strip("#*/%_ \n\t\"'")):
        return None  # the author of an article, with its year or its title
    return end


def _end_of_name(head: str, given: re.Match[str], known: frozenset[str]) -> int:
    """Return where the name ends: before a word that opens a sentence, another label, or a word of the task."""
    end, last = given.start(), given.start()
    words, labelled = [], False
    for word in re.compile(_WORD).finditer(head, given.start(), given.end()):
        label = _LABEL.match(head, word.start())
        labelled = label is not None and _SIGN.match(head, label.end()) is not None
        if labelled or fold(word.group()) in known:
            break
        words.append(word)
    whole = labelled or _END_OF_FIELD.match(head, given.end())
    for place, word in enumerate(words, 1):
        folded = fold(word.group())
        in_name = whole or re.search(rf"\bde{_BLANKS}+\Z", head[: word.start()])
        if folded in _ARTICLES and place < len(words) and in_name:  # « Le Goff »: it is the next word that counts
            continue
        if folded in STOP_WORDS:
            break
        last, end = end, word.end()
    goes_on = re.match(rf"{_BLANKS}(?!et\b|and\b)[a-zà-ÿ]", head[end:])
    if goes_on and end == given.end() and is_word(fold(head[last:end]).strip()):
        return last  # « Nom : Zoé Diop Lisser consiste à… »
    return end


def _words_of(name: str) -> list[str]:
    return [fold(word.group()) for word in re.finditer(r"[^\W\d_]{2,}", name)]


def _of_file(name: str) -> list[str]:
    """Return the words of a file's name that may be a person's, where there are two at least.

    >>> _of_file("TP2_ZoeDiop.ipynb"), _of_file("devoir.txt")
    (['zoe', 'diop'], [])
    """
    stem = re.sub(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])", " ", re.sub(r"\.\w{1,5}$", "", name))
    found = [word for word in _words_of(re.sub(r"[_\d]", " ", stem)) if word not in _OF_FILES | STOP_WORDS]
    return found[:3] if len(found) >= 2 else []


def _again(text: str, name: list[str], *, alone: bool) -> Iterator[tuple[int, int]]:
    """Yield where a name comes back with its capitals: two of its words together; ``alone``, one that is no other word.

    Files are named after what they are about, too (plongements-de-mots.txt): their words count together only.
    """
    folded = "".join(fold(char)[:1] or " " for char in text)
    name = list(dict.fromkeys(name))[:_MOST_WORDS]
    between = rf"(?:(?:{'|'.join(sorted(_ARTICLES))})[\s’'-])*" if alone else ""  # « Anne de la Tour »
    for one in name:
        for other in name:
            for match in re.finditer(rf"(?<!\w){re.escape(one)}[\s-]{between}{re.escape(other)}(?!\w)", folded):
                if one != other and text[match.start()].isupper() and text[match.end() - len(other)].isupper():
                    yield match.span()
        if alone and len(one) >= 3 and not is_word(one):
            for match in re.finditer(rf"(?<!\w){re.escape(one)}(?!\w)", folded):
                if text[match.start()].isupper():
                    yield match.span()


def _is_of(address: re.Match[str], names: list[list[str]]) -> bool:
    """Say whether an e-mail address is the author's: at the head of the copy, or with a part of the name."""
    own = fold(address.group().partition("@")[0])
    return address.start() < _HEAD_LENGTH or any(len(word) >= 3 and word in own for name in names for word in name)
