"""The conversations of one home, in one SQLite file: LangGraph's checkpoints, and a small table to find them by.

    with open_conversations(home) as conversations:
        name = conversations.begin(owner)          # the agent then keeps each exchange under this name (``thread_id``)
        conversations.records(name, owner)         # what was said, from the last checkpoint
        conversations.all(owner, "bigramme")       # summaries, the newest first
        conversations.delete(name, owner)          # … really: nothing of it stays in the file

The exchanges live in the state of the agent's graph and nowhere else. Each time LangGraph writes a checkpoint, the
title, the times and the words to search are derived from it, and the checkpoints before it go: nobody goes back in
time here. Every commit waits for the disk, so a program killed at any moment has kept what it had acknowledged.

Each conversation has an ``owner`` who alone sees it: ``LOCAL`` for the person at this machine, else what
``owner_of`` makes of a browser's secret. What is left out: encryption. Who can read the file can read it all.
"""

from __future__ import annotations

import hashlib
import logging
import re
import sqlite3
import threading
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import ChannelVersions, Checkpoint, CheckpointMetadata
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite import SqliteSaver

from tutor.conversations.record import Record, now
from tutor.errors import ConversationsUnreadable, ConversationUnknown, system_reason, using_home
from tutor.retrieval.lexical import fold

_log = logging.getLogger(__name__)

FILE = "conversations.sqlite"
CHANNEL = "exchanges"
"""The key of the graph's state that holds the records."""
LOCAL = ""
"""The owner of what is said on this machine's own page and terminal."""
LONGEST_TITLE = 80
LONGEST_REASON = 1000
BUSY_SECONDS = 10.0
"""How long one program waits for another that writes in the same file."""

Verdict = Literal["good", "bad"]

_TABLES = """
CREATE TABLE IF NOT EXISTS conversations (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    title TEXT NOT NULL DEFAULT '',
    renamed INTEGER NOT NULL DEFAULT 0,
    created TEXT NOT NULL,
    updated TEXT NOT NULL,
    exchanges INTEGER NOT NULL DEFAULT 0,
    words TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS conversations_of ON conversations (owner, updated);
CREATE TABLE IF NOT EXISTS feedback (
    conversation TEXT NOT NULL,
    exchange TEXT NOT NULL,
    verdict TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    given_at TEXT NOT NULL,
    PRIMARY KEY (conversation, exchange)
);
"""


@dataclass(frozen=True, slots=True)
class Summary:
    """A conversation in a list."""

    id: str
    title: str
    created: str
    """ISO 8601, UTC."""
    updated: str
    exchanges: int


@dataclass(frozen=True, slots=True)
class Feedback:
    """What somebody thought of an answer."""

    verdict: Verdict
    reason: str
    given_at: str


def owner_of(secret: object) -> str | None:
    """Return the owner that a browser's secret stands for; None for what is no secret of ours.

    Only its hash is written down: who reads the file cannot open a page in somebody's place.

    >>> owner_of("x"), owner_of(None), len(owner_of("0123456789abcdef" * 2))
    (None, None, 64)
    """
    if not isinstance(secret, str) or not re.fullmatch(r"[0-9a-f]{32}", secret):
        return None
    return hashlib.sha256(secret.encode("ascii")).hexdigest()


@contextmanager
def open_conversations(home: Path) -> Iterator[Conversations]:
    """Open the conversations kept in ``home``; the file is made when it is not there.

    Raises:
        HomeUnusable: the system refuses.
        ConversationsUnreadable: the file is damaged, or not ours.
    """
    path = home / FILE
    with using_home(home):
        home.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)  # what a student asks is for nobody else on this machine
    try:
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, check_same_thread=False)
    except sqlite3.Error as error:
        raise ConversationsUnreadable(path=path, reason=error) from error
    with closing(connection):
        try:
            connection.executescript("PRAGMA secure_delete = ON; PRAGMA synchronous = FULL;")
            connection.create_function("folded", 1, _folded, deterministic=True)
            saver = _Saver(connection)
            with saver.cursor():  # creates LangGraph's tables, in WAL mode
                pass
            connection.executescript(_TABLES)
            opened = Conversations(saver, path)
            opened._forget_empty()
        except sqlite3.Error as error:
            raise ConversationsUnreadable(path=path, reason=system_reason(error) or error) from error
        yield opened


