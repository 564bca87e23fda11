"""An exchange as chat messages, in both languages."""

import html
import re
from dataclasses import replace

import pytest

from tutor.contracts import (
    Answer,
    AnswerMode,
    Citation,
    DemoResult,
    Hit,
    Language,
    Oracle,
    Passage,
    SentenceDropped,
    ToolCall,
    ToolFinished,
)
from tutor.errors import QuestionTooLong
from tutor.figures import Bars, Group
from tutor.ui.conversation import Exchange, Stage
from tutor.ui.markdown import DISPLAY_MATH, INLINE_MATH
from tutor.ui.run_view import figure_html, oracle_html
from tutor.ui.view import call_text, chat_messages, exchange_messages, number, run_markdown, seconds, table

PASSAGE = Passage("rnn#lstm-1", "RNN", "LSTM <b>", ("RNN", "LSTM <b>"), "Une cellule LSTM.", "cours.md", 0)
CITATION = Citation(1, "RNN", "LSTM <b>", "cellule", "rnn#lstm-1", 4, 11)


def finished(mode: AnswerMode = "extracts", text: str = "Une cellule. [1]", **fields: object) -> Exchange:
    answer = Answer(
        text, mode, mode == "declined", (CITATION,), (), {"name": "gemma", "device": "cpu"}, {"total_ms": 840.0}
    )
    return Exchange("q", answer=replace(answer, **fields))  # type: ignore[arg-type]  # fields of Answer


def said(exchange: Exchange, language: Language = "fr") -> str:
    return "\n".join(str(m["content"]) + str(m.get("metadata", "")) for m in exchange_messages(exchange, language))


def test_question_answer_footer() -> None:
    question, answer, footer = exchange_messages(finished(), "fr")
    assert question == {"role": "user", "content": '<div class="typed">q</div>'}
    assert 'href="#passage/rnn%23lstm-1/4/11"' in answer["content"]
    assert "RNN › LSTM &lt;b&gt;" in footer["content"]
    assert "0,8\u202fs" in footer["content"]
    assert "\n" not in footer["content"]


@pytest.mark.parametrize(
    ("mode", "french", "english"),
    [
        ("extracts", "Extraits du cours", "Extracts of the course"),
        ("written", "Rédigé par gemma, appuyé sur le cours", "Written by gemma, backed by the course"),
        ("demo", "Calculé par la démonstration", "Computed by the demo"),
        ("declined", "Le cours n’en parle pas", "Not covered by the course"),
    ],
)
def test_the_kind_of_answer_is_said(mode: AnswerMode, french: str, english: str) -> None:
    assert f">{french}<" in said(finished(mode), "fr")
    assert f">{english}<" in said(finished(mode), "en")


def test_small_talk_has_no_badge() -> None:
    assert "badge" not in said(finished("talk", "Bonjour !"))


def test_a_stopped_answer_keeps_its_text() -> None:
    shown = said(Exchange("q", text="Un début", stopped=True))
    assert "Un début" in shown
    assert "Réponse arrêtée" in shown


def test_stages_open_then_done() -> None:
    call = ToolCall("course_search", {"query": "q"})
    running = exchange_messages(Exchange("q", stages=(Stage(call),)), "fr")[1]["metadata"]
    assert running == {"title": "Recherche dans le cours…", "status": "pending"}
    found = ToolFinished(call, 0.25, hits=(Hit(PASSAGE, 1, 1, 1),) * 3, in_course=True)
    done = exchange_messages(Exchange("q", stages=(Stage(call, found),)), "fr")[1]
    assert done["metadata"] == {
        "title": "Recherche dans le cours\u00a0: 3 passages",
        "status": "done",
        "log": "0,2\u202fs",
    }
    assert done["content"].count("#passage/rnn%23lstm-1/0/0") == 3
    one = replace(found, hits=(Hit(PASSAGE, 1, 1, 1),), in_course=False)
    shown = said(Exchange("q", stages=(Stage(call, one),)), "en")
    assert "Searched the course: 1 passage'" in shown
    assert "close enough" in shown


def pending(exchange: Exchange, language: Language = "fr") -> list[str]:
    shown = exchange_messages(exchange, language)
    return [m["metadata"]["title"] for m in shown if m.get("metadata", {}).get("status") == "pending"]


