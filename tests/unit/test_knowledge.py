"""Our own chapters: form, typography, code that runs, and every worked number computed again.

What the tests lean on is independent of the chapters: plain Python counts, nltk's stemmer, parser and language
models. Facts of history and references are not checked here; a person reads them.
"""

from __future__ import annotations

import ast
import contextlib
import io
import itertools
import json
import math
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
CHAPTERS = sorted((ROOT / "knowledge").glob("[0-9][0-9]-*.md"))
QUESTIONS = ROOT / "tests" / "data" / "questions_own_chapters.jsonl"
every_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_MATH = re.compile(r"\$\$(.+?)\$\$|\$([^$\n]+)\$", re.DOTALL)
_NOT_PROSE = re.compile(r"`[^`\n]*`|\$\$.+?\$\$|\$[^$\n]+\$|\]\([^)]*\)|https?://\S+", re.DOTALL)


def chapter(number: int) -> str:
    """Return the text of a chapter by its number."""
    (path,) = [path for path in CHAPTERS if path.name.startswith(f"{number:02d}-")]
    return path.read_text(encoding="utf-8")


def split(text: str) -> tuple[dict[str, Any], str]:
    """Return (front matter, body)."""
    _, matter, body = text.split("---\n", 2)
    return yaml.safe_load(matter), body


def without_code(body: str) -> str:
    return _FENCE.sub("", body)


def prose(body: str) -> str:
    """Return the text in French: no code, no formula, no address."""
    return _NOT_PROSE.sub("x", without_code(body))


def headings(body: str) -> list[tuple[int, str]]:
    """Return (level, title) of each heading."""
    found = re.findall(r"^(#+) (.+)$", without_code(body), re.MULTILINE)
    return [(len(marks), title.strip()) for marks, title in found]


def section(body: str, title: str) -> str:
    """Return what stands under a heading, down to the next heading of any level (code is kept)."""
    lines = body.split("\n")
    starts = [row for row, line in enumerate(lines) if re.fullmatch(rf"#+ {re.escape(title)}", line)]
    assert len(starts) == 1, title
    taken, fenced = [], False
    for line in lines[starts[0] + 1 :]:
        fenced ^= line.startswith("```")
        if not fenced and re.match(r"#+ ", line):
            break
        taken.append(line)
    return "\n".join(taken)


def table(text: str) -> list[list[str]]:
    """Return the rows of the first table, without its head, cells stripped of spaces and backquotes."""
    rows = [line for line in text.split("\n") if line.startswith("|")]
    return [[cell.strip(" `") for cell in row.strip("|").split("|")] for row in rows[2:]]


# --- form ------------------------------------------------------------------------------------------------


def test_the_chapters_are_numbered_in_order() -> None:
    matters = [split(path.read_text(encoding="utf-8"))[0] for path in CHAPTERS]
    assert len(matters) >= 4
    assert [matter["order"] for matter in matters] == [int(path.name[:2]) for path in CHAPTERS]
    assert len({matter["id"] for matter in matters}) == len(matters)


@every_chapter
def test_front_matter(path: Path) -> None:
    from tutor.demos import registry

    matter, _ = split(path.read_text(encoding="utf-8"))
    assert set(matter) == {"id", "title", "order", "objectives", "demos", "exercises"}
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", matter["id"])
    for key, least in (("objectives", 3), ("exercises", 3), ("demos", 0)):
        assert len(matter[key]) >= least
        assert all(isinstance(item, str) and item for item in matter[key]), key
    for name in matter["demos"]:
        assert registry.find(name).name == name


@every_chapter
def test_length(path: Path) -> None:
    _, body = split(path.read_text(encoding="utf-8"))
    text = prose(body.split("\n## Sources")[0])
    words = re.findall(r"\w+(?:’\w*)?", text)
    assert 800 <= len(words) <= 2200


