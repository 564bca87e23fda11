"""The skeleton of every answer, as LangChain middleware: choose a tool, run it, compose, check.

The same path serves a 270M model and an 8B one; the model's profile decides who acts at each step.

    choose   ``intent.Router``: rules, then a classifier; where they leave a doubt, the model under a grammar if
             ``profile.chooses``, else the user, with buttons; what the user may not do, or is not there, is said
    run      the tool, timed; an expected error becomes a sentence for the user
    compose  ``profile.writes``: the model writes over the passages, each sentence checked before it is shown;
             else, or when nothing passes the check or the model fails: quoted sentences of the passages
"""

from __future__ import annotations

import dataclasses
import re
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from langchain.agents.middleware import AgentMiddleware, AgentState, ModelRequest, ModelResponse
from langchain.agents.middleware.types import ToolCallRequest
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.messages import ToolCall as LangChainToolCall
from langchain_core.tools import BaseTool
from langgraph.runtime import Runtime
from langgraph.types import Command

from tutor import messages
from tutor.agent import coaching, coaching_requests, extracts, routing
from tutor.agent.arguments import CORRECTION, arguments, names_copy
from tutor.agent.chat_model import TutorChatModel
from tutor.agent.coaching import Checked, OtherWords
from tutor.agent.defining import Definition
from tutor.agent.fitting import fit
from tutor.agent.intent import OUTSIDE, Router
from tutor.agent.quizzing import Step
from tutor.agent.routing import SEARCH
from tutor.agent.support import SentenceChecker
from tutor.agent.turn import TurnState
from tutor.contracts import (
    CourseSearch,
    DemoResult,
    Embedder,
    Hit,
    Language,
    Message,
    Profile,
    Queued,
    Reading,
    Role,
    SearchResult,
    SentenceDropped,
    ToolCall,
    ToolFinished,
    ToolStarted,
)
from tutor.demos import registry
from tutor.errors import DemoUnknown, ModelError, ModelStopped, PromptTooLong, TutorError
from tutor.quiz.activities import Activity
from tutor.retrieval.lexical import fold, language_of
from tutor.templates import Template

PASSAGES_READ = 4
"""How many passages the model writes over."""

Handler = Callable[[ModelRequest[TurnState]], ModelResponse[Any]]


class ChooseTool(AgentMiddleware[AgentState[Any], TurnState, Any]):
    """First step: small talk, a question to the user, or one tool call. One that has run is followed by no other."""

    def __init__(self, profile: Profile, router: Router, activities: Sequence[Activity] = ()) -> None:
        super().__init__()
        self.profile = profile
        self.router = router
        self.activities = activities

    def before_agent(self, state: AgentState[Any], runtime: Runtime[TurnState]) -> None:
        """Connect the turn to whoever listens to this run."""
        runtime.context.emit = runtime.stream_writer

    def wrap_model_call(self, request: ModelRequest[TurnState], handler: Handler) -> ModelResponse[Any] | AIMessage:
        """Answer small talk, or ask for the tool that the words or the model choose."""
        if isinstance(request.messages[-1], ToolMessage):
            return handler(request)
        turn = request.runtime.context
        if turn.replies:
            route = routing.Route(routing.QUIZ, {"reply": turn.question})
        elif turn.tool:
            route = routing.Route(turn.tool, arguments(turn.tool, turn.question, self.router.terms))
        elif coached := self._coached(turn):
            route = coached
        else:
            route = self.router.route(turn.question, turn.before)
        there = {tool.name: tool for tool in request.tools if isinstance(tool, BaseTool)}
        if route.talk:
            return talk(turn, route.talk)
        if refusal := refused(route.tool or SEARCH, turn.role, there):
            if refusal != "routing.teachers":
                turn.choices = readings([SEARCH], turn.language)
            return talk(turn, refusal)
        candidates = [
            name for name in dict.fromkeys((*route.asks, *route.offers)) if not refused(name, turn.role, there)
        ]
        if route.asks and not self.profile.chooses:
            turn.choices = readings(candidates, turn.language)
            return talk(turn, "routing.which")
        if not route.sure and self.profile.chooses:
            among = [there[name] for name in dict.fromkeys((route.tool or SEARCH, *candidates))] if candidates else []
            try:
                settings = {"cancel": turn.cancel, "on_position": lambda ahead: turn.emit(Queued(ahead))}
                tools = cast(list[BaseTool | dict[str, Any]], among) if len(among) > 1 else request.tools
                asked = request.override(tools=tools, tool_choice="any", model_settings=settings)
                chosen = handler(asked).result[0]
                if isinstance(chosen, AIMessage) and chosen.tool_calls:
                    route = _as_route(chosen.tool_calls[0], request, route)
            except ModelStopped:
                return AIMessage("")  # no tool, no words: the turn ends here
            except TutorError as error:
                turn.notes.append(error.text(turn.language))
        turn.mark("route_ms")
        turn.choices = readings([name for name in candidates if name != route.tool], turn.language)
        call = {"name": route.tool or SEARCH, "args": route.args, "id": f"call_{uuid.uuid4().hex[:12]}"}
        return AIMessage("", tool_calls=[call])

    def _coached(self, turn: TurnState) -> routing.Route | None:
        """Return where a request of ``coaching`` goes; None for any other. What a teacher pastes is no homework."""
        if turn.role == "teacher" and names_copy(turn.question):
            return routing.Route(CORRECTION, arguments(CORRECTION, turn.question))
        if turn.before and coaching_requests.explain_again_asked(turn.question):
            return routing.Route(routing.AGAIN, {"query": turn.before})
        if claim := coaching_requests.claim_to_check(turn.question):
            return routing.Route(routing.CHECK, {"claim": claim})
        under_way = coaching.under_way(turn.quiz, self.activities)
        wish = coaching_requests.homework_asked(turn.question, self.activities, under_way)
        if wish is None:
            return None
        named = {"activity": wish.activity.id} if wish.activity else {}
        return routing.Route(routing.HOMEWORK, {"ask": wish.ask} | named)


