"""The data of a figure or of a table as CSV, as the reader's spreadsheet expects it.

A French spreadsheet reads semicolons and decimal commas, an English one commas and points; a mark at the beginning
says that it is UTF-8. A cell that a spreadsheet would run as a formula (a student's text may begin with « = ») gets an
apostrophe before it.

    >>> csv_of_rows([["mot", "P"], ["=1+1", 0.5]], "fr")
    "\\ufeffmot;P\\r\\n'=1+1;0,5\\r\\n"
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from tutor import messages
from tutor.contracts import Language
from tutor.figures.grammar import Arcs, Bars, Figure, Heatmap, Lines, Numbers, Panels, Scatter, Tree

Row = Sequence[object]


def figure_csv(figure: Figure, language: Language) -> str:
    """Return the data of a figure, one row a point, a bar or a cell."""
    return csv_of_rows(_rows(figure, language), language)


def table_csv(table: Mapping[str, Any], language: Language) -> str:
    """Return a ``DemoResult.table``, all of its rows."""
    return csv_of_rows([table["columns"], *table["rows"]], language)


def csv_of_rows(rows: Iterable[Row], language: Language) -> str:
    """Return rows as CSV text, its byte order mark included."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";" if language == "fr" else ",")
    writer.writerows([[_cell(value, language) for value in row] for row in rows])
    return "\ufeff" + file.getvalue()


def _cell(value: object, language: Language) -> object:
    if value is None:
        return ""
    if isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return repr(value).replace(".", ",") if language == "fr" else repr(value)
    text = "⏎".join(str(value).replace("\x00", "").splitlines())
    return f"'{text}" if text.lstrip()[:1] in tuple("=+-@＝＋－＠") or text.startswith("\t") else text


def _rows(figure: Figure, language: Language) -> Iterator[Row]:
    def say(key: str) -> str:
        return messages.text(f"figure.column.{key}", language)

    match figure:
        case Lines():
            band = any(curve.low is not None for curve in figure.curves)
            yield [say("series"), figure.x.label or "x", figure.y.label or "y", *_ends(band, say("low"), say("high"))]
            for curve in figure.curves:
                for at, (x, y) in enumerate(zip(curve.x, curve.y, strict=True)):
                    yield [curve.label, x, y, *_ends(band, _at(curve.low, at), _at(curve.high, at))]
            for rule in figure.rules:
                yield [rule.label, *((None, rule.at) if rule.axis == "y" else (rule.at, None))]
        case Bars():
            band = any(group.low is not None for group in figure.groups)
            yield [
                say("label"),
                say("series"),
                figure.value.label or say("value"),
                *_ends(band, say("low"), say("high")),
            ]
            for group in figure.groups:
                for at, (label, value) in enumerate(zip(figure.labels, group.values, strict=True)):
                    yield [label, group.label, value, *_ends(band, _at(group.low, at), _at(group.high, at))]
        case Heatmap():
            yield [figure.row_title or say("row"), figure.column_title or say("column"), figure.value or say("value")]
            for row, values in zip(figure.rows, figure.values, strict=True):
                for column, value in zip(figure.columns, values, strict=True):
                    yield [row, column, value]
        case Scatter():
            yield [say("series"), say("label"), figure.x.label or "x", figure.y.label or "y"]
            for cloud in figure.clouds:
                names = cloud.names or [""] * len(cloud.x)
                for name, x, y in zip(names, cloud.x, cloud.y, strict=True):
                    yield [cloud.label, name, x, y]
        case Arcs():
            yield [say(each) for each in ("number", "word", "tag", "head", "relation")]
            of = {arc.dependent: arc for arc in figure.arcs}
            for at, word in enumerate(figure.words):
                arc = of.get(at)
                head = None if arc is None else 0 if arc.head is None else arc.head + 1
                yield [at + 1, word, figure.tags[at] if figure.tags else None, head, arc.label if arc else None]
        case Tree():
            marks = {"": None, "filled": figure.filled, "hollow": figure.hollow}
            place = (figure.axis.label or "x") if figure.axis else say("value")
            yield [say("number"), say("label"), say("parent"), place, say("mark")]
            for at, node in enumerate(figure.nodes, 1):
                parent = None if node.parent is None else node.parent + 1
                yield [at, node.label, parent, node.at, marks[node.mark]]
        case Panels():
            for panel in figure.panels:
                yield [panel.title]
                yield from _rows(panel, language)
                yield []


def _ends(wanted: bool, low: object, high: object) -> Row:
    return [low, high] if wanted else []


def _at(values: Numbers | None, place: int) -> float | None:
    return None if values is None else values[place]
