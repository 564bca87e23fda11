"""Numbers as students write them, read exactly; any text at all without a crash."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.contracts import Language
from tutor.quiz.quantities import only_number, quantities, readable


def values(text: str, language: Language = "fr") -> list[Fraction]:
    return [quantity.value for quantity in quantities(readable(text), language)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2/3", ["2/3"]),
        ("⅔ ou 2⁄3", ["2/3", "2/3"]),
        ("0,67", ["67/100"]),
        (".5", ["1/2"]),
        ("67 %, 66,7%, 12 pour cent", ["67/100", "667/1000", "3/25"]),
        ("1 860 puis 1\u202f860 et 1\u00a0860,5", ["1860", "1860", "3721/2"]),
        ("10^3, 10**3, 10³, 2⁻¹", ["1000", "1000", "1000", "1/2"]),
        ("(2 + 0,5)/(3 + 0,5 × 8) = 5/14", ["5/14", "5/14"]),
        (r"$\frac{2}{9}$ soit 3 \times 4 = 12 et 0{,}5", ["2/9", "12", "12", "1/2"]),
        ("3 x 4", ["12"]),
        ("-3, −3, 2 - -1", ["-3", "-3", "3"]),
        ("4 sur 10", ["2/5"]),
        ("3, 4", ["3", "4"]),
        ("3,4", ["17/5"]),
        ("quarante-huit, soixante-et-onze, quatre-vingt-dix-neuf", ["48", "71", "99"]),
        ("trois mille, mille neuf cent deux, deux cents", ["3000", "1902", "200"]),
        ("deux tiers, un quart, un et demi, la moitié", ["2/3", "1/4", "3/2", "1/2"]),
        ("one third, forty-two", ["1/3", "42"]),
        ("6go, 6 Go", ["6", "6"]),
        ("13.", ["13"]),
    ],
)
def test_what_is_read(text: str, expected: list[str]) -> None:
    assert values(text) == [Fraction(value) for value in expected]


@pytest.mark.parametrize(
    "text",
    ["word2vec", "GPT-2 et T5", "un 4-gramme", "le 2e, la 3ème, 1st", "N1/N", "un chat", "", "(((", "1/", "^", "😀"],
)
def test_names_ranks_and_articles_are_not_numbers(text: str) -> None:
    assert [value for value in values(text) if value != 1] == []


def test_english_commas_group_thousands_and_french_ones_are_decimal() -> None:
    assert values("1,860", "en") == [1860]
    assert values("1,860", "fr") == [Fraction("1.86")]
    assert values("0,67", "en") == [Fraction("0.67")]


@pytest.mark.parametrize(
    "text", ["1/0", "0^-1", "9^9^9^9", "9" * 100, "(" * 500 + "1", "-" * 500 + "1", "1+" * 400 + "1"]
)
def test_arithmetic_that_cannot_be_computed_is_let_go(text: str) -> None:
    for value in values(text):
        assert value.numerator.bit_length() < 10_000


def test_a_number_keeps_the_word_behind_it() -> None:
    assert [quantity.unit for quantity in quantities("12 * 4 / 8 = 6 go")] == ["", "go"]


def test_only_number() -> None:
    assert only_number("un").value == 1
    assert only_number("vaut 2 points").value == 2
    assert only_number("3 et 4") is None
    assert only_number("un chat") is None


@settings(deadline=None)
@given(st.fractions(min_value=-1000, max_value=1000, max_denominator=500))
def test_fractions_come_back(value: Fraction) -> None:
    assert values(str(value)) == [value]


@settings(deadline=None)
@given(st.fractions(min_value=0, max_value=1000, max_denominator=500), st.integers(1, 6), st.booleans())
def test_a_rounded_number_agrees_with_what_it_was_rounded_from(value: Fraction, digits: int, comma: bool) -> None:
    text = f"{float(value):.{digits}f}"
    (quantity,) = quantities(text.replace(".", ",") if comma else text)
    assert quantity.agrees(value)
    assert not quantity.agrees(value + 2 * Fraction(1, 10**digits))
    assert not quantity.agrees(value - 2 * Fraction(1, 10**digits))


@settings(deadline=None)
@given(st.integers(0, 10**9))
def test_grouped_thousands_come_back(value: int) -> None:
    assert values(f"{value:,}".replace(",", "\u202f")) == [value]
    assert values(f"{value:,}", "en") == [value]


@settings(deadline=None)
@given(st.text(alphabet="0123456789 ,.+-*/^()%=xdeuxtrois\n", max_size=60) | st.text(max_size=200))
def test_any_text_is_read_without_a_crash(text: str) -> None:
    plain = readable(text)
    for quantity in quantities(plain):
        assert 0 <= quantity.start < quantity.end <= len(plain)
        assert quantity.step >= 0