def refused(tool: str, role: Role, there: Mapping[str, BaseTool]) -> str | None:
    """Return the key of the sentence that says why ``tool`` is not run for this user; None when it may be."""
    if tool == CORRECTION and role != "teacher":
        return "routing.teachers"
    if tool in there:
        return None
    return key if (key := f"routing.missing.{tool}") in messages.MESSAGES else "routing.missing"


def readings(tools: Sequence[str], language: Language) -> list[Reading]:
    """Return the buttons that run these tools on the words of the request."""
    return [Reading(_label(tool, language), tool) for tool in tools]


def _label(tool: str, language: Language) -> str:
    if (key := f"routing.choice.{tool}") in messages.MESSAGES:
        return messages.text(key, language)
    try:
        title = registry.find(tool).title(language)
    except DemoUnknown:
        title = tool
    return messages.text("routing.choice", language, title=title)


def talk(turn: TurnState, key: str) -> AIMessage:
    """Answer with a sentence of ours, and no tool."""
    turn.mode = "declined" if key == OUTSIDE else "talk"
    turn.mark("route_ms")
    turn.say(messages.text(key, turn.language))
    return AIMessage(turn.text)


def _as_route(call: LangChainToolCall, request: ModelRequest[TurnState], route: routing.Route) -> routing.Route:
    """Return where a model's choice leads: what the words alone had filled stays, texts that it made up do not."""
    if call["name"] == route.tool:
        return route
    tool = next(tool for tool in request.tools if isinstance(tool, BaseTool) and tool.name == call["name"])
    schema = cast(dict[str, Any], tool.args_schema)
    return routing.Route(tool.name, routing.said(call["args"], schema["properties"], request.runtime.context.question))


class RunTool(AgentMiddleware[AgentState[Any], TurnState, Any]):
    """Around each tool: events before and after, and errors as sentences."""

    def wrap_tool_call(
        self, request: ToolCallRequest, handler: Callable[[ToolCallRequest], ToolMessage | Command[Any]]
    ) -> ToolMessage | Command[Any]:
        """Run the tool; an expected error becomes the tool's message."""
        turn = cast(TurnState, request.runtime.context)
        call = ToolCall(request.tool_call["name"], dict(request.tool_call["args"]))
        turn.emit(ToolStarted(call))
        begun = time.perf_counter()
        finished = ToolFinished(call, 0.0)
        try:
            reply = handler(request)
        except TutorError as error:
            finished = dataclasses.replace(finished, error=error.text(turn.language))
            reply = ToolMessage(
                finished.error or "", tool_call_id=request.tool_call["id"], name=call.name, status="error"
            )
        seconds = time.perf_counter() - begun
        match getattr(reply, "artifact", None):
            case SearchResult() as found:
                finished = dataclasses.replace(finished, hits=found.hits, in_course=found.in_course)
                turn.timings["retrieve_ms"] = round(seconds * 1000, 1)
            case DemoResult() as result:
                call = dataclasses.replace(call, args=result.args, run_id=result.run_id)
                finished = dataclasses.replace(finished, call=call, result=result)
        turn.calls.append(call)
        turn.emit(dataclasses.replace(finished, seconds=round(seconds, 3)))
        return reply


