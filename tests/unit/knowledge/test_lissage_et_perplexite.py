"""Every number of the chapter on smoothing and perplexity, from the corpus of chapter 5, NLTK and the demo."""

from __future__ import annotations

import math
import re
from collections import Counter
from fractions import Fraction

import pytest
from chapter_text import FENCE, chapter, number, section, table

Bigram = tuple[str, str]


@pytest.fixture
def smoothing() -> str:
    return chapter("lissage-et-perplexite")


@pytest.fixture
def sentences() -> list[list[str]]:
    block = FENCE.search(section(chapter("n-grammes"), "Le corpus et ses comptes"))
    assert block
    return [line.split() for line in block.group(2).splitlines()]


@pytest.fixture
def bigrams(sentences: list[list[str]]) -> Counter[Bigram]:
    return Counter((s[i - 1], s[i]) for s in sentences for i in range(1, len(s)))


@pytest.fixture
def words(sentences: list[list[str]]) -> Counter[str]:
    return Counter(word for s in sentences for word in s[1:])


def stated(text: str, formula: str) -> Fraction:
    """Return the last member of the equality of numbers that opens with ``formula`` in the text."""
    found = re.search(re.escape(formula) + r"[^$]*", text)
    assert found, formula
    value = number(re.split(r"=|\\approx", found.group())[-1].strip())
    assert isinstance(value, Fraction)
    return value


def discount(text: str) -> Fraction:
    (found,) = re.findall(r"Avec \$d = (\d/\d)\$", text)
    return Fraction(found)


def french(value: float, digits: int) -> str:
    return f"{value:.{digits}f}".replace(".", ",")


def test_the_corpus_is_that_of_chapter_5(smoothing: str, sentences: list[list[str]], bigrams: Counter[Bigram]) -> None:
    text = section(smoothing, "Définition du lissage")
    assert re.findall(r"«\u202f((?:le|un) \w+ \w+)\u202f»", text) == [" ".join(s[1:-1]) for s in sentences]
    assert bigrams["un", "chien"] == sum(c for (h, _), c in bigrams.items() if h == "un") == 1
    assert bigrams["un", "chat"] == 0


def test_add_k(smoothing: str, bigrams: Counter[Bigram]) -> None:
    text = section(smoothing, "Le lissage add-k")

    def p(w: str, k: Fraction) -> Fraction:
        return (bigrams["un", w] + k) / (1 + 8 * k)

    assert stated(text, r"P_k(\text{chat} \mid \text{un})") == p("chat", Fraction(1, 10)) == p("mange", Fraction(1, 10))
    assert stated(text, r"P_k(\text{chien} \mid \text{un})") == p("chien", Fraction(1, 10))
    assert f"${p('chat', Fraction(1))}$ à" in text and f"${p('chien', Fraction(1))}$ à" in text
    assert f"tous deux ${p('mange', Fraction(1, 10))}$" in text


def test_good_turing(smoothing: str, bigrams: Counter[Bigram]) -> None:
    from nltk import FreqDist, SimpleGoodTuringProbDist

    rows = table(section(smoothing, "Les comptes de comptes"))
    kinds = Counter(bigrams.values())
    for r, listed, how_many in rows:
        seen = {" ".join(pair) for pair, count in bigrams.items() if count == int(r.strip("$"))}
        assert {item.replace("`", "").strip() for item in listed.split(",")} == seen
        assert int(how_many) == kinds[int(r)] == len(seen)
    assert len(rows) == len(kinds) == 3
    observations = section(smoothing, "Les comptes de comptes")
    assert stated(observations, r"$N = ") == bigrams.total()
    birds = section(smoothing, "Pourquoi lisser un modèle de langage")
    assert "seize observations" in birds and "onze espèces" in birds and bigrams.total() == 16 and len(bigrams) == 11

    mass = Fraction(kinds[1], bigrams.total())
    text = section(smoothing, "La masse de l’inédit")
    assert f"${mass} = {str(float(mass)).replace('.', '{,}')}$" in text
    turing = SimpleGoodTuringProbDist(FreqDist(bigrams), bins=len(bigrams) + 50)
    assert 50 * turing.prob("inédit") == pytest.approx(float(mass))
    adjusted = {r: Fraction((r + 1) * kinds[r + 1], kinds[r]) for r in kinds}
    assert mass + sum(adjusted[r] * kinds[r] for r in kinds) / bigrams.total() == 1
    text = section(smoothing, "Les comptes ajustés")
    assert [stated(text, rf"{r + 1} \times \frac{{") for r in (1, 2, 3)] == [adjusted[r] for r in (1, 2, 3)]
    assert f"comme $N_{max(kinds) + 1} = 0$" in text


