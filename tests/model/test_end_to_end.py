"""The whole tutor with its real parts: the built-in model, the real embeddings, the real index, our own chapters.

Everything runs in one process with every socket but loopback closed (see ``tests/conftest.py``).
"""

from __future__ import annotations

import concurrent.futures
from collections.abc import Iterator
from pathlib import Path

import llama_cpp
import pytest

from tutor import compose, doctor, messages
from tutor.agent.tutor import CourseTutor, ask
from tutor.contracts import Language
from tutor.models import backends
from tutor.retrieval.lexical import fold
from tutor.settings import Settings

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def settings(model_home: Path) -> Settings:
    return Settings(home=model_home)


@pytest.fixture(scope="module")
def tutor(settings: Settings) -> Iterator[CourseTutor]:
    with compose.tutor(settings) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "said", "section"),
    [
        ("Qu’est-ce qu’un n-gramme ?", ["suite de n"], "Définition d’un n-gramme"),
        ("À quoi sert le lissage de Laplace ?", ["laplace"], None),
        ("c koi la perplexité ?", ["perplexit"], None),
        ("Qui a écrit l’article sur les transformers en 2017 ?", ["vaswani"], None),
        ("What is the Markov assumption?", ["markov"], None),
    ],
)
def test_questions_on_the_course_are_answered_with_its_own_words(
    tutor: CourseTutor, question: str, said: list[str], section: str | None
) -> None:
    answer = ask(tutor, question)
    assert not answer.declined
    assert answer.mode == "extracts"
    assert answer.citations
    for word in said:
        assert word in fold(answer.answer)
    for citation in answer.citations:
        passage = tutor.course.passage(citation.passage_id)
        assert passage
        assert passage.text[citation.start : citation.end] == citation.quote
    if section:
        assert section in {citation.section for citation in answer.citations}
    assert answer.model == {"name": tutor.model.name, "device": "cpu"}


STARTERS = {
    "language_model": {"Définition d’un modèle de langage", "Modèles de langage"},
    "ngram": {"Définition d’un n-gramme", "N-grammes et lissage"},
    "levels": {"En résumé", "Niveaux d’analyse"},
    "lemma": {"Lemme ou racine tronquée", "Niveaux d’analyse"},
    "gru": {"Choisir entre LSTM et GRU", "Définition d’un GRU"},
    "attention": {"Définition de l’auto-attention", "La formule de l’attention", "Transformers"},
    "word2vec": {"word2vec en 2013", "word2vec"},
}
"""Where the answer to each question that the page proposes is written."""


def test_every_starter_of_the_page_but_the_demo_is_checked() -> None:
    proposed = {key.rpartition(".")[2] for key in messages.MESSAGES if key.startswith("page.starter.")}
    assert proposed == {*STARTERS, "demo"}


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("starter", STARTERS)
def test_the_questions_that_the_page_proposes_are_well_answered(
    tutor: CourseTutor, starter: str, language: Language
) -> None:
    answer = ask(tutor, messages.text(f"page.starter.{starter}", language), language=language)
    assert not answer.declined
    assert {citation.section for citation in answer.citations} & STARTERS[starter]


@pytest.mark.parametrize("question", ["Comment changer une roue crevée ?", "Quel temps fera-t-il demain à Lyon ?"])
def test_what_the_course_does_not_cover_is_declined(tutor: CourseTutor, question: str) -> None:
    answer = ask(tutor, question)
    assert answer.declined
    assert not answer.citations


def test_two_questions_at_once_are_both_answered(tutor: CourseTutor) -> None:
    questions = ["Qu’est-ce qu’un bigramme ?", "Qu’est-ce que la lemmatisation ?", "Que fait un arbre de dépendance ?"]
    with concurrent.futures.ThreadPoolExecutor() as threads:
        together = list(threads.map(lambda question: ask(tutor, question), questions))
    assert [answer.answer for answer in together] == [ask(tutor, question).answer for question in questions]


def test_another_course_is_answered_from_its_own_files(tmp_path: Path, model_home: Path) -> None:
    folder = tmp_path / "autre cours"
    folder.mkdir()
    (folder / "levain.md").write_text(
        "# Le pain\n\n## Le levain\n\nLe levain est une pâte de farine et d’eau qui fermente grâce à des levures "
        "sauvages et à des bactéries lactiques.\n\n## La cuisson\n\nLe pain cuit à 240 °C pendant quarante minutes, "
        "dans un four plein de vapeur, pour que la croûte reste souple.\n",
        encoding="utf-8",
    )
    home = tmp_path / "home"  # a home is held by one opened tutor at a time; the models need not be made again
    home.mkdir()
    for made in ("models", "embeddings"):
        (home / made).symlink_to(model_home / made)
    with compose.tutor(Settings(home=home, knowledge=folder)) as tutor:
        answer = ask(tutor, "C’est quoi, le levain ?")
    assert "levures" in answer.answer
    assert [citation.section for citation in answer.citations] == ["Le levain"]


def test_the_doctor_finds_everything_in_place(settings: Settings) -> None:
    # a home is held by one process or one opened tutor at a time, so the doctor gets its own course index
    checks = doctor._machine(settings) + doctor._disk(settings) + doctor._model(settings)
    assert all(check.ok for check in checks), [check for check in checks if not check.ok]
    gpu = next(check for check in checks if check.name == "GPU")
    assert "GPU" in gpu.detail


@pytest.mark.parametrize("built_for_a_gpu", [False, True])
def test_a_gpu_that_was_meant_and_not_reached_is_loud(
    model_home: Path, monkeypatch: pytest.MonkeyPatch, built_for_a_gpu: bool
) -> None:
    """Asked for by name, or llama.cpp compiled for one; a real device that is reached makes the check pass."""
    monkeypatch.setattr(backends, "gpu_backends", lambda: frozenset({"vulkan"} if built_for_a_gpu else ()))
    layers = None if built_for_a_gpu else -1
    checks = doctor._model(Settings(home=model_home, gpu_layers=layers))
    gpu = next(check for check in checks if check.name == "GPU")
    reached = llama_cpp.llama_supports_gpu_offload()
    assert gpu.ok == reached
    assert ("make run GPU=" in gpu.fix) != reached
