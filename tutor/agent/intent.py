"""Where a request goes: the rules where they are sure, then the classifier; when neither is, a question to the user.

    rules        small talk, quizzes, definitions, orders to run a demo, follow-ups      (``routing``)
    classifier   everything that the rules would send to the search                      (``classifier``)
    course       a question that both may concern is answered from the course, and the other reading is offered below

A wrong search costs a click; a question of the course that starts a training costs the answer. So a tool other than
the search needs more certainty when the words ask (« comment… ? ») and bring nothing to run on: no text in quotation
marks, no order to run, no number.

The thresholds come from a grid over cross-validated probabilities (2,907 examples, three quarters learnt from) and
the 132 questions on our chapters. Tools chosen right, as a mean over the tools / questions of the examples that stay
with the course / of the chapters that go to the search or the glossary / requests asked back:

    SURE 0.3, number 0.85, bare question 0.9    .78 / .92 / .99 / .007
    SURE 0.5, number 0.85, bare question 0.97   .76 / .93 / .99 / .039
    SURE 0.3, number 0.5,  bare question 0.75   .79 / .91 / .96 / .007

Left out: the model’s choice among the candidates, which is the middleware’s.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from tutor.agent import routing
from tutor.agent.arguments import arguments
from tutor.agent.classifier import IntentClassifier
from tutor.agent.routing import GLOSSARY, QUIZ, QUOTED, SEARCH, Route, asks_course, asks_question, asks_run
from tutor.retrieval.glossary import Glossary
from tutor.retrieval.lexical import stems

NONE = "none"
OUTSIDE = "talk.outside"

SURE = 0.3
"""A tool other than the search is run from this probability on, …"""
SURE_OF_A_NUMBER = 0.85
"""… from this one when the words ask a question that brings a number alone, …"""
SURE_OF_A_BARE_QUESTION = 0.9
"""… and from this one when it brings nothing at all to run on."""
OVERRULES = 0.8
"""The classifier's tool is run instead of the one that the rules read."""
OUT_OF_SCOPE = 0.5
"""Small talk, or another subject; the course is asked first when the words ask a question."""
SURELY_OUT_OF_SCOPE = 0.9
"""Then the course is not asked: it has cats and dogs in its examples."""
OFFERED = 0.25
"""The second reading is worth a button."""
WATCHED = 0.15
"""A run is preferred to what the course says of it where the words ask to see it happen."""
COURSE_MAY_ANSWER = 0.15
"""Below it an unsure request is no question to the course: the user is asked which reading is right."""
MOST_READINGS = 3

_WONDERS = re.compile(
    r"(?:dis moi |euh |mais |alors |bonjour |salut )*(?:pk|pq|pkoi|pourko?i|pourkwa"
    r"|com+ant?|com+en?t?|koman?t?|cmt|kan|kel(?:le)?s?"
    r"|ki|ke|kes|keske|(?:c|ce|cest|sa|ca)? ?ko[iy]|(?:c|ce) (?:quoi|qui|ki)|ca|sa|si|puisque?|es ?ce)\b"
)
_ASKS_ANYWHERE = re.compile(r"\bko[iy]\b|\b(?:d ?apres|selon) (?:le|ton|notre) cours?\b")
_WATCHES = re.compile(
    r"\b(?:en (?:action|direct|vrai|live|temps reel)|pour de vrai|a l ?oeuvre|sous (?:mes|nos) yeux|in action|for real"
    r"|vrais (?:nombres|chiffres)|(?:real|actual|show|show me|with) (?:the )?(?:numbers|figures)"
    r"|(?:chiffres|donnees) a l ?appui"
    r"|(?:fais|fait|fe|make|sors?|sortir|dresse|draw)(?: moi)? (?:un|une|1|le|la|a|the)"
    r" (?:tableau|tablo|courbe|table|curve))\b"
)
_BRINGS = re.compile(r":\s*\S+.*,|→|->|\w\s[+−]\s\w|\b(?:calcule|mesure|simule|essaie|teste|montre|trace|dessine)\b")


