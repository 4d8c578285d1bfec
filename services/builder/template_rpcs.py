"""The RPCs on node templates."""

from __future__ import annotations

from strategybuilder.builder.v1 import node_template_pb2 as pb

from services.builder.template_messages import stored_template
from services.builder.templates import Templates
from services.runtime.context import current_caller, language
from services.runtime.interceptors import Context
from services.runtime.paging import read_page
from services.runtime.request_checks import RequestChecks, check_uuid


class TemplateRpcs:
    """Reads of templates; a service that acts for nobody sees the system's."""

    _templates: Templates

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
            items=[stored_template(record, language()) for record in found.items],
            total=found.total,
            page=page.number,
            page_size=page.limit,
        )

    async def GetNodeTemplate(self, request: pb.GetNodeTemplateRequest, context: Context) -> pb.GetNodeTemplateResponse:
        """Reads one template."""
        check_uuid("template_id", request.template_id)
        record = await self._templates.read(request.template_id, current_caller().user_id)
        return pb.GetNodeTemplateResponse(node_template=stored_template(record, language()))
