"""A figure in a sentence or two, for who hears the page: its own ``alt``, else what its data say."""

from __future__ import annotations

from tutor import messages
from tutor.contracts import Language
from tutor.figures.grammar import Arcs, Axis, Bars, Figure, Heatmap, Lines, Numbers, Panels, Scatter, Tree
from tutor.figures.writing import number, shown

MOST = 6
"""Curves, bars or clouds that are told one by one."""


def describe(figure: Figure, language: Language) -> str:
    """Return what there is to see.

    >>> from tutor.figures import Group
    >>> describe(Bars("Suite", ("chat", "chien"), (Group("P", (0.5, 0.25)),)), "fr").replace("\\xa0", " ")
    'Barres : chat 0,5 ; chien 0,25.'
    """
    if figure.alt:
        return shown(figure.alt)
    match figure:
        case Lines():
            curves = [
                _say(
                    "curve", language, label=shown(curve.label) or axes(figure.x, figure.y), **_ends(curve.y, language)
                )
                for curve in figure.curves
            ]
            return _say("lines", language, axes=axes(figure.x, figure.y), parts=_listed(curves))
        case Bars():
            first = figure.groups[0].values
            parts = [
                f"{shown(label)} {number(value, language)}"
                for label, value in zip(figure.labels, first, strict=True)
                if value is not None
            ]
            return _say("bars", language, parts=_listed(parts))
        case Heatmap():
            return _say("heatmap", language, rows=len(figure.rows), columns=len(figure.columns), value=figure.value)
        case Scatter():
            clouds = [f"{shown(cloud.label) or '–'} ({len(cloud.x)})" for cloud in figure.clouds]
            return _say("scatter", language, axes=axes(figure.x, figure.y), parts=_listed(clouds))
        case Arcs():
            words = [shown(word) for word in figure.words]
            links = [
                f"{'–' if arc.head is None else words[arc.head]} → {words[arc.dependent]} ({shown(arc.label)})"
                for arc in sorted(figure.arcs, key=lambda arc: not arc.strong)  # what is to be seen first
            ]
            return _say("arcs", language, sentence=" ".join(words), parts=_listed(links))
        case Tree():
            return _say("tree", language, tree=shown(bracketed(figure)), nodes=len(figure.nodes))
        case Panels():
            panels = [f"{shown(panel.title)}. {describe(panel, language)}" for panel in figure.panels]
            return " ".join(panels)
    raise TypeError(f"no description for {type(figure).__name__}")


def bracketed(figure: Tree) -> str:
    """Return a tree on one line.

    >>> from tutor.figures import Node
    >>> bracketed(Tree("", (Node("SN"), Node("Det", 0), Node("le", 1), Node("N", 0), Node("chat", 3))))
    '(SN (Det le) (N chat))'
    """
    children: list[list[int]] = [[] for _ in figure.nodes]
    for i, node in enumerate(figure.nodes):
        if node.parent is not None:
            children[node.parent].append(i)
    written = [""] * len(figure.nodes)
    for i in reversed(range(len(figure.nodes))):  # a parent comes before its children
        label = figure.nodes[i].label
        inner = [written[child] for child in children[i]]
        written[i] = f"({' '.join([label, *inner])})" if inner else label
    return written[0]


def axes(x: Axis, y: Axis) -> str:
    """Return « y / x »."""
    return " / ".join(shown(axis.label) for axis in (y, x) if axis.label) or "y / x"


def _ends(values: Numbers, language: Language) -> dict[str, str]:
    there = [value for value in values if value is not None]
    first, last = (there[0], there[-1]) if there else (0.0, 0.0)
    return {"first": number(first, language), "last": number(last, language)}


def _listed(parts: list[str]) -> str:
    return " ; ".join(parts[:MOST]) + (" ; …" if len(parts) > MOST else "")


def _say(key: str, language: Language, **variables: object) -> str:
    return messages.text(f"figure.{key}", language, **variables)