@every_chapter
def test_headings(path: Path) -> None:
    matter, body = split(path.read_text(encoding="utf-8"))
    found = headings(body)
    titles = [title for _, title in found]
    assert found[0] == (1, matter["title"])
    assert [level for level, _ in found].count(1) == 1
    assert all(after - before <= 1 for (before, _), (after, _) in itertools.pairwise(found))
    assert len(set(titles)) == len(titles), "a citation names a section: two must not share a heading"
    asked = ["Objectifs", "Ce qui peut mal tourner", "En résumé", "Sources"]
    assert [title for title in titles if title in asked] == asked
    assert not any(re.search(r"[\u00a0\u202f«»$`:]", title) for title in titles)


@every_chapter
def test_the_sources_give_author_year_and_title(path: Path) -> None:
    _, body = split(path.read_text(encoding="utf-8"))
    sources = section(body, "Sources").strip().split("\n")
    assert len(sources) >= 5
    years = []
    for source in sources:
        found = re.match(r"- (.+?) \((\d{4})\), «\u202f.+\u202f», .+\.$", source)
        assert found, source
        years.append(int(found.group(2)))
    assert all(1900 < year <= 2025 for year in years)


# --- typography ------------------------------------------------------------------------------------------


@every_chapter
def test_french_typography(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    matter, body = split(text)
    listed = "\n".join([matter["title"], *matter["objectives"], *matter["exercises"]])
    french = prose(body.split("\n## Sources")[0]) + "\n" + listed
    french = re.sub(r"^\|[-:|]+\|$", "", french, flags=re.MULTILINE)  # the rule under a table's head
    wrong = {
        "straight double quote": r'"',
        "straight apostrophe": r"\w'\w",
        "ordinary space before ; : ? ! » %": r" [;:?!»%]",
        "nothing before ; : ? ! »": r"(?<=[^\W_])[;:?!»]|[)’][;:?!]",
        "ordinary space after «": r"« |«(?=\w)",
        "wide no-break space where a thin one goes": r"\u00a0[;?!»]|«\u00a0",
        "three dots": r"\.\.\.",
        "thousands": r"\d \d{3}\b",
        "two spaces": r"[^\n ] {2,}[^ ]",
        "a dash for brackets": r"[—–]",
    }
    for what, pattern in wrong.items():
        found = re.search(pattern, french)
        assert not found, f"{what}: …{french[max(0, found.start() - 30) : found.end() + 30]!r}"
    assert french.count("«") == french.count("»")


@every_chapter
def test_the_student_is_tutoye(path: Path) -> None:
    _, body = split(path.read_text(encoding="utf-8"))
    assert not re.search(r"\b(?:vous|votre|vos)\b", prose(body), re.IGNORECASE)
    assert re.search(r"\b(?:tu|ton|ta|toi)\b", prose(body), re.IGNORECASE)


# --- formulas and code -----------------------------------------------------------------------------------


@every_chapter
def test_formulas_are_balanced(path: Path) -> None:
    _, body = split(path.read_text(encoding="utf-8"))
    text = re.sub(r"`[^`\n]*`", "", without_code(body))
    assert text.count("$$") % 2 == 0
    for line in re.sub(r"\$\$.+?\$\$", "", text, flags=re.DOTALL).split("\n"):
        assert line.count("$") % 2 == 0, line
    for display, inline in _MATH.findall(text):
        formula = display or inline
        assert formula.count("{") == formula.count("}"), formula
        assert formula == formula.strip() or display, f"a space inside $ $ stops it from being a formula: {formula}"
        assert not re.search(r"[<>|]", formula), f"read as HTML or as a table: {formula}"


def run_blocks(body: str) -> list[tuple[str, str, str | None]]:
    """Run the Python blocks in order in one namespace; return (code, printed, printed according to the chapter)."""
    namespace: dict[str, Any] = {"__name__": "chapter"}
    fences = list(_FENCE.finditer(body))
    done = []
    for index, fence in enumerate(fences):
        if fence.group(1) != "python":
            continue
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(fence.group(2), f"block {index}", "exec"), namespace)  # noqa: S102  (our own chapters)
        after = fences[index + 1] if index + 1 < len(fences) else None
        shown = after is not None and after.group(1) == "text" and not body[fence.end() : after.start()].strip()
        done.append((fence.group(2), printed.getvalue(), after.group(2) if after and shown else None))
    return done


