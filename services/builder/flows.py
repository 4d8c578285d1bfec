"""Checks of logic flows: a flow and the caller's templates in, a report out."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf.json_format import ParseError
from strategybuilder.common.v1.logic_flow_pb2 import LogicFlow

from codegen_core.checks.context import Level
from codegen_core.custom import declaration_of
from codegen_core.factors import Factor, FactorSource, referenced_factors
from codegen_core.flow.parse import parse_flow
from codegen_core.nodes.declaration import NodeTemplate, PortType, Text
from codegen_core.nodes.registry import system_templates_by_id
from codegen_core.resolve import FlowReport, check_flow
from repo.records import EVERYBODY, FactorRecord, TemplateRecord
from repo.unit_of_work import UnitOfWork
from services.builder.template_checks import definition_of
from services.runtime.database import AsyncDatabase
from services.runtime.errors import FieldViolation, InvalidArgument
from services.runtime.flow_problems import flow_json, invalid_flow
from services.runtime.json_messages import from_json
from services.runtime.logs import get_logger

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class FlowQuestion:
    """A flow to check, as plain JSON values.

    Attributes:
        parameters: Node id to name to value; they go before the nodes' own data and the templates' defaults.
        owner: Whose custom templates and factors may be used beside everybody's; None: nobody's.
    """

    logic_flow: Mapping[str, Any]
    parameters: Mapping[str, Any]
    level: Level
    language: str
    owner: str | None


@dataclass(frozen=True, slots=True)
class Named:
    """What a flow names that doesn't ship: ids of templates, names of factors."""

    templates: frozenset[str]
    factors: frozenset[str]


@dataclass(frozen=True, slots=True)
class Stored:
    """The rows of it that the owner sees."""

    templates: tuple[TemplateRecord, ...] = ()
    factors: tuple[FactorRecord, ...] = ()


class Flows:
    """Checks flows; asks the database only of what a flow names that doesn't ship."""

    def __init__(self, database: AsyncDatabase[UnitOfWork]) -> None:
        """Takes the database."""
        self._database = database

    async def report_on(self, question: FlowQuestion) -> FlowReport:
        """Checks a flow in a thread, so that a large one holds up nobody else."""
        named = await asyncio.to_thread(_named, question)
        stored = Stored()
        if named.templates or named.factors:
            stored = await self._database.run(lambda uow: _stored(uow, named, question.owner or EVERYBODY))
        return await asyncio.to_thread(_report, question, stored)

    async def require_sound(self, question: FlowQuestion) -> None:
        """Checks a flow that is about to be stored.

        Raises:
            FailedPrecondition: Reason LOGIC_FLOW_INVALID, each error a violation.
        """
        report = await self.report_on(question)
        if not report.is_valid:
            raise invalid_flow(report.problems)


def _named(question: FlowQuestion) -> Named:
    templates = {node.template_id for node in parse_flow(question.logic_flow).flow.nodes}
    factors = referenced_factors(question.logic_flow, question.parameters)
    return Named(frozenset(templates - system_templates_by_id().keys()), frozenset(name for _, name in factors))


def _stored(uow: UnitOfWork, named: Named, owner: str) -> Stored:
    templates = uow.templates.get_many(named.templates, owner)
    factors = uow.factors.named(owner, named.factors, FactorSource.CUSTOM)
    # A system template that this server doesn't know is another version's: what it does can't be told here.
    own = tuple(row for row in templates.values() if not row.is_system_template)
    return Stored(own, tuple(factors.values()))


def _report(question: FlowQuestion, stored: Stored) -> FlowReport:
    declared = (_declared(row) for row in stored.templates)
    own = {template.id: template for template in declared if template is not None}
    factors = {factor.key: factor for factor in map(_factor, stored.factors)}
    return check_flow(
        question.logic_flow,
        question.parameters,
        {**system_templates_by_id(), **own},
        question.level,
        question.language,
        factors,
    )


def _declared(row: TemplateRecord) -> NodeTemplate | None:
    """Returns a user's template as the core reads it; None where it breaks a rule that came after it."""
    try:
        return declaration_of(definition_of(row))
    except ValueError:
        log.warning("stored_template_breaks_a_rule", template_id=row.id)
        return None


def _factor(row: FactorRecord) -> Factor:
    return Factor(
        name=row.name,
        source=row.source,
        display_name=Text(row.display_name, row.display_name),
        description=Text(row.description, row.description),
        category=row.category,
        expression=row.expression,
        parameters=row.parameters,
        output_type=PortType(row.output_type),
        stored_id=row.id,
    )


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
