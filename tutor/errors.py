"""Every error that the tutor expects, as one tree.

    TutorError
    ├── SettingError            a variable or the settings file holds a bad value
    │   └── FlagInvalid         … or a flag: wrong usage
    ├── ModelError
    │   ├── ModelFileMissing    no such GGUF file
    │   ├── ModelFileUnreadable it is there, and may not be read
    │   ├── ModelFileCorrupt    truncated, or not the bytes that its SHA-256 promises
    │   ├── ModelLoadFailed     llama.cpp refuses the file
    │   ├── ModelUnknown        not a catalogue name, a file or a URL
    │   ├── ModelNotPulled      a catalogue name whose file was not downloaded yet
    │   ├── DownloadError
    │   │   ├── DownloadFailed      no network, no such file, the server refuses
    │   │   ├── DownloadBroken      … or breaks off each time: what has come is kept
    │   │   ├── DownloadCorrupt     whole, and not the bytes that its SHA-256 promises
    │   │   ├── DownloadNotModel    a page instead of a model file
    │   │   ├── DownloadUnverified  nobody published its SHA-256
    │   │   ├── DownloadNeedsRoom   the disk is too small
    │   │   └── DownloadInUse       another program is downloading it
    │   ├── ModelServerFailed   the server is unreachable, or dropped in the middle
    │   ├── PromptTooLong       more tokens than the context holds
    │   ├── ProbabilitiesNotOffered  a server keeps its logits to itself
    │   └── ModelStopped        told to stop before it had chosen, or written its JSON
    ├── KnowledgeError
    │   ├── KnowledgeUnreadable the folder is missing or may not be read
    │   └── KnowledgeEmpty      no chapter in it
    ├── HomeInUse               another tutor works in the same TUTOR_HOME
    ├── HomeUnusable            TUTOR_HOME, or what is kept in it, may not be read or written
    ├── ConversationsUnreadable the file of the conversations is damaged
    ├── ConversationUnknown     no conversation of that name, or somebody else's
    ├── PortInUse
    ├── PortForbidden           a port that only the system may open
    ├── QuestionError
    │   ├── QuestionEmpty
    │   └── QuestionTooLong
    ├── DemoError
    │   ├── DemoUnknown
    │   │   └── DemoMisspelt    … but one of almost that name exists
    │   └── DemoArgumentInvalid
    │       ├── DemoArgumentUnknown
    │       └── DemoTextUnusable  too short, too long, no words in it
    ├── RunError
    │   ├── RunUnknown          no run of that id is kept
    │   ├── RunUnreadable       its file is damaged
    │   ├── RunHasNoFigure      there is nothing to draw
    │   └── RunIsExperiment     it is one of the prompting workshop's
    ├── PromptingError
    │   ├── ExerciseTaskUnknown no exercises of that name
    │   ├── ExercisesExhausted  a task has fewer different exercises than asked for
    │   ├── TechniqueUnknown    no prompting technique of that name
    │   ├── OwnPromptMissing    « mine » was asked for, and no prompt was given
    │   ├── OwnPromptInvalid    a student's prompt names a variable that does not exist, or is malformed
    │   ├── ExperimentUnknown   no experiment of that id is kept
    │   ├── ExperimentBusy      another program is running the same experiment
    │   ├── ModelsAlike         one model was given twice, to be compared with itself
    │   ├── DoseImpossible      the dose of reasoning cannot be measured
    │   └── ExperimentBroken    it stopped half-way; what was measured is kept
    ├── GradingError
    │   ├── RubricInvalid       a rubric cannot be used
    │   ├── NoCopies            nothing to mark
    │   └── TeacherOnly         a student asked for what only a teacher may do
    ├── TextFileRefused         a file that a student gave is no text, or too large
    ├── TemplateError           a prompt file is malformed or misses a variable
    ├── FileUnreadable          a file that the user named cannot be read
    ├── FileUnwritable          … or not be written
    └── QuestionFileInvalid     a line of an evaluation file cannot be used

Each names what happened and the user's next step, in French and in English: the sentences are in
``messages.py`` under ``error.<class name>``; the keyword arguments are the sentence's variables.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tutor import messages
from tutor.contracts import Language


class TutorError(Exception):
    """An expected failure. ``details`` are the variables of its sentence."""

    def __init__(self, **details: object) -> None:
        super().__init__(details)
        self.details = details

    def text(self, language: Language) -> str:
        """Return the sentence that tells the user what to do next."""
        return messages.text(f"error.{type(self).__name__}", language, **self.details)

    def __str__(self) -> str:
        return self.text("en")


class SystemReason:
    """Why the operating system refused something, in the user's language; a detail of the errors below."""

    def __init__(self, error: OSError) -> None:
        self.error = error

    def text(self, language: Language) -> str:
        """Return the reason in a few words; one that is not in the messages is the system's own.

        >>> SystemReason(FileNotFoundError(errno.ENOENT, "No such file or directory")).text("fr")
        'introuvable'
        """
        kinds = {kind.__name__ for kind in type(self.error).__mro__}
        own = kinds & {"SSLError", "gaierror"}  # their numbers are not the system's
        key = f"system.{own.pop() if own else errno.errorcode.get(self.error.errno or 0, '')}"
        if key in messages.MESSAGES:
            return messages.text(key, language)
        return self.error.strerror or str(self.error)

    def __str__(self) -> str:
        return self.text("en")


