"""A conversation as a Markdown file: questions, answers, the passages cited, and the runs that the numbers come from.

Pure text out of records. What is left out: figures, which ``tutor demo rerun RUN_ID --figure`` draws again.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

from tutor import messages
from tutor.contracts import Language
from tutor.conversations.record import Record
from tutor.conversations.store import Summary


def to_markdown(summary: Summary, records: Sequence[Record], language: Language) -> str:
    """Return the whole conversation."""
    parts = [f"# {summary.title}", _say("made", language, day=day(summary.created, language))]
    for record in records:
        parts += ["---", "\n".join(f"> {line}".rstrip() for line in record.question.splitlines())]
        answer = record.answer
        if answer is None:
            parts.append(f"*{_say('interrupted', language)}*")
            continue
        parts.append(answer.answer)
        if answer.stopped:
            parts.append(f"*{_say('stopped', language)}*")
        lines = [
            f"- [{cited.number}] {cited.chapter} › {cited.section} — {_quoted(cited.quote, language)}"
            for cited in answer.citations
        ]
        lines += [
            _say("run", language, demo=step.call.name, run_id=step.call.run_id)
            for step in record.steps
            if step.call.run_id
        ]
        lines += [f"- {note}" for note in answer.notes]
        parts.append("\n".join(lines))
    return "\n\n".join(filter(None, parts)) + "\n"


def file_name(summary: Summary) -> str:
    """Return a name for the file, safe on every system.

    >>> file_name(Summary("3f", "Qu’est-ce qu’un n-gramme : ?/..", "2026-01-31T10:00:00+00:00", "", 1))
    'Qu-est-ce-qu-un-n-gramme.md'
    """
    words = re.findall(r"\w+", summary.title)
    return ("-".join(words)[:60].strip("-") or "conversation") + ".md"


def day(moment: str, language: Language) -> str:
    """Return the day of an ISO time, in the time of this machine, as the language writes it.

    >>> day("2026-01-31T12:00:00+00:00", "fr"), day("2026-01-31T12:00:00+00:00", "en")
    ('31/01/2026', '2026-01-31')
    """
    local = datetime.datetime.fromisoformat(moment).astimezone()
    return local.strftime("%d/%m/%Y" if language == "fr" else "%Y-%m-%d")


def _quoted(quote: str, language: Language) -> str:
    return messages.text("demo.quote", language, text=" ".join(quote.split()))


def _say(key: str, language: Language, **variables: object) -> str:
    return messages.text(f"export.{key}", language, **variables)