def test_something_is_pending_until_there_is_text() -> None:
    """Between the last stage and the first word a model may need many seconds."""
    call = ToolCall("course_search", {"query": "q"})
    done = Stage(call, ToolFinished(call, 0.25))
    assert pending(Exchange("q")) == ["Lecture de ta question…"]
    assert pending(Exchange("q", stages=(Stage(call),))) == ["Recherche dans le cours…"]
    assert pending(Exchange("q", stages=(done,))) == ["Rédaction…"]
    assert pending(Exchange("q", stages=(done,)), "en") == ["Writing…"]
    assert pending(Exchange("q", stages=(done,), dropped=(SentenceDropped("Faux.", 0.1),))) == ["Rédaction…"]
    assert pending(Exchange("q", stages=(done, Stage(call)))) == ["Recherche dans le cours…"]
    assert len(pending(Exchange("q", stages=(done,), ahead=2))) == 1, "the queue is what is waited for"
    for over in ({"text": "Un"}, {"stopped": True}, {"error": RuntimeError()}):
        assert pending(Exchange("q", stages=(done,), **over)) == []  # type: ignore[arg-type]  # its fields
    assert pending(replace(finished(), stages=(done,))) == []


@pytest.mark.parametrize("name", ["/data/models/x.gguf", "owner/x.gguf", r"C:\models\x.gguf", "x.gguf", "/x.gguf/"])
def test_a_model_is_named_without_its_folder(name: str) -> None:
    shown = said(finished("written", model={"name": name, "device": "remote"}))
    assert ">Rédigé par x.gguf, appuyé sur le cours<" in shown


def test_a_stopped_stage_does_not_spin() -> None:
    stage = Stage(ToolCall("ngram_demo", {}))
    assert exchange_messages(Exchange("q", stages=(stage,), stopped=True), "fr")[1]["metadata"]["status"] == "done"


@pytest.mark.parametrize(
    ("ahead", "french"),
    [(1, "1 question passe avant la tienne"), (4, "4 questions passent avant la tienne")],
)
def test_the_place_in_the_queue(ahead: int, french: str) -> None:
    assert french in said(Exchange("q", ahead=ahead))


def test_a_demo_shows_facts_and_table() -> None:
    result = DemoResult(
        "ngram",
        {"n": 2},
        0,
        {},
        [],
        {"columns": ["n-gramme", "P(w|h)"], "rows": [["le | <s>", 0.5]]},
        None,
        None,
        0.1,
        ("P = 1/2.",),
        "r",
    )
    call = ToolCall("ngram_demo", {"n": 2})
    shown = said(Exchange("q", stages=(Stage(call, ToolFinished(call, 0.1, result=result)),)))
    assert "- P = 1/2." in shown
    assert "Arguments\u00a0: n=2\u202f; graine 0" in shown
    assert "| n-gramme | P(w&#124;h) |" in shown
    assert "| le &#124; &lt;s> | 0,5 |" in shown
    told = Exchange("q", stages=(Stage(call, ToolFinished(call, 0.1, result=result)),), text="- P = 1/2.")
    assert said(told).count("P = 1/2.") == 1  # the answer says it: the stage keeps its arguments


def test_the_dollars_of_a_students_text_are_no_formula() -> None:
    table_ = {"columns": ["n-gramme"], "rows": [["$ x $"]]}
    facts = ("Texte produit : « coûte $x$ ou $y$ ».",)
    shown = run_markdown(
        DemoResult("ngram", {"text": "$x$ et $$y$$"}, 0, {}, [], table_, None, None, 0.1, facts, "r"), "fr"
    )
    assert not any(mark in shown for mark in (*INLINE_MATH, *DISPLAY_MATH))
    assert html.unescape(shown).count("$") == 12


def test_numbers_of_a_table_are_written_as_in_a_sentence() -> None:
    shown = table({"columns": ["a", "b", "c", "d"], "rows": [[None, 8.61e-28, -0.25, 68719476736]]}, "fr")
    assert "| – | 8,6·10⁻²⁸ | −0,25 | 68\u202f719\u202f476\u202f736 |" in shown


def test_a_long_table_says_what_it_leaves_out() -> None:
    shown = table({"columns": ["i"], "rows": [[i] for i in range(30)]}, "fr")
    assert shown.count("\n|") == 13
    assert "… et 18 autres lignes." in shown
    assert table(None, "fr") == ""


