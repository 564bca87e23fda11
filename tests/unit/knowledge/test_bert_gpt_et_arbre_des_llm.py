"""The cloze test by counting sentences, the tree of models drawn again from the data file, the other numbers."""

from __future__ import annotations

import csv
import itertools
import math
import re
from collections import Counter
from fractions import Fraction

import pytest
from chapter_text import FENCE, ROOT, chapter, section, table

DATA = ROOT / "knowledge" / "arbre-des-llm.csv"
FILLED = {"ouverts": "●", "fermes": "○"}


@pytest.fixture
def bert_gpt() -> str:
    return chapter("bert-gpt-et-arbre-des-llm").replace("\u202f", " ").replace("\u00a0", " ")


@pytest.fixture
def models() -> list[dict[str, str]]:
    with DATA.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def sentences(bert_gpt: str) -> list[tuple[str, str]]:
    """The corpus written out again from its table: one (noun, verb) a sentence."""
    text = section(bert_gpt, "Les comptes du corpus")
    verbs = ["dort", "brille", "mange"]
    assert f"| Nom | {' | '.join(verbs)} | Total |" in text
    *rows, last = table(text)
    pairs = [
        (row[0], verb) for row in rows for verb, count in zip(verbs, row[1:], strict=False) for _ in range(int(count))
    ]
    nouns, columns = Counter(noun for noun, _ in pairs), Counter(verb for _, verb in pairs)
    assert [int(row[-1]) for row in rows] == [nouns[row[0]] for row in rows]
    assert [int(cell) for cell in last[1:]] == [*(columns[verb] for verb in verbs), len(pairs)]
    assert len(pairs) == 12 and "douze phrases" in text
    return pairs


# --- the cloze test ---------------------------------------------------------------------------------------


def test_the_right_context_changes_the_answer(bert_gpt: str, sentences: list[tuple[str, str]]) -> None:
    def answers(verbs: set[str]) -> dict[str, Fraction]:
        kept = [noun for noun, verb in sentences if verb in verbs]
        return {noun: Fraction(count, len(kept)) for noun, count in Counter(kept).most_common()}

    left = answers({"dort", "brille", "mange"})
    text = section(bert_gpt, "La réponse avec le contexte de gauche seul")
    for noun, shown in re.findall(r"P\(\\text\{(\w+)\} \\mid \\text\{le\}\) = (\d+/\d+)", text):
        assert Fraction(shown) == left[noun]
    assert max(left, key=lambda noun: left[noun]) == "chat" and left["chat"] == Fraction(5, 12)

    text = section(bert_gpt, "La réponse avec les deux contextes")
    both = answers({"brille"})
    assert (both["soleil"], both.get("chat")) == (Fraction(4, 5), None)
    assert r"P(\text{soleil} \mid \text{le, brille}) = 4/5$" in text
    assert f"« chat », de probabilité ${answers({'dort'})['chat']}$" in text

    def sentence(noun: str) -> Fraction:
        verbs = [verb for other, verb in sentences if other == noun]
        return left[noun] * Fraction(verbs.count("brille"), len(verbs))

    assert sentence("soleil") / sum(sentence(noun) for noun in left) == both["soleil"]
    shown = [Fraction(int(a), int(b)) for a, b in re.findall(r"= \\frac\{(\d+)\}\{(\d+)\}\$", text)]
    assert shown == [sentence("soleil"), sentence("bijou"), both["soleil"]]


# --- other numbers ----------------------------------------------------------------------------------------


