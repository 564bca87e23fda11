"""Draw a figure as SVG with matplotlib: one picture for the light page and for the dark one.

    markup = svg(figure, "fr")      # to stand in a page: colours are CSS variables, --figure-…
    standalone(markup)              # a file of its own: dark ink on white, for a report

Text stays text (it is selected, searched and read aloud) in the reader's own font, so nothing is fetched. A colour is
never the only difference: curves also differ by their marks. The palette is readable on both grounds (contrast ≥ 3)
and by colour-blind readers. matplotlib draws with stand-in colours, which are then replaced by the variables.
Left out: moving pictures; a run that goes on draws its figure again.
"""

from __future__ import annotations

import hashlib
import html
import io
import itertools
import json
import math
import re
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tutor.contracts import Language
from tutor.figures import alt
from tutor.figures.grammar import (
    Arcs,
    Axis,
    Bars,
    Cloud,
    Curve,
    Field,
    Figure,
    Heatmap,
    Lines,
    Numbers,
    Panels,
    Scatter,
    Tree,
)
from tutor.figures.writing import number, shown, ticks, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas
    from matplotlib.figure import FigureBase
    from matplotlib.patches import Patch

LIGHT = {
    "ink": "#1c1917",
    "quiet": "#57534e",
    "grid": "#d6d3d1",
    "ground": "#ffffff",
    "1": "#0072b2",
    "2": "#c44e00",
    "3": "#00805d",
    "4": "#a3408a",
    "5": "#7a6a00",
    "6": "#4b4b9e",
    "7": "#b3263a",
    "8": "#57534e",
}
"""Colours on a light ground; ``ground`` is what is behind everything."""

DARK = {
    "ink": "#f5f5f4",
    "quiet": "#a8a29e",
    "grid": "#57534e",
    "ground": "#292524",
    "1": "#56b4e9",
    "2": "#f28e3c",
    "3": "#2cc79b",
    "4": "#e48bc8",
    "5": "#e6cf3a",
    "6": "#a3a3f5",
    "7": "#ff7b7b",
    "8": "#b8b2ab",
}
"""The same on a dark ground."""

MARKS = "osD^vPX*"
WIDTH, PANEL_WIDTH = 560, 380
"""In CSS pixels; two panels stand side by side in 760."""
_TEXT, _SMALL = 12.5, 11.0
_LEAST, _MOST, _MOST_WRITTEN = 0.05, 0.95, 0.58
"""Opacity of the palest and of the deepest cell of a heat map; and where a number has to be read on it."""

_STAND_IN = {name: f"#0000{place:02x}" for place, name in enumerate(LIGHT, 1)}
_NAMES = {stand_in: name for name, stand_in in _STAND_IN.items()}
_lock = threading.Lock()
"""matplotlib's settings belong to the whole program: one figure is drawn at a time."""


def svg(figure: Figure, language: Language) -> str:
    """Return the figure as one ``<svg>`` element for a page that sets ``--figure-…`` (see ``css``)."""
    with _lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # glyphs that matplotlib's font lacks: the browser's has them
        drawn = _drawn(figure, language)
    content = json.dumps([figure.to_dict(), language], sort_keys=True).encode()
    return _finished(drawn, figure, language, "f" + hashlib.sha256(content).hexdigest()[:10])


def standalone(markup: str) -> str:
    """Return an ``svg`` as a file that needs no page: dark ink on white, fonts of whatever opens it."""
    colours = {f"var(--figure-{name})": colour for name, colour in LIGHT.items()}
    colours["var(--figure-font)"] = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif"

    def in_a_style(style: re.Match[str]) -> str:
        return re.sub(r"var\(--figure-\w+\)", lambda name: colours.get(name[0], name[0]), style[0])

    markup = re.sub(r' style="[^"]*"', in_a_style, markup)
    ground = f'</desc><rect width="100%" height="100%" fill="{LIGHT["ground"]}"/>'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{markup.replace("</desc>", ground, 1)}\n'


def css(colours: Mapping[str, str]) -> str:
    """Return the CSS declarations of a palette.

    >>> css(LIGHT)[:24]
    '--figure-ink: #1c1917; -'
    """
    return " ".join(f"--figure-{name}: {colour};" for name, colour in colours.items())


# --- matplotlib ------------------------------------------------------------------------------------------


