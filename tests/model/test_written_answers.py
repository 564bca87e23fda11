"""The writing path with real parts: a real OpenAI-compatible server on loopback, our chapters, the real embeddings.

The server runs the second built-in model, which writes poor French: what is tested is the skeleton around it. Whatever
it writes, the student reads only sentences that a cited passage supports, and its failure costs nothing.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from test_models_server import serving

from tutor import compose
from tutor.agent.support import SentenceChecker
from tutor.agent.tutor import ask
from tutor.contracts import Answered, Hit, TextDelta
from tutor.settings import Settings

pytestmark = pytest.mark.model

QUESTION = "Comment un modèle n-gramme prédit-il le mot suivant ?"  # no definition: the glossary would be quoted


def test_what_a_server_writes_is_checked_and_its_end_is_survived(
    model_home: Path, smollm2_file: Path, tmp_path: Path
) -> None:
    with (
        serving(smollm2_file, tmp_path / "server.log", "--n_ctx", "4096") as (process, url),
        compose.tutor(Settings(home=model_home, model=url)) as tutor,
    ):
        assert tutor.model.profile.writes
        events = list(tutor.answer(QUESTION))
        assert isinstance(events[-1], Answered)
        answer = events[-1].answer
        assert answer.model["device"] == "remote"
        assert answer.mode in ("written", "extracts")
        assert answer.citations
        if answer.mode == "written":
            assert sum(isinstance(event, TextDelta) for event in events) >= 1
            passages = [tutor.course.passage(citation.passage_id) for citation in answer.citations]
            checker = SentenceChecker([Hit(p, 0, 0, 0) for p in dict.fromkeys(passages) if p], tutor.embedder)
            for sentence in checker.sentences([answer.answer]):
                assert checker.check(sentence).citation, sentence
        process.kill()
        process.wait(20)
        after = ask(tutor, QUESTION)
        assert after.mode == "extracts", "the course is still quoted"
        assert after.citations
        assert any(url in note for note in after.notes)
