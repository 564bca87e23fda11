"""Conversations that are kept: what comes back, to whom, and what is gone once it is deleted."""

import sqlite3
import stat
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tutor import messages
from tutor.agent.memory import EXCHANGES_READ, LONGEST_READ, as_messages
from tutor.agent.tutor import CourseTutor, ask
from tutor.compose import PROMPTS
from tutor.contracts import Answered, Profile, TextDelta, ToolFinished, Turn
from tutor.conversations import export
from tutor.conversations.record import Record
from tutor.conversations.report import grouped, report, to_markdown
from tutor.conversations.store import FILE, LOCAL, Conversations, open_conversations, owner_of
from tutor.demos.laboratory import Laboratory
from tutor.errors import ConversationsUnreadable, ConversationUnknown
from tutor.models.scripted import ScriptedModel
from tutor.quiz.activities import Activity
from tutor.quiz.bank import Bank
from tutor.quiz.item import QuizItem
from tutor.retrieval.lexical import language_of
from tutor.ui.conversation import Exchange as Shown
from tutor.ui.conversation import advance, restored

SMALL = Profile(writes=False, chooses=False, chat=False)
CAPABLE = Profile(writes=True, chooses=False, chat=True)
BIGRAM = "Qu’est-ce qu’un bigramme ?"
DEMO = "entraîne un bigramme sur « le chat dort, le chien dort »"


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Conversations]:
    with open_conversations(tmp_path) as conversations:
        yield conversations


def make(course, embedder, kept, model=None, **options: Any) -> CourseTutor:
    model = model or ScriptedModel(["…"], profile=SMALL)
    return CourseTutor(model, course, embedder, PROMPTS, conversations=kept, **options)


# --- what comes back --------------------------------------------------------------------------------------


def test_everything_that_was_shown_comes_back_after_a_restart(course, embedder, tmp_path: Path) -> None:
    laboratory = Laboratory(tmp_path)
    shown = []
    with open_conversations(tmp_path) as kept:
        tutor = make(course, embedder, kept, laboratory=laboratory)
        name = kept.begin(LOCAL)
        for question in (BIGRAM, DEMO, "Comment changer une roue crevée ?"):
            exchange = Shown(question)
            for event in tutor.answer(question, conversation=name):
                exchange = advance(exchange, event)
            shown.append(exchange)
    with open_conversations(tmp_path) as kept:
        records = kept.records(name, LOCAL)
    for exchange, record in zip(shown, records, strict=True):
        again = restored(record, course, laboratory.runs.load)
        assert again.answer == exchange.answer
        assert again.dropped == exchange.dropped
        assert [stage.call for stage in again.stages] == [stage.finished.call for stage in exchange.stages]
        for one, other in zip(again.stages, exchange.stages, strict=True):
            assert one.finished.result == other.finished.result
            assert [hit.passage for hit in one.finished.hits] == [hit.passage for hit in other.finished.hits]
        assert not again.running
    assert records[1].run_ids == (shown[1].answer.tool_calls[0].run_id,)
    assert records[2].answer.declined


@pytest.mark.parametrize("first_ends", ["first", "second"])
def test_two_programs_keep_each_others_turns(course, embedder, tmp_path: Path, first_ends: str) -> None:
    questions = {"page": BIGRAM, "terminal": "Que fait le lissage de Laplace ?"}
    with open_conversations(tmp_path) as page, open_conversations(tmp_path) as terminal:
        name = page.begin(LOCAL)
        ask(make(course, embedder, page), DEMO, conversation=name)
        tutors = {"page": make(course, embedder, page), "terminal": make(course, embedder, terminal)}
        under_way = {who: tutor.answer(questions[who], conversation=name) for who, tutor in tutors.items()}
        for events in under_way.values():  # both read the conversation, and keep their question, before either ends
            next(events)
        said = {}
        for who in list(under_way) if first_ends == "first" else list(under_way)[::-1]:
            (*_, last) = under_way[who]
            said[questions[who]] = last.answer
        for kept in (page, terminal):
            records = kept.records(name, LOCAL)
            assert [record.question for record in records] == [DEMO, *questions.values()]
            assert {record.question: record.answer for record in records[1:]} == said
        assert page.find(name, LOCAL).exchanges == 3
        ask(tutors["page"], "Et pour un trigramme ?", conversation=name)
        assert len(terminal.records(name, LOCAL)) == 4


