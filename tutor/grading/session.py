"""Many copies of one task, marked one after the other and written down at once.

A copy that makes the marker fail is given back unmarked, with a flag, and the others are marked.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace

from tutor import messages
from tutor.contracts import Embedder, Language
from tutor.errors import TutorError
from tutor.grading.drafts import CriterionDraft, Draft, Flag
from tutor.grading.journal import Journal
from tutor.grading.judging import Judge
from tutor.grading.marking import LONGEST_COPY, digest_of, mark
from tutor.grading.pseudonyms import pseudonyms, without_names, words_of
from tutor.grading.recomputation import Compute
from tutor.grading.rubric import Rubric
from tutor.grading.signals import Task, prepare
from tutor.grading.submissions import Submission

_log = logging.getLogger(__name__)


def mark_all(
    submissions: Sequence[Submission],
    rubric: Rubric,
    open_embedder: Callable[[], AbstractContextManager[Embedder]],
    journal: Journal | None = None,
    language: Language = "fr",
    compute: Compute | None = None,
    judge: Judge | None = None,
) -> Iterator[Draft]:
    """Yield the draft of each copy, in order; one that the journal holds is not marked again.

    The embedding model is opened when the first copy needs it. It reads no name: a copy is « Copie 01 » to it, and the
    lines that name its author are blank.
    """
    called = pseudonyms((s.name for s in submissions), language)
    own_words = words_of(rubric)
    decided_by = judge.name if judge else ""
    with ExitStack() as opened:
        embedder: Embedder | None = None
        task: Task | None = None
        for submission in submissions:
            text = without_names(submission.text[:LONGEST_COPY], submission.name, own_words)
            text += submission.text[LONGEST_COPY:]  # is not read
            draft = (
                journal.find(digest_of(text, rubric, language, decided_by), submission.name, submission.text)
                if journal is not None
                else None
            )
            if draft is None:
                if embedder is None or task is None:
                    embedder = opened.enter_context(open_embedder())
                    task = prepare(rubric, embedder)
                try:
                    named = called[submission.name]
                    draft = mark(named, text, task, embedder, language=language, compute=compute, judge=judge)
                except TutorError:
                    raise
                except Exception:
                    _log.exception("%s cannot be marked", called[submission.name])
                    yield _unmarked(submission, rubric, language)
                    continue
                draft = _given_back(draft, submission)
                if journal is not None:
                    journal.add(draft)
            else:  # of a copy that is the same but for its names
                draft = _given_back(draft, submission)
            yield draft


def _given_back(draft: Draft, submission: Submission) -> Draft:
    """Return the draft under the name of its student, its evidence in the words of the copy, names and all."""
    criteria = (
        replace(c, evidence=tuple(replace(e, text=submission.text[e.start : e.end]) for e in c.evidence))
        for c in draft.criteria
    )
    return replace(draft, name=submission.name, text=submission.text, criteria=tuple(criteria))


def _unmarked(submission: Submission, rubric: Rubric, language: Language) -> Draft:
    comment = messages.text("grade.comment.failed", language)
    criteria = tuple(CriterionDraft(c.id, 0.0, c.points, (), comment, 0.0) for c in rubric.criteria)
    return Draft(submission.name, criteria, (Flag("failed"),), text=submission.text)
