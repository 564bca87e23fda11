"""What a student's template may contain: enough to write any prompt, too little to keep a server busy.

    {{ question }}   {{ examples[0].answer }}   {{ example.steps | join(" ") }}   {{ loop.index + 1 }}
    {% for example in examples %} … {% for step in example.steps %} … {% endfor %} … {% endfor %}
    {% if task == "modular" %} … {% else %} … {% endif %}

Jinja's sandbox keeps a template from reading what it may not; it lets it multiply a word by ten billion, and some of
that runs while the template is compiled. So this list is of what is allowed, and it is held against the parsed text,
before anything is compiled. Nothing in it can be fed with what it made itself, so nothing doubles:

- a loop, or ``join``, goes over the examples or the steps of one, and ``join`` puts a constant between them;
- a list holds constants: Python writes a list with its backslashes doubled, and would again in the list around it;
- only what is sure to be a number is ``odd``, ``even`` or ``divisibleby``: Python's ``%`` fills a string in;
- ``~`` and ``+`` stand at most ``MOST_JOINED`` times in a template: what they make is counted when it is made.

One ``{{ … }}`` then writes at most ``MOST_JOINED + 1`` times the longest of what it may read (a variable, or the parts
of a ``join``), and a loop goes round at most twice over short lists, each round counted by ``Template.render`` while
it is written.

Left out: assignments, macros, includes, calls, multiplication, whatever a later Jinja may add.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from tutor.messages import Notice

if TYPE_CHECKING:
    from jinja2 import nodes

FILTERS = ("join", "length", "first", "last", "upper", "lower", "capitalize", "title", "trim", "default")
_REMAINDERS = ("odd", "even", "divisibleby")
TESTS = ("defined", "none", *_REMAINDERS, "in")
LOOPS_OVER = ("examples", "steps")
"""The examples, and the steps of one: short lists that the exercises' generators make."""
NUMBERS_OF_A_LOOP = ("index", "index0", "revindex", "revindex0", "length", "depth")
DEEPEST_LOOP = 2
MOST_JOINED = 50
"""Times that a template puts two parts together with ``~`` or ``+``."""
DEEPEST = 60
"""Parts inside parts; Python's own compiler gives up at about a hundred."""
_WRITTEN = frozenset({"TemplateData", "Output", "Template", "Const", "Name", "Getattr", "Getitem", "Slice", "List"})
_DECIDED = frozenset({"If", "CondExpr", "Compare", "Operand", "And", "Or", "Not", "Test"})
_COUNTED = frozenset({"Add", "Sub", "Neg", "Pos", "Concat"})
_ALLOWED = _WRITTEN | _DECIDED | _COUNTED | {"For", "Filter", "Keyword"}
_SHOWN = {
    "Mul": "*", "Pow": "**", "Mod": "%", "Div": "/", "FloorDiv": "//", "Call": "…(…)", "Assign": "{% set %}",
    "AssignBlock": "{% set %}", "Macro": "{% macro %}", "CallBlock": "{% call %}", "FilterBlock": "{% filter %}",
    "Include": "{% include %}", "Import": "{% import %}", "FromImport": "{% from %}", "Extends": "{% extends %}",
    "Block": "{% block %}", "With": "{% with %}", "Tuple": "(…, …)", "Dict": "{…: …}",
}  # fmt: skip
"""How a student wrote what is refused."""
_JOIN_WITH = "… | join(…)"


def refusal(tree: nodes.Template) -> Notice | None:
    """Return why a parsed template cannot be used, None when it can.

    >>> from jinja2.sandbox import SandboxedEnvironment
    >>> parse = SandboxedEnvironment().parse
    >>> refusal(parse("{% for e in examples %}{{ e.answer }}{% endfor %} {{ question }}"))
    >>> refusal(parse("{{ question * 9999999999 }}")).details["what"]
    '*'
    """
    joined = 0
    for node, depth, loops in _walk(tree):
        if depth > DEEPEST:
            return Notice("prompting.mine.too_deep")
        if what := _refused(node, loops):
            if what == _JOIN_WITH:
                return Notice("prompting.mine.join")
            shown = {"what": what, "filters": ", ".join(FILTERS)}
            return Notice("prompting.mine.refused", shown)
        joined += _joined(node)
        if joined > MOST_JOINED:
            return Notice("prompting.mine.too_many_joined", {"limit": MOST_JOINED})
    return None


def _walk(tree: nodes.Template) -> Iterator[tuple[Any, int, int]]:
    """Yield (node, parts around it, loops around it), without recursion: a template may be deeper than our stack."""
    waiting: deque[tuple[Any, int, int]] = deque([(tree, 0, 0)])
    while waiting:
        node, depth, loops = waiting.popleft()  # what stands outside comes before what is in it
        yield node, depth, loops
        inside = loops + (type(node).__name__ == "For")
        waiting += [(child, depth + 1, inside) for child in node.iter_child_nodes()]


def _refused(node: Any, loops: int) -> str:
    """Return what of a node is refused, as it is written; nothing when it is allowed."""
    kind = type(node).__name__
    if kind not in _ALLOWED:
        return _SHOWN.get(kind, kind)
    if kind == "For":
        if loops >= DEEPEST_LOOP:
            return " ".join(["{% for %}"] * (DEEPEST_LOOP + 1))
        if node.recursive or not _is_short_list(node.iter):
            return "{% for … recursive %}" if node.recursive else "{% for … in … %}"
    if kind == "Filter" and node.name not in FILTERS:
        return f"| {node.name}"
    if kind == "Filter" and node.name == "join":
        if not (node.node and _is_short_list(node.node)):
            return "… | join"
        between = [*node.args, *(each.value for each in node.kwargs)]
        if node.dyn_args or node.dyn_kwargs or not _are_constants(between):
            return _JOIN_WITH
    if kind == "List" and not _are_constants(node.items):
        return "[…, …]"
    if kind == "Test" and (node.name not in TESTS or (node.name in _REMAINDERS and not _is_number(node.node))):
        return f"is {node.name}"
    return ""


def _joined(node: Any) -> int:
    """Return how many ``~`` or ``+`` a node is; Jinja reads ``a ~ b ~ c`` as one node."""
    kind = type(node).__name__
    return len(node.nodes) - 1 if kind == "Concat" else int(kind == "Add")


def _are_constants(parts: Iterable[Any]) -> bool:
    return all(type(part).__name__ == "Const" for part in parts)


def _is_number(node: Any) -> bool:
    """Tell whether it can be nothing but a number: one that is written, ``loop.index`` and the like, ``… | length``."""
    kind = type(node).__name__
    if kind == "Getattr":
        return type(node.node).__name__ == "Name" and node.node.name == "loop" and node.attr in NUMBERS_OF_A_LOOP
    return (kind == "Const" and isinstance(node.value, int | float)) or (kind == "Filter" and node.name == "length")


def _is_short_list(node: Any) -> bool:
    """Tell whether it is ``examples``, ``….steps``, or a slice of one."""
    while type(node).__name__ == "Getitem" and type(node.arg).__name__ == "Slice":
        node = node.node
    kind = type(node).__name__
    name = node.name if kind == "Name" else node.attr if kind == "Getattr" else ""
    return name in LOOPS_OVER
