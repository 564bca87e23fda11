"""From placed lines to Markdown: words, paragraphs, lists, programs, headings, and what every page repeats."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.retrieval.readers.pdf_layout import Bookmark, Joiner, Line, Page, markdown_of

FULL = "Une ligne de texte qui va d’une marge à l’autre de la page, comme celle-ci, "


def page(number: int, texts: Iterable[str], *, top: float = 600, step: float = 12, height: float = 800) -> Page:
    """Return a page of lines of 10 points, one under the other."""
    return Page(number, height, tuple(Line(text, 50, top - step * row, 10) for row, text in enumerate(texts)))


def placed(*lines: Line, number: int = 1) -> Page:
    return Page(number, 800, lines)


def body(markdown: str) -> str:
    return re.sub(r"(?m)^#+ Page \d+\n+", "", markdown)


def paragraphs(*pages: Page, bookmarks: Sequence[Bookmark] = ()) -> list[str]:
    return body(markdown_of(pages, bookmarks)).split("\n\n")


# --- words and paragraphs --------------------------------------------------------------------------------


def test_lines_become_paragraphs_and_cut_words_whole() -> None:
    found = paragraphs(
        page(
            1,
            [
                FULL + "puis l’appren-",
                "tissage d’un modèle " + FULL,
                "et la fin.",
                "Un autre paragraphe commence " + FULL,
                "puis s’arrête.",
            ],
        )
    )
    assert [one.split(",")[-1].strip() for one in found] == ["et la fin.", "puis s’arrête."]
    assert "puis l’apprentissage d’un modèle" in found[0]


@pytest.mark.parametrize(
    ("text", "after", "joined"),
    [
        ("l’appren-", "tissage profond", "l’apprentissage profond"),
        ("un mot inci\u00ad".replace("\u00ad", "-"), "dente", "un mot incidente"),
        ("est-", "ce que", "est-ce que"),
        ("c’est-à-", "dire", "c’est-à-dire"),
        ("le sous-", "graphe", "le sous-graphe"),  # written so elsewhere in the text
        ("GPT-", "4", "GPT-4"),
        ("Saint-", "Exupéry", "Saint-Exupéry"),
        ("pré-", "et post-traitement", "pré- et post-traitement"),
        ("il vit -", "dit-on", "il vit - dit-on"),
        ("sans coupe", "ici", "sans coupe ici"),
    ],
)
def test_the_hyphen_at_the_end_of_a_line(text: str, after: str, joined: str) -> None:
    assert Joiner(["un sous-graphe", "l’appren-"])(text, after) == joined


def test_a_larger_gap_an_indent_and_a_short_line_begin_a_paragraph() -> None:
    lines = [
        Line(FULL + "un.", 50, 700, 10),
        Line(FULL + "deux.", 50, 688, 10),
        Line(FULL + "trois.", 50, 668, 10),  # a gap
        Line(FULL + "quatre.", 64, 656, 10),  # an indent
        Line("Court", 50, 644, 10),
        Line("Suite avec une majuscule", 50, 632, 10),
    ]
    found = paragraphs(placed(*lines))
    assert [len(re.findall(r"un\.|deux\.|trois\.|quatre\.|Court|Suite", one)) for one in found] == [2, 1, 2, 1]


def test_a_paragraph_and_a_word_go_on_over_the_page_and_the_column() -> None:
    two = [page(1, [FULL + "puis l’appren-"]), page(2, ["tissage finit ici.", "Autre chose."])]
    assert body(markdown_of(two)).startswith(FULL + "puis l’apprentissage finit ici.")
    columns = placed(Line(FULL + "en colonne", 50, 100, 10), Line("et la suite.", 300, 700, 10))
    assert paragraphs(columns) == [FULL + "en colonne et la suite."]


def test_lists_keep_their_depth_and_their_numbers() -> None:
    lines = [
        Line("Trois modèles :", 50, 700, 10),
        Line("• les n-grammes, qui comptent des suites de mots et rien d’autre que ces suites de", 60, 688, 10),
        Line("mots", 70, 676, 10),
        Line("– bigrammes", 80, 664, 10),
        Line("\uf0b7 les réseaux", 60, 652, 10),
        Line("1. un", 50, 620, 10),
        Line("2. deux", 50, 608, 10),
        Line("Après la liste, le texte reprend.", 50, 580, 10),
    ]
    assert body(markdown_of([placed(*lines)])) == (
        "Trois modèles :\n\n"
        "- les n-grammes, qui comptent des suites de mots et rien d’autre que ces suites de mots\n"
        "   - bigrammes\n"
        "- les réseaux\n"
        "1. un\n"
        "2. deux\n\n"
        "Après la liste, le texte reprend."
    )


def test_a_part_of_a_formula_that_stands_higher_stays_in_its_line() -> None:
    lines = [Line("donc |x| =", 50, 700, 10), Line("2", 110, 705, 7), Line("a2 + b2 ensuite", 120, 700, 10)]
    assert paragraphs(placed(*lines)) == ["donc |x| = 2 a2 + b2 ensuite"]


def test_the_cells_of_a_row_stay_apart() -> None:
    row = [Line("Objectif", 50, 700, 10), Line("Mesure", 300, 700, 10)]
    assert paragraphs(placed(*row)) == ["Objectif | Mesure"]


def test_programs_keep_their_lines_and_their_indents() -> None:
    lines = [
        Line("Voici le code :", 50, 712, 10),
        Line("for mot in corpus:", 50, 700, 10, mono=True),
        Line("compte[mot] += 1  # *un*", 74, 688, 10, mono=True),
        Line("print(compte)", 50, 664, 10, mono=True),
        Line("Et voilà.", 50, 640, 10),
    ]
    assert paragraphs(placed(*lines))[1:] == [
        "```\nfor mot in corpus:\n    compte[mot] += 1  # *un*",
        "print(compte)\n```",
        "Et voilà.",
    ]


def test_what_looks_like_markup_is_text() -> None:
    lines = [Line("# un dièse et *deux étoiles*", 50, 700, 10), Line("<s> le chat </s>", 50, 660, 10)]
    assert paragraphs(placed(*lines)) == [r"\# un dièse et \*deux étoiles*", "&lt;s> le chat </s>"]


# --- characters ------------------------------------------------------------------------------------------


def test_ligatures_drawn_letters_and_signs_without_a_name() -> None:
    lines = [Line("L’eﬃcacité d’un ﬁltre : 𝑃(𝑤) = x², \x00\uf8e6fin\u200b", 50, 700, 10)]
    assert paragraphs(placed(*lines)) == ["L’efficacité d’un filtre : P(w) = x², fin"]


def test_accents_that_old_tex_draws_apart() -> None:
    text = "Des chaˆınes de caract`eres commen¸cant par l’´el´ement donn´e, na¨ıf, d´ej`a"
    assert paragraphs(placed(Line(text, 50, 700, 10))) == [
        "Des chaînes de caractères commençant par l’élément donné, naïf, déjà"
    ]


def test_a_grave_accent_that_is_a_quotation_mark_stays_one() -> None:
    assert paragraphs(placed(Line("Run `apt' now", 50, 700, 10))) == [r"Run \`apt' now"]


def test_dots_to_write_on_and_tables_of_contents_go() -> None:
    lines = [
        Line("1.2 Le lissage de Laplace . . . . . . . . 12", 50, 700, 10),
        Line("Réponse : ...............................", 50, 660, 10),
        Line("Et puis… la suite.", 50, 620, 10),
    ]
    assert paragraphs(placed(*lines)) == ["Réponse :", "Et puis… la suite."]


# --- what every page repeats -----------------------------------------------------------------------------


def headed(number: int, title: str, *texts: str) -> Page:
    lines = [Line(title, 50, 760, 9), Line(f"page {number}", 280, 30, 9)]
    lines += [Line(text, 50, 600 - 12 * row, 10) for row, text in enumerate(texts)]
    return Page(number, 800, tuple(lines))


def test_running_titles_and_page_numbers_go_even_those_of_one_page() -> None:
    titles = ["Chapitre 1", "Chapitre 1", "Chapitre 1", "Un chapitre d’une page", "Chapitre 3", "Chapitre 3"]
    pages = [headed(n, title, f"Texte numéro {n} de la page.") for n, title in enumerate(titles, start=1)]
    text = markdown_of(pages)
    assert "Chapitre" not in text
    assert "chapitre" not in text
    assert "page 3" not in text
    assert text.count("Texte numéro") == 6


def test_words_repeated_in_the_text_itself_stay() -> None:
    pages = [page(n, ["Exercice", f"Énoncé {n}."], top=500) for n in range(1, 7)]
    assert markdown_of(pages).count("Exercice") == 6


def test_first_lines_of_the_text_stay_when_there_is_no_running_title() -> None:
    pages = [page(n, [f"La phrase {word} ouvre cette page."], top=740) for n, word in enumerate("abcdef", start=1)]
    assert markdown_of(pages).count("ouvre cette page") == 6


def test_the_title_that_some_slides_share_stays() -> None:
    pages = [
        placed(
            Line("Les réseaux" if n < 4 else f"Titre {n}", 50, 760, 24),
            Line(f"Le point {n} du cours dit ceci.", 50, 600, 14),
            number=n,
        )
        for n in range(1, 11)
    ]
    # once for the three slides that go on under the same title
    assert headings(*pages) == ["## Les réseaux", *(f"## Titre {n}" for n in range(4, 11))]


def test_the_steps_of_a_slide_are_told_once() -> None:
    steps = [["Plan"], ["Plan", "Un : les n-grammes"], ["Plan", "Un : les n-grammes", "Deux : le lissage"], ["Fin"]]
    text = markdown_of([page(n, texts) for n, texts in enumerate(steps, start=1)])
    assert text.count("Plan") == text.count("les n-grammes") == 1
    assert "## Page 3\n\nPlan" in text


# --- headings --------------------------------------------------------------------------------------------


def headings(*pages: Page, bookmarks: Sequence[Bookmark] = ()) -> list[str]:
    return re.findall(r"(?m)^#+ .*", markdown_of(pages, bookmarks))


def test_bookmarks_take_the_place_of_the_lines_that_bear_their_title() -> None:
    lines = ["2.1 Le lissage de La-", "place", "Le texte du lissage.", "Annexe", "Le texte de l’annexe."]
    marks = [Bookmark(0, "Le lissage de Laplace", 1, 610), Bookmark(1, "Annexe", 1, 560)]
    assert markdown_of([page(1, lines)], marks) == (
        "# 2.1 Le lissage de Laplace\n\nLe texte du lissage.\n\n## Annexe\n\nLe texte de l’annexe."
    )


def test_the_nearest_of_two_lines_bears_the_title() -> None:
    lines = ["Lissage", "Ce chapitre parle de lissage et de compte.", "Lissage", "Le vrai texte."]
    text = markdown_of([page(1, lines, step=40)], [Bookmark(0, "Lissage", 1, 525)])
    assert text.startswith("Lissage\n\nCe chapitre")
    assert text.endswith("# Lissage\n\nLe vrai texte.")


def test_a_title_over_two_lines_is_taken_whole() -> None:
    lines = ["5. Inverse d’une matrice : systèmes linéaires et matrices élémen-", "taires", "Le texte."]
    mark = Bookmark(0, "Inverse d’une matrice : systèmes linéaires et matrices élémentaires", 1, 610)
    assert markdown_of([page(1, lines)], [mark]) == (
        "# 5. Inverse d’une matrice : systèmes linéaires et matrices élémentaires\n\nLe texte."
    )


def test_a_bookmark_without_its_line_goes_where_it_points() -> None:
    marks = [Bookmark(0, "Introduction", 1), Bookmark(0, "Suite", 1, 590)]
    assert markdown_of([page(1, ["Premier texte.", "Second texte."])], marks) == (
        "## Introduction\n\nPremier texte.\n\n## Suite\n\nSecond texte."
    )


def test_a_title_pushed_to_the_next_page_is_found_there() -> None:
    pages = [page(1, ["Fin du chapitre."]), page(2, ["3. Perplexité", "Elle mesure la surprise."])]
    found = markdown_of(pages, [Bookmark(0, "Perplexité", 1, 90)])
    assert found.endswith("# 3. Perplexité\n\nElle mesure la surprise.")


def test_a_symbol_that_the_bookmark_lost_does_not_hide_the_title() -> None:
    pages = [page(1, ["1.3. Calcul de π au hasard", "Un texte."])]
    assert headings(*pages, bookmarks=[Bookmark(0, "Calcul de au hasard", 1, 610)]) == ["# 1.3. Calcul de π au hasard"]


def test_bookmarks_far_apart_are_chapters_and_close_ones_sections() -> None:
    pages = [page(n, [f"Partie {n}", f"Le texte {n}."]) for n in range(1, 11)]
    far = [Bookmark(0, "Partie 1", 1), Bookmark(0, "Partie 6", 6)]
    near = [Bookmark(0, f"Partie {n}", n) for n in range(1, 11)]
    assert headings(*pages, bookmarks=far) == ["# Partie 1", "# Partie 6"]
    assert set(headings(*pages, bookmarks=near)) == {f"## Partie {n}" for n in range(1, 11)}


def test_pages_are_named_under_bookmarks_that_are_too_few() -> None:
    pages = [page(n, [f"Le texte {n}."]) for n in range(1, 9)]
    assert headings(*pages, bookmarks=[Bookmark(0, "Tout", 1)]) == ["# Tout", *(f"## Page {n}" for n in range(2, 9))]


def test_larger_letters_are_headings_by_rank() -> None:
    pages = [
        placed(
            Line("Le cours", 50, 650, 24),
            Line("Chapitre un", 50, 600, 16),
            *(Line(FULL, 50, 580 - 12 * n, 10) for n in range(4)),
            Line("Une section au titre si long qu’il", 50, 500, 13),
            Line("prend deux lignes", 50, 484, 13),
            Line(FULL, 50, 460, 10),
        )
    ]
    assert headings(*pages) == [
        "# Le cours",
        "## Chapitre un",
        "### Une section au titre si long qu’il prend deux lignes",
    ]


def test_sizes_that_do_not_tell_leave_the_pages() -> None:
    many = [Line("Une ligne en grand " * 4, 50, 700 - 30 * n, 20 if n % 2 else 10) for n in range(10)]
    assert headings(placed(*many)) == ["## Page 1"]
    rare = [placed(Line("Titre", 50, 760, 20), Line(FULL, 50, 600, 10), number=1)]
    rare += [page(n, [FULL + f"numéro {n}."]) for n in range(2, 9)]
    assert headings(*rare) == [f"## Page {n}" for n in range(1, 9)]


def test_nothing_at_all() -> None:
    assert markdown_of([]) == ""
    assert markdown_of([Page(1, 0, ())], [Bookmark(0, "", 1), Bookmark(3, "Rien", 9)]) == ""


# --- whatever the lines ----------------------------------------------------------------------------------

WORDS = st.sampled_from(
    ["mot", "Mot", "fin.", "•", "- a", "1.", "2) b", "a) c", "appren-", "tissage", "# d", "<s>", "```", "é" * 30, "=="]
)
TEXTS = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)
WHERE = st.sampled_from([0.0, 50.0, 64.0, 300.0])
LINES = st.builds(Line, TEXTS, WHERE, st.floats(121, 679), st.sampled_from([9.8, 10.0, 10.2]), st.booleans())
"""In no margin, and in letters too alike for headings."""
WILD = st.builds(Line, st.text(max_size=20) | TEXTS, st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(0, 1e4))
MARKS = st.builds(Bookmark, st.integers(0, 9), TEXTS, st.integers(0, 4), st.none() | st.floats(-1e4, 1e4))


def letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum())


@settings(deadline=None, max_examples=500)
@given(st.lists(LINES, max_size=25))
def test_no_letter_is_lost_nor_moved(lines: list[Line]) -> None:
    text = markdown_of([Page(1, 800, tuple(lines))])
    bare = re.sub(r"(?m)^#+ Page 1$", "", text).replace("&lt;", "")
    assert letters(bare) == letters(" ".join(line.text for line in lines))


@settings(deadline=None, max_examples=300)
@given(st.lists(st.lists(WILD, max_size=8), max_size=4), st.lists(MARKS, max_size=6))
def test_no_page_breaks_it(contents: list[list[Line]], marks: list[Bookmark]) -> None:
    pages = [Page(number, 800, tuple(lines)) for number, lines in enumerate(contents, start=1)]
    assert isinstance(markdown_of(pages, marks), str)
