"""The transformer demonstration: train a small GPT on characters, watch its loss fall and its samples sharpen.

    tutor demo transformer layers=2 width=64 steps=300 prompt="Le modèle"

The model is in ``transformer.py``; here is what surrounds one run. The last tenth of the text is kept for validation
and never trained on. ``metrics`` of a run (losses in nats a character):

    characters, V, parameters           characters to learn from, how many different (one more for the rest), weights
    loss_start                          of the first step: about log V, chance
    loss_train                          mean of the last twenty steps
    loss_validation, bits, perplexity   of the trained model, on the validation text
    ngram_validation                    a Witten-Bell 5-gram of the same text, on the same validation characters

The oracle builds the same network out of torch's own modules (``nn.TransformerEncoderLayer``, ``layer_norm``) with the
trained weights copied, and compares the scores in float64.
"""

from __future__ import annotations

import math
import time
import unicodedata
from collections import Counter
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from tutor import messages
from tutor.contracts import DemoResult, Language, Oracle, Suggestion
from tutor.demos import ngram_arrays, wording
from tutor.demos.cache import NO_CACHE, Arrays, Cache
from tutor.demos.corpus import prose
from tutor.demos.demo import Argument, Demo, Progress, new_run_id
from tutor.demos.threads import in_slices, one_thread
from tutor.errors import DemoTextUnusable
from tutor.figures import Axis, Curve, Lines, Rule

if TYPE_CHECKING:
    from torch import Tensor

    from tutor.demos.transformer import GPT

LEAST = 300
"""Characters without which there is nothing to learn from and nothing left to validate on."""
TEXT_LIMIT = 200_000
MOST_CHARACTERS = 500
"""The most frequent ones of the text; the others are read as unknown."""
UNKNOWN = "\ufffd"
CONTEXT, BATCH, RATE = 32, 32, 0.006
TOLERANCE = 1e-6

_NGRAM = 5
_HELD_OUT = 3000  # validation characters at most
_SAMPLES, _SAMPLE, _MEASURES = 4, 60, 12

_ARGUMENTS = (
    Argument("text", "string", None, minimum=1, maximum=TEXT_LIMIT, document=True),
    Argument("layers", "integer", 2, minimum=1, maximum=4),
    Argument("width", "integer", 64, minimum=8, maximum=128),
    Argument("steps", "integer", 300, minimum=20, maximum=2000),
    Argument("prompt", "string", "Le modèle", maximum=500),
    Argument("length", "integer", 120, minimum=0, maximum=300),
    Argument("temperature", "number", 0.8, minimum=0.1, maximum=2.0),
)


@dataclass(frozen=True)
class Text:
    """A text cut in two, and the codes of its characters; code 0 is every character that is not among them."""

    training: str
    held_out: str

    @classmethod
    def of(cls, text: str) -> Text:
        """Cut the last tenth off. Raises ``DemoTextUnusable`` below ``LEAST`` characters."""
        text = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()
        if len(text) < LEAST:
            raise DemoTextUnusable(
                demo="transformer", argument="text", value=text[:40], reason="transformer.accepted.longer", least=LEAST
            )
        cut = len(text) * 9 // 10
        return cls(text[:cut], text[cut : cut + _HELD_OUT])

    @cached_property
    def characters(self) -> tuple[str, ...]:
        """The character of each code."""
        most_frequent = Counter(self.training).most_common(MOST_CHARACTERS)
        return (UNKNOWN, *sorted({character for character, _ in most_frequent} - {UNKNOWN}))

    @cached_property
    def _code(self) -> dict[str, int]:
        return {character: code for code, character in enumerate(self.characters)}

    def codes(self, text: str) -> list[int]:
        """Return the code of each character."""
        return [self._code.get(character, 0) for character in text]

    def written(self, codes: list[int]) -> str:
        """Return the text of these codes."""
        return "".join(self.characters[code] for code in codes)


