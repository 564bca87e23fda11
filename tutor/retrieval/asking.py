"""What a question asks for (a definition, a cause, steps, a date…), told by its form words, in French and English.

    form_of("Pourquoi le gradient disparaît-il ?")  →  Form("cause", …)

A form says which sentences can answer: « parce que » for a cause, a year for a date. Its own words (« différence »,
« formule », « rôle ») then say nothing of the subject and are left out of the words to be found. Rules, first match
wins. Left out: questions that ask for two things at once; the first is kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from tutor.retrieval.lexical import fold, stem, stems


@dataclass(frozen=True, slots=True)
class Form:
    """One thing that a question can ask for."""

    name: str
    asked: re.Pattern[str]
    """What the folded question holds."""
    answers: re.Pattern[str]
    """What a folded sentence holds that can answer."""


def _form(name: str, asked: str, answers: str) -> Form:
    return Form(name, re.compile(asked), re.compile(answers))


FORMS = (
    _form(
        "link",
        r"\b(liens?|links?|urls?|videos?|sites?|ressources?|arxiv|adresses?)\b"
        r"|\bou (je|on|est|sont|puis|peut|peux|trouver?|voir|telecharger|lire)\b|\bwhere\b",
        r"https?://",
    ),
    _form(
        "example",
        r"\b(exemples?|examples?)\b|\billustr",
        r"\b(exemples?|examples?|comme)\b|\bp\. ?ex\b",
    ),
    _form(
        "price",
        r"\b(prix|tarifs?|abonnements?|prices?|pricing|subscription)\b"
        r"|\bcombien (ca |cela )?(coute\w*|vaut)\b|\bcoute\w* combien\b|\bhow much (does|do|is|are)\b.{0,60}\bcosts?\b",
        r"\d ?(€|\$|euros?\b|dollars?\b|cent(ime)?s?\b)|[€$] ?\d+([.,]\d+)?(?![\d.,]*\$)|\b(gratuit|free|payant)",
    ),
    _form("formula", r"\b(formules?|equations?|formulas?)\b", r"\$|\\\[|\\\("),
    _form(
        "number",
        r"\bcombien\b|\bhow (many|much|big|large|long)\b|\bquel(le)? (nombre|taille|part)\b",
        r"\d",
    ),
    _form("date", r"\b(quand|annees?|dates?|when|what year)\b", r"\b(1[6-9]|20)\d\d\b"),
    _form(
        "person",
        r"\bqui (a|ont|est|sont|etai\w+)\b|\bpar qui\b|\b(auteurs?|who|whose)\b",
        r"\b(par \w+|by \w+|collegues|colleagues)\b",
    ),
    _form(
        "cause",
        r"\b(pourquoi|why|causes?|raisons?|reasons?|how come)\b",
        r"\b(car|donc|raison|cause|en effet|because|since|therefore|so that)\b|\b(parce qu|puisqu|faute d|empech)",
    ),
    _form(
        "use",
        r"\b(sert|servent|utile|utilite|role|good for|used for|useful|purpose)\b",
        r"\b(sert|servent|pour|afin|use[sd]?)\b|\b(permet|predi|evit|util)",
    ),
    _form(
        "list",
        r"\b(cite[rz]?|liste[rz]?|enumere[rz]?|nomme[rz]?|quel(le)?s sont|list|what are the|name)\b",
        r":\s*$|,[^,;:.]+,[^,;:.]+ (et|ou|and|or) ",
    ),
    _form("how", r"\b(comment|how|etapes?|steps?)\b", r"\b(etapes?|puis|ensuite|d['’]abord|steps?|then)\b|\bcalcul"),
    _form(
        "definition",
        r"\bqu['’ ]?est[- ]ce qu|\bc['’ ]?est quoi\b|\b(c koi|kezako|que? signifie|veut dire|meaning|define)\b"
        r"|\bdefini|\bwhat (is|are)\b|\bwhat does .{1,200}? (mean|stand for)\b",
        r"\b(est|sont|designe|consiste|mesure|appelle|is|are|means)\b",
    ),
)


# Words that say what is asked, not what it is about.
_FORM_WORDS = """
    difference differences formule formules equation cours role roles exemple exemples mise definition definitions
    definir definis definit principe principes fonctionner fonctionne fonctionnement marche marchent utilite utile
    sert servir citer cite cites lister liste listes donner donne donnes nom noms appelle signifie signification sens
    chapitre section partie cause causes raison raisons etape etapes annee annees date dates auteur auteurs koi kezako
    resume resumer rappelle rappeler presente decris decrire compare comparer comparaison interet avantage notion idee
    difference formula example examples definition meaning mean means work works purpose good used use role list name
    prix tarif tarifs abonnement coute coutent price pricing subscription cost costs
    steps reason reasons year author authors give tell explain describe summarize summarise compare course chapter
