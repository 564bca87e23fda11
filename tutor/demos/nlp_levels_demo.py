"""The levels of analysis on one text: words, forms, syntax, senses, and what no tool of this program can see.

    tutor demo nlp_levels text="Marie observe un homme avec des jumelles." level=syntaxique

Words, lemmas, categories, dependencies and entities are spaCy's (``french_pipeline.py``): a small trained model, often
wrong, and the facts say how often. Constituency trees come from our own grammar and CKY (``constituents.py``), senses
from Lesk's algorithm on a short list (``lesk.py``). For pragmatics the program only points at what can be seen in the
letters: it knows neither irony nor what is implied. Nothing is drawn at random. ``metrics`` of a run, by level:

    words, sentences, tokens, entities       lexical
    changed                                  morphology: words whose lemma is not the form that was written
    relative_clauses, trees                  syntax; ``trees`` when the grammar knows every word
    ambiguous, chosen                        semantics: words of the list, those for which one sense comes out first
    questions, pronouns                      pragmatics

The oracle counts disagreements: tokens against the library's own slow tokenizer, the dependency trees against nltk's
check for cycles, the constituency trees against nltk's chart parser, the scores of senses against nltk's Lesk. None
of these says that an analysis is right: only somebody who reads French can.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tutor import messages
from tutor.contracts import DemoResult, Language, Oracle, Suggestion
from tutor.demos import constituents, lesk, wording
from tutor.demos import french_pipeline as pipeline
from tutor.demos.cache import NO_CACHE, Cache
from tutor.demos.constituents import Tree
from tutor.demos.demo import Argument, Demo, Progress, new_run_id
from tutor.demos.french_pipeline import Analysis, Word
from tutor.demos.stems import stem
from tutor.errors import DemoTextUnusable
from tutor.figures import Arc, Arcs, Bars, Group, Node, Panels
from tutor.figures import Tree as TreeFigure
from tutor.figures.grammar import MOST_WORDS

LEVELS = {
    "lexical": "lexical",
    "morphologique": "morphology",
    "syntaxique": "syntax",
    "sémantique": "semantics",
    "pragmatique": "pragmatics",
}
"""The values of the argument, which are the chapter's words → the names that this file gives the levels."""
ALL = "all"
TEXT_LIMIT = 5_000
"""Characters: a page, and under a second."""
LONGEST_PARSED = 16
"""Words of a sentence that the grammar reads: the number of trees grows very fast with the prepositional groups."""
_ROWS, _TOLD, _TREES_DRAWN = 300, 3, 2
EXAMPLE = "Le chien regarde le chat qui dort sur le tapis."
AMBIGUOUS = "Marie observe un homme avec des jumelles."
IRONIC = "Bravo, encore en retard ! Tu peux fermer la porte ?"
SENSES = "Cet avocat défend son client. Elle prépare une salade avec un avocat."
_PRONOUNS = frozenset("il elle ils elles lui leur eux celui-ci celle-ci".split())
_REQUEST = re.compile(r"\b(peux|peut|pouvez|pourrais|pourriez|veux|voulez|voudrais)[- ](tu|vous|on)\b"
                      r"|\b(tu|vous|on) (peux|peut|pouvez|pourrais|pourriez|veux|voulez)\b", re.IGNORECASE)  # fmt: skip
_PRAISE = re.compile(
    r"\b(bravo|super|génial\w*|parfait\w*|magnifique\w*|merci|excellent\w*|malin|formidable\w*)\b", re.IGNORECASE
)

_ARGUMENTS = (
    Argument("text", "string", EXAMPLE, minimum=1, maximum=TEXT_LIMIT, document=True),
    Argument(
        "level",
        "string",
        ALL,
        choices=(ALL, *LEVELS),
        other_names=(
            *((english, french) for french, english in LEVELS.items()),
            ("semantique", "sémantique"),
            ("tous", ALL),
            ("tout", ALL),
        ),
    ),
)


