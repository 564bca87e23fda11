"""The lexicon demonstration: the stem and the lemma of each word, where they differ, and how words are related.

    tutor demo lexicon text="les universités de l’univers" context=alone

A stem is what Snowball's rules leave of a word (``stems.py``); a lemma is the form of the dictionary, as spaCy's small
model believes it (``french_pipeline.py``), in the sentence or for the word alone. Relations come from a file of ours
(``word_relations.py``). Nothing is drawn at random. ``metrics`` of a run:

    words        words read, at most ``MOST``
    differ       words whose stem is not their lemma
    over         pairs of lemmas that one stem confuses: it cuts too much
    under        lemmas whose forms get several stems: it does not cut enough
    related      words of which our file knows a relation

The oracle stems every word again with NLTK's own Snowball and counts the words for which the two differ: they follow
editions of the rules some years apart, and differ on a few words indeed.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Mapping
from typing import Any

from tutor.contracts import DemoResult, Language, Oracle, Suggestion
from tutor.demos import french_pipeline as pipeline
from tutor.demos import stems, wording
from tutor.demos.cache import NO_CACHE, Cache
from tutor.demos.demo import Argument, Demo, Progress, new_run_id
from tutor.demos.french_pipeline import Word
from tutor.demos.word_relations import path_similarity, related, relations, up, written
from tutor.errors import DemoTextUnusable
from tutor.figures import Node, Tree

MOST = 60
"""Words that are read."""
_TOLD = 3
_FULL = frozenset("ADJ ADV NOUN PROPN VERB".split())
"""Categories whose words are compared by stem and lemma: « le » and « la » tell nothing."""
EXAMPLE = "Le chat marchait vers le port, et nous marchions vers la porte de l’université."

_ARGUMENTS = (
    Argument("text", "string", EXAMPLE, minimum=1, maximum=5_000, document=True),
    Argument("context", "string", "sentence", choices=("sentence", "alone")),
)


def run(
    args: Mapping[str, Any], *, seed: int, language: Language, cache: Cache = NO_CACHE
) -> Iterator[Progress | DemoResult]:
    """Run the demo on checked arguments. Raises ``DemoTextUnusable`` for a text without words."""
    say = wording.Say("lexicon", language)
    yield Progress(0, 2, say("progress.read"))
    pipeline.announced()  # reads the model
    started = time.perf_counter()
    found = [word for word in pipeline.analyse(args["text"]).words if word.is_word and word.text[-1] not in "'’"]
    if not found:
        value = args["text"].strip()[:40]
        raise DemoTextUnusable(demo="lexicon", argument="text", value=value, reason="nlp_levels.accepted.words")
    read = found[:MOST]
    if args["context"] == "alone":
        read = [alone(word.text) for word in read]
    report = _Report(read, len(found), dict(args), say)
    metrics = report.metrics()
    facts = list(report.facts(metrics))
    table, figure = report.table(), report.figure()
    seconds = time.perf_counter() - started
    yield Progress(1, 2, say("progress.check"))
    others = [word.text for word in read if stems.reference(word.text) != stems.stem(word.text)]
    oracle = Oracle("nltk FrenchStemmer", float(len(others)), not others)
    facts.append(say("fact.oracle", wrong=wording.number(len(others), language)))
    if others:
        word = others[0]
        details = {"ours": say.quote(stems.stem(word)), "theirs": say.quote(stems.reference(word))}
        facts.append(say("fact.editions", word=say.quote(word), **details))
    yield DemoResult(
        name="lexicon",
        args=dict(args),
        seed=seed,
        metrics=metrics,
        series=[
            {"word": word.text, "stem": stems.stem(word.text), "lemma": word.lemma, "category": word.category}
            for word in read
        ],
        table=table,
        figure=figure,
        oracle=oracle,
        seconds=seconds,
        facts=tuple(facts),
        run_id=new_run_id(),
        suggestions=tuple(report.suggestions()),
    )


def alone(word: str) -> Word:
    """Return what the model says of a word without any context."""
    return max(pipeline.analyse(word).words, key=lambda each: len(each.text))


class _Report:
    """What is said and shown about some words."""

    def __init__(self, words: list[Word], total: int, args: Mapping[str, Any], say: wording.Say) -> None:
        self.words, self.total, self.args, self.say, self.language = words, total, args, say, say.language
        by_stem: dict[str, dict[str, str]] = {}
        by_lemma: dict[str, dict[str, str]] = {}
        for word in words:
            if word.category not in _FULL:
                continue
            stem, lemma = stems.stem(word.text), word.lemma.lower()
            by_stem.setdefault(stem, {}).setdefault(lemma, word.text)
            by_lemma.setdefault(lemma, {}).setdefault(stem, word.text)
        self.over = [
            (stem, pair) for stem, lemmas in by_stem.items() for pair in itertools.combinations(lemmas.items(), 2)
        ]
        self.under = [(lemma, found) for lemma, found in by_lemma.items() if len(found) > 1]
        self.related = list(dict.fromkeys(filter(None, map(_entry, words))))

    def metrics(self) -> dict[str, float]:
        return {
            "words": len(self.words),
            "differ": sum(stems.stem(word.text) != word.lemma.lower() for word in self.words),
            "over": len(self.over),
            "under": len(self.under),
            "related": len(self.related),
        }

    def facts(self, metrics: Mapping[str, float]) -> Iterator[str]:
        say, language = self.say, self.language
        own = [word.text for word in self.words]
        if pipeline.other_script(own) or pipeline.looks_english(own):
            yield say("fact.french_only")
        if self.total > len(self.words):
            yield say("fact.cut", read=MOST, words=wording.number(self.total, language))
        words = wording.count(int(metrics["words"]), "word", language)
        yield say("fact.differ", words=words, differ=wording.number(metrics["differ"], language))
        different = [word for word in self.words if stems.stem(word.text) != word.lemma.lower()]
        shown = sorted(different, key=lambda word: -abs(len(word.lemma) - len(stems.stem(word.text))))[:_TOLD]
        for word in shown:
            stem, lemma = say.quote(stems.stem(word.text)), say.quote(word.lemma)
            yield say("fact.word", word=say.quote(word.text), stem=stem, lemma=lemma)
        yield say("fact.over", count=wording.count(int(metrics["over"]), "pair", language))
        for stem, ((a, form_a), (b, form_b)) in self.over[:_TOLD]:
            yield say(
                "fact.confused",
                stem=say.quote(stem),
                one=say.quote(form_a),
                other=say.quote(form_b),
                lemma=say.quote(a),
                other_lemma=say.quote(b),
            )
        yield say("fact.under", count=wording.count(int(metrics["under"]), "lemma", language))
        for lemma, found in self.under[:_TOLD]:
            listed = ", ".join(f"{say.quote(form)} → {say.quote(stem)}" for stem, form in found.items())
            yield say("fact.separated", lemma=say.quote(lemma), listed=listed)
        yield say("fact.context_alone" if self.args["context"] == "alone" else "fact.context_sentence")
        yield from self._relation_facts()

    def _relation_facts(self) -> Iterator[str]:
        say, links = self.say, relations()
        count = wording.count(len(self.related), "related_word", self.language)
        size = wording.number(len(written()), self.language)
        yield say("fact.related", count=count, size=size)
        for word in self.related[:_TOLD]:
            for relation, others in related(links, word).items():
                listed = ", ".join(map(say.quote, others[:6]))
                yield say("fact.relation", word=say.quote(word), relation=say(f"relation.{relation}"), others=listed)
            if chain := up(links, word):
                yield say("fact.chain", word=say.quote(word), chain=" → ".join(map(say.quote, chain)))
        for a, b in itertools.islice(itertools.combinations(self.related, 2), _TOLD):
            similarity = path_similarity(links, a, b)
            if similarity is not None:
                value = f"1/{round(1 / similarity)}"
                yield say("fact.similarity", one=say.quote(a), other=say.quote(b), value=value)

    def table(self) -> dict[str, Any]:
        """The words, each once, with how stem and lemma compare."""
        columns = ("word", "stem", "lemma", "category", "compared")
        rows = []
        for word in dict.fromkeys((each.text.lower(), each.lemma, each.category) for each in self.words):
            text, lemma, category = word
            stem = stems.stem(text)
            compared = "same" if stem == lemma.lower() else "shorter" if lemma.lower().startswith(stem) else "other"
            short = [wording.short_label(each) for each in (text, stem, lemma)]
            rows.append([*short, category, self.say(f"compared.{compared}")])
        return {"columns": [self.say(f"column.{column}") for column in columns], "rows": rows}

    def figure(self) -> dict[str, Any] | None:
        """The hierarchy around the first word that has one: two levels up, and all that is under."""
        links = relations()
        word = next((each for each in self.related if up(links, each)), None)
        if word is None:
            return None
        top = up(links, word)[:2][-1]
        nodes, waiting = [], [(top, -1)]
        while waiting:
            name, parent = waiting.pop()
            nodes.append(Node(name, None if parent < 0 else parent, colour=2 if name == word else 0))
            below = related(links, name).get("hyponyme", [])
            waiting += [(each, len(nodes) - 1) for each in reversed(below)]
        return Tree(self.say("figure", word=word), nodes).to_dict()

    def suggestions(self) -> Iterator[Suggestion]:
        """The next thing to look at."""
        other = "sentence" if self.args["context"] == "alone" else "alone"
        yield Suggestion(self.say(f"try.{other}"), {"context": other})
        for key, text in (("doors", "Tu portes un sac vers les ports et les portes."), ("words", "chien loup chat")):
            if self.args["text"] != text:
                yield Suggestion(self.say(f"try.{key}"), {"text": text})


def _entry(word: Word) -> str:
    """Return the word of our relations that a word is a form of, or nothing."""
    known = {each for each, _, _ in relations()}
    return next((form for form in (word.text, word.text.lower(), word.lemma.lower()) if form in known), "")


DEMO = Demo("lexicon", "lexicon_demo", "niveaux-d-analyse", _ARGUMENTS, run)
