"""Words and fusion, on texts small enough to compute by hand."""

from __future__ import annotations

import math
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.contracts import Passage
from tutor.retrieval.lexical import Lexicon, fold, language_of, names, pieces_of, stem, stems, words
from tutor.retrieval.search import PROBES, THRESHOLD, HybridSearch, WordSearch, texts_to_embed, z_scores


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("L’élève d’aujourd’hui", ["l", "eleve", "d", "aujourd", "hui"]),
        ("n-grammes, N-Gram, ngram", ["ngrammes", "ngram", "ngram"]),
        ("word2vec, GPT-4, LSTM", ["word2vec", "gpt", "4", "lstm"]),
        ("10^10 puis 1 000 000 et 0,54", ["10^10", "puis", "1000000", "et", "0.54"]),
        ("https://www.a.org/abs/1706.03762", ["a", "org", "abs", "1706.03762"]),
        ("auto-attention", ["auto", "attention"]),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_french_forms_share_a_stem_with_or_without_accents() -> None:
    assert stem(fold("modèles")) == stem(fold("modele"))
    assert stem(fold("récurrentes")) == stem(fold("récurrents"))
    assert stems("n-grammes") == stems("n-gram") == stems("N-gramme")
    assert stems("Qu’est-ce que c’est ? What is it?") == []


@given(st.text() | st.text(alphabet="aéÉçœŒ’ -\u0301\u0345\ufb01𝛼İß\u0130"))
def test_folding_drops_every_combining_mark(text: str) -> None:
    spread = unicodedata.normalize("NFKD", text.lower().replace("œ", "oe").replace("æ", "ae"))
    assert fold(text) == "".join(c for c in spread if not unicodedata.combining(c)).lower()


def test_a_misspelt_word_keeps_most_of_its_pieces() -> None:
    right, wrong = set(pieces_of(words("perplexité"))), set(pieces_of(words("perplexiter")))
    assert len(right & wrong) / len(right) > 0.7
    assert not right & set(pieces_of(words("lissage")))


def test_language_and_names() -> None:
    assert language_of("What is a bigram?") == "en"
    assert language_of("C’est quoi un bigramme ?") == "fr"
    assert language_of("LSTM") == "fr"
    assert names("Comment marche le RLHF ? Selon Viterbi, ou GPT-4.") == ["RLHF", "Viterbi", "GPT-4"]
    assert names("Pourquoi ? « Avocat » : fruit ou métier ?") == []


def test_bm25_is_the_formula() -> None:
    texts = ["chat chien", "chat chat oiseau poisson", "voiture"]
    lexicon = Lexicon(texts, tokenize=str.split)
    k1, b = 0.9, 0.4
    lengths = [2, 4, 1]

    def score(tf: int, length: int, holding: int) -> float:
        idf = math.log(1 + (3 - holding + 0.5) / (holding + 0.5))
        return idf * tf / (tf + k1 * (1 - b + b * length / (sum(lengths) / 3)))

    expected = [score(1, 2, 2), score(2, 4, 2) + score(1, 4, 1), 0.0]
    assert lexicon.scores("chat oiseau inconnu") == pytest.approx(expected, rel=1e-5)
    assert lexicon.scores("rien de connu").tolist() == [0.0, 0.0, 0.0]
    assert Lexicon([""], tokenize=str.split).scores("x").tolist() == [0.0]


def test_z_scores_have_mean_0_and_spread_1_and_ignore_a_flat_signal() -> None:
    values = z_scores(np.array([1.0, 2.0, 6.0]))
    assert (values.mean(), values.std()) == (pytest.approx(0), pytest.approx(1))
    assert z_scores(np.full(4, 0.8)).tolist() == [0.0] * 4


def _passage(position: int, section: str, text: str) -> Passage:
    return Passage(f"c#{section.lower()}-1", "C", section, ("C", section), text, "c.md", position)


@pytest.fixture
def search() -> HybridSearch:
    passages = [
        _passage(0, "Portes", "Une cellule LSTM possède trois portes."),
        _passage(1, "Lissage", "Le lissage de Laplace ajoute un à chaque compte."),
        _passage(2, "Mesure", "La perplexité mesure la surprise du modèle."),
        _passage(3, "Arbre", "Un arbre de constituants emboîte des groupes de mots."),
    ]
    texts = texts_to_embed(passages)
    basis = np.eye(8, dtype=np.float32)
    # meaning: passage i points along axis i; unrelated questions along an axis of their own
    owners = list(texts.owners)
    meanings = {"sens": basis[2], "nulle part": basis[6]}
    return HybridSearch(
        WordSearch(passages, texts),
        basis[:4],
        basis[owners],
        {language: np.tile(basis[7], (len(questions), 1)) for language, questions in PROBES.items()},
        lambda question: meanings.get(question, basis[6]),
    )


def test_meaning_alone_finds_when_no_word_is_shared(search: HybridSearch) -> None:
    assert search.search("sens").hits[0].passage.section == "Mesure"
    assert search.search("sens").hits[0].dense == pytest.approx(1.0)


def test_words_alone_find_when_meaning_does_not_tell(search: HybridSearch) -> None:
    assert search.search("lissage de Laplace").hits[0].passage.section == "Lissage"
    assert search.search("la perplexiter").hits[0].passage.section == "Mesure"  # misspelt


def test_limit_order_and_bounds(search: HybridSearch) -> None:
    result = search.search("portes et lissage", limit=2)
    assert len(result.hits) == 2
    assert result.hits[0].score >= result.hits[1].score
    assert 0.0 <= result.confidence <= 1.0
    assert result.in_course == (result.confidence >= THRESHOLD)
    assert len(search.search("???", limit=50).hits) == 4


def test_a_name_that_the_course_never_writes_lowers_confidence(search: HybridSearch) -> None:
    known, stranger = search.search("le lissage de Laplace"), search.search("le lissage de Viterbi")
    assert search.signals("le lissage de Laplace")[2] == 0
    assert search.signals("le lissage de Viterbi")[2] == 1
    assert stranger.confidence < known.confidence


def test_a_concept_of_the_field_that_the_course_never_names_lowers_confidence(search: HybridSearch) -> None:
    assert search.signals("combien de portes, dans une cellule LSTM ?")[3] == 0
    assert search.signals("LSTM = ?")[3] < 0  # about nothing else
    assert search.signals("et la cellule long, le réseau LSTM et le dropout")[3] == 1
    assert search.search("portes du lstm avec dropout").confidence < search.search("portes du lstm").confidence


def test_a_price_must_be_given_next_to_what_is_priced(search: HybridSearch) -> None:
    assert search.signals("quel est le prix d’une cellule LSTM ?")[3] == 1
    priced = WordSearch(passages := [_passage(0, "Prix", "Une cellule LSTM coûte 3 euros.")], texts_to_embed(passages))
    plain = WordSearch(passages := [_passage(0, "Prix", "Une cellule LSTM a 3 portes.")], texts_to_embed(passages))
    question = "combien coûte une cellule LSTM ?"
    assert priced.search(question).confidence > plain.search(question).confidence
