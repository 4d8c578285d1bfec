"""How received values and JSON types are told to a person."""

from __future__ import annotations

import json

from codegen_core.nodes.declaration import Text

LONGEST = 128

TYPE_NAMES: dict[str, Text] = {
    "object": Text("an object", "对象"),
    "array": Text("a list", "列表"),
    "string": Text("a text", "文本"),
    "integer": Text("an integer", "整数"),
    "number": Text("a number", "数值"),
    "boolean": Text("true or false", "布尔值"),
    "null": Text("null", "空值"),
}


def type_name(json_type: str, language: str) -> str:
    """Returns a JSON Schema type with its article, such as ``an integer``; an unknown one as it is."""
    known = TYPE_NAMES.get(json_type)
    return known.in_language(language) if known else json_type


def shortened(value: object) -> str:
    """Returns a value as JSON, cut to ``LONGEST`` characters; never raises, whatever the value is."""
    if isinstance(value, int) and value.bit_length() > 1024:
        return f"an integer of {value.bit_length()} bits"
    if isinstance(value, list | tuple | dict):
        return f"{'an object' if isinstance(value, dict) else 'a list'} of {len(value)}"
    if isinstance(value, str | int | float | None):
        return cut(json.dumps(value, ensure_ascii=False))
    return cut(type(value).__name__)


def cut(text: str) -> str:
    """Returns ``text``, its end replaced by an ellipsis where it is longer than ``LONGEST``."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
