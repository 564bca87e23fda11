"""Reads two kinds of request in the words alone: « définis X », and « interroge-moi sur X ».

Both are read in words without accents, with slips of the keyboard in the words that tell what is asked (« definiton »,
« interoge-moi »); the term or the topic is returned as the student wrote it. A question « c’est quoi X ? » is a
definition only when the whole of X names a term of the glossary: « c’est quoi la différence entre X et Y ? » is not,
nor is « comment marche X ? ». What is left out: several terms at once, and topics said in an earlier question, but for
« interroge-moi là-dessus ».
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from tutor.retrieval.glossary import Glossary
from tutor.retrieval.lexical import fold, typos

LONGEST = 240
"""Characters: who writes more asks for more than a definition or a quiz."""


@dataclass(frozen=True, slots=True)
class Said:
    """The words of an utterance, folded, with where each stands in it."""

    text: str
    words: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]

    @property
    def bare(self) -> str:
        """The words with one space between them."""
        return " ".join(self.words)

    def original(self, start: int, end: int) -> str:
        """Return what the student wrote for ``bare[start:end]``, which begins and ends with whole words."""
        first = self.bare[:start].count(" ")
        last = first + self.bare[start:end].count(" ")
        return self.text[self.spans[first][0] : self.spans[last][1]]

    def whole(self, start: int, end: int) -> int:
        """Return how much of ``bare[start:end]`` comes before a word that a hyphen joins to the next one."""
        place, first = start, self.bare[:start].count(" ")
        for word, (_, its_end) in zip(self.words[first:], self.spans[first:], strict=True):
            if place >= end or re.match(r"[-‐‑]\w", self.text[its_end : its_end + 2]):
                break
            place += len(word) + 1
        return min(place, end) - start


def said(text: str) -> Said:
    """Split an utterance into words; a slip in a word that tells what is asked is mended.

    >>> said("Quelle est la définiton d’un N-gramme ?").bare
    'quelle est la definition d un n gramme'
    """
    found = list(re.finditer(r"[^\W_]+", text))
    return Said(text, tuple(_mended(fold(m.group())) for m in found), tuple(m.span() for m in found))


_CUES = tuple(
    "definition definis definit definir define glossaire lexique glossary signifie signification meaning interroge "
    "questionne question questions chapitre chapter suivante continue".split()
)


def _mended(word: str) -> str:
    return word if word in _CUES else next((cue for cue in _CUES if typos(word, cue) is not None), word)


# --- definitions -------------------------------------------------------------------------------------------

_BEFORE = (
    r"(?:(?:bonjour|salut|coucou|hello|hi|hey|euh|alors|donc|ok|stp|svp|please|s il te plait|dis|dis moi|tell me) )*"
    r"(?:(?:est ce que )?(?:tu peux|peux tu|pourrais tu|tu pourrais|can you|could you|je veux|je voudrais|j aimerais"
    r"|i want|i d like)(?: bien)?(?: (?:me|m|nous))?(?: (?:to )?(?:donner|rappeler|savoir|know|dire|give|tell|have))?"
    r"(?: me)? )?"
)
_AFTER = (
    r"(?: (?:stp|svp|please|s il te plait|merci|thanks|exactement|au juste|deja|donc|en fait|exactly|again|simplement"
    r"|(?:d apres|selon|dans) (?:le|ton|ce|notre) (?:lexique|glossaire|cours)"
    r"|(?:in|according to) (?:the|this|your) (?:course|glossary)"
    r"|en (?:une phrase|deux phrases|bref|deux mots|quelques mots)|in (?:short|one sentence|a few words)))*"
)
_TERM = r"(?P<term>\S.*?)"
_QUOI = r"(?:quoi|koi|kwa)"
_CEST = r"(?:c est|c|ce|cest|ces)"
_THE_WORD = r"(?:(?:le |l |la |ce |cet |the )?(?:mot|terme|sigle|acronyme|abreviation|word|term|acronym) )?"
_GLOSSARY = r"(?:lexique|glossaire|glossary)"
_DEFINITION = r"(?:definition|signification|meaning)"
_SHORT = r"(?:courte|breve|simple|petite|short|brief|quick)"

_WHAT_IS = (  # also the form of a question that asks for more: the glossary must know the term
    rf"{_CEST} {_QUOI}(?: donc| deja| au juste| exactement)?(?: ce que| qu| que)? {_THE_WORD}{_TERM}",
    rf"{_TERM} (?:ca )?{_CEST} {_QUOI}",
    rf"(?:qu est ce|kes ke|keske|qu est)(?: que?)?(?: {_CEST})?(?: que?)? {_THE_WORD}{_TERM}",
    rf"(?:sais tu |tu sais )?ce (?:qu est|que c est que?) {_TERM}",
    rf"what (?:is|are|s|was|does)(?: (?:exactly|meant by))? {_THE_WORD}{_TERM}",
    rf"wh?ats {_TERM}",
)
_DEFINE = (
    rf"(?:que|ce que|[cs]a) (?:signifie|veut dire)(?: {_QUOI})? {_THE_WORD}{_TERM}",
    rf"(?:que (?:designe|recouvre)|qu entend on par)(?: exactement)? (?:la notion de )?{_THE_WORD}{_TERM}",
    rf"(?:(?:developpe(?: moi)?|expand) )?(?:l |le |the )?(?:acronyme|sigle|acronym) {_TERM}",
    rf"{_TERM} (?:en toutes lettres|in full|ke[sz]ako)",
    rf"def (?:de |d |du |des |of )?{_TERM}",
    rf"{_THE_WORD}{_TERM} (?:ca )?(?:veut dire|signifie|designe|correspond a|vaut dire) {_QUOI}",
    rf"(?:(?:le|la|l) \w (?:et|ou) )*(?:le|la|l) \w (?:de|du|d) {_TERM} (?:ca )?correspond(?:ent)? a {_QUOI}",
    rf"a {_QUOI} correspond {_THE_WORD}{_TERM}",
    rf"(?:que (?:veulent dire|signifient)|a quoi correspondent) les (?:lettres|initiales) (?:de|du|d) {_TERM}",
    rf"{_TERM} (?:ce sont|c est|sont|est) (?:les initiales|l acronyme|le sigle|l abreviation) de {_QUOI}",
    rf"(?:comment )?(?:definis|definit|definir|define)(?: moi| on)?(?: ce qu est| ce que c est que?)? "
    rf"{_THE_WORD}{_TERM}",
    rf"comment on definit {_TERM}",
    rf"(?:how (?:do|would) (?:you|we) )?define {_THE_WORD}{_TERM}",
    rf"(?:{_CEST} {_QUOI} |quelle est |what is |what s |give me |donne(?: moi| nous)? |rappelle(?: moi| nous)? )?"
    rf"(?:la |une |the |a )?(?:{_SHORT} )?{_DEFINITION} (?:de |d |du |des |of |pour |for )?{_THE_WORD}{_TERM}",
    rf"{_TERM} (?:une |la |a |the )?(?:{_SHORT} )?{_DEFINITION}(?: {_SHORT})?",
    rf"what (?:does|do|did) {_THE_WORD}{_TERM} (?:mean|stand for|refer to)",
    rf"what is (?:the meaning of|meant by) {_THE_WORD}{_TERM}",
)
_IN_GLOSSARY = (
    rf"(?:que|ce que) dit (?:l )?(?:entree|article|definition) {_TERM} (?:du|dans le) {_GLOSSARY}",
    rf"(?:que|ce que) dit le {_GLOSSARY} (?:sur|de|du|d|a propos de|au sujet de) {_TERM}",
    rf"(?:cherche|trouve|regarde|montre|ouvre)(?: moi)? {_TERM} (?:dans le|du) {_GLOSSARY}",
    rf"(?:l )?entree {_TERM} (?:du|dans le) {_GLOSSARY}",
    rf"what does the {_GLOSSARY} say (?:about|on|of) {_TERM}",
    rf"(?:look up|find|search for) {_TERM} in the {_GLOSSARY}",
    rf"{_GLOSSARY} {_TERM}",
)
_ARTICLES = re.compile(r"^(?:(?:un|une|le|la|les|des|du|de|d|l|a|an|the|entree|of) )+")
_MORE_THAN_A_TERM = re.compile(r"\b(?:et|ou|entre|and|or|between|vs|versus|difference|pourquoi|comment|how|why)\b")
_LONGEST_TERM = 6
"""Words of a term that no glossary vouches for."""


def definition_asked(utterance: str, terms: Glossary | None = None) -> str | None:
    """Return the term whose definition is asked for, and nothing else; None for any other request.

    Args:
        utterance: as the student wrote it.
        terms: the glossary of the course. A term that it does not know is for the search, unless the student names
            the glossary; without a glossary, « c’est quoi X ? » is for the search too.

    >>> definition_asked("Donne-moi la définition de la perplexité, stp"), definition_asked("what does OOV mean?")
    ('perplexité', 'OOV')
    >>> definition_asked("Comment définir une différence entre X et Y ?") is None
    True
    """
    if len(utterance) > LONGEST:
        return None
    words = said(utterance)
    in_glossary = bool(re.search(rf"\b{_GLOSSARY}\b", words.bare))
    for forms in (_IN_GLOSSARY, _DEFINE, _WHAT_IS):
        for form in forms:
            match = re.fullmatch(_BEFORE + form + _AFTER, words.bare)
            if not match:
                continue
            start, end = match.span("term")
            article = _ARTICLES.match(words.bare[start:end])
            start += article.end() if article else 0
            term = words.original(start, end)
            plain = not _MORE_THAN_A_TERM.search(words.bare[start:end]) and term.count(" ") < _LONGEST_TERM
            if terms is not None and terms.named(term):
                return term
            if plain and (in_glossary or (terms is None and forms is _DEFINE)):
                return term
    alone = bool(re.fullmatch(r"[^?=]+(?:=\s*)?\?\s*", utterance)) and not _ASKS.match(words.bare)  # « softmax ? »
    if alone and words.words and terms is not None and terms.named(utterance):
        return words.original(0, len(words.bare))
    return None


# --- quizzes -----------------------------------------------------------------------------------------------

_NUMBERS = {
    word: value
    for words in (
        "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize",
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen",
        "premier deuxieme troisieme quatrieme cinquieme sixieme septieme huitieme neuvieme dixieme",
        "first second third fourth fifth sixth seventh eighth ninth tenth",
        "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi",
    )
    for value, word in enumerate(words.split(), start=1)
}
_ARTICLE_LIKE = ("un", "one", "i")
_COUNT = rf"(?:\d+|une?|des|quelques|a|an|some|a few|{'|'.join(word for word in _NUMBERS if len(word) > 2)})"
_QUIZ = r"(?:quiz+(?:es)?|qcm|interro(?:gation)?|jeu de questions(?: reponses)?|quizz)"
_KIND = (
    r"(?:(?:petite?s?|bonnes?|nouvelles?|autres?|vraies?|other|new|multiple choice|short|quick|easy|hard|difficult"
    r"|tricky|quiz+|qcm|ouvertes?) )*"
)
_QUALITY = (
    r"(?: (?:(?:plus |assez |tres |un peu )?(?:faciles?|difficiles?|dures?|simples?|courtes?|corsees?)|pieges?"
    r"|ouvertes?|de (?:quiz|revision|cours)|a choix multiples?))*"
)
_POLITE = (
    r"(?:stp|svp|please|s il (?:te|vous) plait|merci|maintenant|now|pour voir"
    r"|pour (?:reviser|le controle|demain|ma classe)|tout de suite|d accord)"
)
_ON = r"(?:sur|a propos de|au sujet de|concernant|about|on|over|en|de|d|du|des|of|from|pour|for)"
_ABOUT = rf"(?P<about>(?: (?:a fond|un peu|{_POLITE}))*(?: {_ON}\b.*)?(?: (?:chapitre|chapter)\b.*| la dessus)?)"
_CAN_YOU = (
    r"(?:(?:bonjour|salut|hello|hi|hey|ok|alors|stp|svp|please|allez|vas y|maintenant|now|et) )*"
    r"(?:(?:est ce que )?(?:tu peux|peux tu|pourrais tu|tu pourrais|tu veux bien|can you|could you|will you|would you"
    r"|je veux que tu|je voudrais que tu|i want you to|i d like you to|let s|j aimerais que tu)(?: please)? )?"
)
_TRUE_OR_FALSE = r"(?:vrai(?: ou)? faux|true or false)"
_QUIZZES = (
    rf"(?:interroge(?:r|z|s)?|questionne(?:r|z|s)?|quiz+e?(?:r|z)?)(?: (?:moi|nous|me|us)){_ABOUT}",
    rf"(?:m|me|nous) (?:interroger?|interroges|questionner?|questionnes|tester|testes|quiz+er|evaluer){_ABOUT}",
    rf"(?:test|drill|examine|quiz+) (?:me|us){_ABOUT}",
    r"(?:teste|evalue|entraine|exerce)(?: (?:moi|nous))(?: (?:mes|mon) \w+)?"
    rf"(?P<about>(?: {_POLITE})*(?: (?:sur|a propos de|au sujet de|en|pour|on|about) .*)?)",
    rf"(?:teste|evalue|verifie) (?:mes|mon|ma|ce que) (?:connaissances?|niveau|comprehension"
    rf"|j ai (?:appris|compris)){_ABOUT}",
    rf"(?:test|check) my (?:knowledge|understanding|level){_ABOUT}",
    r"(?:fais|fait|faites)(?: (?:moi|nous))? reviser(?P<about>.*)",
    rf"(?:pose|posez|donne|propose|redige|ecris|prepare|invente|fais)(?: (?:moi|nous))? {_COUNT} {_KIND}"
    rf"questions?{_QUALITY}{_ABOUT}",
    rf"(?:me|nous) poser {_COUNT} {_KIND}questions?{_QUALITY}{_ABOUT}",
    rf"(?:ask|give|write|make)(?: (?:me|us))? (?:{_COUNT} {_KIND}questions?|something){_ABOUT}",
    rf"(?:(?:fais|fait|faire|lance|lancer|commence|demarre|prepare|propose|donne|give|start|make|do|begin|take|have|play"
    rf"|on (?:se )?fait|je (?:veux|voudrais)(?: faire)?|j aimerais(?: faire)?|i want|i d like|to do)"
    rf"(?: (?:moi|nous|me|us))? )?(?:(?:un|le|ce|a|the|some|mon|une) )?{_KIND}{_QUIZ}{_QUALITY}{_ABOUT}",
    r"(?:(?:aide|help)(?: (?:moi|nous|me|us))?(?: a| to)? )?(?:reviser|revisions?|revise)(?P<about>.*)",
    rf"(?:(?:un|des|a) )?(?:{_TRUE_OR_FALSE}|multiple choice|practice questions?){_ABOUT}",
    r"(?:quiz+|qcm) (?P<about>\S+(?: \S+){0,2})",
    r"(?:je (?:veux|voudrais)|j aimerais) (?:m entrainer|me tester|etre interrogee?|reviser|m exercer)(?P<about>.*)",
    rf"(?:\d+|{'|'.join(word for word in _NUMBERS if len(word) > 2 and word not in ('une', 'one'))}) {_KIND}questions?"
    rf"(?P<about> (?:sur|about|on|a propos de) .*)",
)
_NUMBERED = (
    re.compile(r"\b(?:chapitre|chapter|chap|ch)(?: (?:n|no|numero|number))? (\w+)"),
    re.compile(r"\b(\w+) (?:chapitre|chapter)\b"),
)
_TOPIC_LEAD = re.compile(
    rf"^(?:(?:a fond|un peu|{_POLITE}|{_ON}|le|la|les|l|un|une|the|theme|sujet|notions?|cours|topic)\b ?)+"
)
_TOPIC_TAIL = re.compile(rf"(?: {_POLITE})+$")
_NOTHING_MORE = re.compile(rf"(?:{_POLITE} )*{_POLITE}")
_ASKS = re.compile(r"(?:comment|pourquoi|qu|quel|quelle|quels|quelles|how|why|what|which|when|who|qui|ou|where)\b")
_NO_TOPIC = re.compile(rf"{_NOTHING_MORE.pattern}$|{_CEST}\b|(?:{_COUNT} )?questions?$|{_ASKS.pattern}")
_SAYS_ON_WHAT = re.compile(r"(?:sur|a propos de|au sujet de|concernant|about|on) ")
_LONGEST_TOPIC = 8
"""Words after « un quiz : » that name what it is on."""
_THIS = re.compile(r"(?:ca|cela|ce(?:ci| sujet| theme| point)?|la dessus|dessus|this|that|it|this topic)")


def quiz_asked(utterance: str, before: str | None = None) -> dict[str, Any] | None:
    """Return the arguments of the ``quiz`` tool when the student asks to be questioned; None for any other request.

    >>> quiz_asked("Interroge-moi sur les n-grammes !"), quiz_asked("pose-moi une question sur le chapitre 5")
    ({'topic': 'n-grammes'}, {'chapter': 5})
    >>> quiz_asked("entraîne-moi un bigramme sur « a b a »") is quiz_asked("J’ai une question sur le quiz") is None
    True
    """
    if len(utterance) > LONGEST:
        return None
    clauses = [(said(m[1]), m[2]) for m in _CLAUSES.finditer(utterance) if re.search(r"[^\W_]", m[1])]
    if not clauses or _ASKS.match(clauses[0][0].bare):
        return None
    for place, (words, end) in enumerate(clauses):
        for form in _QUIZZES:
            match = re.fullmatch(_CAN_YOU + form, words.bare)
            if not match:
                continue
            named = _about(words, match, said(utterance), before)
            if named:
                return named
            after = clauses[place + 1][0] if place + 1 < len(clauses) else None
            if after and _SAYS_ON_WHAT.match(after.bare):
                return _on_what(after)
            others = (other.bare for i, (other, _) in enumerate(clauses) if i != place)
            if re.search(_TRUE_OR_FALSE, words.bare) and not all(map(_NOTHING_MORE.fullmatch, others)):
                return None  # « vrai ou faux : un LSTM a trois portes ? »
            told = after and ":" in end and len(after.words) <= _LONGEST_TOPIC
            return _on_what(after) if after and told and not _NO_TOPIC.match(after.bare) else {}
    return None


_CLAUSES = re.compile(r"((?:[^,;:!?\n.]|\.(?!\s|$))+)([,;:!?\n.]*)")


def _on_what(words: Said) -> dict[str, Any]:
    """Return the topic that a clause after « un quiz : » names."""
    found = re.search(rf"(?:.*\bquestions? )?(?:{_SAYS_ON_WHAT.pattern})?(?P<about>.*)", words.bare)
    assert found is not None  # any text fits
    return _about(words, found, words, None)


def _about(words: Said, match: re.Match[str], whole: Said, before: str | None) -> dict[str, Any]:
    """Return the chapter or the topic that is named."""
    number = chapter_number(whole.bare)
    if number is not None:
        return {"chapter": number}
    start, end = match.span("about")
    tail = _TOPIC_TAIL.search(words.bare, max(0, start - 1), end)
    end = tail.start() if tail else end
    while start < end and words.bare[start] == " ":
        start += 1
    if start >= end:
        return {}
    lead = _TOPIC_LEAD.match(words.bare[start:end])
    start += words.whole(start, start + lead.end()) if lead else 0
    if start >= end:
        return {}
    if _THIS.fullmatch(words.bare[start:end]):
        return {"topic": before[:LONGEST]} if before else {}
    return {"topic": words.original(start, end)}


def quiz_subject(utterance: str) -> dict[str, Any]:
    """Return what any words name as the subject of a quiz that is already known to be wanted.

    >>> quiz_subject("prépare-moi à l’oral sur les agents"), quiz_subject("5 questions, chapitre 9")
    ({'topic': 'agents'}, {'chapter': 9})
    """
    words = said(utterance[:LONGEST])
    found = re.search(r"\b(?:sur|about|on|a propos de)\b(?P<about> .+)", words.bare)
    number = chapter_number(words.bare)
    if number is not None:
        return {"chapter": number}
    return _about(words, found, words, None) if found else {}


def chapter_number(words: str) -> int | None:
    """Return the number of the chapter that folded words name.

    >>> chapter_number("le chapitre 5"), chapter_number("third chapter"), chapter_number("ce chapitre")
    (5, 3, None)
    """
    for pattern in _NUMBERED:
        for match in pattern.finditer(words):
            named = match[1]
            if named.isdecimal() and len(named) <= 3:
                return int(named)
            if named in _NUMBERS and not (pattern is _NUMBERED[1] and _NUMBERS[named] == 1 and named in _ARTICLE_LIKE):
                return _NUMBERS[named]
    return None
