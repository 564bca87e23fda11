"""The teacher's scale: learned where there is one to learn, told honestly, and never over what a hand changed."""

import random
from dataclasses import replace

import pytest

from tutor.grading.calibration import Line, alike, fit_line, learn, near_a_boundary
from tutor.grading.desk import Pile, calibrated, edited, validated
from tutor.grading.drafts import CriterionDraft, Draft
from tutor.grading.marking import rounded
from tutor.grading.rubric import rubric_of

RUBRIC = rubric_of({"question": "?", "criteria": [{"id": c, "criterion": c, "points": 10} for c in ("a", "b")]})


def _draft(name: str, *shares: float) -> Draft:
    criteria = tuple(
        CriterionDraft(id, rounded(share, 10), 10.0, (), "", 0.6, estimate=share)
        for id, share in zip("ab", shares, strict=True)
    )
    return Draft(name, criteria, text=name)


def _marked(draft: Draft, factor: float) -> Draft:
    return replace(draft, criteria=tuple(replace(c, points=c.estimate * factor * 10) for c in draft.criteria))


def _drafts(count: int) -> list[Draft]:
    chance = random.Random(0)
    return [_draft(f"c{at}", chance.uniform(0.1, 0.75), chance.uniform(0.1, 0.75)) for at in range(count)]


def test_a_severe_teacher_is_followed() -> None:
    scale = learn([(draft, _marked(draft, 0.5)) for draft in _drafts(12)])
    assert scale and scale.helps
    assert 0.28 < scale.line(0.6) < 0.45  # 0.3 is what the teacher gives; the prior says 0.6
    assert scale.after["rmse"] < scale.before["rmse"]  # type: ignore[operator]


def test_noise_teaches_nothing_and_that_is_told() -> None:
    chance = random.Random(1)
    pairs = []
    for draft in _drafts(6):
        criteria = tuple(replace(c, points=rounded(c.estimate, 10) + chance.choice((-1, 1))) for c in draft.criteria)
        pairs.append((draft, replace(draft, criteria=criteria)))
    scale = learn(pairs)
    assert scale and abs(scale.line.slope - 1) < 0.25
    assert learn(pairs[:2]) is None


def test_the_line_by_hand() -> None:
    assert fit_line([], []) == Line(0.0, 1.0)
    # one pair (1, 0) and a prior of ten: (X'X + 10 I) w = X'y + 10 (0, 1) → w = (-10, 110) / 120
    line = fit_line([1.0], [0.0])
    assert (line.constant, line.slope) == (pytest.approx(-1 / 12), pytest.approx(11 / 12))


def test_a_pile_follows_only_where_no_hand_was() -> None:
    drafts = _drafts(12)
    pile = Pile(RUBRIC, tuple(drafts), proposed=tuple(drafts))
    for draft in drafts[:9]:
        wanted = {c.id: (c.estimate * 5, "") for c in draft.criteria}
        pile = edited(pile, draft.name, wanted, "Ada")
    pile = validated(pile, [draft.name for draft in drafts[:9]], "Ada")
    pile = edited(pile, "c9", {"a": (7.0, "")}, "Ada")
    after = calibrated(pile, "Ada")
    assert after.scale and after.scale.helps
    assert after.validated == pile.validated and after.find("c9") == pile.find("c9")
    moved = [change.copy for change in after.history if change.kind == "calibrated"]
    assert moved == ["c10", "c11"]
    assert after.find("c10").total < pile.find("c10").total  # type: ignore[union-attr]


def test_what_is_close_and_what_is_alike() -> None:
    a, b = replace(_draft("a", 0.5, 0.5), text="Été  ici."), replace(_draft("b", 0.1, 0.1), text="ete ici")
    assert near_a_boundary(a) == 0 and near_a_boundary(b) == pytest.approx(0.4)
    assert list(alike(a, [a, b])) == ["b"]
