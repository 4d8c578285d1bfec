"""What a node kind is declared by: one value serves the editor, the checks, the generator and the database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from codegen_core.json_value import JsonValue

if TYPE_CHECKING:
    from codegen_core.expressions.formula import Formula
    from codegen_core.factors.factor import Factors

TEMPLATE_NAMESPACE = UUID("6f6b9bb4-6e8f-5d5c-9a55-0d0f7f1f2a61")
"""The fixed namespace of system template ids: the same template has the same id in every installation."""

Parameters = Mapping[str, JsonValue]


class NodeType(StrEnum):
    """The kinds of node that an editor draws."""

    INDICATOR = "INDICATOR"
    CONDITION = "CONDITION"
    SIGNAL = "SIGNAL"
    POSITION = "POSITION"
    STOP_LOSS = "STOP_LOSS"
    STOP_PROFIT = "STOP_PROFIT"
    RISK_MANAGEMENT = "RISK_MANAGEMENT"
    CUSTOM = "CUSTOM"


class PortType(StrEnum):
    """What a port carries; STRATEGY.md's table of types."""

    SERIES = "SERIES"
    BOOL = "BOOL"
    SIGNAL = "SIGNAL"
    POSITION = "POSITION"
    RULE = "RULE"


@dataclass(frozen=True, slots=True)
class Text:
    """A text in every language the suite speaks."""

    en: str
    zh: str

    def in_language(self, language: str) -> str:
        """Returns the text in ``language`` (``en`` or ``zh``), English for any other."""
        return self.zh if language == "zh" else self.en


class Side(StrEnum):
    """Which way a signal trades."""

    BUY = "BUY"
    SELL = "SELL"


@dataclass(frozen=True, slots=True)
class InputPort:
    """An input: ``types`` is a union, ``multiple`` lets it take more than one edge.

    Attributes:
        fallback: The parameter that stands in where an optional input isn't connected.
        side: Of an input for signals, the only side it takes; None takes both.
    """

    name: str
    types: tuple[PortType, ...]
    required: bool = True
    multiple: bool = False
    fallback: str | None = None
    side: Side | None = None


@dataclass(frozen=True, slots=True)
class OutputPort:
    """An output of one type; ``side`` says which way a signal trades, None where it isn't known."""

    name: str
    type: PortType
    side: Side | None = None


@lru_cache(maxsize=1024)
def system_template_id(name: str) -> str:
    """Returns the id of the system template called ``name``."""
    return str(uuid5(TEMPLATE_NAMESPACE, name))


def no_look_back(_parameters: Parameters) -> int:
    """Returns 0: the node reads only the current bar of its inputs."""
    return 0


@dataclass(frozen=True, slots=True)
class BarFunction:
    """A function of one instrument's own bars: it takes arrays of a field or an input each, and options.

    Attributes:
        name: As generated code calls it: ``talib.RSI``, or the name of a helper.
        inputs: Its arguments in order, each an input port of the node or a field such as ``high``.
        options: Its own names of options, in its order, to the node's parameter or to the number that is always given.
        results: The output port of each array that it returns, None for one that no port gives.
        blank: Of a result in whole numbers, its first bars, which say nothing: a number, and the options added to it.
    """

    name: str
    inputs: tuple[str, ...]
    options: Mapping[str, str | int] = field(default_factory=dict)
    results: tuple[str | None, ...] = ("value",)
    blank: tuple[int, tuple[str, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a parameter's value beyond its schema.

    Attributes:
        code: Name of the problem's code; ``facts`` fill in its sentence.
    """

    parameter: str
    code: str
    facts: Mapping[str, Text] = field(default_factory=dict)
    expected: str | None = None


@dataclass(frozen=True, slots=True)
class Specialising:
    """How a general node kind (any function, any expression, any factor) becomes the one that a node has.

    Attributes:
        by: The parameters that decide it; ``also`` those that do where they are given.
        make: From values of those parameters that satisfy their schemas to the template as the node has it, with its
            exact ports, parameters, look-back and expression; or what is wrong with them. Equal values give the same
            object.
    """

    by: tuple[str, ...]
    make: Callable[[Parameters, Factors], NodeTemplate | tuple[Fault, ...]]
    also: tuple[str, ...] = ()


def no_faults(_parameters: Parameters) -> tuple[Fault, ...]:
    """Returns nothing: the schema says all there is to say."""
    return ()


@dataclass(frozen=True, slots=True)
class NodeTemplate:
    """A node kind, the system's own or a user's.

    Attributes:
        name: Unique among system templates, ``^[a-z][a-z0-9_]*$``.
        category: Upper-case group in the editor's palette, such as TREND.
        parameter_schema: JSON Schema 2020-12 of the parameters, an object schema; titles and descriptions are the
            English ones (``localised_schema`` gives another language's).
        schema_texts: The other texts of the schema: parameter name to its title and its help.
        look_back: From the effective parameters to the number of bars before the current one that the node reads.
        expression: For Qlib-operator indicators, the expression with ``{input}`` and parameter names in braces.
        bar_function: For indicators that run over an instrument's own bars, the function and what it is called with.
        reads: Fields of the data that the node's code reads beside its inputs, as ``self.high`` and so on.
        formula: Of a Python expression of a user's, what was let through.
        jinja_template: The template under codegen_core/templates that renders the node's block.
        specialising: Of a general node kind, how a node's own template is made of it.
        examine: From the effective parameters to what is wrong with them beyond the schema.
        execution_hints: ``{language, expression}`` where neither name nor parameters tell the expression: of users'
            templates, and of a factor as a node has it.
        replaces: Names of older templates that this one stands in for.
        stored_id: The id of a user's template, as stored; a system template's follows from its name.
    """

    name: str
    node_type: NodeType
    category: str
    display_name: Text
    description: Text
    inputs: tuple[InputPort, ...]
    outputs: tuple[OutputPort, ...]
    jinja_template: str
    parameter_schema: Mapping[str, JsonValue] = field(default_factory=dict)
    default_parameters: Parameters = field(default_factory=dict)
    schema_texts: Mapping[str, tuple[Text, Text]] = field(default_factory=dict)
    look_back: Callable[[Parameters], int] = no_look_back
    expression: str | None = None
    bar_function: BarFunction | None = None
    reads: tuple[str, ...] = ()
    formula: Formula | None = None
    specialising: Specialising | None = None
    examine: Callable[[Parameters], tuple[Fault, ...]] = no_faults
    execution_hints: Mapping[str, JsonValue] = field(default_factory=dict)
    icon: str = "node"
    color: str = "#607D8B"
    version: str = "1.0.0"
    replaces: tuple[str, ...] = ()
    is_system: bool = True
    user_id: str | None = None
    stored_id: str | None = None

    @property
    def id(self) -> str:
        """The template's id: UUIDv5 of its name for a system template."""
        return self.stored_id or system_template_id(self.name)

    @property
    def system_name(self) -> str | None:
        """The name of a system template; None for a user's, whatever it is called."""
        return self.name if self.is_system else None
