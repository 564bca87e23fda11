"""Whoever calls the handlers of a shared page with somebody else's conversation gets nothing."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tutor.agent.tutor import CourseTutor, ask
from tutor.compose import PROMPTS
from tutor.contracts import Profile
from tutor.conversations.store import LOCAL, Conversations, Summary, open_conversations, owner_of
from tutor.models.scripted import ScriptedModel
from tutor.ui.drawer import MOST_LISTED, list_html
from tutor.ui.markdown import kept_address, vote_address
from tutor.ui.page import build_page

BIGRAM = "Qu’est-ce qu’un bigramme ?"
MINE, YOURS = "a" * 32, "b" * 32
REQUEST = SimpleNamespace(session_hash="s")


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Conversations]:
    with open_conversations(tmp_path) as conversations:
        yield conversations


def built(course: Any, embedder: Any, kept: Conversations, *, shared: bool) -> Any:
    """Return the handlers of a page, by name."""
    model = ScriptedModel(["…"], profile=Profile(writes=False, chooses=False, chat=False))
    tutor = CourseTutor(model, course, embedder, PROMPTS, conversations=kept)
    page = build_page(tutor, course=course, language="fr", banner="x", conversations=kept, shared=shared)
    handlers = {getattr(each.fn, "__name__", ""): each.fn for each in page.fns.values()}
    return SimpleNamespace(tutor=tutor, **{name: fn for name, fn in handlers.items() if name.isidentifier()})


def everything(update: Any) -> str:
    return str(list(update.values()) if isinstance(update, dict) else update)


@pytest.mark.parametrize("secret", [YOURS, "", None, "x", 7, MINE.upper(), MINE + "a"])
def test_another_secret_opens_nothing(course, embedder, kept, secret: Any) -> None:
    page = built(course, embedder, kept, shared=True)
    owner = owner_of(MINE)
    assert owner
    name = kept.begin(owner)
    ask(page.tutor, BIGRAM, conversation=name, owner=owner)
    [record] = kept.records(name, owner)
    choose = SimpleNamespace(_data={"address": kept_address(name)})
    judge = SimpleNamespace(_data={"address": vote_address(record.id, "bad")})
    assert "bigramme" in everything(page.open_kept("", "", MINE, "fr", choose, REQUEST)), "with the right one"
    for update in (
        page.open_kept("", name, secret, "fr", choose, REQUEST),
        page.take_up(name, secret, "fr", (), REQUEST),
        page.listed("", name, secret, "fr"),
        page.open_drawer("", name, secret, "fr"),
        page.rename("volé", "", name, secret, "fr"),
        page.export(name, secret, "fr"),
        page.delete("", name, secret, "fr", REQUEST),
        page.vote((), name, secret, "fr", judge),
        page.tell_why("volé", record.id, name, secret, "fr"),
    ):
        assert "bigramme" not in everything(update)
    list(page.ask(BIGRAM, (), "fr", name, secret, "student", REQUEST))
    assert kept.records(name, owner) == (record,)
    assert kept.ratings(name, owner) == {}
    assert kept.find(name, owner).title == BIGRAM


def test_a_browser_without_a_secret_gets_one_and_without_it_nothing_is_kept(course, embedder, kept) -> None:
    page = built(course, embedder, kept, shared=True)
    given = {str(value) for value in page.take_up("", "", "fr", (), REQUEST).values()}
    assert any(owner_of(value) for value in given)
    assert not any(owner_of(value) for value in page.take_up("", MINE, "fr", (), REQUEST).values())
    list(page.ask(BIGRAM, (), "fr", "", "no secret", "student", REQUEST))
    assert list(kept.of_everybody()) == []
    list(page.ask(BIGRAM, (), "fr", "", MINE, "student", REQUEST))
    assert len(kept.all(str(owner_of(MINE)))) == 1
    assert kept.all(LOCAL) == []


def test_the_report_is_for_the_machine_s_own_page(course, embedder, kept) -> None:
    for shared in (True, False):
        page = built(course, embedder, kept, shared=shared)
        ask(page.tutor, "Comment changer une roue crevée ?", conversation=kept.begin(LOCAL))
        assert ("roue" in everything(page.show_report("fr"))) is not shared


def test_a_conversation_is_not_changed_while_an_answer_comes(course, embedder, kept) -> None:
    page = built(course, embedder, kept, shared=False)
    other = kept.begin(LOCAL)
    ask(page.tutor, "Que fait le lissage de Laplace ?", conversation=other)
    answering = page.ask(BIGRAM, (), "fr", "", "", "student", REQUEST)
    next(answering)
    choose = SimpleNamespace(_data={"address": kept_address(other)})
    assert "typed" not in everything(page.open_kept("", "", "", "fr", choose, REQUEST)), "no chat is drawn"
    page.delete("", other, "", "fr", REQUEST)
    page.take_up(other, "", "fr", (), REQUEST)
    assert kept.find(other, LOCAL)
    list(answering)
    assert "typed" in everything(page.open_kept("", "", "", "fr", choose, REQUEST))


def test_an_answer_is_rated_as_itself_whatever_another_tab_adds(course, embedder, kept) -> None:
    page = built(course, embedder, kept, shared=False)
    name = kept.begin(LOCAL)
    answering = page.ask(BIGRAM, (), "fr", name, "", "student", REQUEST)
    next(answering), next(answering)  # the question is kept
    with open_conversations(kept.path.parent) as elsewhere:
        other = CourseTutor(page.tutor.model, course, embedder, PROMPTS, conversations=elsewhere)
        ask(other, "Que fait le lissage de Laplace ?", conversation=name)
    ends = list(answering)[-1]
    (mine,) = (record for record in kept.records(name, LOCAL) if record.question == BIGRAM)
    (shown,) = next(value for value in ends.values() if isinstance(value, tuple) and value)
    assert shown.kept_as == mine.id != kept.records(name, LOCAL)[-1].id


def test_an_answer_whose_conversation_was_deleted_says_so(course, embedder, kept) -> None:
    page = built(course, embedder, kept, shared=False)
    name = kept.begin(LOCAL)
    answering = page.ask(BIGRAM, (), "fr", name, "", "student", REQUEST)
    next(answering), next(answering)  # the question is kept
    with open_conversations(kept.path.parent) as elsewhere:
        elsewhere.delete(name, LOCAL)
    ends = list(answering)[-1]
    assert "a été supprimée pendant que je répondais" in everything(ends)


def test_an_empty_question_begins_no_conversation(course, embedder, kept) -> None:
    page = built(course, embedder, kept, shared=False)
    list(page.ask("  ", (), "fr", "", "", "student", REQUEST))
    with kept.saver.cursor() as cursor:
        assert cursor.execute("SELECT count(*) FROM conversations").fetchone() == (0,)


def test_the_list_is_bounded_and_shows_titles_as_text() -> None:
    made = "2026-01-31T10:00:00+00:00"
    found = [Summary(f"{number:032x}", "<b>titre</b>", made, made, number + 1) for number in range(MOST_LISTED + 5)]
    shown = list_html(found, found[1].id, False, "fr")
    assert shown.count("<li") == MOST_LISTED
    assert "<b>" not in shown
    assert shown.count("aria-current") == 1
    assert "5 autres" in shown
