"""Reading the JSON object a model wrote: never trusted before it is parsed and checked against its schema."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tutor.errors import ModelError
from tutor.messages import Notice


class ModelOutputInvalid(ModelError):
    """``reason``: the model's JSON is cut, or does not satisfy the schema."""


def checked_json(text: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the object in ``text`` if it satisfies ``schema``. Raises ``ModelOutputInvalid``.

    >>> checked_json('{"n": 1}', {"type": "object", "properties": {"n": {"type": "integer"}}})
    {'n': 1}
    """
    import jsonschema  # type: ignore[import-untyped]  # its stubs are not among our dependencies

    try:
        value = json.loads(text)
        jsonschema.validate(value, dict(schema))
    except json.JSONDecodeError as error:
        raise ModelOutputInvalid(reason=Notice("models.json.cut", {"end": text[-40:]})) from error
    except jsonschema.ValidationError as error:
        details = {"place": error.json_path, "rule": error.validator}
        raise ModelOutputInvalid(reason=Notice("models.json.schema", details)) from error
    if not isinstance(value, dict):
        raise ModelOutputInvalid(reason=Notice("models.json.not_object"))
    return value
