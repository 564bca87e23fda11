"""Hybrid search: meaning (embeddings) and words (BM25), each standardised over the course, then added.

For a question q and each passage p, with z(·) the z-score over all passages of the course:

    score(q, p) = 0.25 z(cos(q, p) − mean over unrelated questions u of cos(u, p))
                + 0.35 z(max over sentences s of p of cos(q, s))
                + 0.40 z(BM25 over stems and four-letter pieces)

Scores are standardised because cosines of this model all lie between 0.74 and 0.91 while BM25 has no upper bound.
The subtracted mean stops short or general passages from being close to every question. The heading is embedded with
each text; BM25 also reads the headings above it. When the question is not in the language of the course its words
weigh a quarter (0.40 → 0.10): only names and cognates still match. A question whose words the course never uses has
no lexical spread: that term is 0 and meaning decides alone.

Measured with multilingual-e5-small in 4 bits: mean reciprocal rank of the section / share found among the first
three, mean of five sets over two courses (140 questions, and 111 of them again with noisy spelling):

    everything                                .891 / .938
    without the sentences                     .863 / .900
    without the passages                      .867 / .929
    without the words                         .802 / .883
    without the pieces (stems only)           .844 / .924
    without the stems (pieces only)           .884 / .935
    without the subtracted mean               .872 / .915
    foreign questions at full word weight     .885 / .930
    BM25 over stems alone                     .740 / .783
    passage cosine alone                      .727 / .776

What the question asks for raises the first six passages by at most 0.5 (``asking.gives``): a definition of the term,
a year for « quand », « parce que » for « pourquoi », an address for a link (first rank .894 → .915 of 47 questions on
the author's course, .628 → .643 of 129 on nineteen chapters; 0.2 to 0.8 give the same; first three unchanged).

A bibliography is no answer: passages under « Sources » or « Références » alone are set back by one, unless the
question asks for sources (its English titles drew English questions: 90 questions on nineteen chapters, first rank
.53 → .56, first three .73 → .76; the author's course unchanged).

Left out, because measured to bring nothing or to harm: spelling correction by sound and edit distance (no dictionary
tells a typo from a word the course never uses), the whole heading path in the embedded text, BM25 over whole
sections or over sentences, the heading or its path as an embedding of its own (.756 → .741–.757 mean reciprocal
rank), a term for the chapter (.749–.762), feedback from the three best passages (.758–.763, but fewer among the
first five), and the other names of an acronym, read from the course, added to the words (.747–.756).

« Not in the course » is calibrated on each course by ``PROBES``: its signals are measured from where unrelated
questions lie there, and this is stored with the index (``Calibration``). Questions made from the course itself were
tried on top, and left out: they do not show where its threshold should be. Declined among the covered questions /
among the others, with the threshold at the lowest 4 % of …

                                              author's course (65 passages)   our chapters (588)
    nothing: the fixed threshold              .040 / .667                     .038 / .733
    headings                                  .100 / .733                     .242 / .911
    headings, their own passages set aside    .000 / .533                     .030 / .689
    « Qu’est-ce que … ? » of bold terms       .120 / .733                     .106 / .822
    sentences, their own passage set aside    .120 / .800                     .273 / .933

Neither is the fixed threshold moved by a quarter, half or all of what such a quantile (4, 10, 25 or 50 %) differs
between courses worth it: over both courses and eleven random subsets of our chapters (questions on the rest being out
of the course), at 4 % of the covered questions declined, it declines 50–57 % of the others, the fixed one 54 %.

These figures are from before ``fields``. With it the same threshold declines .040 / .933 and .038 / .956 (area under
the curve .919 → .995 and .939 → .991): most of what passed were neighbouring subjects with a name of their own. On 110
questions written afterwards, without sight of its list: .080 / .650 → .080 / .833, area .882 → .943. What still passes
asks for an attribute (a number of layers, a port, a year) of something that the course does cover.

While the embeddings of a course are being made, ``WordSearch`` stands in: the words alone, and it says so.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.contracts import Hit, Language, Passage, Quotable, SearchResult, Vectors
from tutor.retrieval.asking import form_of, gives, subject_stems
from tutor.retrieval.fields import named, named_in
from tutor.retrieval.lexical import (
    Lexicon,
    fold,
    language_of,
    language_of_words,
    names,
    pieces_of,
    stem,
    stems,
    subjects,
    words,
)
from tutor.retrieval.rerank import Rerank
from tutor.retrieval.sentences import Span, sentences

Array = NDArray[np.float64]

PASSAGE_WEIGHT = 0.25
SENTENCE_WEIGHT = 0.35
WORD_WEIGHT = 0.40
FOREIGN_WORD_WEIGHT = 0.10
"""For a question in another language than the course."""
ASKED_WEIGHT = 0.5
"""Of what the question asks for (``asking.gives``, in [0, 1]) on top of the fused score, …"""
ASKED_READ = 6
"""… for so many passages, the best."""

BARE, BARE_WEIGHT = 2, 0.25
"""A question of so few words of subject, one of them a concept that the course names, is about it."""
PLACE_WEIGHT = 1.0
"""On top of the fused score, for what lies under the numbered heading that the question names."""
_PLACE = re.compile(r"\b(?:chapitre|section|partie|chapter|part)\s+(\d+(?:\.\d+)*)")
PRICED = 0.5
"""Share of a question's subject that the sentence with the price must name."""

