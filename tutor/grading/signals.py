"""How much of an idea a copy holds: the numbers on which a draft rests, and the words of the copy that gave them.

For each idea of a criterion, every sentence and clause of the copy is compared with what the rubric wants said (the
criterion, its key points, the nearest sentences of the model answer): by words that the statement does not give away,
weighted by their rarity, spelling repaired; by meaning (embeddings); by what is denied, by opposites, by numbers. The
best place is the evidence. Nothing here decides: ``marker.py`` weighs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from tutor.contracts import Embedder, Vectors
from tutor.grading.clauses import Span, clauses, sentences
from tutor.grading.credit import Credit, Idea, credit_of
from tutor.grading.rubric import Criterion, Rubric
from tutor.grading.spelling import Speller, is_word, rarity, same
from tutor.grading.synonyms import mean_the_same
from tutor.retrieval.lexical import STOP_WORDS, fold, stem, words

NAMES = (
    "words",
    "reference_words",
    "precision",
    "meaning",
    "reference_meaning",
    "beyond_question",
    "denied",
    "opposed",
    "copy_precision",
    "copy_meaning",
    "numbers",
    "novelty",
    "example",
    "misplaced",
    "product",
    "order",
    "long_copy",
)
"""The signals of an idea, in the order of its vector."""

# Sentences that say nothing of any course: the height of the cosine between two texts that have nothing in common.
_NOTHING = (
    "Il est important de souligner que ce sujet est passionnant et très utile de nos jours.",
    "Depuis toujours, les hommes se posent des questions sur le monde qui les entoure.",
    "En conclusion, on peut dire que cette notion a une grande importance.",
    "Le temps est agréable aujourd’hui et les élèves jouent dans la cour.",
    "Je ne me souviens plus de cette partie du cours.",
    "Les spécialistes en ont beaucoup débattu et l’avenir nous dira la suite.",
)
_LIKE = 0.8
"""What a word of like meaning counts, next to the word itself."""
_NEGATION = re.compile(
    r"\b(?:ne|n|pas|jamais|aucune?s?|rien|sans|ni|non|nulle?s?|not|no|never|without|independamment|hors)\b"
)
_OPPOSITES = (
    "bas basse faible petit diminue diminuer diminution baisse baisser descend descendre réduire réduit moindre / "
    "haut haute élevé élevée grand augmente augmenter augmentation hausse monte monter remonte croît",
    "ajoute ajouter donne donner / supprime supprimer enlève enlever retire retirer efface effacer",
    "simultanée simultanément parallèle ensemble / successivement",
    "rapide rapidement vite accélère / lent lente lentement ralentit",
    "premier / dernier",
    "vrai exact juste / faux inventé erroné",
    "fréquent fréquente souvent courant / rare rares rarement",
    "gauche / droite",
    "avant / après",
    "central milieu / voisins autour",
)


@cache
def _opposites() -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    return tuple(_sides(pair) for pair in _OPPOSITES)


def _sides(pair: str) -> tuple[frozenset[str], frozenset[str]]:
    one, other = (frozenset(stem(word) for word in words(side)) for side in pair.split(" / "))
    return one, other


@dataclass(frozen=True, slots=True)
class Wanted:
    """One idea, with everything that a copy is compared with."""

    idea: Idea
    said: str
    """What the criterion says."""
    reference: str
    """What the model answer says of it."""
    stems: tuple[str, ...]
    """Stems of ``said`` that the statement does not give away (all of them, where it gives away all)."""
    reference_stems: tuple[str, ...]
    label_stems: tuple[str, ...]
    """Stems of the label, where the statement names it and other criteria have such labels."""
    numbers: tuple[str, ...]
    weights: dict[str, float] = field(hash=False, default_factory=dict)


@dataclass(frozen=True, slots=True)
class Task:
    """A rubric made ready: ideas, words and vectors, computed once for all copies."""

    rubric: Rubric
    credits: tuple[Credit, ...]
    wanted: tuple[tuple[Wanted, ...], ...]
    """For each criterion its ideas; of a list, its candidates."""
    question_stems: frozenset[str]
    expected: tuple[str, ...]
    """Every stem that the criteria and the model answer hold and the statement does not."""
    vocabulary: frozenset[str]
    labels: tuple[tuple[str, ...], ...]
    said_vectors: tuple[Vectors, ...]
    reference_vectors: tuple[Vectors, ...]
    question_vector: Vectors
    floors: tuple[tuple[np.ndarray, np.ndarray], ...]
    """For each criterion the mean cosines of (said, reference) with sentences that say nothing."""


@dataclass(frozen=True, slots=True)
class Part:
    """A sentence or a clause of the copy."""

    span: Span
    sentence: Span
    stems: tuple[str, ...]
    new: tuple[str, ...]
    """Stems that the statement does not hold."""
    denies: bool
    words: tuple[str, ...]
    labels: frozenset[int]


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy made ready: what is scored, cut up and embedded."""

    text: str
    parts: tuple[Part, ...]
    vectors: Vectors
    new: tuple[str, ...]
    unknown: float
    """Share of its words that no dictionary has."""


