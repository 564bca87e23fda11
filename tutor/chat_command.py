"""``tutor chat``: the same tutor in a terminal, streamed, in conversations that are kept.

    tutor chat
    printf 'Qu’est-ce qu’un bigramme ?\\net pour un trigramme ?\\n' | tutor chat

A line is a question, or a command that begins with ``/`` (``/help`` lists them). Ctrl-C stops the answer and not the
program; Ctrl-D, ``/quit`` or the end of the pipe ends it. The page and the terminal of one machine share their
conversations. Left out: figures, which ``tutor demo rerun RUN_ID --figure out.svg`` draws.
"""

from __future__ import annotations

import contextlib
import errno
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tutor import messages
from tutor.agent.memory import kept_apart
from tutor.contracts import Answer, Answered, Language, Queued, Role, TextDelta, ToolFinished, Tutor
from tutor.conversations.export import day, to_markdown
from tutor.conversations.store import LOCAL, Conversations, Summary
from tutor.demos.laboratory import Laboratory
from tutor.errors import FileUnwritable, SystemReason, TutorError
from tutor.settings import as_path

Read = Callable[[str], str]
"""Prompt → the next line; raises EOFError at the end."""
Write = Callable[[str], None]

PROMPT = "› "
YES = {"o", "oui", "y", "yes"}


class Chat:
    """One sitting at the terminal."""

    def __init__(
        self,
        tutor: Tutor,
        conversations: Conversations,
        laboratory: Laboratory,
        language: Language,
        *,
        read: Read,
        write: Write,
        listening: Callable[[threading.Event], contextlib.AbstractContextManager[None]],
    ) -> None:
        self.tutor = tutor
        self.conversations = conversations
        self.laboratory = laboratory
        self.language = language
        self.read = read
        self.write = write
        self.listening = listening
        """Makes Ctrl-C set an event while an answer comes."""
        self.name = ""
        """Of the conversation that is open; empty before its first question."""
        self.role: Role = "student"
        """At a terminal one person has both: ``/teacher`` and ``/student`` choose."""
        self.answers: list[Answer] = []
        self._apart = False
        """The last answer is kept nowhere: a copy was corrected."""
        self._listed: list[Summary] = []
        self._commands: Mapping[str, Callable[[str], None]] = {
            "new": self._new,
            "list": self._list,
            "open": self._open,
            "rename": self._rename,
            "export": self._export,
            "delete": self._delete,
            "good": lambda words: self._rate("good", words),
            "bad": lambda words: self._rate("bad", words),
            "student": lambda words: self._speak_as("student"),
            "teacher": lambda words: self._speak_as("teacher"),
            "help": lambda words: self._say("help"),
        }

    def run(self) -> None:
        """Read lines until the end."""
        self._say("begin")
        while True:
            try:
                line = self.read(PROMPT).strip()
            except EOFError:
                self.write("\n")
                return
            except KeyboardInterrupt:  # what was typed is dropped, as in a shell
                self.write("\n")
                self._say("to_quit")
                continue
            if line in ("/quit", "/exit", "/q"):
                return
            try:
                self._obey(line)
            except TutorError as error:
                self.write(error.text(self.language) + "\n")

    def _obey(self, line: str) -> None:
        if not line:
            return
        if not line.startswith("/"):
            self._ask(line)
            return
        command, _, words = line[1:].partition(" ")
        act = self._commands.get(command)
        if act is None:
            self._say("unknown", command=command[:40])
            return
        act(words.strip())

    # --- a question --------------------------------------------------------------------------------------

    def _ask(self, question: str) -> None:
        self.name = self.name or self.conversations.begin(LOCAL)
        stop = threading.Event()
        with self.listening(stop):
            for event in self.tutor.answer(
                question, language=self.language, role=self.role, cancel=stop, conversation=self.name, owner=LOCAL
            ):
                match event:
                    case Queued(ahead) if ahead:
                        self._say("queued", count=ahead)
                    case ToolFinished(call, error=None) if call.run_id:
                        self._say("ran", demo=call.name, run_id=call.run_id)
                    case TextDelta(text):
                        self.write(text)
                    case Answered(answer):
                        self.answers.append(answer)
                        self._after(question, answer)

    def _after(self, question: str, answer: Answer) -> None:
        """Say under an answer where it comes from."""
        self._apart = self.role == "teacher" and kept_apart(question, answer.tool_calls, answer.choices)
        self.write("\n")
        for cited in answer.citations:
            self.write(f"[{cited.number}] {cited.chapter} › {cited.section}\n")
        for note in answer.notes:
            self.write(f"({note})\n")
        if answer.stopped:
            self._say("stopped")
        self.write("\n")

    # --- commands ----------------------------------------------------------------------------------------

    def _new(self, words: str) -> None:
        self.name = ""
        self._say("new")

    def _list(self, words: str) -> None:
        self._listed = self.conversations.all(LOCAL, words)
        for number, each in enumerate(self._listed, 1):
            mark = "*" if each.id == self.name else " "
            self.write(f"{mark}{number:3}  {day(each.updated, self.language)}  {each.exchanges:3}  {each.title}\n")
        if not self._listed:
            self._say("none")

    def _chosen(self, words: str) -> Summary | None:
        """Return the conversation of a number of the list, which is made when nobody has asked for it yet."""
        self._listed = self._listed or self.conversations.all(LOCAL)
        places = {str(place): summary.id for place, summary in enumerate(self._listed, 1)}
        if words in places:
            return self.conversations.find(places[words], LOCAL)
        self._say("which")
        return None

    def _open(self, words: str) -> None:
        chosen = self._chosen(words)
        if chosen is None:
            return
        self.name, self._apart = chosen.id, False
        self.write(to_markdown(chosen, self.conversations.records(chosen.id, LOCAL), self.language) + "\n")

    def _current(self) -> Summary | None:
        if self.name:
            return self.conversations.find(self.name, LOCAL)
        self._say("nothing_open")
        return None

    def _rename(self, words: str) -> None:
        current = self._current()
        if current:
            self.conversations.rename(current.id, LOCAL, words)
            self._say("renamed", title=self.conversations.find(current.id, LOCAL).title)

    def _export(self, words: str) -> None:
        current = self._current()
        if current is None:
            return
        if not words:
            self._say("which_file")
            return
        path = as_path(words)
        write_text(path, to_markdown(current, self.conversations.records(current.id, LOCAL), self.language))
        self._say("exported", path=path)

    def _delete(self, words: str) -> None:
        chosen = self._chosen(words) if words else self._current()
        if chosen is None:
            return
        try:
            sure = self.read(messages.text("chat.sure", self.language, title=chosen.title) + " ")
        except (EOFError, KeyboardInterrupt):
            sure = ""
        if sure.strip().lower() not in YES:
            self._say("kept")
            return
        self.laboratory.forget(self.conversations.delete(chosen.id, LOCAL))
        self._listed = []
        if chosen.id == self.name:
            self.name = ""
        self._say("deleted")

    def _rate(self, verdict: Any, words: str) -> None:
        current = self._current()
        if current is None:
            return
        if self._apart:
            self.write(messages.text("answer.kept_apart", self.language) + "\n")
            return
        answered = [record for record in self.conversations.records(current.id, LOCAL) if record.answer]
        if not answered:
            self._say("nothing_open")
            return
        self.conversations.rate(current.id, LOCAL, answered[-1].id, verdict, words)
        self._say("rated")

    def _speak_as(self, role: Role) -> None:
        self.role = role
        self._say(f"role.{role}")

    def _say(self, key: str, **variables: object) -> None:
        self.write(messages.text(f"chat.{key}", self.language, **variables) + "\n")


