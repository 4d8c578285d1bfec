"""From a logic flow to stored code."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from codegen_core.flow.model import ResolvedFlow
from codegen_core.render import GeneratedModule, generate
from repo.errors import DuplicateKey
from repo.records import GenerationRecord, NewGeneration
from repo.unit_of_work import UnitOfWork
from services.codegen.inner import Builder, Validation, Verdict
from services.runtime.database import AsyncDatabase
from services.runtime.errors import Conflict, NotFound


@dataclass(frozen=True, slots=True)
class Order:
    """What to generate: a flow with its parameters, for a strategy of the owner's, commented in a language."""

    instance_id: str
    owner: str
    logic_flow: Mapping[str, Any]
    parameters: Mapping[str, Any]
    language: str


@dataclass(frozen=True, slots=True)
class Generated:
    """A stored generation; ``is_duplicate`` says that it was there before, ``seconds`` what it took to find out."""

    record: GenerationRecord
    is_duplicate: bool
    seconds: float


class Generation:
    """Generates, validates and stores."""

    def __init__(
        self,
        database: AsyncDatabase[UnitOfWork],
        builder: Builder,
        validation: Validation,
    ) -> None:
        """Takes the parts it works with."""
        self._database = database
        self._builder = builder
        self._validation = validation

    async def generate(self, order: Order) -> Generated:
        """Returns the code of a flow and makes it the strategy's current one.

        The same flow with the same code gives the stored row again. No transaction is open while another service is
        asked.

        Raises:
            NotFound: The owner has no such strategy.
            FailedPrecondition: Reason LOGIC_FLOW_INVALID.
            Conflict: The strategy was deleted meanwhile.
            Unavailable: Builder or Validation can't be reached.
        """
        started = time.perf_counter()
        await self._database.run(lambda uow: require_strategy(uow, order.instance_id, order.owner))
        flow = await self._builder.resolve(order.logic_flow, order.parameters, order.language)
        module = await asyncio.to_thread(generate, flow, order.language)
        known = await self._database.run(lambda uow: _reuse(uow, order, module.code_hash), write=True)
        if known is not None:
            return Generated(known, is_duplicate=True, seconds=time.perf_counter() - started)
        verdict = await self._validation.judge(module.code)
        new = _row(order, module, verdict, time.perf_counter() - started)
        record = await self._stored(new, order, flow)
        return Generated(record, is_duplicate=record.id != new.id, seconds=time.perf_counter() - started)

    async def _stored(self, new: NewGeneration, order: Order, flow: ResolvedFlow) -> GenerationRecord:
        """Returns the row; another call may have stored the same code meanwhile: then theirs is the row."""
        try:
            return await self._database.run(lambda uow: _store(uow, order.owner, new, flow), write=True)
        except DuplicateKey:
            known = await self._database.run(lambda uow: _reuse(uow, order, new.code_hash), write=True)
        if known is None:
            raise Conflict("The same code was stored and taken away at this moment.")
        return known


def require_strategy(uow: UnitOfWork, instance_id: str, owner: str) -> None:
    """Raises NotFound unless the owner has the strategy."""
    if uow.strategies.owner_of(instance_id) != owner:
        raise NotFound("There is no such strategy.")


def _reuse(uow: UnitOfWork, order: Order, code_hash: str) -> GenerationRecord | None:
    known = uow.generations.by_hash(order.instance_id, code_hash)
    if known is not None:
        _make_current(uow, known)
    return known


def _store(uow: UnitOfWork, owner: str, new: NewGeneration, flow: ResolvedFlow) -> GenerationRecord:
    stored = uow.generations.add(new, owner)
    _make_current(uow, stored)
    uow.templates.raise_usage({node.template.id for node in flow.nodes})
    return stored


def _make_current(uow: UnitOfWork, record: GenerationRecord) -> None:
    if not uow.strategies.set_current_generation(record.instance_id, record.id):
        raise Conflict("The strategy was deleted meanwhile.")


def _row(order: Order, module: GeneratedModule, verdict: Verdict, seconds: float) -> NewGeneration:
    return NewGeneration(
        id=str(uuid4()),
        instance_id=order.instance_id,
        code=module.code,
        code_hash=module.code_hash,
        language=order.language,
        logic_flow=order.logic_flow,
        parameters=order.parameters,
        validation_status=verdict.status,
        syntax_check_passed=verdict.syntax_passed,
        security_check_passed=verdict.security_passed,
        line_count=module.line_count,
        complexity_score=verdict.complexity,
        generation_time=seconds,
        warmup_bars=module.warmup_bars,
        node_lines={node: {"first": first, "last": last} for node, (first, last) in module.node_lines.items()},
        validation_result=verdict.details,
    )
