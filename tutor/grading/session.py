"""Many copies of one task, marked one after the other and written down at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace

from tutor.contracts import Embedder, Language
from tutor.grading.drafts import Draft
from tutor.grading.journal import Journal
from tutor.grading.marking import digest_of, mark
from tutor.grading.pseudonyms import pseudonyms, without_names
from tutor.grading.recomputation import Compute
from tutor.grading.rubric import Rubric
from tutor.grading.signals import Task, prepare
from tutor.grading.submissions import Submission


def mark_all(
    submissions: Sequence[Submission],
    rubric: Rubric,
    open_embedder: Callable[[], AbstractContextManager[Embedder]],
    journal: Journal | None = None,
    language: Language = "fr",
    compute: Compute | None = None,
) -> Iterator[Draft]:
    """Yield the draft of each copy, in order; one that the journal holds is not marked again.

    The embedding model is opened when the first copy needs it. It reads no name: a copy is « Copie 01 » to it, and the
    lines that name its author are blank.
    """
    called = pseudonyms((s.name for s in submissions), language)
    with ExitStack() as opened:
        embedder: Embedder | None = None
        task: Task | None = None
        for submission in submissions:
            text = without_names(submission.text, submission.name)
            draft = (
                journal.find(digest_of(text, rubric), submission.name, submission.text) if journal is not None else None
            )
            if draft is None:
                if embedder is None or task is None:
                    embedder = opened.enter_context(open_embedder())
                    task = prepare(rubric, embedder)
                draft = mark(called[submission.name], text, task, embedder, language=language, compute=compute)
                draft = replace(draft, name=submission.name, text=submission.text)
                if journal is not None:
                    journal.add(draft)
            yield draft
