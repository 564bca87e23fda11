"""A conversation as Gradio's chat messages, in one language. Pure: the same exchange gives the same messages.

An exchange becomes: the question; one « thought » a tool (closed once done, with what it found inside); the answer;
and a quiet footer with the sources, the kind of answer, and the time it took.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

from tutor import messages
from tutor.agent.routing import SEARCH
from tutor.contracts import Citation, DemoResult, Language, Passage, SentenceDropped, ToolCall, ToolFinished
from tutor.demos import wording
from tutor.errors import TutorError
from tutor.models.speed import short_name
from tutor.ui.conversation import Conversation, Exchange, Stage
from tutor.ui.markdown import citation_link, inert, literal, one_line, passage_address, vote_address
from tutor.ui.run_view import about_html, figure_html

ChatMessage = dict[str, Any]

LANGUAGES: tuple[Language, ...] = ("fr", "en")
LONGEST_QUESTION_SHOWN = 4000
"""Characters of the question in the chat; the text box keeps all of them."""
LONGEST_CALL = 90
MOST_ROWS = 12


def chat_messages(conversation: Conversation, language: Language) -> list[ChatMessage]:
    """Return the messages of ``gr.Chatbot``."""
    return [message for exchange in conversation for message in exchange_messages(exchange, language)]


def exchange_messages(exchange: Exchange, language: Language) -> list[ChatMessage]:
    """Return the messages of one exchange."""
    shown: list[ChatMessage] = []
    if exchange.question.strip():
        question = exchange.chosen or exchange.question
        if len(question) > LONGEST_QUESTION_SHOWN:
            question = question[:300].rstrip() + " […]"
        shown.append({"role": "user", "content": literal(question)})
    shown += [_stage(stage, exchange, language) for stage in exchange.stages]
    if exchange.running and exchange.ahead > 0:
        shown.append(_thought(_counted("queued", language, exchange.ahead), status="pending"))
    elif exchange.running and not exchange.stages and not exchange.text:
        shown.append(_thought(_text("reading", language), status="pending"))
    if exchange.dropped:
        shown.append(_dropped(exchange.dropped, language))
    if _writing(exchange):
        shown.append(_thought(_text("writing", language), status="pending"))
    if exchange.shown:
        addresses = {c.number: _address(c) for c in exchange.answer.citations} if exchange.answer else {}
        shown.append(_said(inert(exchange.shown, addresses)))
    for stage in exchange.stages:
        if stage.finished and stage.finished.result:
            shown += _seen(stage.finished.result, language)
    if exchange.error is not None:
        shown.append(_said(failure_html(exchange.error, language, "unexpected")))
    elif exchange.answer or exchange.stopped or exchange.interrupted:
        shown.append(_said(_footer(exchange, language)))
    return shown


def _writing(exchange: Exchange) -> bool:
    """The tools are done, and the first words are still to come."""
    done = bool(exchange.stages) and all(stage.finished for stage in exchange.stages)
    return exchange.running and done and not exchange.text and not exchange.ahead


def known_language(value: object, default: Language = "fr") -> Language:
    """Return the language that a browser names, or ``default`` for anything else."""
    return "en" if value == "en" else "fr" if value == "fr" else default


def _text(key: str, language: Language, **variables: object) -> str:
    return messages.text(f"page.{key}", language, **variables)


def _counted(key: str, language: Language, count: int) -> str:
    """Return the form for ``count`` of a text written « none|one|many »."""
    forms = _text(key, language, count=count).split("|")
    return forms[min(count, len(forms) - 1)]


def _said(content: Any) -> ChatMessage:
    return {"role": "assistant", "content": content}


def _thought(title: str, content: str = "", *, status: str, log: str = "") -> ChatMessage:
    metadata = {"title": title, "status": status}
    if log:
        metadata["log"] = log
    return {"role": "assistant", "content": content, "metadata": metadata}


# --- stages ----------------------------------------------------------------------------------------------


def _stage(stage: Stage, exchange: Exchange, language: Language) -> ChatMessage:
    done = stage.finished
    searching = stage.call.name == SEARCH
    call = inert(call_text(stage.call, language))
    if done is None:
        title = _text("searching", language) if searching else _text("executing", language, call=call)
        return _thought(title, status="pending" if exchange.running else "done")
    log = seconds(done.seconds, language)
    if done.error:
        title = _text("search_failed" if searching else "executed", language, call=call)
        return _thought(title, inert(done.error), status="done", log=log)
    if searching:
        title = _counted("found", language, len(done.hits))
        return _thought(title, _passages_found(done, language), status="done", log=log)
    content = facts_markdown(done.result, language, said=exchange.shown) if done.result else ""
    return _thought(_text("executed", language, call=call), content, status="done", log=log)


def _passages_found(done: ToolFinished, language: Language) -> str:
    lines = [
        f"<li>{citation_link(passage_address(hit.passage.id), place(hit.passage), 'found')}</li>" for hit in done.hits
    ]
    far = "" if done.in_course in (None, True) else f"<p>{html.escape(_text('found_far', language))}</p>"
    return one_line(f'<div class="found-list">{far}<ul>{"".join(lines)}</ul></div>')


def place(passage: Passage | Citation) -> str:
    """Return « chapter › section »."""
    return " › ".join(dict.fromkeys(filter(None, (passage.chapter, passage.section))))


def run_markdown(result: DemoResult, language: Language) -> str:
    """Return what the run used, its facts, and its table."""
    return "\n\n".join(filter(None, (facts_markdown(result, language), table(result.table, language))))


def facts_markdown(result: DemoResult, language: Language, said: str = "") -> str:
    """Return what the run used, and its facts but those that were already ``said``."""
    used = _text("run", language, arguments=_inert_words(arguments_text(result.args, language)), seed=result.seed)
    facts = "\n".join(f"- {_inert_words(fact)}" for fact in result.facts if fact not in said)
    return "\n\n".join(filter(None, (used, facts)))


def _seen(result: DemoResult, language: Language) -> list[ChatMessage]:
    """Return what there is to see of a run, under the words about it: the figure, what can be taken away, the table.

    The figure is a component: Gradio's Markdown would take half of an SVG away.
    """
    import gradio as gr

    drawn = figure_html(result.figure, language) + about_html(result, language)
    rows = table(result.table, language)
    return [_said(gr.HTML(drawn)), *([_said(rows)] if rows else [])]


def table(data: Mapping[str, Any] | None, language: Language) -> str:
    """Return a Markdown table, at most ``MOST_ROWS`` rows long."""
    if not data or not data.get("rows"):
        return ""
    rows: Sequence[Sequence[object]] = data["rows"]
    lines = [_row(data["columns"], language), "|" + "---|" * len(data["columns"])]
    lines += [_row(row, language) for row in rows[:MOST_ROWS]]
    left = len(rows) - MOST_ROWS
    more = "\n\n" + _counted("more_rows", language, left) if left > 0 else ""
    return "\n".join(lines) + more


def _row(cells: Sequence[object], language: Language) -> str:
    shown = (_inert_words(wording.cell(cell, language)).replace("|", "&#124;").replace("\n", " ") for cell in cells)
    return "| " + " | ".join(shown) + " |"


def _inert_words(text: str) -> str:
    """Return Markdown that shows what a run says: it holds no formula, and two dollars of the student's make none."""
    return inert(text.replace("$", "&#36;"))


