"""Words of the course: tokens, stems, letter pieces, slips of the keyboard, and BM25 over them.

Text is folded (no accents, lower case) before Snowball's French stemmer, so that « modèles », « modeles » and
« modèle » are one stem. Left out: lemmas, synonyms (the embeddings know those).
"""

from __future__ import annotations

import logging
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA

from tutor.contracts import Language

# Words that say nothing of the subject, already folded. Question words and « the course » are among them.
FRENCH_STOP_WORDS = frozenset(
    """
    a afin ai aie ainsi alors apres as assez au aucun aucune aupres aussi autre autres aux avaient avait avant avec
    avez avoir avons ayant beaucoup bien bon c ca car ce ceci cela celle celles celui cependant certain certains ces
    cet cette ceux chaque chez ci combien comme comment concerne cours d dans de dehors deja depuis des dis dit dite
    dites donc dont du elle elles en encore enfin ensuite entre es est et etaient etait etant etc ete etes etre eu
    expliquer explique faire fait fais faut fois font ici il ils j je juste l la laquelle le lequel les lesquels
    lesquelles leur leurs lors lui m ma maintenant mais me meme memes mes mien moi moins mon n ne ni non nos notre
    nous on ont ou oui par parce parle parler pas pendant peu peut peuvent peux plus plutot pour pourquoi pouvoir pu
    puis puisque qu quand que quel quelle quelles quels quelque quelques qui quoi s sa sans se selon sera serait sert
    servent ses si sien soit sommes son sont sous suis sur surtout t ta tant te tel telle telles tels tes toi ton tous
    tout toute toutes tres trop tu un une vers veut via voici voila vos votre vous vraiment y
    """.split()
)
ENGLISH_STOP_WORDS = frozenset(
    """
    about according all also an and any are at be because been between but by can could course did do does done for
    from had has have he her how i in into is it its just more most my no nor not of off or other our out over say
    says she should so some such than that the their them then there these they this those through to too under up
    us was we were what when where which while who whom whose why will with would you your
    """.split()
)
STOP_WORDS = FRENCH_STOP_WORDS | ENGLISH_STOP_WORDS

_NUMBER_GROUP = re.compile(r"(?<=\d)[ \u00a0\u202f](?=\d{3}(?!\d))")
_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")
_URL_NOISE = re.compile(r"https?://(?:www\.)?")
_ONE_LETTER = re.compile(r"(?<![\w-])([^\W\d_])-(?=[^\W\d_]{2})")  # n-gramme → ngramme
_NAME = re.compile(r"[^\W_](?:[\w.-]*[^\W_])?")
_DIGITS = re.compile(r"\d+")
_TOKEN = re.compile(r"\d+(?:\.\d+)+|\d+\^\d+|[^\W_]+")


def fold(text: str) -> str:
    """Lower-case, drop accents, unfold ligatures and mathematical letters.

    >>> fold("Œuvre où 𝛼 croît")
    'oeuvre ou α croit'
    """
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKD", text.lower().replace("œ", "oe").replace("æ", "ae"))
    return text.translate(_UNMARKED).lower()


class _Unmarked(dict[int, int | None]):
    """Code point → itself, or None for a combining mark; filled in as text is read."""

    def __missing__(self, code: int) -> int | None:
        self[code] = kept = None if unicodedata.combining(chr(code)) else code
        return kept


_UNMARKED = _Unmarked()


def words(text: str) -> list[str]:
    """Split into folded words; numbers, powers and names with digits stay whole.

    >>> words("L’n-gramme de 70 000 mots : 10^10, 0,54 ; word2vec")
    ['l', 'ngramme', 'de', '70000', 'mots', '10^10', '0.54', 'word2vec']
    """
    text = _NUMBER_GROUP.sub("", fold(text))
    text = _ONE_LETTER.sub(r"\1", _DECIMAL_COMMA.sub(".", _URL_NOISE.sub(" ", text)))
    return _TOKEN.findall(text)


WORDS_KEPT = 100_000
"""Words whose stem and pieces are remembered: those of a large course; what users type does not pile up."""


@cache
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("french")


@lru_cache(WORDS_KEPT)
def stem(word: str) -> str:
    """Return the stem of a folded word; a doubled last consonant counts once (n-gramme, n-gram).

    >>> stem("grammes") == stem("gram")
    True
    """
    stemmed: str = _stemmer().stemWord(word)
    return stemmed[:-1] if len(stemmed) > 3 and stemmed[-1] == stemmed[-2] else stemmed


def subjects(found: Iterable[str]) -> list[str]:
    """Return those of some ``words`` that carry a subject, in order, with repetitions."""
    return [word for word in found if word not in STOP_WORDS]


def stems(text: str) -> list[str]:
    """Return the stems of the words that carry a subject, in order, with repetitions."""
    return [stem(word) for word in subjects(words(text))]


