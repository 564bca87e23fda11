"""What a figure is: a few kinds of frozen records, checked when they are made, and their JSON form.

A demo says *what* there is to see; how it is drawn (colours, sizes, light or dark, commas) is not its business. All
texts are plain and already in the reader's language. Numbers are finite; None is a gap in a curve, an empty cell.

    >>> figure = Lines("Perte", x=Axis("pas"), y=Axis("perte (nats)"), curves=(Curve("validation", (0, 10), (3, 2.5)),))
    >>> figure.to_dict()["curves"][0]["y"]
    [3.0, 2.5]
    >>> read(figure.to_dict()) == figure
    True

Left out: graphs that are no trees; anything in three dimensions.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, TypeAlias

MOST_COLOURS = 8
"""Curves, groups or clouds of one figure: as many as the palette tells apart."""
MOST_POINTS = 2000
"""Of one curve or cloud."""
MOST_BARS = 40
MOST_CELLS = 64
"""Of a side of a heat map or of a field."""
MOST_WRITTEN = 12
"""Of a side of a heat map whose numbers are written in."""
MOST_NAMES = 400
MOST_WORDS = 40
"""Of a sentence with arcs."""
MOST_NODES = 400
MOST_LEAVES = 60
MOST_PANELS = 6
LONGEST_TEXT = 10_000

Numbers: TypeAlias = "Sequence[float | None]"


@dataclass(frozen=True, slots=True)
class Axis:
    """What an axis measures; ``low`` and ``high`` are its ends, None for « as the data have it »."""

    label: str = ""
    log: bool = False
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        _text(self, "label")
        _number(self, "low", "high")
        _require(self.low is None or self.high is None or self.low < self.high, "an axis goes from low to high")
        _require(not self.log or all(end is None or end > 0 for end in (self.low, self.high)), "log of what is not > 0")


@dataclass(frozen=True, slots=True)
class Curve:
    """Points (x, y) joined by a line. ``low`` and ``high`` are the band around it."""

    label: str
    x: Numbers
    y: Numbers
    low: Numbers | None = None
    high: Numbers | None = None
    line: bool = True
    points: bool = False
    """Also mark each point."""
    dashed: bool = False
    """For what is expected rather than measured."""

    def __post_init__(self) -> None:
        _text(self, "label")
        _numbers(self, "x", "y", "low", "high")
        _require(self.line or self.points, "a curve has a line, points, or both")
        _same_length(self, "x", "y", "low", "high")
        _require((self.low is None) == (self.high is None), "a band has two edges")


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line at one value of an axis: chance, a theory, the best possible."""

    label: str
    at: float
    axis: Literal["x", "y"] = "y"
    """The axis on which ``at`` is read."""

    def __post_init__(self) -> None:
        _text(self, "label")
        _number(self, "at")
        _require(self.at is not None and self.axis in ("x", "y"), "a rule is at a value of x or y")


@dataclass(frozen=True, slots=True)
class Group:
    """One bar for each label; several groups stand side by side. ``low`` and ``high`` end an interval."""

    label: str
    values: Numbers
    low: Numbers | None = None
    high: Numbers | None = None

    def __post_init__(self) -> None:
        _text(self, "label")
        _numbers(self, "values", "low", "high")
        _same_length(self, "values", "low", "high")
        _require((self.low is None) == (self.high is None), "an interval has two ends")


@dataclass(frozen=True, slots=True)
class Cloud:
    """Points that are not joined; ``names``, when there are any, one a point."""

    label: str
    x: Numbers
    y: Numbers
    names: Sequence[str] = ()

    def __post_init__(self) -> None:
        _text(self, "label")
        _numbers(self, "x", "y")
        _same_length(self, "x", "y")
        _texts(self, "names")
        _require(len(self.names) in (0, len(self.x)), "a name for each point, or none")


@dataclass(frozen=True, slots=True)
class Field:
    """A value in [0, 1] at each point of a grid, ``values[row][column]``, rows from ``y_low`` up: a classifier's P."""

    x_low: float
    x_high: float
    y_low: float
    y_high: float
    values: Sequence[Numbers]
    label: str = ""
    """What the value is."""

    def __post_init__(self) -> None:
        _text(self, "label")
        _number(self, "x_low", "x_high", "y_low", "y_high")
        _grid(self, "values")
        _require(len(self.values) >= 2 and len(self.values[0]) >= 2, "a field has two rows and two columns at least")
        _require(self.x_low < self.x_high and self.y_low < self.y_high, "a field goes from low to high")
        _require(all(v is not None and 0 <= v <= 1 for row in self.values for v in row), "a field's values are in 0…1")