# Questions that no course asks. They tell how high an unrelated question scores in this course with this embedding
# model: signals are measured from there, so the same threshold holds elsewhere.
PROBES: Mapping[Language, tuple[str, ...]] = {
    "fr": (
        "Comment changer un pneu crevé sur une voiture ?",
        "Quelle est la capitale du Portugal ?",
        "combien de temps faut-il cuire des pâtes",
        "Qui a peint la Joconde ?",
        "Quels papiers faut-il pour renouveler un passeport ?",
        "Comment soigner un rhume sans médicament ?",
        "Quel film regarder ce soir en famille ?",
        "À quelle heure part le prochain train pour Lyon ?",
        "Pourquoi le ciel est-il bleu ?",
        "Résume le roman Germinal en quelques lignes.",
        "Quel est le record du monde du cent mètres ?",
        "comment tailler un rosier au printemps",
        "Combien coûte un loyer moyen à Marseille ?",
        "Quelle différence y a-t-il entre un crocodile et un alligator ?",
        "Quand a eu lieu la bataille de Marignan ?",
        "Écris une lettre de démission polie.",
        "Donne-moi une recette de tarte aux pommes.",
        "Comment fonctionne un moteur diesel ?",
        "Quelles sont les règles du rugby ?",
        "Où partir en vacances au mois de février ?",
        "Que faire contre les pucerons au potager ?",
        "Quelle est la distance entre la Terre et la Lune ?",
        "Comment apprendre à jouer de la guitare ?",
        "Faut-il arroser un cactus en hiver ?",
    ),
    "en": (
        "How do I change a flat tyre?",
        "What is the capital of Portugal?",
        "how long should I cook pasta",
        "Who painted the Mona Lisa?",
        "Which documents do I need to renew a passport?",
        "How can I cure a cold without medicine?",
        "Which film should we watch tonight?",
        "When does the next train to Lyon leave?",
        "Why is the sky blue?",
        "Summarise the novel Germinal in a few lines.",
        "What is the world record for the hundred metres?",
        "how to prune a rose bush in spring",
        "How much is an average rent in Marseille?",
        "What is the difference between a crocodile and an alligator?",
        "When was the battle of Hastings fought?",
        "Write a polite letter of resignation.",
        "Give me a recipe for apple pie.",
        "How does a diesel engine work?",
        "What are the rules of rugby?",
        "Where should I go on holiday in February?",
        "What helps against greenfly in a vegetable garden?",
        "How far is the Moon from the Earth?",
        "How do I learn to play the guitar?",
        "Should a cactus be watered in winter?",
    ),
}

# P(the course covers the question) = 1 / (1 + exp(−(bias + weights · signals))), see ``HybridSearch.signals``.
# Logistic regression, classes balanced, on 180 questions that a course covers and 135 that it does not (two courses,
# French and English; most of the 135 on neighbouring subjects); the bias then supposes that three questions in four
# are about the course (+ log 3). Area under the curve .93 on all of them; .90 and .94 fitted on one course and tried on
# the other; at the threshold 4 % of the covered questions are declined and 67 % of the others.
# The fourth weight is set by hand: none of the covered questions is « elsewhere », so no fit bounds it; at -4 it
# outweighs all but the surest of the other signals.
# Measured to add nothing: the best fused score, the margin to the next, the share of the question's words found (in
# the course, in the best passage, in headings, among the terms in bold), the most surprising unknown word, the best
# BM25 of a sentence.
WEIGHTS = np.array([1.21, 0.57, -2.30, -4.0])
BIAS = -2.55 + math.log(3)
THRESHOLD = 0.5
# The same without the embeddings, mass and stranger only: area under the curve .90; at this bias 9 % of the covered
# questions are declined, 67 % of the others.
WORDS_WEIGHTS = np.array([0.78, -2.60, -4.0])
WORDS_BIAS = -0.2
# Smallest spread of dense and mass over the probes: a course of a few passages has almost none.
_FLOOR = np.array([0.01, 0.3])


