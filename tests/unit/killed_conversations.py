"""Run by ``test_conversations_killed.py``: asks in a child process, kills it with SIGKILL, looks at what was kept.

    python killed_conversations.py HOME ROUNDS SEED

Libraries are imported once; each round forks. The child writes one line a question that is begun and one an answer
that is acknowledged, to a pipe: what a killed process has written there can still be read. Prints one JSON object.
"""

import json
import os
import random
import signal
import sqlite3
import sys
import time
from pathlib import Path

from conftest import SmallCourse, StemEmbedder

from tutor.agent.tutor import CourseTutor
from tutor.compose import PROMPTS
from tutor.contracts import Answered, Profile
from tutor.conversations.store import FILE, LOCAL, open_conversations
from tutor.models.scripted import ScriptedModel

SMALL = Profile(writes=False, chooses=False, chat=False)
QUESTIONS = ("Qu’est-ce qu’un bigramme ?", "Que fait le lissage de Laplace ?", "Comment changer une roue ?")


def talk(home: Path, name: str, first: int, pipe: int) -> None:
    """Ask until killed."""
    with open_conversations(home) as conversations:
        model = ScriptedModel(["…"], profile=SMALL)
        tutor = CourseTutor(model, SmallCourse(), StemEmbedder(), PROMPTS, conversations=conversations)  # type: ignore[arg-type]
        for number in range(first, first + 10_000):
            question = f"{QUESTIONS[number % len(QUESTIONS)]} ({number})"
            os.write(pipe, f"{json.dumps({'asked': question})}\n".encode())
            for event in tutor.answer(question, conversation=name):
                if isinstance(event, Answered):
                    told = {"acknowledged": question, "answer": event.answer.answer}
                    os.write(pipe, f"{json.dumps(told)}\n".encode())


def one_round(home: Path, name: str, first: int, wait: float) -> list[dict[str, str]]:
    """Return what the child told before it was killed, ``wait`` seconds after its first answer."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.close(read)
        try:
            talk(home, name, first, write)
        finally:
            os._exit(1)
    os.close(write)
    told = b""
    while b'"acknowledged"' not in told:
        piece = os.read(read, 65536)
        if not piece:
            raise SystemExit("the child ended by itself")
        told += piece
    time.sleep(wait)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while piece := os.read(read, 65536):
        told += piece
    os.close(read)
    lines = told.decode().split("\n")[:-1]  # a line that was cut was not acknowledged
    return [json.loads(line) for line in lines]


def main(home: Path, rounds: int, seed: int) -> None:
    chance = random.Random(seed)
    lost, wrong, damaged, interrupted, acknowledged, asked = [], [], [], 0, 0, 0
    name = ""
    answers: dict[str, str] = {}
    for number in range(rounds):
        if number % 5 == 0:  # conversations of several sizes
            with open_conversations(home) as conversations:
                name = conversations.begin(LOCAL)
            answers = {}
        told = one_round(home, name, asked, chance.uniform(0, 0.25))
        answers |= {line["acknowledged"]: line["answer"] for line in told if "acknowledged" in line}
        acknowledged += sum("acknowledged" in line for line in told)
        asked += sum("asked" in line for line in told)
        raw = sqlite3.connect(home / FILE)
        if raw.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            damaged.append(number)
        raw.close()
        with open_conversations(home) as conversations:
            kept = {record.question: record for record in conversations.records(name, LOCAL)}
        lost += [question for question in answers if question not in kept or kept[question].answer is None]
        wrong += [q for q, text in answers.items() if q in kept and kept[q].answer and kept[q].answer.answer != text]
        last = list(kept.values())[-1]
        interrupted += last.answer is None and bool(last.question)
    print(
        json.dumps(
            {
                "rounds": rounds,
                "acknowledged": acknowledged,
                "lost": lost,
                "wrong": wrong,
                "damaged": damaged,
                "interrupted": interrupted,
            }
        )
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
