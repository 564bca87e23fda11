"""The course as HTML: everything of it is there, in order, and nothing of it runs."""

import html
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor import messages
from tutor.contracts import Chapter, Hit, Language, Passage, Quotable, SearchResult
from tutor.ui.course_view import (
    Reading,
    about_section,
    chapter_html,
    contents_html,
    found_html,
    missing_html,
    onward_html,
    passages_of,
    read_address,
    reading_of,
    sections,
)
from tutor.ui.markdown import DISPLAY_MATH, INLINE_MATH

TITLE = "Les réseaux récurrents"
RNN = Chapter("rnn", TITLE, "rnn.md", 2, ("Lire un *LSTM*",), (), ("Calcule $h_1$",))


def passage(name: str, text: str, *headings: str, chapter: str = "rnn", title: str = TITLE) -> Passage:
    path = (title, *headings)
    return Passage(f"{chapter}#{name}", title, path[-1], path, text, f"{chapter}.md", 0)


PASSAGES = [
    passage("les-reseaux-recurrents-1", "Une introduction à tout ceci."),
    passage("etat-1", "Un état $h_t$ est gardé :\n\n$$h_t = f(x_t)$$", "Le réseau", "L’état"),
    passage("etat-2", "La suite de la même section.", "Le réseau", "L’état"),
    passage("gradient-1", "Le gradient s’éteint.", "Le réseau", "Le gradient"),
    passage("lstm-1", "Une cellule a trois portes.", "LSTM"),
    passage("exemple-1", "Un exemple.", "Exemple"),
    passage("exemple-2-1", "Un autre exemple.", "Exemple"),
]


