"""Checks of logic flows: a flow and the caller's templates in, a report out."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf.json_format import ParseError
from strategybuilder.common.v1.logic_flow_pb2 import LogicFlow

from codegen_core.checks.context import Level
from codegen_core.nodes.registry import system_templates_by_id
from codegen_core.resolve import FlowReport, check_flow
from services.runtime.errors import FieldViolation, InvalidArgument
from services.runtime.flow_problems import flow_json, invalid_flow
from services.runtime.json_messages import from_json


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


def canonical_flow(draft: Mapping[str, Any]) -> Mapping[str, Any]:
    """Returns an editor's own JSON in the form of a request's ``logic_flow``; what a flow has no field for is left out.

    Raises:
        InvalidArgument: A field that the checks ignore, such as a position, has a wrong form.
    """
    try:
        return flow_json(from_json(draft, LogicFlow()))
    except ParseError:
        violation = FieldViolation("draft_logic_flow", "expected a logic flow, received other JSON", "INVALID_VALUE")
        raise InvalidArgument("The session's draft is no logic flow.", violations=[violation]) from None
