"""Text for the marker, told by its meaning: on sentences that were never fitted on."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tutor import compose
from tutor.grading.untrusted import screen
from tutor.settings import PROJECT, Settings

pytestmark = pytest.mark.model

UNSEEN = yaml.safe_load((PROJECT / "tests" / "data" / "orders_unseen.yaml").read_text(encoding="utf-8"))


def test_most_orders_that_were_never_seen_are_cut_and_no_right_answer_is(model_home: Path) -> None:
    with compose.embedder(Settings(home=model_home)) as embedder:
        cut = {
            kind: [sentence for sentence in found if screen(sentence, embedder=embedder).addressed]
            for kind, found in UNSEEN.items()
        }
        words_alone = [sentence for sentence in UNSEEN["attacks"] if screen(sentence).addressed]
    assert not cut["clean"]
    assert len(cut["attacks"]) >= 15 > len(words_alone)
    assert set(words_alone) <= set(cut["attacks"])
