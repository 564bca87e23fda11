"""What can be known of the course page without a browser: it builds from any course, and takes any input."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor import messages
from tutor.contracts import Chapter, DemoResult, Hit, Passage, SearchResult
from tutor.demos import registry
from tutor.demos.demo import Progress
from tutor.demos.laboratory import Laboratory
from tutor.figures import Axis, Curve, Lines
from tutor.quiz.bank import Bank
from tutor.ui.course_page import LONGEST_SEARCH, CoursePage, _demos_of
from tutor.ui.course_view import Reading
from tutor.ui.demo_form import DemoForm, _Live

PASSAGES = (
    Passage("n-grammes#definition-1", "Les n-grammes", "Définition", ("Les n-grammes", "Définition"), "…", "1.md", 0),
    Passage("rnn#lstm-1", "RNN", "LSTM", ("RNN", "LSTM"), "Trois portes.", "2.md", 1),
)
CHAPTERS = (
    Chapter("n-grammes", "Les n-grammes", "1.md", demos=("ngram", "ngram_demo", "inconnue")),
    Chapter("rnn", "RNN", "2.md", demos=("Ngram", "</b>")),
)


class Course:
    chapters = CHAPTERS
    passages = PASSAGES

    def __init__(self) -> None:
        self.searched: list[str] = []

    def search(self, query: str, *, limit: int = 8) -> SearchResult:
        self.searched.append(query)
        query.encode("utf-8")  # as an embedding model would
        return SearchResult(query, (Hit(PASSAGES[1], 1, 1, 1),), 0.9, True)

    def passage(self, passage_id: str) -> Passage | None:
        return next((passage for passage in PASSAGES if passage.id == passage_id), None)

    def quotables(self, query: str, passage_ids: Any) -> list[Any]:
        return []


def build() -> tuple[CoursePage, Course]:
    import gradio as gr

    course: Any = Course()
    with gr.Blocks():
        return CoursePage(course, Bank(), "fr", Laboratory()), course


def test_demos_are_those_that_the_registry_knows_each_once() -> None:
    assert [demo.name for demo in _demos_of(CHAPTERS)] == ["ngram"]
    page, _ = build()
    assert [form.demo.name for form in page.forms] == ["ngram"]


@pytest.mark.parametrize("typed", ["", " ", "a", " a ", None, 3, [["x"]], {}])
def test_nothing_is_searched_for_less_than_two_letters(typed: object) -> None:
    page, course = build()
    assert "#cours/n-grammes" in page.list_or_found(typed, Reading(), "fr")
    assert not course.searched


@pytest.fixture(scope="module")
def built() -> CoursePage:
    return build()[0]


@given(st.text(st.characters(), min_size=2, max_size=40))
def test_any_text_is_searched(built: CoursePage, typed: str) -> None:
    assert built.list_or_found(typed + "\ud800x", Reading(), "fr").startswith('<div class="found">')


def test_a_very_long_text_is_cut_before_it_is_searched() -> None:
    page, course = build()
    page.list_or_found("mot " * 50_000, Reading(), "fr")
    assert [len(query) for query in course.searched] == [LONGEST_SEARCH]


def test_a_question_begins_only_on_a_section_of_the_course() -> None:
    page, _ = build()
    assert "LSTM" in page.beginning(Reading("rnn", "rnn#lstm-1"), "fr")
    for invented in (Reading(), Reading("rnn"), Reading("absent", "rnn#lstm-1"), Reading("rnn", "rnn#absent-1")):
        assert page.beginning(invented, "fr") == ""


def test_both_languages_word_the_same_components() -> None:
    page, _ = build()
    french, english = page.wording("fr"), page.wording("en")
    assert {part: set(texts) for part, texts in french.items()} == {part: set(texts) for part, texts in english.items()}
    assert english[page.search]["label"] == messages.text("page.course.search", "en")


# --- a demo as a form ------------------------------------------------------------------------------------


@pytest.fixture
def form() -> DemoForm:
    import gradio as gr

    with gr.Blocks():
        return DemoForm(registry.find("ngram"), "fr", Laboratory())


def test_every_argument_has_its_field_with_its_default(form: DemoForm) -> None:
    schema = registry.json_schema(form.demo, "fr")["properties"]
    assert list(form.fields) == list(schema)
    for name, field in form.fields.items():
        assert field.value == schema[name].get("default", "")
        assert field.info == schema[name]["description"]
    assert [choice for _, choice in form.fields["smoothing"].choices] == schema["smoothing"]["enum"]


def test_an_empty_field_leaves_its_argument_out(form: DemoForm) -> None:
    *_, result = form._start(tuple("" if name == "text" else None for name in form.fields), "fr")
    assert isinstance(result, DemoResult)
    assert result.args["text"] is None
    assert result.args["n"] == 2


def test_a_file_fills_the_text(form: DemoForm, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("le chat dort", encoding="utf-8")
    given = form._read_file(str(tmp_path / "a.txt"), "fr")
    assert given[form.fields["text"]] == "le chat dort"
    for refused in (str(tmp_path / "absent.txt"), str(tmp_path), "/etc/passwd"):
        answer = form._read_file(refused, "fr")
        assert form.fields["text"] not in answer and 'role="alert"' in answer[form.status]
    assert form._read_file(None, "fr") == {form.status: ""}


def test_a_run_is_shown_with_what_to_try_next(form: DemoForm) -> None:
    values = tuple({"text": "le <b> dort", "prompt": "le"}.get(name) for name in form.fields)
    *_, result = form._start(values, "fr")
    assert isinstance(result, DemoResult)
    shown = form._shown(result, "fr")
    assert set(form._nothing()) <= set(shown)
    assert "nltk.lm.MLE" in shown[form.about] and "<svg" in shown[form.figure]
    assert "<b>" not in shown[form.about] + shown[form.figure]
    labels = [shown[button]["value"] for button in form.suggestions]
    assert [suggestion.label for suggestion in result.suggestions] == [label for label in labels if label]
    assert shown[form.question].startswith("À propos de la démonstration") and "le <b>" in shown[form.question]


def test_a_figure_that_grows_is_drawn_now_and_then(form: DemoForm, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("tutor.ui.demo_form.time.monotonic", lambda: now[0])
    live = _Live()
    figure = Lines("x", Axis(), Axis(), (Curve("", (1,), (1,)),)).to_dict()
    drawn = []
    for _ in range(10):
        drawn.append(bool(live.figure(form.figure, Progress(1, 9, "x", figure), "fr")))
        now[0] += 0.3
    assert drawn == [True, False] * 5
    assert live.figure(form.figure, Progress(1, 9, "x"), "fr") == {}