def pieces_of(found: Iterable[str]) -> list[str]:
    """Return the four-letter pieces of some ``words``: they survive a misspelt or a foreign letter.

    >>> pieces_of(["lemes"]), pieces_of(["lemme"])
    ([' lem', 'leme', 'emes', 'mes '], [' lem', 'lemm', 'emme', 'mme '])
    """
    return [piece for word in found for piece in word_pieces(word)]


@lru_cache(WORDS_KEPT)
def word_pieces(word: str) -> tuple[str, ...]:
    """Return the four-letter pieces of one word, its two ends marked by a space."""
    padded = f" {word} "
    return tuple(padded[i : i + 4] for i in range(max(1, len(padded) - 3)))


def typos(written: str, meant: str) -> int | None:
    """Count the letters that separate two folded words; None when they are more than a slip of the keyboard.

    One slip from five letters on, two from twelve; in a shorter word two letters may only change places. The first
    letter counts, and so do digits: « atypique » is not « typique », « gpt3 » is not « gpt2 ».

    >>> typos("ltsm", "lstm"), typos("perplexitee", "perplexite"), typos("lstm", "lstm"), typos("atypique", "typique")
    (1, 1, 0, None)
    """
    if written == meant:
        return 0
    allowed = 2 if len(meant) >= 12 else 1
    if written[:1] != meant[:1] or len(meant) < 3 or abs(len(written) - len(meant)) > allowed:
        return None
    if len(meant) < 5 and sorted(written) != sorted(meant):
        return None
    if allowed == 2 and written[:3] != meant[:3]:
        allowed = 1
    if _DIGITS.findall(written) != _DIGITS.findall(meant):
        return None
    found = OSA.distance(written, meant, score_cutoff=allowed)
    return int(found) if found <= allowed else None


def names(text: str) -> list[str]:
    """Return the words written like a name: a capital inside a sentence, several capitals, or letters and digits.

    >>> names("Combien de têtes a BERT ? Le modèle de Mikolov ou GPT-4 ?")
    ['BERT', 'Mikolov', 'GPT-4']
    """
    found = []
    for match in _NAME.finditer(text):
        name, before = match.group(), text[: match.start()].rstrip(" \u00a0\u202f«“\"'’(")
        capitals = sum(letter.isupper() for letter in name)
        opens = not before or before[-1] in ".?!:…\n"
        if capitals and (capitals > 1 or not opens or any(letter.isdigit() for letter in name)):
            found.append(name)
    return found


def language_of(text: str, default: Language = "fr") -> Language:
    """Guess French or English from the small words; ``default`` when they do not tell.

    >>> language_of("What is a trigram?"), language_of("trigramme ?")
    ('en', 'fr')
    """
    return language_of_words(words(text), default)


def language_of_words(found: Iterable[str], default: Language = "fr") -> Language:
    """The same for a text that is already split into ``words``."""
    english = french = 0
    for word in found:
        is_english, is_french = word in ENGLISH_STOP_WORDS, word in FRENCH_STOP_WORDS
        english += is_english and not is_french
        french += is_french and not is_english
    if english == french:
        return default
    return "en" if english > french else "fr"


class Lexicon:
    """Texts scored by BM25 over the tokens that ``tokenize`` makes of them, given where they are known already.

    ``idf_`` is the rarity of each token; ``unseen_idf_`` that of a token that no text holds.
    """

    def __init__(
        self,
        texts: Sequence[str],
        tokenize: Callable[[str], list[str]] = stems,
        tokens: Sequence[Sequence[str]] | None = None,
    ) -> None:
        import bm25s

        logging.getLogger("bm25s").setLevel(logging.WARNING)  # it says every step at debug level
        self.tokenize = tokenize
        self.size = len(texts)
        if tokens is None:
            tokens = [tokenize(text) for text in texts]
        counts = Counter(token for line in tokens for token in set(line))
        self.idf_ = {token: _idf(self.size, count) for token, count in counts.items()}
        self.unseen_idf_ = _idf(self.size, 0)
        self._numbers = {token: number for number, token in enumerate(sorted(counts))}
        self._bm25 = bm25s.BM25(k1=0.9, b=0.4)  # short passages of similar length: below the usual 1.5 and 0.75
        if self._numbers:
            ids = [[self._numbers[token] for token in line] for line in tokens]
            self._bm25.index(bm25s.tokenization.Tokenized(ids=ids, vocab=self._numbers), show_progress=False)

    def scores(self, query: str) -> NDArray[np.float64]:
        """Return the BM25 score of each text for a question, shape (texts,)."""
        known = [self._numbers[token] for token in self.tokenize(query) if token in self._numbers]
        if not known:
            return np.zeros(self.size)
        return np.asarray(self._bm25.get_scores_from_ids(known), np.float64)


def _idf(texts: int, holding: int) -> float:
    return math.log(1 + (texts - holding + 0.5) / (holding + 0.5))
