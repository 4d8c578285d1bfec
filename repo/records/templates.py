"""Node templates and strategy templates as rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from repo.records.page import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTemplate:
    """A node template to store.

    Attributes:
        input_ports: JSON objects ``{name, type, required, multiple}``; ``output_ports``: ``{name, type}``.
    """

    id: str
    name: str
    display_name: str
    node_type: str
    category: str
    description: str = ""
    parameter_schema: JsonObject = field(default_factory=dict)
    default_parameters: JsonObject = field(default_factory=dict)
    input_ports: Sequence[JsonObject] = field(default_factory=list)
    output_ports: Sequence[JsonObject] = field(default_factory=list)
    validation_rules: JsonObject = field(default_factory=dict)
    execution_hints: JsonObject = field(default_factory=dict)
    icon: str | None = None
    color: str | None = None
    version: str = "1.0.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateRecord(NewTemplate):
    """A stored node template; ``user_id`` is None for a system template."""

    user_id: str | None
    is_system_template: bool
    usage_count: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateChanges:
    """What changes of a node template; None: unchanged. The caller raises ``version``."""

    version: str
    display_name: str | None = None
    description: str | None = None
    category: str | None = None
    parameter_schema: JsonObject | None = None
    default_parameters: JsonObject | None = None
    input_ports: Sequence[JsonObject] | None = None
    output_ports: Sequence[JsonObject] | None = None
    validation_rules: JsonObject | None = None
    execution_hints: JsonObject | None = None
    icon: str | None = None
    color: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStrategyTemplate:
    """A ready-made flow to ship.

    Attributes:
        texts: ``{language: {display_name, description}}`` of the languages other than English.
    """

    id: str
    name: str
    display_name: str
    category: str
    logic_flow: JsonObject
    parameters: JsonObject = field(default_factory=dict)
    description: str = ""
    texts: JsonObject = field(default_factory=dict)
    version: str = "1.0.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyTemplateRecord(NewStrategyTemplate):
    """A stored strategy template."""

    created_at: datetime
    updated_at: datetime
