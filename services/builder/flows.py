"""Checks of logic flows: a flow and the caller's templates in, a report out."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from codegen_core.checks.context import Level
from codegen_core.nodes.registry import system_templates_by_id
from codegen_core.resolve import FlowReport, check_flow
from services.runtime.flow_problems import invalid_flow


@dataclass(frozen=True, slots=True)
class FlowQuestion:
    """A flow to check, as plain JSON values.

    Attributes:
        parameters: Node id to name to value; they go before the nodes' own data and the templates' defaults.
    """

    logic_flow: Mapping[str, Any]
    parameters: Mapping[str, Any]
    level: Level
    language: str


async def report_on(question: FlowQuestion) -> FlowReport:
    """Checks a flow in a thread, so that a large one holds up nobody else."""
    return await asyncio.to_thread(
        check_flow,
        question.logic_flow,
        question.parameters,
        system_templates_by_id(),
        question.level,
        question.language,
    )


async def require_sound(question: FlowQuestion) -> None:
    """Checks a flow that is about to be stored.

    Raises:
        FailedPrecondition: Reason LOGIC_FLOW_INVALID, each error a violation.
    """
    report = await report_on(question)
    if not report.is_valid:
        raise invalid_flow(report.problems)
