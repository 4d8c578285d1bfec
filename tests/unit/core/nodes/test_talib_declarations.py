"""TA-Lib's nodes against TA-Lib itself: names, inputs, ranges and look-backs."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from talib import abstract

from codegen_core.nodes.declaration import BarFunction, NodeTemplate
from codegen_core.nodes.registry import system_templates
from codegen_core.nodes.schema import schemas_of

talib_function: Any = abstract.Function  # type: ignore[attr-defined]  # left out of its stubs

BARS = 4000
FIELDS = ("open", "high", "low", "close", "volume")


def _function(template: NodeTemplate) -> BarFunction:
    assert template.bar_function is not None
    return template.bar_function


TALIB = [each for each in system_templates() if each.bar_function and each.bar_function.name.startswith("talib.")]
every_talib_node = pytest.mark.parametrize("template", TALIB, ids=lambda template: template.name)


def _abstract(template: NodeTemplate, parameters: dict[str, Any]) -> Any:
    function = _function(template)
    values = {name: each if isinstance(each, int) else parameters[each] for name, each in function.options.items()}
    return talib_function(function.name.removeprefix("talib."), **values)


def _some_parameters(template: NodeTemplate) -> list[dict[str, Any]]:
    """Returns the defaults and every mix of a small and a larger window, all windows at their minimum included."""
    schemas: Any = schemas_of(template)
    choices = {
        name: [schema["minimum"], schema["minimum"] + 1, 17, 40] if schema["type"] == "integer" else [schema["default"]]
        for name, schema in schemas.items()
    }
    mixes = [dict(zip(choices, values, strict=True)) for values in product(*choices.values())]
    return [dict(template.default_parameters), *mixes]


@every_talib_node
def test_look_back_is_talibs(template: NodeTemplate) -> None:
    for parameters in _some_parameters(template):
        assert template.look_back(parameters) == _abstract(template, parameters).lookback, parameters


@every_talib_node
def test_inputs_and_results_are_the_functions(template: NodeTemplate) -> None:
    info = talib_function(_function(template).name.removeprefix("talib.")).info
    taken = [name for each in info["input_names"].values() for name in ([each] if isinstance(each, str) else each)]
    named = ["close" if name == "input" else name for name in _function(template).inputs]
    assert named == taken
    assert len(_function(template).results) == len(info["output_names"])
    assert [port.name for port in template.outputs] == list(_function(template).results)


@every_talib_node
def test_every_parameter_reaches_the_function(template: NodeTemplate) -> None:
    known = talib_function(_function(template).name.removeprefix("talib.")).info["parameters"]
    assert set(_function(template).options) <= set(known)
    used = {each for each in _function(template).options.values() if isinstance(each, str)}
    assert used == set(schemas_of(template)) - {"field"}


@every_talib_node
def test_what_is_left_to_talib_is_the_simple_average(template: NodeTemplate) -> None:
    """An option that a node doesn't give is a kind of average, and 0, the simple one, is its default."""
    known = talib_function(_function(template).name.removeprefix("talib.")).info["parameters"]
    left = {name: value for name, value in known.items() if name not in _function(template).options}
    assert all(name.endswith("matype") and value == 0 for name, value in left.items())


def _run(template: NodeTemplate, parameters: dict[str, Any]) -> Any:
    chance = np.random.default_rng(5)
    bars = {name: 10 + chance.random(BARS) for name in FIELDS}
    return _abstract(template, parameters).run(bars)


@every_talib_node
def test_the_ranges_are_those_that_talib_takes(template: NodeTemplate) -> None:
    schemas: Any = schemas_of(template)
    for name, schema in schemas.items():
        if schema["type"] == "integer":
            defaults = dict(template.default_parameters)
            _run(template, defaults | {name: schema["minimum"]})
            _run(template, defaults | {name: schema["maximum"]})
            with pytest.raises(Exception, match="Bad Parameter"):
                _run(template, defaults | {name: schema["minimum"] - 1})


@every_talib_node
def test_values_begin_where_the_look_back_ends(template: NodeTemplate) -> None:
    results = _run(template, dict(template.default_parameters))
    for values in results if isinstance(results, list) else [results]:
        first = int(np.flatnonzero(~np.isnan(values))[0])
        assert first == template.look_back(template.default_parameters)
