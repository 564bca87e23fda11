"""The persistent index: nothing is embedded twice, and no damage loses the user's files."""

from __future__ import annotations

import errno
import hashlib
import json
import queue
import shutil
import sqlite3
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from tutor import messages
from tutor.contracts import Vectors
from tutor.errors import HomeUnusable, SystemReason
from tutor.retrieval.index import CALIBRATED, MARKER, SOON, Course, index_folder, open_course
from tutor.retrieval.lexical import stems
from tutor.retrieval.search import PROBES, Calibration, HybridSearch

PROBE_COUNT = sum(len(questions) for questions in PROBES.values())


class CountingEmbedder:
    """Unit vectors of hashed stems; remembers every text it is given."""

    def __init__(self, name: str = "stems", dimension: int = 64) -> None:
        self.name = name
        self.dimension = dimension
        self.told: list[str] = []
        self.asked: list[str] = []

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.told += texts
        return self._vectors(texts)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return self._vectors(texts)

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        vectors = np.full((len(texts), self.dimension), 1e-3, np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for stem in stems(text):
                row[int(hashlib.md5(stem.encode()).hexdigest(), 16) % self.dimension] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


CHAPTER = """# Réseaux

## Cellules

Une cellule LSTM possède trois portes. Une cellule GRU en possède deux.

## Lissage

Le lissage de Laplace ajoute un à chaque compte.

## Mesure

La perplexité mesure la surprise du modèle.
"""


class Bench:
    """A course folder and a home in a temporary folder."""

    def __init__(self, root: Path) -> None:
        self.home = root / "home"
        self.course = root / "cours"
        self.course.mkdir()
        self.file = self.course / "cours.md"
        self.file.write_text(CHAPTER, encoding="utf-8")

    @property
    def index(self) -> Path:
        return index_folder(self.home, str(self.course.resolve()))

    def open(self, embedder: CountingEmbedder | None = None) -> tuple[Course, CountingEmbedder]:
        used = embedder or CountingEmbedder()
        return open_course(self.course, home=self.home, embedder=used), used

    def asides(self) -> list[Path]:
        return sorted(self.index.parent.glob("*.aside-*"))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def counts(course: Course) -> tuple[int, int, int, int]:
    report = course.report
    return report.passages, report.added, report.removed, report.unchanged


def test_the_first_run_embeds_everything_once(bench: Bench) -> None:
    course, embedder = bench.open()
    assert counts(course) == (3, 3, 0, 0)
    # 3 passages and the 2 sentences of the first; the others are their own only sentence
    assert len(embedder.told) == len(set(embedder.told)) == 5
    assert len(embedder.asked) == PROBE_COUNT
    assert course.report.notices == ()


def calibration_of(course: Course) -> Calibration:
    assert isinstance(course.engine, HybridSearch)
    return course.engine.calibration


def test_the_calibration_is_stored_with_the_index_and_read_again(bench: Bench) -> None:
    course, _ = bench.open()
    stored = bench.index / CALIBRATED
    before = stored.read_bytes()
    assert Calibration.from_json(json.loads(before)).to_json() == calibration_of(course).to_json()
    found = course.search("La perplexité mesure quoi ?")
    assert found.in_course
    moved = json.loads(before)
    moved["threshold"] = (found.confidence + 1) / 2
    stored.write_text(json.dumps(moved), encoding="utf-8")
    again, _ = bench.open()
    declined = again.search("La perplexité mesure quoi ?")  # what is stored is what decides
    assert (declined.confidence, declined.in_course) == (found.confidence, False)


def test_the_calibration_is_made_anew_when_the_course_or_the_model_changes(bench: Bench) -> None:
    course, _ = bench.open()
    stored = bench.index / CALIBRATED
    first = stored.read_text(encoding="utf-8")
    bench.file.write_text(CHAPTER + "\n## Modèle\n\nUn train part à midi.\n", encoding="utf-8")
    longer, _ = bench.open()
    second = stored.read_text(encoding="utf-8")
    assert json.loads(first)["made_for"] != json.loads(second)["made_for"]
    assert calibration_of(longer).to_json() != calibration_of(course).to_json()
    bench.file.write_text(CHAPTER, encoding="utf-8")
    back, _ = bench.open()
    assert calibration_of(back).to_json() == calibration_of(course).to_json()
    bench.open(CountingEmbedder("another"))
    other = json.loads(stored.read_text(encoding="utf-8"))["made_for"]
    assert other not in (json.loads(first)["made_for"], json.loads(second)["made_for"])


@pytest.mark.parametrize(
    "change",
    [
        lambda stored: b"",
        lambda stored: b"\xff{",
        lambda stored: b"[]",
        lambda stored: stored.replace(b'"background"', b'"foreground"'),
        lambda stored: stored.replace(b'"threshold": 0.5', b'"threshold": NaN'),
        lambda stored: stored.replace(b'"threshold": 0.5', b'"threshold": [0.5]'),
        lambda stored: stored.replace(b'"fr": [', b'"fr": [[1.0, Infinity], [1.0, 1.0]], "de": ['),
        lambda stored: stored.replace(b'"fr": [', b'"fr": [[1.0, 1.0], [1.0, 0.0]], "de": ['),
        lambda stored: stored.replace(b'"en": [', b'"en": [[1.0], [1.0]], "de": ['),
    ],
)
def test_a_damaged_calibration_is_made_anew(bench: Bench, change: Callable[[bytes], bytes]) -> None:
    bench.open()
    stored = bench.index / CALIBRATED
    sound = stored.read_bytes()
    damaged = change(sound)
    assert damaged != sound
    stored.write_bytes(damaged)
    course, embedder = bench.open()
    assert stored.read_bytes() == sound
    assert not embedder.told and not embedder.asked
    assert course.report.notices == ()


class PatientEmbedder(CountingEmbedder):
    """Embeds a batch each time it is let to."""

    def __init__(self) -> None:
        super().__init__()
        self.allowed = threading.Semaphore(0)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        assert self.allowed.acquire(timeout=20)
        return super().embed_passages(texts)


def long_chapter(sections: int) -> str:
    return CHAPTER + "".join(f"\n## Partie {i}\n\nLe mot numéro {i} du vocabulaire.\n" for i in range(sections))


def test_a_long_course_is_searched_by_words_until_it_is_ready(bench: Bench) -> None:
    bench.file.write_text(long_chapter(3 * SOON), encoding="utf-8")
    embedder, heard, progress = PatientEmbedder(), queue.SimpleQueue[object](), list[tuple[int, int]]()
    course = open_course(
        bench.course,
        home=bench.home,
        embedder=embedder,
        on_ready=heard.put,
        on_progress=lambda *seen: progress.append(seen),
    )
    assert not course.ready.is_set()
    found = course.search("Combien de portes dans une cellule LSTM ?")
    assert (found.by_meaning, found.in_course, found.hits[0].passage.section) == (False, True, "Cellules")
    assert not course.search("Comment cuire du riz au lait ?").in_course
    assert {quotable.cosine for quotable in course.quotables("portes", [found.hits[0].passage.id])} == {0.0}
    embedder.allowed.release(1000)
    assert heard.get(timeout=20) is course.report
    assert course.ready.is_set() and course.search("portes").by_meaning
    assert progress[0][0] == 0 and progress[-1][0] == progress[-1][1]
    course.close()


def test_a_course_closed_while_it_is_read_goes_on_where_it_stopped(bench: Bench) -> None:
    bench.file.write_text(long_chapter(3 * SOON), encoding="utf-8")
    embedder, heard = PatientEmbedder(), queue.SimpleQueue[object]()
    course = open_course(bench.course, home=bench.home, embedder=embedder, on_ready=heard.put)
    course._left.set()  # closing waits for the batch under way, which this embedder holds back
    embedder.allowed.release(1000)
    course.close()
    assert heard.empty() and not course.ready.is_set()
    again, second = bench.open()
    assert 0 < len(embedder.told) < len(again.passages)
    assert not set(embedder.told) & set(second.told)


def test_a_short_course_and_an_unchanged_one_are_ready_at_once(bench: Bench) -> None:
    for _ in range(2):
        course = open_course(bench.course, home=bench.home, embedder=CountingEmbedder(), on_ready=lambda outcome: None)
        assert course.ready.is_set()
        course.close()


def test_a_failure_in_the_background_is_heard_and_words_still_answer(bench: Bench) -> None:
    class Broken(PatientEmbedder):
        def _vectors(self, texts: Sequence[str]) -> Vectors:
            raise RuntimeError("no memory")

    bench.file.write_text(long_chapter(3 * SOON), encoding="utf-8")
    embedder, heard = Broken(), queue.SimpleQueue[object]()
    course = open_course(bench.course, home=bench.home, embedder=embedder, on_ready=heard.put)
    embedder.allowed.release(1000)
    assert "no memory" in str(heard.get(timeout=20))
    assert course.search("perplexité").hits[0].passage.section == "Mesure"
    course.close()


def test_an_unchanged_course_embeds_nothing(bench: Bench) -> None:
    bench.open()
    course, embedder = bench.open()
    assert counts(course) == (3, 0, 0, 3)
    assert embedder.told == embedder.asked == []


def test_only_an_edited_passage_is_embedded_again(bench: Bench) -> None:
    bench.open()
    bench.file.write_text(CHAPTER.replace("ajoute un", "ajoute 1"), encoding="utf-8")
    course, embedder = bench.open()
    assert counts(course) == (3, 1, 1, 2)
    assert embedder.told == ["Lissage\nLe lissage de Laplace ajoute 1 à chaque compte."]
    assert course.search("lissage de Laplace").hits[0].passage.text == "Le lissage de Laplace ajoute 1 à chaque compte."


def test_moved_text_keeps_its_vector_and_a_removed_one_leaves(bench: Bench) -> None:
    bench.open()
    head, cells, smoothing, measure = CHAPTER.split("\n## ")
    bench.file.write_text("\n## ".join([head, measure.rstrip() + "\n", cells]), encoding="utf-8")
    course, embedder = bench.open()
    assert counts(course) == (2, 0, 1, 2)
    assert embedder.told == []
    assert smoothing.startswith("Lissage")
    assert [p.section for p in course.passages] == ["Mesure", "Cellules"]
    assert course.search("perplexité").hits[0].passage.section == "Mesure"


def test_two_courses_do_not_share_an_index(bench: Bench, tmp_path: Path) -> None:
    bench.open()
    other = tmp_path / "autre"
    other.mkdir()
    (other / "a.md").write_text("# Autre\n\nTexte.\n", encoding="utf-8")
    open_course(other, home=bench.home, embedder=CountingEmbedder())
    course, embedder = bench.open()
    assert counts(course) == (3, 0, 0, 3)
    assert embedder.told == []


@pytest.mark.parametrize("other", [CountingEmbedder(name="autre"), CountingEmbedder(dimension=32)])
def test_another_model_or_dimension_rebuilds_with_a_notice(bench: Bench, other: CountingEmbedder) -> None:
    bench.open()
    course, _ = bench.open(other)
    assert counts(course) == (3, 3, 0, 0)
    (notice,) = course.report.notices
    assert notice.key == "index.notice.rebuilt.outdated"
    assert "stems, 64" in notice.text("fr")
    assert f"{other.name}, {other.dimension}" in notice.text("fr")
    assert bench.asides() == []
    again, _ = bench.open(other)
    assert counts(again) == (3, 0, 0, 3)


def test_another_schema_rebuilds(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.open()
    monkeypatch.setattr("tutor.retrieval.index.SCHEMA", 999)
    course, _ = bench.open()
    assert counts(course) == (3, 3, 0, 0)
    assert [notice.key for notice in course.report.notices] == ["index.notice.rebuilt.outdated"]


def _garbage(index: Path) -> None:
    (index / "chroma.sqlite3").write_bytes(b"garbage" * 1000)


def _truncated(index: Path) -> None:
    database = index / "chroma.sqlite3"
    database.write_bytes(database.read_bytes()[:30_000])


def _overwritten_inside(index: Path) -> None:
    database = index / "chroma.sqlite3"
    content = bytearray(database.read_bytes())
    content[40_000:120_000] = b"z" * 80_000
    database.write_bytes(bytes(content))


def _queue_lost(index: Path) -> None:
    connection = sqlite3.connect(index / "chroma.sqlite3")
    connection.execute("DELETE FROM embeddings_queue")
    connection.commit()
    connection.close()


def _foreign(index: Path) -> None:
    shutil.rmtree(index)
    index.mkdir()
    (index / "thèse.odt").write_text("précieux", encoding="utf-8")


def _foreign_chroma(index: Path) -> None:
    (index / MARKER).unlink()


def _a_folder_for_a_database(index: Path) -> None:
    (index / "chroma.sqlite3").unlink()
    (index / "chroma.sqlite3").mkdir()


def _a_file_for_the_folder(index: Path) -> None:
    shutil.rmtree(index)
    index.write_text("un fichier", encoding="utf-8")


@pytest.mark.parametrize(
    "damage",
    [
        _garbage,
        _truncated,
        _overwritten_inside,
        _queue_lost,
        _foreign,
        _foreign_chroma,
        _a_folder_for_a_database,
        _a_file_for_the_folder,
    ],
)
def test_a_damaged_or_foreign_index_is_moved_aside_and_rebuilt(bench: Bench, damage: Callable[[Path], None]) -> None:
    bench.open()
    damage(bench.index)
    course, _ = bench.open()
    assert counts(course) == (3, 3, 0, 0)
    (aside,) = bench.asides()
    (notice,) = course.report.notices
    foreign = damage in (_foreign, _foreign_chroma, _a_file_for_the_folder)
    assert notice.key == ("index.notice.rebuilt.foreign" if foreign else "index.notice.rebuilt.damaged")
    assert str(aside) in notice.text("fr")
    assert ("effacer" in notice.text("fr")) != foreign, "what is somebody else’s is not offered for deletion"
    told = {key for key in messages.MESSAGES if key.startswith("index.damaged.")}
    assert foreign or any(messages.text(key, "fr") in notice.text("fr") for key in told)
    assert course.search("portes d’une cellule LSTM").hits[0].passage.section == "Cellules"
    if damage is _foreign:
        assert (aside / "thèse.odt").read_text(encoding="utf-8") == "précieux"
    again, embedder = bench.open()
    assert counts(again) == (3, 0, 0, 3)
    assert again.report.notices == ()
    assert embedder.told == []


@pytest.mark.parametrize("number", [errno.EACCES, errno.ENOSPC, errno.EROFS])
def test_an_index_folder_that_cannot_be_made_is_named(bench: Bench, refuse: Callable[..., None], number: int) -> None:
    refuse(bench.home, number)
    with pytest.raises(HomeUnusable) as caught:
        bench.open()
    assert str(bench.index) in caught.value.text("fr")
    assert SystemReason(OSError(number, "")).text("fr") in caught.value.text("fr")


def test_a_file_above_the_index_is_named(bench: Bench) -> None:
    bench.home.mkdir()
    (bench.home / "index").touch()
    with pytest.raises(HomeUnusable):
        bench.open()


def test_a_marker_that_cannot_be_written_is_named(bench: Bench, refuse: Callable[..., None]) -> None:
    bench.index.mkdir(parents=True)
    refuse(bench.index, errno.ENOSPC)
    with pytest.raises(HomeUnusable, match="the disk is full"):
        bench.open()


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        # as Chroma really said it on a disk that was full, and read-only
        ("error returned from database: (code: 13) database or disk is full", "le disque est plein"),
        ("error returned from database: (code: 8) attempt to write a readonly database", "accès refusé"),
        ("error returned from database: (code: 5) database is locked", "un autre programme"),
        ("failed to create segment: Permission denied (os error 13)", "accès refusé"),
    ],
)
@pytest.mark.parametrize("where", ["PersistentClient", "add_texts"])
def test_what_is_refused_to_chroma_is_not_damage(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, where: str, words: str, reason: str
) -> None:
    from chromadb.errors import InternalError

    bench.open()
    bench.file.write_text(CHAPTER + "\n## Ajout\n\nUn texte nouveau.\n", encoding="utf-8")

    def refuse(*args: object, **options: object) -> None:
        raise InternalError(words)

    monkeypatch.setattr(
        {"PersistentClient": "chromadb.PersistentClient", "add_texts": "langchain_chroma.Chroma.add_texts"}[where],
        refuse,
    )
    with pytest.raises(HomeUnusable) as caught:
        bench.open()
    assert reason in caught.value.text("fr")
    assert bench.asides() == []


