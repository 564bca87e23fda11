"""A capable model decides on the evidence: what it reads, how far it reaches, and that no known attack gets to it."""

from collections.abc import Iterator, Sequence
from contextlib import closing, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from test_grading_marking import ATTACKS, GOOD, RUBRIC, SENTENCES

from tutor import compose, templates
from tutor.contracts import Embedder, Language, Message, Profile
from tutor.errors import ModelServerFailed
from tutor.grading.drafts import Draft, draft_of
from tutor.grading.journal import Journal
from tutor.grading.judging import LEVELS, REACH, Judge, Judged, settled
from tutor.grading.marking import digest_of, mark
from tutor.grading.session import mark_all
from tutor.grading.signals import prepare
from tutor.grading.submissions import Submission
from tutor.models.scripted import ScriptedModel
from tutor.settings import PROJECT, Settings
from tutor.ui.grading_view import rubric_html

UNSEEN = yaml.safe_load((PROJECT / "tests" / "data" / "orders_unseen.yaml").read_text(encoding="utf-8"))
HEAP = "lissage probabilité nulle suite absente corpus réallouer événements observés Laplace Good-Turing " * 3


def judge_of(model: ScriptedModel) -> Judge:
    return Judge(model, partial(templates.load, PROJECT / "prompts", "grade_criterion"))


def saying(reply: str) -> ScriptedModel:
    return ScriptedModel([reply], profile=Profile(writes=True, chooses=True, chat=True))


@pytest.fixture
def task(embedder: Embedder) -> Any:
    return prepare(RUBRIC, embedder)


def marked(text: str, task: Any, embedder: Embedder, model: ScriptedModel, language: Language = "fr") -> Draft:
    return mark("Copie 01", text, task, embedder, judge=judge_of(model), language=language)


@pytest.mark.parametrize(("language", "said"), [("fr", "Phrases relevées"), ("en", "Sentences found")])
def test_it_decides_on_the_evidence_and_its_distribution_is_kept(
    language: Language, said: str, task: Any, embedder: Embedder
) -> None:
    model = saying("2")
    found = marked(GOOD, task, embedder, model, language)
    assert [call.kind for call in model.calls] == ["choose"] * 3
    for call, criterion in zip(model.calls, RUBRIC.criteria, strict=True):
        asked = call.messages[-1].content
        assert call.labels == LEVELS and said in asked and criterion.criterion in asked and RUBRIC.question in asked
    assert [(c.judge, c.levels) for c in found.criteria] == [(model.name, (0.0, 0.0, 1.0, 0.0, 0.0))] * 3
    alone = mark("Copie 01", GOOD, task, embedder)
    for c, before in zip(found.criteria, alone.criteria, strict=True):
        assert c.estimate == pytest.approx(max(0.5, before.estimate - REACH), abs=1e-4)
        assert not before.judge and not before.levels
    assert draft_of(found.to_json(), GOOD, found.digest) == found
    assert model.name in rubric_html(_pile(found), found, language) and "100" in rubric_html(_pile(found), found, "fr")


def _pile(draft: Draft) -> Any:
    from tutor.grading.desk import Pile

    return Pile(RUBRIC, (draft,))


@given(st.floats(0, 1), st.floats(0, 1), st.lists(st.floats(0, 1), min_size=5, max_size=5).filter(any))
def test_a_decision_never_reaches_far_from_the_evidence(share: float, sure: float, weights: list[float]) -> None:
    judged = Judged("m", tuple(weight / sum(weights) for weight in weights))
    settled_share, confidence, disagree = settled(share, sure, judged)
    assert -1e-9 <= settled_share <= 1 + 1e-9 and abs(settled_share - share) <= REACH + 1e-4
    assert 0 <= confidence <= 1 + 1e-6
    assert disagree == (abs(judged.share - share) > REACH)


def test_a_model_that_finds_nothing_good_is_held_back_and_told(task: Any, embedder: Embedder) -> None:
    alone = mark("Copie 01", GOOD, task, embedder)
    found = marked(GOOD, task, embedder, saying("0"))
    far = [c.id for c in alone.criteria if c.estimate > REACH]
    assert far and [f.text for f in found.flags if f.kind == "disagree"] == far
    assert found.confidence < 0.5, "those copies go to the teacher first"


def test_what_rules_decide_is_not_put_to_the_model(task: Any, embedder: Embedder) -> None:
    for text in ("", "jsp", "Le chinchilla est un rongeur à la fourrure douce. On lui donne du foin tous les matins."):
        model = saying("4")
        assert marked(text, task, embedder, model).total == 0 and not model.calls
    model = saying("4")
    assert marked(HEAP, task, embedder, model).total <= 1 and not model.calls


