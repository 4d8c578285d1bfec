"""A user's own node template as it is stored: names and JSON, nothing checked yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from codegen_core.json_value import JsonValue


@dataclass(frozen=True, slots=True)
class CustomDefinition:
    """What a user says of a template.

    Attributes:
        node_type: INDICATOR (gives a SERIES), CONDITION (a BOOL) or CUSTOM (either).
        parameter_schema: JSON Schema 2020-12, an object schema; empty: no parameters.
        input_ports: JSON objects ``{name, type, required, multiple}``; ``output_ports``: ``{name, type}``.
        execution_hints: ``{language, expression}``; language QLIB or PYTHON, QLIB where it isn't given. Without an
            expression the template may be stored and drawn, but no complete flow may use it.
        id: As stored; empty of a definition that is not stored yet.
        version: Rises with each change, so that a flow's hash changes with it.
    """

    name: str
    node_type: str
    display_name: str = ""
    description: str = ""
    category: str = "CUSTOM"
    parameter_schema: Mapping[str, JsonValue] = field(default_factory=dict)
    default_parameters: Mapping[str, JsonValue] = field(default_factory=dict)
    input_ports: Sequence[Mapping[str, JsonValue]] = ()
    output_ports: Sequence[Mapping[str, JsonValue]] = ()
    execution_hints: Mapping[str, JsonValue] = field(default_factory=dict)
    icon: str | None = None
    color: str | None = None
    version: str = "1.0.0"
    id: str = ""
    user_id: str | None = None
