"""Very long code blocks and tables: nothing is lost, every piece is Markdown by itself, no other id moves."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tutor.contracts import Passage
from tutor.retrieval.chapters import LONGEST_PASSAGE, read_course
from tutor.retrieval.long_blocks import cut_code, cut_table

MARKDOWN = MarkdownIt("commonmark").enable("table")
CODE = [f"x{i} = {i}  # une ligne de code" for i in range(70_000)]
ROWS = [f"| mot{i} | {i} | {i * i} |" for i in range(50_000)]


def passages(folder: Path, block: str) -> tuple[Passage, ...]:
    text = (
        f"# C\n\n{'Un paragraphe assez long pour être seul. ' * 20}\n\nVoici :\n\n{block}\n\nAprès.\n\n## D\n\nFin.\n"
    )
    (folder / "cours.md").write_text(text, encoding="utf-8")
    return read_course(folder).passages


def kinds(text: str) -> list[str]:
    """The kinds of the blocks that a reader of Markdown sees at the top level."""
    return [token.type for token in MARKDOWN.parse(text) if token.level == 0 and token.nesting >= 0]


def test_a_code_block_of_two_megabytes(tmp_path: Path) -> None:
    block = "\n".join(["```python", *CODE, "```"])
    assert len(block) > 2_000_000
    found = passages(tmp_path, block)
    parts = [p.text for p in found if "# une ligne de code" in p.text]
    assert len(parts) > 500 and max(map(len, parts)) <= LONGEST_PASSAGE
    assert [line for part in parts for line in part.split("\n") if line.startswith("x")] == CODE
    assert kinds(parts[0]) in (["fence"], ["paragraph_open", "fence"])
    assert all(kinds(part) == ["fence"] and part.startswith("```python\n") for part in parts[1:])


def test_a_table_of_fifty_thousand_rows(tmp_path: Path) -> None:
    head = ["| mot | nombre | carré |", "|---|---|---|"]
    found = passages(tmp_path, "\n".join([*head, *ROWS]))
    parts = [p.text for p in found if "| mot" in p.text]
    assert len(parts) > 500 and max(map(len, parts)) <= LONGEST_PASSAGE
    assert [line for part in parts for line in part.split("\n") if line.startswith("| mot") and line != head[0]] == ROWS
    assert all(kinds(part)[-1] == "table_open" and "\n".join(head) in part for part in parts)
    assert all(kinds(part) == ["table_open"] for part in parts[1:])


@pytest.mark.parametrize("long", ["\n".join(["```", *CODE[:500], "```"]), "\n".join(["| a |", "|---|", *ROWS[:500]])])
def test_no_other_id_moves_when_a_block_grows(tmp_path: Path, long: str) -> None:
    lines = long.split("\n")
    short = "\n".join([*lines[:60], *(["```"] if lines[-1] == "```" else [])])
    before = {p.text: p.id for p in passages(tmp_path, short)}
    found = passages(tmp_path, long)
    after = {p.text: p.id for p in found}
    for text in ("Après.", "Fin."):
        assert after[text] == before[text]
    ids = [p.id for p in found]
    assert len(set(ids)) == len(ids)
    parts = [i for i in ids if "." in i]
    assert len(parts) > 5 and parts[0].endswith(".2") and parts[0].rpartition(".")[0] in before.values()
    assert len({i.rpartition("-")[0] for i in ids if i.startswith("cours#c-")}) == 1, "one section"
    assert passages(tmp_path, long) == found


@pytest.mark.parametrize(
    "block",
    [
        "```js\n" + "var a=1;" * 20_000 + "\n```",
        "````\n" + "```x" * 20_000 + "\n````",
        "```\n" + "`" * 100_000 + "\n```",
        "```" + "i" * 50_000 + "\nx\n```",
        "```\n" + "\n" * 50_000 + "x\n```",
        "~~~\n" + "```\n" * 20_000 + "~~~",
        "```\n" + "jamais fermé\n" * 5_000,
        "    " + "code indenté\n    " * 5_000,
        "| a | b |\n|---|---|\n| " + "mot " * 50_000 + " | x |",
        "| " + "a" * 50_000 + " |\n|---|\n| x |",
        "| a |\n|---|\n" + "sans barre\n" * 5_000,
        "| a |\n|---|\n" + "|" * 50_000,
        "- ```\n" + "  dans une liste\n" * 5_000 + "  ```",
    ],
    ids=lambda block: block[:12].strip(),
)
def test_no_passage_is_without_end(tmp_path: Path, block: str) -> None:
    found = passages(tmp_path, block)
    assert max(len(p.text) for p in found) <= LONGEST_PASSAGE
    assert len({p.id for p in found}) == len(found)
    assert len(found) < len(block) / 200 + 10


LINES = st.text("ab `~|#-", max_size=12)


@settings(deadline=None)
@given(st.lists(LINES, max_size=12), st.sampled_from(["```", "````", "~~~"]), st.integers(20, 80))
def test_code_is_kept_and_each_piece_is_one_fence(lines: list[str], fence: str, wanted: int) -> None:
    lines = [line for line in lines if not line.strip().startswith(fence)]
    pieces = cut_code("\n".join([fence, *lines, fence]), wanted, 200)
    inside = []
    for piece in pieces:
        (token,) = MARKDOWN.parse(piece)
        assert token.type == "fence" and len(piece) <= wanted + 2 * 13 + 2
        inside.append(token.content)
    assert "".join("".join(inside).split()) == "".join("".join(lines).split())


@settings(deadline=None)
@given(st.lists(st.text("abc é", min_size=1, max_size=30).filter(str.strip), max_size=12), st.integers(10, 60))
def test_a_table_is_kept_and_each_piece_is_one_table(cells: list[str], wanted: int) -> None:
    pieces = cut_table("\n".join(["| n |", "|---|", *(f"| {cell.strip()} |" for cell in cells)]), wanted, 200)
    inside = []
    for piece in pieces:
        tokens = MARKDOWN.parse(piece)
        assert tokens[0].type == "table_open" and tokens[-1].type == "table_close"
        inside += [token.content for token in tokens if token.type == "inline" and token.content != "n"]
    assert "".join("".join(inside).split()) == "".join("".join(cells).split())
