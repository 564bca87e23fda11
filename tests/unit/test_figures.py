"""What a figure is, how it is drawn and written: against hand arithmetic, an XML reader and a CSV reader."""

from __future__ import annotations

import csv
import dataclasses
import functools
import io
import json
import re
import threading
from collections import Counter
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tutor import figures
from tutor.contracts import Language
from tutor.figures import (
    Arc,
    Arcs,
    Axis,
    Bars,
    Cloud,
    Curve,
    Field,
    Figure,
    Group,
    Heatmap,
    Lines,
    Node,
    Panels,
    Rule,
    Scatter,
    Tree,
)  # fmt: skip
from tutor.figures.alt import describe
from tutor.figures.export import csv_of_rows, figure_csv, table_csv
from tutor.figures.svg import _LEAST, _MOST_WRITTEN, DARK, LIGHT, MARKS, standalone, svg
from tutor.figures.writing import number, ticks, wrapped

HOSTILE = "<script>alert(1)</script> $x^2$ & \"'`{{7}}${8} </svg> ]]> --> \x00\x1b\ud800 😀 我爱你 עברית"
LONG = "le petit chien qui dort sur le tapis du salon depuis ce matin"

FIGURES: dict[str, Figure] = {
    "lines": Lines(
        "Perte",
        Axis("pas"),
        Axis("perte (nats)"),
        (
            Curve("apprentissage", range(20), [3 - i / 10 for i in range(20)]),
            Curve("validation", (0, 10, 19), (3, None, 2), low=(2.9, None, 1.9), high=(3.1, None, 2.1)),
            Curve("théorie", (0, 19), (3, 1), dashed=True),
        ),
        rules=(Rule("hasard", 3.3), Rule("arrêt", 12, "x")),
    ),
    "log": Lines("Norme", Axis("T"), Axis("norme", log=True), (Curve("ρ", (1, 2, 3), (1, 0, 1e-9), points=True),)),
    "loglog": Lines("", Axis(log=True), Axis(log=True), (Curve("", (1, 2), (40, 20), line=False, points=True),)),
    "one point": Lines("", Axis(), Axis(), (Curve("", (1,), (1,)),)),
    "nothing": Lines("Rien", Axis(), Axis(log=True), (Curve("vide", (), ()), Curve("trou", (1, 2), (None, None)))),
    "bars": Bars("Suite", ("chat", LONG, HOSTILE), (Group("P", (0.5, 0.25, 0.0)),), Axis("P(w | h)", low=0)),
    "groups": Bars("Bits", ("a", "b"), (Group("x", (1, None), low=(0.5, None), high=(2, None)), Group("y", (-3, 2)))),
    "heat": Heatmap("Poids", ("le", "chat"), ("le", LONG), ((1, 0), (0.5, None)), value="poids", written=True),
    "flat": Heatmap("Plat", ("a",), ("b",), ((0,),), diverging=True),
    "big": Heatmap("Portes", [f"h{i}" for i in range(16)], list("abcdefgh" * 8), np.eye(16, 64) - 0.5, diverging=True),
    "scatter": Scatter("", Axis("1"), Axis(), (Cloud("", (1, 1.01), (1, 1.01), ("roi", HOSTILE)), Cloud("", (), ()))),
    "field": Scatter(
        "XOR", Axis("x"), Axis("y"), (Cloud("0", (0,), (0,)), Cloud("1", (1,), (1,))),
        field=Field(0, 1, 0, 1, ((0, 1), (1, 0))),
    ),
    "arcs": Arcs(
        "Dépendances", ("Le", "chat", HOSTILE, LONG),
        (Arc(1, 0, "det"), Arc(2, 1, HOSTILE, strong=True), Arc(None, 2, "root"), Arc(2, 3, "obj")),
        tags=("DET", "NOUN", "VERB", HOSTILE),
    ),
    "one word": Arcs("", ("oui",), ()),
    "tree": Tree("", (Node("SN"), Node("Det", 0), Node(HOSTILE, 1), Node("N", 0, colour=3), Node(LONG, 3))),
    "root": Tree("", (Node("seul"),)),
    "years": Tree(
        "Arbre", (Node("a", at=2017), Node(HOSTILE, 0, 2018, "filled", 1), Node("b", 0, 2024.5, "hollow", 2)),
        Axis("année"), filled="ouverts", hollow="fermés",
    ),
    "one year": Tree("", (Node("a", at=2017),), Axis()),
}  # fmt: skip
FIGURES["panels"] = Panels("Deux", (FIGURES["lines"], FIGURES["field"], FIGURES["heat"]), alt="Trois vues.")