CANDIDATES = 20
"""Passages that a cross-encoder, where one is configured, reads with the question."""
CALIBRATION = 2
"""Raised when the signals are computed in another way."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """What « not in the course » means in one course: where its unrelated questions lie, and the threshold."""

    background: Mapping[Language, tuple[Array, Array]]
    """Mean and spread of dense and mass over ``PROBES``, each of shape (2,)."""
    threshold: float = THRESHOLD
    """Least confidence of a question that the course covers."""

    def to_json(self) -> dict[str, Any]:
        """Return plain numbers, exact to the last bit."""
        background = {name: [each.tolist() for each in pair] for name, pair in self.background.items()}
        return {"threshold": self.threshold, "background": background}

    @classmethod
    def from_json(cls, stored: Any) -> Calibration:
        """Read what ``to_json`` wrote. Raises ``ValueError`` for anything else."""
        try:
            threshold = float(stored["threshold"])
            background: dict[Language, tuple[Array, Array]] = {}
            for name in PROBES:
                mean, spread = (np.array(row, np.float64) for row in stored["background"][name])
                background[name] = mean, spread
        except (TypeError, KeyError, ValueError) as error:
            raise ValueError(f"not a calibration: {error}") from error
        for mean, spread in background.values():
            if mean.shape != (2,) or spread.shape != (2,) or not np.isfinite([mean, spread]).all() or spread.min() <= 0:
                raise ValueError("not a calibration: two means and two spreads a language")
        if not 0 < threshold < 1:
            raise ValueError(f"not a calibration: threshold {threshold}")
        return cls(background, threshold)


def calibration_key(passages: Sequence[Passage], texts: Texts, model: str) -> str:
    """Return a hash of all that a calibration depends on: the course, the embedding model and the settings above."""
    settings = [
        CALIBRATION, model, PASSAGE_WEIGHT, SENTENCE_WEIGHT, WORD_WEIGHT, FOREIGN_WORD_WEIGHT, dict(PROBES),
        WEIGHTS.tolist(), BIAS, THRESHOLD, _FLOOR.tolist(),
    ]  # fmt: skip
    course = [[passage.headings for passage in passages], texts.passages, texts.sentences]
    return hashlib.sha256(json.dumps([settings, course]).encode()).hexdigest()


def heading_and(passage: Passage, text: str) -> str:
    """Return what is embedded for ``text``: its heading, then itself."""
    return f"{passage.section}\n{text}"


@dataclass(frozen=True, slots=True)
class Texts:
    """What a course needs embedded."""

    passages: tuple[str, ...]
    sentences: tuple[str, ...]
    owners: tuple[int, ...]
    """Passage of each sentence."""
    spans: tuple[Span, ...]
    """Place of each sentence in its passage."""


def texts_to_embed(passages: Sequence[Passage]) -> Texts:
    """List the texts to embed: each passage, and each of its sentences (formulas alone aside)."""
    found = [
        (owner, span)
        for owner, passage in enumerate(passages)
        for span in sentences(passage.text)
        if span.kind != "formula"
    ]
    return Texts(
        passages=tuple(heading_and(passage, passage.text) for passage in passages),
        sentences=tuple(heading_and(passages[i], passages[i].text[s.start : s.end]) for i, s in found),
        owners=tuple(owner for owner, _ in found),
        spans=tuple(span for _, span in found),
    )


@dataclass(frozen=True, slots=True)
class _Scores:
    """Every passage's scores for one question."""

    fused: Array
    passage: Array
    sentence: Array
    words: Array


