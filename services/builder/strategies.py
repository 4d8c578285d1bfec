"""Strategies: what codegen and quick tests refer to by instance_id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from codegen_core.checks import Level
from repo.records import NewStrategy, Page, StrategyRecord
from repo.unit_of_work import UnitOfWork
from services.builder.flows import FlowQuestion, require_sound
from services.runtime.database import AsyncDatabase
from services.runtime.errors import InvalidArgument, NotFound

EMPTY_FLOW: Mapping[str, Any] = {"nodes": [], "edges": []}


@dataclass(frozen=True, slots=True)
class StrategyDraft:
    """A strategy to make. What is None comes from its origin: a strategy template, a session, or nothing."""

    name: str | None
    description: str | None
    logic_flow: Mapping[str, Any] | None
    parameters: Mapping[str, Any] | None
    template_id: str | None = None
    session_id: str | None = None