@dataclass(frozen=True, slots=True)
class Found:
    """The signals of one idea in one copy."""

    vector: np.ndarray
    """Shape (len(NAMES),)."""
    evidence: Span | None
    part: Span | None
    short: bool = False
    """What is looked for is a name of a word or two."""


def prepare(rubric: Rubric, embedder: Embedder) -> Task:
    """Read and embed a rubric."""
    question = _stems(words(rubric.question))
    asked = frozenset(question)
    credits = tuple(credit_of(criterion) for criterion in rubric.criteria)
    reference_parts = _reference_parts(rubric.reference)
    labels = _labels(rubric, credits, asked)
    reference_vectors = embedder.embed_queries(reference_parts) if reference_parts else None
    wanted: list[tuple[Wanted, ...]] = []
    for criterion, credit in zip(rubric.criteria, credits, strict=True):
        wanted.append(tuple(_wanted(criterion, credit, asked, reference_parts, reference_vectors, labels, embedder)))
    texts = " ".join([rubric.question, rubric.reference, *(f"{c.criterion} {c.reference}" for c in rubric.criteria)])
    expected = _unique(
        s
        for text in [rubric.reference, *(f"{c.criterion} {c.reference}" for c in rubric.criteria)]
        for s in _stems(words(text))
        if s not in asked
    )
    nothing = embedder.embed_queries(_NOTHING)
    said = tuple(embedder.embed_queries([_in_full(each) for each in group]) for group in wanted)
    model = tuple(embedder.embed_queries([each.reference or _in_full(each) for each in group]) for group in wanted)
    floors = tuple(
        ((s @ nothing.T).mean(axis=1), (m @ nothing.T).mean(axis=1)) for s, m in zip(said, model, strict=True)
    )
    return Task(
        rubric,
        credits,
        tuple(wanted),
        asked,
        tuple(expected),
        frozenset(words(texts)),
        labels,
        said,
        model,
        embedder.embed_queries([rubric.question or "?"])[0],
        floors,
    )


def read_copy(text: str, scored: Sequence[Span], task: Task, embedder: Embedder) -> Copy:
    """Cut up and embed the sentences of ``text`` that are ``scored``."""
    speller = Speller(task.vocabulary)
    parts: list[Part] = []
    raw: list[str] = []
    current: frozenset[int] = frozenset()
    for sentence in scored:
        spans = clauses(text, sentence)
        whole: list[Part] = []
        for span in spans:
            part, current = _part(text, span, sentence, speller, task, current)
            whole.append(part)
        around = frozenset().union(*(part.labels for part in whole)) if whole else current
        if len(spans) != 1:
            part, _ = _part(text, sentence, sentence, speller, task, current)
            parts.append(Part(sentence, sentence, part.stems, part.new, part.denies, part.words, around))
        parts += whole
        raw += words(sentence.of(text))
    repaired = [_readable(text, part, speller) for part in parts]
    vectors = embedder.embed_queries(repaired) if parts else np.zeros((0, embedder.dimension), np.float32)
    new = _unique(s for part in parts for s in part.new)
    unknown = sum(not is_word(w) and w not in task.vocabulary for w in raw) / len(raw) if raw else 0.0
    return Copy(text, tuple(parts), vectors, tuple(new), unknown)


