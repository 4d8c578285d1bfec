"""What CodeGen asks of other services: is the flow sound (Builder), is the code safe (Validation)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from strategybuilder.builder.v1 import builder_service_pb2_grpc, logic_flow_check_pb2
from strategybuilder.common.v1 import logic_flow_pb2
from strategybuilder.validation.v1 import validation_result_pb2, validation_service_pb2, validation_service_pb2_grpc

from codegen_core.checks.values import canonical_parameters
from codegen_core.flow.model import ResolvedFlow, ResolvedNode, Source
from codegen_core.nodes.declaration import NodeTemplate
from services.codegen.declarations import declaration
from services.runtime.clients import InnerChannel
from services.runtime.errors import LOGIC_FLOW_INVALID, FailedPrecondition, FieldViolation, InvalidArgument
from services.runtime.flow_problems import from_message, invalid_flow
from services.runtime.json_messages import from_json, to_json, to_struct


@dataclass(frozen=True, slots=True)
class Verdict:
    """What Validation says of a module.

    Attributes:
        status: A ``validation_status`` of the contract, such as ``VALID``.
        details: The whole ``ValidationResult`` as JSON values, for the history.
    """

    status: str
    syntax_passed: bool
    security_passed: bool
    complexity: int
    details: Mapping[str, Any]


class Builder:
    """The Builder service as CodeGen needs it."""

    def __init__(self, channel: InnerChannel) -> None:
        """Takes the shared channel."""
        self._channel = channel
        self._stub = builder_service_pb2_grpc.BuilderServiceStub(channel.channel)

    async def resolve(
        self, logic_flow: Mapping[str, Any], parameters: Mapping[str, Any], language: str
    ) -> ResolvedFlow:
        """Returns the flow with its templates, parameters and inputs; ``language`` is that of the code.

        Raises:
            FailedPrecondition: Reason LOGIC_FLOW_INVALID, every error of the flow a violation.
        """
        request = logic_flow_check_pb2.ResolveLogicFlowRequest(
            logic_flow=from_json(logic_flow, logic_flow_pb2.LogicFlow()),
            parameters=to_struct(parameters),
            level=logic_flow_pb2.LogicFlow.COMPLETE,
        )
        answer = await self._channel.call(self._stub.ResolveLogicFlow, request, read=True, as_service=True)
        if not answer.is_valid:
            raise invalid_flow(from_message(problem) for problem in answer.problems)
        return await asyncio.to_thread(_resolved, answer, language)


class Validation:
    """The Validation service as CodeGen needs it."""

    def __init__(self, channel: InnerChannel) -> None:
        """Takes the shared channel."""
        self._channel = channel
        self._stub = validation_service_pb2_grpc.ValidationServiceStub(channel.channel)

    async def judge(self, code: str) -> Verdict:
        """Returns the strict verdict on a module.

        Raises:
            FailedPrecondition: Reason LOGIC_FLOW_INVALID: the flow makes more code than can be analysed.
        """
        request = validation_service_pb2.ValidateCodeRequest(code=code, strict_mode=True)
        try:
            answer = await self._channel.call(self._stub.ValidateCode, request, read=True)
        except InvalidArgument as refusal:  # the code is ours: all that can be wrong with it is its size
            raise _too_much_code(refusal) from None
        result = answer.result
        return Verdict(
            status=validation_result_pb2.ValidationResult.ValidationStatus.Name(result.validation_status),
            syntax_passed=result.checks.syntax.passed,
            security_passed=result.checks.security.passed and result.checks.imports.passed,
            complexity=result.checks.complexity.cyclomatic_complexity,
            details=to_json(result, "validation_result"),
        )


def _too_much_code(refusal: InvalidArgument) -> FailedPrecondition:
    told = [FieldViolation("logic_flow", each.description, each.reason) for each in refusal.violations]
    message = "The logic flow makes more code than can be analysed."
    return FailedPrecondition(message, reason=LOGIC_FLOW_INVALID, violations=told)


def _resolved(answer: logic_flow_check_pb2.ResolveLogicFlowResponse, language: str) -> ResolvedFlow:
    return ResolvedFlow(tuple(_node(node, language) for node in answer.nodes), answer.warmup_bars)


def _node(node: logic_flow_check_pb2.ResolvedNode, language: str) -> ResolvedNode:
    parameters = to_json(node.parameters, "parameters")
    template = declaration(node.template, parameters)
    return ResolvedNode(
        id=node.node_id,
        label=_label(node.label, template, language),
        template=template,
        parameters=canonical_parameters(template, parameters),
        inputs={
            given.port: tuple(Source(source.node_id, source.port) for source in given.sources) for given in node.inputs
        },
    )


def _label(label: str, template: NodeTemplate, language: str) -> str:
    """Returns the user's label; nodes without one bear their template's name in the code's language."""
    names = template.display_name
    return names.in_language(language) if label in (names.en, names.zh) else label
