"""The RPCs on strategies."""

from __future__ import annotations

from strategybuilder.builder.v1 import strategy_pb2 as pb
from strategybuilder.common.v1.logic_flow_pb2 import LogicFlow

from repo.records import StrategyChanges, StrategyRecord, StrategySummary
from services.builder.strategies import Strategies, StrategyDraft
from services.runtime.context import current_user, language, set_http_status
from services.runtime.flow_problems import flow_json
from services.runtime.interceptors import Context
from services.runtime.json_messages import from_json, to_json, to_struct, to_timestamp
from services.runtime.paging import read_page
from services.runtime.request_checks import RequestChecks, check_uuid


class StrategyRpcs:
    """Create, read, list, change, delete: all of the caller's own."""

    _strategies: Strategies

    async def CreateStrategy(self, request: pb.CreateStrategyRequest, context: Context) -> pb.CreateStrategyResponse:
        """Makes a strategy; REST answers 201."""
        record = await self._strategies.create(current_user(), _draft(request), language())
        set_http_status(201)
        return pb.CreateStrategyResponse(strategy=_message(record))

    async def GetStrategy(self, request: pb.GetStrategyRequest, context: Context) -> pb.GetStrategyResponse:
        """Reads one strategy with its flow."""
        check_uuid("instance_id", request.instance_id)
        record = await self._strategies.read(request.instance_id, current_user())
        return pb.GetStrategyResponse(strategy=_message(record))

    async def ListStrategies(self, request: pb.ListStrategiesRequest, context: Context) -> pb.ListStrategiesResponse:
        """Lists the caller's strategies without their flows."""
        page = read_page(request, default_limit=20, max_limit=100)
        checks = RequestChecks()
        status = checks.enum("status", request.status, pb.Strategy.Status)
        checks.finish()
        found = await self._strategies.page(current_user(), status, page)
        return pb.ListStrategiesResponse(
            items=[_summary(record) for record in found.items],
            total=found.total,
            page=page.number,
            page_size=page.limit,
        )

    async def UpdateStrategy(self, request: pb.UpdateStrategyRequest, context: Context) -> pb.UpdateStrategyResponse:
        """Changes one strategy."""
        changes = _changes(request)
        update = request.strategy
        revision = update.revision if update.HasField("revision") else None
        record = await self._strategies.update(request.instance_id, current_user(), changes, revision, language())
        return pb.UpdateStrategyResponse(strategy=_message(record))

    async def DeleteStrategy(self, request: pb.DeleteStrategyRequest, context: Context) -> pb.DeleteStrategyResponse:
        """Deletes one strategy."""
        check_uuid("instance_id", request.instance_id)
        await self._strategies.delete(request.instance_id, current_user())
        return pb.DeleteStrategyResponse(message="The strategy is deleted.")


def _draft(request: pb.CreateStrategyRequest) -> StrategyDraft:
    name = request.name if request.HasField("name") else None
    description = request.description if request.HasField("description") else None
    origins = [field for field in ("logic_flow", "template_id", "session_id") if request.HasField(field)]
    checks = RequestChecks()
    checks.expect(len(origins) < 2, origins[-1] if origins else "", "at most one origin", " and ".join(origins))
    for field in origins:
        if field != "logic_flow":
            checks.uuid(field, getattr(request, field))
    if name is not None:
        checks.text("name", name, 1, 255)
    checks.text("description", description or "", 0, 5000)
    checks.finish()
    return StrategyDraft(
        name=name,
        description=description,
        logic_flow=flow_json(request.logic_flow) if "logic_flow" in origins else None,
        parameters=to_json(request.parameters, "parameters") if request.HasField("parameters") else None,
        template_id=request.template_id if "template_id" in origins else None,
        session_id=request.session_id if "session_id" in origins else None,
    )


def _changes(request: pb.UpdateStrategyRequest) -> StrategyChanges:
    update = request.strategy
    checks = RequestChecks()
    checks.uuid("instance_id", request.instance_id)
    checks.expect(request.HasField("strategy"), "strategy", "what changes", None, "REQUIRED")
    for field in ("id", "instance_id"):
        if update.HasField(field):
            sent = getattr(update, field)
            checks.expect(sent == request.instance_id, field, "the id in the path", sent, "ID_MISMATCH")
    if update.HasField("name"):
        checks.text("name", update.name, 1, 255)
    checks.text("description", update.description, 0, 5000)
    status = checks.enum("status", update.status, pb.Strategy.Status)
    checks.finish()
    return StrategyChanges(
        name=update.name if update.HasField("name") else None,
        description=update.description if update.HasField("description") else None,
        logic_flow=flow_json(update.logic_flow) if update.HasField("logic_flow") else None,
        parameters=to_json(update.parameters, "parameters") if update.HasField("parameters") else None,
        status=status,
    )


def _message(record: StrategyRecord) -> pb.Strategy:
    message = _summary(record)
    message.logic_flow.CopyFrom(from_json(record.logic_flow, LogicFlow()))
    message.parameters.CopyFrom(to_struct(record.parameters))
    return message


def _summary(record: StrategySummary) -> pb.Strategy:
    return pb.Strategy(
        id=record.id,
        name=record.name,
        description=record.description,
        status=record.status,
        revision=record.revision,
        current_generation_id=record.current_generation_id,
        created_at=to_timestamp(record.created_at),
        updated_at=to_timestamp(record.updated_at),
    )
