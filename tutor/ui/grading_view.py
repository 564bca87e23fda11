"""Drafts as HTML and table rows: the pile, one copy with its evidence marked, the rubric beside it, the history.

Every word of a copy is escaped: it is shown, never run. Pure: the same pile gives the same HTML.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from tutor import messages
from tutor.contracts import Language
from tutor.grading.calibration import Scale
from tutor.grading.desk import Change, Pile
from tutor.grading.drafts import Draft
from tutor.grading.submissions import Submission

LONGEST_SHOWN = 20_000
"""Characters of a copy that the page shows."""


def say(key: str, language: Language, **variables: object) -> str:
    """Return a text of this page."""
    return messages.text(f"page.grading.{key}", language, **variables)


def number(value: float, language: Language) -> str:
    """Write points."""
    return messages.number(round(value, 2), language, "g")


def pile_label(pile: Pile, language: Language) -> str:
    """Return one line for a list of piles."""
    title = " ".join((pile.rubric.title or pile.rubric.question).split())[:60] or "–"
    return say("earlier.pile", language, title=title, count=pile.expected, validated=len(pile.validated))


def pile_headers(language: Language) -> list[str]:
    """Return the heads of the table of copies."""
    return [say(f"column.{name}", language) for name in ("copy", "total", "confidence", "flags", "state")]


def pile_rows(pile: Pile | None, language: Language) -> list[list[Any]]:
    """Return the rows of the table of copies, those to look at first on top."""
    rows: list[list[Any]] = []
    for draft in pile.by_doubt() if pile else ():
        kinds = dict.fromkeys(flag.kind for flag in draft.flags)
        rows.append(
            [
                draft.name,
                f"{number(draft.total, language)} / {number(draft.max, language)}",
                messages.number(draft.confidence, language, ".0%"),
                ", ".join(messages.text(f"grade.flag.{kind}", language) for kind in kinds),
                say("state.draft" if draft.draft else "state.validated", language),
            ]
        )
    rows += [[copy.name, "", "", "", say("state.waiting", language)] for copy in (pile.waiting if pile else ())]
    return rows


def waiting_html(copy: Submission, language: Language) -> str:
    """Return a copy that is not marked yet, to be read."""
    return (
        f'<h3>{html.escape(copy.name)}</h3><p class="state waiting">{html.escape(say("banner.waiting", language))}</p>'
        f'<div class="copy">{_escaped(copy.text[:LONGEST_SHOWN]) or html.escape(say("empty_copy", language))}</div>'
    )


def similar_choices(near: Mapping[str, float], language: Language) -> list[tuple[str, str]]:
    """Return the choices of copies that say nearly the same: (what is read, name)."""
    return [
        (say("similar.share", language, copy=name, share=messages.number(share, language, ".0%")), name)
        for name, share in near.items()
    ]


def status_html(pile: Pile | None, language: Language) -> str:
    """Return how far the marking is, and what was refused and why."""
    if pile is None:
        return ""
    done, count = len(pile.drafts), pile.expected
    key = "progress" if done < count else "finished"
    lines = [f"<p>{html.escape(say(key, language, done=done, count=count, validated=len(pile.validated)))}</p>"]
    if done < count:
        lines.append(f'<progress value="{done}" max="{count}"></progress>')
    if pile.scale is not None:
        lines.append(f"<p>{html.escape(scale_text(pile.scale, language))}</p>")
    lines += [
        f'<p class="refused">{html.escape(messages.text("grade.skipped", language, name=r.name, reason=r.reason))}</p>'
        for r in pile.refused
    ]
    return "".join(lines)


def scale_text(scale: Scale, language: Language) -> str:
    """Say what was learned from the validated copies, and what it is worth on copies that it has not seen."""

    def figures(agreement: Mapping[str, float | None]) -> dict[str, str]:
        return {k: "–" if v is None else messages.number(v, language, ".2f") for k, v in agreement.items()}

    before, after = figures(scale.before), figures(scale.after)
    told = {f"{name}_before": value for name, value in before.items()} | {f"{k}_after": v for k, v in after.items()}
    return say("scale.helps" if scale.helps else "scale.useless", language, copies=scale.copies, **told)


def copy_html(draft: Draft | None, language: Language) -> str:
    """Return the copy with its evidence marked, each mark saying for which criteria."""
    if draft is None:
        return f'<p class="empty">{html.escape(say("choose", language))}</p>'
    text = draft.text[:LONGEST_SHOWN]
    marks: dict[tuple[int, int], list[str]] = {}
    for c in draft.criteria:
        for e in c.evidence:
            if 0 <= e.start < e.end <= len(text):
                marks.setdefault((e.start, e.end), []).append(c.id)
    parts, at = [], 0
    for (start, end), ids in sorted(marks.items()):
        if start < at:
            continue
        label = html.escape(", ".join(ids))
        parts.append(
            f'{_escaped(text[at:start])}<mark title="{label}">{_escaped(text[start:end])}<sup>{label}</sup></mark>'
        )
        at = end
    parts.append(_escaped(text[at:]))
    flags = "".join(
        f"<li>{html.escape(messages.text(f'grade.flag.{f.kind}', language))}"
        + (f" : <q>{_escaped(f.text)}</q>" if f.text else "")
        + "</li>"
        for f in draft.flags
    )
    state = say("banner.draft" if draft.draft else "banner.validated", language)
    return (
        f'<h3>{html.escape(draft.name)}</h3><p class="state {"draft" if draft.draft else "validated"}">'
        f"{html.escape(state)}</p>"
        + (f'<ul class="flags">{flags}</ul>' if flags else "")
        + f'<div class="copy">{"".join(parts) or html.escape(say("empty_copy", language))}</div>'
    )


def rubric_html(pile: Pile, draft: Draft, language: Language) -> str:
    """Return the criteria with the points and the words of the copy that earned them."""
    names = {c.id: c.criterion for c in pile.rubric.criteria}
    items = []
    for c in draft.criteria:
        words = "".join(f"<li><q>{_escaped(e.text)}</q></li>" for e in c.evidence)
        none = "" if words else f'<p class="none">{html.escape(say("no_evidence", language))}</p>'
        checked = f"<p>{html.escape(c.checked)}</p>" if c.checked else ""
        if c.judge:
            levels = " · ".join(messages.number(p, language, ".0%") for p in c.levels)
            checked += f"<p>{html.escape(say('judged', language, model=c.judge, levels=levels))}</p>"
        items.append(
            f'<li><p><b>{html.escape(c.id)}</b> {html.escape(names.get(c.id, ""))}</p><p class="points">'
            f"{number(c.points, language)} / {number(c.max, language)} · "
            f"{html.escape(say('confidence', language, value=messages.number(c.confidence, language, '.0%')))}</p>"
            f"{checked}{none}<ul>{words}</ul></li>"
        )
    total = html.escape(say("total", language, total=number(draft.total, language), max=number(draft.max, language)))
    return f'<p class="total">{total}</p><ol class="criteria">{"".join(items)}</ol>'


def edit_headers(language: Language) -> list[str]:
    """Return the heads of the table in which points and comments are changed."""
    return [say(f"column.{name}", language) for name in ("criterion", "points", "max", "comment")]


def edit_rows(draft: Draft | None) -> list[list[Any]]:
    """Return one row a criterion."""
    return [[c.id, c.points, c.max, c.comment] for c in draft.criteria] if draft else []


def read_edits(rows: object, draft: Draft) -> dict[str, tuple[float, str]]:
    """Return what an edited table wants, criterion → (points, comment); rows that are none are left out."""
    wanted: dict[str, tuple[float, str]] = {}
    known = {c.id: c for c in draft.criteria}
    for row in rows if isinstance(rows, Sequence) and not isinstance(rows, str) else ():
        if not isinstance(row, Sequence) or isinstance(row, str) or len(row) < 4 or str(row[0]) not in known:
            continue
        c = known[str(row[0])]
        try:
            points = float(str(row[1]).replace(",", "."))
        except ValueError:
            points = c.points
        wanted[c.id] = (points if points == points and abs(points) < 1e6 else c.points, str(row[3] or ""))
    return wanted


def out_of_bounds(rows: object, draft: Draft) -> bool:
    """Say whether an edited table holds points that cannot be given: no number, or outside the criterion's.

    The browser sends numbers that were typed as text: « 0.5 » is 0.5.
    """
    most = {c.id: c.max for c in draft.criteria}
    for row in rows if isinstance(rows, Sequence) and not isinstance(rows, str) else ():
        if not isinstance(row, Sequence) or isinstance(row, str) or len(row) < 4 or str(row[0]) not in most:
            continue
        try:
            points = float(str(row[1]).replace(",", "."))
        except ValueError:
            return True
        if not 0 <= points <= most[str(row[0])]:
            return True
    return False


def history_html(history: Sequence[Change], language: Language) -> str:
    """Return who changed what, the last change first."""
    if not history:
        return f'<p class="empty">{html.escape(say("history.none", language))}</p>'
    items = "".join(f"<li>{html.escape(_told(change, language))}</li>" for change in reversed(history[-200:]))
    return f'<ul class="history">{items}</ul>'


def _told(change: Change, language: Language) -> str:
    return say(
        f"history.{change.kind}",
        language,
        when=change.when.replace("T", " "),
        who=change.who,
        copy=change.copy,
        criterion=change.criterion,
        before=_points(change.before, language),
        after=_points(change.after, language),
    )


def _points(value: str, language: Language) -> str:
    """Return a number as the language writes it, anything else as it is.

    >>> _points("0.5", "fr"), _points("0.5", "en"), _points("Bien.", "fr")
    ('0,5', '0.5', 'Bien.')
    """
    return value.replace(".", ",") if language == "fr" and re.fullmatch(r"-?\d+\.\d+", value) else value


def _escaped(text: str) -> str:
    kept = "".join(c if c in "\n\t" or unicodedata.category(c)[0] != "C" else "\ufffd" for c in text)
    return html.escape(kept).replace("\n", "<br>")
