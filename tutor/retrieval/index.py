"""A course on disk → a searchable course: a persistent Chroma index that embeds each text once.

Vectors are stored by the hash of the text they were made from. Unchanged text is therefore never embedded again,
wherever it moves in the course; an edited passage is a new text and its old vector is removed. Everything is
committed in small batches: an interrupted run resumes where it stopped.

An index made by another embedding model, dimension or schema is not used: it is rebuilt. A damaged or foreign folder
is moved aside, never deleted, and rebuilt; what may not be written is named. Chroma is read once when the course is
opened and closed again: searching happens in memory (see ``search.py`` for why). Left out: locking between processes
(one tutor a home, see ``HomeInUse``).
"""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tutor.contracts import Embedder, Language, Passage, Quotable, SearchResult, Vectors
from tutor.errors import HomeUnusable, SystemReason, system_reason, using_home
from tutor.messages import Notice
from tutor.retrieval.chapters import CourseText, read_course
from tutor.retrieval.embeddings import without_collection
from tutor.retrieval.rerank import Rerank
from tutor.retrieval.search import (
    PROBES,
    Calibration,
    HybridSearch,
    Texts,
    WordSearch,
    calibration_key,
    texts_to_embed,
)

_log = logging.getLogger(__name__)

SCHEMA = 1
"""Raised when what is embedded or stored changes its form."""
MARKER = "tutor-index.json"
"""Says that an index folder is ours."""
CALIBRATED = "calibration.json"
"""Beside the marker: what « not in the course » means in this course, and what it was computed from."""
BATCH = 32
"""Texts embedded, then committed, together."""
SOON = 96
"""Texts that are embedded at once, even when the rest could wait: two or three seconds."""

Progress = Callable[[int, int], None]
"""Hears (texts embedded, texts to embed)."""

Embed = Callable[[Sequence[str]], Vectors]

_CHROMA = threading.Lock()  # Chroma keeps one client a folder in the process


class _Left(Exception):
    """The course was closed while it was being read."""


class _Damaged(Exception):
    """Our index cannot be used: it is moved aside. ``args[0]`` tells how, a key of ``index.damaged``."""


class _Foreign(Exception):
    """What stands in the place of the index was not written by the tutor: it is moved aside."""


class _Outdated(Exception):
    """The index was made by another model or schema: it is rebuilt. ``args[0]`` is what it was made by."""


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What opening a course did: the ``index`` contract."""

    passages: int
    added: int
    """Passages embedded now, because they are new or edited."""
    removed: int
    unchanged: int
    seconds: float
    model: str
    dimension: int
    notices: tuple[Notice, ...] = ()

    def to_json(self, language: Language = "fr") -> dict[str, Any]:
        """Return the contract's JSON object; notices as sentences in ``language``."""
        return {
            "passages": self.passages,
            "added": self.added,
            "removed": self.removed,
            "unchanged": self.unchanged,
            "seconds": round(self.seconds, 3),
            "embedding": {"model": self.model, "dimension": self.dimension},
            "notices": [notice.text(language) for notice in self.notices],
        }


OnReady = Callable[[IndexReport | Exception], None]
"""Hears how a reading in the background ended."""


