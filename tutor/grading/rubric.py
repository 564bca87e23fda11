"""A rubric: the statement, the model answer and the criteria, from YAML, JSON or a Markdown table.

    question: Pourquoi lisser ?
    reference: Une suite absente du corpus reçoit une probabilité nulle…
    criteria:
      - {id: c1, criterion: "Problème : probabilité nulle", points: 2}
      - {id: c2, criterion: "Deux techniques (1 point chacune)", points: 2, reference: "Laplace, Good-Turing"}

or, in Markdown, the statement, then a table whose columns are named (``Critère``, ``Points``; ``Id`` and ``Référence``
if wanted). ``total`` may say what the points must add up to. ``check`` is a number that the criterion is about: see
``recomputation.py``. Left out: levels with descriptors other than those that the text of a criterion announces.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tutor.errors import FileUnreadable, RubricInvalid, SystemReason
from tutor.messages import Notice

MOST_CRITERIA = 40
LONGEST_TEXT = 40_000
"""Characters of a statement, a model answer or a criterion."""
LARGEST_FILE = 2_000_000


@dataclass(frozen=True, slots=True)
class Criterion:
    """What earns points."""

    id: str
    criterion: str
    points: float
    reference: str = ""
    """A model answer or key points for this criterion alone."""
    check: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Rubric:
    """How one piece of work is marked."""

    question: str
    criteria: tuple[Criterion, ...]
    reference: str = ""
    title: str = ""

    @property
    def scale(self) -> float:
        """The sum of the points."""
        return sum(criterion.points for criterion in self.criteria)

    def to_json(self) -> dict[str, Any]:
        """Return the rubric in the form of a rubric file."""
        criteria = [
            {"id": c.id, "criterion": c.criterion, "points": c.points}
            | ({"reference": c.reference} if c.reference else {})
            | ({"check": dict(c.check)} if c.check else {})
            for c in self.criteria
        ]
        return {"title": self.title, "question": self.question, "reference": self.reference, "criteria": criteria}


def read_rubric(path: Path) -> Rubric:
    """Read a rubric file: ``.yaml``, ``.yml``, ``.json`` or ``.md``.

    Raises:
        FileUnreadable: with the system's reason.
        RubricInvalid: with what is wrong in it.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise FileUnreadable(path=path, reason=SystemReason(error)) from error
    if len(data) > LARGEST_FILE:
        raise RubricInvalid(path=path.name, reason=Notice("rubric.large"))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    return parse_rubric(text, path.name, markdown=path.suffix.lower() in (".md", ".txt"))


def parse_rubric(text: str, name: str = "", *, markdown: bool | None = None) -> Rubric:
    """Read the text of a rubric; a Markdown table is recognised where ``markdown`` does not say.

    >>> table = "Pourquoi lisser ?\\n\\n| Critère | Points |\\n|---|---|\\n| Problème | 2 |\\n| Principe | 1,5 |"
    >>> [(c.id, c.criterion, c.points) for c in parse_rubric(table).criteria]
    [('c1', 'Problème', 2.0), ('c2', 'Principe', 1.5)]
    """
    if markdown is None:
        markdown = bool(re.search(r"^\s*\|.*\|\s*$\n^\s*\|[\s:|-]+\|\s*$", text, re.MULTILINE)) and not re.search(
            r"^criteria\s*:", text, re.MULTILINE
        )
    if markdown:
        return rubric_of(_from_markdown(text, name), name)
    import yaml

    try:
        loaded = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        raise RubricInvalid(
            path=name, reason=Notice("rubric.syntax", {"line": mark.line + 1 if mark else 1})
        ) from error
    return rubric_of(loaded, name)