def run(
    args: Mapping[str, Any], *, seed: int, language: Language, cache: Cache = NO_CACHE
) -> Iterator[Progress | DemoResult]:
    """Run the demo on checked arguments. Raises ``DemoTextUnusable`` for a text too short to learn from."""

    say = wording.Say("transformer", language)

    text = Text.of(args["text"] if args["text"] is not None else prose())
    yield Progress(0, args["steps"], say("progress.begin"))
    started = time.perf_counter()
    gpt = new_model(text, args, seed)
    settings = {name: args[name] for name in ("text", "layers", "width", "steps")} | {"seed": seed}
    arrays = cache.load(settings)
    if arrays is None:
        arrays = yield from _trained(gpt, text, args, seed, say)
        cache.save(settings, arrays)
    restore(gpt, arrays)
    metrics = _metrics(gpt, text, arrays)
    written = _written(gpt, text, args, seed)
    seconds = time.perf_counter() - started

    figure = _figure(arrays, args["steps"], metrics, say)
    yield Progress(args["steps"], args["steps"], say("progress.check"), figure)
    with one_thread():
        oracle = check(gpt, text)
    samples = [
        {"step": int(step), "text": str(sample)}
        for step, sample in zip(arrays["sample_steps"], arrays["samples"], strict=True)
    ]
    yield DemoResult(
        name="transformer",
        args=dict(args),
        seed=seed,
        metrics=metrics,
        series=[
            *({"step": i, "train": float(loss)} for i, loss in enumerate(arrays["losses"])),
            *(
                {"step": int(step), "validation": float(loss)}
                for step, loss in zip(arrays["measured_steps"], arrays["measured"], strict=True)
            ),
        ],
        table={
            "columns": [say("column.step"), say("column.sample")],
            "rows": [[sample["step"], sample["text"]] for sample in samples],
        },
        figure=figure,
        oracle=oracle,
        seconds=seconds,
        facts=tuple(_facts(args, text, metrics, arrays, samples, written, oracle, seed, language, say)),
        run_id=new_run_id(),
        suggestions=_suggestions(args, say),
    )


def new_model(text: Text, args: Mapping[str, Any], seed: int) -> GPT:
    """Return the untrained model; four heads, or fewer where the width does not divide by four."""
    import torch

    from tutor.demos.transformer import GPT

    source = torch.Generator().manual_seed(seed)
    heads = math.gcd(args["width"], 4)
    return GPT(len(text.characters), args["layers"], args["width"], heads, CONTEXT, source)


def restore(gpt: GPT, arrays: Arrays) -> None:
    """Put trained parameters into the model."""
    import torch

    with torch.no_grad():
        for name, parameter in gpt.named().items():
            parameter.copy_(torch.from_numpy(arrays[f"parameter {name}"]))


def check(gpt: GPT, text: Text) -> Oracle:
    """Compare the scores with those of the same network made of torch's own modules, in float64."""
    import torch

    double = {name: parameter.detach().double() for name, parameter in gpt.named().items()}
    ours = type(gpt).__new__(type(gpt))
    ours.heads, ours.context, ours.causal = gpt.heads, gpt.context, gpt.causal
    ours.C, ours.P, ours.g, ours.s = (double[name] for name in ("C", "P", "g", "s"))
    ours.blocks = [{name: double[f"{i}.{name}"] for name in block} for i, block in enumerate(gpt.blocks)]
    codes = text.codes(text.held_out[: 4 * CONTEXT])
    rows = [codes[i : i + CONTEXT] for i in range(0, max(1, len(codes) - CONTEXT + 1), CONTEXT)]
    w = torch.tensor([row for row in rows if len(row) == len(rows[0])])
    with torch.no_grad():
        error = float((ours.logits(w) - _torch_logits(ours, w)).abs().max())
    return Oracle("torch nn.TransformerEncoderLayer (float64)", error, error <= TOLERANCE)


def _torch_logits(gpt: GPT, w: Tensor) -> Tensor:
    """The same network out of torch's modules: it knows the chapter's matrices by other names, and transposed."""
    import torch

    d, n = gpt.C.shape[1], w.shape[1]
    x = gpt.C[w] + gpt.P[:n]
    mask = torch.nn.Transformer.generate_square_subsequent_mask(n, dtype=torch.float64)
    for block in gpt.blocks:
        layer = torch.nn.TransformerEncoderLayer(  # « meta »: nothing is drawn from torch's global chance
            d, gpt.heads, 4 * d, dropout=0.0, batch_first=True, norm_first=True, dtype=torch.float64, device="meta"
        )
        layer.load_state_dict(
            {
                "self_attn.in_proj_weight": torch.cat([block["W_Q"].T, block["W_K"].T, block["W_V"].T]),
                "self_attn.in_proj_bias": torch.cat([block["b_Q"], block["b_K"], block["b_V"]]),
                "self_attn.out_proj.weight": block["W_O"].T,
                "self_attn.out_proj.bias": block["b_O"],
                "linear1.weight": block["W_1"].T,
                "linear1.bias": block["b_1"],
                "linear2.weight": block["W_2"].T,
                "linear2.bias": block["b_2"],
                "norm1.weight": block["g_1"],
                "norm1.bias": block["s_1"],
                "norm2.weight": block["g_2"],
                "norm2.bias": block["s_2"],
            },
            assign=True,
        )
        x = layer(x, src_mask=mask, is_causal=True)
    x = torch.nn.functional.layer_norm(x, (d,), gpt.g, gpt.s)
    return torch.nn.functional.linear(x, gpt.C)