class Course:
    """A course that can be searched. Implements ``CourseSearch``; safe to share between threads.

    Until its embeddings are ready it is searched by words alone (see ``ready``).
    """

    def __init__(self, text: CourseText, texts: Texts) -> None:
        self.chapters = text.chapters
        self.passages = text.passages
        self.ready = threading.Event()
        """Set once the course is searched by meaning too."""
        self._engine: WordSearch = WordSearch(text.passages, texts)
        self._report: IndexReport | None = None
        self._left = threading.Event()
        self._reader: threading.Thread | None = None

    @property
    def engine(self) -> WordSearch:
        """What searches now: a ``HybridSearch`` once the course is ready."""
        return self._engine

    @property
    def report(self) -> IndexReport:
        """What indexing did; of a course that is not ready yet there is none."""
        if self._report is None:
            raise RuntimeError("the course is still being read")
        return self._report

    def search(self, query: str, *, limit: int = 8) -> SearchResult:
        """Return at most ``limit`` hits for ``query``, best first."""
        return self._engine.search(query, limit=limit)

    def passage(self, passage_id: str) -> Passage | None:
        """Return the passage of that id, or None when the course has none."""
        return self._engine.passage(passage_id)

    def neighbours(self, passage_id: str) -> tuple[Passage | None, Passage | None]:
        """Return the passages before and after in the same section, None where there is none."""
        return self._engine.neighbours(passage_id)

    def quotables(self, query: str, passage_ids: Sequence[str]) -> list[Quotable]:
        """Return the quotable sentences of some passages with their cosine to ``query``."""
        return self._engine.quotables(query, passage_ids)

    def close(self) -> None:
        """Stop reading, if the course is not ready; what is embedded so far is kept for the next time."""
        self._left.set()
        if self._reader is not None:
            self._reader.join()


def open_course(
    folder: Path,
    *,
    home: Path,
    embedder: Embedder,
    on_progress: Progress | None = None,
    on_file: Callable[[str], None] = lambda source: None,
    on_ready: OnReady | None = None,
    rerank: Rerank | None = None,
) -> Course:
    """Read the chapters of ``folder``, bring their index under ``home/index`` up to date, and open it.

    The text of formats that are slow to read is kept under ``home/readings``; ``on_file`` hears the name of each such
    file that must be read. With ``on_ready`` a long indexing goes on in the background, the course being searched by
    words meanwhile; ``on_ready`` then hears, from that thread, the report or what went wrong. ``rerank`` orders the
    first passages found anew. The caller closes the course.

    Raises ``KnowledgeUnreadable`` or ``KnowledgeEmpty`` (see ``read_course``), and ``HomeUnusable``.
    """
    started = time.perf_counter()
    name = str(folder.resolve())
    text = read_course(folder, cache=home / "readings" / _short_name(name), on_file=on_file)
    return _open(text, name, home, embedder, on_progress, on_ready, started, rerank)


def open_passages(
    passages: Sequence[Passage],
    *,
    name: str,
    home: Path,
    embedder: Embedder,
    on_progress: Progress | None = None,
    rerank: Rerank | None = None,
) -> Course:
    """Open passages that come from elsewhere than a course folder; ``name`` tells their index from others."""
    text = CourseText(chapters=(), passages=tuple(passages))
    return _open(text, name, home, embedder, on_progress, None, time.perf_counter(), rerank)


def index_folder(home: Path, name: str) -> Path:
    """Return where the index of a course lives."""
    return home / "index" / _short_name(name)


def _short_name(name: str) -> str:
    """Return the name of the folder that holds what is known of a course."""
    return hashlib.sha256(name.encode()).hexdigest()[:12]


def _open(
    text: CourseText,
    name: str,
    home: Path,
    embedder: Embedder,
    on_progress: Progress | None,
    on_ready: OnReady | None,
    started: float,
    rerank: Rerank | None,
) -> Course:
    texts = texts_to_embed(text.passages)
    course = Course(text, texts)
    if on_ready is None:
        _fill(course, text, texts, name, home, embedder, on_progress, started, rerank)
        return course
    soon = threading.Event()  # the course is ready, or will not be for a while

    def tell(done: int, total: int) -> None:
        if total - done > SOON:
            soon.set()
        if on_progress and soon.is_set():
            on_progress(done, total)

    def read() -> None:
        outcome: IndexReport | Exception
        try:
            _fill(course, text, texts, name, home, embedder, tell, started, rerank)
            outcome = course.report
        except _Left:
            return
        except Exception as error:
            outcome = error
        finally:
            soon.set()
        on_ready(outcome)

    course._reader = threading.Thread(target=read, name=f"index {name}", daemon=True)
    course._reader.start()
    soon.wait()
    return course


