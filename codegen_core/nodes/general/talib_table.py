"""TA-Lib's functions as its own description tells them; the table is written by ``make golden`` from talib.abstract."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from codegen_core.json_value import JsonValue


@dataclass(frozen=True, slots=True)
class Option:
    """An option of a function: what JSON Schema says of it, and its title."""

    title: str
    schema: Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class Function:
    """A function of TA-Lib's.

    Attributes:
        inputs: Its arrays in order: the ports ``input`` and ``input_2``, or fields such as ``high``.
        fields: Port to the field that stands in for it, None where none can.
        outputs: Its results in order; ``whole`` are those that are whole numbers.
        blank: Bars at the beginning on which whole numbers are 0 for not known: a number, and the options added to it.
    """

    name: str
    title: str
    group: str
    inputs: tuple[str, ...]
    fields: Mapping[str, str | None]
    options: Mapping[str, Option]
    outputs: tuple[str, ...]
    whole: tuple[str, ...]
    blank: tuple[int, tuple[str, ...]]


@lru_cache(maxsize=1)
def talib_functions() -> Mapping[str, Function]:
    """Returns name to function, by name."""
    text = files(__package__).joinpath("talib_functions.json").read_text(encoding="utf-8")
    return {name: _function(name, told) for name, told in json.loads(text).items()}


def _function(name: str, told: dict[str, Any]) -> Function:
    blank = told["blank"]
    return Function(
        name=name,
        title=told["title"],
        group=told["group"],
        inputs=tuple(told["inputs"]),
        fields=told["fields"],
        options={option: _option(entry) for option, entry in told["options"].items()},
        outputs=tuple(told["outputs"]),
        whole=tuple(told["whole"]),
        blank=(blank.get("bars", 0), tuple(blank.get("added", ()))),
    )


def _option(entry: dict[str, Any]) -> Option:
    return Option(entry["title"], {word: value for word, value in entry.items() if word != "title"})