def test_interpolation_and_back_off(smoothing: str, words: Counter[str]) -> None:
    text = section(smoothing, "L’interpolation et le repli")
    p = {w: Fraction(c, words.total()) for w, c in words.items()}
    assert f"{words['chat']} des {words.total()} symboles" in text and f"= {p['chat']}$" in text
    (weight,) = map(Fraction, re.findall(r"\\lambda = (\d/\d)\$", section(smoothing, "L’interpolation linéaire")))
    mixed = {w: weight * (w == "chien") + (1 - weight) * p[w] for w in p}
    assert sum(mixed.values()) == 1
    assert stated(section(smoothing, "L’interpolation linéaire"), r"\frac{1}{2} \times 0") == mixed["chat"]

    text = section(smoothing, "Le repli")
    (taken, left) = map(
        Fraction, re.findall(r"Retire par exemple \$(\d/\d)\$ au compte.*lui reste \$(\d/\d)\$", text)[0]
    )
    alpha = taken / (1 - p["chien"])
    backed = {w: left if w == "chien" else alpha * p[w] for w in p}
    assert sum(backed.values()) == 1
    assert stated(text, r"\frac{3}{4} / ") == alpha
    assert stated(text, r"\frac{6}{7} \times") == backed["chat"]
    assert stated(text, r"1 - \frac{1}{8}") == 1 - p["chien"]


def test_witten_bell(smoothing: str, bigrams: Counter[Bigram], words: Counter[str]) -> None:
    text = section(smoothing, "Le lissage de Witten-Bell")
    different = Counter(h for h, _ in bigrams)
    assert f"T(\\text{{un}}) = {different['un']}$" in text and f"T(\\text{{le}}) = {different['le']}$" in text
    lower = {w: (words[w] + Fraction(len(words), 8)) / (words.total() + len(words)) for w in [*words, "<unk>"]}
    assert sum(lower.values()) == 1

    def p(w: str, h: str) -> Fraction:
        total = sum(c for (first, _), c in bigrams.items() if first == h)
        return (bigrams[h, w] + different[h] * lower[w]) / (total + different[h])

    assert stated(text, r"\frac{0 + 1/8}{1 + 1}") == p("chat", "un")
    assert stated(text, r"\frac{2 + 2/8}{3 + 2}") == p("chat", "le")
    assert stated(text, r"\frac{2 + 7/8}{16 + 7}") == lower["chat"] == Fraction(words["chat"], words.total())
    assert f"${p('chat', 'un')}$ de Witten-Bell" in section(smoothing, "À toi d’essayer")


def test_discounts_and_continuations(smoothing: str, bigrams: Counter[Bigram], words: Counter[str]) -> None:
    text = section(smoothing, "Le décompte absolu")
    assert stated(text, r"\frac{3}{4} \times") == discount(text) * Fraction(words["chat"], words.total())
    # Church and Gale (1991), held-out counts of bigrams seen 2, 3 and 4 times
    for seen, again in ((2, 1.25), (3, 2.24), (4, 3.23)):
        assert re.search(rf"vu {seen} fois[^,:]*reparaît (?:en moyenne )?{french(again, 2)} fois", text)
        assert seen - again == pytest.approx(0.75, abs=0.021) and "voisin de 0,75" in text

    text = section(smoothing, "Le lissage de Kneser-Ney")
    before = Counter(w for _, w in bigrams)
    continuation = {w: Fraction(n, len(bigrams)) for w, n in before.items()}
    assert words["chat"] == words["chien"] == 2 and "deux fois chacun" in text
    assert f"obtient ${continuation['chat']}$" in text and f"obtient ${continuation['chien']}$" in text
    assert f"bigrammes différents, ici {len(bigrams)}." in text
    d = discount(text)
    kneser_ney = {w: (1 - d) * (w == "chien") + d * p for w, p in continuation.items()}
    assert sum(kneser_ney.values()) == 1
    for w in ("chat", "chien"):
        assert stated(text, rf"P_{{KN}}(\text{{{w}}} \mid \text{{un}})") == kneser_ney[w]