def _fill(
    course: Course,
    text: CourseText,
    texts: Texts,
    name: str,
    home: Path,
    embedder: Embedder,
    on_progress: Progress | None,
    started: float,
    rerank: Rerank | None,
) -> None:
    """Embed what is missing, then let the course be searched by meaning too."""
    notices = list(text.notices)
    # a passage of one sentence is one text: stored once, as a passage
    kinds = dict.fromkeys(texts.sentences, "sentence") | dict.fromkeys(texts.passages, "passage")
    questions = {question: "probe" for questions in PROBES.values() for question in questions}
    folder = index_folder(home, name)
    with _CHROMA, _using_index(folder):
        with without_collection():
            index = _open_index(folder, name, embedder, notices)
        try:
            before, asked_before = index.texts.stored(), index.questions.stored()
            missing = sum(_key(wanted) not in before for wanted in kinds)
            missing += sum(_key(wanted) not in asked_before for wanted in questions)
            tick = _counter(missing, on_progress, course._left)
            index.texts.refresh(kinds, before, tick)
            index.questions.refresh(questions, asked_before, tick)
            vectors = index.texts.vectors([*texts.passages, *texts.sentences])
            probes = dict(zip(questions, index.questions.vectors(list(questions)), strict=True))
        finally:
            index.close()
    kept = index_folder(home, name) / CALIBRATED
    key = calibration_key(text.passages, texts, f"{embedder.name}, {embedder.dimension}")
    calibration = _read_calibration(kept, key)
    engine = HybridSearch(
        course.engine,
        vectors[: len(texts.passages)],
        vectors[len(texts.passages) :],
        {language: np.array([probes[question] for question in asked]) for language, asked in PROBES.items()},
        lambda question: embedder.embed_queries([question])[0],
        calibration,
        rerank,
    )
    if calibration is None:
        _write_calibration(kept, key, engine.calibration)
    course._engine = engine
    old = {key for key, kind in before.items() if kind == "passage"}
    new = {_key(text) for text in texts.passages}
    course._report = IndexReport(
        passages=len(text.passages),
        added=sum(_key(text) not in before for text in texts.passages),
        removed=len(old - new),
        unchanged=sum(_key(text) in before for text in texts.passages),
        seconds=time.perf_counter() - started,
        model=embedder.name,
        dimension=embedder.dimension,
        notices=tuple(notices),
    )
    course.ready.set()


def _read_calibration(path: Path, key: str) -> Calibration | None:
    """Return what was stored for this very course; None when it has changed, or the file is not ours."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        return Calibration.from_json(stored) if stored["made_for"] == key else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write_calibration(path: Path, key: str, calibration: Calibration) -> None:
    temporary = path.with_suffix(".new")
    temporary.write_text(json.dumps({"made_for": key, **calibration.to_json()}, indent=1), encoding="utf-8")
    temporary.replace(path)


def _key(text: str) -> str:
    """Return the identity of a text in the index: a hash of its content."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _counter(total: int, on_progress: Progress | None, left: threading.Event) -> Callable[[int], None]:
    """Return a function that adds up what is done and tells ``on_progress``; it raises ``_Left`` when ``left`` is set.

    ``on_progress`` hears of the work before it starts, too.
    """
    done = 0

    def tick(count: int) -> None:
        nonlocal done
        done += count
        if on_progress:
            on_progress(done, total)
        if left.is_set():
            raise _Left

    if on_progress and total:
        on_progress(0, total)
    return tick