def look_for(task: Task, index: int, copy: Copy) -> list[Found]:
    """Return the signals of every idea (or candidate) of one criterion."""
    return [_look_for(task, index, place, copy) for place in range(len(task.wanted[index]))]


def _look_for(task: Task, index: int, place: int, copy: Copy) -> Found:
    wanted = task.wanted[index][place]
    if not copy.parts:
        return Found(np.zeros(len(NAMES)), None, None)
    said_floor, reference_floor = (floor[place] for floor in task.floors[index])
    said = (copy.vectors @ task.said_vectors[index][place] - said_floor) * 10
    reference = (copy.vectors @ task.reference_vectors[index][place] - reference_floor) * 10
    question = copy.vectors @ task.question_vector
    beyond = copy.vectors @ task.said_vectors[index][place] - question
    allowed = [_about(part, wanted, task, copy) for part in copy.parts]
    cover = np.array([_covered(wanted.stems, part.stems, wanted.weights) for part in copy.parts])
    cover_reference = np.array([_covered(wanted.reference_stems, part.stems, wanted.weights) for part in copy.parts])
    pool = [*wanted.stems, *wanted.reference_stems]
    precise = np.array([_precise(part.new, pool) for part in copy.parts])
    strength = cover + 0.8 * cover_reference + 0.3 * precise + 0.5 * np.clip(np.maximum(said, reference), -1, 1)
    strength = np.where(allowed, strength, -1.0)
    best = int(np.argmax(strength))
    part = copy.parts[best]
    here = np.array(allowed)
    misplaced = 0.0
    if wanted.label_stems:
        elsewhere = cover[~here].max(initial=0.0)
        misplaced = max(0.0, elsewhere - cover[here].max(initial=0.0))
    numbers = 0.0
    if wanted.numbers:
        held = {w for p, ok in zip(copy.parts, allowed, strict=True) if ok for w in p.words}
        numbers = 2.0 * sum(n in held for n in wanted.numbers) / len(wanted.numbers) - 1.0
    words_here = max(cover[best], 0.0)
    vector = np.array(
        [
            words_here,
            max(cover_reference[best], 0.0),
            precise[best],
            float(said[here].max()),
            float(reference[here].max()),
            float(beyond[here].max()) * 10,
            _negation_differs(wanted, part),
            _opposed(wanted, part),
            _precise(copy.new, task.expected),
            float(np.maximum(said, reference)[best]),
            numbers,
            min(1.0, len(part.new) / 6),
            float(task.credits[index].example and _gives_example(copy)),
            misplaced,
            max(words_here, cover_reference[best]) * precise[best],
            _order(wanted, part),
            min(2.0, len(copy.new) / 15),
        ]
    )
    short = task.credits[index].kind == "list" and len(wanted.stems) <= 2
    return Found(vector, part.sentence, part.span, short)


# --- what is wanted ----------------------------------------------------------------------------------------