class _Saver(SqliteSaver):
    """Keeps the last checkpoint of each conversation, and the table beside it up to date."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection, serde=JsonPlusSerializer(allowed_msgpack_modules=None))
        self.lock = threading.RLock()  # type: ignore[assignment]  # `put` reads and writes in one transaction

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Cursor]:
        """Give a cursor whose work is kept as a whole, or not at all."""
        with self.lock:
            self.setup()
            cursor = self.conn.cursor()
            try:
                yield cursor
                self.conn.commit()
            except BaseException:
                self.conn.rollback()
                raise
            finally:
                cursor.close()

    def put(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Save a checkpoint and forget those before it.

        Another program may have kept a turn of the same conversation since this one was read: its records are taken
        over, and the newer checkpoint is the one that stays.
        """
        name = str(config["configurable"]["thread_id"])
        with self.lock:
            self.conn.execute("BEGIN IMMEDIATE")  # `super().put` commits it
            try:
                last = self.get_tuple({"configurable": {"thread_id": name, "checkpoint_ns": ""}})
                if last:
                    newer = last.checkpoint if last.checkpoint["id"] > checkpoint["id"] else checkpoint
                    both = (each["channel_values"].get(CHANNEL, ()) for each in (last.checkpoint, checkpoint))
                    checkpoint = {**newer, "channel_values": {**newer["channel_values"], CHANNEL: merged(*both)}}
                saved = super().put(config, checkpoint, metadata, new_versions)
            except BaseException:
                self.conn.rollback()
                raise
        records = _records(checkpoint["channel_values"].get(CHANNEL, ()))
        with self.writing() as cursor:
            cursor.execute(
                "DELETE FROM checkpoints WHERE thread_id = ? AND checkpoint_id < ?", (name, checkpoint["id"])
            )
            cursor.execute("DELETE FROM writes WHERE thread_id = ? AND checkpoint_id < ?", (name, checkpoint["id"]))
            cursor.execute(
                "UPDATE conversations SET exchanges = ?, words = ?, updated = ?,"
                " title = CASE renamed WHEN 1 THEN title ELSE ? END WHERE id = ?",
                (len(records), _words(records), now(), _title(records), name),
            )
            if not cursor.rowcount:  # deleted meanwhile, by another page or program: it stays deleted
                cursor.execute("DELETE FROM checkpoints WHERE thread_id = ?", (name,))
                cursor.execute("DELETE FROM writes WHERE thread_id = ?", (name,))
        return saved


class Conversations:
    """What is kept in one file. Safe to use from several threads; several programs may have it open."""

    def __init__(self, saver: _Saver, path: Path) -> None:
        self.saver = saver
        """LangGraph's checkpointer."""
        self.path = path

    def begin(self, owner: str) -> str:
        """Return the name of a new conversation. One in which nothing is asked is not listed."""
        name = uuid.uuid4().hex
        with self.saver.writing() as cursor:
            cursor.execute(
                "INSERT INTO conversations (id, owner, created, updated) VALUES (?, ?, ?, ?)",
                (name, owner, now(), now()),
            )
        return name

    def find(self, name: object, owner: str) -> Summary:
        """Return the summary of a conversation. Raises ``ConversationUnknown``, also when it is somebody else's."""
        found = self._rows("id = ? AND owner = ?", (name if isinstance(name, str) else "", owner))
        if not found:
            raise ConversationUnknown(name=str(name)[:40])
        return found[0]

    def all(self, owner: str, search: str = "") -> list[Summary]:
        """Return the conversations whose title or text has every word of ``search``, the newest first.

        Case and accents do not matter.
        """
        wanted = "owner = ? AND exchanges > 0"
        values: list[str] = [owner]
        for word in _folded(search).split()[:20]:
            wanted += " AND (words LIKE ? ESCAPE '\\' OR folded(title) LIKE ? ESCAPE '\\')"
            values += ["%" + re.sub(r"([\\%_])", r"\\\1", word) + "%"] * 2
        return self._rows(wanted, values)

    def records(self, name: object, owner: str) -> tuple[Record, ...]:
        """Return what was said in a conversation. Raises ``ConversationUnknown``."""
        return self._said(self.find(name, owner).id)

    def rename(self, name: object, owner: str, title: str) -> None:
        """Give a conversation a title; an empty one gives back the first question. Raises ``ConversationUnknown``."""
        found = self.find(name, owner)
        chosen = _one_line(title)
        shown = chosen or _title(self._said(found.id))
        with self.saver.writing() as cursor:
            cursor.execute(
                "UPDATE conversations SET title = ?, renamed = ? WHERE id = ?", (shown, bool(chosen), found.id)
            )

    def delete(self, name: object, owner: str) -> tuple[str, ...]:
        """Delete a conversation and what was thought of it, and return the ids of the runs that it made.

        What it held is overwritten in the file, and in the log beside it. Raises ``ConversationUnknown``.
        """
        found = self.find(name, owner)
        runs = tuple(run_id for record in self._said(found.id) for run_id in record.run_ids)
        with self.saver.writing() as cursor:
            for table, column in (
                ("checkpoints", "thread_id"),
                ("writes", "thread_id"),
                ("feedback", "conversation"),
                ("conversations", "id"),
            ):
                cursor.execute(f"DELETE FROM {table} WHERE {column} = ?", (found.id,))  # names of ours
        self._overwrite()
        return runs

    def rate(self, name: object, owner: str, exchange: str, verdict: Verdict | None, reason: str = "") -> None:
        """Keep what somebody thought of an answer, in place of what they thought before; None takes it back.

        Raises ``ConversationUnknown``: no such conversation, or no such exchange in it.
        """
        found = self.find(name, owner)
        if exchange not in {record.id for record in self._said(found.id)} or verdict not in (*get_args(Verdict), None):
            raise ConversationUnknown(name=found.id)
        with self.saver.writing() as cursor:
            if verdict is None:
                cursor.execute("DELETE FROM feedback WHERE conversation = ? AND exchange = ?", (found.id, exchange))
                return
            cursor.execute(
                "INSERT OR REPLACE INTO feedback VALUES (?, ?, ?, ?, ?)",
                (found.id, exchange, verdict, _clean(reason.strip())[:LONGEST_REASON], now()),
            )

    def ratings(self, name: object, owner: str) -> dict[str, Feedback]:
        """Return what was thought of the answers of a conversation, by exchange. Raises ``ConversationUnknown``."""
        return self._ratings(self.find(name, owner).id)

    def of_everybody(self) -> Iterator[tuple[Sequence[Record], dict[str, Feedback]]]:
        """Yield each conversation without its owner and title, for the teachers' report."""
        for summary in self._rows("exchanges > 0", ()):
            yield self._said(summary.id), self._ratings(summary.id)

    def _rows(self, wanted: str, values: Sequence[Any]) -> list[Summary]:
        with self.saver.cursor(transaction=False) as cursor:
            rows = cursor.execute(
                "SELECT id, title, created, updated, exchanges FROM conversations"
                f" WHERE {wanted} ORDER BY updated DESC, rowid DESC",
                values,
            ).fetchall()
        return [Summary(*row) for row in rows]

    def _ratings(self, name: str) -> dict[str, Feedback]:
        with self.saver.cursor(transaction=False) as cursor:
            rows = cursor.execute(
                "SELECT exchange, verdict, reason, given_at FROM feedback WHERE conversation = ?", (name,)
            ).fetchall()
        return {exchange: Feedback(*rest) for exchange, *rest in rows}

    def _said(self, name: str) -> tuple[Record, ...]:
        kept = self.saver.get_tuple({"configurable": {"thread_id": name, "checkpoint_ns": ""}})
        return _records(kept.checkpoint["channel_values"].get(CHANNEL, ())) if kept else ()

    def _overwrite(self) -> None:
        """Leave nothing of what was deleted in the log beside the file (``secure_delete`` does it in the file)."""
        with self.saver.lock:
            self.saver.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _forget_empty(self) -> None:
        """Forget the conversations in which nothing was asked, of an hour ago or more."""
        with self.saver.writing() as cursor:
            cursor.execute(
                "DELETE FROM conversations WHERE exchanges = 0 AND julianday(created) < julianday('now') - 1.0 / 24"
            )


