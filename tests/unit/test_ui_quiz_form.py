"""A quiz on the page: one question at a time, judged on the server, whose key leaves it when it is due."""

import json
from typing import Any

import pytest

from tutor.contracts import Chapter, Passage
from tutor.quiz.bank import Bank
from tutor.quiz.item import Option, QuizItem, with_choices
from tutor.quiz.judge import Judgement
from tutor.quiz.session import Session
from tutor.ui.markdown import INLINE_MATH
from tutor.ui.quiz_form import (
    QuizForm,
    Sitting,
    answer,
    begin,
    choice_labels,
    comment_markdown,
    go_on,
    head_html,
    question_markdown,
    section_of,
)

CHOICE = with_choices(
    QuizItem("q1", "rnn", "LSTM", "Combien de portes a un LSTM ?", "Compte-les.", explanation="Une par rôle."),
    [Option("Trois portes"), Option("Deux portes", "C’est le GRU."), Option("Aucune <b>porte</b>", "`</s>` non.")],
)
SHORT = QuizItem("q2", "rnn", "Absente", "Qui vient de **1997** ?", "Un sigle.", answer="Le LSTM", accept=(("lstm",),))
BANK = Bank((CHOICE, SHORT))
PASSAGES = (
    Passage("lstm#lstm-1", "Autre", "LSTM", ("Autre", "LSTM"), "…", "0.md", 0),
    Passage("rnn#lstm-1", "RNN", "LSTM", ("RNN", "LSTM"), "Trois portes.", "1.md", 1),
)


class Course:
    chapters = (Chapter("rnn", "RNN", "1.md"), Chapter("vide", "Vide", "2.md"))
    passages = PASSAGES


COURSE: Any = Course()


def at(item: QuizItem, **fields: Any) -> Sitting:
    return Sitting(Session("rnn").asked(item.id), item.id, **fields)


def test_a_chapter_without_questions_has_no_quiz() -> None:
    assert begin(BANK, "vide", "fr") is None
    assert begin(Bank(), "rnn", "fr") is None
    first = begin(BANK, "rnn", "fr")
    assert first is not None
    assert first.open
    assert first.shown in ("q1", "q2")


def test_wrong_then_right_then_closed() -> None:
    wrong = "ABC"[(CHOICE.right or 0) - 2]
    sitting = answer(BANK, at(CHOICE), wrong, "fr")
    assert sitting.said is not None
    assert (sitting.said.verdict, sitting.said.level, sitting.open) == ("wrong", 1, True)
    sitting = answer(BANK, sitting, "ABC"[CHOICE.right or 0], "fr")
    assert (sitting.open, sitting.session.right, sitting.session.unaided) == (False, 1, 0)
    assert sitting.said is not None
    assert sitting.said.verdict == "right"
    assert answer(BANK, sitting, wrong, "fr") == sitting  # it is too late for another answer


@pytest.mark.parametrize("junk", [None, {}, [["A"]], 3, "", "x" * 100_000, "\ud800"])
def test_whatever_a_browser_sends_is_judged_or_left(junk: object) -> None:
    for item in (CHOICE, SHORT):
        sitting = answer(BANK, at(item), junk, "fr")
        assert sitting.open
        assert sitting.session.right == 0
    assert answer(BANK, Sitting(Session("rnn"), "invented"), junk, "fr").said is None
    assert answer(BANK, Sitting(Session("rnn").asked("invented"), "invented"), junk, "fr").said is None


def test_every_question_once_then_the_end() -> None:
    sitting = begin(BANK, "rnn", "fr")
    assert sitting is not None
    shown = [sitting.shown]
    while sitting.shown:
        sitting = go_on(BANK, sitting, "fr")
        shown.append(sitting.shown)
    assert sorted(shown) == ["", "q1", "q2"]
    assert not sitting.open
    assert head_html(sitting, "fr") == "Tu as vu toutes les questions de ce chapitre"


