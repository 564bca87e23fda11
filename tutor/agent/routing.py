"""Decides, from the words alone, which tool serves a request, and fills its arguments.

Rules for what rules are good at: small talk, and requests to *run* something, which name a model of the course and
say « entraîne », « calcule », « génère »… or bring a text in quotation marks (n-grams here, the other demos in
``demo_requests``, quizzes and definitions in ``utterance``). Everything else is a question to the course. A follow-up
(« et avec n = 3 ? ») leans on the question before it. What is left out: what the rules cannot tell, which a classifier
learns from examples (``classifier``, ``intent``), and conversations longer than that.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tutor.agent.demo_requests import SUBJECTS, demo_arguments, demo_asked
from tutor.agent.utterance import definition_asked, quiz_asked
from tutor.contracts import Language
from tutor.retrieval.glossary import Glossary
from tutor.retrieval.lexical import ENGLISH_STOP_WORDS, FRENCH_STOP_WORDS, words

SEARCH = "course_search"
NGRAM = "ngram_demo"
QUIZ = "quiz"
GLOSSARY = "glossary"
HOMEWORK = "homework"
CHECK = "check_answer"
AGAIN = "explain_differently"


@dataclass(frozen=True, slots=True)
class Route:
    """Where a request goes: to a tool with its arguments, or to a line of small talk."""

    tool: str | None = None
    args: dict[str, Any] = field(default_factory=dict)
    talk: str | None = None
    """Key of a message, when no tool is needed."""
    sure: bool = True
    """False: a capable model may choose otherwise."""
    certain: bool = False
    """The words leave no other reading: small talk, a quiz, a definition, a change to the request before."""
    offers: tuple[str, ...] = ()
    """Other tools that a click may run instead, under the answer."""
    asks: tuple[str, ...] = ()
    """Readings to be chosen from by the user, the most likely first; ``tool`` is the first."""


_GRAM = re.compile(r"\b(?P<prefix>uni|mono|bi|tri|quadri|penta|\d+\W?|n\W?)?-?gram(?:m?e)?s?\b")
_ORDER = {"uni": 1, "mono": 1, "bi": 2, "tri": 3, "quadri": 4, "penta": 5}
_RUN = re.compile(
    r"\b(entrain(e|er|ez|es)|calcul(e|er|ez|es)|lanc(e|er|ez)|execut(e|er|ez)|tourne"
    r"|fai(s|tes|re)( moi)? (un|une|le|la|les|des|tourner)"
    r"|gener(e|er|ez|es)|essai(e|er|ez)|essayer?|test(e|er|ez)|compt(e|er|ez)|construi(s|re|sez)|demo(nstration)?s?"
    r"|table(au)?|fabriqu(e|er|ez)|dessin(e|er|ez)|affich(e|er|ez)|draw|plot"
    r"|(montr(e|er|ez)|show)( (moi|nous|me|us))? (l arbre|la courbe|la carte|les poids|the (llm )?tree|the curve)"
    r"|make|train|run|generate|compute|count|try|build|complet(e|er|ez))\b"
)
POLITE = re.compile(
    r"^\W*((peux|pourrais|veux) tu|tu (peux|pourrais|px)|(pourriez|pouvez|voulez) vous|can you|could you|please|stp|svp"
    r"|s il te plait) "
)
_QUESTION = re.compile(
    r"^\W*(comment|pourquoi|qu|que|qui|quand|ou|quoi|quel|quelle|quels|quelles|c est quoi|a quoi|est ce|combien"
    r"|how|why|what|which|when|who|where|whose|is|are|was|were|does|do|did"
    r"|expliqu\w*|explain|resum\w*|summari[sz]e|decri\w*|describe|defini\w*|define|rappell\w*|remind"
    r"|(parle|dis)( moi| nous)?( un peu)? (de|du|des|d|ce que|comment|pourquoi)|(tell|talk to) (me|us)( more)? about)\b"
)
_FOLLOWS = re.compile(
    r"^(et|and|ok et|puis|then|mais|but)\b|^(pourquoi|why|comment ca|how so|c est a dire|par exemple|for example"
    r"|(donne( moi)? |give( me)? )?(un|an)( autre|other)? ex[ae]mple|encore|explique( autrement| mieux)?"
    r"|plus simplement)$"
)
_WONDERS_LATE = re.compile(r"\b(quoi|quel(le)?s?|pourquoi|comment|lequel|laquelle|what|which|why)\b")
"""Words of a question that stand after its subject: « un LSTM apprend quoi ? »."""
_INVERTED = re.compile(r"\w-(t-)?(on|il|elle|ils|elles|nous|vous)\b")
_YOU = re.compile(r"\b(pourr?iez|pouvez|voulez|auriez|peux|pourrais|veux)-(vous|tu)\b")
# « guillemets », “curly”, "straight", ‘single’ and 'single' marks; the last two not as apostrophes inside a word
QUOTED = re.compile(r"«([^»]+)»|“([^”]+)”|\"([^\"]+)\"|‘([^’]+)’(?!\w)|(?<!\w)'([^']+)'(?!\w)")
_BEFORE_TEXT = re.compile(r"(\b(sur|avec|de|du|texte?|corpus|phrase|on|with|of|from|sentence|lines?)|:)\W*$")
_BEFORE_PROMPT = re.compile(
    r"(suit|suite (de|a)|apres|commen\w+ par|debut|amorce|prompt|continue|complete|after|follows|starting with)\W*$"
)
_NEAR = 60
"""Characters before a quoted text that say what it is."""
_UNQUOTED: dict[Language, re.Pattern[str]] = {
    "fr": re.compile(
        r"\bsur\s+(?:(?:la phrase|le texte)\s*:?\s*)?(?!(?:mon|ma|mes|ce|cet|cette|ces|un|une|des|le corpus)\b)"
        r"(?P<text>.+?)\s*(?:$|[?]|,?\s+(?:avec|puis|et (?:dis|donne|montre|g[ée]n)|que vient)\b)",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"\bon\s+(?:the (?:text|sentence)\s*:?\s*)?(?!(?:my|this|these|an?|the corpus)\b)"
        r"(?P<text>.+?)\s*(?:$|[?]|,?\s+(?:with|then|and (?:tell|give|show|gen)|what comes)\b)",
        re.IGNORECASE,
    ),
}
_SMOOTHING = {
    "mle": r"\bmle\b|maximum de vraisemblance|sans lissage|no smoothing|maximum likelihood",
    "laplace": r"laplace|add.?(one|1|k|0[.,]\d+)\b|plus un\b",
    "good_turing": r"good.?turing",
    "witten_bell": r"witten.?bell",
    "kneser_ney": r"kneser.?ney",
}
_ENGLISH_ORDER = re.compile(
    r"\W*(?:(?:hi|hello|hey|ok|please|now|and)\W+)*(?:train|run|make|build|give|show|tell|compute|try|generate|define"
    r"|check|verify|review|explain|describe|summari[sz]e|draw|plot|count|find|list|help|teach|remind|write|predict|guess"
    r"|use|add|sample|translate|start|let[’']?s|what|why|how|who|when|where|which|is|are|does|do|did|can|could|would"
    r"|should|another|(?:quiz|test|ask|drill|correct|grade)\s+(?:me|my))\b(?![-/])",
    re.IGNORECASE,
)
"""An English request by its first word, unless the words after it are French: « Use case d’un LSTM ? »."""
ORDER_WEIGHS = 1.5
"""Words that the order counts for, beside the others that tell the language."""
_ENGLISH_CUES = frozenset(
    """
    check verify review explain answer answers hint hints please thanks thank hello train run show draw plot count find
    write quiz me mine example examples sentence word words next another again simpler differently help homework
    exercise true false wrong right meaning model versus
    """.split()
)
_FRENCH_CUES = frozenset(
    """
    verifie verifier explique expliquer reponse reponses indice indices stp svp merci bonjour salut entraine entrainer
    lance lancer montre montrer dessine trace compte trouve ecris interroge moi exemple exemples phrase mot mots
    suivante autre encore autrement plus simplement aide devoir devoirs exercice exercices vrai faux juste definition
    definis signifie quoi koi modele entre avec et ou resume calcule genere cherche donne rappelle corrige continue
    """.split()
)
"""Words of requests that tell the language where the small words do not: “attention, please”, « attention, stp »."""
_TALK = {
    "talk.hello": r"(bonjour|bonsoir|salut|coucou|hello|hi|hey|yo)( (a toi|tuteur|tutor|there|ca va))*",
    "talk.thanks": r"(ok |super |parfait |great )*(merci|thanks|thank you|thx)( (beaucoup|bien|a toi|a lot|tuteur))*",
    "talk.bye": r"(au revoir|a bientot|a plus|bye|goodbye|bonne (journee|soiree|nuit))",
    "talk.who": r"(qui es tu|tu es qui|t es qui|who are you|what are you|que sais tu faire|tu sais faire quoi|aide|help"
    r"|a quoi (tu sers|sers tu)|what can you do)",
}


def detect_language(text: str, default: Language) -> Language:
    """Return the language of the request; the words that it quotes do not count.

    >>> detect_language("What is perplexity?", "fr"), detect_language("LSTM ?", "fr")
    ('en', 'fr')
    """
    own = QUOTED.sub(" ", text)
    found = words(own)
    english = sum(
        (word in ENGLISH_STOP_WORDS and word not in FRENCH_STOP_WORDS) or word in _ENGLISH_CUES for word in found
    )
    french = sum(
        (word in FRENCH_STOP_WORDS and word not in ENGLISH_STOP_WORDS) or word in _FRENCH_CUES for word in found
    )
    if english + ORDER_WEIGHS >= french and _ENGLISH_ORDER.match(own):
        return "en"
    return default if english == french else "en" if english > french else "fr"


def route(utterance: str, before: str | None = None, terms: Glossary | None = None) -> Route:
    """Choose where ``utterance`` goes; ``before`` is the question before it, which a follow-up leans on;
    ``terms``, the course's glossary, tells the definitions that it gives from those to search for.

    >>> route("entraîne un bigramme sur « un deux trois »").args
    {'n': 2, 'text': 'un deux trois'}
    >>> route("C'est quoi un bigramme ?").tool
    'course_search'
    >>> route("merci !").talk
    'talk.thanks'
    >>> route("et avec n = 3 ?", before="entraîne un bigramme sur « un deux trois »").args
    {'n': 3, 'text': 'un deux trois'}
    """
    bare = " ".join(re.findall(r"[a-z0-9]+", fold_words(QUOTED.sub(" ", utterance))))
    for key, pattern in _TALK.items():
        if re.fullmatch(pattern, bare):
            return Route(talk=key, certain=True)
    if (quiz := quiz_asked(utterance, before)) is not None:
        return Route(QUIZ, quiz, certain=True)
    follows = bool(before and _FOLLOWS.match(bare))
    if not follows and (term := definition_asked(utterance, terms)):
        return Route(GLOSSARY, {"term": term}, certain=True)
    search = {"query": utterance}
    outside = fold_words(QUOTED.sub(" ", utterance))
    quoted = [next(filter(None, match.groups())).strip() for match in QUOTED.finditer(utterance)]
    if before and follows:
        earlier = route(before)
        if earlier.tool == NGRAM and (changed := ngram_arguments(utterance)):
            return Route(NGRAM, earlier.args | changed, certain=True)
        if earlier.tool in SUBJECTS and (changed := demo_arguments(earlier.tool, outside, quoted)):
            return Route(earlier.tool, earlier.args | changed, certain=True)
        search = {"query": f"{before} {utterance}"}
    asks, runs = asks_question(utterance), asks_run(utterance)
    if asks_course(utterance):
        return Route(SEARCH, search, certain=follows)
    if not asks and (demo := demo_asked(outside, quoted, runs=runs)):
        return Route(*demo)
    if not _GRAM.search(outside):
        return Route(SEARCH, search, sure=asks or not (runs or quoted), certain=follows)
    args = ngram_arguments(utterance)
    brings_text = "text" in args and bool(QUOTED.search(utterance))
    if runs and (brings_text or not asks):
        return Route(NGRAM, args)
    return Route(SEARCH, search, sure=asks, certain=follows)


def asks_question(utterance: str) -> bool:
    """Tell a question (« comment… ? », « sert-il… ? ») or a wish to have something explained, quoted words aside.

    >>> asks_question("Comment entraîne-t-on un LSTM ?"), asks_question("peux-tu entraîner un LSTM ?")
    (True, False)
    >>> asks_question("Un LSTM est entraîné à deviner quoi ?"), asks_question("lance un LSTM, ça donne quoi ?")
    (True, False)
    """
    outside = _YOU.sub(" ", fold_words(QUOTED.sub(" ", utterance)))
    asked = POLITE.sub("", " ".join(re.findall(r"[a-z0-9]+", outside)))
    late = outside.rstrip().endswith("?") and _WONDERS_LATE.search(asked) and not _RUN.match(asked)
    return bool(_QUESTION.match(asked) or _INVERTED.search(outside) or late)


def asks_run(utterance: str) -> bool:
    """Tell a word that orders to run something (« entraîne », « lance », « génère »…), quoted words aside.

    >>> asks_run("entraîne un LSTM"), asks_run("le LSTM « entraîne »")
    (True, False)
    """
    outside = fold_words(QUOTED.sub(" ", utterance))
    bare = " ".join(re.findall(r"[a-z0-9]+", outside))
    return bool(_RUN.search(bare) or re.search(r"\d\W?gram", outside))


_COURSE_HAS = (
    r"l?(?:formules?|equations?|definitions?|architectures?|principes?|differences?|avantages?|inconvenients?|limites?"
    r"|exemples?|examples?|formulas?|advantages|drawbacks|limits|principles?|(?:bout de |petit )?(?:code|script)"
    r"|programme|program|fonction python|python function|pseudo ?code)"
)
_TELLS = (
    r"(?:montr\w+|donn\w+|rappel\w+|dessin\w+|ecri\w+|affich\w+|trac\w+|presente\w*|propos\w+|cite\w*|trouv\w+|fai[st]"
    r"|show|give|draw|write|recall|remind|display|sketch|find|cite)"
)
_WORDS_WANTED = re.compile(
    rf"(?:\w+ ){{0,3}}?{_TELLS}(?: (?:moi|nous|me|us))?(?: (?:of|la|le|les|l|un|une|du|des|the|an?|some|any|autre"
    rf"|python|bel|bon|petit|schematique))* {_COURSE_HAS}\b"
)
_RUNS_SURELY = re.compile(
    r"\b(?:lanc\w+|execut\w+|calcul\w*|entrain\w*|entrene\w*|gener\w*|simul\w+|test\w*|essa[iy]\w*|tourn\w+|demos?"
    r"|demonstration|mesur\w+|visualis\w+|run|train\w*|generat\w*|comput\w*|try|simulat\w*|visuali[sz]e|measure)\b"
)
_MY_TEXT = re.compile(
    r"\b(?:sur|avec|dans|de|du|on|with|in|of) (?:mon|ma|mes|ce|cet|cette|ces|le meme|la meme|les memes|my|this|these"
    r"|the same) (?!cours|chapitre|course|chapter)"
)
_EXPLAINS_A_TITLE = re.compile(
    r"(?:\w+ )?(?:expliqu\w+|explain|resum\w+|summari[sz]e)(?: (?:moi|nous|me|us|la|le|l|the"
    r"|phrase|formule|article|titre|slogan|paper|expression))*"
)
_IN_THE_COURSE = re.compile(
    r"\b(?:dans|d apres|selon|du|from|in|according to) (?:le |ton |notre |the |your |our )?(?:cours|course|chapitre"
    r"|chapter)\b"
)
_COMPARES_IN_WORDS = re.compile(
    r"(?:\w+ ){0,3}?(?:compar\w+|comparaison|comparison)(?: (?:moi|nous|un peu|entre|between|de|of|du|des))*"
    r"(?: (?:le|la|les|l|un|une|the|an?))* [\w ]{2,30}? (?:et|a|au|aux|avec|and|with|to)"
    r"(?: (?:le|la|les|l|un|une|celui|the|an?))* \w+(?: (?:stp|svp|please|simplement|en bref|briefly))*"
)


_CODE_WANTED = re.compile(
    r"(?:\w+ ){0,2}?(?:donne|ecris|montre|propose|give|write|show)(?: (?:moi|nous|me|us))?"
    r"(?: (?:le|du|un|une|the|some|a|petit|bout de))* (?:code|script|programme|program|fonction python)\b"
)
_BRINGS_TEXT = re.compile(r"\w\s*:\s*\w+\W+\w+")
"""« avec le texte : le chat dort »: the user's own words, after a colon."""
_FOUND_IN_NOTES = re.compile(
    r"\b(?:videos?|liens?|urls?|links?|tutos?|tutoriels?|tutorials?)\b|\b(?:quel|which) (?:niveau|level)\b"
)
"""What a question wants to be told: where to look, or which of the levels of analysis."""
_NAMES = re.compile(r"(?:\w+ ){0,2}?(?:cite[rsz]?|enumere[rsz]?|nomme[rsz]?|name)\b")


