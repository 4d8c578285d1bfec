"""Strategies: what codegen and quick tests refer to by instance_id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

from codegen_core.checks.context import Level
from repo.errors import StaleRevision
from repo.records import NewStrategy, Page, SessionRecord, StrategyChanges, StrategyRecord, StrategySummary
from repo.unit_of_work import UnitOfWork
from services.builder.flows import FlowQuestion, Flows, canonical_flow
from services.builder.retrying import until_current
from services.builder.strategy_templates import strategy_template
from services.builder.texts import texts_of
from services.runtime.database import AsyncDatabase
from services.runtime.errors import NotFound
from services.runtime.paging import Page as Window
from services.runtime.request_checks import RequestChecks
from services.runtime.stale import stale_revision_told_of

EMPTY_FLOW: Mapping[str, Any] = {"nodes": [], "edges": []}


@dataclass(frozen=True, slots=True)
class StrategyDraft:
    """A strategy to make. What is None comes from its origin: a strategy template, a session, or nothing."""

    name: str | None = None
    description: str | None = None
    logic_flow: Mapping[str, Any] | None = None
    parameters: Mapping[str, Any] | None = None
    template_id: str | None = None
    session_id: str | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """What a new strategy starts from; of a session also its revision, which must still be its last when it closes."""

    name: str | None = None
    description: str = ""
    logic_flow: Mapping[str, Any] = field(default_factory=lambda: EMPTY_FLOW)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    revision: int | None = None


class Strategies:
    """The strategies of all owners; each sees its own."""

    def __init__(self, database: AsyncDatabase[UnitOfWork], flows: Flows) -> None:
        """Takes the database, and what checks flows."""
        self._database = database
        self._flows = flows

    async def create(self, owner: str, draft: StrategyDraft, language: str) -> StrategyRecord:
        """Stores a strategy; one made from a session closes it in the same transaction.

        Raises:
            NotFound: The owner has no such session, or there is no such strategy template.
            InvalidArgument: There is no name, neither given nor of the origin; or the session's draft is no flow.
            FailedPrecondition: Reason LOGIC_FLOW_INVALID, at level DRAFT.
        """
        return await until_current(lambda: self._create(owner, draft, language))

    async def _create(self, owner: str, draft: StrategyDraft, language: str) -> StrategyRecord:
        origin = await self._database.run(lambda uow: _origin(uow, owner, draft, language))
        strategy = _filled_in(draft, origin)
        question = FlowQuestion(strategy.logic_flow, strategy.parameters, Level.DRAFT, language, owner)
        await self._flows.require_sound(question)
        strategy = replace(strategy, logic_flow=canonical_flow(strategy.logic_flow))
        return await self._database.run(lambda uow: _create(uow, owner, strategy, draft, origin.revision), write=True)

    async def read(self, instance_id: str, owner: str) -> StrategyRecord:
        """Returns a strategy. Raises NotFound where the owner has none of this id."""
        return await self._database.run(lambda uow: _strategy(uow, instance_id, owner))

    async def page(self, owner: str, status: str | None, window: Window) -> Page[StrategySummary]:
        """Returns a page of the owner's strategies, newest first."""
        return await self._database.run(
            lambda uow: uow.strategies.list(owner, status=status, skip=window.skip, limit=window.limit)
        )

    async def update(
        self, instance_id: str, owner: str, changes: StrategyChanges, revision: int | None, language: str
    ) -> StrategyRecord:
        """Changes a strategy.

        Args:
            revision: The one that the caller read; None lets the last write win.

        Raises:
            NotFound: The owner has no such strategy.
            Conflict: It was changed meanwhile; nothing was written.
            FailedPrecondition: Reason LOGIC_FLOW_INVALID: at level DRAFT, for an ACTIVE strategy at COMPLETE.
        """

        async def attempt() -> StrategyRecord:
            stored = await self.read(instance_id, owner)
            expected = stored.revision if revision is None else revision
            return await self._update(stored, owner, changes, expected, language)

        if revision is None:
            return await until_current(attempt)
        with stale_revision_told_of("revision", revision):
            return await attempt()

    async def _update(
        self, stored: StrategyRecord, owner: str, changes: StrategyChanges, revision: int, language: str
    ) -> StrategyRecord:
        active = (changes.status or stored.status) == "ACTIVE"
        becomes_active = active and stored.status != "ACTIVE"
        # A flow that stays isn't judged again: a template may be gone, and it must still be renamed or put away.
        if becomes_active or changes.logic_flow is not None or changes.parameters is not None:
            flow = stored.logic_flow if changes.logic_flow is None else changes.logic_flow
            parameters = stored.parameters if changes.parameters is None else changes.parameters
            level = Level.COMPLETE if active else Level.DRAFT
            await self._flows.require_sound(FlowQuestion(flow, parameters, level, language, owner))
        updated = await self._database.run(
            lambda uow: uow.strategies.update(stored.id, owner, changes, expected_revision=revision), write=True
        )
        if updated is None:
            raise NotFound("There is no such strategy.")
        return updated

    async def delete(self, instance_id: str, owner: str) -> None:
        """Deletes a strategy and ends its sessions. Raises NotFound where the owner has none of this id."""
        await self._database.run(lambda uow: _delete(uow, instance_id, owner), write=True)