def run(
    args: Mapping[str, Any], *, seed: int, language: Language, cache: Cache = NO_CACHE
) -> Iterator[Progress | DemoResult]:
    """Run the demo on checked arguments. Raises ``DemoTextUnusable`` for a text without words."""
    say = wording.Say("nlp_levels", language)
    text = args["text"]
    if not any(letter.isalnum() for letter in text):
        raise DemoTextUnusable(
            demo="nlp_levels", argument="text", value=text.strip()[:40], reason="nlp_levels.accepted.words"
        )
    asked = LEVELS.get(args["level"], ALL)
    levels = tuple(LEVELS.values()) if asked == ALL else (asked,)
    yield Progress(0, len(levels) + 1, say("progress.read"))
    announced = pipeline.announced()  # reads the model: that is not the time that the analysis takes
    started = time.perf_counter()
    report = _Report(text, pipeline.analyse(text), asked, say)
    metrics: dict[str, float] = {}
    facts = list(report.warnings())
    for step, level in enumerate(levels, 1):
        metrics |= getattr(report, f"{level}_metrics")()
        facts += [say(f"level.{level}", fact=fact) for fact in getattr(report, f"{level}_facts")()]
        yield Progress(step, len(levels) + 1, say("progress.level", level=say(f"name.{level}")))
    table, figure, series = report.table(), report.figure(), report.series()
    seconds = time.perf_counter() - started
    if set(levels) & {"lexical", "morphology", "syntax"}:
        facts.append(say("fact.announced", **{name: report.percent(value) for name, value in announced.items()}))
    oracle = check(report, levels)
    facts.append(say("fact.oracle", reference=oracle.reference, wrong=wording.number(oracle.error, language)))
    yield DemoResult(
        name="nlp_levels",
        args=dict(args),
        seed=seed,
        metrics=metrics,
        series=series,
        table=table,
        figure=figure,
        oracle=oracle,
        seconds=seconds,
        facts=tuple(facts),
        run_id=new_run_id(),
        suggestions=tuple(report.suggestions(args)),
    )


# --- what is read by our own means ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reading:
    """What the grammar says of one sentence."""

    words: tuple[str, ...]
    trees: tuple[Tree, ...] = ()
    unknown: tuple[str, ...] = ()
    too_long: bool = False


def reading(text: str) -> Reading:
    """Read with the grammar the first sentence whose words it knows, else say what it lacks for the first one.

    >>> reading("Bonjour. Le chat dort !").words, reading("Le tigre dort.").unknown
    (('le', 'chat', 'dort'), ('tigre',))
    """
    grammar = constituents.french()
    found = [grammar_words(part) for part in re.split(r"[.!?…;:\n]+", text)]
    found = [words for words in found if words] or [()]
    known = (words for words in found if len(words) <= LONGEST_PARSED and not grammar.unknown(words))
    words = next(known, found[0])
    unknown = tuple(grammar.unknown(words))
    if unknown or len(words) > LONGEST_PARSED:
        return Reading(words, unknown=unknown, too_long=len(words) > LONGEST_PARSED)
    return Reading(words, tuple(grammar.trees(words)))


def grammar_words(text: str) -> tuple[str, ...]:
    """Cut a sentence as the grammar writes its words: lower case, an elided word by itself.

    >>> grammar_words("L’homme qu'il voit")
    ("l'", 'homme', "qu'", 'il', 'voit')
    """
    plain = text.lower().replace("’", "'")
    return tuple(re.findall(r"[^\W\d_]{1,2}'|[^\W_]+(?:[-'][^\W_]+)*", plain))


def check(report: _Report, levels: Sequence[str]) -> Oracle:
    """Count what others see otherwise; see the top of the file."""
    wrong, references = 0, []
    if "lexical" in levels or "morphology" in levels:
        theirs, ours = pipeline.tokens_explained(report.text), [word.text for word in report.words]
        ours = [word.translate(str.maketrans("’ʼ‘", "'''")) for word in ours]
        wrong += sum((Counter(theirs) - Counter(ours)).values()) + sum((Counter(ours) - Counter(theirs)).values())
        references.append("spacy Tokenizer.explain")
    if "syntax" in levels:
        wrong += _cycles(report.analysis) + _other_trees(report.reading)
        references += ["nltk.DependencyGraph", "nltk.ChartParser"]
    if "semantics" in levels:
        wrong += sum(_other_sense(word, sentence) for word, sentence, _ in report.ambiguous)
        references.append("nltk.wsd.lesk")
    return Oracle(", ".join(references) or "str.count", float(wrong or _miscounted(report, levels)), wrong == 0)


def _miscounted(report: _Report, levels: Sequence[str]) -> int:
    asked = report.text.count("?")
    return int("pragmatics" in levels and (report.pragmatics_metrics()["questions"] > 0) != (asked > 0))


