"""A run of a demo as the page shows it: its figure, its oracle, what it was made with, what can be taken away.

Pure: the same run gives the same HTML. What a run says in sentences and rows is ``view.run_markdown``.
"""

from __future__ import annotations

import base64
import functools
import html
import json
import logging
from typing import Any

from tutor import figures, messages
from tutor.contracts import DemoResult, Language, Oracle
from tutor.demos import wording
from tutor.demos.demo import Demo, Progress
from tutor.figures import export

_log = logging.getLogger(__name__)


def figure_html(figure: dict[str, Any] | None, language: Language) -> str:
    """Return the figure drawn, in a frame that scrolls when the page is narrow; nothing for none."""
    drawn = _drawn(json.dumps(figure), language) if figure else ""
    return f'<div class="figure-frame" tabindex="0">{drawn}</div>' if drawn else ""


@functools.lru_cache(maxsize=64)  # a conversation is drawn again at each event
def _drawn(figure: str, language: Language) -> str:
    from tutor.figures.svg import svg

    try:
        return svg(figures.read(json.loads(figure)), language)
    except ValueError:
        _log.exception("a figure cannot be drawn")  # the run keeps its facts and its table
        return ""


def progress_html(event: Progress, language: Language) -> str:
    """Return how far a run is: a sentence and a bar."""
    sentence = messages.text(
        "page.course.progress", language, text=event.text, step=event.step, steps=max(event.steps, 1)
    )
    bar = f'<progress max="{max(event.steps, 1)}" value="{event.step}" aria-hidden="true"></progress>'
    return f"<p>{html.escape(sentence)}</p>{bar}"


def oracle_html(oracle: Oracle | None, language: Language) -> str:
    """Return the badge that says whether an independent computation agrees, and how nearly."""
    if oracle is None:
        return ""
    key = ("exact" if oracle.error == 0 else "agrees") if oracle.ok else "disagrees"
    said = messages.text(
        f"page.oracle.{key}",
        language,
        reference=oracle.reference,
        error=wording.power_of_ten(oracle.error, language),
    )
    return f'<span class="oracle {"ok" if oracle.ok else "not-ok"}">{html.escape(said)}</span>'


def about_html(result: DemoResult, language: Language) -> str:
    """Return the line under a run: the oracle's badge, the figure and the data to download."""
    name = f"{result.name}-{result.run_id}"
    table = result.table if result.table and result.table.get("rows") else None
    links = _downloads(name, json.dumps(result.figure), json.dumps(table), language)
    return f'<div class="run-about">{oracle_html(result.oracle, language)}<span class="downloads">{links}</span></div>'


@functools.lru_cache(maxsize=64)  # a conversation is drawn again at each event
def _downloads(name: str, figure: str, table: str, language: Language) -> str:
    """Return the links to the figure and its data, and to the table; JSON in, so that a run can be remembered."""
    links = []
    drawn = _drawn(figure, language) if figure != "null" else ""
    if drawn:
        from tutor.figures.svg import standalone

        links.append(_download(f"{name}.svg", "image/svg+xml", standalone(drawn), "page.course.save_figure", language))
        data = export.figure_csv(figures.read(json.loads(figure)), language)
        links.append(_download(f"{name}.csv", "text/csv", data, "page.course.save_data", language))
    if table != "null":
        rows = export.table_csv(json.loads(table), language)
        file = f"{name}-{messages.text('page.course.table', language)}.csv"
        links.append(_download(file, "text/csv", rows, "page.course.save_table", language))
    return " ".join(links)


def _download(file: str, kind: str, content: str, key: str, language: Language) -> str:
    data = base64.b64encode(content.encode("utf-8")).decode("ascii")
    label = html.escape(messages.text(key, language))
    return f'<a download="{html.escape(file)}" href="data:{kind};charset=utf-8;base64,{data}">{label}</a>'


def question_about(demo: Demo, arguments: str, language: Language) -> str:
    """Return the first words of a question on a run, for the conversation's text box."""
    return messages.text("page.course.about_run", language, title=demo.title(language), arguments=arguments)