_OS_ERROR = re.compile(r"\(os error (\d+)\)")


def system_reason(error: BaseException | None) -> SystemReason | None:
    """Return what the system refused, if that is why ``error`` was raised: itself, or what it was raised from.

    Libraries written in Rust (Chroma, safetensors, tokenizers) only write the system's number in their sentence.

    >>> str(system_reason(RuntimeError("I/O error: No space left on device (os error 28)")))
    'the disk is full'
    """
    while error is not None:
        if isinstance(error, OSError) and error.errno:
            return SystemReason(error)
        if told := _OS_ERROR.search(str(error)):
            return SystemReason(OSError(int(told[1]), str(error)))
        error = error.__cause__
    return None


@contextmanager
def using_home(path: Path) -> Iterator[None]:
    """Say of whatever the system refuses inside that ``path``, which is in TUTOR_HOME, cannot be used.

    Raises:
        HomeUnusable: with the system's reason.
    """
    try:
        yield
    except TutorError:
        raise
    except Exception as error:
        if (reason := system_reason(error)) is None:
            raise
        raise HomeUnusable(path=path, reason=reason) from error


class SettingError(TutorError):
    """``variable``, ``value``, ``accepted``."""


class FlagInvalid(SettingError):
    """``variable`` (the flag as it is typed), ``value``, ``accepted``."""


class ModelError(TutorError):
    """A language model cannot be used."""


class ModelFileMissing(ModelError):
    """``path``."""


class ModelFileUnreadable(ModelError):
    """``path``, ``reason``."""


class ModelFileCorrupt(ModelError):
    """``path``, ``expected``, ``found``."""


class ModelLoadFailed(ModelError):
    """``path``, ``reason``."""


class ModelUnknown(ModelError):
    """``value``, ``known``."""


class ModelNotPulled(ModelError):
    """``name``, ``size`` in GB."""


class DownloadError(ModelError):
    """A model file cannot be downloaded."""


class DownloadFailed(DownloadError):
    """``url``, ``reason``."""


class DownloadBroken(DownloadError):
    """``url``, ``reason``, ``done`` and ``size`` in GB."""


class DownloadCorrupt(DownloadError):
    """``url``, ``expected``, ``found``: SHA-256, or sizes in bytes."""


class DownloadNotModel(DownloadError):
    """``url``."""


class DownloadUnverified(DownloadError):
    """``name``, ``source``."""


class DownloadNeedsRoom(DownloadError):
    """``path``, ``needed`` and ``free`` in GB."""


class DownloadInUse(DownloadError):
    """``file``."""


class ModelServerFailed(ModelError):
    """``url``, ``reason``."""


class PromptTooLong(ModelError):
    """``tokens``, ``limit``."""