def whole(text: str) -> str:
    """Return ``text`` with « ? » for what is half a character: bytes that are no UTF-8 come so from a terminal.

    >>> whole("caf\\udce9")
    'caf?'
    """
    return text.encode("utf-8", "replace").decode("utf-8")


def write_text(path: Path, text: str) -> None:
    """Write a file that a user named. Raises ``FileUnwritable``."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise FileUnwritable(path=path, reason=SystemReason(error)) from error
    except ValueError as error:  # a NUL in it
        raise FileUnwritable(path=path, reason=SystemReason(OSError(errno.EINVAL, str(error)))) from error


@contextlib.contextmanager
def interruptible(stop: threading.Event) -> Iterator[None]:
    """Let the first Ctrl-C set ``stop``; a second one interrupts the program as usual."""

    def ask_to_stop(number: int, frame: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = signal.signal(signal.SIGINT, ask_to_stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def chat(
    tutor: Tutor, conversations: Conversations, laboratory: Laboratory, language: Language, *, as_json: bool
) -> Mapping[str, Any]:
    """Chat on this process's terminal, or through its pipes; return the JSON object of what was answered."""
    out = sys.stderr if as_json else sys.stdout
    by_hand = sys.stdin.isatty()
    if by_hand:
        with contextlib.suppress(ImportError):  # not on every system: then lines are edited without it
            import readline  # noqa: F401  (arrow keys and the lines typed before)

    def read(prompt: str) -> str:
        if by_hand and not as_json:
            return whole(input(prompt))
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        return whole(line)

    def write(text: str) -> None:
        out.write(text)
        out.flush()

    sitting = Chat(tutor, conversations, laboratory, language, read=read, write=write, listening=interruptible)
    sitting.run()
    return {"conversation": sitting.name, "answers": [answer.to_json() for answer in sitting.answers]}
