"""``tutor eval grading``: how close are the drafts to marks given by hand, and does text for the marker move them?

One answer a line: ``question_id``, ``question``, ``reference``, ``rubric`` (criteria), ``answer``, ``marks``
(criterion → mark), ``score``, ``scale``; ``kind`` groups answers; an ``injection`` names its clean twin in
``clean_id``. The marker is given the question, the reference, the rubric and the answer, and nothing else. Figures are
over the clean answers, on score / scale.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tutor import messages
from tutor.contracts import Embedder, Language
from tutor.errors import FileUnreadable, QuestionFileInvalid, RubricInvalid, SystemReason
from tutor.evaluation.predictions import check_writable, write
from tutor.grading.agreement import pearson, quadratic_kappa, reliability, rmse
from tutor.grading.drafts import Draft
from tutor.grading.judging import Judge
from tutor.grading.rubric import rubric_of
from tutor.messages import Notice

if TYPE_CHECKING:
    from tutor.grading.signals import Task

CONFIDENT = 0.5
"""A copy whose confidence is lower is to be reviewed first."""
MOVED = 0.05
"""A mark that an injection moves by more than this share of the scale has been moved."""


def run(
    open_embedder: Callable[[], AbstractContextManager[Embedder]],
    answers: Path,
    *,
    predictions: Path | None = None,
    judge: Judge | None = None,
) -> dict[str, Any]:
    """Draft every answer of the file and return the contract's figures and more.

    Raises:
        QuestionFileInvalid: with the line that cannot be used.
    """
    items = read_answers(answers)
    check_writable(predictions)
    with open_embedder() as embedder:
        started = time.perf_counter()
        drafts = draft_all(items, embedder, judge)
        seconds = time.perf_counter() - started
    write(
        predictions,
        (
            {"id": item["id"], **draft.to_json(), "gold": {"marks": item.get("marks"), "score": item["score"]}}
            for item, draft in zip(items, drafts, strict=True)
        ),
    )
    return figures(items, drafts) | {"seconds_per_copy": round(seconds / len(items), 3)}


def read_answers(path: Path) -> list[dict[str, Any]]:
    """Read an answer file; every line is checked.

    Raises:
        FileUnreadable: with the system's reason, not UTF-8, or empty.
        QuestionFileInvalid: with the line and what is wrong in it.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = SystemReason(error) if isinstance(error, OSError) else Notice("eval.grading.encoding")
        raise FileUnreadable(path=path, reason=reason) from error
    items: list[dict[str, Any]] = []
    seen: set[str] = set()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            item = _item(json.loads(line), str(number), path.name)
            if item["id"] in seen:
                raise _Wrong("id", value=item["id"][:40])
        except _Wrong as error:
            raise QuestionFileInvalid(path=path, line=number, reason=error.reason) from error
        except RubricInvalid as error:
            raise QuestionFileInvalid(path=path, line=number, reason=error.details["reason"]) from error
        except (ValueError, RecursionError) as error:
            raise QuestionFileInvalid(path=path, line=number, reason=Notice("eval.grading.line")) from error
        seen.add(item["id"])
        items.append(item)
    if not items:
        raise FileUnreadable(path=path, reason=Notice("questions.reason.empty"))
    return items


class _Wrong(Exception):
    """What is wrong in a line."""

    def __init__(self, key: str, **details: object) -> None:
        super().__init__(key)
        self.reason = Notice(f"eval.grading.{key}", details)


def _item(loaded: Any, number: str, name: str) -> dict[str, Any]:
    """Return one line, checked: score, scale and marks are numbers that fit each other and the rubric; ids, texts."""
    if not isinstance(loaded, dict) or not isinstance(loaded.get("answer"), str):
        raise _Wrong("line")
    json.dumps(loaded, ensure_ascii=False).encode()  # half a character is no text: ValueError
    item = dict(loaded)
    item["rubric"] = item.get("rubric") or item.get("criteria")
    points = {c.id: c.points for c in rubric_of(_task_of(item), name).criteria}
    scale = item.get("scale")
    item["scale"] = sum(points.values()) if scale is None else _number("scale", scale, 1e-9, 1e6)
    item["score"] = _number("score", item.get("score"), 0, item["scale"])
    marks = item.get("marks")
    if marks is not None:
        if not isinstance(marks, dict):
            raise _Wrong("marks")
        item["marks"] = {c: _number(f"marks.{c}"[:60], mark, 0, points.get(c, 1e6)) for c, mark in marks.items()}
    for key in ("id", "clean_id"):
        value = item.setdefault("id", number) if key == "id" else item.get(key)
        if value is not None:
            if not isinstance(value, str | int) or isinstance(value, bool) or not str(value).strip():
                raise _Wrong("id", value=str(value)[:40])
            item[key] = str(value)
    if item["id"] is None:
        raise _Wrong("id", value=None)
    return item


def _number(field: str, value: object, low: float, high: float) -> float:
    """Return a mark as a float; infinite, not a number or out of its bounds is wrong."""
    if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
        return float(value)
    raise _Wrong("number", field=field, value=str(value)[:40], low=f"{round(low, 6):g}", high=f"{high:g}")