def asks_course(utterance: str) -> bool:
    """Tell a wish for what the course says or shows, though it is put as an order and names a demo's subject.

    A formula, a definition, an architecture, code, an example of the course; a title explained; two models compared
    in words. A word that runs something, a number or the user's own text wants a run.

    >>> asks_course("Montre-moi la formule de l’attention"), asks_course("montre l’attention sur « le chat dort »")
    (True, False)
    >>> asks_course("Compare le RNN et le LSTM"), asks_course("compare un RNN et un LSTM sur mon texte")
    (True, False)
    """
    outside = fold_words(QUOTED.sub(" ", utterance))
    asked = POLITE.sub("", " ".join(re.findall(r"[a-z0-9]+", outside)))
    quotes = bool(QUOTED.search(utterance))
    if len(asked) > 200:
        return False
    if _FOUND_IN_NOTES.search(asked) and "?" in outside:
        return True
    if _CODE_WANTED.match(asked):
        return True
    if _RUNS_SURELY.search(asked) or _MY_TEXT.search(asked) or _BRINGS_TEXT.search(outside):
        return False
    if _NAMES.match(asked) and not quotes:
        return True
    if quotes:
        return bool(_EXPLAINS_A_TITLE.fullmatch(asked))
    if _IN_THE_COURSE.search(asked) or _WORDS_WANTED.match(asked):
        return True
    return not re.search(r"\d", asked) and bool(_COMPARES_IN_WORDS.fullmatch(asked))