class _Collection:
    """One Chroma collection: text hash → vector, made by one embedding function.

    What it holds is read once, and again after a change: reading takes Chroma longer than anything else here.
    """

    def __init__(self, client: Any, name: str, embed: Embed, origin: dict[str, Any]) -> None:
        from langchain_chroma import Chroma

        self._dimension = int(origin["dimension"])
        self._store = Chroma(
            client=client,
            collection_name=name,
            embedding_function=_embeddings(embed),
            collection_metadata=origin,
            collection_configuration={"hnsw": {"space": "cosine"}},
        )
        self._kinds: dict[str, str] | None = None
        self._rows: dict[str, int] = {}
        self._table: Vectors | None = None

    def stored(self) -> dict[str, str]:
        """Return hash → kind of every text."""
        if self._kinds is None:
            found = self._store.get(include=["metadatas"])
            pairs = zip(found["ids"], found["metadatas"], strict=True)
            self._kinds = {key: str(metadata["kind"]) for key, metadata in pairs}
        return self._kinds

    def refresh(self, kinds: dict[str, str], known: Collection[str], tick: Callable[[int], None]) -> None:
        """Embed what is not among the ``known`` hashes, batch by batch, then drop what is no longer wanted."""
        missing = [text for text in kinds if _key(text) not in known]
        for start in range(0, len(missing), BATCH):
            batch = missing[start : start + BATCH]
            self._store.add_texts(
                batch, metadatas=[{"kind": kinds[text]} for text in batch], ids=[_key(text) for text in batch]
            )
            tick(len(batch))
        wanted = {_key(text) for text in kinds}
        stale = [key for key in known if key not in wanted]
        if stale:
            self._store.delete(ids=stale)
        if missing or stale:
            self._kinds = self._table = None

    def vectors(self, texts: Sequence[str] | None = None) -> Vectors:
        """Return the vectors of some texts, or of all in no order, shape (texts, dimension)."""
        if self._table is None:
            found = self._store.get(include=["embeddings"])
            self._rows = {key: row for row, key in enumerate(found["ids"])}
            self._table = np.asarray(found["embeddings"], np.float32).reshape(len(self._rows), self._dimension)
        if texts is None:
            return self._table
        if not texts:
            return np.zeros((0, self._dimension), np.float32)
        return self._table[[self._rows[_key(text)] for text in texts]]


@dataclass(frozen=True, slots=True)
class _Index:
    """The two collections of a course, and their client."""

    client: Any
    texts: _Collection
    questions: _Collection

    def close(self) -> None:
        """Let go of the files."""
        self.client.close()


def _embeddings(embed: Embed) -> Any:
    """Wrap an embedding function for LangChain."""
    from langchain_core.embeddings import Embeddings

    class Adapter(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return [[float(x) for x in row] for row in embed(texts)]

        def embed_query(self, text: str) -> list[float]:
            return self.embed_documents([text])[0]

    return Adapter()


def _open_index(folder: Path, name: str, embedder: Embedder, notices: list[Notice]) -> _Index:
    """Open the index, after moving a damaged one aside or emptying one made by another model."""
    origin = {"schema": SCHEMA, "model": embedder.name, "dimension": embedder.dimension}
    try:
        _check_folder(folder)
        return _connect(folder, name, embedder, origin)
    except _Outdated as other:
        details = {"found": other.args[0], "wanted": _describe(origin)}
        notices.append(Notice("index.notice.rebuilt.outdated", details))
        _empty(folder)
    except _Damaged as damage:
        reason = Notice(f"index.damaged.{damage.args[0]}")
        notices.append(Notice("index.notice.rebuilt.damaged", {"aside": _move_aside(folder), "reason": reason}))
    except _Foreign:
        notices.append(Notice("index.notice.rebuilt.foreign", {"aside": _move_aside(folder)}))
    return _connect(folder, name, embedder, origin)


def _describe(origin: dict[str, Any]) -> str:
    return f"{origin.get('model')}, {origin.get('dimension')}, v{origin.get('schema')}"


_REFUSALS = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EMFILE, errno.ENFILE}
"""What the system refuses to a sound index as to a damaged one."""
_FULL = SystemReason(OSError(errno.ENOSPC, "No space left on device"))
_SQLITE: dict[str, SystemReason | Notice] = {
    "database or disk is full": _FULL,
    "readonly database": SystemReason(OSError(errno.EACCES, "Permission denied")),
    "is locked": Notice("index.locked"),
}
"""What SQLite says → what the system would."""


LEAST_FREE = 10_000_000
"""Bytes; with less a failure of Chroma, which does not always say why, is put down to the full disk."""