def _cycles(analysis: Analysis) -> int:
    """Count the sentences whose dependencies are no tree for nltk: a cycle, or not one root."""
    from nltk.parse.dependencygraph import DependencyGraph

    wrong = 0
    for sentence in analysis.sentences:
        rows = []
        for i in sentence:
            head = analysis.words[i].head
            rows.append(f"w\tX\t{0 if head is None else head - sentence.start + 1}\t{analysis.words[i].relation}")
        graph = DependencyGraph("\n".join(rows), top_relation_label="root")
        roots = sum(analysis.words[i].head is None for i in sentence)
        wrong += bool(graph.contains_cycle()) or roots != 1
    return wrong


def _other_trees(found: Reading) -> int:
    """Count the trees that only one of our parser and nltk's finds, from the same grammar."""
    if found.unknown or found.too_long or not found.words:
        return 0
    import nltk

    parser = nltk.ChartParser(nltk.CFG.fromstring(constituents.source()))
    theirs = Counter(" ".join(str(tree).split()) for tree in parser.parse(list(found.words)))
    ours = Counter(map(constituents.bracketed, found.trees))
    return sum((theirs - ours).values()) + sum((ours - theirs).values())


def _other_sense(word: str, sentence: str) -> bool:
    """Say whether nltk's Lesk, given our senses and stems, prefers a sense that is not among our best."""
    from nltk.wsd import lesk as theirs

    class Synset:
        def __init__(self, sense: lesk.Sense) -> None:
            self.sense = sense

        def definition(self) -> str:
            return " ".join(lesk.stems_of(self.sense.definition))

        def __lt__(self, other: Synset) -> bool:
            return self.sense.name < other.sense.name

    ours = lesk.scores(word, sentence)
    best = max(len(sense.common) for sense in ours)
    context = [stem(each) for each in lesk.content(sentence) if stem(each) != stem(word)]
    chosen = theirs(context, word, synsets=[Synset(sense) for sense in ours])
    return chosen.sense.name not in {sense.name for sense in ours if len(sense.common) == best}


# --- what is said and shown -------------------------------------------------------------------------------------


