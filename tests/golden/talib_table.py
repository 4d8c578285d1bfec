"""What TA-Lib offers, read from the library: the source of the table that ``talib_function`` is declared from."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import talib as named
from talib import _ta_lib as library
from talib import abstract as described

TABLE = Path(__file__).parents[2] / "codegen_core" / "nodes" / "general" / "talib_functions.json"
MOST_BARS = 1000

WITHOUT_SENSE = {"MAXINDEX", "MININDEX", "MINMAXINDEX"}
"""They tell a position counted from an instrument's first bar, which means nothing on another day."""

abstract: Any = described
talib: Any = named
_ta_lib: Any = library  # what these three offer is left out of their stubs

_FIELDS = ("open", "high", "low", "close", "volume")
_PORTS = {"price": "input", "price0": "input", "price1": "input_2", "periods": "input_2"}
_REAL_POINTS = (-3e37, 0.0, 0.01, 0.99, 1.0, 100.0, 3e37)
_REAL, _WHOLE, _CHOICE = 0, 2, 3


def written() -> str:
    """Returns the table as the file holds it: a line a function."""
    functions = sorted(set(talib.get_functions()) - WITHOUT_SENSE)
    lines = (f" {json.dumps(name)}: {json.dumps(_function(name))}" for name in functions)
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _function(name: str) -> dict[str, Any]:
    info = _info(name)
    inputs, fields = [], {}
    for port, given in info["input_names"].items():
        if port == "prices":
            inputs += given
        else:
            inputs.append(_PORTS[port])
            fields[_PORTS[port]] = given if given in _FIELDS else None
    return {
        "title": info["display_name"],
        "group": info["group"],
        "inputs": inputs,
        "fields": fields,
        "options": {option: _option(name, place) for place, option in enumerate(info["parameters"])},
        "outputs": info["output_names"],
        "whole": _whole_outputs(name),
        "blank": _blank(name),
    }


def _info(name: str) -> Any:
    return abstract.Function(name).info


def _whole_outputs(name: str) -> list[str]:
    results = _call(name, 400)
    return [output for output, each in zip(_info(name)["output_names"], results, strict=True) if each.dtype.kind == "i"]


def _blank(name: str) -> dict[str, Any]:
    """Returns the look-back of whole numbers, as a number of bars and the options that are added to it.

    TA-Lib gives 0 there, where it gives NaN for other numbers.
    """
    if not _whole_outputs(name):
        return {}
    parameters = _info(name)["parameters"]
    bars = _look_back(name)
    added = [each for each, value in parameters.items() if _look_back(name, **{each: value + 1}) == bars + 1]
    assert all(_look_back(name, **{each: 40}) == bars - parameters[each] + 40 for each in added)
    return {"bars": bars - sum(parameters[each] for each in added), "added": added}


def _look_back(name: str, **options: float) -> int:
    return int(abstract.Function(name, **options).lookback)


def _call(name: str, count: int, **options: float) -> list[np.ndarray]:
    chance = np.random.default_rng(5)
    bars = {field: 10 + chance.random(count) for field in (*_FIELDS, "periods")}
    results = abstract.Function(name, **options).run(bars)
    return [np.asarray(each) for each in (results if isinstance(results, list) else [results])]


def _option(name: str, place: int) -> dict[str, Any]:
    told = _ta_lib._ta_getOptInputParameterInfo(name.encode(), place)
    option, default = told["name"], told["default_value"]

    def takes(value: float) -> bool:
        try:
            _call(name, 5, **{option: value})
        except Exception as refusal:  # noqa: BLE001 - TA-Lib raises no other
            assert "Bad Parameter" in str(refusal), (name, option, value, refusal)
            return False
        return True

    limits = {_WHOLE: _whole, _REAL: _real, _CHOICE: _choices}[told["type"]](takes)
    return {"title": told["display_name"], "default": default, **limits}


def _whole(takes: Callable[[float], bool]) -> dict[str, Any]:
    least = next(value for value in range(-5, 10) if takes(value))
    assert not takes(least - 1)
    return {"type": "integer", "minimum": least, "maximum": MOST_BARS}


def _real(takes: Callable[[float], bool]) -> dict[str, Any]:
    taken = [value for value in _REAL_POINTS if takes(value)]
    limits = {"minimum": taken[0], "maximum": taken[-1]}
    return {"type": "number", **{word: value for word, value in limits.items() if abs(value) < 3e37}}


def _choices(takes: Callable[[float], bool]) -> dict[str, Any]:
    return {"type": "integer", "enum": list(_taken(takes))}


def _taken(takes: Callable[[float], bool]) -> Iterator[int]:
    value = 0
    while takes(value):
        yield value
        value += 1