class Seen(HTMLParser):
    """What a browser would make of the markup."""

    VOID = frozenset(("br", "hr", "img", "input"))

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.open: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.marked = ""
        self.headings: list[tuple[str, str]] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in self.VOID:
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append((tag, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.text += data
        self.marked += data * ("mark" in self.open)
        if self.open and re.fullmatch("h[1-6]", self.open[-1]):
            self.headings[-1] = (self.headings[-1][0], self.headings[-1][1] + data)

    def values(self, name: str) -> list[str]:
        return [value for attribute, value in self.attributes if attribute == name]


def drawn(language: Language = "fr", asked: Reading | None = None) -> Seen:
    markup = chapter_html(RNN, PASSAGES, language, asked or Reading("rnn"))
    assert "\n" not in markup
    return Seen(markup)


# --- addresses -------------------------------------------------------------------------------------------


@given(st.text(min_size=1, max_size=30), st.text(min_size=1, max_size=30), st.integers(0, 10**8), st.integers(1, 10**8))
def test_addresses_come_back(chapter: str, part: str, start: int, end: int) -> None:
    for reading in (
        Reading(chapter),
        Reading(chapter, f"{chapter}#{part}"),
        Reading(chapter, f"{chapter}#{part}", start, end),
    ):
        assert read_address(reading.address) == reading
        assert html.escape(reading.address) == reading.address
    assert read_address(Reading(chapter, f"{chapter}#{part}").ask_address) == Reading(chapter, f"{chapter}#{part}")


@pytest.mark.parametrize(
    "invented",
    [None, 3, {}, "", "#", "#courses", "#cours/", "#cours/a/b/1", "#cours/a/b/-1/2", "#cours/a/b/1/2/3",
     "#passage/a/0/1", "#cours/" + "a" * 2001, "javascript:alert(1)"],
)  # fmt: skip
def test_invented_addresses_are_refused(invented: object) -> None:
    assert read_address(invented) is None


# --- a chapter -------------------------------------------------------------------------------------------


def test_the_whole_chapter_is_there_in_order() -> None:
    seen = drawn()
    words = [
        "Une introduction", "Lire un LSTM", "Un état", "La suite", "Le gradient s’éteint", "trois portes", "Un exemple",
        "Un autre exemple", "Calcule",
    ]  # fmt: skip
    places = [seen.text.index(word) for word in words]
    places[:2] = reversed(places[:2])  # the objectives are on top
    assert places == sorted(places)


def test_headings_and_those_that_have_no_text_of_their_own() -> None:
    assert drawn().headings == [
        ("h2", TITLE),
        ("h3", "Objectifs"),
        ("h3", "Le réseau"),
        ("h4", "L’état"),
        ("h4", "Le gradient"),
        ("h3", "LSTM"),
        ("h3", "Exemple"),
        ("h3", "Exemple"),
        ("h3", "Exercices"),
    ]
    assert [len(section.passages) for section in sections(PASSAGES)] == [1, 2, 1, 1, 1, 1]


@pytest.mark.parametrize("heading", ["Objectifs", "OBJECTIVES"])
def test_a_chapter_that_has_the_heading_gets_the_list_under_it(heading: str) -> None:
    own = [passage("buts-1", "Tu sauras tout cela.", heading), *PASSAGES]
    seen = Seen(chapter_html(RNN, own, "fr", Reading("rnn")))
    assert [text for _, text in seen.headings].count("Objectifs") == (heading == "Objectifs")
    assert "Tu sauras tout cela. Lire un LSTM" in " ".join(seen.text.split())


def test_formulas_are_left_to_katex() -> None:
    text = drawn().text
    assert "h_t".join(INLINE_MATH) in text
    assert "h_t = f(x_t)".join(DISPLAY_MATH) in text
    assert "h_1".join(INLINE_MATH) in text  # in an exercise
    assert "$" not in text


def test_only_the_words_asked_for_are_highlighted() -> None:
    start = PASSAGES[4].text.index("trois")
    seen = drawn(asked=reading_of(PASSAGES[4], start, start + 5))
    assert seen.marked == "trois"
    assert drawn().marked == ""


def test_each_section_can_be_asked_about_and_each_passage_found() -> None:
    seen = drawn("en")
    asked = [read_address(href) for href in seen.values("href")]
    assert [reading.passage for reading in asked if reading] == [
        "rnn#etat-1", "rnn#gradient-1", "rnn#lstm-1", "rnn#exemple-1", "rnn#exemple-2-1"
    ]  # fmt: skip
    assert seen.text.count("Ask about this section") == 5
    ids = seen.values("id")
    assert len(set(ids)) == len(ids)
    assert {f"at-{each.id.partition('#')[2]}" for each in PASSAGES} < set(ids)
    assert "read-#cours/rnn" in ids


def test_the_chapter_keeps_its_language_and_the_page_its_own() -> None:
    seen = drawn("en")
    assert [text for _, text in seen.headings][1] == "Objectifs"
    assert seen.values("lang")[0] == "fr"
    assert set(seen.values("lang")[1:]) == {"en"}
    english = [passage("intro-1", "This is the text of a chapter that was written in English.", "What it is")]
    assert Seen(chapter_html(RNN, english, "fr", Reading("rnn"))).headings[1] == ("h3", "Objectives")


def test_what_stands_under_the_text_is_named_above_it() -> None:
    seen = Seen(chapter_html(RNN, PASSAGES, "fr", Reading("rnn"), extras=("demos",)))
    assert seen.values("href")[0] == "#cours/rnn/demos"
    assert "demos" not in "".join(drawn().values("href"))


HOSTILE = (
    "<script>alert(1)</script> ![x](http://evil.example/a.png) [clic](javascript:alert(2)) "
    '<img src=x onerror="alert(3)"> <style>*{}</style> " onmouseover="alert(4)'
)


def test_a_hostile_chapter_is_only_text() -> None:
    name = 'x" onclick="alert(5)'
    chapter = Chapter(name, HOSTILE, HOSTILE, None, (HOSTILE,), (), (HOSTILE,))
    path = passage('y" onclick="alert(6)-1', HOSTILE, HOSTILE, chapter=name, title=HOSTILE)
    language: Language = "fr"
    result = SearchResult(HOSTILE, (Hit(path, 1, 1, 1),), 0.0, False)
    quotable = Quotable(path, 0, len(path.text), "sentence", 0.5)
    for markup in (
        chapter_html(chapter, [path], language, Reading(name, path.id, 0, 400)),
        contents_html([chapter], [path], name),
        onward_html([chapter, RNN, chapter], "rnn", language),
        found_html(result, [quotable], [chapter], language),
        missing_html(Reading(name, path.id), language),
    ):
        seen = Seen(markup)
        assert not {"script", "img", "style"} & set(seen.tags)
        assert {key for key, _ in seen.attributes} <= {"class", "id", "href", "lang", "role", "start", "target", "rel"}
        assert not [href for href in seen.values("href") if not re.match("#(cours|ask)/", href)]
    assert "<script>alert(1)</script>" in Seen(chapter_html(chapter, [path], language, Reading(name))).text


ANY = st.text(alphabet=st.sampled_from(list("ab1 \n`$\\[](){}<>!*_|#-'\"&=\ue000\ue010é")), max_size=60)


@given(ANY, ANY, ANY)
def test_no_text_escapes(title: str, heading: str, text: str) -> None:
    made = passage("a-1", text, heading, title=title)
    chapter = Chapter("rnn", title, "a.md", None, (text,), (), (heading,))
    for markup in (
        chapter_html(chapter, [made], "fr", reading_of(made, 0, len(text))),
        contents_html([chapter], [made], "rnn"),
    ):
        seen = Seen(markup)
        assert "\n" not in markup
        assert not seen.open
        assert {key for key, _ in seen.attributes} <= {
            "class", "id", "href", "lang", "role", "start", "style", "target", "rel"
        }  # fmt: skip
        assert not re.search("[\ue000-\ue003]", markup)


def test_an_unknown_chapter_is_said() -> None:
    shown = missing_html(Reading("absent"), "fr")
    assert messages.text("page.course.missing", "fr") in shown
    assert 'id="read-#cours/absent"' in shown  # so that the browser knows that the answer is there


# --- around the chapter ----------------------------------------------------------------------------------

CHAPTERS = [Chapter("n-grammes", "Les n-grammes", "1.md"), RNN, Chapter("glossaire", "Glossaire", "3.md")]


@pytest.mark.parametrize(
    ("current", "sides"),
    [
        ("n-grammes", [("next", TITLE)]),
        ("rnn", [("previous", "Les n-grammes"), ("next", "Glossaire")]),
        ("glossaire", [("previous", TITLE)]),
        ("absent", []),
    ],
)
def test_the_chapters_before_and_after(current: str, sides: list[tuple[str, str]]) -> None:
    shown = onward_html(CHAPTERS, current, "fr")
    assert re.findall(r'class="(previous|next)".*?</span> ([^<]+)</a>', shown) == sides


def test_the_contents_unfold_the_chapter_that_is_read() -> None:
    shown = Seen(contents_html(CHAPTERS, PASSAGES, "rnn"))
    assert shown.values("href") == [
        "#cours/n-grammes", "#cours/rnn", "#cours/rnn/etat-1", "#cours/rnn/lstm-1", "#cours/rnn/exemple-1",
        "#cours/rnn/exemple-2-1", "#cours/glossaire",
    ]  # fmt: skip
    assert Seen(contents_html(CHAPTERS, PASSAGES, "")).values("href") == [f"#cours/{each.id}" for each in CHAPTERS]


def test_the_passages_of_a_chapter_are_not_those_of_one_that_begins_alike() -> None:
    other = passage("a-1", "…", chapter="rnn-2")
    assert passages_of(RNN, [*PASSAGES, other]) == PASSAGES


def test_the_beginning_of_a_question() -> None:
    french = about_section(RNN, PASSAGES[1], "fr")
    assert french == "À propos de «\u202fL’état\u202f» (Les réseaux récurrents)\u00a0: "
    assert about_section(RNN, PASSAGES[1], "en") == "About “L’état” (Les réseaux récurrents): "
    assert "chapitre «\u202fLes réseaux récurrents" in about_section(RNN, PASSAGES[0], "fr")


# --- search ----------------------------------------------------------------------------------------------


def found(query: str, *sentences: tuple[int, str, str, float], in_course: bool = True, hits: int = 7) -> Seen:
    """Draw what a search found; a sentence is (passage, its words, kind, cosine)."""
    result = SearchResult(query, tuple(Hit(each, 1, 1, 1) for each in PASSAGES[:hits]), 0.5, in_course)
    quotables = [
        Quotable(PASSAGES[number], (start := PASSAGES[number].text.index(words)), start + len(words), kind, cosine)
        for number, words, kind, cosine in sentences
    ]
    return Seen(found_html(result, quotables, CHAPTERS, "fr"))


def test_a_hit_leads_to_its_best_sentence() -> None:
    seen = found("portes", (4, "Une cellule a trois portes.", "sentence", 0.1), (4, "Une cellule", "sentence", 0.9))
    (address,) = [href for href in seen.values("href") if "lstm" in href]
    reading = read_address(address)
    assert reading is not None
    assert PASSAGES[4].text[reading.start : reading.end] == "Une cellule a trois portes."  # it has the word
    assert f"{TITLE} › LSTM" in seen.text
    assert "Une cellule a trois portes." in seen.text


def test_without_a_sentence_the_passage_is_opened_anyway() -> None:
    assert "#cours/rnn/etat-1" in found("état").values("href")


def test_a_row_of_a_table_is_shown_without_its_bars() -> None:
    table = passage("t-1", "| le | chien |", "Table")
    result = SearchResult("chien", (Hit(table, 1, 1, 1),), 1.0, True)
    assert "le · chien" in Seen(found_html(result, [Quotable(table, 0, 14, "row", 0.1)], [], "fr")).text


def test_what_the_course_does_not_cover_is_said() -> None:
    seen = found("tarte aux pommes", in_course=False)
    assert messages.text("page.course.far", "fr") in seen.text
    assert len(seen.values("href")) == 3
    assert messages.text("page.course.not_covered", "fr") in found("tarte", in_course=False, hits=0).text


def test_a_search_by_words_alone_is_said() -> None:
    early = SearchResult("portes", (Hit(PASSAGES[4], 1, 0, 1),), 0.9, True, by_meaning=False)
    assert messages.text("answer.by_words", "en") in Seen(found_html(early, [], [], "en")).text
    assert messages.text("answer.by_words", "fr") not in found("portes").text


@pytest.mark.parametrize("typed", ["introd", "INTRODUCTION", "une introduc"])
def test_half_a_word_is_not_called_uncovered_when_the_course_has_it(typed: str) -> None:
    seen = found(typed, in_course=False)
    assert messages.text("page.course.far", "fr") not in seen.text
    assert len(seen.values("href")) == 7


def test_chapters_are_found_by_their_title() -> None:
    assert found("glossa").values("href")[0] == "#cours/glossaire"
    assert found("reseaux").values("href")[0] == "#cours/rnn"  # accents do not matter
    assert "#cours/glossaire" not in found("?!").values("href")
    assert messages.text("page.course.far", "fr") in found("?!", in_course=False).text  # no word at all


@given(st.text(max_size=40))
def test_whatever_is_typed_is_searched(typed: str) -> None:
    found(typed, (0, "Une introduction", "item", 0.2), in_course=False)