class ComposeAnswer(AgentMiddleware[AgentState[Any], TurnState, Any]):
    """Last step: the answer, out of what the tool brought back."""

    def __init__(
        self, profile: Profile, course: CourseSearch, embedder: Embedder, prompts: Callable[[str, Any], Template]
    ) -> None:
        super().__init__()
        self.profile = profile
        self.embedder = embedder
        self.course = course
        self.prompts = prompts

    def wrap_model_call(self, request: ModelRequest[TurnState], handler: Handler) -> ModelResponse[Any] | AIMessage:
        """Compose from the tool's artifact; before any tool has run, let the model choose."""
        last = request.messages[-1]
        if not isinstance(last, ToolMessage):
            return handler(request)
        turn = request.runtime.context
        match last.artifact:
            case DemoResult() as result:
                turn.mode = "demo"
                turn.say(narrate(result))
            case SearchResult() as found:
                if not (self.profile.writes and found.in_course and found.hits and self._write(request, found)):
                    quote_course(turn, found, self.course)
            case Definition(entries=()) as missing:
                return search_instead(turn, missing)
            case Definition() as definition:
                quote_glossary(turn, definition)
            case Checked() as checked:
                tell_checked(turn, checked)
            case OtherWords() as other:
                quote_other_words(turn, other)
            case Step() as step:
                turn.mode = "guided" if last.name == routing.HOMEWORK else "quiz"
                turn.citations += [step.section] if step.section else []
                turn.say(step.said)
            case _:  # the tool refused its arguments, or was stopped: its message is for the user
                turn.mode = "talk"
                turn.say(last.text)
        return AIMessage(turn.text)

    def _write(self, request: ModelRequest[TurnState], found: SearchResult) -> bool:
        """Let the model write, sentence by sentence through the check. Return whether anything was kept."""
        turn = request.runtime.context
        hits = found.hits[:PASSAGES_READ]
        template = self.prompts("answer", turn.language)
        refusal = messages.text("answer.refusal", turn.language)

        def over(exchanges: object, hits: Sequence[Hit]) -> list[Message]:
            read = [{"section": _one_line(h.passage.section), "text": _fenced(h.passage.text)} for h in hits]
            return template.render({"question": turn.question, "passages": read, "refusal": refusal})

        try:
            language_model = cast(TutorChatModel, request.model).language_model
            fitted = fit(language_model, over, template.sampling, passages=hits, least_passages=1)
        except PromptTooLong as error:  # not even one passage: its sentences are quoted instead
            turn.notes.append(error.text(turn.language))
            return False
        turn.notes += fitted.notes(turn.language)
        checker = SentenceChecker(fitted.passages, self.embedder)
        kept = dropped = 0
        refused = False
        try:
            pieces = request.model.stream(
                _as_langchain(fitted.messages),
                sampling=fitted.sampling,
                cancel=turn.cancel,
                on_position=lambda ahead: turn.emit(Queued(ahead)),
            )
            for sentence in checker.sentences(chunk.text for chunk in pieces):
                if fold(sentence).strip(" «»\"'.") == fold(refusal).strip("."):
                    refused = True
                    continue
                verdict = checker.check(sentence)
                if verdict.citation is None:
                    dropped += 1
                    turn.emit(SentenceDropped(sentence, verdict.support))
                    continue
                kept += 1
                turn.mode = "written"
                number = checker.number(verdict.citation, turn.citations)
                turn.say(_written(verdict.sentence, number))
        except ModelError as error:
            turn.notes.append(error.text(turn.language))
        if refused and not kept:
            decline(turn)
            return True
        if dropped:
            turn.notes.append(messages.text("answer.dropped", turn.language, count=dropped))
        return kept > 0 or turn.cancel.is_set()


def _written(sentence: str, number: int) -> str:
    """Return the Markdown of a sentence that the model wrote; code stays in its lines."""
    if "```" in sentence or "~~~" in sentence:
        return f"\n\n{sentence}\n\n[{number}] "
    return f"{extracts.plain(sentence)} [{number}] "