def _strategy(uow: UnitOfWork, instance_id: str, owner: str) -> StrategyRecord:
    record = uow.strategies.get(instance_id, owner)
    if record is None:
        raise NotFound("There is no such strategy.")
    return record


def _origin(uow: UnitOfWork, owner: str, draft: StrategyDraft, language: str) -> Origin:
    if draft.template_id is not None:
        return _from_template(uow, draft.template_id, language)
    if draft.session_id is not None:
        return _from_session(uow, draft.session_id, owner)
    return Origin()


def _from_template(uow: UnitOfWork, template_id: str, language: str) -> Origin:
    template = strategy_template(uow, template_id)
    texts = texts_of(template, language)
    return Origin(texts.display_name, texts.description, template.logic_flow, template.parameters)


def _from_session(uow: UnitOfWork, session_id: str, owner: str) -> Origin:
    session = uow.sessions.get(session_id, owner)
    if session is None or not session.is_active:
        raise NotFound("There is no such active session.")
    return Origin(
        name=session.session_name,
        logic_flow=session.draft_logic_flow or EMPTY_FLOW,
        parameters=session.draft_parameters or {},
        revision=session.revision,
    )


def _filled_in(draft: StrategyDraft, origin: Origin) -> NewStrategy:
    name = origin.name if draft.name is None else draft.name
    checks = RequestChecks()
    checks.text("name", name or "", 1, 255)
    checks.finish()
    return NewStrategy(
        id=str(uuid4()),
        name=name or "",
        description=origin.description if draft.description is None else draft.description,
        logic_flow=origin.logic_flow if draft.logic_flow is None else draft.logic_flow,
        parameters=origin.parameters if draft.parameters is None else draft.parameters,
    )


def _create(
    uow: UnitOfWork, owner: str, strategy: NewStrategy, draft: StrategyDraft, revision: int | None
) -> StrategyRecord:
    record = uow.strategies.create(strategy, owner)
    if draft.session_id is not None and not uow.sessions.soft_delete(draft.session_id, owner, revision):
        raise _lost_session(uow.sessions.get(draft.session_id, owner))
    return record


def _lost_session(session: SessionRecord | None) -> Exception:
    """A save came in between: the strategy must be made of that one. Or another call has closed the session."""
    return NotFound("There is no such active session.") if session is None else StaleRevision(session.revision)


def _delete(uow: UnitOfWork, instance_id: str, owner: str) -> None:
    if not uow.strategies.soft_delete(instance_id, owner):
        raise NotFound("There is no such strategy.")
    uow.sessions.close_for(instance_id, owner)