class _Report:
    """What is said and shown about one text."""

    def __init__(self, text: str, analysis: Analysis, level: str, say: wording.Say) -> None:
        self.text, self.analysis, self.words, self.level, self.say = text, analysis, analysis.words, level, say
        self.language = say.language
        self.reading = reading(text)
        self.sentences = analysis.sentences
        self.ambiguous = [
            (form, analysis.phrase(self.sentences[word.sentence]), lesk.scores(form, self._around(word)))
            for word in self.words
            if (form := self._listed(word))
        ]

    def _around(self, word: Word) -> str:
        return self.analysis.phrase(self.sentences[word.sentence])

    def _listed(self, word: Word) -> str:
        """Return the entry of the list of senses that a word is a form of, or nothing."""
        written = word.text.lower()
        listed = (each for each in (written, word.lemma.lower(), written.rstrip("sx")) if each in lesk.senses())
        return next(listed, "") if word.category != "VERB" else ""

    @property
    def relatives(self) -> list[int]:
        return [i for i, word in enumerate(self.words) if word.relation == pipeline.RELATIVE and word.head is not None]

    def number(self, value: float, decimals: int = 0) -> str:
        return wording.number(value, self.language, decimals)

    def count(self, value: int, noun: str) -> str:
        return wording.count(value, noun, self.language)

    def percent(self, share: float) -> str:
        return messages.text("demo.percent", self.language, value=self.number(100 * share))

    def named(self, kind: str, name: str) -> str:
        """Return the name of a category, a feature or a relation in the reader's language; its code when there is none.

        A relation may be finer than those that have a name: obl:mod is an obl.
        """
        for code in dict.fromkeys((name, name.partition(":")[0])):
            if (key := f"demo.nlp_levels.{kind}.{code}") in messages.MESSAGES:
                return messages.text(key, self.language)
        return name

    def quoted(self, texts: Sequence[str]) -> str:
        return ", ".join(map(self.say.quote, texts))

    def warnings(self) -> Iterator[str]:
        own = [word.text for word in self.words if word.is_word]
        if pipeline.other_script(own):
            yield self.say("warning.script")
        elif pipeline.looks_english(own):
            yield self.say("warning.english")

    # lexical

    def lexical_metrics(self) -> dict[str, float]:
        return {
            "tokens": len(self.words),
            "words": sum(word.is_word for word in self.words),
            "sentences": len(self.sentences),
            "entities": len(self.analysis.entities),
        }

    def lexical_facts(self) -> Iterator[str]:
        metrics = self.lexical_metrics()
        yield self.say(
            "fact.tokens",
            tokens=self.count(int(metrics["tokens"]), "token"),
            words=self.count(int(metrics["words"]), "word"),
            sentences=self.count(int(metrics["sentences"]), "sentence"),
        )
        cut = [word.text for word in self.words if word.text[-1] in "'’"]
        if cut := list(dict.fromkeys(cut)):
            yield self.say("fact.elided", words=self.quoted(cut[:_TOLD]))
        kinds = Counter(word.category for word in self.words if word.is_word)
        listed = [f"{self.named('category', kind)} {self.number(times)}" for kind, times in kinds.most_common(5)]
        yield self.say("fact.categories", listed=", ".join(listed))
        told = [
            f"{self.say.quote(text)} ({self.named('entity', label)})" for text, label in self.analysis.entities[:_TOLD]
        ]
        count = self.count(len(self.analysis.entities), "named_entity")
        yield (
            self.say("fact.entities", count=count, listed=", ".join(told))
            if told
            else self.say("fact.no_entity", count=count)
        )

    # morphology

    def _changed(self) -> list[Word]:
        return [word for word in self.words if word.is_word and word.lemma.lower() != word.text.lower()]

    def morphology_metrics(self) -> dict[str, float]:
        return {"changed": len(self._changed())}

    def morphology_facts(self) -> Iterator[str]:
        changed = self._changed()
        yield self.say("fact.changed", count=self.count(len(changed), "changed_word"))
        for word in sorted(changed, key=lambda word: word.category not in ("VERB", "NOUN", "AUX", "ADJ"))[:_TOLD]:
            yield self.say(
                "fact.lemma",
                word=self.say.quote(word.text),
                lemma=self.say.quote(word.lemma),
                features=", ".join([self.named("category", word.category), *self._features(word)]),
            )

    def _features(self, word: Word) -> list[str]:
        named = [self.named("feature", feature) for feature in word.features]
        return [name for name, feature in zip(named, word.features, strict=True) if name != feature]

    # syntax

    def syntax_metrics(self) -> dict[str, float]:
        found: dict[str, float] = {"relative_clauses": len(self.relatives)}
        if not (self.reading.unknown or self.reading.too_long):
            found["trees"] = len(self.reading.trees)
        return found

    def syntax_facts(self) -> Iterator[str]:
        for sentence in self.sentences[:_TOLD]:
            root = next(i for i in sentence if self.words[i].head is None)
            subjects = [self.words[i].text for i in sentence if self.words[i].head == root
                        and self.words[i].relation.startswith("nsubj")]  # fmt: skip
            details = {"root": self.say.quote(self.words[root].text), "subject": self.quoted(subjects)}
            details["category"] = self.named("category", self.words[root].category)
            yield self.say("fact.root_subject" if subjects else "fact.root", **details)
            if not any(self.words[i].category in ("VERB", "AUX") for i in sentence):
                yield self.say("fact.no_verb", sentence=self.say.quote(self.analysis.phrase(sentence)))
        if len(self.sentences) > _TOLD:
            yield self.say("fact.more_sentences", told=_TOLD, count=self.number(len(self.sentences)))
        yield self.say("fact.relatives", count=self.count(len(self.relatives), "relative_clause"))
        for verb in self.relatives[:_TOLD]:
            word = self.words[verb]
            assert word.head is not None  # the property took those that have one
            yield self.say(
                "fact.relative",
                clause=self.say.quote(self.analysis.phrase(self.analysis.group(verb))),
                noun=self.say.quote(self.words[word.head].text),
                verb=self.say.quote(word.text),
                relation=word.relation,
            )
        yield from self._tree_facts()

    def _tree_facts(self) -> Iterator[str]:
        found = self.reading
        sentence = self.say.quote(" ".join(found.words))
        if found.unknown:
            words = self.count(len(constituents.french().lexicon), "word")
            yield self.say("fact.outside", words=words, unknown=self.quoted(found.unknown[:5]))
        elif found.too_long:
            yield self.say("fact.too_long", limit=LONGEST_PARSED, words=self.number(len(found.words)))
        elif not found.trees:
            yield self.say("fact.no_tree", sentence=sentence, trees=self.count(0, "tree"))
        else:
            yield self.say("fact.trees", sentence=sentence, trees=self.count(len(found.trees), "tree"))
            places: dict[str, set[str]] = {}
            for tree in found.trees:
                for group, parent in constituents.attachments(tree):
                    places.setdefault(group, set()).add(parent)
            for group, parents in places.items():
                if len(parents) > 1:
                    yield self.say("fact.attached", group=self.say.quote(group), parents=", ".join(sorted(parents)))

    # semantics

    def semantics_metrics(self) -> dict[str, float]:
        return {"ambiguous": len(self.ambiguous), "chosen": sum(bool(_best(senses)) for _, _, senses in self.ambiguous)}

    def semantics_facts(self) -> Iterator[str]:
        metrics = self.semantics_metrics()
        listed = self.number(len(lesk.senses()))
        yield self.say("fact.ambiguous", count=self.count(int(metrics["ambiguous"]), "listed_word"), listed=listed)
        for word, sentence, senses in self.ambiguous[:_TOLD]:
            details = {
                "word": self.say.quote(word),
                "sentence": self.say.quote(sentence),
                "senses": ", ".join(self.say.quote(sense.name) for sense in senses),
            }
            best = _best(senses)
            if best is None:
                yield self.say("fact.undecided", **details)
            else:
                common = self.quoted(best.common)
                yield self.say("fact.sense", **details, sense=self.say.quote(best.name), common=common)
        if self.ambiguous:
            yield self.say("fact.chosen", chosen=self.number(metrics["chosen"]), of=self.number(metrics["ambiguous"]))
        yield self.say("fact.meaning_unseen")

    # pragmatics

    def _spoken(self) -> list[tuple[str, str, str]]:
        """Return (sentence, its form, the hint that its letters give) for each sentence; cut at its end marks."""
        found = []
        for part in re.split(r"(?<=[.!?…])\s+|\n+", self.text):
            spoken = " ".join(part.split())
            if not any(letter.isalnum() for letter in spoken):
                continue
            imperative = spoken.rstrip(" .!…").split()[:1]
            ordered = [w for w in self.words if imperative and w.text == imperative[0] and "Mood=Imp" in w.features]
            end = re.sub(r"[^.!?…]", "", spoken[-3:])
            form = "question" if "?" in end else "order" if ordered else "exclamation" if "!" in end else "statement"
            hint = "request" if form == "question" and _REQUEST.search(spoken) else ""
            hint = hint or ("praise" if _PRAISE.search(spoken) else "none")
            found.append((spoken, form, hint))
        return found

    def _pronouns(self) -> list[str]:
        return [word.text for word in self.words if word.text.lower() in _PRONOUNS and word.category != "DET"]

    def pragmatics_metrics(self) -> dict[str, float]:
        return {
            "questions": sum(form == "question" for _, form, _ in self._spoken()),
            "pronouns": len(self._pronouns()),
        }

    def pragmatics_facts(self) -> Iterator[str]:
        for spoken, form, hint in self._spoken()[:_TOLD]:
            sentence = self.say.quote(spoken)
            yield self.say("fact.form", sentence=sentence, form=self.say(f"form.{form}"), hint=self.say(f"hint.{hint}"))
        metrics = self.pragmatics_metrics()
        yield self.say("fact.questions", count=self.count(int(metrics["questions"]), "question"))
        if names := self._pronouns():
            yield self.say(
                "fact.pronouns", count=self.count(len(names), "pronoun"), listed=self.quoted(sorted(set(names))[:5])
            )
        else:
            yield self.say("fact.no_pronoun", count=self.count(0, "pronoun"))
        yield self.say("fact.unseen")

    # table, figure, series

    def table(self) -> dict[str, Any]:
        say, level = self.say, self.level
        if level == "semantics":
            columns = ["word", "sense", "definition", "common"]
            rows: list[list[Any]] = [
                [word, sense.name, sense.definition, ", ".join(sense.common) or None]
                for word, _, senses in self.ambiguous
                for sense in senses
            ]
        elif level == "pragmatics":
            columns = ["sentence", "form", "hint", "unseen"]
            rows = [
                [wording.short_label(spoken, 120), say(f"form.{form}"), say(f"hint.{hint}"), say("unseen")]
                for spoken, form, hint in self._spoken()
            ]
        else:
            columns = {
                "lexical": ["number", "word", "category", "entity"],
                "morphology": ["number", "word", "lemma", "features"],
                "syntax": ["number", "word", "head", "relation", "relation_name"],
            }.get(level, ["number", "word", "lemma", "category", "head", "relation", "relation_name"])
            cells = [self._cells(i, word) for i, word in enumerate(self.words)]
            rows = [[cell[column] for column in columns] for cell in cells]
        return {"columns": [say(f"column.{column}") for column in columns], "rows": rows[:_ROWS]}

    def _cells(self, i: int, word: Word) -> dict[str, Any]:
        return {
            "number": i + 1,
            "word": wording.short_label(word.text),
            "lemma": wording.short_label(word.lemma),
            "category": self.named("category", word.category),
            "features": ", ".join(self._features(word)) or None,
            "entity": self.named("entity", word.entity) if word.entity else None,
            "head": 0 if word.head is None else word.head + 1,
            "relation": word.relation,
            "relation_name": self.named("relation", word.relation),
        }

    def series(self) -> list[dict[str, Any]]:
        return [
            {
                "word": word.text,
                "lemma": word.lemma,
                "category": word.category,
                "features": list(word.features),
                "head": word.head,
                "relation": word.relation,
                "entity": word.entity,
            }
            for word in self.words[:_ROWS]
        ]

    def figure(self) -> dict[str, Any] | None:
        if self.level == "semantics":
            return self._senses_figure()
        if self.level not in ("syntax", ALL):
            return None
        panels = [*self._arcs(), *self._trees()]
        if len(panels) < 2:
            return panels[0].to_dict() if panels else None
        return Panels(self.say("figure.syntax"), panels, columns=1).to_dict()

    def _arcs(self) -> Iterator[Arcs]:
        """The sentence that has a relative clause, else the first one; none that is too long to be read."""
        short = [sentence for sentence in self.sentences if len(sentence) <= MOST_WORDS]
        having = [sentence for sentence in short if any(verb in sentence for verb in self.relatives)]
        for sentence in (having or short)[:1]:
            first = sentence.start
            arcs = [
                Arc(None if word.head is None else word.head - first, i - first, word.relation,
                    strong=word.relation == pipeline.RELATIVE)
                for i in sentence
                if (word := self.words[i]).relation != "punct" or word.head is None
            ]  # fmt: skip
            words = [wording.short_label(self.words[i].text, 24) for i in sentence]
            yield Arcs(self.say("figure.arcs"), words, arcs, tags=[self.words[i].category for i in sentence])

    def _trees(self) -> Iterator[TreeFigure]:
        for number, tree in enumerate(self.reading.trees[:_TREES_DRAWN], 1):
            nodes = [Node(label, parent, colour=2 * (label in ("SP", "Relative")))
                     for label, parent in constituents.flat(tree)]  # fmt: skip
            total = len(self.reading.trees)
            yield TreeFigure(self.say("figure.tree", number=number, total=total), nodes)

    def _senses_figure(self) -> dict[str, Any] | None:
        rows = [
            (f"{word} : {sense.name}" if self.language == "fr" else f"{word}: {sense.name}", len(sense.common))
            for word, _, senses in self.ambiguous[:6]
            for sense in senses
        ]
        if not rows:
            return None
        labels, values = zip(*rows, strict=True)
        return Bars(self.say("figure.senses"), labels, (Group(self.say("column.common"), values),)).to_dict()

    def suggestions(self, args: Mapping[str, Any]) -> Iterator[Suggestion]:
        """The next thing to look at."""
        for key, changed in (
            ("ambiguous", {"text": AMBIGUOUS, "level": "syntaxique"}),
            ("senses", {"text": SENSES, "level": "sémantique"}),
            ("irony", {"text": IRONIC, "level": "pragmatique"}),
            ("relative", {"text": EXAMPLE, "level": "syntaxique"}),
        ):
            if any(args[name] != value for name, value in changed.items()):
                yield Suggestion(self.say(f"try.{key}"), changed)


def _best(senses: Sequence[lesk.Sense]) -> lesk.Sense | None:
    """Return the sense that shares most words with the sentence; None when none does, or when two are level."""
    ranked = sorted(senses, key=lambda sense: -len(sense.common))
    level = len(ranked) > 1 and len(ranked[0].common) == len(ranked[1].common)
    return None if level or not ranked[0].common else ranked[0]


DEMO = Demo("nlp_levels", "nlp_levels", "niveaux-d-analyse", _ARGUMENTS, run)
