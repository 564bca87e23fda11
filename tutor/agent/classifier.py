"""Learns from example utterances which tool a request is for: a logistic regression with calibrated probabilities.

    data in    examples/*.yaml, one file a label (14 tools, and ``none`` for small talk and what is out of scope)
    features   x = [1.5 · e(u) ; t(u)]   e: embedding of the question, the one that the search uses too
                                         t: tf-idf of words, word pairs, stems, four-letter pieces, and cues
    model      p(label | u) = softmax((W x + b) / T)

The embedding knows paraphrases and the other language, the words know names (« GRU », « loi d’échelle »), the pieces
survive spelling mistakes. Quoted words and digits are masked in t(u): what is quoted is not what is asked. The cues
are what ``routing`` reads in the words: a question, an order to run, a text in quotation marks. T, fitted on
cross-validated scores, makes the probabilities honest: of the utterances said to be p sure, a share p is right.
Measured by cross-validation (2,907 examples with the quizzes of our chapters): .83 right, T = 0.57, expected
calibration error .024; of those said to be 0.5–0.6 sure .57 are right, 0.7–0.8 .71, 0.8–0.9 .87, above 0.9 .96.

Fitting takes a minute (the embeddings, mostly), so the weights are kept in the home, under a name made of the
examples, the embedding and this module's features; reading and using them needs NumPy alone. Left out: rules and
what to do when unsure (``intent.py``), arguments.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import re
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from tutor.agent.routing import QUOTED, SEARCH, asks_question, asks_run
from tutor.contracts import Embedder, Vectors
from tutor.errors import using_home
from tutor.retrieval.lexical import fold, stem, word_pieces

Array = NDArray[np.float64]

_log = logging.getLogger(__name__)

EXAMPLES = Path(__file__).parent / "examples"
FEATURES = 1
"""Raised when the features change: weights of another version are fitted again."""
EMBEDDING_WEIGHT = 1.5
INVERSE_PENALTY = 5.0
"""C of the regression: 3 to 20 give the same."""
FOLDS = 4
TOGETHER = 8
"""Examples embedded in one go."""
LONGEST = 600
"""Characters of an utterance that are read: what is asked stands at its beginning."""
LONGEST_QUIZ = 200
"""Characters of a quiz question that is learnt from: a longer one is an exercise."""
LONGEST_QUOTE = 80
"""Characters of a quoted text that are embedded."""

_NUMBER = re.compile(r"\d+(?:[.,  ]\d+)*")
_WORD = re.compile(r"[^\W_]+|[«?:=+−→]")


def read_examples(folder: Path = EXAMPLES) -> dict[str, list[str]]:
    """Return label → utterances, both languages together, as written in the files."""
    import yaml

    read = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.yaml"))}
    return {label: [said for spoken in languages.values() for said in spoken] for label, languages in read.items()}


def masked(utterance: str) -> str:
    """Return the utterance with « x » for a quoted text and 0 for a number.

    >>> masked("un 3-gramme sur « le chat dort », 20 mots")
    'un 0-gramme sur « x » , 0 mots'
    """
    return " ".join(_NUMBER.sub("0", QUOTED.sub(" « x » ", utterance[:LONGEST])).split())


def embedded(utterance: str) -> str:
    """Return what of the utterance is embedded: all of it, but for long quoted texts. The search embeds the same."""
    if len(utterance) <= LONGEST_QUOTE:
        return utterance
    return QUOTED.sub(lambda quote: quote.group()[:LONGEST_QUOTE], utterance)[:LONGEST]


def word_features(utterance: str) -> list[str]:
    """Return the words, pairs, stems and pieces of an utterance, and the cues that the rules read in it.

    >>> word_features("GRU ?")
    ['w gru', 'w ?', 's gru', 'p  gru', 'p gru ', '^ gru', 'gru ?', '? $', 'cue short']
    """
    found = _WORD.findall(fold(masked(utterance)))
    words = [word for word in found if word[0].isalnum()]
    cues = [
        ("cue asks", asks_question(utterance)),
        ("cue runs", asks_run(utterance)),
        ("cue quotes", bool(QUOTED.search(utterance))),
        ("cue number", bool(_NUMBER.search(utterance))),
        ("cue short", len(words) < 4),
    ]
    return [
        *(f"w {word}" for word in found),
        *(f"s {stem(word)}" for word in words),
        *(f"p {piece}" for word in words if len(word) > 1 for piece in word_pieces(word)),
        *(f"{one} {two}" for one, two in zip(["^", *found], [*found, "$"], strict=True)),
        *(cue for cue, heard in cues if heard),
    ]


@dataclass(frozen=True, slots=True)
class IntentClassifier:
    """Fitted weights. Safe to share between threads: nothing here changes."""

    labels: tuple[str, ...]
    vocabulary: Mapping[str, int]
    """Word feature → column of ``idf`` and, after the embedding's, of ``weights``."""
    idf: NDArray[np.float32]
    weights: NDArray[np.float32]
    """Shape (labels, dimension + words), divided by T."""
    bias: NDArray[np.float32]
    embedder: Embedder

    def probabilities(self, utterance: str) -> dict[str, float]:
        """Return label → probability, the most likely first.

        One embedding, which a search of the same question then finds ready; the rest takes under a millisecond.
        """
        vector = self.embedder.embed_queries([embedded(utterance)])[0]
        columns, values = _tf_idf(Counter(word_features(utterance)), self.vocabulary, self.idf)
        dimension = len(vector)
        scores = self.weights[:, :dimension] @ (EMBEDDING_WEIGHT * vector)
        scores = scores + self.weights[:, dimension + columns] @ values + self.bias
        likely = _softmax(scores.astype(np.float64)[None])[0]
        return {self.labels[i]: float(likely[i]) for i in np.argsort(-likely)}