class WordSearch:
    """Search over the passages of one course by words alone, in memory. Implements ``CourseSearch``.

    Args:
        passages: in the order of the course.
        texts: ``texts_to_embed(passages)``.
    """

    def __init__(self, passages: Sequence[Passage], texts: Texts) -> None:
        self.passages = tuple(passages)
        self._by_id = {passage.id: passage for passage in self.passages}
        self._texts = texts
        read = [" > ".join(passage.headings) + "\n" + passage.text for passage in self.passages]
        found = [words(text) for text in read]
        self.language = language_of_words(itertools.chain.from_iterable(found))
        self._vocabulary = set(itertools.chain.from_iterable(found))
        self._concepts = named_in(found)
        kept = [subjects(each) for each in found]
        self._stems = Lexicon(read, stems, [[stem(word) for word in each] for each in kept])
        self._words = Lexicon(read, stems_and_pieces, [[*_stems_of(each), *pieces_of(each)] for each in kept])
        self._bibliography = np.array([_is_bibliography(passage) for passage in self.passages], np.float64)

    def search(self, query: str, *, limit: int = 8) -> SearchResult:
        """Return at most ``limit`` hits for ``query``, best first, and whether the course covers it."""
        by_words = self._words.scores(query)
        fused = z_scores(by_words) - self._set_back(query) + PLACE_WEIGHT * self._in_the_place(query)
        hits = tuple(
            Hit(self.passages[i], score=float(fused[i]), dense=0.0, lexical=float(by_words[i]))
            for i in np.argsort(-fused, kind="stable")[:limit]
        )
        mean, spread = self._word_background[language_of(query)]
        signals = np.array([(_mass(by_words) - mean) / spread, self._stranger(query), self._elsewhere(query, fused)])
        return _result(query, hits, WORDS_BIAS + float(WORDS_WEIGHTS @ signals), THRESHOLD, by_meaning=False)

    def passage(self, passage_id: str) -> Passage | None:
        """Return the passage of that id, or None."""
        return self._by_id.get(passage_id)

    def neighbours(self, passage_id: str) -> tuple[Passage | None, Passage | None]:
        """Return the passages before and after in the same section, None where there is none."""
        passage = self._by_id.get(passage_id)
        if passage is None:
            return None, None
        around = []
        for position in (passage.position - 1, passage.position + 1):
            other = self.passages[position] if 0 <= position < len(self.passages) else None
            same = other is not None and other.id.rpartition("-")[0] == passage.id.rpartition("-")[0]
            around.append(other if same else None)
        return around[0], around[1]

    def quotables(self, query: str, passage_ids: Sequence[str]) -> list[Quotable]:
        """Return the sentences of some passages in the order of the course; without embeddings all cosines are 0."""
        return self._quotables(passage_ids, lambda row: 0.0)

    def lexical_scores(self, query: str) -> Array:
        """Return BM25 alone (stems), shape (passages,): the reference that the hybrid must beat."""
        return self._stems.scores(query)

    def _quotables(self, passage_ids: Sequence[str], cosine: Callable[[int], float]) -> list[Quotable]:
        wanted = sorted({self._by_id[name].position for name in passage_ids if name in self._by_id})
        return [
            Quotable(self.passages[owner], span.start, span.end, span.kind, cosine(row))
            for owner in wanted
            for row in self._rows(owner)
            for span in [self._texts.spans[row]]
        ]

    def _rows(self, place: int) -> range:
        """Return the rows of a passage's sentences: they lie side by side, in the order of the course."""
        owners = self._texts.owners
        return range(bisect_left(owners, place), bisect_right(owners, place))

    def _in_the_place(self, query: str) -> Array:
        """1 for the passages under the numbered heading that the question points at (« le chapitre 3 »), else 0."""
        asked = _PLACE.search(fold(query))
        if asked is None:
            return np.zeros(len(self.passages))
        under = re.compile(re.escape(asked[1]) + r"(?!\d)")
        return np.array([any(map(under.match, passage.headings)) for passage in self.passages], np.float64)

    def _set_back(self, query: str) -> Array:
        asks_for_sources = bool(bibliography_stems() & set(stems(query)))
        return np.zeros_like(self._bibliography) if asks_for_sources else self._bibliography

    def _stranger(self, query: str) -> float:
        return float(any(not any(self._knows(word) for word in words(name)) for name in names(query)))

    def _elsewhere(self, query: str, fused: Array) -> float:
        """1 when the question is about a concept of the field that this course never names, or asks for a price and
        none of the best passages gives one; a little below 0 when it is about one that it does name, and nothing else.
        """
        concepts = named(words(query))
        if concepts - self._concepts:
            return 1.0
        form = form_of(query)
        if form and form.name == "price":
            best = np.argsort(-fused, kind="stable")[:ASKED_READ]
            return float(max(gives(query, self._sentences(int(place))) for place in best) < PRICED)
        return -BARE_WEIGHT if concepts and len(subject_stems(query)) <= BARE else 0.0  # « NLTK ? »

    def _sentences(self, place: int) -> list[str]:
        text = self.passages[place].text
        return [text[span.start : span.end] for span in (self._texts.spans[row] for row in self._rows(place))]

    def _knows(self, word: str) -> bool:
        return word in self._vocabulary or stem(word) in self._stems.idf_

    @cached_property
    def _word_background(self) -> dict[Language, tuple[float, float]]:
        """Mean and spread of mass over unrelated questions."""
        masses = {
            language: [_mass(self._words.scores(question)) for question in questions]
            for language, questions in PROBES.items()
        }
        return {
            language: (float(np.mean(found)), max(float(np.std(found)), float(_FLOOR[1])))
            for language, found in masses.items()
        }


