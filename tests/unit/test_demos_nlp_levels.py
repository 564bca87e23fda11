"""The levels of analysis: trees against nltk's chart parser, senses against nltk's Lesk, and runs on odd texts."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import nltk
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor import figures
from tutor.contracts import DemoResult, Language
from tutor.demos import constituents, lesk, nlp_levels_demo, registry, wording
from tutor.demos import french_pipeline as pipeline
from tutor.demos.constituents import Grammar, bracketed
from tutor.demos.nlp_levels_demo import AMBIGUOUS, EXAMPLE, IRONIC, LEVELS, SENSES, grammar_words
from tutor.errors import DemoArgumentInvalid, DemoTextUnusable
from tutor.figures.svg import svg


def run(language: Language = "fr", **raw: Any) -> DemoResult:
    return registry.run("nlp_levels", raw, language=language)


def facts(**raw: Any) -> str:
    return " ".join(run(**raw).facts).replace("\u202f", " ").replace("\u00a0", " ")


def chart(grammar: str, words: list[str]) -> Counter[str]:
    parser = nltk.ChartParser(nltk.CFG.fromstring(grammar))
    return Counter(" ".join(str(tree).split()) for tree in parser.parse(words))


# --- constituents ----------------------------------------------------------------------------------------

WORDS = sorted(constituents.french().lexicon)


@settings(deadline=None, max_examples=80)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6))
def test_the_trees_of_any_words_are_those_of_nltk(words: list[str]) -> None:
    assert Counter(map(bracketed, constituents.french().trees(words))) == chart(constituents.source(), words)


SYMBOLS = st.sampled_from(["A", "B", "C"])


@settings(deadline=None, max_examples=80)
@given(st.lists(st.tuples(SYMBOLS, st.lists(SYMBOLS, min_size=2, max_size=4)), max_size=5), st.text("ab", max_size=6))
def test_the_trees_of_any_grammar_are_those_of_nltk(rules: list[tuple[str, list[str]]], text: str) -> None:
    lines = ["S -> A | A B | A B C A", "A -> 'a'", "B -> 'a' | 'b'", "C -> 'b'"]
    lines += [f"{left} -> {' '.join(right)}" for left, right in dict.fromkeys((a, tuple(b)) for a, b in rules)]
    lines = list(dict.fromkeys(lines))
    expected = chart("\n".join(lines), list(text)) if set(text) == {"a", "b"} else None
    found = Counter(map(bracketed, Grammar(*lines).trees(list(text))))
    if expected is not None:
        assert found == expected
    assert max(found.values(), default=1) == 1


@pytest.mark.parametrize(
    ("sentence", "trees"),
    [
        ("le chat noir dort sur le canapé", 1),
        ("Marie observe un homme avec des jumelles", 2),
        ("la belle ferme le voile", 2),
        ("le petit brise la glace", 2),
        ("le livre que Marie a écrit est petit", 1),
        ("marie voit un homme avec des lunettes dans le parc de paris sur le tapis", 28),
        ("chat le dort", 0),
    ],
)
def test_how_many_trees_a_sentence_has(sentence: str, trees: int) -> None:
    assert len(constituents.french().trees(list(grammar_words(sentence)))) == trees


def test_the_tree_of_the_chapter() -> None:
    (tree,) = constituents.french().trees("le chat noir dort sur le canapé".split())
    noun = "(SN (Det le) (N chat) (Adj noir))"
    assert bracketed(tree) == f"(Phrase {noun} (SV (V dort) (SP (Prep sur) (SN (Det le) (N canapé)))))"
    assert constituents.leaves(tree) == "le chat noir dort sur le canapé".split()


def test_the_check_sees_a_missing_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = nlp_levels_demo.reading(AMBIGUOUS)
    assert len(whole.trees) == 2 and nlp_levels_demo._other_trees(whole) == 0
    assert nlp_levels_demo._other_trees(nlp_levels_demo.Reading(whole.words, whole.trees[:1])) == 1


def test_words_outside_the_grammar_are_named() -> None:
    said = facts(text="Le tigre voit un renard.", level="syntax")
    assert "Pas d’arbre de constituants" in said and "« tigre », « renard »" in said
    assert "trees" not in run(text="Le tigre dort.", level="syntax").metrics
    assert "16 au plus" in facts(text="le chat " * 10, level="syntax")
    assert "aucune de ses règles" in facts(text="chat le dort", level="syntax")


# --- senses ----------------------------------------------------------------------------------------------


def test_lesk_on_the_sentences_of_the_chapter() -> None:
    shared = [
        {sense.name: sense.common for sense in lesk.scores("avocat", sentence)}
        for sentence in (
            "Elle prépare une salade avec un avocat",
            "Cet avocat défend son client",
            "Cet avocat est trop cher",
        )
    ]
    assert shared == [
        {"fruit": ("salade",), "métier": ()},
        {"fruit": (), "métier": ("client", "défend")},
        {"fruit": (), "métier": ()},
    ]


@given(st.sampled_from(sorted(lesk.senses())), st.lists(st.sampled_from(WORDS + sorted(lesk.senses())), max_size=8))
@settings(deadline=None)
def test_nltks_lesk_prefers_one_of_our_best(word: str, around: list[str]) -> None:
    assert not nlp_levels_demo._other_sense(word, " ".join([word, *around]))


def test_the_list_of_senses_is_well_formed() -> None:
    for word, senses in lesk.senses().items():
        assert len(senses) >= 2 and len({sense.name for sense in senses}) == len(senses), word
        assert all(lesk.stems_of(sense.definition) for sense in senses)


# --- the pipeline ----------------------------------------------------------------------------------------


def test_what_the_model_says_of_a_relative_clause() -> None:
    analysis = pipeline.analyse(EXAMPLE)
    (verb,) = [i for i, word in enumerate(analysis.words) if word.relation == pipeline.RELATIVE]
    head = analysis.words[verb].head
    assert head is not None and (analysis.words[verb].text, analysis.words[head].text) == ("dort", "chat")
    assert analysis.phrase(analysis.group(verb)) == "qui dort sur le tapis"


def test_the_words_are_those_of_the_user_whatever_the_apostrophe() -> None:
    curly, straight = pipeline.analyse("L’étudiant n’a  pas\nlu."), pipeline.analyse("L'étudiant n'a pas lu.")
    assert [word.text for word in curly.words] == ["L’", "étudiant", "n’", "a", "pas", "lu", "."]
    assert [(w.lemma, w.category, w.head) for w in curly.words] == [
        (w.lemma, w.category, w.head) for w in straight.words
    ]


def test_the_model_is_read_once_and_on_first_use() -> None:
    assert pipeline._model() is pipeline._model()
    assert all(0.7 < share < 1 for share in pipeline.announced().values())


# --- runs ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("level", ["all", *LEVELS])
@pytest.mark.parametrize("text", [EXAMPLE, AMBIGUOUS, IRONIC, SENSES])
def test_every_metric_is_in_a_fact(language: Language, level: str, text: str) -> None:
    result = run(language, text=text, level=level)
    said = " ".join(result.facts)
    for name, value in result.metrics.items():
        assert wording.number(value, language) in said, name
    assert result.oracle is not None and result.oracle.ok and result.oracle.error == 0
    if result.figure is not None:
        svg(figures.read(result.figure), language)
    json.dumps(result.to_json(), allow_nan=False, ensure_ascii=False).encode()
    again = run(language, text=text, level=level)
    assert (again.metrics, again.facts, again.table) == (result.metrics, result.facts, result.table)
    assert (
        result.table is not None
        and len({len(row) for row in result.table["rows"]} - {len(result.table["columns"])}) == 0
    )


def test_the_figure_shows_the_relative_clause_and_the_trees() -> None:
    figure = figures.read(run(level="syntax").figure)
    assert isinstance(figure, figures.Panels)
    arcs, *trees = figure.panels
    assert isinstance(arcs, figures.Arcs)
    (strong,) = [arc for arc in arcs.arcs if arc.strong]
    assert (arcs.words[strong.head or 0], arcs.words[strong.dependent]) == ("chat", "dort")
    assert len(trees) == 2 and all(isinstance(tree, figures.Tree) for tree in trees)


def test_what_is_seen_and_what_is_not() -> None:
    said = facts(text=IRONIC, level="pragmatics")
    assert "« Bravo, encore en retard ! » a la forme d’un énoncé de type exclamation ; mot d’éloge, sincère ou" in said
    assert "« Tu peux fermer la porte ? » a la forme d’un énoncé de type question ; tournure qui sert souvent" in said
    assert "aucun outil d’ici ne voit : l’ironie" in said
    said = facts(text="Le chat a vu la souris. Elle dort.", level="pragmatics")
    assert "1 pronom dont aucun outil d’ici ne dit qui il désigne : « Elle »" in said
    said = facts(text=SENSES, level="semantics")
    assert "donne à « avocat » le sens « métier »" in said and "le sens « fruit »" in said
    assert "reste indécis" in facts(text="Cet avocat est trop cher.", level="semantics")


def test_an_ambiguity_is_told() -> None:
    said = facts(text=AMBIGUOUS, level="syntax")
    assert "2 arbres" in said and "« avec des jumelles » peut faire partie de plusieurs groupes (SN, SV)" in said


def test_english_is_said_to_be_none_of_the_models_business() -> None:
    said = run("en", text="The cat that sleeps on the sofa is black.").facts[0]
    assert "French only" in said
    assert not any("French only" in fact for fact in run("en").facts)
    assert "alphabet latin" in facts(text="Мама мыла раму")


@pytest.mark.parametrize(
    "text",
    ["oui", "oui " * 60, "😀 oui 🎉", "我爱你", "a\x00b", "\ud800 a", "<b>x</b> & <s>", "1", "mot" * 1000,
     "a. b? c! d…", "Le chat\n\n\nqui dort", "l’" * 100, "(" * 50 + "a", "--- a ---"],
)  # fmt: skip
def test_odd_texts_get_an_answer(text: str) -> None:
    result = run(text=text)
    assert result.oracle is not None and result.oracle.ok
    if result.figure is not None:
        svg(figures.read(result.figure), "fr")
    json.dumps(result.to_json(), allow_nan=False).encode()
    assert all(len(fact) < 1500 for fact in result.facts)


@pytest.mark.parametrize("text", ["", " \n ", "?!", "😀 🎉", "a" * 5001, "a " * 2_500_000])
def test_refusals_are_sentences(text: str) -> None:
    with pytest.raises(DemoTextUnusable) as caught:
        run(text=text)
    for language in ("fr", "en"):
        assert 20 < len(caught.value.text(language)) < 400


@pytest.mark.parametrize(
    ("given", "level"),
    [("syntax", "syntaxique"), ("Sémantique", "sémantique"), ("semantique", "sémantique"), ("tous", "all"), ("", None)],
)
def test_a_level_has_a_name_in_both_languages(given: str, level: str | None) -> None:
    demo = registry.find("nlp_levels")
    if level is None:
        with pytest.raises(DemoArgumentInvalid):
            registry.parse_arguments(demo, {"level": given})
    else:
        assert registry.parse_arguments(demo, {"level": given})["level"] == level


def test_suggestions_are_other_runs() -> None:
    for suggestion in run().suggestions:
        assert registry.run("nlp_levels", suggestion.args, language="fr").metrics