@dataclass(frozen=True, slots=True)
class Router:
    """Chooses the tool of a request. Safe to share between threads."""

    terms: Glossary | None = None
    classifier: Callable[[], IntentClassifier | None] = lambda: None
    """Gives it once it is fitted, None before: then the rules decide alone."""
    covered: Callable[[str], bool] = lambda question: False
    """Whether the course covers a question: asked before one is taken for small talk."""

    def route(self, utterance: str, before: str | None = None) -> Route:
        """Return where ``utterance`` goes; ``before`` is the question before it."""
        ruled = routing.route(utterance, before, self.terms)
        classifier = self.classifier()
        if before and ruled.certain and ruled.tool == SEARCH:
            return self._changed(utterance, before) or ruled
        if classifier is None or ruled.certain:
            return ruled
        likely = classifier.probabilities(utterance)
        first, *others = likely
        second = others[0]
        if first in (SEARCH, GLOSSARY) and watches(utterance):
            demo = next(tool for tool in others if tool not in (SEARCH, GLOSSARY, QUIZ, NONE))
            if likely[demo] >= WATCHED:
                return self._to(demo, utterance)
        if ruled.tool != SEARCH:  # an order to run a demo
            overruled = first not in (ruled.tool, SEARCH, GLOSSARY, NONE) and likely[first] >= OVERRULES
            return self._to(first if overruled else ruled.tool, utterance)
        if first == SEARCH:
            offered = second not in (GLOSSARY, NONE) and likely[second] >= OFFERED
            return replace(ruled, sure=True, offers=(second,) if offered else ())
        if first == GLOSSARY:
            found = self._to(GLOSSARY, utterance)
            return found if found.args else replace(ruled, sure=True)
        if first == NONE:
            doubtful = likely[NONE] < SURELY_OUT_OF_SCOPE and wonders(utterance)
            if likely[NONE] < OUT_OF_SCOPE or (doubtful and self.covered(utterance)):
                return replace(ruled, sure=True)
            return Route(talk=OUTSIDE)
        if asks_course(utterance):  # decided by rule; the run is offered
            return replace(ruled, sure=True, offers=(first,) if likely[first] >= OFFERED else ())
        if likely[first] >= needed(utterance) and not names_nothing(utterance):
            return self._to(first, utterance)
        if wonders(utterance) or likely[SEARCH] + likely[GLOSSARY] >= COURSE_MAY_ANSWER:
            return replace(ruled, sure=False, offers=(first,) if likely[first] >= OFFERED else ())
        readings = tuple(tool for tool in (first, *others) if tool not in (NONE, SEARCH))[: MOST_READINGS - 1]
        return replace(self._to(first, utterance), sure=False, asks=(*readings, SEARCH))

    def _changed(self, utterance: str, before: str) -> Route | None:
        """Return the run before with what a follow-up changes, if it changes anything."""
        earlier = self.route(before)
        if earlier.tool in (None, SEARCH, GLOSSARY, QUIZ) or earlier.asks:
            return None
        changed = arguments(str(earlier.tool), utterance, self.terms)
        return Route(earlier.tool, earlier.args | changed, certain=True) if changed else None

    def _to(self, tool: str | None, utterance: str) -> Route:
        return Route(tool, arguments(tool or SEARCH, utterance, self.terms))


def wonders(utterance: str) -> bool:
    """Tell whatever is put as a question, in the spelling of a text message too.

    >>> wonders("pk les rnn oublient"), wonders("un LSTM, ça retient tout ?"), wonders("lance un LSTM")
    (True, True, False)
    """
    bare = " ".join(re.findall(r"[a-z0-9]+", routing.fold_words(QUOTED.sub(" ", utterance))))
    if asks_question(utterance) or _WONDERS.match(bare) or _ASKS_ANYWHERE.search(bare):
        return True
    return "?" in QUOTED.sub("", utterance) and not routing.POLITE.match(bare)


def watches(utterance: str) -> bool:
    """Tell a wish to see something happen, or its numbers: a run then, rather than what the course says of it.

    >>> watches("je veux voir Good-Turing en action"), watches("que dit le cours de Good-Turing ?")
    (True, False)
    """
    bare = " ".join(re.findall(r"[a-z0-9]+", routing.fold_words(QUOTED.sub(" ", utterance))))
    return bool(_WATCHES.search(bare))


def names_nothing(utterance: str) -> bool:
    """Tell an order that does not say what it is about.

    >>> names_nothing("entraîne !"), names_nothing("entraîne un LSTM"), names_nothing("compte « a b a »")
    (True, False, False)
    """
    return asks_run(utterance) and len(stems(utterance)) <= 1


def needed(utterance: str) -> float:
    """Return how probable a tool other than the search must be to be run at once.

    >>> needed("un LSTM sur « la mer »"), needed("comment marche un LSTM ?")
    (0.3, 0.9)
    """
    if not wonders(utterance):
        return SURE
    if QUOTED.search(utterance) or asks_run(utterance) or _BRINGS.search(routing.fold_words(utterance)):
        return SURE
    return SURE_OF_A_NUMBER if any(map(str.isdigit, utterance)) else SURE_OF_A_BARE_QUESTION