def _wanted(
    criterion: Criterion,
    credit: Credit,
    asked: frozenset[str],
    parts: Sequence[str],
    vectors: Vectors | None,
    labels: tuple[tuple[str, ...], ...],
    embedder: Embedder,
) -> Iterable[Wanted]:
    label = tuple(_stems(words(credit.ideas[0].label)))
    scope = label if label in labels else ()
    if credit.kind == "list":
        idea = credit.ideas[0]
        candidates = _items(criterion.reference)
        if not candidates and parts:
            nearest = _nearest(idea.text, parts, vectors, embedder, 2)
            candidates = [item for part in nearest[:1] for item in _items(part)] or nearest[:1]
        for candidate in candidates or [idea.text]:
            yield _ready(Idea(candidate, idea.points), candidate, "", asked, scope, keep_all=True)
        return
    for idea in credit.ideas:
        reference = criterion.reference
        if not reference and parts:
            labelled = [part for part in parts if label and _covered(label, _stems(words(part)), {}) > 0.99]
            pool = labelled if scope and labelled else list(parts)
            at = [parts.index(part) for part in pool]
            nearest = _nearest(idea.text, pool, None if vectors is None else vectors[at], embedder, 1)
            reference = " ".join(nearest)
        yield _ready(idea, idea.text, reference, asked, scope)


def _ready(
    idea: Idea, said: str, reference: str, asked: frozenset[str], scope: tuple[str, ...], *, keep_all: bool = False
) -> Wanted:
    all_said = _unique(_stems(words(said)))
    own = [s for s in all_said if s not in asked] or all_said
    wider = [s for s in _unique(_stems(words(reference))) if s not in asked]
    weights = {stem(w): rarity(w) for w in words(f"{said} {reference}") if w not in STOP_WORDS}
    numbers = tuple(w for w in words(said) if w[:1].isdigit())
    return Wanted(idea, said, reference, tuple(own), tuple(wider), scope, numbers, weights)


def _in_full(wanted: Wanted) -> str:
    return f"{wanted.idea.label} : {wanted.said}" if wanted.idea.label else wanted.said


def _labels(rubric: Rubric, credits: Sequence[Credit], asked: frozenset[str]) -> tuple[tuple[str, ...], ...]:
    """Return the labels that the statement names, where there are two: « BERT : … » and « GPT : … »."""
    found: list[tuple[str, ...]] = []
    for credit in credits:
        label = tuple(_stems(words(credit.ideas[0].label)))
        if label and len(label) <= 2 and not set(label) & _GENERIC and label not in found and _in(label, asked):
            found.append(label)
    return tuple(found) if len(found) >= 2 else ()


_GENERIC = frozenset(
    stem(w)
    for w in "definition principe probleme cause origine effet propriete exemple avantage inconvenient limite point "
    "commun difference etape mesure role but contraste comparaison critere partie formule".split()
)
"""Labels that say what part of an answer is meant, not what it is about."""


def _in(label: Sequence[str], asked: Iterable[str]) -> bool:
    return all(any(same(a, b) for b in asked) for a in label)


def _reference_parts(reference: str) -> list[str]:
    parts: list[str] = []
    for sentence in sentences(reference):
        if sentence.of(reference).strip():
            parts.append(sentence.of(reference))
    return parts


def _items(text: str) -> list[str]:
    """Return what a text lists, behind its colon if it has one."""
    text = text.strip().rstrip(".")
    body = text.split(" : ", 1)[-1] if " : " in text else text
    body = body.split(": ", 1)[-1] if ": " in body and " : " not in text else body
    parts = [part.strip(" .") for part in re.split(r"[;\n]", body) if part.strip(" .")]
    if len(parts) < 2:
        parts = [part.strip(" .") for part in re.split(r",|\bet\b|\band\b|\bou\b", body) if part.strip(" .")]
    return parts if len(parts) >= 2 else []


def _nearest(text: str, parts: Sequence[str], vectors: Vectors | None, embedder: Embedder, count: int) -> list[str]:
    """Return the parts of the model answer that say most of what ``text`` says."""
    if vectors is None or not len(parts):
        return []
    own = _unique(_stems(words(text)))
    cover = np.array([_covered(own, _stems(words(part)), {}) for part in parts])
    cosine = vectors @ embedder.embed_queries([text])[0]
    order = np.argsort(-(cover + 4 * cosine), kind="stable")
    return [parts[at] for at in order[:count]]