"""


@cache
def _form_stems() -> frozenset[str]:
    return frozenset(stem(word) for word in _FORM_WORDS.split())


def form_of(question: str) -> Form | None:
    """Return what ``question`` asks for, None when no form is recognised.

    >>> form_of("Pourquoi le gradient disparaît-il ?").name, form_of("C’est quoi un LSTM ?").name
    ('cause', 'definition')
    """
    folded = fold(question)
    return next((form for form in FORMS if form.asked.search(folded)), None)


def subject_stems(question: str) -> set[str]:
    """Return the stems of what the question is about; of all its words when nothing else is left.

    >>> sorted(subject_stems("Quelle est la différence entre un LSTM et un GRU ?"))
    ['gru', 'lstm']
    """
    asked = set(stems(question))
    return asked - _form_stems() or asked


def gives(question: str, sentences: Sequence[str]) -> float:
    """Return how far some sentences give what ``question`` asks for, in [0, 1]; 0 when it has no known form.

    A sentence counts for the share of the question's subject that it names, when it also holds what is asked for; a
    definition counts when it is the subject that it defines, a link wherever it stands.

    >>> gives("Quand word2vec a-t-il été publié ?", ["Mikolov publie word2vec en 2013."])
    1.0
    >>> [gives("C’est quoi un LSTM ?", [said]) for said in ("Un LSTM est un réseau.", "Un GRU est un LSTM.")]
    [1.0, 0.0]
    """
    form = form_of(question)
    if form is None:
        return 0.0
    subject = subject_stems(question)
    best = 0.0
    for sentence in sentences:
        if form.name == "link":
            best = max(best, float("http" in sentence and bool(form.answers.search(sentence))))
        elif form.name == "definition":
            defined = defined_in(sentence)
            best = max(best, float(bool(defined) and defined <= subject and len(defined) >= DEFINED * len(subject)))
        elif form.answers.search(fold(sentence)):
            best = max(best, len(subject & set(stems(sentence))) / max(1, len(subject)))
    return best


DEFINED = 0.6
"""Share of the subject's stems that the defined term must be."""

_READ_FOR_TERM = 600
"""Characters of a sentence where the term that it defines is looked for."""
_DEFINES = re.compile(
    r"(?:\*\*[^*]+\*\*\s*:\s*)?(?P<subject>[^.:;?!]{2,80}?)\s*(?:\([^)]*\)|,[^,]*,)?\s+"
    r"(?:est|sont|désigne|consiste|is|are)\s"
)


def defined_in(sentence: str) -> frozenset[str]:
    """Return the stems of the term that a sentence defines (« La perplexité est… »), empty when it defines nothing.

    >>> sorted(defined_in("Un état de cellule (cell state) est une mémoire."))
    ['cellul', 'etat']
    """
    # one space between words: the pattern may try each space of a run with each of another
    found = _DEFINES.match(" ".join(sentence[:_READ_FOR_TERM].split()))
    return frozenset(stems(re.sub(r"\([^)]*\)", " ", found["subject"]))) if found else frozenset()