def _trained(gpt: GPT, text: Text, args: Mapping[str, Any], seed: int, say: Any) -> Generator[Progress, None, Arrays]:
    """Train, showing the curve about twice a second; return the parameters, the losses and the samples."""
    import torch

    from tutor.demos.transformer import held_out_loss, train

    steps = args["steps"]
    learned, held_out = torch.tensor(text.codes(text.training)), torch.tensor(text.codes(text.held_out))
    sample_at = sorted({round(steps * share**2) for share in np.linspace(0, 1, _SAMPLES)})
    measure_at = sorted({round(steps * k / _MEASURES) for k in range(_MEASURES + 1)})
    losses: list[float] = []
    measured: list[tuple[int, float]] = []
    samples: list[tuple[int, str]] = []

    def work() -> Iterator[None]:
        """The training, with the measurements and samples between its steps; yields after each piece."""
        source = torch.Generator().manual_seed(seed)
        training = train(gpt, learned, steps, BATCH, RATE, source)
        for step in range(steps + 1):
            if step in measure_at:
                measured.append((step, held_out_loss(gpt, held_out)))
                yield
            if step in sample_at:
                draws = torch.Generator().manual_seed(seed)
                start = text.codes(text.training[:1])
                samples.append((step, _one_line(text.written(gpt.write(start, _SAMPLE, 0.8, draws)))))
                yield
            if step < steps:
                losses.append(next(training))
                yield

    for _ in in_slices(work()):
        figure = _curve(losses, measured, say).to_dict() if len(losses) > 1 else None
        yield Progress(len(losses), steps, say("progress.train", text=samples[-1][1]), figure)
    return {
        **{f"parameter {name}": p.detach().numpy() for name, p in gpt.named().items()},
        "losses": np.array(losses),
        "measured_steps": np.array([step for step, _ in measured]),
        "measured": np.array([loss for _, loss in measured]),
        "sample_steps": np.array([step for step, _ in samples]),
        "samples": np.array([sample for _, sample in samples]),
    }


def _metrics(gpt: GPT, text: Text, arrays: Arrays) -> dict[str, float]:
    loss = float(arrays["measured"][-1])
    return {
        "characters": len(text.training),
        "V": len(text.characters),
        "parameters": sum(parameter.numel() for parameter in gpt.named().values()),
        "loss_start": float(arrays["losses"][0]),
        "loss_train": float(arrays["losses"][-20:].mean()),
        "loss_validation": loss,
        "bits": loss / math.log(2),
        "perplexity": math.exp(loss),
        "ngram_validation": ngram_loss(text),
    }


def ngram_loss(text: Text) -> float:
    """Return the loss of a Witten-Bell 5-gram on the validation characters, trained on the same text."""
    training, held_out = np.array(text.codes(text.training)), np.array(text.codes(text.held_out))
    return ngram_arrays.held_out_loss(training, held_out, len(text.characters), _NGRAM)


