"""Events add up to an exchange; a session has one answer under way, which can always be stopped."""

import threading

from tutor.contracts import (
    Answer,
    Answered,
    Event,
    Queued,
    SentenceDropped,
    TextDelta,
    ToolCall,
    ToolFinished,
    ToolStarted,
    Turn,
)
from tutor.errors import QuestionEmpty
from tutor.ui.conversation import Exchange, Stage, UnderWay, advance, history

SEARCH = ToolCall("course_search", {"query": "q"})


def play(*events: Event) -> Exchange:
    exchange = Exchange("q")
    for event in events:
        exchange = advance(exchange, event)
    return exchange


def answer(text: str, *, stopped: bool = False) -> Answered:
    return Answered(Answer(text, "extracts", False, (), (), {}, {}, (), stopped))


def test_text_grows_and_the_queue_is_forgotten() -> None:
    waiting = play(Queued(2))
    assert (waiting.ahead, waiting.running) == (2, True)
    speaking = advance(advance(waiting, TextDelta("un ")), TextDelta("mot"))
    assert (speaking.ahead, speaking.shown) == (0, "un mot")


def test_a_stage_is_closed_by_its_own_tool() -> None:
    demo = ToolCall("ngram_demo", {"n": 2})
    end = ToolFinished(demo, 0.5)
    exchange = play(ToolStarted(SEARCH), ToolStarted(demo), end)
    assert exchange.stages == (Stage(SEARCH), Stage(demo, end))
    assert play(end).stages == (Stage(demo, end),)  # an end without a beginning is shown too


def test_the_finished_answer_replaces_what_was_streamed() -> None:
    dropped = SentenceDropped("faux", 0.1)
    exchange = play(TextDelta("brouillon"), dropped, answer("propre"))
    assert (exchange.shown, exchange.running, exchange.dropped) == ("propre", False, (dropped,))
    assert play(TextDelta("a"), answer("a", stopped=True)).stopped


def test_history_holds_what_was_answered_only() -> None:
    conversation = (play(answer("oui")), Exchange("vide", error=QuestionEmpty()), play(TextDelta("à moitié")))
    assert history(conversation) == [Turn("q", "oui"), Turn("q", "à moitié")]


def test_one_answer_a_session() -> None:
    under_way = UnderWay()
    first = under_way.begin("a")
    assert isinstance(first, threading.Event)
    assert under_way.begin("a") is None
    assert under_way.begin("b") is not None
    under_way.stop("a")
    assert first.is_set()
    under_way.end("a", first)
    second = under_way.begin("a")
    assert second is not None
    assert not second.is_set()
    under_way.end("a", first)  # a late end does not touch the new answer
    assert under_way.begin("a") is None
    under_way.stop("nobody")


def test_ending_tells_the_tutor() -> None:
    """A closed browser closes the generator, whose last word is ``end``: the tutor must hear it."""
    under_way = UnderWay()
    cancel = under_way.begin("a")
    assert cancel is not None
    under_way.end("a", cancel)
    assert cancel.is_set()
