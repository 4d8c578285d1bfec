"""Identifiers for a flow's nodes: from their labels, legal, unique, and clear of every name the module itself uses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import NewType

Identifier = NewType("Identifier", str)
"""A legal Python name in lower-case ASCII that shadows nothing."""

NAME_LIMIT = 24


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


# Spelt out: keyword.kwlist and dir(builtins) differ between Python versions, and the same flow gives the same bytes.
_PYTHON = _words(
    "and as assert async await break case class continue def del elif else except finally for from global if import",
    "in is lambda match nonlocal not or pass raise return try type while with yield",
    "abs aiter all anext any ascii bin bool breakpoint bytearray bytes callable chr classmethod compile complex",
    "copyright credits delattr dict dir divmod enumerate eval exec exit filter float format frozenset getattr globals",
    "hasattr hash help hex id input int isinstance issubclass iter len license list locals map max memoryview min next",
    "object oct open ord pow print property quit range repr reversed round set setattr slice sorted staticmethod str",
    "sum super tuple vars zip",
)
_MODULE = _words(
    "collections d datetime math np numpy pandas pd qlib talib typing",
    "after_look_back all_days all_of any_of as_condition as_series best best_share crosses_above crosses_below",
    "divided has_fallen has_risen highest_score in_proportion kdj_lines known on_own_bars previous",
    "return_deviation smoothed within",
)
_PREPARE = _words("end features self")
_STRATEGY = _words(
    "account_value armed average_price can_trade candidates close columns days dropouts entries entry entry_node",
    "entry_row exit exit_reason exits fills follow_peak gaps generate_trade_decision halts hears_signals high",
    "instruments last_close low lowered marks may_return members open panel panels peaks pending plan pool",
    "pool_members post_exe_step post_upper_level_exe_step prepare price reports reset row score stop_row targets",
    "today trimmed update_average_price value_left volume vwap watch within_exposure within_turnover",
)
_FURTHER_EXITS = frozenset(f"exit_reason_{number}" for number in range(2, 200))
"""Methods that the exit rules of a large flow are dealt out to; of the 500 nodes a method takes four or more."""

_BASE_STRATEGY = _words(
    "alter_outer_trade_decision common_infra executor get_data_cal_avail_range level_infra outer_trade_decision",
    "reset_common_infra reset_level_infra trade_calendar trade_exchange trade_position update_trade_decision",
)

RESERVED_VARIABLES = _PYTHON | _MODULE | _PREPARE
"""What ``prepare`` sees: no node may be called so."""

RESERVED_ATTRIBUTES = _PYTHON | _STRATEGY | _FURTHER_EXITS | _BASE_STRATEGY | {"self", "kwargs"}
"""Attributes of the strategy and arguments of its constructor: no parameter may be called so."""


@dataclass(frozen=True, slots=True)
class Nameable:
    """What a node is named by.

    Attributes:
        parameters: Those that become keyword arguments, and ``FORMULA`` where the node has a function of its own.
        outputs: The output ports of a node that has several.
    """

    node_id: str
    label: str
    template_name: str
    parameters: tuple[str, ...]
    outputs: tuple[str, ...] = ()


def folded(label: str) -> str:
    """Returns what of a label is ASCII letters and digits, in snake case; empty where nothing is left."""
    ascii_only = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode("ascii")
    words = re.sub(r"[^a-z0-9]+", "_", ascii_only.lower()).strip("_")
    return words[:NAME_LIMIT].rstrip("_")


def parameter_name(node: Identifier, parameter: str) -> Identifier:
    """Returns the name of a node's parameter: keyword argument and attribute of the strategy."""
    return Identifier(f"{node}_{parameter}")


def output_name(node: Identifier, port: str, template_name: str) -> Identifier:
    """Returns the variable of one of a node's several outputs; the one called as the node kind has the node's name."""
    return node if port == template_name else Identifier(f"{node}_{port}")


FORMULA = "formula"


def formula_name(node: Identifier) -> Identifier:
    """Returns the name of the function that computes a node's own expression; taken as a parameter's name is."""
    return parameter_name(node, FORMULA)


def assign_names(nodes: Iterable[Nameable]) -> Mapping[str, Identifier]:
    """Returns node id to identifier, for nodes in topological order.

    The template's name stands in for a label without ASCII letters (a Chinese one, say); a name that is taken, or whose
    parameters' or outputs' names are, gets a number.
    """
    taken: set[str] = set()
    names: dict[str, Identifier] = {}
    for node in nodes:
        name = next(each for each in _candidates(node) if _free(each, node, taken))
        taken |= _variables(name, node) | _parameter_names(name, node)
        names[node.node_id] = name
    return names


def _free(name: Identifier, node: Nameable, taken: set[str]) -> bool:
    variables, parameters = _variables(name, node), _parameter_names(name, node)
    return not variables & (RESERVED_VARIABLES | taken) and not parameters & (RESERVED_ATTRIBUTES | taken)


def _variables(name: Identifier, node: Nameable) -> set[str]:
    return {name, *(output_name(name, port, node.template_name) for port in node.outputs)}


def _parameter_names(name: Identifier, node: Nameable) -> set[str]:
    return {parameter_name(name, parameter) for parameter in node.parameters}


def _candidates(node: Nameable) -> Iterator[Identifier]:
    stem = folded(node.label)
    if not stem[:1].isalpha():
        stem = folded(f"{node.template_name}_{stem}")
    yield Identifier(stem)
    for number in count(2):
        yield Identifier(f"{stem}_{number}")
