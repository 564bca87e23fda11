"""A passage as HTML: the marked words are the quoted words, and nothing of the course runs."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.contracts import Passage
from tutor.ui.markdown import DISPLAY_MATH, INLINE_MATH
from tutor.ui.passage import passage_html

ALLOWED = set(
    "div p ul ol li strong em s mark code pre a table thead tbody tr th td h1 h2 h3 h4 h5 h6 hr br blockquote".split()
)


class Tags(HTMLParser):
    """Collects what a browser would see: tags, attributes, and the text inside ``<mark>``."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.marked = ""
        self.text = ""
        self._inside = 0
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        self._inside += tag == "mark"

    def handle_endtag(self, tag: str) -> None:
        self._inside -= tag == "mark"

    def handle_data(self, data: str) -> None:
        self.text += data
        self.marked += data * bool(self._inside)


def draw(text: str, quote: str) -> Tags:
    passage = Passage("c#s-1", "Chapitre", "Section", ("Chapitre", "Section"), text, "cours.md", 0)
    start = text.index(quote)
    return Tags(passage_html(passage, start, start + len(quote)))


def letters(text: str) -> str:
    return "".join(re.findall(r"\w", text))


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Un mot. La phrase citée. Un autre.", "La phrase citée."),
        ("- **LSTM** : trois portes.\n- **GRU** : deux portes.", "- **GRU** : deux portes."),
        ("- **LSTM** : trois portes.\n- **GRU** : deux portes.", "**LSTM** : trois portes.\n- **GRU** : deux"),
        ("1. un\n2. deux *trois*\n3. quatre", "deux *trois*"),
        ("## Titre\n\nTexte du titre.", "## Titre"),
        ("> Cité **ici**, oui.\n\nNon.", "> Cité **ici**"),
        ("| a | b |\n|---|---|\n| le | chien |\n| la | souris |", "| le | chien |"),
        (
            "Voir [le papier](https://arxiv.org/abs/1706) de 2017. Fin.",
            "Voir [le papier](https://arxiv.org/abs/1706) de 2017.",
        ),
        ("Le code `x < 1` décide. Fin.", "Le code `x < 1` décide."),
        ("Un « **mot** », puis.\nUne suite sur\nplusieurs lignes.", "« **mot** », puis.\nUne suite sur"),
        ("Paragraphe un.\n\nParagraphe deux.\n\nTrois.", "un.\n\nParagraphe deux."),
        ("**Tout gras, même la fin.** Suite.", "**Tout gras, même la fin.**"),
        ("L’été *(1951)* de Shannon.", "*(1951)* de"),
        ("Des snake_case_mots et 2*3*4.", "snake_case_mots et 2*3*4"),
    ],
)
def test_the_marked_words_are_the_quoted_words(text: str, quote: str) -> None:
    drawn = draw(text, quote)
    without_targets = re.sub(r"\]\([^)]*\)", "]", quote)
    visible = re.sub(r"(?m)^\s*\d+\.\s", "", without_targets)
    assert letters(drawn.marked) == letters(visible)
    assert letters(drawn.text) == letters(re.sub(r"(?m)\]\([^)]*\)|^\s*\d+\.\s", "]", text))


def test_a_formula_is_marked_whole_and_left_to_katex() -> None:
    drawn = draw("On a $a_1 < b_1$ et $$c^2$$ ici. Fin.", "$a_1 < b_1$ et $$c^2$$ ici.")
    inline, display = INLINE_MATH, DISPLAY_MATH
    assert drawn.marked == f"{inline[0]}a_1 < b_1{inline[1]} et {display[0]}c^2{display[1]} ici."


def test_a_quote_that_ends_inside_a_formula_takes_all_of_it() -> None:
    assert draw("Soit $x + y$ donc.", "Soit $x").marked == f"Soit {INLINE_MATH[0]}x + y{INLINE_MATH[1]}"


def test_a_quote_of_code_marks_the_block() -> None:
    drawn = draw("Avant.\n\n```python\na = 1\n\nb = 2\n```\n\nAprès.", "a = 1")
    assert drawn.marked == "a = 1\n\nb = 2\n"
    assert "Après." in drawn.text


def test_words_that_cannot_be_marked_in_place_are_shown_above() -> None:
    drawn = draw("Voir [le papier](https://arxiv.org/abs/1706).", "https://arxiv.org/abs/1706")
    assert drawn.marked == "https://arxiv.org/abs/1706"


def test_nothing_is_marked_without_a_range() -> None:
    passage = Passage("c#s-1", "C", "S", ("C",), "Un texte.", "cours.md", 0)
    assert "mark" not in Tags(passage_html(passage)).tags
    assert Tags(passage_html(passage, 5, 10_000)).marked == "xte."
    assert "mark" not in Tags(passage_html(passage, 700, 900)).tags


def test_a_hostile_passage_is_only_text() -> None:
    text = (
        "Ici <img src=x onerror=alert(1)> <script>alert(2)</script> ![p](http://evil.example/p.png) "
        "[clic](javascript:alert(3)) [data](data:text/html,x) <a href='http://evil.example'>lien</a>"
    )
    drawn = draw(text, text)
    assert drawn.tags <= ALLOWED
    assert "img" not in drawn.tags
    assert not drawn.attributes or {name for name, _ in drawn.attributes} == {"class"}
    assert "<script>alert(2)</script>" in drawn.text


ANY = st.text(alphabet=st.sampled_from(list("ab1 \n\t`$\\[](){}<>!*_|~#-+./:;'\"&=\ue000\ue010é")), max_size=120)


@given(ANY, st.integers(-5, 130), st.integers(-5, 130))
def test_no_passage_and_no_range_escapes(text: str, start: int, end: int) -> None:
    markup = passage_html(Passage("c#s-1", "C", "S", ("C",), text, "cours.md", 0), start, end)
    assert "\n" not in markup  # one line: nothing ends the block of HTML in Gradio's Markdown
    drawn = Tags(markup)
    assert drawn.tags <= ALLOWED
    assert {name for name, _ in drawn.attributes} <= {"class", "href", "target", "rel", "start", "style"}
    assert not [v for n, v in drawn.attributes if n == "href" and re.match(r"\s*(javascript|data|vbscript):", v, re.I)]
    assert not [
        v for n, v in drawn.attributes if n == "style" and not re.fullmatch(r"text-align:(left|right|center)", v)
    ]
    assert not re.search("[\ue000-\ue003]", markup)
    if start < 0 and end >= len(text) and letters(text):
        assert letters(drawn.marked)


def test_entities_stay_what_the_author_wrote() -> None:
    assert draw("Esp&eacute;ce & <b>co</b>", "co").text.strip() == "Espéce & <b>co</b>"


def test_french_punctuation_never_begins_a_line_and_code_is_left_alone() -> None:
    drawn = draw("Ici « *cela* » : oui ? `a : b ?` et $P(a : b)$\n\n```\n« x » : 1\n```", "Ici")
    assert "Ici «\u202fcela\u202f»\u00a0: oui\u202f? a : b ? et" in drawn.text
    assert f"{INLINE_MATH[0]}P(a : b){INLINE_MATH[1]}" in drawn.text
    assert "« x » : 1" in drawn.text
