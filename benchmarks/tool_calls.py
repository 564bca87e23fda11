"""How many tool calls decoded under the grammar are malformed? It should be none, whatever the model.

Two models write arguments for every tool of the agent, in turn: one of *random logits* behind the real vocabulary and
the real grammar (any text that the grammar allows may come), and the real one, at temperature 1. A call is malformed
when it is not JSON, or breaks the tool's JSON schema. Strings are ended early by a bias on quotes and brackets: random
tokens would never stop.

    python benchmarks/tool_calls.py [--model smollm2-135m] [--rounds 10] [--home DIR] [--json]

A round is a hundred calls by random logits and five by the real model.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tutor.contracts import Message, Sampling
from tutor.errors import TutorError
from tutor.models.catalogue import DEFAULT, KNOWN, builtin_file, open_model
from tutor.models.llamacpp import LlamaCppModel, _Context

MAX_TOKENS = 1500
ENDING = 9.0
"""Added to the logits of quotes, commas and closing brackets."""
CONTROL = 6.0
"""Added to those of line breaks and other control characters, which a string of JSON may not hold as they are."""


class _RandomContext(_Context):
    """A context that decodes nothing and has random logits."""

    def __init__(self, llama: Any) -> None:
        super().__init__(llama)
        self.random = np.random.default_rng(0)
        pieces = [self.piece(token) for token in range(self.size)]
        closing = (b'"', b",", b"}", b"]")
        self.bias = np.zeros(self.size, dtype=np.float32)
        for token, piece in enumerate(pieces):
            if piece[:1] in closing or self.ends(token):
                self.bias[token] = ENDING
            elif any(byte < 0x20 for byte in piece):
                self.bias[token] = CONTROL

    def prefill(self, tokens: Sequence[int], stopped: Any) -> bool:
        return True

    def decode(self, tokens: Sequence[int], *, all_logits: bool = False) -> None:
        pass

    def logits(self, row: int = -1) -> Any:
        return self.random.normal(size=self.size).astype(np.float32) * 3 + self.bias


class Random(LlamaCppModel):
    """The real vocabulary and grammar with random logits."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, name="random logits", context_size=2048)
        self._context = _RandomContext(self._llama)


def every_tool() -> list[dict[str, Any]]:
    """Return the tools of the agent, each with its JSON schema."""
    from langchain_core.utils.function_calling import convert_to_openai_tool

    from tutor.agent.quizzing import Examiner
    from tutor.agent.tools import all_tools
    from tutor.demos.laboratory import Laboratory
    from tutor.quiz.bank import Bank
    from tutor.retrieval.glossary import glossary

    terms = glossary(())
    course: Any = None  # the schemas do not depend on it
    tools = all_tools(
        course, "fr", terms=terms, examiner=Examiner(Bank(), course, terms), laboratory=Laboratory(), embedder=course
    )
    return [convert_to_openai_tool(tool)["function"] for tool in tools]


def malformed(model: LlamaCppModel, tools: Sequence[dict[str, Any]], n: int) -> list[str]:
    """Return what is wrong with each call that is, out of ``n``; the tools take turns."""
    wrong = []
    for number in range(n):
        tool = tools[number % len(tools)]
        sampling = Sampling(max_tokens=MAX_TOKENS, temperature=1.0, seed=number)
        prompt = [Message("user", f"{tool['name']}: {tool['description'][:200]} JSON:")]
        try:
            model.write_json(prompt, tool["parameters"], sampling)  # checked against the schema
        except TutorError as error:
            wrong.append(f"{tool['name']}, seed {number}: {error}")
        if (number + 1) % 50 == 0:
            print(f"{model.name}: {number + 1}/{n}, {len(wrong)} malformed", file=sys.stderr, flush=True)
    return wrong


def options() -> argparse.ArgumentParser:
    """Return the options: those of the other benchmarks, so that ``make bench`` can give all the same."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default=DEFAULT.name, choices=list(KNOWN))
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--home", type=Path, help="keep the assembled model there")
    parser.add_argument("--json", action="store_true")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Generate, count, print, and return 1 when a call is malformed."""
    chosen = options().parse_args(argv)
    tools = every_tool()
    result: dict[str, Any] = {"tools": len(tools)}
    with tempfile.TemporaryDirectory() as scratch:
        home = chosen.home or Path(scratch)
        vocabulary = builtin_file(KNOWN[chosen.model], home)
        real = open_model(chosen.model, home=home)
        assert isinstance(real, LlamaCppModel)
        for model, n in ((Random(vocabulary), 100 * chosen.rounds), (real, 5 * chosen.rounds)):
            begun = time.perf_counter()
            wrong = malformed(model, tools, n)
            result[model.name] = {"n": n, "malformed": wrong, "seconds": round(time.perf_counter() - begun, 1)}
            model.close()
    if chosen.json:
        print(json.dumps(result, ensure_ascii=False))
    else:
        for name, row in result.items():
            if name != "tools":
                print(f"{name}: {row['n']} calls, {len(row['malformed'])} malformed, {row['seconds']} s")
                print("\n".join(row["malformed"][:10]))
    return 1 if any(row["malformed"] for name, row in result.items() if name != "tools") else 0


if __name__ == "__main__":
    sys.exit(main())