@functools.cache
def drawn(name: str, language: Language = "fr") -> str:
    return svg(FIGURES[name], language)


NUMBERS = st.one_of(st.none(), st.floats(-1e12, 1e12), st.integers(-(10**9), 10**9))
TEXTS = st.text(max_size=30)


@st.composite
def any_arcs(draw: Any) -> Arc:
    dependent = draw(st.integers(0, 5))
    head = draw(st.none() | st.integers(0, 5).filter(lambda word: word != dependent))
    return Arc(head, dependent, draw(TEXTS), draw(st.booleans()))


@st.composite
def any_trees(draw: Any) -> Tree:
    nodes = [Node(draw(TEXTS), at=2017)]
    for i in range(1, draw(st.integers(1, 12))):
        mark = draw(st.sampled_from(["", "filled", "hollow"]))
        nodes.append(Node(draw(TEXTS), draw(st.integers(0, i - 1)), draw(st.integers(2017, 2030)), mark, i % 9))
    return Tree(draw(TEXTS), nodes, draw(st.none() | st.builds(Axis, TEXTS)), draw(TEXTS), draw(TEXTS))


@st.composite
def any_figures(draw: Any) -> Figure:
    count = draw(st.integers(0, 6))
    values = st.lists(NUMBERS, min_size=count, max_size=count)
    axis = st.builds(Axis, TEXTS, st.booleans())
    curves = st.lists(st.builds(Curve, TEXTS, values, values, points=st.booleans()), min_size=1, max_size=3)
    bars = st.lists(st.builds(Group, TEXTS, st.lists(NUMBERS, min_size=3, max_size=3)), min_size=1, max_size=3)
    names = st.lists(TEXTS, min_size=count, max_size=count)
    clouds = st.lists(st.builds(Cloud, TEXTS, values, values, names), min_size=1, max_size=3)
    grid = st.lists(st.lists(NUMBERS, min_size=2, max_size=2), min_size=3, max_size=3)
    labels = st.lists(TEXTS, min_size=3, max_size=3)
    return draw(
        st.one_of(
            st.builds(Lines, TEXTS, axis, axis, curves),
            st.builds(Bars, TEXTS, labels, bars, axis),
            st.builds(Heatmap, TEXTS, labels, labels.map(lambda three: three[:2]), grid, written=st.booleans()),
            st.builds(Scatter, TEXTS, axis, axis, clouds),
            st.builds(Arcs, TEXTS, st.lists(TEXTS, min_size=6, max_size=9), st.lists(any_arcs(), max_size=9)),
            any_trees(),
        )
    )


# --- the data --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_json_and_is_read_back(name: str) -> None:
    written = json.dumps(FIGURES[name].to_dict(), allow_nan=False)
    assert figures.read(json.loads(written)) == FIGURES[name]


def test_numpy_numbers_become_plain_ones() -> None:
    curve = Curve("", np.arange(3), np.array([1.5, 2, 3], dtype=np.float32))
    assert curve.x == (0.0, 1.0, 2.0) and {type(value) for value in (*curve.x, *curve.y)} == {float}


