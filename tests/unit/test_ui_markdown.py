"""Foreign text in the page's Markdown: it is shown, and it does nothing."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.retrieval.markdown import pieces
from tutor.ui.markdown import (
    DISPLAY_MATH,
    INLINE_MATH,
    inert,
    literal,
    passage_address,
    read_address,
)

MARKDOWN = st.text(alphabet=st.sampled_from(list("ab1 \n`$\\[](){}<>!*_|~#-./:«»\ue010\ue000é")), max_size=80)


def kinds(source: str) -> list[tuple[str, str]]:
    return [(piece.kind, piece.text) for piece in pieces(source)]


@pytest.mark.parametrize(
    ("source", "formula"),
    [
        ("avant $x_1$ après", ("inline", "x_1")),
        ("avant \\(x_1\\) après", ("inline", "x_1")),
        ("avant $$x^2$$ après", ("display", "x^2")),
        ("avant\n\n\\[\nx^2\n\\]\n\naprès", ("display", "x^2")),
        ("$0{,}5 \\times 0{,}4$ font", ("inline", "0{,}5 \\times 0{,}4")),
        ("$w_1, \\dots, w_m$ :", ("inline", "w_1, \\dots, w_m")),
    ],
)
def test_the_four_ways_to_write_a_formula(source: str, formula: tuple[str, str]) -> None:
    assert [piece for piece in kinds(source) if piece[0] != "text"] == [formula]


@pytest.mark.parametrize(
    "source",
    [
        "de 5 $ à 6 $ par mois",
        "5$ ou 6$",
        "un $ seul",
        "`$x$`",
        "```sh\necho $HOME $PATH\n```",
        "l’un $a\n\nl’autre b$",
        "coûte \\$5 ou \\$6",
    ],
)
def test_dollars_that_are_not_formulas(source: str) -> None:
    assert not [piece for piece in kinds(source) if piece[0] in ("inline", "display")]


def test_a_formula_reaches_katex_untouched() -> None:
    source = "soit $a < b_1 \\, c$ et $$\\{x\\}$$"
    left, right = INLINE_MATH
    assert inert(source) == f"soit {left}a < b_1 \\, c{right} et {DISPLAY_MATH[0]}\\{{x\\}}{DISPLAY_MATH[1]}"


def test_code_is_left_alone() -> None:
    source = "```python\nif a < b:\n    x = liste[1]  # ![non](http://a)\n```"
    assert inert(source, {1: "#passage/p/0/1"}) == source


def test_a_fence_without_end_is_code_until_the_end() -> None:
    assert kinds("```\n$x$") == [("fence", "```\n$x$")]


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("<script>x</script>", "&lt;script>x&lt;/script>"),
        ("![logo](http://evil.example/a.png)", "logo"),
        ("![logo][1]", "&#33;[logo][1]"),
        ("<https://example.org/a>", "https://example.org/a"),
        ("[1]: http://evil.example", "&#91;1]: http://evil.example"),
        ("```mermaid\ngraph\n```", "```text\ngraph\n```"),
        ("~~~ MERMAID\ngraph\n~~~", "~~~text\ngraph\n~~~"),
    ],
)
def test_hostile_markdown(hostile: str, shown: str) -> None:
    assert inert(hostile) == shown


@given(MARKDOWN)
def test_no_tag_no_image_no_stranger_among_the_markers(source: str) -> None:
    shown = inert(source)
    text = "".join(piece.text for piece in pieces(shown) if piece.kind == "text")
    text = re.sub("\ue010.*?\ue011|\ue012.*?\ue013", "", text, flags=re.DOTALL)
    assert "<" not in text
    assert "![" not in text
    assert shown.count(INLINE_MATH[0]) == shown.count(INLINE_MATH[1])
    assert "\ue000" not in shown


@given(MARKDOWN)
def test_pieces_cover_the_source(source: str) -> None:
    cut = list(pieces(source))
    assert [piece.start for piece in cut[1:]] == [piece.end for piece in cut[:-1]]
    assert not source or (cut[0].start, cut[-1].end) == (0, len(source))
    assert all(source[p.start : p.end] == p.text for p in cut if p.kind in ("text", "code", "fence"))


def test_numbers_become_links_only_where_they_cite() -> None:
    shown = inert("« Oui. » [1] et [2], `t[1]`, [1](ailleurs), [3].", {1: "#passage/a/0/4", 3: "#passage/b/1/2"})
    assert re.findall(r'href="([^"]+)"[^>]*>([^<]+)<', shown) == [("#passage/a/0/4", "[1]"), ("#passage/b/1/2", "[3]")]
    assert "[2]" in shown
    assert "`t[1]`" in shown


@given(st.text(max_size=60))
def test_what_was_typed_is_shown_character_by_character(typed: str) -> None:
    shown = literal(typed)
    body = shown.removeprefix('<div class="typed">').removesuffix("</div>")
    assert "\n" not in shown
    assert "<" not in body
    expected = re.sub("[\ue000-\uf8ff]", "\ufffd", typed).replace("\r\n", "\n").replace("\r", "\n")
    if not re.search("[\x00-\x1f\x7f-\x9f\ufdd0-\ufdef]", expected.replace("\n", "")):  # html.unescape drops those
        assert html.unescape(body) == expected


@given(st.text(min_size=1, max_size=40), st.integers(0, 10**8), st.integers(0, 10**8))
def test_addresses_come_back(passage_id: str, start: int, end: int) -> None:
    address = passage_address(passage_id, start, end)
    assert read_address(address) == (passage_id, start, end)
    assert html.escape(address) == address


@pytest.mark.parametrize(
    "invented",
    [None, 3, {}, [], "", "#passage/a", "#passage/a/-1/2", "#passage/a/b/2", "javascript:alert(1)", "#passage//1/2"],
)
def test_invented_addresses_are_refused(invented: object) -> None:
    assert read_address(invented) is None
