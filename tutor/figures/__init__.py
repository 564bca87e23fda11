"""Figures as data: ``grammar`` says what a figure is, ``svg`` draws it, ``export`` writes its data."""

from tutor.figures.grammar import (
    Axis,
    Bars,
    Cloud,
    Curve,
    Field,
    Figure,
    Group,
    Heatmap,
    Lines,
    Panels,
    Rule,
    Scatter,
    check,
    read,
)

__all__ = [
    "Axis",
    "Bars",
    "Cloud",
    "Curve",
    "Field",
    "Figure",
    "Group",
    "Heatmap",
    "Lines",
    "Panels",
    "Rule",
    "Scatter",
    "check",
    "read",
]