def merged(stored: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the records of both in the order in which they came; an answer that is there is not taken back.

    >>> merged([{"id": 1, "answer": "oui"}, {"id": 2, "answer": None}], [{"id": 1, "answer": None}, {"id": 3}])
    [{'id': 1, 'answer': 'oui'}, {'id': 2, 'answer': None}, {'id': 3}]
    """
    records = {each["id"]: each for each in stored}
    for each in new:
        if each.get("answer") is not None or each["id"] not in records:
            records[each["id"]] = each
    return list(records.values())


def _records(kept: Sequence[Any]) -> tuple[Record, ...]:
    """Read what a checkpoint holds; what cannot be read is left out, and told in the log."""
    found = []
    for each in kept:
        try:
            found.append(Record.from_json(each))
        except (KeyError, TypeError, ValueError, AttributeError):
            _log.exception("an exchange of a conversation cannot be read")
    return tuple(found)


def _title(records: Sequence[Record]) -> str:
    return _one_line(records[0].question) if records else ""


def _one_line(text: str) -> str:
    """Return ``text`` as a title: one line, cut at a word.

    >>> _one_line("  Qu’est-ce\\nqu’un bigramme ? ")
    'Qu’est-ce qu’un bigramme ?'
    """
    text = " ".join(_clean(text).split())
    if len(text) <= LONGEST_TITLE:
        return text
    return text[: LONGEST_TITLE - 1].rsplit(" ", 1)[0] + "…"


def _words(records: Sequence[Record]) -> str:
    said = (text for record in records for text in (record.question, record.answer.answer if record.answer else ""))
    return _folded("\n".join(said))


def _folded(text: str) -> str:
    """Return ``text`` as it is compared: no case, no accents, one apostrophe."""
    return _clean(fold(text).replace("’", "'"))


def _clean(text: str) -> str:
    """Return ``text`` without what UTF-8 cannot write: half a character, as a browser may send it."""
    return text.encode("utf-8", "replace").decode("utf-8")
