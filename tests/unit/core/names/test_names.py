"""Identifiers are legal, unique, shadow nothing, and are the same for the same labels."""

from __future__ import annotations

import builtins
import keyword

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen_core.names import (
    NAME_LIMIT,
    RESERVED_ATTRIBUTES,
    RESERVED_VARIABLES,
    Nameable,
    assign_names,
    folded,
    output_name,
    parameter_name,
)

LABELS = st.text(st.characters()) | st.sampled_from(
    ["Fast", "fast", "fast 2", "close", "self", "class", "print", "均线", "5"]
)
PARAMETERS = st.lists(st.sampled_from(["window", "percent", "value", "max_positions"]), unique=True).map(tuple)
OUTPUTS = st.sampled_from([(), ("macd", "signal", "histogram"), ("k", "d"), ("window", "value")])
NODES = st.lists(
    st.tuples(LABELS, st.sampled_from(["sma", "compare", "stop_loss_percent", "macd"]), PARAMETERS, OUTPUTS),
    max_size=12,
)
Drawn = list[tuple[str, str, tuple[str, ...], tuple[str, ...]]]


def _nameable(drawn: Drawn) -> list[Nameable]:
    return [Nameable(str(number), *each) for number, each in enumerate(drawn)]


@given(NODES)
def test_names_are_legal_and_unique(drawn: Drawn) -> None:
    nodes = _nameable(drawn)
    names = assign_names(nodes)
    arguments = [{parameter_name(names[node.node_id], each) for each in node.parameters} for node in nodes]
    variables = [
        {names[node.node_id], *(output_name(names[node.node_id], port, node.template_name) for port in node.outputs)}
        for node in nodes
    ]
    own = [first | second for first, second in zip(variables, arguments, strict=True)]
    everything: set[str] = set().union(*own)
    assert all(name.isidentifier() and name.isascii() and name == name.lower() for name in everything)
    assert sum(map(len, own)) == len(everything), "no two nodes share a name"
    assert not set().union(*variables) & RESERVED_VARIABLES
    assert not set().union(*arguments) & RESERVED_ATTRIBUTES


@given(NODES)
def test_names_are_the_same_again(drawn: Drawn) -> None:
    assert assign_names(_nameable(drawn)) == assign_names(_nameable(drawn))


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Fast average", "fast_average"),
        ("  Überkauft (RSI > 70)!  ", "uberkauft_rsi_70"),
        ("均线", ""),
        ("20日 MA", "20_ma"),
        ("a" * 80, "a" * NAME_LIMIT),
    ],
)
def test_folding(label: str, name: str) -> None:
    assert folded(label) == name


def test_the_template_stands_in_for_what_cannot_be_folded() -> None:
    nodes = [Nameable("1", "均线", "sma", ()), Nameable("2", "", "sma", ()), Nameable("3", "20日", "sma", ())]
    assert list(assign_names(nodes).values()) == ["sma", "sma_2", "sma_20"]


def test_a_parameter_never_takes_an_attribute_of_the_strategy() -> None:
    (name,) = assign_names([Nameable("1", "average", "sma", ("price",))]).values()
    assert name == "average_2"


def test_a_parameter_never_takes_the_name_of_another_node() -> None:
    nodes = [Nameable("1", "fast window", "sma", ()), Nameable("2", "fast", "sma", ("window",))]
    assert list(assign_names(nodes).values()) == ["fast_window", "fast_2"]


def test_every_word_of_python_is_reserved() -> None:
    words = {*keyword.kwlist, *keyword.softkwlist, *dir(builtins)} - {"_"}
    assert {word for word in words if word == word.lower() and not word.startswith("_")} <= RESERVED_VARIABLES


def test_an_output_takes_the_nodes_name_or_one_of_its_own() -> None:
    outputs = ("macd", "signal")
    names = assign_names([Nameable("a", "Signal", "sma", ()), Nameable("b", "", "macd", (), outputs)])
    assert [output_name(names["b"], port, "macd") for port in outputs] == ["macd", "macd_signal"]


def test_an_output_never_takes_the_name_of_another_node() -> None:
    nodes = [Nameable("a", "Bands upper", "sma", ()), Nameable("b", "Bands", "bollinger", (), ("upper", "lower"))]
    assert assign_names(nodes)["b"] == "bands_2"