def test_masking_and_preference(bert_gpt: str) -> None:
    text = section(bert_gpt, "Le masquage des jetons")
    chosen = 200 * 15 // 100
    counts = [chosen * share // 100 for share in (80, 10, 10)]
    assert f"= {chosen}$" in text and f"= {counts[0]}$ masqués" in text
    assert f"= {counts[1]}$ remplacés et {counts[2]} inchangés" in text and sum(counts) == chosen
    assert "15 % des jetons" in text and "80 % sont remplacés" in text

    text = section(bert_gpt, "Le RLHF et les préférences humaines")
    better, worse = math.exp(math.log(3)), math.exp(0)
    assert r"= \ln 3$" in text and r"= \frac{3}{4}$" in text
    assert better / (better + worse) == pytest.approx(3 / 4)


def test_the_sizes_are_those_of_the_data_file(bert_gpt: str, models: list[dict[str, str]]) -> None:
    size = {row["modele"]: float(row["parametres_milliards"] or "nan") for row in models}
    year = {row["modele"]: row["annee"] for row in models}
    text = section(bert_gpt, "De GPT-1 à GPT-3")
    for name, date, parameters, _ in table(text):
        value, unit = parameters.split()
        assert date == year[name]
        assert float(value.replace(",", ".")) / {"millions": 1000, "milliard": 1, "milliards": 1}[unit] == size[name]
    assert rf"\approx {size['GPT-3'] / size['GPT-1']:,.0f}$".replace(",", r"\,") in text
    assert f"BERT-large a 24 couches et {size['BERT'] * 1000:.0f} millions" in section(bert_gpt, "Les tailles de BERT")
    assert f"Le plus grand T5 a {size['T5']:.0f} milliards" in section(bert_gpt, "T5, BART et les encodeurs-décodeurs")
    code = section(bert_gpt, "Les modèles ouverts pour le code")
    assert f"au plus {size['CodeGen']} milliards".replace(".", ",") in code
    assert f"Salesforce en {year['CodeGen']}" in code and f"en août {year['Code Llama']}" in code


def test_the_two_sizes_of_bert_from_their_matrices(bert_gpt: str) -> None:
    text = section(bert_gpt, "Les tailles de BERT")
    for name, layers, d in (("base", 12, 768), ("large", 24, 1024)):
        embeddings = (30522 + 512 + 2) * d + 2 * d  # word pieces, positions, which sentence, normalization
        total = embeddings + layers * (12 * d * d + 13 * d) + d * d + d
        assert f"BERT-{name} a {layers} couches et {round(total / 1e6, -1):.0f} millions de paramètres" in text


# --- the tree ---------------------------------------------------------------------------------------------


def test_the_data_file_is_well_formed(bert_gpt: str, models: list[dict[str, str]]) -> None:
    columns = "famille,modele,annee,organisation,architecture,poids,parametres_milliards,source".split(",")
    assert all(list(row) == columns and None not in row.values() for row in models)
    assert len({row["modele"] for row in models}) == len(models)
    kinds = [row["architecture"] for row in models]
    assert list(dict.fromkeys(kinds)) == ["encodeur", "encodeur-decodeur", "decodeur"]
    assert kinds == sorted(kinds, key=["encodeur", "encodeur-decodeur", "decodeur"].index)
    for row in models:
        assert row["poids"] in FILLED and 2018 <= int(row["annee"]) <= 2024, row
        assert not row["parametres_milliards"] or 0 < float(row["parametres_milliards"]) < 1000, row
        assert row["parametres_milliards"] or row["poids"] == "fermes", "the size of open weights can be counted"
        published = re.search(r" \((\d{4})\)", row["source"])
        assert published and int(row["annee"]) <= int(published.group(1)) <= int(row["annee"]) + 1, row
        preprint = re.search(r"arXiv:(\d\d)(\d\d)\.\d{5}$", row["source"])
        if preprint:
            assert 2000 + int(preprint.group(1)) == int(row["annee"]) and 1 <= int(preprint.group(2)) <= 12, row
    text = section(bert_gpt, "Un arbre des LLM dessiné depuis un fichier")
    years = sorted(row["annee"] for row in models)
    assert f"décrit {len(models)} modèles parus de {years[0]} à {years[-1]}" in text


def test_the_tree_of_the_chapter_is_the_one_of_the_data_file(bert_gpt: str, models: list[dict[str, str]]) -> None:
    text = section(bert_gpt, "Un arbre des LLM dessiné depuis un fichier")
    code, drawing = [fence.group(2) for fence in FENCE.finditer(text)]
    rows = list(csv.DictReader(code.split('"""')[1].splitlines()))
    by_name = {row["modele"]: row for row in models}
    assert len(rows) >= 15
    for row in rows:
        assert row == {column: by_name[row["modele"]][column] for column in row}

    chosen = {row["modele"] for row in rows}
    kept = [row for row in models if row["modele"] in chosen]
    # sorting by year must change nothing inside a family: the oldest model comes first
    assert all(a["annee"] <= b["annee"] for a, b in itertools.pairwise(kept) if a["famille"] == b["famille"])
    branches: dict[str, set[str]] = {}
    for kind in ("encodeur", "encodeur-decodeur", "decodeur"):
        families = {row["famille"] for row in kept if row["architecture"] == kind}
        branches[kind.replace("deco", "déco")] = {
            ", ".join(f"{r['modele']} {r['annee']} {FILLED[r['poids']]}" for r in kept if r["famille"] == family)
            for family in families
        }
    first, *lines = drawing.splitlines()
    assert first == "Transformer 2017"
    drawn: dict[str, set[str]] = {}
    for line in lines:
        if line[0] in "├└":
            branch = drawn.setdefault(line[4:], set())
        else:
            branch.add(line[8:])
    assert drawn == branches
    # one corner closes each level: the last branch, and the last family of each branch
    assert [line[:1] for line in lines].count("└") == 1
    assert [line[4:5] for line in lines].count("└") == len(branches)


def test_no_family_stands_on_two_branches(models: list[dict[str, str]]) -> None:
    kinds = {(row["famille"], row["architecture"]) for row in models}
    assert len(kinds) == len({family for family, _ in kinds})