@pytest.mark.parametrize(
    "make",
    [
        lambda: Curve("", (1, 2), (1,)),
        lambda: Curve("", (1,), (float("nan"),)),
        lambda: Curve("", (1,), (float("inf"),)),
        lambda: Curve("", ("1",), (1,)),
        lambda: Curve("", (True,), (1,)),
        lambda: Curve("", range(2001), range(2001)),
        lambda: Curve("", (1,), (1,), low=(0,)),
        lambda: Curve("", (1,), (1,), line=False),
        lambda: Lines("", Axis(), Axis(), ()),
        lambda: Lines("", Axis(), Axis(), [Curve("", (1,), (1,))] * 9),
        lambda: Lines(3, Axis(), Axis(), [Curve("", (1,), (1,))]),  # type: ignore[arg-type]
        lambda: Lines("", "x", Axis(), [Curve("", (1,), (1,))]),  # type: ignore[arg-type]
        lambda: Axis("", low=2, high=1),
        lambda: Axis("", log=True, low=0),
        lambda: Rule("", 1, "z"),  # type: ignore[arg-type]
        lambda: Bars("", ("a",), (Group("", (1, 2)),)),
        lambda: Bars("", (), (Group("", ()),)),
        lambda: Heatmap("", ("a",), ("b", "c"), ((1,),)),
        lambda: Heatmap("", ("a", "b"), ("c",), ((1,), (1, 2))),
        lambda: Heatmap("", ["a"] * 13, ["b"] * 13, np.ones((13, 13)), written=True),
        lambda: Cloud("", (1, 2), (1, 2), ("one",)),
        lambda: Field(0, 1, 0, 1, ((0, 2), (0, 0))),
        lambda: Field(1, 1, 0, 1, ((0, 1), (0, 0))),
        lambda: Panels("", (FIGURES["panels"],)),
        lambda: Arc(1, 1),
        lambda: Arc(-1, 1),
        lambda: Arc(None, 1.0),  # type: ignore[arg-type]
        lambda: Arcs("", (), ()),
        lambda: Arcs("", ("a",) * 41, ()),
        lambda: Arcs("", ("a", "b"), (Arc(0, 2),)),
        lambda: Arcs("", ("a", "b"), (), tags=("x",)),
        lambda: Node("", mark="square"),  # type: ignore[arg-type]
        lambda: Node("", colour=9),
        lambda: Tree("", ()),
        lambda: Tree("", (Node("a", 0),)),
        lambda: Tree("", (Node("a"), Node("b"))),
        lambda: Tree("", (Node("a"), Node("b", 1))),
        lambda: Tree("", (Node("a"), *[Node("b", 0)] * 61)),
        lambda: Tree("", (Node("a", at=1), Node("b", 0)), Axis()),
    ],
)
def test_a_broken_figure_cannot_be_made(make: Any) -> None:
    with pytest.raises(ValueError):
        make()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["kind", "title", "x", "y", "curves", "labels", "groups", "panels", "field", "clouds", "values", "rows", "alt"]
    ), inner, max_size=5),
    max_leaves=12,
)  # fmt: skip


@given(JSON, st.sampled_from(["lines", "bars", "heatmap", "scatter", "panels", "tree"]))
def test_what_is_no_figure_is_a_value_error(data: Any, kind: str) -> None:
    for candidate in (data, {**data, "kind": kind} if isinstance(data, dict) else data):
        try:
            figures.check(candidate)
        except ValueError:
            continue


# --- the drawing -----------------------------------------------------------------------------------------


