"""Files, folders and archives of students' work → copies to mark, each read in memory and never unpacked to the disk.

What cannot be read is refused with the reason, and the others are still marked. Names are only names: a path inside an
archive leads nowhere. In Moodle's archives a folder is a student; elsewhere a file is. Left out: archives in archives.
"""

from __future__ import annotations

import io
import logging
import re
import stat
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tutor.errors import SystemReason
from tutor.messages import Notice
from tutor.retrieval.readers import FileUnusable, read_bytes
from tutor.retrieval.readers.text import decoded

_log = logging.getLogger(__name__)

KINDS = (".txt", ".md", ".docx", ".pdf", ".ipynb", ".py")
LARGEST = 20_000_000
"""Bytes of one file."""
LARGEST_ARCHIVE = 200_000_000
MOST_COPIES = 500
_UNPACKED = 100_000_000
"""Bytes of all files of one archive."""
_MOODLE = re.compile(r"^(?P<student>[^/]+?)_\d+_assignsubmission_[^/]*/")


@dataclass(frozen=True, slots=True)
class Submission:
    """One copy."""

    name: str
    """Of the file, or of the student where the archive tells it."""
    text: str
    file: str = ""
    """Extension, in lower case."""
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that is not marked, and why."""

    name: str
    reason: Notice


def read_submissions(paths: Iterable[Path]) -> Iterator[Submission | Refused]:
    """Yield every copy in files, folders and ``.zip`` archives, by name.

    Files of other kinds in a folder are passed over. Names are made different where two are the same.
    """
    seen: set[str] = set()
    count = 0
    for path in paths:
        for item in _of_path(path):
            if isinstance(item, Submission):
                count += 1
                if count > MOST_COPIES:
                    yield Refused(item.name, Notice("grade.skipped.many", {"limit": MOST_COPIES}))
                    continue
                name, number = item.name, 2
                while name in seen:
                    name, number = f"{item.name} ({number})", number + 1
                seen.add(name)
                item = Submission(name, item.text, item.file, item.notices)
            yield item


def _of_path(path: Path) -> Iterator[Submission | Refused]:
    try:
        if path.is_dir():
            for child in sorted(path.rglob("*")):
                hidden = any(part.startswith((".", "~$")) for part in child.relative_to(path).parts)
                if hidden or child.suffix.lower() not in (*KINDS, ".zip"):
                    continue
                if child.is_symlink() or not child.resolve().is_relative_to(path.resolve()):
                    yield Refused(shown(child.name), Notice("grade.skipped.link"))
                elif child.is_file():
                    yield from _of_file(child, child.relative_to(path).as_posix())
            return
        yield from _of_file(path, path.name)
    except OSError as error:
        yield Refused(shown(path.name), Notice("grade.skipped.unreadable", {"reason": SystemReason(error)}))


def _of_file(path: Path, name: str) -> Iterator[Submission | Refused]:
    kind = path.suffix.lower()
    limit = LARGEST_ARCHIVE if kind == ".zip" else LARGEST
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            yield Refused(shown(name), Notice("grade.skipped.kind", {"kinds": ", ".join(KINDS)}))
            return
        if path.stat().st_size > limit:
            yield Refused(shown(name), Notice("grade.skipped.size", {"limit": limit // 1_000_000}))
            return
        data = path.read_bytes()
    except OSError as error:
        yield Refused(shown(name), Notice("grade.skipped.unreadable", {"reason": SystemReason(error)}))
        return
    if kind == ".zip":
        yield from of_archive(data, name)
    else:
        yield read_copy_file(name, data)


def read_copy_file(name: str, data: bytes) -> Submission | Refused:
    """Read one file that is already in memory."""
    kind = Path(name).suffix.lower()
    title = shown(name)
    if kind not in KINDS:
        return Refused(title, Notice("grade.skipped.kind", {"kinds": ", ".join(KINDS)}))
    if len(data) > LARGEST:
        return Refused(title, Notice("grade.skipped.size", {"limit": LARGEST // 1_000_000}))
    try:
        if kind == ".py":
            return Submission(title, decoded(data), kind)
        if kind in (".txt", ".md") and not data.strip():
            return Submission(title, "", kind)  # a blank copy is a copy
        reading = read_bytes(data, kind)
    except FileUnusable as error:
        if error.reason == "empty":
            return Submission(title, "", kind)
        return Refused(title, Notice(f"grade.skipped.{error.reason}", error.details))
    return Submission(title, reading.markdown, kind, reading.remarks)


def of_archive(data: bytes, name: str) -> Iterator[Submission | Refused]:
    """Yield the copies of a ``.zip``: sizes are checked while unpacking, whatever the archive claims."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = [e for e in archive.infolist() if not e.is_dir()]
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        yield Refused(shown(name), Notice("grade.skipped.damaged"))
        return
    if len(entries) > 4 * MOST_COPIES:
        yield Refused(shown(name), Notice("grade.skipped.many", {"limit": MOST_COPIES}))
        return
    left = _UNPACKED
    students: dict[str, list[Submission]] = {}
    for entry in sorted(entries, key=lambda e: e.filename):
        inside = entry.filename.replace("\\", "/")
        if inside.startswith("__MACOSX/") or Path(inside).name.startswith((".", "~$")):
            continue
        title = shown(inside)
        if stat.S_ISLNK(entry.external_attr >> 16):
            yield Refused(title, Notice("grade.skipped.link"))
            continue
        if Path(inside).suffix.lower() == ".zip":
            yield Refused(title, Notice("grade.skipped.nested"))
            continue
        most = min(LARGEST, left)
        left -= min(
            most, entry.file_size
        )  # what is refused below was unpacked too, and never beyond the size it claims
        try:
            with archive.open(entry) as file:
                content = file.read(most + 1)
        except RuntimeError:  # a password
            yield Refused(title, Notice("grade.skipped.encrypted"))
            continue
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError, zipfile.LargeZipFile):
            yield Refused(title, Notice("grade.skipped.damaged"))
            continue
        except Exception:
            _log.exception("an entry of %s cannot be unpacked", name)
            yield Refused(title, Notice("grade.skipped.damaged"))
            continue
        if len(content) > most:
            limit = (LARGEST if most == LARGEST else _UNPACKED) // 1_000_000
            yield Refused(title, Notice("grade.skipped.expanded", {"limit": limit}))
            continue
        item = read_copy_file(inside, content)
        student = _MOODLE.match(inside)
        if isinstance(item, Refused) or not student:
            yield item
        else:
            students.setdefault(shown(student["student"]), []).append(item)
    for student_name, items in students.items():
        text = "\n\n".join(item.text for item in items)
        yield Submission(student_name, text, items[0].file, tuple(n for item in items for n in item.notices))


def shown(name: str) -> str:
    """Return a file name without its folders, control signs or tricks of direction, at most 80 characters long.

    >>> shown("../../etc/passwd"), shown("a\\u202egnp.exe")
    ('passwd', 'agnp.exe')
    """
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    kept = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C")
    kept = kept.strip() or "?"
    return kept if len(kept) <= 80 else kept[:76] + "…" + kept[-3:]