class ProbabilitiesNotOffered(ModelError):
    """``url``."""


class ModelStopped(ModelError):
    """No variables."""


class KnowledgeError(TutorError):
    """The course cannot be read."""


class KnowledgeUnreadable(KnowledgeError):
    """``path``, ``reason``."""


class KnowledgeEmpty(KnowledgeError):
    """``path``, ``extensions``."""


class HomeInUse(TutorError):
    """``path``, ``pid``."""


class HomeUnusable(TutorError):
    """``path``, ``reason``."""


class ConversationsUnreadable(TutorError):
    """``path``, ``reason``."""


class ConversationUnknown(TutorError):
    """``name``."""


class PortInUse(TutorError):
    """``port``, ``next_port``."""


class PortForbidden(TutorError):
    """``port``."""


class QuestionError(TutorError):
    """The question cannot be answered as it stands."""


class QuestionEmpty(QuestionError):
    """No variables."""


class QuestionTooLong(QuestionError):
    """``length``, ``limit`` in characters."""


class DemoError(TutorError):
    """A demo cannot run."""


class DemoUnknown(DemoError):
    """``name``, ``known``."""


class DemoArgumentInvalid(DemoError):
    """``demo``, ``argument``, ``value``, ``accepted``."""


class DemoMisspelt(DemoUnknown):
    """``name``, ``close``, ``known``: there is a demo of almost that name."""


class DemoArgumentUnknown(DemoArgumentInvalid):
    """``demo``, ``argument``, ``accepted``: the demo has no such argument."""


class DemoTextUnusable(DemoArgumentInvalid):
    """``demo``, ``argument``, ``value``, ``reason``: what would be accepted is the message ``demo.<reason>``.

    The other errors list values, the same in every language; this one needs words.
    """

    def text(self, language: Language) -> str:
        """Return the sentence, with what is accepted in its language."""
        accepted = messages.text(f"demo.{self.details['reason']}", language, **self.details)
        return messages.text("error.DemoTextUnusable", language, **{**self.details, "accepted": accepted})


class RunError(TutorError):
    """A run of a demo cannot be shown or made again."""


class RunUnknown(RunError):
    """``run_id``."""


class RunUnreadable(RunError):
    """``run_id``, ``path``."""


class RunHasNoFigure(RunError):
    """``demo``."""


class RunIsExperiment(RunError):
    """``run_id``, ``command``: what shows it."""


class PromptingError(TutorError):
    """An experiment of the prompting workshop cannot be made, or shown."""


class ExerciseTaskUnknown(PromptingError):
    """``name``, ``known``."""


class ExercisesExhausted(PromptingError):
    """``task``, ``n``, ``found``."""


class TechniqueUnknown(PromptingError):
    """``name``, ``known``."""


class OwnPromptMissing(PromptingError):
    """No variables."""


class OwnPromptInvalid(PromptingError):
    """``reason``: a notice, or Jinja's own words; ``known``: the variables there are."""


class ExperimentUnknown(PromptingError):
    """``run_id``."""


class ExperimentBusy(PromptingError):
    """``run_id``."""


class ModelsAlike(PromptingError):
    """``first``, ``second``: the two names of one model."""


class DoseImpossible(PromptingError):
    """``reason``: a notice."""


class ExperimentBroken(PromptingError):
    """``reason``, ``done``, ``total``, ``run_id``."""


class GradingError(TutorError):
    """Copies cannot be marked."""


class RubricInvalid(GradingError):
    """``path``, ``reason``: a notice."""


class NoCopies(GradingError):
    """``extensions``."""


class TeacherOnly(GradingError):
    """No variables."""


class TextFileRefused(TutorError):
    """``name``, ``reason``: a notice."""


class TemplateError(TutorError):
    """``name``, ``reason``."""


class FileUnreadable(TutorError):
    """``path``, ``reason``."""


class FileUnwritable(TutorError):
    """``path``, ``reason``."""


class QuestionFileInvalid(TutorError):
    """``path``, ``line``, ``reason``."""