def _drawn(figure: Figure, language: Language) -> str:
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure as Canvas
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    settings: dict[Any, Any] = {
        "svg.fonttype": "none",
        "svg.hashsalt": "figure",
        "text.parse_math": False,  # a dollar is a dollar
        "text.usetex": False,
        "axes.formatter.use_mathtext": False,
        "font.family": "DejaVu Sans",
        "font.size": _SMALL,
        "text.color": _STAND_IN["ink"],
        "axes.labelcolor": _STAND_IN["ink"],
        "axes.edgecolor": _STAND_IN["quiet"],
        "axes.linewidth": 0.8,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.axisbelow": True,
        "xtick.color": _STAND_IN["quiet"],
        "ytick.color": _STAND_IN["quiet"],
        "xtick.labelcolor": _STAND_IN["ink"],
        "ytick.labelcolor": _STAND_IN["ink"],
        "grid.color": _STAND_IN["grid"],
        "grid.linewidth": 0.6,
        "legend.frameon": False,
    }
    with matplotlib.rc_context(settings):
        canvas = Canvas(
            figsize=_inches(*_size(figure)),
            dpi=72,
            facecolor="none",
            layout=ConstrainedLayoutEngine(w_pad=6 / 72, h_pad=5 / 72),
        )
        if isinstance(figure, Panels):
            columns = min(figure.columns, len(figure.panels))
            rows = -(-len(figure.panels) // columns)
            heights = [max(_size(each)[1] for each in figure.panels[r * columns :][:columns]) for r in range(rows)]
            _title(canvas, figure.title, 90)
            places = canvas.subfigures(rows, columns, squeeze=False, height_ratios=heights).ravel()
            for place, panel in zip(places, figure.panels, strict=False):
                _draw(place, panel, language, 45)
        else:
            _draw(canvas, figure, language, 70)
        FigureCanvasSVG(canvas)
        _place_names(canvas, figure.panels if isinstance(figure, Panels) else [figure])
        file = io.StringIO()
        canvas.savefig(file, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return file.getvalue()


def _inches(width: float, height: float) -> tuple[float, float]:
    return width / 72, height / 72


def _size(figure: Figure) -> tuple[float, float]:
    """Return the width and the height in CSS pixels, from how much there is to show."""
    match figure:
        case Panels():
            columns = min(figure.columns, len(figure.panels))
            rows = [figure.panels[start : start + columns] for start in range(0, len(figure.panels), columns)]
            height = sum(max(_size(each)[1] for each in row) for row in rows)
            return max(WIDTH, PANEL_WIDTH * columns), height + 30
        case Bars():
            lines = sum(max(len(figure.groups), wrapped(each, 28).count("\n") + 1) for each in figure.labels)
            return WIDTH, 110 + 17 * lines + 6 * len(figure.labels) + _legend_height(figure.groups)
        case Heatmap():
            cell = 34 if figure.written else max(9, min(26, 420 / len(figure.rows)))
            longest = max(len(shown(each)) for each in figure.columns)
            return WIDTH, 150 + cell * len(figure.rows) + (min(longest, 24) * 6 if _turned(figure) else 0)
        case Lines():
            return WIDTH, 350 + _legend_height([*figure.curves, *figure.rules])
        case Scatter():
            return WIDTH, 430 + _legend_height(figure.clouds)
        case Arcs():
            wide, high = _arcs_layout(figure)[2]
            return max(PANEL_WIDTH, wide + 24), high + 40
        case Tree() if figure.axis is None:
            wide, high = _tree_layout(figure)[1]
            return max(PANEL_WIDTH, wide + 24), high + 40
        case Tree():
            return WIDTH, 90 + _ROW * len(figure.nodes)
    raise TypeError(f"no drawing for {type(figure).__name__}")


def _legend_height(parts: Sequence[Any]) -> float:
    return 18 * sum(wrapped(part.label, 60).count("\n") + 1 for part in parts) / 2 if len(parts) > 1 else 0


def _title(place: FigureBase, title: str, width: int) -> None:
    if title:
        place.suptitle(wrapped(title, width), x=0.01, ha="left", fontsize=_TEXT, fontweight="bold")


def _draw(place: FigureBase, figure: Figure, language: Language, width: int) -> None:
    _title(place, figure.title, width)
    axes = place.add_subplot()
    match figure:
        case Lines():
            _draw_lines(axes, figure, language)
        case Bars():
            _draw_bars(axes, figure, language)
        case Heatmap():
            _draw_heatmap(axes, figure, language)
        case Scatter():
            _draw_scatter(axes, figure, language)
        case Arcs():
            _draw_arcs(axes, figure)
        case Tree() if figure.axis is None:
            _draw_tree(axes, figure)
        case Tree():
            _draw_timeline(axes, figure)
    handles, labels = axes.get_legend_handles_labels()
    if isinstance(figure, Heatmap):
        handles = [*_scale(figure, language)]
        labels = [str(patch.get_label()) for patch in handles]
    if len(handles) > 1 or (handles and isinstance(figure, Lines | Heatmap)):
        longest = max(len(label) for label in labels)
        columns = max(1, min(len(labels), 6, int(width * 1.1 // (longest + 5))))
        heading = wrapped(figure.value, width) if isinstance(figure, Heatmap) else None
        legend = place.legend(
            handles,
            [wrapped(label, width - 8) for label in labels],
            loc="outside lower left",
            ncols=columns,
            title=heading,
            alignment="left",
        )
        legend.get_title().set_fontsize(_SMALL)


def _draw_lines(axes: Axes, figure: Lines, language: Language) -> None:
    several = len(figure.curves) > 1
    for place, curve in enumerate(figure.curves):
        colour = _colour(place)
        x, y = _gaps(curve.x, figure.x), _gaps(curve.y, figure.y)
        if curve.low is not None and curve.high is not None:
            low, high = _gaps(curve.low, figure.y), _gaps(curve.high, figure.y)
            axes.fill_between(x, low, high, color=colour, alpha=0.18, linewidth=0)
        axes.plot(
            x,
            y,
            color=colour,
            linewidth=1.8,
            linestyle=((0, (5, 3)) if curve.dashed else "-") if curve.line else "none",
            marker=MARKS[place] if curve.points or several or len(x) == 1 else None,
            markersize=5 if curve.points else 4.5,
            markevery=1 if curve.points else _mark_every(curve, place),
            label=curve.label or None,
            clip_on=_leaves(curve, figure),
        )
    for rule in figure.rules:
        draw = axes.axhline if rule.axis == "y" else axes.axvline
        draw(rule.at, color=_STAND_IN["quiet"], linewidth=1.2, linestyle=(0, (1.5, 2)), label=rule.label or None)
    _dress(axes, figure.x, figure.y, language)


def _leaves(curve: Curve, figure: Lines) -> bool:
    """Say whether a curve crosses an edge set for an axis; the marks of one that touches it are drawn whole."""
    return any(
        value is not None
        and ((axis.low is not None and value < axis.low) or (axis.high is not None and value > axis.high))
        for values, axis in ((curve.x, figure.x), (curve.y, figure.y))
        for value in values
    )


def _mark_every(curve: Curve, place: int) -> tuple[int, int]:
    """Return (first, step): about eight marks, not at the same places as those of the other curves."""
    step = max(1, len(curve.x) // 8)
    return (place * step // 3) % step if step > 1 else 0, step


def _draw_bars(axes: Axes, figure: Bars, language: Language) -> None:
    count = len(figure.groups)
    thick = 0.78 / count
    for place, group in enumerate(figure.groups):
        at = [row + (place - (count - 1) / 2) * thick for row in range(len(figure.labels))]
        values = _gaps(group.values, figure.value)
        axes.barh(
            at,
            values,
            thick * 0.92,
            color=_colour(place),
            hatch=[None, "//", "..", "xx", "\\\\", "++", "oo", "**"][place],
            edgecolor=_STAND_IN["ground"],
            linewidth=0.5,
            label=group.label or None,
        )
        ends = values
        if group.low is not None and group.high is not None:
            low, high = _gaps(group.low, figure.value), _gaps(group.high, figure.value)
            axes.hlines(at, low, high, color=_STAND_IN["ink"], linewidth=1.4)
            ends = [max(v, h) if h == h else v for v, h in zip(values, high, strict=True)]
        if count * len(figure.labels) <= 24:
            for row, value, end in zip(at, values, ends, strict=True):
                if value == value:
                    side = "right" if value < 0 else "left"
                    axes.annotate(
                        number(value, language),
                        (end if value >= 0 else value, row),
                        xytext=(4 if value >= 0 else -4, 0),
                        textcoords="offset points",
                        va="center",
                        ha=side,
                        fontsize=_SMALL - 1,
                    )
    axes.set_yticks(range(len(figure.labels)), [wrapped(label, 28) for label in figure.labels])
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(figure.labels) - 0.5, -0.5)
    axes.margins(x=0.12)
    _dress_axis(axes, "x", figure.value, language)
    if any(v is not None and v < 0 for group in figure.groups for v in group.values):
        axes.axvline(0, color=_STAND_IN["quiet"], linewidth=0.8)
    axes.grid(axis="x")


def _draw_heatmap(axes: Axes, figure: Heatmap, language: Language) -> None:
    from matplotlib.collections import PolyCollection

    shade = _shades(figure)
    squares, colours = [], []
    for row, values in enumerate(figure.values):
        for column, value in enumerate(values):
            if value is None:
                continue
            squares.append([(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)])
            colours.append(shade(value))
            if figure.written:
                axes.text(
                    column + 0.5,
                    row + 0.5,
                    number(value, language, 2),
                    ha="center",
                    va="center",
                    fontsize=_SMALL if len(figure.columns) <= 8 else _SMALL - 2,
                )
    lines = 1.0 if max(len(figure.rows), len(figure.columns)) <= 24 else 0.0
    axes.add_collection(PolyCollection(squares, facecolors=colours, edgecolors=_STAND_IN["ground"], linewidths=lines))
    axes.set_xlim(0, len(figure.columns))
    axes.set_ylim(len(figure.rows), 0)
    for side in axes.spines.values():
        side.set_visible(False)
    axes.xaxis.tick_top()
    axes.xaxis.set_label_position("top")
    axes.tick_params(length=0)
    step = 1 if all(len(label) < 2 for label in figure.columns) else -(-len(figure.columns) // 40)
    axes.set_xticks(
        [column + 0.5 for column in range(0, len(figure.columns), step)],
        [wrapped(label, 24, 1 if _turned(figure) else 3) for label in figure.columns[::step]],
        rotation=90 if _turned(figure) else 0,
        fontsize=_SMALL if len(figure.columns) <= 24 else _SMALL - 2.5,
    )
    step = -(-len(figure.rows) // 48)
    axes.set_yticks(
        [row + 0.5 for row in range(0, len(figure.rows), step)],
        [wrapped(label, 24, 2) for label in figure.rows[::step]],
        fontsize=_SMALL if len(figure.rows) <= 24 else _SMALL - 2.5,
    )
    axes.set_xlabel(wrapped(figure.column_title, 60))
    axes.set_ylabel(wrapped(figure.row_title, 40))


def _scale(figure: Heatmap, language: Language) -> list[Patch]:
    """Return the legend of a heat map: five shades."""
    from matplotlib.patches import Patch

    shade = _shades(figure)
    low, high = _ends(figure)
    values = [low + (high - low) * part / 4 for part in range(5)]
    return [
        Patch(facecolor=shade(value), edgecolor=_STAND_IN["grid"], label=number(value, language)) for value in values
    ]


def _turned(figure: Heatmap) -> bool:
    """Tell whether the labels of the columns need to be turned."""
    room = 60 / len(figure.columns)  # characters
    return any(len(shown(label)) > room for label in figure.columns) and len(figure.columns) > 4


def _ends(figure: Heatmap) -> tuple[float, float]:
    values = [value for row in figure.values for value in row if value is not None] or [0.0]
    if figure.diverging:
        widest = max(map(abs, [*values, figure.low or 0, figure.high or 0])) or 1.0
        return -widest, widest
    low = figure.low if figure.low is not None else min(0.0, min(values))
    high = figure.high if figure.high is not None else max(values)
    return (low, high) if high > low else (low, low + 1.0)


def _shades(figure: Heatmap) -> Callable[[float], tuple[float, float, float, float]]:
    from matplotlib.colors import to_rgba

    low, high = _ends(figure)
    most = _MOST_WRITTEN if figure.written else _MOST

    def shade(value: float) -> tuple[float, float, float, float]:
        part = abs(value) / high if figure.diverging else (value - low) / (high - low)
        colour = _colour(1) if figure.diverging and value < 0 else _colour(0)
        return to_rgba(colour, _LEAST + (most - _LEAST) * min(1.0, max(0.0, part)))

    return shade


def _draw_scatter(axes: Axes, figure: Scatter, language: Language) -> None:
    if figure.field is not None:
        _draw_field(axes, figure.field)
    for place, cloud in enumerate(figure.clouds):
        axes.plot(
            _gaps(cloud.x, figure.x),
            _gaps(cloud.y, figure.y),
            linestyle="none",
            marker=MARKS[place],
            markersize=6 if len(cloud.x) <= 200 else 4,
            color=_colour(place),
            markeredgecolor=_STAND_IN["ground"],
            markeredgewidth=0.6,
            label=cloud.label or None,
        )
        for name, x, y in _named(cloud):
            axes.annotate(
                wrapped(name, 24, 2),
                (x, y),
                xytext=(5, 3),
                textcoords="offset points",
                fontsize=_SMALL - 0.5,
            )
    axes.margins(0.08)
    _dress(axes, figure.x, figure.y, language)


def _named(cloud: Cloud) -> Iterator[tuple[str, float, float]]:
    for name, x, y in zip(cloud.names, cloud.x, cloud.y, strict=False):
        if x is not None and y is not None and name:
            yield name, x, y


def _draw_field(axes: Axes, field: Field) -> None:
    from matplotlib.colors import to_rgba

    rows, columns = len(field.values), len(field.values[0])
    x = [field.x_low + (field.x_high - field.x_low) * c / (columns - 1) for c in range(columns)]
    y = [field.y_low + (field.y_high - field.y_low) * r / (rows - 1) for r in range(rows)]
    levels = [part / 10 for part in range(11)]
    middles = [(low + high) / 2 for low, high in itertools.pairwise(levels)]
    shades = [to_rgba(_colour(1 if middle > 0.5 else 0), 0.04 + 0.6 * abs(middle - 0.5)) for middle in middles]
    axes.contourf(x, y, field.values, levels=levels, colors=shades, extend="neither")
    flat = [value for row in field.values for value in row if value is not None]
    if min(flat) < 0.5 < max(flat):
        axes.contour(x, y, field.values, levels=[0.5], colors=[_STAND_IN["ink"]], linewidths=1.4)


# --- sentences and trees: laid out in CSS pixels, the origin at the bottom left ----------------------------------

_LETTER, _LEVEL, _ROW = 6.6, 26.0, 17.0
"""Width of a letter of a label, height of a level of arcs, height of a row of a tree along the years."""
_Corner = tuple[float, float]


def _blank(axes: Axes, size: _Corner) -> None:
    axes.set_xlim(0, size[0])
    axes.set_ylim(0, size[1])
    axes.set_axis_off()


def _arcs_layout(figure: Arcs) -> tuple[list[float], list[int], _Corner]:
    """Return the middle of each word, the level of each arc (over those that it spans), and the size of the whole."""
    words = [wrapped(word, 24, 1) for word in figure.words]
    tags = [wrapped(tag, 14, 1) for tag in figure.tags] or [""] * len(words)
    room = [max(len(word), len(tag), 4) * _LETTER + 14 for word, tag in zip(words, tags, strict=True)]
    for arc in figure.arcs:  # between neighbours the label needs the room
        if arc.head is not None and abs(arc.head - arc.dependent) == 1:
            left = min(arc.head, arc.dependent)
            lacks = len(wrapped(arc.label, 16, 1)) * (_LETTER - 1) + 12 - (room[left] + room[left + 1]) / 2
            for end in (left, left + 1):
                room[end] += max(0.0, lacks)
    ends = list(itertools.accumulate(room))
    middles = [end - width / 2 for end, width in zip(ends, room, strict=True)]
    levels = [0] * len(figure.arcs)
    spans = [sorted((arc.dependent if arc.head is None else arc.head, arc.dependent)) for arc in figure.arcs]
    for i in sorted(range(len(spans)), key=lambda i: spans[i][1] - spans[i][0]):
        left, right = spans[i]
        under = [levels[j] for j, (a, b) in enumerate(spans) if levels[j] and a < right and left < b]
        levels[i] = max(under, default=0) + 1 if left < right else 0
    top = max(levels, default=0) + 1
    return middles, [level or top for level in levels], (ends[-1], 48 + _LEVEL * top + 16)


def _draw_arcs(axes: Axes, figure: Arcs) -> None:
    from matplotlib.patches import PathPatch, Polygon
    from matplotlib.path import Path as Outline

    middles, levels, size = _arcs_layout(figure)
    _blank(axes, size)
    for i, (middle, word) in enumerate(zip(middles, figure.words, strict=True)):
        axes.text(middle, 26, wrapped(word, 24, 1), ha="center", va="bottom", fontsize=_TEXT)
        if figure.tags:
            tag = wrapped(figure.tags[i], 14, 1)
            axes.text(middle, 8, tag, ha="center", va="bottom", fontsize=_SMALL - 1, color=_STAND_IN["quiet"])
    foot = 46.0
    for arc, level in zip(figure.arcs, levels, strict=True):
        to, peak = middles[arc.dependent], foot + _LEVEL * level
        colour = _colour(1) if arc.strong else _colour(0)
        tip = [(to - 3.5, foot + 7), (to + 3.5, foot + 7), (to, foot)]
        if arc.head is None:
            path = Outline([(to, peak), (to, foot)])
            at = to
        else:
            start = middles[arc.head] + (4 if arc.head < arc.dependent else -4)
            control = foot + (peak - foot) * 4 / 3  # a cubic reaches three quarters of its control points
            path = Outline(
                [(start, foot), (start, control), (to, control), (to, foot)],
                [Outline.MOVETO, Outline.CURVE4, Outline.CURVE4, Outline.CURVE4],
            )
            at = (start + to) / 2
        width = 2.6 if arc.strong else 1.2
        axes.add_patch(PathPatch(path, facecolor="none", edgecolor=colour, linewidth=width))
        axes.add_patch(Polygon(tip, facecolor=colour, edgecolor="none"))
        weight = "bold" if arc.strong else "normal"
        label = wrapped(arc.label, 16, 1)
        axes.text(at, peak + 2, label, ha="center", va="bottom", fontsize=_SMALL - 1.5, fontweight=weight)


def _children(figure: Tree) -> list[list[int]]:
    found: list[list[int]] = [[] for _ in figure.nodes]
    for i, node in enumerate(figure.nodes):
        if node.parent is not None:
            found[node.parent].append(i)
    return found


def _walked(figure: Tree) -> list[int]:
    """Return the nodes in order: each one, then all that is under it."""
    children, walked, waiting = _children(figure), [], [0]
    while waiting:
        walked.append(waiting.pop())
        waiting += reversed(children[walked[-1]])
    return walked


def _tree_layout(figure: Tree) -> tuple[list[_Corner], _Corner]:
    """Return where each node stands: the leaves side by side at the bottom, the others over the middle of theirs."""
    children = _children(figure)
    leaves = [i for i in _walked(figure) if not children[i]]
    depth = [0] * len(figure.nodes)
    for i, node in enumerate(figure.nodes):
        depth[i] = 0 if node.parent is None else depth[node.parent] + 1
    deepest, x, at = max(depth), [0.0] * len(figure.nodes), 0.0
    for leaf in leaves:
        room, up, branch = len(wrapped(figure.nodes[leaf].label, 24, 1)), figure.nodes[leaf].parent, leaf
        while up is not None and len(children[up]) == 1:  # labels one over the other
            room, branch = max(room, len(wrapped(figure.nodes[up].label, 24, 1))), up
            up = figure.nodes[branch].parent
        wide = room * _LETTER + 16
        x[leaf] = at + wide / 2
        at += wide
    for i in reversed(range(len(figure.nodes))):
        if children[i]:
            x[i] = (x[children[i][0]] + x[children[i][-1]]) / 2
    bottom = set(leaves)
    height = 36.0 * deepest + 30
    return [(x[i], 14.0 if i in bottom else height - 14 - 36.0 * depth[i]) for i in range(len(figure.nodes))], (
        at,
        height,
    )


def _draw_tree(axes: Axes, figure: Tree) -> None:
    places, size = _tree_layout(figure)
    _blank(axes, size)
    children = _children(figure)
    for i, node in enumerate(figure.nodes):
        x, y = places[i]
        for child in children[i]:
            to_x, to_y = places[child]
            axes.plot((x, to_x), (y - 9, to_y + 9), color=_STAND_IN["quiet"], linewidth=0.9)
        colour = _colour(node.colour - 1) if node.colour else _STAND_IN["ink"]
        weight, slant = ("bold", "normal") if children[i] else ("normal", "italic")
        axes.text(
            x, y, wrapped(node.label, 24, 1), ha="center", va="center", fontsize=_SMALL, color=colour,
            fontweight=weight, fontstyle=slant,
        )  # fmt: skip


def _draw_timeline(axes: Axes, figure: Tree) -> None:
    """Each node has a row, its children under it; branches go down from the parent, then along the years."""
    children, row = _children(figure), [0.0] * len(figure.nodes)
    for place, i in enumerate(_walked(figure)):
        row[i] = float(place)
    for i, node in enumerate(figure.nodes):
        colour = _colour(node.colour - 1) if node.colour else _STAND_IN["ink"]
        for child in children[i]:
            other = figure.nodes[child]
            branch = _colour(other.colour - 1) if other.colour else _STAND_IN["quiet"]
            axes.plot(
                _gaps((node.at, node.at, other.at)), (row[i], row[child], row[child]),
                color=branch, linewidth=1.3, zorder=1, solid_joinstyle="round",
            )  # fmt: skip
        if node.mark:
            face = colour if node.mark == "filled" else _STAND_IN["ground"]
            axes.plot(
                _gaps((node.at,)), (row[i],), marker="o", markersize=6.5, linestyle="none", zorder=2,
                markerfacecolor=face, markeredgecolor=colour, markeredgewidth=1.4,
            )  # fmt: skip
        if node.label:
            inner = bool(children[i])
            axes.annotate(
                wrapped(node.label, 30, 1),
                (node.at or 0.0, row[i]),
                xytext=(8, 0),
                textcoords="offset points",
                va="center",
                ha="left",
                zorder=3,
                color=colour if inner else None,
                fontsize=_SMALL,
                fontweight="bold" if inner else "normal",
            )
    for meaning, face in ((figure.filled, _STAND_IN["ink"]), (figure.hollow, _STAND_IN["ground"])):
        if meaning:
            axes.plot(
                [], [], marker="o", linestyle="none", markersize=6.5, label=meaning, markerfacecolor=face,
                markeredgecolor=_STAND_IN["ink"], markeredgewidth=1.4,
            )  # fmt: skip
    axes.set_ylim(len(figure.nodes) - 0.4, -0.6)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    ats = [node.at or 0.0 for node in figure.nodes]
    first, last = math.ceil(min(ats)), math.floor(max(ats))
    axes.set_xticks(years := list(range(first, last + 1, max(1, (last - first) // 8))), [str(year) for year in years])
    wide = max(max(ats) - min(ats), 1.0)
    axes.set_xlim(min(ats) - 0.02 * wide, max(ats) + 0.2 * wide)  # room for the last names
    axes.set_xlabel(wrapped(figure.axis.label if figure.axis else "", 70))
    axes.grid(axis="x")


def _place_names(canvas: Canvas, figures: Sequence[Figure]) -> None:
    """Move the names of points that would lie on one another to another side of their point, when one is free."""
    from matplotlib.text import Annotation

    names = [
        (axes, text)
        for axes, figure in zip(canvas.get_axes(), figures, strict=True)
        if isinstance(figure, Scatter)
        for text in axes.texts
        if isinstance(text, Annotation)
    ]
    if not names:
        return
    canvas.draw_without_rendering()
    canvas.set_layout_engine("none")  # the axes stay where they are now
    taken: list[tuple[float, float, float, float]] = []
    for axes, text in names:
        x, y = axes.transData.transform(text.xy)
        lines = text.get_text().split("\n")
        wide, high = 6.2 * max(map(len, lines)), 13.0 * len(lines)
        sides = [(5, 3, "left", "bottom"), (-5, 3, "right", "bottom"), (5, -3, "left", "top"), (-5, -3, "right", "top"),
                 (0, 7, "center", "bottom"), (0, -7, "center", "top")]  # fmt: skip
        boxes = []
        for dx, dy, ha, va in sides:
            left = x + dx - {"left": 0, "right": wide, "center": wide / 2}[ha]
            bottom = y + dy - {"bottom": 0, "top": high}[va]
            boxes.append((left, bottom, left + wide, bottom + high))
        best = min(range(len(sides)), key=lambda side: sum(_overlap(boxes[side], other) for other in taken))
        dx, dy, ha, va = sides[best]
        text.xyann = (dx, dy)
        text.set(horizontalalignment=ha, verticalalignment=va)
        taken.append(boxes[best])


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> float:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return width * height if width > 0 and height > 0 else 0.0


def _dress(axes: Axes, x: Axis, y: Axis, language: Language) -> None:
    _dress_axis(axes, "x", x, language)
    _dress_axis(axes, "y", y, language)
    axes.grid(axis="both")


def _dress_axis(axes: Axes, which: str, axis: Axis, language: Language) -> None:
    from matplotlib.ticker import Formatter, LogLocator, MaxNLocator, NullFormatter

    mine = axes.xaxis if which == "x" else axes.yaxis
    log = axis.log and 0 < mine.get_minpos() < math.inf  # there is something to see on a logarithmic axis

    class InWords(Formatter):
        def __call__(self, value: float, pos: int | None = None) -> str:
            return number(value, language)

        def format_ticks(self, values: Sequence[float]) -> list[str]:
            return [number(v, language) for v in values] if log else ticks(list(values), language)

    set_limits = axes.set_xlim if which == "x" else axes.set_ylim
    if log:
        (axes.set_xscale if which == "x" else axes.set_yscale)("log")
    if axis.low is not None or axis.high is not None:
        set_limits(axis.low, axis.high)
    if log:
        low, high = sorted(axes.get_xlim() if which == "x" else axes.get_ylim())
        if low > 0 and math.log10(high) - math.log10(low) < 1.5:
            mine.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        mine.set_minor_formatter(NullFormatter())
    elif which == "x":  # as many numbers as do not touch in a panel
        mine.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
    mine.set_major_formatter(InWords())
    label = wrapped(axis.label, 70 if which == "x" else 45)
    (axes.set_xlabel if which == "x" else axes.set_ylabel)(label)


def _gaps(values: Numbers, axis: Axis | None = None) -> list[float]:
    """Return the values with NaN where there is nothing to draw: matplotlib leaves a gap there."""
    log = axis is not None and axis.log
    return [math.nan if value is None or (log and value <= 0) else value for value in values]


def _colour(place: int) -> str:
    return _STAND_IN[str(place + 1)]


# --- from matplotlib's file to ours ----------------------------------------------------------------------


def _finished(drawn: str, figure: Figure, language: Language, key: str) -> str:
    """Return matplotlib's SVG with our colours, the page's font, ids of its own, and words for who does not see it."""
    opening = re.search(r"<svg[^>]*>", drawn)
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', drawn)
    if opening is None or box is None:
        raise ValueError("matplotlib wrote no SVG")
    body = re.sub(r"<(metadata|style)\b.*?</\1>", "", drawn[opening.end() :], flags=re.DOTALL)
    body = re.sub(r"<[^!/][^>]*>", lambda tag: _own_tag(tag[0], key), body)
    body = re.sub(r"\s*\n\s*", "\n", body).strip()  # no blank line: it would end a block of HTML in Markdown
    width, height = float(box[1]), float(box[2])
    title, description = html.escape(shown(figure.title)), html.escape(alt.describe(figure, language))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" class="figure" '
        f'viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" role="img" lang="{language}" '
        f'style="stroke-linejoin: round; stroke-linecap: butt" aria-labelledby="{key}-title {key}-desc">'
        f'<title id="{key}-title">{title}</title><desc id="{key}-desc">{description}</desc>{body}'
    )


def _own_tag(tag: str, key: str) -> str:
    """Return a tag with what stands in it replaced; the texts of the figure are between tags, and stay."""
    tag = re.sub(r'( id="|href="#|url\(#)', rf"\g<1>{key}-", tag)
    tag = re.sub(r' d="[^"]*"', lambda path: " " + " ".join(re.sub(r"(\.\d\d)\d+", r"\1", path[0]).split()), tag)
    tag = tag.replace("'DejaVu Sans'", "var(--figure-font)")
    return re.sub(r"#0000[0-9a-f]{2}\b", lambda found: f"var(--figure-{_NAMES.get(found[0], 'ink')})", tag)
