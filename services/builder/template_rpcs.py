"""The RPCs on node templates."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from strategybuilder.builder.v1 import node_template_pb2 as pb

from repo.records import TemplateRecord
from services.builder.custom_templates import CustomTemplates
from services.builder.template_messages import stored_template
from services.builder.template_requests import new_template, template_edit
from services.builder.templates import Templates
from services.runtime.context import current_caller, current_user, language, set_http_status
from services.runtime.interceptors import Context
from services.runtime.paging import read_page
from services.runtime.request_checks import RequestChecks, check_uuid


class TemplateRpcs:
    """A service that acts for nobody reads the system's templates; only an owner, or who acts for one, changes any."""

    _templates: Templates
    _custom_templates: CustomTemplates

    async def CreateNodeTemplate(
        self, request: pb.CreateNodeTemplateRequest, context: Context
    ) -> pb.CreateNodeTemplateResponse:
        """Makes a template; REST answers 201."""
        record = await self._custom_templates.create(current_user(), new_template(request), language())
        set_http_status(201)
        return pb.CreateNodeTemplateResponse(node_template=stored_template(record, language()))

    async def UpdateNodeTemplate(
        self, request: pb.UpdateNodeTemplateRequest, context: Context
    ) -> pb.UpdateNodeTemplateResponse:
        """Changes one template of the caller's."""
        record = await self._custom_templates.update(current_user(), template_edit(request), language())
        return pb.UpdateNodeTemplateResponse(node_template=stored_template(record, language()))

    async def DeleteNodeTemplate(
        self, request: pb.DeleteNodeTemplateRequest, context: Context
    ) -> pb.DeleteNodeTemplateResponse:
        """Deletes one template of the caller's."""
        check_uuid("template_id", request.template_id)
        await self._custom_templates.delete(request.template_id, current_user())
        return pb.DeleteNodeTemplateResponse(message="The node template is deleted.")

    async def ListNodeTemplates(
        self, request: pb.ListNodeTemplatesRequest, context: Context
    ) -> pb.ListNodeTemplatesResponse:
        """Lists the system's and the caller's own templates."""
        page = read_page(request, default_limit=20, max_limit=100)
        checks = RequestChecks()
        node_type = checks.enum("node_type", request.node_type, pb.NodeTemplate.NodeType)
        checks.finish()
        found = await self._templates.page(
            current_caller().user_id,
            page,
            node_type=node_type,
            category=request.category if request.HasField("category") else None,
            is_system_template=request.is_system_template if request.HasField("is_system_template") else None,
        )
        return pb.ListNodeTemplatesResponse(
            items=await asyncio.to_thread(_messages, found.items),
            total=found.total,
            page=page.number,
            page_size=page.limit,
        )

    async def GetNodeTemplate(self, request: pb.GetNodeTemplateRequest, context: Context) -> pb.GetNodeTemplateResponse:
        """Reads one template."""
        check_uuid("template_id", request.template_id)
        record = await self._templates.read(request.template_id, current_caller().user_id)
        return pb.GetNodeTemplateResponse(node_template=stored_template(record, language()))


def _messages(records: Sequence[TemplateRecord]) -> list[pb.NodeTemplate]:
    """Returns a page as messages: some tens of milliseconds of a large one, so in a thread."""
    return [stored_template(record, language()) for record in records]
