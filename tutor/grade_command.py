"""``tutor grade``: a rubric and copies in, draft corrections out. The shell around ``tutor.grading``.

    tutor grade --rubric barème.yaml copies/ --out corrections --export csv,docx

What is marked is written down at once, under ``--out`` or in TUTOR_HOME: a run that was stopped goes on. Copies are
read under « Copie 01 », … ; their names come back at the end. Evidence is ``text[start:end]`` of the copy's ``text`` in
the result, in characters: the file's bytes differ (byte order mark, line ends, encoding, the form of a document).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from tutor import messages
from tutor.contracts import Embedder, Language
from tutor.errors import FileUnwritable, NoCopies, SystemReason
from tutor.grading.drafts import Draft
from tutor.grading.judging import Judge
from tutor.grading.recomputation import Compute

Outcome = tuple[Mapping[str, Any], str, int]


def run(
    open_embedder: Callable[[], AbstractContextManager[Embedder]],
    home: Path,
    *,
    rubric_file: Path,
    copies: Sequence[Path],
    out: Path | None,
    formats: Sequence[str],
    language: Language,
    progress: Callable[[str], None],
    compute: Compute | None = None,
    judge: Judge | None = None,
) -> Outcome:
    """Mark every copy and return the contract's object.

    Raises:
        RubricInvalid, NoCopies, FileUnreadable, FileUnwritable.
    """
    from tutor.grading.journal import NAME, Journal
    from tutor.grading.rubric import read_rubric
    from tutor.grading.session import mark_all
    from tutor.grading.submissions import KINDS, Refused, Submission, read_submissions

    rubric = read_rubric(rubric_file)
    found = list(read_submissions(copies))
    for refused in (item for item in found if isinstance(item, Refused)):
        progress(messages.text("grade.skipped", language, name=refused.name, reason=refused.reason))
    submissions = [item for item in found if isinstance(item, Submission)]
    if not submissions:
        raise NoCopies(extensions=", ".join((*KINDS, ".zip")))
    journal = Journal(out / NAME if out else home / "grading" / NAME)
    drafts: list[Draft] = []
    marked = mark_all(submissions, rubric, open_embedder, journal, language, compute, judge)
    for number, draft in enumerate(marked, 1):
        progress(messages.text("grade.done", language, number=number, count=len(submissions), name=draft.name))
        drafts.append(draft)
    written = _export(drafts, rubric, out, formats, language) if out else []
    result = {
        "copies": [{**draft.to_json(), "text": draft.text} for draft in drafts],  # what the places of evidence are in
        "refused": [
            {"name": item.name, "reason": item.reason.text(language)} for item in found if isinstance(item, Refused)
        ],
        "files": [str(path) for path in written],
        "draft": True,
    }
    return result, format_table(drafts, language), 0


def _export(drafts: Sequence[Draft], rubric: Any, out: Path, formats: Sequence[str], language: Language) -> list[Path]:
    from tutor.grading.exports import file_name, to_csv, to_docx, to_markdown

    written: list[Path] = []

    def save(name: str, content: str | bytes) -> None:
        path, number = out / name, 2
        while path in written:
            path, number = path.with_stem(f"{Path(name).stem} ({number})"), number + 1
        try:
            out.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode("utf-8", "replace") if isinstance(content, str) else content)
        except OSError as error:
            raise FileUnwritable(path=path, reason=SystemReason(error)) from error
        written.append(path)

    if "csv" in formats:
        save("notes.csv", "\ufeff" + to_csv(drafts, language))
    for draft in drafts:
        if "md" in formats:
            save(file_name(draft.name, "md"), to_markdown(draft, rubric, language))
        if "docx" in formats:
            save(file_name(draft.name, "docx"), to_docx(draft, rubric, language))
    return written


def format_table(drafts: Sequence[Draft], language: Language) -> str:
    """Return one line a copy: its name, its marks, what the teacher should see."""
    lines = [messages.text("grade.report.draft", language)]
    for draft in drafts:
        marks = "  ".join(f"{c.id} {messages.number(c.points, language, 'g')}" for c in draft.criteria)
        total = f"{messages.number(draft.total, language, 'g')}/{messages.number(draft.max, language, 'g')}"
        flags = ", ".join(
            messages.text(f"grade.flag.{kind}", language) for kind in dict.fromkeys(f.kind for f in draft.flags)
        )
        lines.append(f"{draft.name:32} {total:>9}   {marks}" + (f"   [{flags}]" if flags else ""))
    return "\n".join(lines)