def test_the_perplexities_are_those_of_the_demo(smoothing: str, sentences: list[list[str]]) -> None:
    from tutor.demos import registry

    text = section(smoothing, "Vérifier les lissages en Python")
    plain = ". ".join(" ".join(s[1:-1]) for s in sentences)
    assert plain in section(smoothing, "À toi d’essayer")
    named = {"Good-Turing": "good_turing", "Witten-Bell": "witten_bell", "Kneser-Ney": "kneser_ney"}
    rows = table(text)
    assert len(rows) == 5
    for name, *cells in rows:
        asked = {"text": plain, "n": 2, "length": 0, "smoothing": named.get(name, "laplace"), "k": 1.0}
        if "k = 0{,}1" in name:
            asked["k"] = 0.1
        for sentence, cell in zip(("le chat dort", "un chat dort"), cells, strict=True):
            ran = registry.run("ngram", {**asked, "test": sentence}, language="fr")
            assert cell == french(ran.metrics["perplexity"], 2), (name, sentence)
    ran = registry.run("ngram", {**asked, "prompt": "un"}, language="fr")  # the last row: Kneser-Ney
    after = {row[0]: row[3] for row in ran.table["rows"]}
    assert asked["smoothing"] == "kneser_ney" and f"d’où {french(after['chat'], 3)} pour" in text
    ran = registry.run("ngram", {**asked, "smoothing": "good_turing"}, language="fr")
    assert ran.metrics["unseen_mass"] == 7 / 16


def test_cross_entropy_and_bits_a_character(smoothing: str) -> None:
    text = section(smoothing, "L’entropie croisée et la perplexité")
    factors = [Fraction(3, 4), Fraction(2, 3), Fraction(1, 2), Fraction(1)]  # « le chat dort » in chapter 5
    bits = -math.log2(math.prod(factors)) / len(factors)
    assert f"a la probabilité ${math.prod(factors)}$" in text
    costs = re.findall(r"de probabilité \$(1/\d)\$ coûte (\d) bit", text)
    assert len(costs) == 2 and all(-math.log2(Fraction(p)) == int(cost) for p, cost in costs)
    assert f"$H = {str(bits).replace('.', '{,}')}$" in text
    assert f"2^{{0{{,}}5}} \\approx {french(2**bits, 2).replace(',', '{,}')}" in text
    assert f"huit symboles a une entropie croisée de {math.log2(8):.0f} bits" in text
    assert f"un nat vaut environ {french(1 / math.log(2), 3)} bit" in text
    assert f"paraît {french(1 / math.log(2), 3)} fois" in section(smoothing, "Ce qui peut mal tourner")

    text = section(smoothing, "Les bits par caractère").replace("\u202f", "")
    (characters,) = map(int, re.findall(r"(\d+) caractères\.", text))
    cuts = re.findall(r"en (\d+) (?:mots|morceaux de mots), avec une perplexité de (\d+), soit (\d) bits", text)
    assert len(cuts) == 2
    spent = [int(units) * math.log2(int(perplexity)) / characters for units, perplexity, _ in cuts]
    assert [math.log2(int(perplexity)) for _, perplexity, _ in cuts] == [int(cost) for *_, cost in cuts]
    assert f"{{{characters}}} = {spent[0]:.0f}$ bit par caractère" in text and spent[0] == 1
    assert rf"\approx {french(spent[1], 2).replace(',', '{,}')}$" in text and spent[0] < spent[1]
