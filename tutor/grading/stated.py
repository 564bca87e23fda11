"""Which numbers of a copy are stated as results, and of what.

    « P(chat | le) = (2 + 1) / 9, soit 0,33 » → 0,33, of P(chat | le)

A number is stated after a sign or a word of result (=, ≈, :, est, vaut, donne, soit…), before what it counts (« 12
mots »), or where it begins or ends a sentence. It is not where it is an operand, the number of a list or of a question,
or part of a word (GPT-3, 2e). Numbers that nothing but commas, blanks or « ou » separate are given together, as results
of one thing.

What a number is the result of is told by the words since the last result, and the heading above. Left out: grammar, and
LaTeX. Whoever gives each guess another name is believed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tutor.grading.clauses import Span, sentences
from tutor.retrieval.lexical import fold

NUMBER = re.compile(
    r"(?<![\w.,])(?<!\w-)-?\d+(?:[ \u00a0\u202f]\d{3}(?!\d))*(?:[.,]\d+)?"
    r"(?:\s*/\s*\d+(?:[.,]\d+)?)?(?!\w|-\w)(?:\s*%)?"
)
"""A number, a fraction, a percentage."""
_CUE = re.compile(
    r"(?:[=≈≃≅~→⇒:]|\b(?:est|sont|vaut|valent|fait|font|donnen?t?|obtien\w+|trouve\w*|soit|egale?s?|is|are|equals?|gives?|"
    r"gets?|finds?|found|obtain\w*)\b)"
    r"\s*(?:\b(?:de|d|a|environ|presque|peu|pres|approximativement|exactement|egale?|donc|alors|about|of|to|roughly)\b\s*)*$"
)
_TOGETHER = re.compile(
    r"[\s,;/–-]*(?:\b(?:ou|et|puis|voire|sinon|bien|alors|peut|etre|encore|or|and|then|maybe)\b[\s,;/–-]*)*"
)
_OPERAND_BEFORE = re.compile(
    r"(?:[\d)%]\s*[-–−+*×/÷·^]|\b(?:sur|fois|plus|moins|divise par|out of|times|minus)) *\(*\s*$"
)
_OPERAND_AFTER = re.compile(r"[\s)]*(?:[-–−+*×/÷·^]\s*[\d(]|(?:sur|plus|moins|divise par|out of|times|minus)\s+\(?\d)")
_LABEL = re.compile(r"^[-*•#> \t]*\(?(\d{1,2})[ \t]*[.)°](?:\*\*)?(?=[ \t]+\S)", re.MULTILINE)
_LABELLED = re.compile(
    r"\b(?:questions?|q|exercices?|exo|etapes?|parties?|figures?|fig|tableaux?|sections?|chapitres?|pages?|copie|numero|n|no|"
    r"exercise|step|part|table|chapter|copy|number)[ .°]*$"
)
_HEADING = re.compile(r"[ \t]*#+ .*|.*:[ \t]*")
_TAIL_END = re.compile(r"[,;:=≈→()]|\b(?:et|donc|mais|and|so|but)\b")
_NEAR = 60
"""Characters in which a word or sign of result stands before its number."""
_COUNTED = re.compile(r"\s+([a-z]{2,})")
_HEAD = re.compile(r"[\W_]*(?:\b(?:donc|environ|soit|alors|presque|so|about)\b[\W_]*)*$")
_PLAIN = frozenset(
    """
    a about ai alors an and answer apres are as au aux avec avoir bien c ca calcul calcule ce cela cette d dans de
    des donc doute du elle en encore environ est et etre exactement final finale finalement find for found get i il
    in is it j je l la le les mais maybe mon n nous obtenons obtiens obtient of ok on or ou our par pas pense
    perhaps peu peut plutot pour pres presque probablement puis qu que reponse result resultat sa ses si sinon so
    soit son sont sur surement than that the then think to total trouve un une valeur value vaut voici we y
    """.split()
)
"""Words that do not tell of what a number is the result."""


@dataclass(frozen=True, slots=True)
class Stated:
    """One number."""

    span: Span
    about: str
    """What it is the result of, in the plain words that are left of the copy's; empty where it says nothing."""


