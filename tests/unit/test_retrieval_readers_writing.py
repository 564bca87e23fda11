"""Plain text as Markdown: rendered again, it says the same."""

from __future__ import annotations

import html
import re

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tutor.retrieval.readers.writing import FORMULA, escaped, fenced, line_start, one_line

RENDERER = MarkdownIt("commonmark", {"html": False})
SIGNS = st.text(alphabet="ab1é *_`[]()<&;#~\\!-.=\"'", max_size=30)


@settings(max_examples=2000, deadline=None)
@given(SIGNS.map(one_line))
def test_escaped_text_is_shown_as_it_was(text: str) -> None:
    assume(not FORMULA.search(text))
    assume(not re.match(r"[-*+](\s|$)|\d+[.)](\s|$)", text))  # a list that was typed by hand stays a list
    shown = RENDERER.render(line_start(escaped(text)))
    assert html.unescape(shown.replace("<p>", "").replace("</p>", "").strip()) == text


def test_formulas_are_left_alone() -> None:
    for formula in (r"\(a_1 * b_2 * c\)", r"\[ \sum_i x_i \]", "$$x^*_i$$", "$P(w_i)$"):
        assert escaped(f"Soit {formula} alors") == f"Soit {formula} alors"


def test_prices_are_no_formula() -> None:
    assert escaped("5 $ le *kilo*, 6 $ le _litre_") == r"5 $ le \*kilo*, 6 $ le \_litre_"


@given(st.text(alphabet="`~a\n ", max_size=40))
def test_no_line_of_a_program_closes_its_block(code: str) -> None:
    tokens = MarkdownIt().parse("avant\n\n" + fenced(code, "text") + "\n\naprès")
    assert [token.type for token in tokens if token.level == 0 and token.nesting >= 0] == [
        "paragraph_open",
        "fence",
        "paragraph_open",
    ]
    shown = next(token.content for token in tokens if token.type == "fence")
    assert shown.strip() == code.strip("\n").rstrip().strip()