def narrate(result: DemoResult) -> str:
    """Return the run's own facts as Markdown: the only sentences about numbers that an answer may use."""
    return "\n".join(f"- {fact}" for fact in result.facts)


def quote_course(turn: TurnState, found: SearchResult, course: CourseSearch) -> None:
    """Answer with the course's own sentences, or say that it does not cover the question."""
    if not found.by_meaning:
        turn.notes.append(messages.text("answer.by_words", turn.language))
    quotes = extracts.choose(found.query, found.hits, course) if found.in_course else []
    if not quotes:
        decline(turn)
        return
    turn.mode = "extracts"
    _tell_language(turn, quotes)
    for number, quote in enumerate(quotes, 1):
        if turn.cancel.is_set():
            return
        turn.citations.append(quote.citation(number))
        turn.say(extracts.display(quote, number))


def quote_glossary(turn: TurnState, definition: Definition) -> None:
    """Answer with the entry of a term, and the section of a chapter that goes on from it."""
    turn.mode = "extracts"
    _tell_language(turn, definition.entries)
    for number, quote in enumerate(definition.entries, 1):
        turn.citations.append(quote.citation(number))
        turn.say(extracts.display(quote, number))
    if definition.further:
        number = len(turn.citations) + 1
        turn.citations.append(definition.further.citation(number))
        turn.say(f"→ **{extracts.plain(definition.further.passage.section)}** [{number}]")


def tell_checked(turn: TurnState, checked: Checked) -> None:
    """Confirm an answer with the words of the course, or show what the course says beside it."""
    if checked.confirmed:
        turn.mode = "extracts"
        turn.say(messages.text("coach.confirmed", turn.language) + "\n\n")
        _quote(turn, checked.confirmed)
    elif checked.beside:
        turn.mode = "extracts"
        told = "coach.other_language" if checked.other_language else "coach.not_confirmed"
        turn.say(messages.text(told, turn.language) + "\n\n")
        _quote(turn, checked.beside)
    else:
        turn.mode = "declined"
        turn.say(messages.text("coach.nothing_to_compare", turn.language))


def quote_other_words(turn: TurnState, other: OtherWords) -> None:
    """Answer the question before with passages that were not quoted yet, or say that there are none."""
    if not other.quotes:
        turn.mode = "talk"
        turn.say(messages.text("coach.no_other_words", turn.language))
        return
    turn.mode = "extracts"
    turn.say(messages.text("coach.other_words", turn.language) + "\n\n")
    _quote(turn, other.quotes)


def _quote(turn: TurnState, quotes: Sequence[extracts.Quote]) -> None:
    for number, quote in enumerate(quotes, 1):
        turn.citations.append(quote.citation(number))
        turn.say(extracts.display(quote, number))


def search_instead(turn: TurnState, missing: Definition) -> AIMessage:
    """Say that the glossary does not know the term, and ask for a search of the whole course."""
    if missing.term:
        note = "answer.not_in_glossary" if missing.has_glossary else "answer.no_glossary"
        turn.notes.append(messages.text(note, turn.language, term=_one_line(missing.term)))
    call = {"name": SEARCH, "args": {"query": turn.question}, "id": f"call_{uuid.uuid4().hex[:12]}"}
    return AIMessage("", tool_calls=[call])


def _tell_language(turn: TurnState, quotes: Sequence[extracts.Quote]) -> None:
    """Tell who asks in English that what is quoted is French."""
    if turn.language == "en" and language_of(" ".join(quote.text for quote in quotes), "fr") == "fr":
        turn.say(messages.text("answer.course_in_french", "en") + "\n\n")


def decline(turn: TurnState) -> None:
    """Say that the course does not cover the question; nothing is cited."""
    turn.mode = "declined"
    turn.say(messages.text("answer.not_in_course", turn.language))


def _fenced(text: str) -> str:
    """Keep a document from closing the fence around it, or opening another."""
    return re.sub(r"<(?=\s*/?\s*passage)", "‹", text, flags=re.IGNORECASE)


def _one_line(heading: str) -> str:
    """Keep a heading inside the attribute that holds it."""
    return " ".join(heading.translate({ord('"'): "”", ord("<"): "‹", ord(">"): "›"}).split())


def _as_langchain(prompt: Sequence[Message]) -> list[BaseMessage]:
    return [SystemMessage(m.content) if m.role == "system" else HumanMessage(m.content) for m in prompt]