def call_text(call: ToolCall, language: Language) -> str:
    """Return « ngram_demo(n=2, text="le chat…") », shortened to fit a title."""
    arguments = arguments_text(call.args, language)
    if len(arguments) > LONGEST_CALL:
        arguments = arguments[:LONGEST_CALL].rstrip(", ") + "…"
    return f"{call.name}({arguments})"


def arguments_text(args: Mapping[str, object], language: Language) -> str:
    """Return « n=2, text="le chat…" », without the empty ones."""
    return ", ".join(f"{name}={_argument(value, language)}" for name, value in args.items() if value not in ("", None))


def _argument(value: object, language: Language) -> str:
    if isinstance(value, str) and not value.replace("_", "").isalnum():
        short = value if len(value) <= 40 else value[:40].rstrip() + "…"
        return messages.text("demo.quote", language, text=" ".join(short.split()))
    return number(value, language)


def _dropped(dropped: Sequence[SentenceDropped], language: Language) -> ChatMessage:
    lines = "\n".join(f"- {inert(sentence.text.strip())}" for sentence in dropped)
    title = _counted("dropped", language, len(dropped))
    return _thought(title, f"{_text('dropped_why', language)}\n\n{lines}", status="done")


# --- after the answer ------------------------------------------------------------------------------------