@dataclass(frozen=True, slots=True)
class Arc:
    """A link from the word ``head`` to the word ``dependent``, both counted from 0; head None: the root."""

    head: int | None
    dependent: int
    label: str = ""
    strong: bool = False
    """Drawn so that it is seen first."""

    def __post_init__(self) -> None:
        _text(self, "label")
        ends = (self.dependent,) if self.head is None else (self.head, self.dependent)
        _require(all(type(end) is int and end >= 0 for end in ends), "an arc joins two words by their numbers")
        _require(self.head != self.dependent, "an arc joins two words")


@dataclass(frozen=True, slots=True)
class Node:
    """A node of a tree. ``parent`` is the number of an earlier node, None for the first node alone."""

    label: str
    parent: int | None = None
    at: float | None = None
    """Where it stands on the axis, when the tree has one."""
    mark: Literal["", "filled", "hollow"] = ""
    colour: int = 0
    """One of the palette, from 1; 0 for that of the text."""

    def __post_init__(self) -> None:
        _text(self, "label")
        _number(self, "at")
        _require(self.parent is None or (type(self.parent) is int and self.parent >= 0), "parent is a number of a node")
        _require(self.mark in ("", "filled", "hollow"), "a mark is filled or hollow")
        _require(type(self.colour) is int and 0 <= self.colour <= MOST_COLOURS, "colour is one of the palette")


