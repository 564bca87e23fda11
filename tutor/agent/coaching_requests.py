"""Reads in the words alone what ``coaching`` answers: other words, an answer to check, help with an activity.

    « explique autrement », « j’ai pas compris »                        explain_again_asked
    « vérifie ma réponse : … », « corrige mon exercice : … »             claim_to_check
    « un indice pour le devoir sur les n-grammes », a pasted statement   homework_asked

An ordinary sentence must not be taken for one of these: it would get no answer. So what is to be checked stands after
a colon, « que » or in quotation marks, and « est-ce vrai que… ? » is a question to the course like any other; an
activity is one of the course, not « l’activité d’un neurone ». What a definition is asked of is no homework.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tutor.agent.routing import asks_question
from tutor.quiz.activities import Activity
from tutor.retrieval.lexical import fold, stems

LONGEST_CLAIM = 600
"""Characters of an answer to check: a few sentences."""

# --- other words -------------------------------------------------------------------------------------------

_PLEASE = r"(?: (?:stp|svp|s il te plait|please|merci|tuteur))*"
_BUT = r"(?:(?:ok|mais|non|et|euh|desole|pardon|alors|bon|sorry|but|hmm) )*"
_ONCE_MORE = r"(?: (?:encore(?: une fois)?|une autre fois|une fois de plus|once more|again))?"
_AGAIN = re.compile(
    rf"{_BUT}(?:encore )?(?:(?:(?:peux tu|tu peux|pourrais tu|can you|could you) )?(?:me )?(?:re ?)?"
    r"(?:expliqu\w+|explain|redis|dis)"
    r"(?: (?:moi|le|la|ca|cela|it|that|this|me|nous|encore))* (?:autrement|differemment|plus simplement|mieux"
    r"|d une autre (?:facon|maniere)|avec d autres mots|differently|again|more simply|another way|in other words)"
    r"|(?:autrement|differemment|plus simplement|avec d autres mots|d une autre (?:facon|maniere)|in other words)"
    r"|(?:une )?autre explication|another explanation"
    r"|(?:je |j )?(?:n )?(?:ai )?(?:pas|rien|toujours pas|still don t) (?:compris|comprends?|pige|understand|get it)"
    r"(?: (?:ca|cela|l explication|la reponse|it|that))?|je (?:ne |n )?(?:comprends?|pige) (?:toujours )?(?:pas|rien)"
    r"(?: (?:ca|cela|l explication|la reponse))?|i (?:still )?(?:don t|do not|didn t) (?:understand|get)(?: it| that)?"
    rf"|c est (?:toujours )?pas clair|ce n est (?:toujours )?pas clair|pas clair|not clear){_ONCE_MORE}{_PLEASE}"
)


def explain_again_asked(utterance: str) -> bool:
    """Say whether the student asks for the last explanation in other words.

    >>> [explain_again_asked(t) for t in ("Explique autrement stp", "j’ai pas compris", "explique les portes du LSTM")]
    [True, True, False]
    """
    return len(utterance) <= 120 and bool(_AGAIN.fullmatch(_bare(utterance)))


# --- an answer to check ------------------------------------------------------------------------------------

_POLITELY = (
    r"^\W*(?:(?:salut|bonjour|hello|hi|ok|alors)\W+)?(?:(?:stp|svp|please)\W+)?"
    r"(?:(?:est[- ]ce que )?(?:peux[- ]tu|tu peux|pourrais[- ]tu|tu pourrais|can you|could you)\s+)?"
    r"(?:me\s+|please\s+)?"
)
_ANSWER = (
    r"(?:r[ée]ponses?|answers?|solutions?|d[ée]finitions?|definition|explications?|explanation|raisonnement|reasoning)"
)
_MINE = r"(?:ma|mon|mes|my|cette|ce|this|la|notre|our)"
_ABOUT = r"(?:\s+(?:sur|à|a|de|d[’']|du|des|pour|to|about|of|for|on)\b[^:«»“”\"\n]{1,80}?)?"
_COLON = r"(?:\s*:\s*|\s*,?\s*(?=[«“\"]))"
_THAT = r"\s*,?\s*\b(?:que\s+|qu[’']|that\s+)"
_CHECKS = tuple(
    re.compile(_POLITELY + form + r"(?P<claim>\S.*)$", re.IGNORECASE | re.DOTALL)
    for form in (
        rf"(?:v[ée]rifie[rz]?|contr[ôo]le[rz]?|check|verify|review)\s+{_MINE}\s+(?:{_ANSWER}|phrases?|sentences?"
        rf"|statement|exercice|exercise|devoir){_ABOUT}(?:{_COLON}|{_THAT}|\s*,\s*|\s*[.\n]\s*)",
        rf"(?:[ée]value[rz]?|relis|relire)\s+(?:ma|mon|mes|my|notre|our)\s+{_ANSWER}{_ABOUT}{_COLON}",
        rf"(?:corrige[rz]?|correct|grade)\s+(?:ma|mon|mes|my|notre|our)\s+(?:{_ANSWER}|phrases?|sentences?|exercices?"
        rf"|exercises?|devoirs?|homework){_ABOUT}{_COLON}",
        rf"(?:voici|voil[àa]|here is|here[’']s)\s+(?:ma|my|notre|our)\s+{_ANSWER}{_ABOUT}{_COLON}",
        rf"(?:ma|my)\s+(?:r[ée]ponse|answer)(?:\s*,?\s*(?:est|c[’']est|is))?(?:{_COLON}|{_THAT})",
        rf"(?:j[’']ai|i)\s+(?:r[ée]pondu|[ée]crit|mis|answered|wrote|said)(?:\s*:\s*|{_THAT})",
        r"(?:est[- ]ce\s+(?:que\s+)?(?:c[’']est\s+)?(?:juste|correct|exact|bon)|c[’']est\s+(?:juste|correct|exact|bon)"
        r"|is\s+(?:it|this|that)\s+(?:right|correct))\s*(?:,?\s*(?:de dire\s+(?:que\s+|qu[’'])|(?:if i say|to say)"
        r"(?:\s+that)?\s+|si je dis\s+(?:que\s+|qu[’'])))",
        r"(?:est[- ]ce\s+(?:que\s+)?(?:c[’']est\s+)?(?:juste|correct|exact)|is\s+(?:it|this)\s+(?:right|correct))"
        rf"(?:\s*\?)?(?:{_COLON}|{_THAT}(?!(?:je|j[’']|tu|on|i|you|we)\b))",
        r"(?:est[- ]ce que\s+)?c[’']est\s+(?:juste|correct|exact)\s*\??\s*:\s*",
    )
)
_QUOTED_ANSWER = re.compile(  # « j’ai écrit “le chat”, donne la suite » is no answer to check
    r"^\W*(?:j[’']ai|i)\s+(?:r[ée]pondu|[ée]crit|mis|answered|wrote)\s*[«“\"](?P<claim>[^«»“”\"]+)[»”\"](?P<after>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_NO_CLAIM = re.compile(
    r"^(?:stp|svp|please|merci|thanks)\W*$|,\s*(?:pourquoi|comment|how|why)\b.*\?\W*$"
    r"|^[«“\"]?[^«»“”\"]+[»”\"]\s*(?:avec|par|with)\b",
    re.IGNORECASE | re.DOTALL,
)
"""Politeness alone, a story that ends in a question, a text to be run."""
_TAIL = re.compile(
    r"(?:[\s,;.»”\"]*(?:(?:est[- ]ce\s+(?:que\s+)?)(?:c[’']est\s+)?|c[’']est\s+(?:bien\s+)?|is\s+(?:that|it|this)\s+)"
    r"|[\s]*[,;.»”\"]\s*)(?:juste|correct|exact|bon|vrai|ça|ca|right|true|non|hein|pas vrai)\s*\?\s*$",
    re.IGNORECASE,
)


def claim_to_check(utterance: str) -> str | None:
    """Return what the student claims and wants checked; None for any other request.

    >>> claim_to_check("Vérifie ma réponse : un LSTM a trois portes.")
    'un LSTM a trois portes.'
    >>> claim_to_check("est-ce que c’est juste que le GRU a deux portes ?")
    'le GRU a deux portes'
    >>> [claim_to_check(t) for t in ("Vérifie la perplexité du bigramme", "C’est bon, explique l’attention")]
    [None, None]
    """
    said = utterance[: 4 * LONGEST_CLAIM].strip()
    found = next((match for form in _CHECKS if (match := form.match(said))), None)
    if found is None and (quoted := _QUOTED_ANSWER.match(said)):
        found = quoted if not quoted["after"].strip(" .!?") or _TAIL.fullmatch("," + quoted["after"]) else None
    if found is None:
        return None
    if _NO_CLAIM.search(found["claim"].strip()):
        return None
    claim = _TAIL.sub("", found["claim"].strip()).strip('«»“”" \u00a0\u202f')
    return claim.rstrip("?").rstrip("\u00a0\u202f ") or None


# --- homework ----------------------------------------------------------------------------------------------

_KINDS = (
    r"(?:devoirs?(?: maison)?|exercices?|exos?|dm|td|homework|exercises?"
    r"|tp(?! (?:(?:et|ou|and|or) )?(?:le |les )?(?:f[pn]|v[pn]|tn)\b)"
    r"|(?:activites?|activity|activities|assignments?)(?= (?:sur|about|on|en classe|in class|notee?s?|a rendre"
    r"|numero|n\b|\d|de la semaine|of the (?:week|chapter|course)|du (?:chapitre|cours)|de (?:classe|cours|groupe)|stp"
    r"|svp|please|et|and|pour (?:demain|lundi|mardi|mercredi|jeudi|vendredi))|$))"
)
_WORK = (  # one that exists: « donne-moi un exercice » asks for a quiz
    r"(?:le|la|l|les|mon|ma|mes|ce|cet|cette|du|au|the|my|this|our|notre|nos) (?:\w+ ){0,2}?"
    rf"{_KINDS}(?! (?:du (?:pouvoir|droit)|of (?:power|rights)|de (?:memoire|vigilance|reserve)))"
)
_HELP = re.compile(
    r"\b(?:aide|aider|help|guide|guider|bloque\w*|stuck|indice|hint|commenc\w+|start|debut\w*|fais|faire|(?<!en )fait"
    r"|do|resou\w*|solve|solution|corrige|reponse|answer|donne|redige|ecris|write|finis|finish)\b"
    rf".*\b{_WORK}\b"
    rf"|\b{_WORK}\b.*\b(?:aide\w*|help|bloque\w*|stuck|indices?|hints?|solution|corrige|reponses?|answers?)\b"
)
_SOLUTION = re.compile(
    r"\b(?:solution|corrige|reponses?|answers?|fais|resou\w*|solve|do|redige|ecris|write|finish|finis)\b"
)
_THANKS = re.compile(r"(?:\w+ )?(?:merci|thanks|thank you)\b(?! de )")
_HINT = re.compile(
    rf"{_BUT}(?:(?:donne|give)(?: (?:moi|me))? )?"
    r"(?:(?:un|une|le|l|a|an|the|encore|another|next|plus d|more)\s?)*(?:autre )?"
    r"(?:indices?|hints?|coup de pouce|aide)(?: (?:suivant|de plus|en plus))?"
    rf"{_PLEASE}|{_BUT}(?:je (?:suis )?(?:bloque|seche)\w*|i m stuck|la suite|suivant|next|et (?:apres|ensuite))"
    rf"{_PLEASE}"
)
_ASKS = re.compile(r"(?:comment|pourquoi|qu|que|est ce|how|why|what|is|does|can i|should)\b")
_DEFINES = re.compile(
    r"(?!.*\b(?:solution|reponse|corrige|indice)s?\b)"
    r"(?:bonjour |salut |hello |hi |alors )*(?:c est quoi|c quoi|qu est ce|qu est(?! il)|qu appelle"
    r"|que (?:signifie|veut dire)"
    r"|definis|definir|define|(?:donne(?: moi)?|quelle est|give me|what is) (?:la |the )?(?:definition|meaning)"
    r"|what (?:is|are|does|s)\b(?!.*\b(?:answer|solution|hint)))\b"
)
_LIST = re.compile(
    r"(?:.*\b)?(?:quels?|quelles?|liste[rz]?|list|which|what|montre(?: moi)?|show(?: me)?|y a t il)"
    r"(?: (?:sont|are|moi|me|nous|tous|toutes|all|des|les|mes|nos|the|my|our|of)){0,4}"
    r" (?:devoirs?|exercices?|activites?|homework|exercises|assignments?|activities)"
    r"(?: (?:a faire|a rendre|de la semaine|(?:du|de ce|dans le|de ton) (?:cours|chapitre)\b.*|(?:de|en) classe|notee?s"
    r"|dispo\w*|possibles|proposee?s|y a t il\b.*|(?:as tu|tu as|on a|il y a|il reste)\b.*|sur .*|pour .*"
    r"|are there\b.*|do (?:we|i|you) have\b.*|in (?:the|this) (?:course|class|chapter)|in class|to do"
    r"|of (?:the|this) (?:course|chapter)|stp|svp|please|available))*"
)

Ask = Literal["hint", "solution", "list"]


@dataclass(frozen=True, slots=True)
class Homework:
    """A request about an activity; ``activity`` is None when the words name none, or several."""

    activity: Activity | None
    ask: Ask


def homework_asked(
    utterance: str, activities: Sequence[Activity], under_way: Activity | None = None
) -> Homework | None:
    """Return what is asked about an activity of the course; None for any other request, or a course without any.

    Args:
        utterance: as the student wrote it.
        activities: of the course.
        under_way: the activity that the conversation is at: « un indice » alone is about it.
    """
    if not activities:
        return None
    bare = _bare(utterance[:4000])
    if under_way and _HINT.fullmatch(bare):
        return Homework(under_way, "hint")
    pasted = _pasted(utterance, activities)
    if pasted:
        return Homework(pasted, "hint")
    if len(utterance) > 400:
        return None
    if _LIST.fullmatch(bare):
        return Homework(None, "list")
    if _DEFINES.match(bare) or _THANKS.match(bare) or claim_to_check(utterance):
        return None
    if _HELP.search(bare):
        named = _named(bare, activities)
        wonders = _ASKS.match(bare) or ("?" in utterance and asks_question(utterance))
        if named is None and wonders:  # about homework in general
            return None
        ask: Ask = "solution" if _SOLUTION.search(bare) else "hint"
        return Homework(named or under_way, ask)
    return None


STATEMENT = 0.5
"""Share of an utterance's pairs of words that one statement holds, when the utterance is that statement, pasted."""
_PASTED_PAIRS = 8


def _pasted(utterance: str, activities: Sequence[Activity]) -> Activity | None:
    told = _pairs(utterance[:4000])
    if len(told) < _PASTED_PAIRS:
        return None
    best = max(activities, key=lambda each: len(told & _pairs(each.question)))
    return best if len(told & _pairs(best.question)) >= STATEMENT * len(told) else None


def _pairs(text: str) -> set[tuple[str, str]]:
    return set(itertools.pairwise(stems(text)))


def _named(bare: str, activities: Sequence[Activity]) -> Activity | None:
    """Return the one activity whose title or chapter the words name best; None for none, or several as well."""
    told = set(stems(bare)) - set(stems("devoir exercice activité aide solution classe indice corrigé réponse faire"))
    shared = {each.id: len(told & set(stems(f"{each.title} {each.chapter} {each.id}"))) for each in activities}
    best = max(shared.values())
    first = [each for each in activities if shared[each.id] == best]
    return first[0] if best and len(first) == 1 else None


def _bare(utterance: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", fold(utterance)))