def ngram_arguments(utterance: str) -> dict[str, Any]:
    """Read the n-gram demo's arguments from the words of the user; what they do not say is left to the demo.

    >>> ngram_arguments("un 3-gramme de lettres avec Laplace, graine 7, sur « abracadabra »")
    {'n': 3, 'unit': 'character', 'smoothing': 'laplace', 'seed': 7, 'text': 'abracadabra'}
    """
    words = fold_words(QUOTED.sub(" «» ", utterance))
    args: dict[str, Any] = {}
    if found := re.search(r"\b(?:n|ordre|order)\s*(?:=|:|egal a)?\s*(\d+)\b", words):
        args["n"] = int(found[1])
    elif (found := _GRAM.search(words)) and (prefix := (found["prefix"] or "").strip(" -")):
        if number := re.match(r"\d+", prefix):
            args["n"] = int(number[0])
        elif prefix in _ORDER:
            args["n"] = _ORDER[prefix]
    if re.search(r"\b(lettres?|caracteres?|letters?|characters?)\b", words):
        args["unit"] = "character"
    for name, pattern in _SMOOTHING.items():
        if re.search(pattern, words):
            args["smoothing"] = name
    if found := re.search(r"\bk\s*=\s*(\d+(?:[.,]\d+)?)|add.?(0[.,]\d+)", words):
        args["k"] = float((found[1] or found[2]).replace(",", "."))
    if found := re.search(r"\b(?:graine|seed)\s*(?:=|:|de)?\s*(\d+)", words):
        args["seed"] = int(found[1])
    if found := re.search(r"\b(\d+)\s*(?:mots|words|tokens|jetons|lettres|caracteres|letters|characters)\b", words):
        args["length"] = int(found[1])
    for match in QUOTED.finditer(utterance):
        content = next(group for group in match.groups() if group).strip()
        before = fold_words(utterance[max(0, match.start() - _NEAR) : match.start()])
        if _BEFORE_PROMPT.search(before):
            args.setdefault("prompt", content)
        elif _BEFORE_TEXT.search(before) or len(content.split()) > 2:
            args.setdefault("text", content)
    found = _UNQUOTED[detect_language(utterance, "fr")].search(" ".join(QUOTED.sub("«»", utterance).split()))
    if found and "text" not in args and "«»" not in found["text"]:
        args["text"] = found["text"]
    return args


