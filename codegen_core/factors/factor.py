"""What a factor of the catalogue is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID, uuid5

from codegen_core.json_value import JsonValue
from codegen_core.nodes.declaration import PortType, Text

FACTOR_NAMESPACE = UUID("2f7f9d1e-5a0c-5c0b-8b1b-6a4f0c7d9e35")
"""The fixed namespace of factor ids: the same factor has the same id in every installation."""


class FactorSource(StrEnum):
    """Where a factor comes from. TALIB and QLIB list what ``talib_function`` and ``qlib_expression`` compute."""

    ALPHA158 = "ALPHA158"
    ALPHA360 = "ALPHA360"
    TALIB = "TALIB"
    QLIB = "QLIB"
    CUSTOM = "CUSTOM"


@dataclass(frozen=True, slots=True)
class Factor:
    """An entry of the catalogue; its name is unique within its source.

    Attributes:
        category: Upper-case family, such as MOMENTUM.
        parameters: JSON Schema of its parameters, an object schema; empty where it has none.
        expression: In Qlib's syntax, parameters written ``{name}``; None where the source computes it otherwise.
        stored_id: The id of a published factor, as stored; any other's follows from its source and name.
    """

    name: str
    source: str
    display_name: Text
    description: Text
    category: str
    expression: str | None = None
    parameters: Mapping[str, JsonValue] = field(default_factory=dict)
    output_type: PortType = PortType.SERIES
    stored_id: str | None = None

    @property
    def id(self) -> str:
        """The factor's id: UUIDv5 of its source and name."""
        return self.stored_id or factor_id(self.source, self.name)

    @property
    def key(self) -> FactorKey:
        """By what flows refer to it."""
        return self.source, self.name


FactorKey = tuple[str, str]
"""Source and name."""

Factors = Mapping[FactorKey, Factor]

USUAL_FACTOR: FactorKey = (FactorSource.ALPHA158, "KMID")
"""What a ``factor`` node names before anything is chosen."""


def factor_id(source: str, name: str) -> str:
    """Returns the id of the factor called ``name`` in ``source``."""
    return str(uuid5(FACTOR_NAMESPACE, f"{source}:{name}"))
