"""The tree of language models: counts by the csv module, the filters, the drawing."""

from __future__ import annotations

import csv
import json
from typing import Any

import pytest

from tutor import figures
from tutor.contracts import DemoResult, Language
from tutor.demos import llm_tree_demo, registry, wording
from tutor.errors import DemoTextUnusable
from tutor.figures.svg import svg


def run(language: Language = "fr", **raw: Any) -> DemoResult:
    return registry.run("llm_tree", raw, language=language)


def rows() -> list[dict[str, str]]:
    with llm_tree_demo.FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_counts_are_those_of_the_file() -> None:
    metrics = run().metrics
    assert metrics["models"] == len(rows())
    for french, kind in llm_tree_demo.KINDS.items():
        assert metrics[kind] == sum(row["architecture"] == french for row in rows())
    assert metrics["closed"] == sum(row["poids"] == "fermes" for row in rows())
    assert metrics["open"] + metrics["closed"] == metrics["models"]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    "raw",
    [{}, {"kind": "encoder"}, {"weights": "closed"}, {"family": "llama"}, {"first": 2020, "last": 2021},
     {"kind": "encoder-decoder", "last": "2019"}],
)  # fmt: skip
def test_every_metric_is_in_a_fact_and_every_model_in_the_drawing(language: Language, raw: dict[str, Any]) -> None:
    result = run(language, **raw)
    said = " ".join(result.facts)
    for name, value in result.metrics.items():
        assert (str(int(value)) if "year" in name else wording.number(value, language)) in said, name
    assert result.oracle is not None and result.oracle.ok and result.oracle.error == 0
    figure = figures.read(result.figure)
    assert isinstance(figure, figures.Tree)
    marked = [node.label for node in figure.nodes if node.mark]
    assert marked == [row["name"] for row in result.series] and len(marked) == result.metrics["models"]
    hollow = {node.label for node in figure.nodes if node.mark == "hollow"}
    assert hollow == {row["modele"] for row in rows() if row["poids"] == "fermes"} & set(marked)
    for node in figure.nodes:
        if node.mark:
            assert node.at == int(next(row["annee"] for row in rows() if row["modele"] == node.label))
    svg(figure, language)
    json.dumps(result.to_json(), allow_nan=False)
    assert run(language, **raw).metrics == result.metrics


def test_the_check_sees_a_wrong_count() -> None:
    args = run().args
    metrics = dict(run().metrics)
    assert llm_tree_demo.check(metrics, args).ok
    assert not llm_tree_demo.check({**metrics, "closed": metrics["closed"] + 1}, args).ok


def test_the_first_of_each_kind() -> None:
    said = " ".join(run().facts).replace("\u202f", " ").replace("\u00a0", " ")
    assert "branche « encodeur » ici : « BERT » (2018)" in said
    assert "branche « décodeur » ici : « GPT-1 » (2018)" in said
    assert "« GPT-3 » (2020)" in said and "ne sont pas ceux de tous les LLM" in said


@pytest.mark.parametrize(
    ("raw", "hint"),
    [({"family": "Cuisine"}, "Mistral"), ({"first": 2030}, "2030"), ({"kind": "encoder", "weights": "closed"}, "poids"),
     ({"first": 2022, "last": 2020}, "2022")],
)  # fmt: skip
def test_filters_that_leave_nothing_are_refused(raw: dict[str, Any], hint: str) -> None:
    with pytest.raises(DemoTextUnusable) as caught:
        run(**raw)
    assert hint in caught.value.text("fr") and caught.value.text("fr") != caught.value.text("en")
    assert len(caught.value.text("fr")) < 400


def test_suggestions_are_other_runs() -> None:
    for suggestion in run().suggestions:
        assert registry.run("llm_tree", suggestion.args, language="fr").metrics
