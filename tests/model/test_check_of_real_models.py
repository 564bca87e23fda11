"""What the catalogue says of the built-in model is what the check measures; and a measure changes the next start."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from tutor.compose import PROMPTS
from tutor.contracts import Profile
from tutor.evaluation import model_check
from tutor.models.catalogue import GEMMA, open_model
from tutor.models.llamacpp import LlamaCppModel
from tutor.models.profile import keep_measure

pytestmark = pytest.mark.model


def test_the_built_in_model_neither_writes_nor_chooses(gemma: LlamaCppModel) -> None:
    # a few requests of each part, for time; all of them by hand: 0/5 French, 1/6 instructions, 0/4 passages, 2/8 tools
    probes = yaml.safe_load(model_check.PROBES.read_text(encoding="utf-8"))
    writing = [
        *model_check._instructions(gemma, probes["instructions"][:2]),
        *model_check._passages(gemma, probes["passages"][2:3], PROMPTS),
    ]
    assert not any(one.right for one in writing)
    assert sum(one.right for one in model_check._tools(gemma, probes["tools"][:3], PROMPTS)) < 2
    assert (GEMMA.profile.writes, GEMMA.profile.chooses) == (False, False)


def test_a_measure_is_believed_at_the_next_start(smollm2_file: Path, tmp_path: Path) -> None:
    file = tmp_path / "any.gguf"
    shutil.copyfile(smollm2_file, file)
    for profile in (Profile(True, False, True), Profile(False, True, True)):
        keep_measure(tmp_path, file, profile, {})
        model = open_model(str(file), home=tmp_path)
        assert model.profile == profile
        model.close()
