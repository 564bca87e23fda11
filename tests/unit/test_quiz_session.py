"""What a quiz carries between two turns, and what a browser may send instead."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.quiz.judge import Judgement
from tutor.quiz.session import SEEN_LIMIT, Session

RIGHT = Judgement("right", "", 0)
UNREAD = Judgement("unsure", "", 0)
SOLVED = Judgement("unsure", "", 4)


def test_a_right_answer_at_once() -> None:
    session = Session().asked("a").after(RIGHT)
    assert (session.item, session.answered, session.right, session.unaided) == ("", 1, 1, 1)


def test_hints_make_the_answer_aided_and_what_is_unread_is_free() -> None:
    session = Session().asked("a").after(UNREAD)
    assert session == Session().asked("a")
    session = session.after(Judgement("unsure", "", 1))
    assert (session.item, session.attempt, session.level) == ("a", 2, 1)
    session = session.after(RIGHT)
    assert (session.answered, session.right, session.unaided) == (1, 1, 0)


def test_the_solution_closes_the_item() -> None:
    session = Session().asked("a").after(SOLVED)
    assert (session.item, session.answered, session.right) == ("", 1, 0)
    assert session.after(RIGHT) == session, "nothing waits"


def test_seen_ids_are_kept_once_and_not_for_ever() -> None:
    session = Session().asked("a").asked("b").asked("a")
    assert session.seen == ("b", "a")
    for number in range(SEEN_LIMIT + 5):
        session = session.asked(str(number))
    assert len(session.seen) == SEEN_LIMIT
    assert Session.from_json(session.to_json()) == session


JUDGED = st.sampled_from([RIGHT, UNREAD, SOLVED, *(Judgement("wrong", "", level) for level in (1, 2, 3, 4))])


@settings(deadline=None)
@given(
    st.none() | st.text(max_size=20),
    st.integers(0, 10**6),
    st.lists(st.tuples(st.text(max_size=20), JUDGED), max_size=20),
)
def test_a_session_survives_the_trip(chapter: str | None, seed: int, turns: list[tuple[str, Judgement]]) -> None:
    session = Session(chapter, seed)
    for item, judgement in turns:
        session = session.asked(item).after(judgement)
        assert session.unaided <= session.right <= session.answered <= len(turns)
    assert Session.from_json(json.loads(json.dumps(session.to_json()))) == session


@pytest.mark.parametrize(
    "change",
    [
        {"seen": ["x" * 1000]},
        {"seen": "abc"},
        {"seen": [1]},
        {"seen": ["a"] * 2000},
        {"attempt": 0},
        {"attempt": True},
        {"attempt": "1"},
        {"level": 5},
        {"level": -1},
        {"right": 3},
        {"unaided": 1},
        {"seed": 1.5},
        {"seed": 10**400},
        {"item": None},
        {"item": ["a"]},
        {"chapter": 7},
    ],
)
def test_what_a_browser_invents_gives_a_new_session(change: dict[str, object]) -> None:
    assert Session.from_json({**Session("c", 3).asked("a").to_json(), **change}) == Session()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*Session().to_json(), "x"]), inner),
)


@settings(deadline=None)
@given(JSON)
def test_any_json_gives_a_session(data: object) -> None:
    session = Session.from_json(data)
    assert session.attempt >= 1
    assert 0 <= session.level <= 4