@every_chapter
def test_every_python_block_runs_and_prints_what_the_chapter_shows(path: Path) -> None:
    _, body = split(path.read_text(encoding="utf-8"))
    ran = run_blocks(body)
    assert ran, "a chapter without an example to run"
    for code, printed, shown in ran:
        assert printed == (shown or ""), code
        for node in ast.walk(ast.parse(code)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert all(name.split(".")[0] in sys.stdlib_module_names for name in names), names


def number(latex: str) -> Fraction | float | None:
    """Return the value of a formula made of numbers only, else None.

    >>> number(r"\\frac{1+1}{4+8} \\times 0{,}5")
    Fraction(1, 12)
    """
    text = latex.replace("{,}", ".").replace("\\,", "")
    while (found := re.sub(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"((\1)/(\2))", text)) != text:
        text = found
    text = re.sub(r"\\sqrt\{([^{}]*)\}", r"((\1)**(1/2))", text)
    text = re.sub(r"\^\{([^{}]*)\}", r"**(\1)", text).replace("^", "**").replace("\\times", "*")
    if not re.search(r"\d", text) or not re.fullmatch(r"[\d.+\-*/() ]+", text):
        return None
    value = eval(re.sub(r"\d+(?:\.\d+)?", r"F('\g<0>')", text), {"F": Fraction, "__builtins__": {}})  # noqa: S307
    return value if isinstance(value, Fraction | float) else None


@every_chapter
def test_every_numeric_equality_of_the_formulas_holds(path: Path) -> None:
    _, body = split(path.read_text(encoding="utf-8"))
    checked = 0
    for display, inline in _MATH.findall(without_code(body)):
        sides = re.split(r"(=|\\approx)", display or inline)
        for left, sign, right in zip(sides[0::2], sides[1::2], sides[2::2], strict=False):
            before, after = number(left.strip()), number(right.strip())
            if before is None or after is None:
                continue
            digits = len(right.strip().split("{,}")[1]) if "{,}" in right else 0
            slack = 0.5 * 10**-digits if sign == "\\approx" else 1e-12
            assert math.isclose(before, after, rel_tol=0, abs_tol=slack), f"{left} {sign} {right}"
            checked += 1
    assert checked >= 1


# --- chapter 1: the toy model ----------------------------------------------------------------------------


def test_the_toy_model_of_chapter_1_is_a_model() -> None:
    rows = table(section(split(chapter(1))[1], "Un petit modèle à vérifier à la main"))
    model = {
        context: {word: Fraction(p.replace(",", ".")) for word, p in re.findall(r"(\w+) (\d,\d)", cell)}
        for context, cell in rows
    }
    assert [sum(p.values()) for p in model.values()] == [1, 1, 1]
    start = model["(début de phrase)"]["le"] * model["le"]["chat"]
    assert start * model["le chat"]["dort"] == Fraction("0.12")
    assert start * model["le chat"]["chante"] == Fraction("0.02")


# --- chapter 2: precision, recall, F1 --------------------------------------------------------------------


def test_the_f1_of_chapter_2() -> None:
    text = section(split(chapter(2))[1], "Précision, rappel et F1")
    assert "10 noms de personnes" in text and "signale 8, dont 6 justes" in text
    found, right, wanted = 8, 6, 10
    misses, false_alarms = wanted - right, found - right
    f1 = 2 * right / (2 * right + misses + false_alarms)  # the other definition of F1
    assert f"{f1:.3f}".replace(".", "{,}") in text
    assert (right / found, right / wanted) == (0.75, 0.6)


# --- chapter 3: stems, trees -----------------------------------------------------------------------------


def test_the_stems_of_chapter_3_are_those_of_snowball() -> None:
    from nltk.stem.snowball import SnowballStemmer

    stem = SnowballStemmer("french").stem
    text = section(split(chapter(3))[1], "Lemme ou racine tronquée")
    rows = table(text)
    assert len(rows) >= 5
    assert [(word, stem(word)) for word, _, _ in rows] == [(word, cut) for word, cut, _ in rows]
    assert stem("ports") == stem("portes") == "port"


def test_the_dependency_tree_of_chapter_3() -> None:
    text = section(split(chapter(3))[1], "Arbre de dépendances")
    rows = table(text)
    words = {int(row[0]): row[1] for row in rows}
    heads = {int(row[0]): int(row[2]) for row in rows}
    relation = {int(row[0]): row[3].split()[0] for row in rows}
    assert " ".join(words.values()) == "Le chat noir dort sur le canapé"
    assert [word for word, head in heads.items() if head == 0] == [4]
    assert f"tetes = {heads}" in text

    drawn = {}  # the drawing: indentation gives the head
    path: list[str] = []
    for line in next(f.group(2) for f in _FENCE.finditer(text) if f.group(1) == "text").splitlines():
        name = re.search(r"(\w+) \((\w+)\)", line)
        assert name
        path[len(line[: name.start()]) // 4 :] = [name.group(1)]
        drawn[name.group(1)] = (path[-2] if len(path) > 1 else "", name.group(2))
    expected = {words[i]: (words.get(heads[i], ""), relation[i]) for i in words}
    assert drawn == expected


def test_the_constituency_tree_of_chapter_3_is_the_only_one_the_rules_allow() -> None:
    import nltk

    text = section(split(chapter(3))[1], "Arbre de constituants")
    rules, drawing = [f.group(2) for f in _FENCE.finditer(text) if f.group(1) == "text"]
    lexicon = {tag: set[str]() for tag in ("Det", "N", "Adj", "V", "Prep")}
    words: list[str] = []
    path: list[str] = []
    edges: list[tuple[str, ...]] = []
    for line in drawing.splitlines():
        name = re.search(r"\w.*", line)
        assert name
        label, *leaf = name.group().split()
        path[len(line[: name.start()]) // 4 :] = [label]
        edges.append(tuple(path))
        if leaf:
            lexicon[label].add(leaf[0])
            words.append(leaf[0])
    assert " ".join(words) == "Le chat noir dort sur le canapé"
    entries = [f"{tag} -> " + " | ".join(f"'{w}'" for w in sorted(ws)) for tag, ws in lexicon.items()]
    trees = list(nltk.ChartParser(nltk.CFG.fromstring(rules + "\n".join(entries))).parse(words))
    assert len(trees) == 1

    def paths(tree: Any, above: tuple[str, ...]) -> list[tuple[str, ...]]:
        here = (*above, tree.label())
        return [here] + [p for child in tree if not isinstance(child, str) for p in paths(child, here)]

    assert paths(trees[0], ()) == edges


# --- chapter 4: every number again -----------------------------------------------------------------------


@pytest.fixture
def ngrams() -> str:
    return split(chapter(4))[1]


@pytest.fixture
def corpus(ngrams: str) -> list[list[str]]:
    block = _FENCE.search(section(ngrams, "Le corpus et ses comptes"))
    assert block
    return [line.split() for line in block.group(2).splitlines()]


@pytest.fixture
def counts(corpus: list[list[str]]) -> dict[str, Counter[str]]:
    followers: dict[str, Counter[str]] = defaultdict(Counter)
    for sentence in corpus:
        for position in range(1, len(sentence)):
            followers[sentence[position - 1]][sentence[position]] += 1
    return followers


def probability(sentence: str, counts: dict[str, Counter[str]], added: int = 0, size: int = 0) -> Fraction:
    """Multiply (c + added) / (total + added·size) along a sentence."""
    result, history = Fraction(1), "<s>"
    for word in [*sentence.split(), "</s>"]:
        total = sum(counts[history].values())
        result *= Fraction(counts[history][word] + added, total + added * size)
        history = word
    return result


def test_the_table_of_counts(ngrams: str, counts: dict[str, Counter[str]]) -> None:
    text = section(ngrams, "Le corpus et ses comptes")
    head = [
        cell.strip(" `")
        for cell in next(line for line in text.split("\n") if line.startswith("|")).strip("|").split("|")
    ]
    columns = head[1:-1]
    rows = table(text)
    assert {row[0] for row in rows} == set(counts)
    for history, *cells in rows:
        expected = [counts[history][word] for word in columns]
        assert [int(cell) for cell in cells] == [*expected, sum(expected)]
        assert sum(expected) == sum(counts[history].values()), "a follower has no column"


def test_the_bigram_probabilities(ngrams: str, counts: dict[str, Counter[str]]) -> None:
    text = section(ngrams, "Les probabilités des bigrammes")
    marks = {"début": "<s>", "fin": "</s>"}
    found = re.findall(r"P\(\\text\{(\w+)\} \\mid \\text\{(\w+)\}\) = (\d)/(\d)", text)
    assert len(found) == 5
    for word, history, top, bottom in found:
        word, history = marks.get(word, word), marks.get(history, history)
        assert Fraction(int(top), int(bottom)) == Fraction(counts[history][word], counts[history].total())


def test_the_sentence_probabilities_add_up_to_one(ngrams: str, counts: dict[str, Counter[str]]) -> None:
    text = section(ngrams, "La probabilité d’une phrase")
    stated = dict(re.findall(r"P\(\\text\{([\w ]+)\}\) = .*= \\frac\{(1\}\{\d)\}\$\$", text))
    assert {sentence: Fraction(p.replace("}{", "/")) for sentence, p in stated.items()} == {
        "le chat dort": probability("le chat dort", counts),
        "le chien mange": probability("le chien mange", counts),
    }
    possible = [
        probability(f"{determiner} {noun} {verb}", counts)
        for determiner in ("le", "un")
        for noun in ("chat", "chien")
        for verb in ("dort", "mange")
    ]
    assert Counter(possible) == {Fraction(1, 4): 2, Fraction(1, 8): 4, Fraction(0): 2}
    assert sum(possible) == 1


def test_the_vocabulary_and_what_nltk_counts(ngrams: str, corpus: list[list[str]]) -> None:
    from nltk.lm import MLE
    from nltk.lm.preprocessing import padded_everygram_pipeline

    text = section(ngrams, "Le vocabulaire et les mots inconnus")
    predicted = {word for sentence in corpus for word in sentence[1:]}
    assert f"$V = {len(predicted | {'<unk>'})}$" in text
    model = MLE(2)
    model.fit(*padded_everygram_pipeline(2, [sentence[1:-1] for sentence in corpus]))
    assert f"`nltk.lm` trouve {len(model.vocab)}" in text
    assert model.score("chat", ["le"]) == pytest.approx(2 / 3)


def test_the_growth_of_the_model(ngrams: str, corpus: list[list[str]]) -> None:
    text = section(ngrams, "La taille du modèle")
    for n, possible, observed in table(text):
        padded = [["<s>"] * (int(n) - 2) + sentence if int(n) > 1 else sentence[1:] for sentence in corpus]
        seen = {tuple(s[i : i + int(n)]) for s in padded for i in range(len(s) - int(n) + 1)}
        assert (int(possible), int(observed)) == (8 ** int(n), len(seen))
    assert f"$T = {sum(len(sentence) - 1 for sentence in corpus)}$" in text
    # Web 1T, as its catalogue gives it: words, bigrams, 4-grams, 5-grams
    words, bigrams, fours, fives = 13_588_391, 314_843_401, 1_313_818_354, 1_176_470_663
    plain = text.replace("\u202f", " ")
    assert f"{words / 1e6:.1f} millions de mots".replace(".", ",") in plain
    assert 184e12 < words**2 < 185e12 and "près de 185 000 milliards" in plain.lower()
    assert f"en garde {bigrams / 1e6:.0f} millions" in plain
    assert f"{fours // 10**9} {fours / 1e6 % 1000:.0f} millions de 4-grammes" in plain
    assert f"{fives // 10**9} {fives / 1e6 % 1000:.0f} millions de 5-grammes" in plain


def test_laplace(ngrams: str, counts: dict[str, Counter[str]]) -> None:
    text = section(ngrams, "La probabilité nulle et le lissage de Laplace")
    assert probability("un chat dort", counts) == 0
    stated = re.findall(r"P\(\\text\{([\w ]+)\}\) = .*= \\frac\{(\d+)\}\{(\d+)\}\$\$", text)
    assert {sentence: Fraction(int(a), int(b)) for sentence, a, b in stated} == {
        sentence: probability(sentence, counts, added=1, size=8) for sentence in ("un chat dort", "le chat dort")
    }
    assert f"{float(probability('le chat dort', counts, 1, 8)):.3f}".replace(".", "{,}") in text
    after_un = [Fraction(counts["un"][word] + 1, 1 + 7) for word in [*(set(counts) - {"<s>"}), "</s>", "<unk>"]]
    assert len(after_un) == 8
    assert f"${sum(after_un)}$ au lieu de 1" in section(ngrams, "Ce qui peut mal tourner")


def test_perplexity_by_hand_nltk_and_the_demo(
    ngrams: str, corpus: list[list[str]], counts: dict[str, Counter[str]]
) -> None:
    from tutor.demos import registry

    text = section(ngrams, "Mesurer un modèle avec la perplexité")

    def perplexity(sentence: str, added: int) -> float:
        p = probability(sentence, counts, added, 8)
        return math.exp(-math.log(p) / 4) if p else math.inf

    for sentence, added in (("le chat dort", 0), ("le chat dort", 1), ("un chat dort", 1)):
        assert f"{perplexity(sentence, added):.2f}".replace(".", "{,}") in text
    assert perplexity("un chat dort", 0) == math.inf
    uniform = math.prod([Fraction(1, 8)] * 4)
    assert float(uniform) ** (-1 / 4) == pytest.approx(8)
    plain = ". ".join(" ".join(sentence[1:-1]) for sentence in corpus)
    assert plain in section(ngrams, "À toi d’essayer"), "the command gives the chapter's corpus"
    for sentence in ("le chat dort", "un chat dort"):
        asked = {"text": plain, "n": 2, "smoothing": "laplace", "test": sentence, "length": 0}
        ran = registry.run("ngram", asked, language="fr")
        assert ran.metrics["perplexity"] == pytest.approx(perplexity(sentence, 1), abs=1e-9)


# --- the questions that measure search on these chapters -------------------------------------------------


def folded(text: str) -> str:
    """Lower case without accents, no-break spaces made ordinary: how ``must`` is compared."""
    text = unicodedata.normalize("NFD", text.lower())
    return re.sub(r"\s", " ", "".join(char for char in text if not unicodedata.combining(char)))


def test_the_questions_are_about_sections_that_answer_them() -> None:
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line) for line in lines]
    inside = [q for q in questions if q["in_course"]]
    outside = [q for q in questions if not q["in_course"]]
    assert (len(inside), len(outside)) == (40, 15)
    assert len({q["id"] for q in questions}) == len({q["question"] for q in questions}) == 55
    bodies = [split(path.read_text(encoding="utf-8"))[1] for path in CHAPTERS]
    texts: dict[str, str] = defaultdict(str)
    for body in bodies:
        for _, title in headings(body):
            texts[title] += section(body, title)
    for q in inside:
        assert q["expected_sections"] and set(q["expected_sections"]) <= set(texts), q["id"]
        assert q["must"] and q["answer"] and not (q["all_sections_needed"] and len(q["expected_sections"]) < 2)
        where = [folded(texts[title]) for title in q["expected_sections"]]
        readings = ["\n".join(where)] if q["all_sections_needed"] else where
        for reading in readings:
            missing = [group for group in q["must"] if not any(folded(word) in reading for word in group)]
            assert not missing, (q["id"], missing)
        assert all(word == folded(word) for group in q["must"] for word in group), q["id"]
        assert all(any(folded(word) in folded(q["answer"]) for word in group) for group in q["must"]), q["id"]
    for q in outside:
        assert q["expected_sections"] == [] and q["answer"] is None and q["expected_behaviour"], q["id"]
        assert q["style"] in ("out_near", "out_far")