def test_dropped_sentences_are_counted_and_inert() -> None:
    exchange = replace(finished(), dropped=(SentenceDropped("Sur <i>Mars</i>.", 0.1), SentenceDropped("Faux.", 0.2)))
    shown = said(exchange)
    assert "2 phrases du modèle écartées" in shown
    assert "Sur &lt;i>Mars&lt;/i>." in shown


def test_errors_in_the_users_language() -> None:
    exchange = Exchange("x" * 100_000, error=QuestionTooLong(length=100_000, limit=4000))
    assert "Ta question fait 100\u202f000 caractères" in said(exchange, "fr")
    assert "Your question has 100,000 characters" in said(exchange, "en")
    assert len(said(exchange)) < 2000
    unexpected = said(Exchange("q", error=RuntimeError("secret <b>")))
    assert "erreur inattendue" in unexpected
    assert "secret" not in unexpected


def test_an_empty_question_has_no_bubble() -> None:
    assert [m["role"] for m in exchange_messages(Exchange("  ", error=RuntimeError()), "fr")] == ["assistant"]


def test_notes_are_escaped() -> None:
    assert "&lt;b&gt;" in said(finished(notes=("serveur <b>",)))


def test_every_message_has_the_shape_of_gradio() -> None:
    call = ToolCall("course_search", {"query": "q"})
    conversation = (finished(), Exchange("q", ahead=1, stages=(Stage(call),), text="un"))
    for message in chat_messages(conversation, "en"):
        assert set(message) <= {"role", "content", "metadata"}
        assert message["role"] in ("user", "assistant")
        assert set(message.get("metadata", {})) <= {"title", "status", "log"}


def test_a_call_fits_a_title() -> None:
    call = ToolCall("ngram_demo", {"n": 2, "text": "le chat dort\n" * 50, "prompt": "", "smoothing": "mle", "k": 0.5})
    shown = call_text(call, "fr")
    assert shown.startswith("ngram_demo(n=2, text=«\u202fle chat dort le")
    assert "prompt" not in shown
    assert "\n" not in shown
    assert len(shown) < 120


def test_numbers() -> None:
    assert [number(x, "fr") for x in (0.25, 3, "3.5", True)] == ["0,25", "3", "3.5", "True"]
    assert [re.sub(r"\s", " ", seconds(x, "fr")) for x in (0.031, 0.84, 12.0)] == ["31 ms", "0,8 s", "12 s"]


# --- a run -----------------------------------------------------------------------------------------------


def test_the_figure_of_a_run_stands_under_the_words_about_it() -> None:
    figure = Bars("Suite <script>", ("chat",), (Group("P", (0.5,)),)).to_dict()
    rows = {"columns": ["a"], "rows": [[1]]}
    oracle = Oracle("nltk", 7e-13, True)
    result = DemoResult("ngram", {}, 0, {}, [], rows, figure, oracle, 0.1, ("P = 1/2.",), "r")
    call = ToolCall("ngram_demo", {})
    exchange = Exchange("q", stages=(Stage(call, ToolFinished(call, 0.1, result=result)),), text="- P = 1/2.")
    *_, answer, drawn, shown = exchange_messages(exchange, "fr")
    assert answer["content"] == "- P = 1/2."
    markup = drawn["content"].value
    assert "<svg" in markup and "<script" not in markup and "7·10⁻¹³ près" in markup
    assert shown["content"].startswith("| a |")


@pytest.mark.parametrize(
    ("oracle", "words"),
    [
        (Oracle("nltk <b>", 0.0, True), "identique à nltk &lt;b&gt;"),
        (Oracle("nltk", 7e-13, True), "d’accord avec nltk à 7·10⁻¹³ près"),
        (Oracle("nltk", 0.5, False), "en désaccord avec nltk (écart 5·10⁻¹)"),
    ],
)
def test_the_oracle_says_how_nearly_it_agrees(oracle: Oracle, words: str) -> None:
    assert words in oracle_html(oracle, "fr")
    assert ("not-ok" in oracle_html(oracle, "fr")) != oracle.ok
    assert oracle_html(None, "fr") == ""


def test_a_figure_that_cannot_be_drawn_leaves_the_rest() -> None:
    assert figure_html({"kind": "cube"}, "fr") == figure_html(None, "fr") == ""
