"""Sentences that may be quoted: the expected pieces were written by hand from the text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.retrieval.sentences import sentences


def pieces(text: str) -> list[str]:
    return [text[span.start : span.end] for span in sentences(text)]


def kinds(text: str) -> list[str]:
    return [span.kind for span in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Un. Deux ! Trois ? Quatre…", ["Un.", "Deux !", "Trois ?", "Quatre…"]),
        ("Il faut 10^10 paramètres. C’est beaucoup.", ["Il faut 10^10 paramètres.", "C’est beaucoup."]),
        ("Le score est de 0.54 ou 0,54. Bien.", ["Le score est de 0.54 ou 0,54.", "Bien."]),
        ("Vaswani et al. (2017) le disent. Oui.", ["Vaswani et al. (2017) le disent.", "Oui."]),
        ("Voir Elman et al. Ensuite viennent les LSTM.", ["Voir Elman et al.", "Ensuite viennent les LSTM."]),
        (
            "Les mots (p. ex. Paris), cf. Shannon, etc. La suite.",
            ["Les mots (p. ex. Paris), cf. Shannon, etc.", "La suite."],
        ),
        ("J. Wei et M. Dupont. Fin.", ["J. Wei et M. Dupont.", "Fin."]),
        ("Voir https://a.org/x.y?z=1. Fin.", ["Voir https://a.org/x.y?z=1.", "Fin."]),
        ("« Oui. Non. » dit-il. Fin.", ["« Oui. Non. » dit-il.", "Fin."]),
        ("Un mot (à l’oral. Ou à l’écrit). Fin.", ["Un mot (à l’oral. Ou à l’écrit).", "Fin."]),
        ("Le code `a. B` reste. Fin.", ["Le code `a. B` reste.", "Fin."]),
        ("Avec $x. Y$ dedans. Fin.", ["Avec $x. Y$ dedans.", "Fin."]),
        ("Un [lien. Deux](https://a.org). Fin.", ["Un [lien. Deux](https://a.org).", "Fin."]),
        ("Coupé\nau milieu. Fin.", ["Coupé\nau milieu.", "Fin."]),
        ("**Gras.** *Italique.* Fin.", ["**Gras.**", "*Italique.*", "Fin."]),
    ],
)
def test_prose(text: str, expected: list[str]) -> None:
    assert pieces(text) == expected


def test_a_list_item_is_one_or_more_sentences_without_its_marker() -> None:
    text = "- **RNN** : lit mot à mot. Il oublie.\n- Anagramme\n  1. Premier pas.\n  2. Second pas"
    assert pieces(text) == ["**RNN** : lit mot à mot.", "Il oublie.", "Anagramme", "Premier pas.", "Second pas"]
    assert kinds(text) == ["sentence", "sentence", "item", "sentence", "item"]


def test_a_formula_stays_with_the_sentence_around_it() -> None:
    text = "On estime :\n\n$$P(w) = \\frac{c. W}{N}$$\n\noù $c$ est un compte. Fin."
    assert pieces(text) == ["On estime :\n\n$$P(w) = \\frac{c. W}{N}$$\n\noù $c$ est un compte.", "Fin."]


def test_a_formula_alone_is_said_to_be_one() -> None:
    assert kinds("Une phrase.\n\n$$a = b$$\n\nUne autre.") == ["sentence", "formula", "sentence"]


def test_links_leads_and_rows_are_told_apart() -> None:
    text = "Voici deux limites :\n\n[Un](https://a.org)\nhttps://b.org\n\n| a | b |\n|---|---|\n| un | deux |"
    assert list(zip(kinds(text), pieces(text), strict=True)) == [
        ("lead", "Voici deux limites :"),
        ("links", "[Un](https://a.org)"),
        ("links", "https://b.org"),
        ("row", "| un | deux |"),
    ]


def test_code_headings_and_comments_are_never_quoted() -> None:
    text = "# Titre\n\nAvant.\n\n```python\nprint('A. B')\n```\n\n<!-- note. Privée -->\n\nAprès."
    assert pieces(text) == ["Avant.", "Après."]


@given(st.text(alphabet="aB.!?:« »()[]$`*-|#>\n\\ é1", max_size=120))
def test_spans_are_ordered_disjoint_and_trimmed_whatever_the_text(text: str) -> None:
    end = 0
    for span in sentences(text):
        assert end <= span.start < span.end <= len(text)
        assert text[span.start : span.end] == text[span.start : span.end].strip()
        end = span.end