def _refusal(error: BaseException, folder: Path) -> SystemReason | Notice | None:
    """Return why an index could not be used, where that is not its own damage: the system, SQLite or Chroma told."""
    reason = system_reason(error)
    if reason and reason.error.errno in _REFUSALS:
        return reason
    told = next((reason for words, reason in _SQLITE.items() if words in str(error)), None)
    if told is None and type(error).__module__.startswith("chromadb"):
        with suppress(OSError):
            return _FULL if shutil.disk_usage(folder).free < LEAST_FREE else None
    return told


@contextmanager
def _using_index(folder: Path) -> Iterator[None]:
    """Name the folder when it cannot be used, and why.

    Raises:
        HomeUnusable: from whatever the system, SQLite or Chroma raised.
    """
    with using_home(folder):
        try:
            yield
        except Exception as error:
            if (reason := _refusal(error, folder)) is None:
                raise
            raise HomeUnusable(path=folder, reason=reason) from error


def _check_folder(folder: Path) -> None:
    """Refuse a folder that is not ours or whose database is broken, before Chroma touches it."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    if not (folder / MARKER).is_file():
        raise _Foreign
    database = folder / "chroma.sqlite3"
    if not database.exists():
        return  # interrupted before anything was stored
    try:
        connection = sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)
        try:
            verdict = connection.execute("PRAGMA quick_check").fetchone()[0]
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        if _refusal(error, folder):
            raise
        with suppress(IsADirectoryError):
            database.open("rb").close()  # what the system refuses is not damage
        raise _Damaged("database") from error
    if verdict != "ok":
        _log.info("SQLite says of %s: %s", database, verdict)
        raise _Damaged("database")


def _connect(folder: Path, name: str, embedder: Embedder, origin: dict[str, Any]) -> _Index:
    """Open (or create) both collections and make sure that what they hold can be used."""
    import chromadb
    from chromadb.config import Settings

    folder.mkdir(parents=True, exist_ok=True)
    marker = folder / MARKER
    if not marker.exists():
        marker.write_text(json.dumps({"course": name}, ensure_ascii=False), encoding="utf-8")
    client = None
    try:
        client = chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))
        for collection in client.list_collections():
            made = dict(collection.metadata or {})
            if {key: made.get(key) for key in origin} != origin:
                raise _Outdated(_describe(made))
        index = _Index(
            client,
            _Collection(client, "texts", embedder.embed_passages, origin),
            _Collection(client, "questions", embedder.embed_queries, origin),
        )
        for collection in (index.texts, index.questions):
            vectors = collection.vectors()
            if len(vectors) != len(collection.stored()) or (
                len(vectors) and not np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-2)
            ):
                raise _Damaged("vectors")
        return index
    except BaseException as error:
        _forget(client)
        # a panic of Chroma's Rust core is a BaseException; what the user or the system stops is not damage
        if isinstance(error, (_Damaged, _Outdated, KeyboardInterrupt, SystemExit, MemoryError, ImportError)):
            raise
        if _refusal(error, folder):
            raise
        _log.info("Chroma cannot open %s", folder, exc_info=error)
        raise _Damaged("refused") from error


def _forget(client: Any) -> None:
    """Make Chroma drop what it remembers of a folder that is about to move."""
    from chromadb.api.shared_system_client import SharedSystemClient

    if client is not None:
        client.close()
    SharedSystemClient.clear_system_cache()  # nobody else holds a client: they live under _CHROMA only


def _empty(folder: Path) -> None:
    """Delete an index that can be computed again, the marker last."""
    for path in sorted(folder.iterdir(), key=lambda path: path.name == MARKER):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _move_aside(folder: Path) -> Path:
    """Rename a folder (or a file in its place) beside itself, under a name that is free."""
    stamp = time.strftime("%Y%m%d-%H%M%S")
    for number in range(100):
        aside = folder.with_name(f"{folder.name}.aside-{stamp}" + (f"-{number}" if number else ""))
        if not aside.exists():
            folder.rename(aside)
            return aside
    raise FileExistsError(folder)
