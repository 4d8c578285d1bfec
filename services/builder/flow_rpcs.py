"""ValidateLogicFlow and ResolveLogicFlow: protobuf in, a report, protobuf out."""

from __future__ import annotations

import asyncio
from typing import Any

from strategybuilder.builder.v1 import logic_flow_check_pb2 as pb
from strategybuilder.common.v1 import logic_flow_pb2

from codegen_core.checks.context import Level
from codegen_core.flow.model import ResolvedNode
from codegen_core.resolve import FlowReport
from services.builder.flows import FlowQuestion, Flows
from services.builder.template_messages import declared_template
from services.runtime.context import current_caller, language
from services.runtime.flow_problems import flow_json, to_message
from services.runtime.interceptors import Context
from services.runtime.json_messages import to_json, to_struct
from services.runtime.request_checks import RequestChecks


class FlowRpcs:
    """The RPCs that check a flow and write nothing."""

    _flows: Flows

    async def ValidateLogicFlow(
        self, request: pb.ValidateLogicFlowRequest, context: Context
    ) -> pb.ValidateLogicFlowResponse:
        """Answers with all problems; a bad flow is no error."""
        report = await self._flows.report_on(question_of(request))
        return pb.ValidateLogicFlowResponse(**_facts(report))

    async def ResolveLogicFlow(
        self, request: pb.ResolveLogicFlowRequest, context: Context
    ) -> pb.ResolveLogicFlowResponse:
        """Answers with all problems and, where there is no error, with every node resolved."""
        report = await self._flows.report_on(question_of(request))
        nodes = await asyncio.to_thread(_resolved_nodes, report)
        return pb.ResolveLogicFlowResponse(**_facts(report), nodes=nodes)


def _facts(report: FlowReport) -> dict[str, Any]:
    """Returns what both messages say, by their common field names."""
    return {
        "is_valid": report.is_valid,
        "problems": [to_message(problem) for problem in report.problems],
        "order": report.order,
        "warmup_bars": report.warmup_bars,
    }


def question_of(request: pb.ValidateLogicFlowRequest | pb.ResolveLogicFlowRequest) -> FlowQuestion:
    """Returns what is asked.

    Raises:
        InvalidArgument: There is no logic_flow, or it is not JSON, or the level is unknown.
    """
    checks = RequestChecks()
    checks.expect(request.HasField("logic_flow"), "logic_flow", "a logic flow", None, "REQUIRED")
    level = checks.enum("level", request.level, logic_flow_pb2.LogicFlow.CheckLevel)
    checks.finish()
    return FlowQuestion(
        logic_flow=flow_json(request.logic_flow),
        parameters=to_json(request.parameters, "parameters"),
        level=Level.DRAFT if level == "DRAFT" else Level.COMPLETE,
        language=language(),
        owner=current_caller().user_id,
    )


def _resolved_nodes(report: FlowReport) -> list[pb.ResolvedNode]:
    if report.resolved is None:
        return []
    return [_resolved_node(node) for node in report.resolved.nodes]


def _resolved_node(node: ResolvedNode) -> pb.ResolvedNode:
    inputs = [
        pb.ResolvedNode.Input(
            port=port,
            sources=[pb.ResolvedNode.Source(node_id=source.node_id, port=source.port) for source in sources],
        )
        for port, sources in node.inputs.items()
    ]
    return pb.ResolvedNode(
        node_id=node.id,
        label=node.label,
        template=declared_template(node.template, language()),
        parameters=to_struct(node.parameters),
        inputs=inputs,
    )
