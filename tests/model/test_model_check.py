"""What the catalogue says of the built-in model is what the check measures; and a measure changes the next start."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tutor.compose import PROMPTS
from tutor.contracts import Profile
from tutor.evaluation import model_check
from tutor.models.catalogue import GEMMA, open_model
from tutor.models.llamacpp import LlamaCppModel
from tutor.models.profile import keep_measure

pytestmark = pytest.mark.model


def test_the_built_in_model_neither_writes_nor_chooses(gemma: LlamaCppModel) -> None:
    report = model_check.run(gemma, PROMPTS, "fr", lambda text: None)
    assert (report["writes"], report["chooses"]) == (GEMMA.profile.writes, GEMMA.profile.chooses) == (False, False)
    assert report["rates"]["tools"]["rate"] <= 0.5
    assert report["decode_tokens_per_s"] > 0 and report["first_token_ms"] > 0


def test_a_measure_is_believed_at_the_next_start(smollm2_file: Path, tmp_path: Path) -> None:
    file = tmp_path / "any.gguf"
    shutil.copyfile(smollm2_file, file)
    for profile in (Profile(True, False, True), Profile(False, True, True)):
        keep_measure(tmp_path, file, profile, {})
        model = open_model(str(file), home=tmp_path)
        assert model.profile == profile
        model.close()
