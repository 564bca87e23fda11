"""What a turn leaves behind: the finished answer, and in a conversation that is kept, its record.

One more step of the agent, with a key of its own in the state of the graph (``exchanges``). LangGraph's checkpointer
writes that state down twice a turn: once with the question, before anything runs, and once with the answer, before
the listener hears that it is finished. So what was acknowledged is kept, and a turn that is cut in the middle comes
back as a question without an answer.

What a teacher pastes to have it corrected is somebody's work: such a turn is not written down at all. Which turn that
is shows only once it has run, so a teacher's turn is run without a checkpointer, and its record added at the end.

The messages of the graph are the working memory of one turn. They are made anew from the records by ``as_messages``,
which is where a long conversation is made to fit, and emptied at the end: one store holds one truth.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any, NotRequired

from langchain.agents.middleware import AgentMiddleware, AgentState
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, RemoveMessage
from langgraph.graph.message import REMOVE_ALL_MESSAGES
from langgraph.runtime import Runtime

from tutor.agent.arguments import CORRECTION, names_copy
from tutor.agent.turn import TurnState
from tutor.contracts import Answer, Event, Reading, TextDelta, ToolCall, Turn

EXCHANGES_READ = 6
"""How many exchanges before this one an agent has in its messages, at most."""
LONGEST_READ = 1500
"""Characters of one earlier answer in the messages; the rest is for the student to read again."""
CANCEL_SECONDS = 0.1
"""How often a turn that waits looks whether it was told to stop."""


def kept(before: Sequence[dict[str, Any]], new: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add records to those before; one of the same id takes the place of the one that was there.

    >>> kept([{"id": 1}, {"id": 2}], [{"id": 2, "answer": "oui"}, {"id": 3}])
    [{'id': 1}, {'id': 2, 'answer': 'oui'}, {'id': 3}]
    """
    return list({record["id"]: record for record in (*before, *new)}.values())


class ConversationState(AgentState[Any]):
    """The state of the agent, and the conversation so far."""

    exchanges: NotRequired[Annotated[list[dict[str, Any]], kept]]


def as_messages(history: Sequence[Turn]) -> list[AnyMessage]:
    """Return the end of a conversation as messages: its last exchanges, long answers cut.

    >>> [message.text for message in as_messages([Turn("Et toi ?", "Bien.")])]
    ['Et toi ?', 'Bien.']
    """
    messages: list[AnyMessage] = []
    for turn in history[-EXCHANGES_READ:]:
        answer = turn.answer if len(turn.answer) <= LONGEST_READ else turn.answer[:LONGEST_READ].rstrip() + " […]"
        messages += [HumanMessage(turn.question), AIMessage(answer)]
    return messages


def exchanges(messages: Sequence[AnyMessage]) -> list[tuple[str, str]]:
    """Return the (question, answer) pairs that ``as_messages`` made messages of; the question asked now is none.

    >>> exchanges([*as_messages([Turn("Et toi ?", "Bien.")]), HumanMessage("Encore ?")])
    [('Et toi ?', 'Bien.')]
    """
    return [
        (asked.text, said.text)
        for asked, said in itertools.pairwise(messages)
        if isinstance(asked, HumanMessage) and isinstance(said, AIMessage) and not said.tool_calls
    ]


class OneAtATime:
    """Lets one turn of a conversation through at a time: two tabs may show the same one. Thread-safe."""

    def __init__(self) -> None:
        self._under_way: set[str] = set()
        self._free = threading.Condition()

    @contextmanager
    def turn(self, conversation: str, cancel: threading.Event) -> Iterator[bool]:
        """Wait until the conversation is free; give False when ``cancel`` is set before."""
        with self._free:
            while conversation in self._under_way and not cancel.is_set():
                self._free.wait(CANCEL_SECONDS)
            mine = conversation not in self._under_way
            if mine:
                self._under_way.add(conversation)
        try:
            yield mine
        finally:
            if mine:
                with self._free:
                    self._under_way.discard(conversation)
                    self._free.notify_all()


def kept_apart(question: str, calls: Iterable[ToolCall], choices: Iterable[Reading] = ()) -> bool:
    """Say whether a teacher's turn is kept out of every memory: it brings a copy, or may.

    Args:
        question: what was asked.
        calls: the tools that it ran.
        choices: those that it offered.
    """
    tools = {*(call.name for call in calls), *(reading.tool for reading in choices)}
    return CORRECTION in tools or names_copy(question)


class KeepRecord(AgentMiddleware[ConversationState, TurnState, Any]):
    """Listens to the turn; at its end makes the answer, and the record if the conversation is kept."""

    state_schema = ConversationState

    def __init__(self, finish: Callable[[TurnState], Answer]) -> None:
        super().__init__()
        self.finish = finish

    def before_agent(self, state: ConversationState, runtime: Runtime[TurnState]) -> None:
        """Note each event on its way to whoever listens."""
        turn = runtime.context
        tell = turn.emit

        def emit(event: Event) -> None:
            if not isinstance(event, TextDelta):
                turn.heard.append(event)
            tell(event)

        turn.emit = emit

    def after_agent(self, state: ConversationState, runtime: Runtime[TurnState]) -> dict[str, Any]:
        """Finish the answer; leave the record in the state, and nothing of the messages."""
        turn = runtime.context
        turn.answer = self.finish(turn)
        left: dict[str, Any] = {"messages": [RemoveMessage(id=REMOVE_ALL_MESSAGES)]}
        if turn.record:
            left["exchanges"] = [turn.record.answered(turn.answer, turn.heard).to_json()]
        return left
