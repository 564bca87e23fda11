"""Course files that try to freeze their reader: one line of marks that never close, thousands of headings.

Each is read in a process of its own, which a pattern that backtracks would keep for minutes or hours.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tutor.retrieval.chapters import LONGEST_PASSAGE, read_course

LENGTH = 100_000
HOSTILE = {
    "full stops": "." * LENGTH + "x",
    "question marks": "?" * LENGTH + "x",
    "ellipses": "…" * LENGTH + "x",
    "brackets": "[" * LENGTH,
    "images": "![" * (LENGTH // 2),
    "links": "[a](" * (LENGTH // 4),
    "addresses": "<http://" * (LENGTH // 8),
    "addresses and stars": "http://a.fr-" * 5_000 + "*" * 5_000 + ") x",
    "backticks": "`" * LENGTH,
    "runs of backticks": " ".join("`" * length for length in range(1, 440)),
    "display formulas": "\\[" * (LENGTH // 2),
    "display formulas on lines": "\\[\n" * (LENGTH // 3),
    "inline formulas": "\\(" * (LENGTH // 2),
    "dollars on lines": "$$\n" * (LENGTH // 3),
    "closed formulas": "\\[a\\]. B " * (LENGTH // 9),
    "headings": "# a\n" * (LENGTH // 4),
    "guillemets": "«" * LENGTH,
    "English quotation marks": "“" * LENGTH,
    "parentheses": "(" * LENGTH,
    "closed parentheses": "(a). B " * (LENGTH // 7),
    "one-letter sentences": "Aa. " * (LENGTH // 4),
    "list marks": "- " * (LENGTH // 2),
    "announcements": "a :\n\n" * (LENGTH // 20),
    "newlines": "a :" + "\n" * LENGTH + "x",
    "newlines and spaces": "a :" + "\n " * (LENGTH // 2) + "x",
    "spaces": "Le mot" + " " * LENGTH + "x est là.",
    "one word": "a" * LENGTH,
    "numbers": " 1,1,1 " * (LENGTH // 7),
    "colons": " : " * (LENGTH // 3),
    "front matter of brackets": "---\n" + "[" * LENGTH + "\n---\n",
    "front matter that repeats itself": "---\na0: &a0 [x]\n"
    + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 40))
    + "title: *a39\nobjectives: *a39\n---\n",
}

READ = """
import sys
from pathlib import Path
from test_extracts import Course
from tutor.agent.extracts import choose, display
from tutor.retrieval.asking import gives
from tutor.retrieval.chapters import read_course
from tutor.retrieval.glossary import glossary
from tutor.retrieval.markdown import pieces
from tutor.retrieval.search import texts_to_embed
from tutor.retrieval.sentences import sentences

folder = Path(sys.argv[1])
text = (folder / "glossaire.md").read_text(encoding="utf-8")
passages = read_course(folder).passages
texts_to_embed(passages), glossary(passages)
sentences(text), list(pieces(text))
course = Course(*((passage.section, passage.text) for passage in passages[:3]))
for question in ("Cite les mots du cours", "Qu’est-ce qu’un mot ?", "Comment faire ?", "Un exemple de formule ?"):
    gives(question, [text])
    for number, quote in enumerate(choose(question, course.hits, course), start=1):
        display(quote, number)
"""


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_read_like_another(name: str, tmp_path: Path) -> None:
    (tmp_path / "glossaire.md").write_text(HOSTILE[name] + "\n\nUn mot est un signe.\n", encoding="utf-8")
    here = str(Path(__file__).parent)
    code = f"import sys; sys.path[:0] = [{here!r}, {str(Path(here).parent)!r}]\n{READ}"
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, timeout=60)


@pytest.mark.parametrize("kind", ["", "- ", "> "])
@pytest.mark.parametrize("unit", ["mot ", "mot\n", "a"])
def test_text_without_a_sentence_is_cut_and_none_of_it_is_lost(unit: str, kind: str, tmp_path: Path) -> None:
    text = unit * (20_000 // len(unit))
    (tmp_path / "c.md").write_text(kind + text, encoding="utf-8")
    passages = read_course(tmp_path).passages
    assert max(len(passage.text) for passage in passages) <= LONGEST_PASSAGE
    assert "".join("".join(p.text.split()) for p in passages) == "".join((kind + text).split())
    if unit != "a":
        assert {word for p in passages for word in p.text.split()} <= {"mot", kind.strip()}


@pytest.mark.parametrize("blank", ["\n", "\n ", " "])
def test_blank_lines_in_a_quote_cost_nothing(blank: str) -> None:
    code = (
        "from tutor.agent.extracts import Quote, display; from tutor.contracts import Passage;"
        f"text = 'Le mot :' + {blank!r} * {LENGTH} + 'x';"
        "display(Quote(Passage('c#1', 'C', 'S', ('C',), text, 'c.md', 0), 0, len(text)), 1)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
