"""What holds for every chapter: form, typography, code that runs, equalities that hold.

Facts of history and references are not checked here; a person reads them.
"""

from __future__ import annotations

import ast
import itertools
import re
import sys
from pathlib import Path

import pytest
from chapter_text import (
    CHAPTERS,
    MATH,
    VOUS,
    headings,
    prose,
    run_blocks,
    section,
    split,
    typography_faults,
    unequal,
    without_code,
)

every_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)


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


def test_every_demo_is_offered_by_its_own_chapter() -> None:
    from tutor.demos import registry

    offered = {}
    for path in CHAPTERS:
        matter, _ = split(path.read_text(encoding="utf-8"))
        offered[matter["id"]] = matter["demos"]
    for demo in registry.demos():
        assert demo.name in offered[demo.chapter]


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
    assert not typography_faults(french)


@every_chapter
def test_the_student_is_tutoye(path: Path) -> None:
    _, body = split(path.read_text(encoding="utf-8"))
    assert not VOUS.search(prose(body))
    assert re.search(r"\b(?:tu|ton|ta|toi)\b", prose(body), re.IGNORECASE)


# --- formulas and code -----------------------------------------------------------------------------------


@every_chapter
def test_formulas_are_balanced(path: Path) -> None:
    _, body = split(path.read_text(encoding="utf-8"))
    text = re.sub(r"`[^`\n]*`", "", without_code(body))
    assert text.count("$$") % 2 == 0
    for line in re.sub(r"\$\$.+?\$\$", "", text, flags=re.DOTALL).split("\n"):
        assert line.count("$") % 2 == 0, line
    for display, inline in MATH.findall(text):
        formula = display or inline
        assert formula.count("{") == formula.count("}"), formula
        assert formula == formula.strip() or display, f"a space inside $ $ stops it from being a formula: {formula}"
        assert not re.search(r"[<>|]", formula), f"read as HTML or as a table: {formula}"


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


@every_chapter
def test_every_numeric_equality_of_the_formulas_holds(path: Path) -> None:
    _, body = split(path.read_text(encoding="utf-8"))
    checked, wrong = unequal(body)
    assert checked >= 1 and not wrong