def said(args: Mapping[str, Any], properties: Mapping[str, Any], question: str) -> dict[str, Any]:
    """Return the arguments of a model's tool call without the texts that are not the user's own.

    What a model makes up would be shown as the user's: a corpus, a prompt, a sentence to score. Spaces, case and
    accents aside, a text must be in the question word for word; numbers and choices are the model's to read.

    Args:
        args: what the model wrote, valid under the tool's schema.
        properties: of that JSON schema.
        question: the user's words.

    >>> properties = {"n": {"type": "integer"}, "text": {"type": "string"}, "prompt": {"type": "string"}}
    >>> args = {"n": 3, "text": "le chat dort", "prompt": "le chien"}
    >>> said(args, properties, "un trigramme sur « Le chat dort »")
    {'n': 3, 'text': 'le chat dort'}
    """

    def free(name: str) -> bool:
        return properties.get(name, {}).get("type") == "string" and "enum" not in properties[name]

    def written(text: str) -> bool:
        return bool(re.search(rf"(?<!\w){re.escape(' '.join(fold_words(text).split()))}(?!\w)", asked))

    asked = " ".join(fold_words(question).split())
    return {name: value for name, value in args.items() if not free(name) or written(str(value))}


def fold_words(text: str) -> str:
    """Lower-case, no accents, typographic apostrophes and quotation marks made plain, « » kept."""
    text = text.lower().translate({ord("’"): "'", ord("œ"): "oe", 0x2010: "-", 0x2011: "-"})
    text = unicodedata.normalize("NFD", text)
    return "".join(c for c in text if not unicodedata.combining(c))
