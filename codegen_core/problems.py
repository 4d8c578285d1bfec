"""A problem of a logic flow: a value, never an exception, so that all of a layer's problems are told at once."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """Whether a problem blocks generation."""

    ERROR = "ERROR"
    WARNING = "WARNING"


class Layer(StrEnum):
    """The layer of checks that found a problem; a later one runs where the earlier ones leave something sound."""

    SCHEMA = "SCHEMA"
    GRAPH = "GRAPH"
    TYPE = "TYPE"
    PARAMETER = "PARAMETER"
    SEMANTIC = "SEMANTIC"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: where it is, what was expected and what came.

    Attributes:
        code: A stable UPPER_SNAKE_CASE identifier, the same in every language.
        message: One sentence in the caller's language.
        node_id: The node concerned, as sent.
        edge_id: The edge concerned, as sent.
        field: Path of the value concerned, such as ``parameters.fast.window``.
        expected: What would have been accepted.
        received: What came instead, shortened.
    """

    severity: Severity
    layer: Layer
    code: str
    message: str
    node_id: str | None = None
    edge_id: str | None = None
    field: str | None = None
    expected: str | None = None
    received: str | None = None


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with a field of something that a user wants to store.

    Attributes:
        field: Its path within the object, such as ``execution_hints.expression``.
        message: One sentence in the caller's language.
        code: A stable UPPER_SNAKE_CASE identifier.
    """

    field: str
    message: str
    code: str
    expected: str | None = None
    received: str | None = None