@pytest.mark.parametrize("free", [0, 10**12])
def test_a_failure_of_chroma_on_a_full_disk_is_put_down_to_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, free: int
) -> None:
    from chromadb.errors import InternalError

    class Usage:
        pass

    def refuse(*args: object, **options: object) -> None:
        raise InternalError("Error in compaction: Failed to apply logs to the metadata segment")  # said on a full disk

    monkeypatch.setattr(Usage, "free", free, raising=False)
    monkeypatch.setattr("shutil.disk_usage", lambda folder: Usage)
    monkeypatch.setattr("langchain_chroma.Chroma.add_texts", refuse)
    with pytest.raises(InternalError if free else HomeUnusable):
        bench.open()


def test_an_interrupted_run_resumes_where_it_stopped(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tutor.retrieval.index.BATCH", 1)

    class Interrupted(CountingEmbedder):
        def embed_passages(self, texts: Sequence[str]) -> Vectors:
            if len(self.told) == 2:
                raise KeyboardInterrupt
            return super().embed_passages(texts)

    first = Interrupted()
    with pytest.raises(KeyboardInterrupt):
        bench.open(first)
    course, second = bench.open()
    assert set(first.told).isdisjoint(second.told)
    assert len(first.told) == 2
    assert len(second.told) == 3
    assert course.report.notices == ()
    assert course.search("perplexité").hits[0].passage.section == "Mesure"


def test_interrupted_before_anything_was_stored(bench: Bench) -> None:
    bench.index.mkdir(parents=True)
    (bench.index / MARKER).write_text("{}", encoding="utf-8")
    course, _ = bench.open()
    assert counts(course) == (3, 3, 0, 0)
    assert course.report.notices == ()


def test_progress_adds_up(bench: Bench) -> None:
    heard: list[tuple[int, int]] = []
    open_course(
        bench.course,
        home=bench.home,
        embedder=CountingEmbedder(),
        on_progress=lambda done, total: heard.append((done, total)),
    )
    assert heard[-1] == (5 + PROBE_COUNT, 5 + PROBE_COUNT)
    assert [done for done, _ in heard] == sorted(done for done, _ in heard)


def test_an_unchanged_page_is_neither_read_nor_embedded_again(bench: Bench) -> None:
    (bench.course / "page.html").write_text("<h1>Corpus</h1><p>Un corpus est un ensemble de textes.", encoding="utf-8")
    for expected in (["page.html"], []):
        files: list[str] = []
        embedder = CountingEmbedder()
        course = open_course(bench.course, home=bench.home, embedder=embedder, on_file=files.append)
        assert files == expected
        assert bool(embedder.told) == bool(expected)
        assert course.search("corpus").hits[0].passage.source == "page.html"
    other = bench.course.parent / "autre"
    shutil.copytree(bench.course, other)
    open_course(other, home=bench.home, embedder=CountingEmbedder())
    open_course(bench.course, home=bench.home, embedder=CountingEmbedder(), on_file=files.append)
    assert files == []  # another course does not push its readings out


def test_the_report_is_the_index_contract(bench: Bench) -> None:
    course, _ = bench.open()
    printed = json.loads(json.dumps(course.report.to_json()))
    assert {"passages", "added", "removed", "unchanged", "seconds", "embedding"} <= printed.keys()
    assert printed["embedding"] == {"model": "stems", "dimension": 64}


def test_passages_and_neighbours_by_id(bench: Bench) -> None:
    bench.file.write_text("# C\n\n## S\n\n" + "a " * 400 + "\n\n" + "b " * 400 + "\n\n## T\n\nc\n", encoding="utf-8")
    course, _ = bench.open()
    first, second, third = course.passages
    assert course.passage(first.id) == first
    assert course.passage("absent") is None
    assert course.neighbours(first.id) == (None, second)
    assert course.neighbours(second.id) == (first, None)
    assert course.neighbours(third.id) == (None, None)
    assert course.neighbours("absent") == (None, None)


def test_sentences_come_in_the_order_of_the_course_with_their_cosine(bench: Bench) -> None:
    course, embedder = bench.open()
    found = course.quotables("portes GRU", ["cours#lissage-1", "cours#cellules-1", "absent"])
    assert [q.passage.text[q.start : q.end] for q in found] == [
        "Une cellule LSTM possède trois portes.",
        "Une cellule GRU en possède deux.",
        "Le lissage de Laplace ajoute un à chaque compte.",
    ]
    question, sentence = embedder._vectors(["portes GRU", "Cellules\nUne cellule GRU en possède deux."])
    assert found[1].cosine == pytest.approx(float(question @ sentence), abs=1e-5)