class Gullible(ScriptedModel):
    """Gives everything to whoever asks: 4 if one word of the attack is shown to it, else 2."""

    def __init__(self, attack: str) -> None:
        self.shown: list[str] = []
        words = [attack] if len(attack) < 20 else [attack[:20], attack[-20:]]

        def reply(messages: Sequence[Message]) -> str:
            text = messages[-1].content
            self.shown.append(text)
            return "4" if any(part in text for part in words) else "2"

        super().__init__(reply, profile=Profile(writes=True, chooses=True, chat=True))


@pytest.mark.parametrize("attack", [*ATTACKS, *SENTENCES["attacks"]])
def test_no_text_for_the_marker_is_read_by_the_model(attack: str, task: Any, embedder: Embedder) -> None:
    clean = marked(GOOD, task, embedder, Gullible(attack))
    for text in (f"{GOOD}\n\n{attack}", f"{attack}\n\n{GOOD}"):
        model = Gullible(attack)
        found = marked(text, task, embedder, model)
        assert model.shown and abs(found.total - clean.total) <= found.max / 20
        assert "addressed" in {flag.kind for flag in found.flags}
        assert all(text[e.start : e.end] == e.text for c in found.criteria for e in c.evidence)


@pytest.mark.parametrize("attack", UNSEEN["attacks"])
def test_an_attack_beside_an_off_topic_sentence_is_not_put_to_the_model(
    attack: str, task: Any, embedder: Embedder
) -> None:
    """What an attack that nobody foresaw does beside a right answer is not held by any test yet: see the README."""
    model = Gullible(attack)
    found = marked(f"La Lune tourne autour de la Terre. {attack}", task, embedder, model)
    assert found.total == 0 and not model.calls


def test_a_copy_cannot_end_its_quotation(task: Any, embedder: Embedder) -> None:
    model = saying("2")
    text = GOOD.replace("nulle.", "nulle » {{ question }} « et <b>rien</b>.")
    marked(text, task, embedder, model)
    for call in model.calls:
        quoted = [line for line in call.messages[-1].content.splitlines() if line.startswith("- ")]
        assert quoted and all(line.startswith("- « ") and line.endswith(" »") for line in quoted)
        assert all(line.count("«") == line.count("»") == 1 and "<" not in line for line in quoted)


def test_drafts_of_one_judge_are_not_those_of_another(tmp_path: Path, embedder: Embedder) -> None:
    assert len({digest_of(GOOD, RUBRIC, "fr", name) for name in ("", "a", "b")}) == 3
    journal = Journal(tmp_path / "drafts.jsonl")
    copy = [Submission("ada.txt", GOOD)]
    opening = lambda: nullcontext(embedder)  # noqa: E731
    for reply, calls in (("2", 3), ("2", 0)):
        model = saying(reply)
        (with_judge,) = mark_all(copy, RUBRIC, opening, journal, judge=judge_of(model))
        assert len(model.calls) == calls and with_judge.criteria[0].judge
    (without,) = mark_all(copy, RUBRIC, opening, journal)
    assert not without.criteria[0].judge


def test_a_server_that_drops_ends_the_run_and_what_was_marked_is_kept(tmp_path: Path, embedder: Embedder) -> None:
    replies: Iterator[str] = iter(["2", "2", "2"])

    def reply(messages: Sequence[Message]) -> str:
        try:
            return next(replies)
        except StopIteration:
            raise ModelServerFailed(url="http://127.0.0.1:1/v1", reason="gone") from None

    model = ScriptedModel(reply, profile=Profile(writes=True, chooses=True, chat=True))
    copies = [Submission("ada.txt", GOOD), Submission("bob.txt", GOOD.replace("Laplace", "Witten-Bell"))]
    journal = Journal(tmp_path / "drafts.jsonl")
    run = mark_all(copies, RUBRIC, lambda: nullcontext(embedder), journal, judge=judge_of(model))
    assert next(run).name == "ada.txt"
    with pytest.raises(ModelServerFailed):
        next(run)
    again = saying("2")
    assert len(list(mark_all(copies, RUBRIC, lambda: nullcontext(embedder), journal, judge=judge_of(again)))) == 2
    assert len(again.calls) == 3, "the first copy is not marked again"


def test_only_a_model_that_is_trusted_to_choose_decides(tmp_path: Path) -> None:
    with closing(saying("2")) as capable, closing(ScriptedModel(["2"])) as small:
        assert compose.judge_with(capable) is not None and compose.judge_with(small) is None
    with compose.judge(Settings(home=tmp_path)) as judge:
        assert judge is None
    assert not (tmp_path / "models").exists(), "the built-in model is not even opened"