def _written(gpt: GPT, text: Text, args: Mapping[str, Any], seed: int) -> str:
    import torch

    start = text.codes(args["prompt"]) or text.codes("\n") or [0]
    with one_thread():
        source = torch.Generator().manual_seed(seed)
        return text.written(gpt.write(start, args["length"], args["temperature"], source))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _curve(losses: list[float] | np.ndarray[Any, Any], measured: Any, say: Any, rules: tuple[Rule, ...] = ()) -> Lines:
    """The loss of training, averaged over stretches of ten steps or more, and that of validation."""
    width = max(10, len(losses) // 100)
    stretches = [losses[i : i + width] for i in range(0, len(losses), width)]
    return Lines(
        say("figure"),
        x=Axis(say("column.step")),
        y=Axis(say("figure.loss")),
        curves=(
            Curve(
                say("figure.train"),
                x=tuple(i * width + len(stretch) / 2 for i, stretch in enumerate(stretches)),
                y=tuple(float(np.mean(stretch)) for stretch in stretches),
            ),
            Curve(
                say("figure.validation"),
                x=tuple(step for step, _ in measured),
                y=tuple(loss for _, loss in measured),
                points=True,
            ),
        ),
        rules=rules,
    )


def _figure(arrays: Arrays, steps: int, metrics: Mapping[str, float], say: Any) -> dict[str, Any]:
    measured = [
        (int(step), float(loss)) for step, loss in zip(arrays["measured_steps"], arrays["measured"], strict=True)
    ]
    rules = (
        Rule(say("figure.chance"), at=math.log(metrics["V"]), axis="y"),
        Rule(say("figure.ngram", n=_NGRAM), at=metrics["ngram_validation"], axis="y"),
    )
    return _curve(arrays["losses"], measured, say, rules).to_dict()


def _facts(
    args: Mapping[str, Any],
    text: Text,
    metrics: Mapping[str, float],
    arrays: Arrays,
    samples: list[dict[str, Any]],
    written: str,
    oracle: Oracle,
    seed: int,
    language: Language,
    say: Any,
) -> Iterator[str]:
    def number(name: str, decimals: int = 2) -> str:
        return wording.number(metrics[name], language, decimals)

    def quote(words: str) -> str:
        return messages.text("demo.quote", language, text=_one_line(words).replace("`", "’"))

    yield say(
        "fact.own_text" if args["text"] is not None else "fact.prose",
        characters=number("characters", 0),
        V=number("V", 0),
    )
    yield say(
        "fact.model",
        layers=wording.count(args["layers"], "block", language),
        d=args["width"],
        heads=wording.count(math.gcd(args["width"], 4), "head", language),
        context=CONTEXT,
        parameters=number("parameters", 0),
        blocks=wording.number(args["layers"] * (12 * args["width"] ** 2), language),
    )
    yield say("fact.start", chance=wording.number(math.log(metrics["V"]), language, 2), start=number("loss_start"))
    yield say(
        "fact.losses",
        steps=wording.number(args["steps"], language),
        train=number("loss_train"),
        validation=number("loss_validation"),
        bits=number("bits"),
        perplexity=number("perplexity", 1),
    )
    if metrics["loss_validation"] > metrics["loss_train"] + 0.25:
        yield say("fact.by_heart")
    better = metrics["loss_validation"] < metrics["ngram_validation"]
    yield say(
        "fact.beats_ngram" if better else "fact.loses_to_ngram", n=_NGRAM, ngram=number("ngram_validation"),
        validation=number("loss_validation"),
    )  # fmt: skip
    yield say("fact.first_sample", text=quote(samples[0]["text"]))
    yield say("fact.last_sample", steps=samples[-1]["step"], text=quote(samples[-1]["text"]))
    if args["length"]:
        key = "fact.continued" if args["prompt"].strip() else "fact.generated"
        unknown = sorted({c for c in args["prompt"] if c not in text.characters})
        if unknown:
            yield say("fact.unknown", characters=", ".join(quote(c) if c.strip() else "␣" for c in unknown[:5]))
        yield say(
            key,
            prompt=quote(args["prompt"]),
            text=quote(written),
            temperature=wording.plain(args["temperature"], language),
            seed=seed,
        )
    yield say("fact.toy")
    yield say("fact.oracle", reference=oracle.reference, error=wording.power_of_ten(oracle.error, language))


def _suggestions(args: Mapping[str, Any], say: Any) -> tuple[Suggestion, ...]:
    found = []
    if args["steps"] <= 1000:
        found.append(Suggestion(say("suggestion.steps"), {"steps": 2 * args["steps"]}))
    if args["layers"] > 1:
        found.append(Suggestion(say("suggestion.layer"), {"layers": 1}))
    if args["temperature"] > 0.3:
        found.append(Suggestion(say("suggestion.temperature"), {"temperature": 0.2}))
    return tuple(found)


DEMO = Demo(
    name="transformer",
    tool_name="transformer_demo",
    chapter="transformers",
    arguments=_ARGUMENTS,
    run=run,
)