# --- what a copy holds -------------------------------------------------------------------------------------


def _part(
    text: str, span: Span, sentence: Span, speller: Speller, task: Task, current: frozenset[int]
) -> tuple[Part, frozenset[int]]:
    raw = words(span.of(text))
    meant = speller.read(raw)
    stems = _stems(meant)
    new = _unique(s for s in stems if s not in task.question_stems)
    named = frozenset(at for at, label in enumerate(task.labels) if all(any(same(a, b) for b in stems) for a in label))
    now = named or current
    denies = bool(_NEGATION.search(" ".join(meant)))
    return Part(span, sentence, tuple(stems), tuple(new), denies, tuple(meant), now), now


def _readable(text: str, part: Part, speller: Speller) -> str:
    """Return a part for the embedding model: as written, or repaired where much of it is misspelt."""
    raw = words(part.span.of(text))
    wrong = sum(a != b for a, b in zip(raw, part.words, strict=True))
    return " ".join(part.words) if wrong >= 2 or (wrong and len(raw) < 5) else part.span.of(text)


def _about(part: Part, wanted: Wanted, task: Task, copy: Copy) -> bool:
    """Say whether a part speaks of what the idea is said of; so does all of a copy that does not name it."""
    if not wanted.label_stems:
        return True
    own = task.labels.index(wanted.label_stems)
    return own in part.labels or not part.labels or not any(own in p.labels for p in copy.parts)


def _covered(wanted: Sequence[str], held: Sequence[str], weights: dict[str, float]) -> float:
    """Return the share of the wanted stems, by weight, that are held."""
    total = sum(weights.get(s, 1.0) for s in wanted)
    if not total:
        return 0.0
    return sum(weights.get(s, 1.0) * _kept(s, held) for s in wanted) / total


def _kept(wanted: str, held: Sequence[str]) -> float:
    """Return 1 where the stem is held, less where a word of like meaning is."""
    if any(same(wanted, h) for h in held):
        return 1.0
    return _LIKE if any(mean_the_same(wanted, h) for h in held) else 0.0


def _precise(new: Sequence[str], expected: Sequence[str]) -> float:
    """Return the share of what a text adds to the statement that is expected."""
    if not new:
        return 0.0
    return sum(_kept(a, expected) for a in new) / len(new)


def _negation_differs(wanted: Wanted, part: Part) -> float:
    own = bool(_NEGATION.search(fold(wanted.said))) or bool(_NEGATION.search(fold(wanted.reference)))
    return float(part.denies and not own)


def _order(wanted: Wanted, part: Part) -> float:
    """Return how far the words of the idea come in its order, from 1 to −1: « A donne B » is not « B donne A »."""
    own = _unique(_stems(words(wanted.said)))
    places = [next((at for at, s in enumerate(part.stems) if same(s, w) or mean_the_same(s, w)), None) for w in own]
    held = [at for at in places if at is not None]
    pairs = [(a, b) for i, a in enumerate(held) for b in held[i + 1 :] if a != b]
    return sum(1 if a < b else -1 for a, b in pairs) / len(pairs) if pairs else 0.0


def _opposed(wanted: Wanted, part: Part) -> float:
    """Return 1 where the part says the opposite of a word that is wanted, and not that word."""
    own, held = set(wanted.stems), set(part.stems)
    for one, other in _opposites():
        for a, b in ((one, other), (other, one)):
            if own & a and held & b and not held & a and not own & b:
                return 1.0
    return 0.0


def _gives_example(copy: Copy) -> bool:
    said = " ".join(fold(part.span.of(copy.text)) for part in copy.parts)
    return bool(re.search(r"[«“\"]|\bexemples?\b|\bex\b|\bcomme\b|\bsert\b", said))


def _stems(found: Iterable[str]) -> list[str]:
    return [stem(w) for w in found if w not in STOP_WORDS and (len(w) > 1 or w.isdigit())]


def _unique(found: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(found))
