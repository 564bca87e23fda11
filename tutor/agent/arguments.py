"""Fills the arguments of a tool that is already chosen, from the user's words alone.

    arguments("attention_demo", "sans masque, l’attention de « tu viens » avec 2 têtes")
    →  {"text": "tu viens", "heads": 2, "causal": "no"}

Numbers are read beside the name of their argument, choices by their name, texts between quotation marks or after a
colon. What the words do not say is left to the tool: nothing is guessed. The tool checks what it is given. Left out:
which tool it is (``intent.py``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tutor.agent.demo_requests import demo_arguments
from tutor.agent.routing import GLOSSARY, NGRAM, QUIZ, QUOTED, SEARCH, fold_words, ngram_arguments
from tutor.agent.utterance import LONGEST, definition_asked, quiz_asked, quiz_subject
from tutor.errors import DemoUnknown
from tutor.retrieval.glossary import Glossary
from tutor.retrieval.lexical import STOP_WORDS, fold

PROMPTING, LEVELS, CORRECTION = "prompting_lab", "nlp_levels", "draft_correction"

READ = {
    LEVELS: frozenset({"text", "level"}),
    PROMPTING: frozenset({"techniques", "task", "n", "seed"}),
    CORRECTION: frozenset({"text"}),
}
"""What is read for tools that need not be there; one that is there says itself what it takes."""

_AFTER_COLON = re.compile(r"[^:]{3,}?\s*:\s+(?P<text>[^:]{2,})$", re.DOTALL)
_READ_BEFORE = re.compile(
    r"\b(sur|lire|lis|lit|lu|apprendre|apprends|apprend|de|pour|on|read|reads|learn|from|for)\W*$"
)
_CAPITAL = r"[^\W\d_][\w’'-]*"
_SUM = re.compile(rf"(?P<a>{_CAPITAL})\s+[-−–]\s+(?P<b>{_CAPITAL})\s+\+\s+(?P<c>{_CAPITAL})")
_ARROWS = re.compile(
    rf"(?P<b>{_CAPITAL})\W+(?:→|->|=>)\W*(?P<c>{_CAPITAL})\W+(?:\w+\W+)?(?P<a>{_CAPITAL})\W+(?:→|->|=>)"
)
_IS_TO = re.compile(
    rf"(?P<b>{_CAPITAL})\W+(?:est à|is to)\W+(?P<c>{_CAPITAL})\W+(?:ce que|as)\W+(?P<a>{_CAPITAL})\W+(?:est à|is to)\b",
    re.IGNORECASE,
)
_INSTEAD = re.compile(
    r"\b(?:remplace|replace|swap|change)\w*\b.{0,40}\b(?:par|with|for|by|en) (?:un |une |a |an )?(rnn|lstm|gru)\b"
)
_UNMASKED = re.compile(
    r"\b(sans|enlev\w+|retir\w+|supprim\w+|desactiv\w+|ote\w*|without|no|drop|remove) (?:\w+ ){0,2}?masque?\b"
    r"|\bbidirection\w+|\bnon.causal\w*"
)
_MASKED = re.compile(r"\b(avec|mets|applique|active|with|apply) (?:\w+ ){0,2}?masque?\b|\bcausal (mask|attention)\b")
_NO_POSITIONS = re.compile(
    r"\b(sans|enlev\w+|retir\w+|supprim\w+|without|no|drop|remove) (?:\w+ ){0,3}?positions?\b|\bsans positional"
)

_LEVELS = {  # the first that matches wins
    "pragmatics": r"pragmati|discours|discourse|intention|ironi|implicit|coreferen|renvoie|refers? to",
    "semantics": r"semanti|\bsens\b|signifi|polysem|homonym|meaning",
    "syntax": r"synta|sujet|subject|objet|\bobject|complement|\bcod\b|\bcoi\b|depend|constitu|arbre|tree|pars|groupes?"
    r"|gramma(?!ticale)|analyse grammaticale|relations?",
    "morphology": r"morph|lemm|lemat|prefix|suffix|radical|racine|root|infinitif|forme de base|conjug|flexion|genre"
    r"|terminaison|\bmode\b",
    "lexical": r"lexic|tokeni|segment|decoup|entit|noms? propres?|nature|categori|parts? of speech|\bpos\b|etiquet|tag",
}
_TECHNIQUES = {
    "few_shot_cot": r"few.?shot.{0,6}(cot|chain)|exemples? et.{0,20}pas a pas",
    "few_shot": r"few.?shot|\b(avec|mettre|donner|ajouter|with|giving|adding) (?:\w+ ){0,2}?(exemples?|examples?)",
    "direct": r"zero.?shot(?!.{0,6}(cot|chain))|\bdirecte?\b"
    r"|\b(sans|0|no|without)( (aucun|any|single|seul))? (exemples?|examples?)",
    "zero_shot_cot": r"chaine de pensee|chain.of.thought|\bcot\b|pas a pas|etape par etape|step by step|reflechi",
    "analogical": r"analog",
    "decomposition": r"decompos|sous.problem|least.to.most",
    "procedural": r"procedur",
    "self_consistency": r"auto.?coheren|self.?consisten|vot(e|er)\b",
    "mine": r"\b(mon|ma|my)( propre| own)? (prompt|invite|consigne)",
}
_TASKS = {
    "modular": r"modul|restes?\b|remainder",
    "anagram": r"anagram",
    "theory_of_mind": r"theorie de l.esprit|theory of mind|croit|croyance|belie|false.belief|sally",
    "deduction": r"deduct|logi[qc]|enigme|puzzle|devinette|qui ment",
    "word_problem": r"problem|word problem|enonce",
    "addition_3": r"addition|somme|\bsums?\b",
}
_NUMBERS = {
    word: value
    for value, spelt in enumerate(
        "deux two,trois three,quatre four,cinq five,six,sept seven,huit eight,neuf nine,dix ten".split(","), start=2
    )
    for word in spelt.split()
} | {"douze": 12, "quinze": 15, "vingt": 20, "trente": 30, "cent": 100, "twenty": 20, "thirty": 30}
_SEQUENCES = re.compile(
    r"\b(?:suites?|groupes?|sequences?|runs?) (?:de |of )?([2-6]) (?:mots|lettres|caracteres|words|letters)\b"
    r"|\b(?:paires?|couples?|pairs?) (?:de |of )(?:mots|lettres|words|letters)\b"
)
_ITEMS = re.compile(
    r"\b(\d{1,4})\s+(?:exercices?|exos?|items?|questions?|exercises?|essais?|mots|words|cas|sums|anagram\w*|addition\w*"
    r"|calculs?|sommes?|problem\w*|enigmes?|puzzles?|devinettes?|tests?)\b|\bn\s*=\s*(\d{1,4})\b"
)
_PART = re.compile(
    r"(?:^|(?<=[.!?_]))[^\w\n]*(?:[^\W\d_]+[ ’']){0,3}?(?:(?P<question>question|énoncé|consigne|statement)"
    r"|(?P<text>copie|réponse|copy|answer)|(?P<rubric>barème|grille|rubric))"
    r"(?: [^\W\d_:]+(?:[’'][^\W\d_]+)?){0,2}\s*:\s",
    re.IGNORECASE | re.MULTILINE,
)
"""The name of a part of what is to be marked, with at most three words before it in its sentence and two after."""
_SEED = re.compile(r"\b(?:graine|seed)\s*(?:=|:|de)?\s*(\d{1,9})")


def quoted_texts(utterance: str) -> list[str]:
    """Return the texts between quotation marks, as the user wrote them."""
    return [next(filter(None, match.groups())).strip() for match in QUOTED.finditer(utterance)]


def arguments(tool: str, utterance: str, terms: Glossary | None = None) -> dict[str, Any]:
    """Return the arguments of ``tool`` that the words give.

    >>> arguments("word2vec_demo", "acteur → actrice, donc vendeur → ?")
    {'analogy': 'vendeur - acteur + actrice'}
    >>> arguments("sentiment_demo", "de quelle humeur est ce message : quelle belle journée")
    {'text': 'quelle belle journée'}
    """
    if tool == SEARCH:
        return {"query": utterance}
    if tool == NGRAM:
        return _ngram(utterance)
    if tool == QUIZ:
        asked = quiz_asked(utterance) or quiz_subject(utterance)
        topic = None if asked else term_named(utterance, terms)
        return {"topic": topic} if topic else asked
    if tool == GLOSSARY:
        term = term_asked(utterance, terms)
        return {"term": term} if term else {}
    words, quoted = _in_digits(fold_words(QUOTED.sub(" ", utterance))), quoted_texts(utterance)
    read = _READERS.get(tool, _demo)
    return read(tool, utterance, words, quoted)


def term_asked(utterance: str, terms: Glossary | None) -> str | None:
    """Return the term that a definition is wanted of: as it is asked for, in quotation marks, or named at all."""
    if term := definition_asked(utterance, terms):
        return term
    quoted = quoted_texts(utterance)
    if len(quoted) == 1 and len(quoted[0].split()) <= 4 and (terms is None or terms.named(quoted[0])):
        return quoted[0]
    return term_named(utterance, terms)


def term_named(utterance: str, terms: Glossary | None) -> str | None:
    """Return the words of the utterance that name a term of the glossary: the longest, of equals the last."""
    if terms is None:
        return None
    found = list(re.finditer(r"[^\W_]+(?:[-’'][^\W_]+)*", utterance[:LONGEST]))
    spans = [
        utterance[found[start].start() : found[start + length - 1].end()]
        for length in (3, 2, 1)
        for start in reversed(range(len(found) - length + 1))
    ]
    return next((span for span in spans if fold(span) not in STOP_WORDS and terms.named(span)), None)


def _in_digits(words: str) -> str:
    """Write « deux couches » as « 2 couches »."""
    words = re.sub(r"\b(?:une?|one)(?: seule?| single)? (?=couches?\b|layers?\b|tetes?\b|heads?\b)", "1 ", words)
    return re.sub(rf"\b(?:{'|'.join(_NUMBERS)})\b", lambda match: str(_NUMBERS[match.group()]), words)


def _ngram(utterance: str) -> dict[str, Any]:
    found = ngram_arguments(utterance)
    words = _in_digits(fold_words(QUOTED.sub(" ", utterance)))
    if "n" not in found and (match := _SEQUENCES.search(words)):
        found["n"] = int(match[1] or 2)
    return found


def _demo(tool: str, utterance: str, words: str, quoted: list[str]) -> dict[str, Any]:
    try:
        return demo_arguments(tool, words, quoted)
    except DemoUnknown:  # a tool that is no demo
        return {}


def _word2vec(tool: str, utterance: str, words: str, quoted: list[str]) -> dict[str, Any]:
    for form in (_SUM, _ARROWS, _IS_TO):
        bare = re.sub(r"[«»“”\"]", " ", utterance)
        if match := form.search(" ".join(bare.split())):
            return _demo(tool, utterance, words, []) | {"analogy": "{a} - {b} + {c}".format(**match.groupdict())}
    return _demo(tool, utterance, words, quoted[:1])


def _attention(tool: str, utterance: str, words: str, quoted: list[str]) -> dict[str, Any]:
    texts = sorted(quoted, key=lambda text: -len(text.split()))
    found = _demo(tool, utterance, words, [])
    if texts:
        found["text"] = texts[0]
        inside = set(re.findall(r"\w+", fold_words(texts[0])))
        if len(texts) > 1 and len(texts[1].split()) == 1 and fold_words(texts[1]) in inside:
            found["word"] = texts[1]
    elif told := _told(utterance):
        found["text"] = told
    if _UNMASKED.search(words):
        found["causal"] = "no"
    elif _MASKED.search(words):
        found["causal"] = "yes"
    if _NO_POSITIONS.search(words):
        found["positions"] = "no"
    return found


def _text(tool: str, utterance: str, words: str, quoted: list[str]) -> dict[str, Any]:
    found = _demo(tool, utterance, words, [])
    text = quoted[0] if quoted else _told(utterance)
    return found | ({"text": text} if text else {})


def _continued(tool: str, utterance: str, words: str, quoted: list[str]) -> dict[str, Any]:
    """A text after « sur » or « lire » is learnt from; another is a beginning to be continued."""
    found = _demo(tool, utterance, words, [])
    if tool == "rnn_demo" and (match := _INSTEAD.search(words)):
        found["cell"] = match[1]
    elif tool == "rnn_demo" and "cell" not in found and re.search(r"\brecurrents?\b|\brecurrent\b", words):
        found["cell"] = "rnn"
    for match in QUOTED.finditer(utterance):
        before = fold_words(utterance[max(0, match.start() - 30) : match.start()])
        learnt = _READ_BEFORE.search(before) and not re.search(r"\b(suite|fin|debut|partant|partir) (de|d)\W*$", before)
        found.setdefault("text" if learnt else "prompt", next(filter(None, match.groups())).strip())
    return found


def _compared(tool: str, utterance: str, words: str, quoted: list[str]) -> dict[str, Any]:
    found = _continued(tool, utterance, words, quoted)
    order = ngram_arguments(utterance).get("n")
    return found | ({"n": order} if order and order >= 2 else {})


def _levels(tool: str, utterance: str, words: str, quoted: list[str]) -> dict[str, Any]:
    text = quoted[0] if quoted else _told(utterance)
    level = next((level for level, cue in _LEVELS.items() if re.search(cue, words)), None)
    return ({"text": text} if text else {}) | ({"level": level} if level else {})


def _prompting(tool: str, utterance: str, words: str, quoted: list[str]) -> dict[str, Any]:
    everything = fold_words(utterance)  # « que croit Julie ? » tells the task in quotation marks
    found: dict[str, Any] = {}
    if techniques := [name for name, cue in _TECHNIQUES.items() if re.search(cue, words)]:
        found["techniques"] = ",".join(techniques)
    if task := next((task for task, cue in _TASKS.items() if re.search(cue, everything)), None):
        found["task"] = task
    if match := _ITEMS.search(words):
        found["n"] = int(match[1] or match[2])
    if match := _SEED.search(words):
        found["seed"] = int(match[1])
    return found


def _correction(tool: str, utterance: str, words: str, quoted: list[str]) -> dict[str, Any]:
    """Read « Copie : … Question : … Barème : … »; what is quoted is cut nowhere, what follows a rubric is part of it.

    >>> _correction("", "Corrige cette copie : « Un mot. » Question : Qu’est-ce qu’un token ?", "", ["Un mot."])
    {'text': 'Un mot.', 'question': 'Qu’est-ce qu’un token ?'}
    >>> _correction("", "Question : un « token » ? Copie : le mot « chat ».", "", ["token", "chat"])
    {'text': 'le mot « chat ».', 'question': 'un « token » ?'}
    """
    hidden = QUOTED.sub(lambda quote: "_" * len(quote[0]), utterance)
    labels = list(_PART.finditer(hidden))
    lines = [label for label in labels if label.start() == 0 or hidden[label.start() - 1] == "\n"]
    labels = lines if len(lines) > 1 else labels  # in what is written line by line, a colon in a line names nothing
    found: dict[str, Any] = {}
    for place, label in enumerate(labels):
        part = next(name for name, value in label.groupdict().items() if value)
        following = len(utterance)
        if part != "rubric" and place + 1 < len(labels):
            coming = labels[place + 1]
            following = coming.start() + re.match(r"[^\w\n]*", coming[0]).end()  # type: ignore[union-attr]  # always
        told = utterance[label.end() : following].strip()
        if QUOTED.fullmatch(told.rstrip(". ")):
            (told,) = quoted_texts(told)
        if told:
            found.setdefault(part, told)
        if part == "rubric":
            break
    if quoted and "text" not in found:
        found["text"] = quoted[0]
    return {name: found[name] for name in ("text", "question", "rubric") if name in found}


def names_copy(utterance: str) -> bool:
    """Say whether an utterance brings somebody's work: « Copie : … », « la réponse de l’élève : … », not « ma … ».

    >>> names_copy("Corrige. Copie : un mot."), names_copy("Vérifie ma réponse : un mot."), names_copy("une copie")
    (True, False, False)
    """
    hidden = QUOTED.sub(lambda quote: "_" * len(quote[0]), utterance)
    parts = (label for label in _PART.finditer(hidden) if label["text"])
    return any(not re.search(r"\b(?:ma|mon|my)\b", label[0], re.IGNORECASE) for label in parts)


def _told(utterance: str) -> str | None:
    """Return the text after a colon at the end."""
    match = _AFTER_COLON.match(" ".join(utterance.split()))
    return match["text"].strip() if match else None


_READERS: dict[str, Callable[[str, str, str, list[str]], dict[str, Any]]] = {
    "word2vec_demo": _word2vec,
    "attention_demo": _attention,
    "sentiment_demo": _text,
    "rnn_demo": _continued,
    "transformer_demo": _continued,
    "compare_models": _compared,
    LEVELS: _levels,
    PROMPTING: _prompting,
    CORRECTION: _correction,
}