def test_a_copy_that_is_corrected_is_written_nowhere(course, embedder, tmp_path: Path) -> None:
    copy = "Le chat zébré des bigrammes compte des paires."
    task = f"Corrige cette copie : « {copy} » Question : {BIGRAM}"
    with open_conversations(tmp_path) as kept:
        tutor = make(course, embedder, kept)
        name = kept.begin(LOCAL)
        ask(tutor, BIGRAM, conversation=name, role="teacher")
        answer = ask(tutor, task, conversation=name, role="teacher", tool="draft_correction")
        assert "Brouillon" in answer.answer and messages.text("answer.kept_apart", "fr") in answer.notes
        ask(tutor, "Que fait le lissage de Laplace ?", conversation=name, role="teacher")
        records = kept.records(name, LOCAL)
    assert [record.question for record in records] == [BIGRAM, "Que fait le lissage de Laplace ?"]
    written = on_disk(tmp_path)
    assert b"lissage de Laplace" in written, "what is kept can be found"
    assert b"zebre" not in written and "zébré".encode() not in written


def on_disk(home: Path) -> bytes:
    return b"".join(file.read_bytes() for file in home.iterdir())


@pytest.mark.parametrize("events", range(1, 6))
def test_a_correction_that_is_cut_is_written_nowhere_either(course, embedder, tmp_path: Path, events: int) -> None:
    with open_conversations(tmp_path) as kept:
        tutor = make(course, embedder, kept)
        name = kept.begin(LOCAL)
        ask(tutor, BIGRAM, conversation=name, role="teacher")
        task = f"Corrige. Copie : le zebu des bigrammes. Question : {BIGRAM}"
        answering = tutor.answer(task, conversation=name, role="teacher")
        for _ in zip(range(events), answering, strict=False):
            pass
        answering.close()
        assert b"bigramme" in on_disk(tmp_path), "what is kept can be found"
        assert b"zebu" not in on_disk(tmp_path)
        assert len(kept.records(name, LOCAL)) == 1


def test_a_teacher_s_copy_is_no_homework_and_is_not_kept(course, embedder, kept) -> None:
    activity = Activity("a1", "Devoir 1", "Que compte un bigramme ? Donne un exemple.", reference="Des paires de mots.")
    tutor = make(course, embedder, kept, activities=(activity,))
    for task in (
        f"Corrige ce devoir. Copie : il compte des paires. Question : {activity.question}",
        f"Question : {activity.question} Copie : il compte des paires.",
        "Vérifie cette réponse d’un élève : un bigramme compte des paires de mots.",
    ):
        name = kept.begin(LOCAL)
        answer = ask(tutor, task, conversation=name, role="teacher")
        assert [call.name for call in answer.tool_calls] == ["draft_correction"]
        assert kept.records(name, LOCAL) == ()
        ask(tutor, task, conversation=name, role="student")
        assert len(kept.records(name, LOCAL)) == 1


def test_a_follow_up_is_understood_after_a_restart(course, embedder, tmp_path: Path) -> None:
    with open_conversations(tmp_path) as kept:
        name = kept.begin(LOCAL)
        ask(make(course, embedder, kept), DEMO, conversation=name)
    with open_conversations(tmp_path) as kept:
        answer = ask(make(course, embedder, kept), "et avec n = 3 ?", conversation=name)
        assert answer.tool_calls[0].args["n"] == 3
        assert answer.tool_calls[0].args["text"] == "le chat dort, le chien dort"
        alone = ask(make(course, embedder, kept), "et avec n = 3 ?", conversation=kept.begin(LOCAL))
        assert not [call for call in alone.tool_calls if call.args.get("text") == "le chat dort, le chien dort"]