def stated(text: str) -> list[Stated]:
    """Return the numbers that a text states as results, in their order.

    >>> text = "On a 12 mots. P(chat | le) = (2 + 1) / (3 + 6), soit 0,33."
    >>> [(each.span.of(text), each.about) for each in stated(text)]
    [('12', 'mots'), ('0,33', 'p(chat|le)')]
    """
    folded = _folded(text)
    found: list[Stated] = []
    for sentence, context in _under_headings(text, folded):
        groups = _groups(folded, _numbers(folded, sentence))
        since, about = sentence.start, ""
        if found and re.match(r"\W*(?:ou|sinon|or|maybe|peut)\b", folded[sentence.start : sentence.start + 20]):
            about = found[-1].about
        for at, group in enumerate(groups):
            first, last = group[0], group[-1]
            after = _COUNTED.match(folded, last.end, sentence.end)
            counted = after is not None and after[1] not in _PLAIN
            cued = _CUE.search(folded[max(since, first.start - _NEAR) : first.start])
            head = (
                at == 0
                and first.start < sentence.start + _NEAR
                and _HEAD.fullmatch(folded[sentence.start : first.start])
            )
            if _is_operand(folded, first, last) or not (cued or counted or head or at == len(groups) - 1):
                continue
            until = groups[at + 1][0].start if at + 1 < len(groups) else sentence.end
            tail = _TAIL_END.split(folded[last.end : until], maxsplit=1)[0]
            words = _about(folded[since : first.start] + " " + tail)
            if words:
                about = f"{context} {words}".strip()
            found += [Stated(span, about) for span in group]
            if _about(tail):
                about = ""
            since = last.end + len(tail)
    return found


def _folded(text: str) -> str:
    """Fold character by character, so that places stay what they were."""
    return "".join(each if len(each := fold(char)) == 1 else char.lower()[:1] or " " for char in text)


def _under_headings(text: str, folded: str) -> Iterator[tuple[Span, str]]:
    """Yield each sentence, without the number of its line in a list, and what the heading and that number name."""
    labels = {match.start(): match for match in _LABEL.finditer(folded)}
    heading, start, end = "", 0, -1
    for sentence in sentences(text):
        if sentence.start > end:
            start = folded.rfind("\n", 0, sentence.start) + 1
            end = folded.find("\n", sentence.start)
            end = len(folded) if end < 0 else end
            if _HEADING.fullmatch(folded, start, end):
                heading = _about(folded[start:end])
        label = labels.get(start)
        begin = max(sentence.start, label.end()) if label else sentence.start
        yield Span(min(begin, sentence.end), sentence.end), f"{heading} {label[1] if label else ''}".strip()


def _numbers(folded: str, sentence: Span) -> list[Span]:
    spans = []
    for match in NUMBER.finditer(folded, sentence.start, sentence.end):
        if not _LABELLED.search(folded[max(0, match.start() - 16) : match.start()]):
            spans.append(Span(match.start(), match.start() + len(match.group().rstrip())))
    return spans


def _groups(folded: str, spans: list[Span]) -> list[list[Span]]:
    groups: list[list[Span]] = []
    for span in spans:
        if groups and _TOGETHER.fullmatch(folded[groups[-1][-1].end : span.start]):
            groups[-1].append(span)
        else:
            groups.append([span])
    return groups


def _is_operand(folded: str, first: Span, last: Span) -> bool:
    before = folded[max(0, first.start - 24) : first.start]
    return bool(_OPERAND_BEFORE.search(before) or _OPERAND_AFTER.match(folded, last.end, last.end + _NEAR))


def _about(words: str) -> str:
    """Return what words name: brackets whole, of other words those that name something; no number but in brackets."""
    named = re.findall(r"\w*\([^()]*\)|[a-z]+", NUMBER.sub(" ", words.replace("sans doute", " ")))
    kept = (re.sub(r"\s", "", each) for each in named if each not in _PLAIN and re.search("[a-z]", each))
    return " ".join(each for each in kept if not _CUE.fullmatch(each))
