"""Strategy instances as rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from repo.records.page import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStrategy:
    """A strategy to store; ``parameters`` are ``{node_id: {name: value}}``."""

    id: str
    name: str
    description: str = ""
    logic_flow: JsonObject = field(default_factory=dict)
    parameters: JsonObject = field(default_factory=dict)
    status: str = "DRAFT"


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategySummary:
    """A strategy without its flow, as lists show it."""

    id: str
    user_id: str
    name: str
    description: str
    status: str
    revision: int
    current_generation_id: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyRecord(StrategySummary):
    """A stored strategy."""

    logic_flow: JsonObject
    parameters: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyChanges:
    """What changes of a strategy; None: unchanged."""

    name: str | None = None
    description: str | None = None
    logic_flow: JsonObject | None = None
    parameters: JsonObject | None = None
    status: str | None = None