def test_the_quiz_goes_on_after_a_restart(course, embedder, tmp_path: Path) -> None:
    item = QuizItem(
        "q1",
        "n-grammes",
        "Définition",
        "Combien de mots a un bigramme ?",
        "Bi.",
        answer="Deux.",
        accept=(("deux", "2"),),
    )
    with open_conversations(tmp_path) as kept:
        name = kept.begin(LOCAL)
        asked = ask(make(course, embedder, kept, quizzes=Bank((item,))), "interroge-moi", conversation=name)
        assert asked.mode == "quiz"
    with open_conversations(tmp_path) as kept:
        judged = ask(make(course, embedder, kept, quizzes=Bank((item,))), "deux", conversation=name)
        assert judged.mode == "quiz"
        assert judged.quiz["answered"] == 1


@pytest.mark.parametrize("moment", ["asked", "searching", "writing"])
def test_a_turn_that_is_cut_comes_back_as_interrupted_with_its_question(course, embedder, kept, moment: str) -> None:
    name = kept.begin(LOCAL)
    tutor = make(course, embedder, kept)
    ask(tutor, BIGRAM, conversation=name)
    events = tutor.answer("Que fait le lissage de Laplace ?", conversation=name)
    for event in events:
        if moment == "asked" or isinstance(event, ToolFinished if moment == "searching" else TextDelta):
            break
    events.close()
    first, cut = kept.records(name, LOCAL)
    assert first.answer
    assert cut.answer is None
    assert cut.question == "Que fait le lissage de Laplace ?"
    assert restored(cut, course, lambda run_id: None).interrupted
    ask(tutor, "Que fait le lissage de Laplace ?", conversation=name)
    assert [bool(record.answer) for record in kept.records(name, LOCAL)] == [True, False, True]


def test_the_answer_is_kept_before_it_is_acknowledged(course, embedder, kept, tmp_path: Path) -> None:
    name = kept.begin(LOCAL)
    for event in make(course, embedder, kept).answer(BIGRAM, conversation=name):
        if isinstance(event, Answered):
            with open_conversations(tmp_path) as other:  # as another program sees the file at this very moment
                [record] = other.records(name, LOCAL)
            assert record.answer == event.answer
            return
    raise AssertionError


def test_only_the_last_checkpoint_stays_and_it_holds_plain_data(course, embedder, kept) -> None:
    name = kept.begin(LOCAL)
    tutor = make(course, embedder, kept)
    for question in (BIGRAM, DEMO, BIGRAM):
        ask(tutor, question, conversation=name)
    with kept.saver.cursor() as cursor:
        assert cursor.execute("SELECT count(*) FROM checkpoints").fetchone() == (1,)
        assert cursor.execute("SELECT count(*) FROM writes").fetchone() == (0,)
    state = kept.saver.get_tuple({"configurable": {"thread_id": name, "checkpoint_ns": ""}})
    assert state.checkpoint["channel_values"]["messages"] == []
    assert len(state.checkpoint["channel_values"]["exchanges"]) == 3


def test_a_full_disk_takes_no_answer_away(course, embedder, kept, monkeypatch: pytest.MonkeyPatch) -> None:
    name = kept.begin(LOCAL)
    tutor = make(course, embedder, kept)
    put = type(kept.saver).put
    full = [False, True]  # the question is kept, its answer is not

    def refuse(self: Any, *args: Any) -> Any:
        if full.pop(0):
            raise sqlite3.OperationalError("database or disk is full")
        return put(self, *args)

    monkeypatch.setattr(type(kept.saver), "put", refuse)
    answer = ask(tutor, BIGRAM, conversation=name)
    assert "Un bigramme" in answer.answer
    assert any("enregistrée" in note for note in answer.notes)
    full[:] = [True]
    answer = ask(tutor, BIGRAM, conversation=name)
    assert "Un bigramme" in answer.answer
    assert any("enregistrée" in note for note in answer.notes)


