"""The RPCs on strategy templates."""

from __future__ import annotations

from strategybuilder.builder.v1 import strategy_pb2 as pb
from strategybuilder.common.v1.logic_flow_pb2 import LogicFlow

from repo.records import StrategyTemplateRecord
from services.builder.strategy_templates import StrategyTemplates
from services.builder.texts import texts_of
from services.runtime.context import language
from services.runtime.interceptors import Context
from services.runtime.json_messages import from_json, to_struct, to_timestamp
from services.runtime.paging import read_page
from services.runtime.request_checks import check_uuid


class StrategyTemplateRpcs:
    """Reads of the ready-made flows, which are everybody's."""

    _strategy_templates: StrategyTemplates

    async def ListStrategyTemplates(
        self, request: pb.ListStrategyTemplatesRequest, context: Context
    ) -> pb.ListStrategyTemplatesResponse:
        """Lists the ready-made flows by category and name."""
        page = read_page(request, default_limit=50, max_limit=100)
        category = request.category if request.HasField("category") else None
        found = await self._strategy_templates.page(category, page)
        return pb.ListStrategyTemplatesResponse(items=[_message(record) for record in found.items], total=found.total)

    async def GetStrategyTemplate(
        self, request: pb.GetStrategyTemplateRequest, context: Context
    ) -> pb.GetStrategyTemplateResponse:
        """Reads one ready-made flow."""
        check_uuid("template_id", request.template_id)
        record = await self._strategy_templates.read(request.template_id)
        return pb.GetStrategyTemplateResponse(strategy_template=_message(record))


def _message(record: StrategyTemplateRecord) -> pb.StrategyTemplate:
    texts = texts_of(record, language())
    return pb.StrategyTemplate(
        id=record.id,
        name=record.name,
        display_name=texts.display_name,
        description=texts.description,
        category=record.category,
        logic_flow=from_json(record.logic_flow, LogicFlow()),
        parameters=to_struct(record.parameters),
        created_at=to_timestamp(record.created_at),
        updated_at=to_timestamp(record.updated_at),
    )