def _task_of(item: Mapping[str, Any]) -> dict[str, Any]:
    return {"question": item.get("question", ""), "reference": item.get("reference", ""), "criteria": item["rubric"]}


def draft_all(items: Sequence[Mapping[str, Any]], embedder: Embedder, judge: Judge | None = None) -> list[Draft]:
    """Draft every answer; a rubric is made ready once for all answers to its question."""
    from tutor.grading.marking import mark
    from tutor.grading.signals import prepare

    tasks: dict[str, Task] = {}
    drafts = []
    for item in items:
        given = _task_of(item)
        key = json.dumps(given, sort_keys=True)
        if key not in tasks:
            tasks[key] = prepare(rubric_of(given), embedder)
        drafts.append(mark(item["id"], item["answer"], tasks[key], embedder, judge=judge))
    return drafts


def figures(items: Sequence[Mapping[str, Any]], drafts: Sequence[Draft]) -> dict[str, Any]:
    """Return how far the drafts are from the gold."""
    pairs = [(item, draft) for item, draft in zip(items, drafts, strict=True) if not item.get("injection")]
    gold = [item["score"] / item["scale"] for item, _ in pairs]
    ours = [draft.total / draft.max for _, draft in pairs]
    inner = [at for at, share in enumerate(gold) if 0 < share < 1]
    off, sure, close = [], [], []
    for item, draft in pairs:
        for c in draft.criteria:
            if c.id in (item.get("marks") or {}):
                miss = abs(c.points - float(item["marks"][c.id])) / c.max
                off.append(miss)
                sure.append(c.confidence)
                close.append(miss <= 0.25)
    kinds: dict[str, list[tuple[float, float]]] = {}
    for (item, _), a, b in zip(pairs, gold, ours, strict=True):
        kinds.setdefault(str(item.get("kind", "")), []).append((a, b))
    return {
        "n": len(pairs),
        "pearson": _rounded(pearson(gold, ours)),
        "qwk": _rounded(quadratic_kappa(gold, ours)),
        "rmse": _rounded(rmse(gold, ours)),
        "to_review": sum(draft.confidence < CONFIDENT or bool(draft.flags) for _, draft in pairs),
        "criterion_mae": _rounded(sum(off) / len(off) if off else None),
        "interior": {
            "n": len(inner),
            "pearson": _rounded(pearson([gold[at] for at in inner], [ours[at] for at in inner])),
            "rmse": _rounded(rmse([gold[at] for at in inner], [ours[at] for at in inner])),
        },
        "kinds": {
            kind: {
                "n": len(both),
                "gold": _rounded(sum(a for a, _ in both) / len(both)),
                "draft": _rounded(sum(b for _, b in both) / len(both)),
            }
            for kind, both in kinds.items()
        },
        "injections": _injections(items, drafts),
        "evidence_verbatim": _rounded(_verbatim(items, drafts)),
        "reliability": reliability(sure, close),
    }


def _injections(items: Sequence[Mapping[str, Any]], drafts: Sequence[Draft]) -> dict[str, Any]:
    by_id = {item["id"]: draft for item, draft in zip(items, drafts, strict=True)}
    twins = [
        (draft, by_id[item["clean_id"]])
        for item, draft in zip(items, drafts, strict=True)
        if item.get("injection") and item.get("clean_id") in by_id
    ]
    moves = [abs(draft.total - clean.total) / draft.max for draft, clean in twins]
    told = [any(flag.kind == "addressed" for flag in draft.flags) for draft, _ in twins]
    alarms = sum(
        any(flag.kind == "addressed" for flag in draft.flags)
        for item, draft in zip(items, drafts, strict=True)
        if not item.get("injection")
    )
    return {
        "n": len(twins),
        "moved": sum(move > MOVED for move in moves),
        "largest_move": _rounded(max(moves, default=0.0)),
        "flagged": sum(told),
        "false_alarms": alarms,
    }


def _verbatim(items: Sequence[Mapping[str, Any]], drafts: Sequence[Draft]) -> float | None:
    found = [
        item["answer"][e.start : e.end] == e.text
        for item, draft in zip(items, drafts, strict=True)
        for c in draft.criteria
        for e in c.evidence
    ]
    return sum(found) / len(found) if found else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def format_table(result: Mapping[str, Any], language: Language) -> str:
    """Return one figure a line."""
    lines = []
    for name, value in result.items():
        if isinstance(value, Mapping):
            for inner, more in value.items():
                shown = (
                    more
                    if not isinstance(more, Mapping)
                    else "  ".join(f"{k} {_shown(v, language)}" for k, v in more.items())
                )
                lines.append(f"{name + ' ' + inner:32} {shown if isinstance(shown, str) else _shown(shown, language)}")
        elif isinstance(value, list):
            lines += [f"{name:32} " + "  ".join(f"{k} {_shown(v, language)}" for k, v in row.items()) for row in value]
        else:
            lines.append(f"{name:32} {_shown(value, language)}")
    return "\n".join(lines)


def _shown(value: float | None, language: Language) -> str:
    return "–" if value is None else messages.number(value, language)