def texts(markup: str) -> list[str]:
    root = ElementTree.fromstring(markup)
    return ["".join(each.itertext()) for each in root.iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_one_safe_svg(name: str, language: Language) -> None:
    markup = drawn(name, language)
    root = ElementTree.fromstring(markup)
    assert root.get("role") == "img" and root.get("lang") == language
    title, description = root[0], root[1]
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert description.text
    tags = {each.tag.split("}")[1] for each in root.iter()}
    assert tags <= {"svg", "title", "desc", "defs", "g", "path", "use", "text", "tspan", "clipPath", "rect", "pattern"}
    for each in root.iter():
        for attribute, value in each.attrib.items():
            assert not attribute.startswith("on")
            if attribute.endswith("href"):
                assert value.startswith("#")
    assert not re.search(r"#[0-9a-fA-F]{6}\b", markup)  # colours are the page's
    assert "DejaVu" not in markup and "<style" not in markup
    ids = Counter(each.get("id") for each in root.iter() if each.get("id"))
    assert max(ids.values()) == 1


def test_one_file_needs_no_page() -> None:
    alone = standalone(drawn("panels"))
    ElementTree.fromstring(alone.encode())
    assert "var(" not in alone and LIGHT["1"] in alone and LIGHT["ground"] in alone


def test_what_a_student_wrote_stays_text() -> None:
    figure = Bars(
        HOSTILE, (HOSTILE, "var(--figure-1) #000001"), (Group(HOSTILE, (1, 2)), Group("b", (1, 2))), Axis(HOSTILE)
    )
    for markup in (svg(figure, "fr"), standalone(svg(figure, "fr"))):
        said = " ".join(texts(markup))
        assert "<script>alert(1)</script>" in said and "$x^2$" in said and "😀" in said
        assert "var(--figure-1) #000001" in said
        assert "<script" not in markup


def test_a_label_may_look_like_a_colour() -> None:
    figure = Bars("b", ("c",), (Group("a", (1,)),), Axis('y style="var(--figure-zz)"'))
    assert "var(--figure-zz)" in " ".join(texts(standalone(svg(figure, "fr"))))


def test_two_figures_of_a_page_share_no_id() -> None:
    one, other = (set(re.findall(r' id="([^"]+)"', drawn(name))) for name in ("lines", "bars"))
    assert one and other and not one & other


def test_bars_are_as_long_as_their_values() -> None:
    root = ElementTree.fromstring(svg(Bars("", ("a", "b", "c"), (Group("", (4, 2, 1)),), Axis("", low=0)), "fr"))
    lengths = []
    for path in root.iter("{http://www.w3.org/2000/svg}path"):
        if "fill: var(--figure-1)" in (path.get("style") or ""):
            xs = [float(x) for x in re.findall(r"[ML] ([\d.]+) ", path.get("d") or "")]
            lengths.append(max(xs) - min(xs))
    assert len(lengths) == 3
    assert [length / lengths[2] for length in lengths] == pytest.approx([4, 2, 1], rel=1e-3)


def test_an_arc_that_spans_another_is_higher() -> None:
    def peak(arc: int) -> float:
        arcs = (Arc(0, 1), Arc(0, 3, strong=True), Arc(3, 2))
        shown = tuple(dataclasses.replace(each, strong=i == arc) for i, each in enumerate(arcs))
        markup = svg(Arcs("", ("a", "b", "c", "d"), shown), "fr")
        (path,) = re.findall(r'<path d="([^"]*C[^"]*)"[^>]*stroke: var\(--figure-2\)', markup)
        return min(float(y) for y in re.findall(r"[\d.]+ ([\d.]+)", path))

    assert peak(1) < peak(0) == peak(2)  # y grows downwards


def test_years_have_no_separator() -> None:
    assert {"2017", "2018", "2024"} <= set(texts(drawn("years", "fr")))


def test_a_tree_and_arcs_are_told_and_written() -> None:
    assert "(SN (Det" in describe(FIGURES["tree"], "fr") and "– → " in describe(FIGURES["arcs"], "en")
    rows = list(csv.reader(io.StringIO(figure_csv(FIGURES["arcs"], "en").removeprefix("\ufeff"))))
    assert rows[0] == ["number", "word", "tag", "head", "relation"]
    assert [row[3] for row in rows[1:]] == ["2", "3", "0", "3"] and rows[1] == ["1", "Le", "DET", "2", "det"]
    rows = list(csv.reader(io.StringIO(figure_csv(FIGURES["years"], "en").removeprefix("\ufeff"))))
    assert rows[1] == ["1", "a", "", "2017.0", ""] and rows[3] == ["3", "b", "1", "2024.5", "fermés"]


def test_a_gap_breaks_the_line() -> None:
    def strokes(y: list[float | None]) -> int:
        markup = svg(Lines("", Axis(), Axis(), (Curve("", range(5), y),)), "fr")
        paths = re.findall(r'<path d="([^"]+)"[^>]*stroke: var\(--figure-1\)', markup)
        return sum(path.count("M ") for path in paths)

    assert strokes([1, 2, 3, 4, 5]) == 1
    assert strokes([1, 2, None, 4, 5]) == 2


@pytest.mark.parametrize(("highest", "cut"), [(1.0, False), (1.2, True)])
def test_the_marks_of_a_curve_that_touches_an_edge_are_whole(highest: float, cut: bool) -> None:
    curve = Curve("part", (0.0, 1.0, 2.0), (0.0, 0.5, highest), points=True)
    drawn = svg(Lines("", Axis("x"), Axis("y", low=0.0, high=1.0), (curve,)), "fr")
    assert bool(re.search(r'<g clip-path="[^"]+">\s*<use ', drawn)) is cut


def test_numbers_are_in_the_language_of_the_reader() -> None:
    french, english = (" ".join(texts(drawn("bars", language))) for language in ("fr", "en"))
    assert "0,25" in french and "0.25" not in french
    assert "0.25" in english and "0,25" not in english


def test_powers_of_ten_on_a_logarithmic_axis() -> None:
    curve = Curve("", range(10), [10.0**-i for i in range(10)])
    assert {"10⁻⁴", "1"} <= set(texts(svg(Lines("", Axis(), Axis(log=True), (curve,)), "fr")))


def test_a_long_label_is_whole() -> None:
    said = " ".join(texts(drawn("bars")))
    assert LONG in said


def test_every_label_of_a_short_alphabet_is_there() -> None:
    said = texts(drawn("big"))
    assert Counter(text for text in said if text in "abcdefgh")["a"] == 8


def test_curves_differ_by_more_than_their_colour() -> None:
    assert len(set(MARKS)) == figures.grammar.MOST_COLOURS == len(MARKS)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(any_figures(), st.sampled_from(["fr", "en"]))
def test_any_figure_can_be_drawn_and_written(figure: Figure, language: Language) -> None:
    ElementTree.fromstring(svg(figure, language).encode("utf-8"))
    assert figures.read(json.loads(json.dumps(figure.to_dict()))) == figure
    assert list(csv.reader(io.StringIO(figure_csv(figure, language), newline="")))


def test_figures_are_drawn_from_several_threads() -> None:
    names = ["lines", "heat", "bars", "scatter"]
    alone = {name: drawn(name) for name in names}
    together: dict[str, str] = {}
    threads = [threading.Thread(target=lambda n=name: together.update({n: svg(FIGURES[n], "fr")})) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == alone


# --- colours ---------------------------------------------------------------------------------------------


def luminance(colour: tuple[float, float, float]) -> float:
    """As WCAG 2 defines it."""
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def rgb(colour: str) -> tuple[float, float, float]:
    return tuple(int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("palette", "grounds"), [(LIGHT, ("#ffffff", "#fafaf9", "#f5f5f4")), (DARK, ("#0c0a09", "#1c1917", "#292524"))]
)
def test_colours_stand_out_from_the_page(palette: dict[str, str], grounds: tuple[str, ...]) -> None:
    for ground in grounds:
        for name in "12345678":
            assert contrast(rgb(palette[name]), rgb(ground)) >= 3, (name, ground)
        for name in ("ink", "quiet"):
            assert contrast(rgb(palette[name]), rgb(ground)) >= 4.5, (name, ground)


@pytest.mark.parametrize("palette", [LIGHT, DARK])
@pytest.mark.parametrize("colour", ["1", "2"])
def test_numbers_are_readable_on_every_shade(palette: dict[str, str], colour: str) -> None:
    for opacity in [_LEAST + (_MOST_WRITTEN - _LEAST) * part / 20 for part in range(21)]:
        ground, ink = rgb(palette["ground"]), rgb(palette[colour])
        cell = tuple(opacity * a + (1 - opacity) * b for a, b in zip(ink, ground, strict=True))
        assert contrast(rgb(palette["ink"]), cell) >= 4.3, opacity  # type: ignore[arg-type]


# --- words and numbers -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "french", "english"),
    [
        (0, "0", "0"),
        (-0.0, "0", "0"),
        (0.0005, "5·10⁻⁴", "5·10⁻⁴"),
        (1e-7, "10⁻⁷", "10⁻⁷"),
        (-1e-7, "−10⁻⁷", "−10⁻⁷"),
        (12345, "12\u202f345", "12,345"),
        (2.5e9, "2,5·10⁹", "2.5·10⁹"),
        (-3.14159, "−3,14", "−3.14"),
    ],
)
def test_numbers(value: float, french: str, english: str) -> None:
    assert (number(value, "fr"), number(value, "en")) == (french, english)


def test_marks_of_an_axis_never_repeat() -> None:
    for step in (1e-7, 0.002, 0.25, 3, 1e5):
        for start in (0.0, 1.0, 2.5):
            marks = ticks([start + step * i for i in range(6)], "fr")
            assert len(set(marks)) == 6 or step < 1e-5 * start, (start, step, marks)


def test_a_very_long_word_is_cut() -> None:
    assert len(wrapped("a" * 5000, 28)) < 130


# --- CSV -------------------------------------------------------------------------------------------------


def test_the_data_of_a_figure_are_read_back_by_a_spreadsheet() -> None:
    text = figure_csv(FIGURES["lines"], "en")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert rows[0] == ["series", "pas", "perte (nats)", "low", "high"]
    assert rows[2] == ["apprentissage", "1.0", "2.9", "", ""]
    assert ["validation", "10.0", "", "", ""] in rows and ["hasard", "", "3.3"] in rows
    french = list(csv.reader(io.StringIO(figure_csv(FIGURES["bars"], "fr")), delimiter=";"))
    assert french[1] == ["chat", "P", "0,5"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "  =1", "＝1"])
def test_a_cell_is_never_a_formula(text: str) -> None:
    for language in ("fr", "en"):
        written = io.StringIO(csv_of_rows([[text, -0.5]], language).removeprefix("\ufeff"), newline="")
        (row,) = csv.reader(written, delimiter=";" if language == "fr" else ",")
        assert row[0] == f"'{text}"
        assert row[1] in ("-0,5", "-0.5")  # a number is a number


def test_a_table_is_whole() -> None:
    table = {"columns": ["a;b", "P"], "rows": [[f"mot {i}", i / 7] for i in range(50)]}
    rows = list(csv.reader(io.StringIO(table_csv(table, "en").removeprefix("\ufeff"))))
    assert rows[0] == ["a;b", "P"] and len(rows) == 51
    assert float(rows[7][1]) == 6 / 7
