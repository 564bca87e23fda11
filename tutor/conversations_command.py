"""``tutor conversations``: the conversations of this machine, listed, exported, deleted; and ``tutor report``.

    tutor conversations list
    tutor conversations export 3f2a9c conversation.md
    tutor conversations delete 3f2a9c

A conversation is named by the beginning of its id. Neither opens the course or a model, so they also work while the
page runs. Part of the command line (``cli.py``). Left out: the conversations of other people's browsers on a page
that is shared; only the report counts them, without names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tutor import messages
from tutor.chat_command import write_text
from tutor.contracts import Language
from tutor.conversations import report as reports
from tutor.conversations.export import day, to_markdown
from tutor.conversations.store import LOCAL, Conversations, Summary
from tutor.demos.laboratory import Laboratory
from tutor.errors import ConversationUnknown

Outcome = tuple[Mapping[str, Any], str, int]
"""(the JSON object, the text for people, the exit code)"""
SHOWN = 8
"""Characters of an id in the list."""


def listing(conversations: Conversations, words: Sequence[str], language: Language) -> Outcome:
    """List the conversations that have all the ``words``, the newest first."""
    found = conversations.all(LOCAL, " ".join(words))
    rows = [f"{each.id[:SHOWN]}  {day(each.updated, language)}  {each.exchanges:3}  {each.title}" for each in found]
    text = "\n".join(rows) or messages.text("chat.none", language)
    return {"conversations": [asdict(each) for each in found]}, text, 0


def export(conversations: Conversations, beginning: str, path: Path | None, language: Language) -> Outcome:
    """Write a conversation as Markdown to a file, or to stdout. Raises ``ConversationUnknown``, ``FileUnwritable``."""
    found = named(conversations, beginning)
    markdown = to_markdown(found, conversations.records(found.id, LOCAL), language)
    if path is None:
        return {"id": found.id, "markdown": markdown}, markdown.rstrip(), 0
    write_text(path, markdown)
    return {"id": found.id, "path": str(path)}, messages.text("chat.exported", language, path=path), 0


def delete(
    conversations: Conversations, laboratory: Laboratory, beginnings: Sequence[str], language: Language
) -> Outcome:
    """Delete conversations and the runs they made. Raises ``ConversationUnknown`` before any is deleted."""
    found = {each.id: each for each in (named(conversations, beginning) for beginning in beginnings)}
    for each in found:
        laboratory.forget(conversations.delete(each, LOCAL))
    text = messages.text("chat.deleted_many", language, count=len(found))
    return {"deleted": list(found)}, text, 0


def report(conversations: Conversations, language: Language) -> Outcome:
    """Return the teachers' report."""
    found = reports.report(conversations.of_everybody())
    return found.to_json(), reports.to_markdown(found, language), 0


def named(conversations: Conversations, beginning: str) -> Summary:
    """Return the only conversation whose id begins so. Raises ``ConversationUnknown``: none, or several."""
    found = [each for each in conversations.all(LOCAL) if beginning and each.id.startswith(beginning.lower())]
    if len(found) != 1:
        raise ConversationUnknown(name=beginning[:40])
    return found[0]