class Figure:
    """A figure of any kind."""

    __slots__ = ()
    kind: ClassVar[str]
    title: str
    alt: str

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form: ``kind`` and the fields."""
        plain: dict[str, Any] = _plain(self)
        return plain


@dataclass(frozen=True, slots=True)
class Lines(Figure):
    """Curves over two axes."""

    kind: ClassVar[str] = "lines"
    title: str
    x: Axis
    y: Axis
    curves: Sequence[Curve]
    rules: Sequence[Rule] = ()
    alt: str = ""
    """What there is to see, in a sentence, for who does not see it."""

    def __post_init__(self) -> None:
        _text(self, "title", "alt")
        _records(self, Curve, "curves", most=MOST_COLOURS)
        _records(self, Rule, "rules", least=0, most=MOST_COLOURS)
        _records_of_type(self, Axis, "x", "y")


@dataclass(frozen=True, slots=True)
class Bars(Figure):
    """A bar for each label, several when there are several groups."""

    kind: ClassVar[str] = "bars"
    title: str
    labels: Sequence[str]
    groups: Sequence[Group]
    value: Axis = dataclasses.field(default_factory=Axis)
    alt: str = ""

    def __post_init__(self) -> None:
        _text(self, "title", "alt")
        _texts(self, "labels")
        _records(self, Group, "groups", most=MOST_COLOURS)
        _records_of_type(self, Axis, "value")
        _require(1 <= len(self.labels) <= MOST_BARS, f"from 1 to {MOST_BARS} bars")
        _require(all(len(g.values) == len(self.labels) for g in self.groups), "a group has one value for each label")


@dataclass(frozen=True, slots=True)
class Heatmap(Figure):
    """A table of numbers as shades, ``values[row][column]``, the first row on top."""

    kind: ClassVar[str] = "heatmap"
    title: str
    rows: Sequence[str]
    columns: Sequence[str]
    values: Sequence[Numbers]
    value: str = ""
    """What a cell measures."""
    row_title: str = ""
    column_title: str = ""
    low: float | None = None
    """What has no shade at all; by default the least value, or 0 when there is no negative one."""
    high: float | None = None
    written: bool = False
    """Write the numbers in the cells."""
    diverging: bool = False
    """Two colours, around 0."""
    alt: str = ""

    def __post_init__(self) -> None:
        _text(self, "title", "alt", "value", "row_title", "column_title")
        _texts(self, "rows", "columns")
        _grid(self, "values")
        _number(self, "low", "high")
        _require(len(self.rows) == len(self.values), "a label for each row")
        _require(len(self.columns) == len(self.values[0]), "a label for each column")
        small = max(len(self.rows), len(self.columns)) <= MOST_WRITTEN
        _require(small or not self.written, f"numbers are written in {MOST_WRITTEN} × {MOST_WRITTEN} cells at most")
        _require(self.low is None or self.high is None or self.low < self.high, "shades go from low to high")


@dataclass(frozen=True, slots=True)
class Scatter(Figure):
    """Clouds of points, over what a classifier says when there is a ``field``."""

    kind: ClassVar[str] = "scatter"
    title: str
    x: Axis
    y: Axis
    clouds: Sequence[Cloud]
    field: Field | None = None
    alt: str = ""

    def __post_init__(self) -> None:
        _text(self, "title", "alt")
        _records(self, Cloud, "clouds", most=MOST_COLOURS)
        _records_of_type(self, Axis, "x", "y")
        _require(self.field is None or isinstance(self.field, Field), "field is a Field")
        _require(sum(len(cloud.names) for cloud in self.clouds) <= MOST_NAMES, f"{MOST_NAMES} names at most")


@dataclass(frozen=True, slots=True)
class Arcs(Figure):
    """A sentence, word after word, and arcs over it from heads to dependents."""

    kind: ClassVar[str] = "arcs"
    title: str
    words: Sequence[str]
    arcs: Sequence[Arc]
    tags: Sequence[str] = ()
    """What stands under each word, when there is anything."""
    alt: str = ""

    def __post_init__(self) -> None:
        _text(self, "title", "alt")
        _texts(self, "words", "tags")
        _records(self, Arc, "arcs", least=0, most=2 * MOST_WORDS)
        _require(1 <= len(self.words) <= MOST_WORDS, f"from 1 to {MOST_WORDS} words")
        _require(len(self.tags) in (0, len(self.words)), "a tag for each word, or none")
        ends = [end for arc in self.arcs for end in (arc.head, arc.dependent) if end is not None]
        _require(all(end < len(self.words) for end in ends), "an arc joins words of the sentence")


@dataclass(frozen=True, slots=True)
class Tree(Figure):
    """A tree: from the top down, or along an ``axis`` of years, and then every node has an ``at``."""

    kind: ClassVar[str] = "tree"
    title: str
    nodes: Sequence[Node]
    axis: Axis | None = None
    """Its label alone counts."""
    filled: str = ""
    """What a filled mark means."""
    hollow: str = ""
    alt: str = ""

    def __post_init__(self) -> None:
        _text(self, "title", "alt", "filled", "hollow")
        _records(self, Node, "nodes", most=MOST_NODES)
        _require(self.axis is None or isinstance(self.axis, Axis), "axis is an Axis")
        _require(self.nodes[0].parent is None, "the first node is the root")
        later = enumerate(self.nodes[1:], 1)
        _require(all(node.parent is not None and node.parent < i for i, node in later), "a parent comes first")
        _require(self.axis is None or all(node.at is not None for node in self.nodes), "every node is on the axis")
        parents = {node.parent for node in self.nodes}
        leaves = sum(i not in parents for i in range(len(self.nodes)))
        _require(leaves <= MOST_LEAVES, f"{MOST_LEAVES} leaves at most")


@dataclass(frozen=True, slots=True)
class Panels(Figure):
    """Several figures side by side, row after row; a panel holds no panels."""

    kind: ClassVar[str] = "panels"
    title: str
    panels: Sequence[Figure]
    columns: int = 2
    alt: str = ""

    def __post_init__(self) -> None:
        _text(self, "title", "alt")
        _records(self, Figure, "panels", most=MOST_PANELS)
        _require(not any(isinstance(panel, Panels) for panel in self.panels), "a panel holds no panels")
        _require(type(self.columns) is int and 1 <= self.columns <= 3, "from 1 to 3 columns")


KINDS: Mapping[str, type[Figure]] = {each.kind: each for each in (Lines, Bars, Heatmap, Scatter, Arcs, Tree, Panels)}
_PARTS: Mapping[str, type[Any]] = {
    "curves": Curve,
    "rules": Rule,
    "groups": Group,
    "clouds": Cloud,
    "arcs": Arc,
    "nodes": Node,
}


def read(data: object) -> Figure:
    """Return the figure of that JSON form. Raises ``ValueError`` for anything else, whoever wrote it."""
    try:
        return _read_figure(data)
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"not a figure: {error}") from None


def check(data: object) -> None:
    """Raise ``ValueError`` for what is not the JSON form of a figure."""
    read(data)


def _read_figure(data: Any) -> Figure:
    given = dict(data)
    made = KINDS[given.pop("kind")]
    for name, value in given.items():
        if name in _PARTS:
            given[name] = tuple(_PARTS[name](**each) for each in value)
        elif name == "panels":
            given[name] = tuple(_read_figure(each) for each in value)
        elif name == "field":
            given[name] = None if value is None else Field(**value)
        elif name == "axis":
            given[name] = None if value is None else Axis(**value)
        elif name in ("x", "y") or (name == "value" and made is Bars):
            given[name] = Axis(**value)
    return made(**given)


def _plain(value: Any) -> Any:
    """Return a record, a sequence or a value as JSON has it."""
    if dataclasses.is_dataclass(value):
        fields = {each.name: _plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
        return {"kind": value.kind, **fields} if isinstance(value, Figure) else fields
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


# --- checks: each one reads fields, writes them back as plain Python, or raises ValueError ------------------


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise ValueError(what)


def _text(record: object, *names: str) -> None:
    for name in names:
        value = getattr(record, name)
        _require(isinstance(value, str) and len(value) <= LONGEST_TEXT, f"{name}: a text is expected")
        object.__setattr__(record, name, _unbroken(value))


def _texts(record: object, *names: str) -> None:
    for name in names:
        values = tuple(getattr(record, name))
        _require(all(isinstance(v, str) and len(v) <= LONGEST_TEXT for v in values), f"{name}: texts are expected")
        object.__setattr__(record, name, tuple(map(_unbroken, values)))


def _unbroken(text: str) -> str:
    """Half a surrogate pair is no text."""
    return text.encode("utf-8", "replace").decode()


def _number(record: object, *names: str) -> None:
    for name in names:
        object.__setattr__(record, name, _finite(getattr(record, name), name))


def _numbers(record: object, *names: str) -> None:
    for name in names:
        values = getattr(record, name)
        if values is not None:
            object.__setattr__(record, name, _finite_all(values, name))


def _grid(record: object, name: str) -> None:
    rows = tuple(_finite_all(row, name) for row in getattr(record, name))
    _require(
        1 <= len(rows) <= MOST_CELLS and 1 <= len(rows[0]) <= MOST_CELLS, f"{name}: 1 to {MOST_CELLS} cells a side"
    )
    _require(len({len(row) for row in rows}) == 1, f"{name}: rows of the same length")
    object.__setattr__(record, name, rows)


def _finite_all(values: Iterable[Any], name: str) -> tuple[float | None, ...]:
    numbers = tuple(_finite(value, name) for value in values)
    _require(len(numbers) <= MOST_POINTS, f"{name}: {MOST_POINTS} points at most")
    return numbers


def _finite(value: Any, name: str) -> float | None:
    """Return a plain float (numpy's become one), None for None."""
    if value is None:
        return None
    _require(not isinstance(value, bool | str | bytes), f"{name}: a number is expected")
    number = float(value)
    _require(math.isfinite(number), f"{name}: a finite number is expected, or None")
    return number


def _same_length(record: object, *names: str) -> None:
    lengths = {len(values) for name in names if (values := getattr(record, name)) is not None}
    _require(len(lengths) == 1, f"{', '.join(names)}: as many of each")


def _records(record: object, kind: type[Any], name: str, *, most: int, least: int = 1) -> None:
    values = tuple(getattr(record, name))
    _require(all(isinstance(value, kind) for value in values), f"{name}: {kind.__name__} records are expected")
    _require(least <= len(values) <= most, f"{name}: from {least} to {most}")
    object.__setattr__(record, name, values)


def _records_of_type(record: object, kind: type[Any], *names: str) -> None:
    for name in names:
        _require(isinstance(getattr(record, name), kind), f"{name}: {kind.__name__} is expected")