def rubric_of(loaded: object, name: str = "") -> Rubric:
    """Return the rubric in a mapping that was read from a file.

    Raises:
        RubricInvalid: with what is wrong, and where.
    """

    def wrong(reason: str, **details: object) -> RubricInvalid:
        return RubricInvalid(path=name or "rubric", reason=Notice(f"rubric.{reason}", details))

    if not isinstance(loaded, Mapping):
        raise wrong("shape")
    listed = loaded.get("criteria", loaded.get("rubric"))
    if not isinstance(listed, Sequence) or isinstance(listed, str) or not listed:
        raise wrong("criteria")
    if len(listed) > MOST_CRITERIA:
        raise wrong("many", limit=MOST_CRITERIA)
    criteria: list[Criterion] = []
    for number, item in enumerate(listed, 1):
        if not isinstance(item, Mapping) or not str(item.get("criterion") or "").strip():
            raise wrong("criterion", number=number)
        identifier = str(item.get("id") or f"c{number}").strip()[:60]
        if identifier in {c.id for c in criteria}:
            raise wrong("twice", id=identifier)
        points = _points(item.get("points"))
        if points is None:
            raise wrong("points", id=identifier, value=str(item.get("points"))[:40])
        check = item.get("check")
        if check is not None and not isinstance(check, Mapping):
            raise wrong("check", id=identifier)
        criteria.append(
            Criterion(identifier, _text(item.get("criterion")), points, _text(item.get("reference")), check)
        )
    total = loaded.get("total", loaded.get("scale"))
    scale = sum(criterion.points for criterion in criteria)
    if total is not None:
        wanted = _points(total)
        if wanted is None or abs(wanted - scale) > 1e-9:
            raise wrong("total", total=str(total)[:40], sum=f"{scale:g}")
    return Rubric(
        _text(loaded.get("question")), tuple(criteria), _text(loaded.get("reference")), _text(loaded.get("title"))
    )


def _text(value: object) -> str:
    return str(value if value is not None else "").strip()[:LONGEST_TEXT]


def _points(value: object) -> float | None:
    """Return a positive finite number, written with a comma or a point; None for anything else."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = float(str(value).replace(",", ".").strip())
    except ValueError:
        return None
    return number if 0 < number <= 1000 else None


_COLUMNS = {
    "criterion": ("critère", "critere", "criterion", "criterium", "attendu"),
    "points": ("points", "point", "barème", "bareme", "pts", "max"),
    "id": ("id", "n°", "no", "numéro", "code"),
    "reference": ("référence", "reference", "réponse", "reponse", "corrigé", "answer", "points clés"),
}


def _from_markdown(text: str, name: str) -> dict[str, Any]:
    lines = text.split("\n")
    head = next(
        (at for at in range(len(lines) - 1) if "|" in lines[at] and re.fullmatch(r"[\s:|-]*-[\s:|-]*", lines[at + 1])),
        None,
    )
    if head is None:
        raise RubricInvalid(path=name or "rubric", reason=Notice("rubric.table"))
    names = [cell.lower().strip("* ") for cell in _cells(lines[head])]
    columns = {
        key: next((at for at, cell in enumerate(names) if cell in known), None) for key, known in _COLUMNS.items()
    }
    if columns["criterion"] is None or columns["points"] is None:
        raise RubricInvalid(path=name or "rubric", reason=Notice("rubric.columns"))
    criteria: list[dict[str, Any]] = []
    total = None
    for line in lines[head + 2 :]:
        if "|" not in line:
            break
        cells = _cells(line)
        row = {key: cells[at] for key, at in columns.items() if at is not None and at < len(cells)}
        if row.get("criterion", "").strip("* ").lower() == "total":
            total = row.get("points", "").strip("* ")
            continue
        criteria.append(row)
    before = "\n".join(lines[:head]).strip()
    question, _, reference = before.partition("\n## ")
    reference = reference.partition("\n")[2]
    found: dict[str, Any] = {"question": re.sub(r"^#+ .*\n", "", question), "reference": reference}
    return {**found, "criteria": criteria} | ({"total": total} if total else {})


def _cells(line: str) -> list[str]:
    parts = re.split(r"(?<!\\)\|", line.strip().strip("|"))
    return [part.replace("\\|", "|").strip() for part in parts]