def test_two_conversations_at_once_do_not_mix(course, embedder, kept) -> None:
    tutor = make(course, embedder, kept)
    names = [kept.begin(LOCAL) for _ in range(4)]

    def talk(name: str) -> None:
        for number in range(5):
            ask(tutor, f"{BIGRAM} {name} {number}", conversation=name)

    threads = [threading.Thread(target=talk, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name in names:
        asked = [record.question for record in kept.records(name, LOCAL)]
        assert asked == [f"{BIGRAM} {name} {number}" for number in range(5)]


def test_two_tabs_with_the_same_conversation_lose_nothing(course, embedder, kept) -> None:
    tutor = make(course, embedder, kept)
    name = kept.begin(LOCAL)
    acknowledged = []

    def talk(tab: str) -> None:
        for number in range(6):
            ask(tutor, f"{BIGRAM} {tab} {number}", conversation=name)
            acknowledged.append(f"{BIGRAM} {tab} {number}")

    threads = [threading.Thread(target=talk, args=(tab,)) for tab in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    records = kept.records(name, LOCAL)
    assert sorted(record.question for record in records) == sorted(acknowledged)
    assert all(record.answer for record in records)


def test_a_turn_that_waits_for_another_can_be_stopped(course, embedder, kept) -> None:
    tutor = make(course, embedder, kept)
    name = kept.begin(LOCAL)
    first = tutor.answer(BIGRAM, conversation=name)
    next(first)
    cancel = threading.Event()
    cancel.set()
    assert list(tutor.answer(BIGRAM, conversation=name, cancel=cancel)) == []
    first.close()
    assert isinstance(list(tutor.answer(BIGRAM, conversation=name))[-1], Answered)


# --- a long conversation ----------------------------------------------------------------------------------


def test_thirty_turns_stay_in_the_context_and_in_french(course, embedder, kept) -> None:
    sentence = "Un bigramme est une suite de deux mots."
    model = ScriptedModel(lambda messages: sentence, profile=CAPABLE, context_size=900)
    tutor = make(course, embedder, kept, model)
    name = kept.begin(LOCAL)
    longest = 0
    for number in range(30):
        answer = ask(tutor, f"Qu’est-ce qu’un bigramme, exemple {number} ?", conversation=name)
        assert answer.mode == "written", answer.notes
        assert not answer.notes, "nothing failed"
        assert language_of(answer.answer, "en") == "fr"
        longest = max(longest, sum(model.count_tokens(message.content) for message in model.calls[-1].messages))
    assert len(kept.records(name, LOCAL)) == 30
    assert longest < model.context_size


def test_what_a_model_reads_of_the_past_is_bounded() -> None:
    history = [Turn(f"question {number}", "mot " * 5000) for number in range(40)]
    read = as_messages(history)
    assert len(read) == 2 * EXCHANGES_READ
    assert read[-2].text == "question 39"
    assert all(len(message.text) <= LONGEST_READ + 4 for message in read)


# --- lists, titles, search --------------------------------------------------------------------------------


def test_conversations_are_listed_searched_and_renamed(course, embedder, kept) -> None:
    tutor = make(course, embedder, kept)
    first, second = kept.begin(LOCAL), kept.begin(LOCAL)
    assert kept.all(LOCAL) == [], "nothing has been asked"
    ask(tutor, BIGRAM, conversation=first)
    ask(tutor, "Que fait le lissage de Laplace à 100 % ?", conversation=second)
    assert [each.id for each in kept.all(LOCAL)] == [second, first]
    assert kept.find(first, LOCAL).title == BIGRAM
    for words, found in (
        ("LISSAGE", [second]),
        ("qu'est-ce", [first]),
        ("probabilite nulle", [second]),  # of the answer, without its accent
        ("100 %", [second]),
        ("%", [second]),
        ("_", []),
        ("bigramme lissage", []),
    ):
        assert [each.id for each in kept.all(LOCAL, words)] == found, words
    kept.rename(first, LOCAL, "  Mes\nbigrammes ")
    ask(tutor, "et un LSTM ?", conversation=first)
    assert kept.find(first, LOCAL).title == "Mes bigrammes", "a title that was chosen stays"
    assert [each.id for each in kept.all(LOCAL, "mes")] == [first]
    kept.rename(first, LOCAL, " ")
    assert kept.find(first, LOCAL).title == BIGRAM


def test_half_a_character_is_kept_all_the_same(course, embedder, kept) -> None:
    name = kept.begin(LOCAL)
    ask(make(course, embedder, kept), BIGRAM + " \ud83d", conversation=name)
    kept.rename(name, LOCAL, "a\ud83d")
    assert kept.records(name, LOCAL)
    assert [each.title for each in kept.all(LOCAL, "bigramme \ud83d")] == ["a?"]


# --- who sees what ----------------------------------------------------------------------------------------


def test_a_conversation_is_its_owner_s_alone(course, embedder, kept) -> None:
    mine, yours = owner_of("a" * 32), owner_of("b" * 32)
    name = kept.begin(mine)
    tutor = make(course, embedder, kept)
    ask(tutor, BIGRAM, conversation=name, owner=mine)
    [record] = kept.records(name, mine)
    assert "a" * 32 not in (kept.path.read_bytes() + kept.path.with_name(FILE + "-wal").read_bytes()).decode("latin-1")
    for other in (yours, LOCAL, ""):
        assert kept.all(other) == []
        for attempt in (
            lambda other=other: kept.records(name, other),
            lambda other=other: kept.rename(name, other, "x"),
            lambda other=other: kept.delete(name, other),
            lambda other=other: kept.rate(name, other, record.id, "bad"),
            lambda other=other: ask(tutor, BIGRAM, conversation=name, owner=other),
        ):
            with pytest.raises(ConversationUnknown):
                attempt()
    assert kept.records(name, mine) == (record,)


@pytest.mark.parametrize("invented", ["", "x", None, 7, "' OR 1=1 --", "%"])
def test_names_that_are_invented_lead_nowhere(kept, invented: object) -> None:
    kept.begin(LOCAL)
    with pytest.raises(ConversationUnknown):
        kept.records(invented, LOCAL)


def test_others_on_the_machine_cannot_read_the_file(kept) -> None:
    assert stat.S_IMODE(kept.path.stat().st_mode) == 0o600


# --- deleting ---------------------------------------------------------------------------------------------


def test_what_is_deleted_is_gone_from_the_disk(course, embedder, tmp_path: Path) -> None:
    laboratory = Laboratory(tmp_path)
    with open_conversations(tmp_path) as kept:
        tutor = make(course, embedder, kept, laboratory=laboratory)
        other = kept.begin(LOCAL)
        ask(tutor, "Que fait le lissage de Laplace ?", conversation=other)
        name = kept.begin(LOCAL)
        for number in range(12):
            ask(tutor, f"Qu’est-ce qu’un bigramme, dit Zéphyrine Zwicky {number} ?", conversation=name)
        ask(tutor, "entraîne un bigramme sur « Zéphyrine Zwicky dort »", conversation=name)
        [*_, last] = kept.records(name, LOCAL)
        kept.rate(name, LOCAL, last.id, "bad", "Zwicky a raison")
        assert "Zwicky" in everything_written(tmp_path)
        laboratory.forget(kept.delete(name, LOCAL))
        assert "Zwicky" not in everything_written(tmp_path), "while the tutor runs"
        assert len(kept.all(LOCAL)) == 1
        with pytest.raises(ConversationUnknown):
            kept.delete(name, LOCAL)
    assert "wicky" not in everything_written(tmp_path).lower()
    assert laboratory.kept() == []


def everything_written(home: Path) -> str:
    files = [path for path in home.rglob("*") if path.is_file() and "demo_models" not in path.parts]
    return "\n".join(path.read_bytes().decode("latin-1") for path in files)


def test_what_is_deleted_meanwhile_stays_deleted(course, embedder, kept) -> None:
    name = kept.begin(LOCAL)
    tutor = make(course, embedder, kept)
    ask(tutor, BIGRAM, conversation=name)
    for event in tutor.answer("Que fait le lissage de Laplace ?", conversation=name):
        if isinstance(event, ToolFinished):
            kept.delete(name, LOCAL)
    assert kept.all(LOCAL) == []
    with kept.saver.cursor() as cursor:
        assert cursor.execute("SELECT count(*) FROM checkpoints").fetchone() == (0,)


@pytest.mark.parametrize(
    "content", [b"not a database, whatever its name says" * 50, b"SQLite format 3\x00" + b"\xff" * 5000]
)
def test_a_damaged_file_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(ConversationsUnreadable) as told, open_conversations(tmp_path):
        pass
    assert str(tmp_path / FILE) in told.value.text("fr")


# --- export and report ------------------------------------------------------------------------------------


def test_the_export_has_the_citations_and_the_runs(course, embedder, kept) -> None:
    name = kept.begin(LOCAL)
    tutor = make(course, embedder, kept)
    first = ask(tutor, BIGRAM, conversation=name)
    run = ask(tutor, DEMO, conversation=name)
    events = tutor.answer("une question\ncoupée", conversation=name)
    next(events)
    events.close()
    text = export.to_markdown(kept.find(name, LOCAL), kept.records(name, LOCAL), "fr")
    assert text.startswith(f"# {BIGRAM}\n")
    for citation in first.citations:
        assert f"[{citation.number}] {citation.chapter} › {citation.section}" in text
        assert " ".join(citation.quote.split())[:30] in text
    assert f"exécution {run.tool_calls[0].run_id}" in text
    assert "> une question\n> coupée" in text
    assert "s’est arrêté" in text


def test_the_report_groups_declined_questions_and_names_nobody(course, embedder, kept) -> None:
    tutor = make(course, embedder, kept)
    for secret, question in (
        ("a", "Comment changer une roue crevée ?"),
        ("b", "comment changer la roue crevee"),
        ("b", "Comment cuire des œufs ?"),
        ("c", BIGRAM),
    ):
        owner = owner_of(secret * 32)
        name = kept.begin(owner)
        ask(tutor, question, conversation=name, owner=owner)
    [record] = kept.records(name, owner)
    kept.rate(name, owner, record.id, "good")
    kept.rate(name, owner, record.id, "bad", "trop court")
    found = report(kept.of_everybody())
    assert (found.conversations, found.asked, found.answered, found.good) == (4, 4, 1, 0)
    assert [(group.times, group.question) for group in found.unanswered] == [
        (2, "Comment changer une roue crevée ?"),
        (1, "Comment cuire des œufs ?"),
    ]
    assert found.unanswered[0].examples == ["comment changer la roue crevee"]
    assert [(bad.question, bad.reason) for bad in found.bad] == [(BIGRAM, "trop court")]
    assert found.by_chapter == {"n-grammes": 1}
    assert list(found.by_day.values()) == [4]
    for language in ("fr", "en"):
        text = to_markdown(found, language)
        assert "trop court" in text
        assert owner not in text
    assert owner not in str(found.to_json())
    kept.rate(name, owner, record.id, None)
    assert report(kept.of_everybody()).bad == ()


def test_questions_about_other_things_are_not_grouped() -> None:
    questions = ["Qui a gagné la coupe du monde ?", "Qui a gagné Roland-Garros ?", "Combien coûte une voiture ?"]
    groups = grouped(replace(Record.asked(each, "fr"), asked_at=str(number)) for number, each in enumerate(questions))
    assert [group.times for group in groups] == [1, 1, 1]
