"""Hybrid search: meaning (embeddings) and words (BM25), each standardised over the course, then added.

For a question q and each passage p, with z(·) the z-score over all passages of the course:

    score(q, p) = 0.30 z(cos(q, p)) + 0.35 z(max over sentences s of p of cos(q, s))
                + 0.20 z(BM25 over stems) + 0.15 z(BM25 over four-letter pieces)

Scores are standardised because cosines of this model all lie between 0.74 and 0.91 while BM25 has no upper bound.
The heading is embedded with each text; BM25 also reads the headings above it. A question whose words the course does
not use (another language, synonyms) has no lexical spread: those terms are then 0 and meaning decides alone.

What each ingredient is worth is in ``benchmarks/retrieval.md``. Left out, because measured to bring nothing: spelling
correction by edit distance and by sound (no dictionary tells a typo from a word the course never uses), embedding
the whole heading path, BM25 over whole sections, hub correction of short passages.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tutor.contracts import Hit, Language, Passage, Quotable, SearchResult, Vectors
from tutor.retrieval.lexical import STOP_WORDS, Lexicon, language_of, pieces, stem, stems, word_pieces, words
from tutor.retrieval.sentences import Span, sentences

Array = NDArray[np.float64]

PASSAGE_WEIGHT = 0.30
SENTENCE_WEIGHT = 0.35
STEM_WEIGHT = 0.20
PIECE_WEIGHT = 0.15

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

SIGNALS = ("dense", "fused", "share", "mass")
"""See ``HybridSearch.signals``."""
# Smallest spread of a signal over the probes: a course of a few passages has almost none.
_FLOOR = np.array([0.01, 0.3, 0.05, 0.3])

# P(the course covers the question) = 1 / (1 + exp(−(bias + Σ weight · signal))), signals in probe units.
WEIGHTS = np.array([0.6, 0.2, 0.45, 0.5])
BIAS = -2.0
THRESHOLD = 0.5


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
    stems: Array
    pieces: Array


class HybridSearch:
    """Search over the passages of one course, in memory. Implements ``CourseSearch``.

    All cosines are computed exactly: standardising needs every passage's score, which an approximate
    nearest-neighbour query does not give, and a course is small (1000 passages: under 1 ms).

    Args:
        passages: in the order of the course.
        texts: ``texts_to_embed(passages)``.
        passage_vectors, sentence_vectors: unit vectors of ``texts.passages`` and ``texts.sentences``.
        probe_vectors: unit vectors of ``PROBES``, by language.
        embed: turns one question into a unit vector.
    """

    def __init__(
        self,
        passages: Sequence[Passage],
        texts: Texts,
        passage_vectors: Vectors,
        sentence_vectors: Vectors,
        probe_vectors: Mapping[Language, Vectors],
        embed: Callable[[str], Vectors],
    ) -> None:
        self.passages = tuple(passages)
        self._by_id = {passage.id: passage for passage in self.passages}
        self._texts = texts
        self._owners = np.array(texts.owners, np.int64)
        self._passage_vectors = passage_vectors
        self._sentence_vectors = sentence_vectors
        self._embed = lru_cache(maxsize=64)(embed)  # a question is searched, then its sentences are chosen
        read = [" > ".join(passage.headings) + "\n" + passage.text for passage in self.passages]
        self._stems = Lexicon(read, stems)
        self._pieces = Lexicon(read, pieces)
        self._word_pieces = lru_cache(maxsize=256)(lambda index: _piece_sets(read[index]))
        self._background = {
            language: self._background_of([self.signals(q, v) for q, v in zip(PROBES[language], vectors, strict=True)])
            for language, vectors in probe_vectors.items()
        }

    def search(self, query: str, *, limit: int = 8) -> SearchResult:
        """Return at most ``limit`` hits for ``query``, best first, and whether the course covers it."""
        vector = self._embed(query)
        scores = self._scores(query, vector)
        order = np.argsort(-scores.fused, kind="stable")[:limit]
        hits = tuple(
            Hit(
                passage=self.passages[i],
                score=float(scores.fused[i]),
                dense=float(scores.passage[i]),
                lexical=float(scores.stems[i]),
            )
            for i in order
        )
        confidence = self._confidence(query, self._signals(query, scores))
        return SearchResult(query, hits, confidence, confidence >= THRESHOLD)

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
        """Return the sentences of some passages in the order of the course, with their cosine to ``query``.

        Their vectors are in the index: only the question is embedded, and not even that after ``search``.
        """
        wanted = {self._by_id[name].position for name in passage_ids if name in self._by_id}
        vector = self._embed(query)
        return [
            Quotable(self.passages[owner], span.start, span.end, span.kind, float(self._sentence_vectors[row] @ vector))
            for row, (owner, span) in enumerate(zip(self._texts.owners, self._texts.spans, strict=True))
            if owner in wanted
        ]

    def lexical_scores(self, query: str) -> Array:
        """Return BM25 alone (stems), shape (passages,): the reference that the hybrid must beat."""
        return self._stems.scores(query)

    def signals(self, query: str, vector: Vectors) -> Array:
        """Return the four raw signals of coverage, in the order of ``SIGNALS``.

        dense: mean of the best passage cosine and the best sentence cosine · fused: best fused score (z units) ·
        share: idf-weighted share of the question's words that the best passage holds, a misspelt or foreign word
        counting by the letter pieces it has in common · mass: square root of the best BM25 over pieces, which grows
        with the number of rare words that a single passage holds.
        """
        return self._signals(query, self._scores(query, vector))

    def standard_signals(self, query: str) -> Array:
        """Return the signals in probe units: 0 is an unrelated question, 1 is one standard deviation above."""
        return self._standardised(query, self.signals(query, self._embed(query)))

    def _scores(self, query: str, vector: Vectors) -> _Scores:
        passage = (self._passage_vectors @ vector).astype(np.float64)
        sentence = passage.copy()  # a passage without a sentence (a program) stands for itself
        if len(self._owners):
            cosines = (self._sentence_vectors @ vector).astype(np.float64)
            best = np.full(len(passage), -np.inf)
            np.maximum.at(best, self._owners, cosines)
            sentence = np.where(np.isfinite(best), best, passage)
        by_stem, by_piece = self._stems.scores(query), self._pieces.scores(query)
        fused = (
            PASSAGE_WEIGHT * z_scores(passage)
            + SENTENCE_WEIGHT * z_scores(sentence)
            + STEM_WEIGHT * z_scores(by_stem)
            + PIECE_WEIGHT * z_scores(by_piece)
        )
        return _Scores(fused, passage, sentence, by_stem, by_piece)

    def _signals(self, query: str, scores: _Scores) -> Array:
        best = int(np.argmax(scores.fused))
        return np.array(
            [
                (scores.passage.max() + scores.sentence.max()) / 2,
                scores.fused.max(),
                self._share(query, best),
                math.sqrt(scores.pieces.max()),
            ]
        )

    def _share(self, query: str, index: int) -> float:
        asked = {word for word in words(query) if word not in STOP_WORDS}
        held = self._word_pieces(index)
        total = covered = 0.0
        for word in asked:
            weight = self._stems.idf_.get(stem(word), self._stems.unseen_idf_)
            mine = set(word_pieces(word))
            alike = max((2 * len(mine & other) / (len(mine) + len(other)) for other in held), default=0.0)
            total += weight
            covered += weight * alike
        return covered / total if total else 0.0

    @staticmethod
    def _background_of(rows: Sequence[Array]) -> tuple[Array, Array]:
        table = np.array(rows)
        return table.mean(axis=0), np.maximum(table.std(axis=0), _FLOOR)

    def _standardised(self, query: str, signals: Array) -> Array:
        mean, spread = self._background[language_of(query)]
        standard: Array = (signals - mean) / spread
        return standard

    def _confidence(self, query: str, signals: Array) -> float:
        return float(1 / (1 + np.exp(-(BIAS + self._standardised(query, signals) @ WEIGHTS))))


def z_scores(values: Array) -> Array:
    """Return (x − mean) / standard deviation; all 0 when the values do not differ.

    >>> z_scores(np.array([1.0, 3.0])).tolist(), z_scores(np.zeros(2)).tolist()
    ([-1.0, 1.0], [0.0, 0.0])
    """
    spread = values.std()
    standard: Array = (values - values.mean()) / spread if spread > 1e-9 else np.zeros_like(values)
    return standard


def _piece_sets(text: str) -> tuple[frozenset[str], ...]:
    return tuple({frozenset(word_pieces(word)) for word in words(text) if word not in STOP_WORDS})