def _address(citation: Citation) -> str:
    return passage_address(citation.passage_id, citation.start, citation.end)


def _footer(exchange: Exchange, language: Language) -> str:
    answer = exchange.answer
    sources = "".join(
        f"<li>{citation_link(_address(c), f'[{c.number}] {place(c)}', 'source', _text('open_passage', language))}</li>"
        for c in (answer.citations if answer else ())
    )
    if sources:
        sources = f'<ul class="sources">{sources}</ul>'
    facts: list[str] = []
    if exchange.stopped:
        facts.append(_badge("stopped", language))
    if exchange.interrupted:
        facts.append(_badge("interrupted", language))
    if answer and answer.mode != "talk" and exchange.shown:
        facts.append(_badge(answer.mode, language, model=short_name(str(answer.model.get("name", "")))))
    if answer and answer.timings.get("total_ms") is not None:
        facts.append(f"<span>{seconds((answer.timings['total_ms'] or 0) / 1000, language)}</span>")
    if answer and exchange.kept_as and answer.mode != "talk" and exchange.shown:
        facts.append(_votes(exchange, language))
    notes = "".join(f'<p class="note">{html.escape(note)}</p>' for note in (answer.notes if answer else ()))
    return one_line(f'<div class="about">{sources}{notes}<p class="meta">{" ".join(facts)}</p></div>')


def _votes(exchange: Exchange, language: Language) -> str:
    """Return « Utile ? Oui · Non », the one that was chosen marked."""
    links = []
    for verdict, label in (("good", _text("vote.good", language)), ("bad", _text("vote.bad", language))):
        chosen = exchange.verdict == verdict
        links.append(
            f'<a class="vote{" chosen" if chosen else ""}" role="button" aria-pressed="{str(chosen).lower()}" '
            f'href="{html.escape(vote_address(exchange.kept_as, verdict))}">{html.escape(label)}</a>'
        )
    return f'<span class="votes">{html.escape(_text("vote", language))} {" · ".join(links)}</span>'


def _badge(kind: str, language: Language, **variables: object) -> str:
    label = html.escape(_text(f"mode.{kind}", language, **variables))
    return f'<span class="badge {kind}">{label}</span>'


def failure_html(error: Exception, language: Language, unexpected: str) -> str:
    """Return the sentence of an error; ``unexpected`` is the key of what is said of one that is not ours."""
    sentence = error.text(language) if isinstance(error, TutorError) else _text(unexpected, language)
    return one_line(f'<div class="failure" role="alert">{html.escape(sentence)}</div>')


# --- numbers ---------------------------------------------------------------------------------------------


def seconds(duration: float, language: Language) -> str:
    """Return a duration: milliseconds under a tenth of a second, else seconds with one decimal.

    >>> seconds(0.84, "en"), seconds(0.031, "en")
    ('0.8 s', '31 ms')
    """
    space = "\u202f" if language == "fr" else " "
    if duration < 0.1:
        return f"{round(duration * 1000)}{space}ms"
    return number(round(duration, 1), language) + space + "s"


def number(value: object, language: Language) -> str:
    """Return a number as the language writes it, anything else as it is.

    >>> number(0.25, "fr"), number(1e-12, "fr"), number("n", "fr")
    ('0,25', '1e-12', 'n')
    """
    return messages.number(value, language, ".4g") if isinstance(value, float) else str(value)