class HybridSearch(WordSearch):
    """Search by meaning and words. Implements ``CourseSearch``.

    All cosines are computed exactly: standardising needs every passage's score, which an approximate
    nearest-neighbour query does not give, and a course is small (1000 passages: under 1 ms).

    Args:
        word_search: the same course searched by words; its lexicons are shared, not built again.
        passage_vectors, sentence_vectors: unit vectors of the course's passages and sentences (``texts_to_embed``).
        probe_vectors: unit vectors of ``PROBES``, by language.
        embed: turns one question into a unit vector.
        calibration: kept from an earlier time; without it the probes are searched now.
        rerank: orders the first ``CANDIDATES`` anew (see ``rerank.py``).
    """

    def __init__(
        self,
        word_search: WordSearch,
        passage_vectors: Vectors,
        sentence_vectors: Vectors,
        probe_vectors: Mapping[Language, Vectors],
        embed: Callable[[str], Vectors],
        calibration: Calibration | None = None,
        rerank: Rerank | None = None,
    ) -> None:
        vars(self).update(vars(word_search))
        # sentences come in the order of their passages: which passages hold some, and the first sentence of each
        self._holders, self._firsts = np.unique(np.array(self._texts.owners, np.int64), return_index=True)
        self._passage_vectors = passage_vectors
        self._sentence_vectors = sentence_vectors
        self._embed = lru_cache(maxsize=64)(embed)  # a question is searched, then its sentences are chosen
        self._rerank = rerank
        probes = np.concatenate(list(probe_vectors.values()))
        self._nearness = (passage_vectors @ probes.T).mean(axis=1).astype(np.float64)
        self.calibration = calibration or Calibration(
            {language: self._background_of(PROBES[language], vectors) for language, vectors in probe_vectors.items()}
        )

    def search(self, query: str, *, limit: int = 8) -> SearchResult:
        """Return at most ``limit`` hits for ``query``, best first, and whether the course covers it."""
        vector = self._embed(query)
        scores = self._scores(query, vector)
        fused = self._with_what_is_asked(query, scores.fused)
        order = np.argsort(-fused, kind="stable")
        ranks = self._reranked(query, order)[:limit]
        hits = tuple(
            Hit(
                passage=self.passages[i],
                score=float(fused[rank]),
                dense=float(scores.passage[i]),
                lexical=float(scores.words[i]),
            )
            for i, rank in zip(ranks, order, strict=False)
        )
        log_odds = BIAS + float(WEIGHTS @ self._signals(query, scores))
        return _result(query, hits, log_odds, self.calibration.threshold, by_meaning=True)

    def _with_what_is_asked(self, query: str, fused: Array) -> Array:
        """Raise the first passages that hold what the question asks for (a year, a cause, a definition…)."""
        raised = fused.copy()
        for place in np.argsort(-fused, kind="stable")[:ASKED_READ]:
            raised[place] += ASKED_WEIGHT * gives(query, self._sentences(int(place)))
        return raised

    def _reranked(self, query: str, order: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return ``order`` with its first ``CANDIDATES`` as the cross-encoder, if there is one, orders them.

        Its scores have no scale of their own: a hit keeps the fused score of the rank that it gets.
        """
        if self._rerank is None:
            return order
        first = order[:CANDIDATES]
        again = self._rerank(query, [self._texts.passages[i] for i in first])
        return np.concatenate([first[np.argsort(-again, kind="stable")], order[CANDIDATES:]])

    def quotables(self, query: str, passage_ids: Sequence[str]) -> list[Quotable]:
        """Return the sentences of some passages in the order of the course, with their cosine to ``query``.

        Their vectors are in the index: only the question is embedded, and not even that after ``search``.
        """
        vector = self._embed(query)
        return self._quotables(passage_ids, lambda row: float(self._sentence_vectors[row] @ vector))

    def signals(self, query: str) -> Array:
        """Return what tells whether the course covers a question: four numbers, comparable between courses.

        dense: mean of the best passage cosine and the best sentence cosine · mass: square root of the best BM25,
        which grows with the number of rare words of the question that a single passage holds · stranger: 1 when the
        question names something (« RLHF », « GPT-4 », « Viterbi ») that the course never does, else 0 ·
        elsewhere: 1 when it is about a concept of the field that the course never names (« dropout », ``fields``), or
        asks for a price that no passage gives, else 0. The first two are in probe units: 0 is an unrelated question, 1
        is one standard deviation above.
        """
        return self._signals(query, self._scores(query, self._embed(query)))

    def _scores(self, query: str, vector: Vectors) -> _Scores:
        passage = (self._passage_vectors @ vector).astype(np.float64)
        sentence = passage.copy()  # a passage without a sentence (a program) stands for itself
        if len(self._firsts):
            cosines = (self._sentence_vectors @ vector).astype(np.float64)
            sentence[self._holders] = np.maximum.reduceat(cosines, self._firsts)
        by_words = self._words.scores(query)
        word_weight = WORD_WEIGHT if language_of(query) == self.language else FOREIGN_WORD_WEIGHT
        fused = (
            PASSAGE_WEIGHT * z_scores(passage - self._nearness)
            + SENTENCE_WEIGHT * z_scores(sentence)
            + word_weight * z_scores(by_words)
            - self._set_back(query)
            + PLACE_WEIGHT * self._in_the_place(query)
        )
        return _Scores(fused, passage, sentence, by_words)

    def _signals(self, query: str, scores: _Scores) -> Array:
        mean, spread = self.calibration.background[language_of(query)]
        told = [self._stranger(query), self._elsewhere(query, scores.fused)]
        return np.array([*((_strength(scores) - mean) / spread), *told])

    def _background_of(self, questions: Sequence[str], vectors: Vectors) -> tuple[Array, Array]:
        """Return mean and spread of dense and mass over unrelated questions."""
        pairs = zip(questions, vectors, strict=True)
        table = np.array([_strength(self._scores(question, vector)) for question, vector in pairs])
        return table.mean(axis=0), np.maximum(table.std(axis=0), _FLOOR)


def _result(query: str, hits: tuple[Hit, ...], log_odds: float, threshold: float, *, by_meaning: bool) -> SearchResult:
    confidence = float(1 / (1 + np.exp(-log_odds)))
    return SearchResult(query, hits, confidence, confidence >= threshold, by_meaning)


def _strength(scores: _Scores) -> Array:
    return np.array([(scores.passage.max() + scores.sentence.max()) / 2, _mass(scores.words)])


def _mass(by_words: Array) -> float:
    return math.sqrt(by_words.max())


@cache
def bibliography_stems() -> frozenset[str]:
    """Return the stems of the headings under which a chapter lists what it rests on."""
    return frozenset(stems("Sources Références Bibliographie References Bibliography"))


def _is_bibliography(passage: Passage) -> bool:
    heading = set(stems(passage.section))
    return bool(heading) and heading <= bibliography_stems()


def stems_and_pieces(text: str) -> list[str]:
    """Return the tokens of the words' BM25: whole stems, and four-letter pieces that survive a misspelling."""
    found = subjects(words(text))
    return [*_stems_of(found), *pieces_of(found)]


def _stems_of(found: Sequence[str]) -> list[str]:
    return [f"={stem(word)}" for word in found]


def z_scores(values: Array) -> Array:
    """Return (x − mean) / standard deviation; all 0 when the values do not differ.

    >>> z_scores(np.array([1.0, 3.0])).tolist(), z_scores(np.zeros(2)).tolist()
    ([-1.0, 1.0], [0.0, 0.0])
    """
    spread = values.std()
    standard: Array = (values - values.mean()) / spread if spread > 1e-9 else np.zeros_like(values)
    return standard