def _tf_idf(
    counts: Mapping[str, int], vocabulary: Mapping[str, int], idf: NDArray[np.float32]
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Return the columns and the values of one row: (1 + ln tf) · idf, of length 1."""
    known = {vocabulary[name]: count for name, count in counts.items() if name in vocabulary}
    columns = np.fromiter(known, np.intp, len(known))
    values = (1 + np.log(np.fromiter(known.values(), np.float32, len(known)))) * idf[columns]
    norm = float(np.linalg.norm(values))
    return columns, (values / norm if norm else values).astype(np.float32)


def _softmax(scores: Array) -> Array:
    exponents = np.exp(scores - scores.max(axis=1, keepdims=True))
    likely: Array = exponents / exponents.sum(axis=1, keepdims=True)
    return likely


# --- fitting ---------------------------------------------------------------------------------------------


def fit(
    examples: Mapping[str, Sequence[str]], embedder: Embedder, stop: threading.Event | None = None
) -> IntentClassifier:
    """Fit the regression on ``examples`` (label → utterances), and its temperature by cross-validation.

    Raises ``Stopped`` soon after ``stop`` is set.
    """
    said = [utterance for utterances in examples.values() for utterance in utterances]
    meant = np.array([label for label, utterances in examples.items() for _ in utterances])
    vectors = _embed(said, embedder, stop or threading.Event())
    vocabulary, idf = _learn_words(said)
    rows = _matrix(said, vectors, vocabulary, idf)
    model = _regression().fit(rows, meant)
    temperature = fit_temperature(*cross_validated(rows, meant))
    return IntentClassifier(
        labels=tuple(str(label) for label in model.classes_),
        vocabulary=vocabulary,
        idf=idf,
        weights=np.asarray(model.coef_ / temperature, np.float32),
        bias=np.asarray(model.intercept_ / temperature, np.float32),
        embedder=embedder,
    )


class Stopped(Exception):
    """The fit was told to stop."""


def _embed(said: Sequence[str], embedder: Embedder, stop: threading.Event) -> Vectors:
    """Embed a few utterances at a time: a search that comes meanwhile waits for a few only."""
    parts = []
    for start in range(0, len(said), TOGETHER):
        if stop.is_set():
            raise Stopped
        parts.append(embedder.embed_queries([embedded(utterance) for utterance in said[start : start + TOGETHER]]))
    return np.concatenate(parts)


def cross_validated(rows: Any, meant: NDArray[Any]) -> tuple[Array, NDArray[np.intp]]:
    """Return the scores of each row by a model that has not seen it, and the column of the right label."""
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    scores = cross_val_predict(_regression(), rows, meant, cv=folds, method="decision_function")
    return np.asarray(scores, np.float64), np.searchsorted(np.unique(meant), meant)


def fit_temperature(scores: Array, right: NDArray[np.intp]) -> float:
    """Return the T that gives the right labels the most likelihood under softmax(scores / T).

    >>> sure_and_wrong_once_in_ten = np.tile([[4.0, 0.0]], (10, 1))
    >>> round(fit_temperature(sure_and_wrong_once_in_ten, np.array([0] * 9 + [1])), 2)  # 4 / ln 9
    1.82
    """
    from scipy.optimize import minimize_scalar

    def surprise(log_t: float) -> float:
        likely = _softmax(scores / np.exp(log_t))
        return -float(np.log(likely[np.arange(len(right)), right] + 1e-12).mean())

    return float(np.exp(minimize_scalar(surprise, bounds=(-3, 3), method="bounded").x))


def _regression() -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=INVERSE_PENALTY, max_iter=400, tol=1e-3)


def _learn_words(said: Sequence[str]) -> tuple[dict[str, int], NDArray[np.float32]]:
    """Return the features that two utterances or more share, with their rarity: ln((1 + n) / (1 + df)) + 1."""
    holding = Counter(name for utterance in said for name in set(word_features(utterance)))
    kept = sorted(name for name, count in holding.items() if count > 1)
    counts = np.array([holding[name] for name in kept], np.float64)
    return {name: i for i, name in enumerate(kept)}, np.asarray(np.log((1 + len(said)) / (1 + counts)) + 1, np.float32)


def _matrix(said: Sequence[str], vectors: Vectors, vocabulary: Mapping[str, int], idf: NDArray[np.float32]) -> Any:
    """Return the sparse matrix of every row x."""
    from scipy.sparse import csr_matrix, hstack

    rows = [_tf_idf(Counter(word_features(utterance)), vocabulary, idf) for utterance in said]
    ends = np.cumsum([0, *(len(columns) for columns, _ in rows)])
    values = np.concatenate([values for _, values in rows])
    columns = np.concatenate([columns for columns, _ in rows])
    words = csr_matrix((values, columns, ends), shape=(len(said), len(vocabulary)))
    return hstack([csr_matrix(EMBEDDING_WEIGHT * vectors), words]).tocsr()


# --- kept in the home ------------------------------------------------------------------------------------


def is_kept(home: Path, embedder: Embedder, examples: Mapping[str, Sequence[str]]) -> bool:
    """Tell whether the weights are in ``home``: then ``open_classifier`` takes no time."""
    return _path(home, embedder, examples).is_file()


def open_classifier(
    home: Path, embedder: Embedder, examples: Mapping[str, Sequence[str]], stop: threading.Event | None = None
) -> IntentClassifier:
    """Return the classifier of these examples and this embedding, fitted once and then read from ``home``.

    Raises:
        HomeUnusable: the weights cannot be kept there.
        Stopped: soon after ``stop`` is set.
    """
    path = _path(home, embedder, examples)
    with contextlib.suppress(OSError, ValueError, KeyError, BadZipFile):  # not there, or cut short: it is made again
        return _read(path, embedder)
    fitted = fit(examples, embedder, stop)
    with using_home(home):
        path.parent.mkdir(parents=True, exist_ok=True)
        for old in path.parent.glob("*.npz"):
            old.unlink()
        written = path.with_suffix(".part")
        with written.open("wb") as file:
            np.savez_compressed(
                file,
                labels=np.array(fitted.labels),
                words=np.array(list(fitted.vocabulary)),
                idf=fitted.idf,
                weights=fitted.weights.astype(np.float16),
                bias=fitted.bias,
            )
        written.replace(path)
    return _read(path, embedder)


def _read(path: Path, embedder: Embedder) -> IntentClassifier:
    with np.load(path, allow_pickle=False) as kept:
        return IntentClassifier(
            labels=tuple(str(label) for label in kept["labels"]),
            vocabulary={str(name): i for i, name in enumerate(kept["words"])},
            idf=kept["idf"],
            weights=kept["weights"].astype(np.float32),
            bias=kept["bias"],
            embedder=embedder,
        )


class FittedLater:
    """Opens the classifier in the background: calling it gives None until it is there."""

    def __init__(self, home: Path, embedder: Embedder, examples: Mapping[str, Sequence[str]]) -> None:
        self._opened: IntentClassifier | None = None
        self._stop = threading.Event()

        def open_it() -> None:
            try:
                self._opened = open_classifier(home, embedder, examples, self._stop)
            except Stopped:
                pass
            except Exception:  # the rules go on alone
                _log.exception("the requests' classifier could not be fitted")

        self._thread = threading.Thread(target=open_it, name="classifier", daemon=True)
        self._thread.start()

    def __call__(self) -> IntentClassifier | None:
        """Return the classifier once it is fitted."""
        return self._opened

    def close(self) -> None:
        """Stop fitting."""
        self._stop.set()
        self._thread.join(timeout=60)


def _path(home: Path, embedder: Embedder, examples: Mapping[str, Sequence[str]]) -> Path:
    return home / "routing" / f"{_key(examples, embedder)}.npz"


def _key(examples: Mapping[str, Sequence[str]], embedder: Embedder) -> str:
    parts = [f"{FEATURES} {embedder.name} {embedder.dimension}", *(f"{k}\t{u}" for k, v in examples.items() for u in v)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def with_questions(examples: Mapping[str, Sequence[str]], questions: Sequence[str]) -> dict[str, list[str]]:
    """Return ``examples`` with the questions of a course's own quizzes: what it is asked about, in its own words."""
    told = {utterance for utterances in examples.values() for utterance in utterances}
    new = [question for question in dict.fromkeys(questions) if len(question) <= LONGEST_QUIZ and question not in told]
    return {label: [*said, *(new if label == SEARCH else [])] for label, said in examples.items()}