def test_the_head_says_number_and_score() -> None:
    assert head_html(at(CHOICE), "fr") == "Question 1"
    sitting = answer(BANK, at(SHORT), "lstm", "en")
    assert head_html(sitting, "en") == "Question 1 · Score: 1 out of 1"


def test_choices_are_labels_and_their_values_are_letters() -> None:
    labels = choice_labels(CHOICE)
    assert [letter for _, letter in labels] == ["A", "B", "C"]
    assert {label.split(". ", 1)[1] for label, _ in labels} == {"Trois portes", "Deux portes", "Aucune <b>porte</b>"}
    assert question_markdown(CHOICE) == CHOICE.question


def test_choices_with_formulas_are_drawn_above_their_letters() -> None:
    item = with_choices(QuizItem("q3", "rnn", "", "Combien ?", ""), [Option("$x^2$"), Option("5 $ ou 6 $")])
    assert choice_labels(item) == [("A", "A"), ("B", "B")]
    assert "x^2".join(INLINE_MATH) in question_markdown(item)


def test_a_hint_that_names_the_section_leads_there() -> None:
    first, second = Judgement("wrong", "Non. <i>", 1), Judgement("wrong", "Relis.", 2)
    assert comment_markdown(first, CHOICE, COURSE, "fr") == "Non. &lt;i>"
    assert 'href="#cours/rnn/lstm-1"' in comment_markdown(second, CHOICE, COURSE, "fr")
    assert section_of(SHORT, COURSE) is None
    assert comment_markdown(second, SHORT, COURSE, "fr") == "Relis."
    assert comment_markdown(None, CHOICE, COURSE, "fr") == ""


@pytest.fixture
def form() -> QuizForm:
    import gradio as gr

    with gr.Blocks():
        return QuizForm(BANK, COURSE, "fr")


def sent(form: QuizForm, shown: dict[Any, Any]) -> str:
    """Return all that goes to the browser: everything but the state."""
    return json.dumps([value for part, value in shown.items() if part is not form.sittings], ensure_ascii=False)


@pytest.mark.parametrize("item", [CHOICE, SHORT])
def test_the_key_is_not_sent_before_it_is_due(form: QuizForm, item: QuizItem) -> None:
    secrets = [text for text in (item.explanation, item.hint, *(o.because for o in item.choices)) if text]
    secrets += [item.answer] if not item.choices else []
    sitting = at(item)
    shown = sent(form, form.show("rnn", {"rnn": sitting}, "fr"))
    assert item.question in shown
    assert not [secret for secret in secrets if secret in shown]
    sitting = answer(BANK, sitting, "indice", "fr")
    shown = sent(form, form.show("rnn", {"rnn": sitting}, "fr", fresh=False))
    assert item.hint in shown
    assert not [secret for secret in secrets if secret in shown and secret != item.hint]
    for _ in range(3):
        sitting = answer(BANK, sitting, "indice", "fr")
    assert not sitting.open
    assert item.answer in sent(form, form.show("rnn", {"rnn": sitting}, "fr", fresh=False))


def test_nothing_is_shown_for_a_chapter_without_questions(form: QuizForm) -> None:
    assert form.show("vide", {}, "fr") == {form.panel: {"visible": False, "__type__": "update"}}
    assert form.show("", {}, "fr") == {form.panel: {"visible": False, "__type__": "update"}}


def test_each_chapter_has_its_own_sitting(form: QuizForm) -> None:
    other = Sitting(Session("autre"), "")
    kept = form.show("rnn", {"autre": other}, "fr")[form.sittings]
    assert kept["autre"] == other
    assert kept["rnn"].open


def test_both_languages_word_the_same_components(form: QuizForm) -> None:
    french, english = form.wording("fr"), form.wording("en")
    assert {part: set(texts) for part, texts in french.items()} == {part: set(texts) for part, texts in english.items()}
    assert all(french[part] != english[part] for part in french)
