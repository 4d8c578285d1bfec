"""What QuickTest asks of CodeGen: the code of a strategy that has none yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from strategybuilder.codegen.v1 import codegen_service_pb2, codegen_service_pb2_grpc
from strategybuilder.common.v1 import logic_flow_pb2

from services.runtime.clients import InnerChannel
from services.runtime.json_messages import from_json, to_struct


class CodeGen:
    """The CodeGen service as QuickTest needs it."""

    def __init__(self, channel: InnerChannel) -> None:
        """Takes the shared channel."""
        self._channel = channel
        self._stub = codegen_service_pb2_grpc.CodeGenServiceStub(channel.channel)

    async def generate(self, instance_id: str, logic_flow: Mapping[str, Any], parameters: Mapping[str, Any]) -> str:
        """Generates a strategy's stored flow and returns the generation's id. Generating twice gives the same row."""
        request = codegen_service_pb2.GenerateCodeRequest(
            instance_id=instance_id,
            logic_flow=from_json(logic_flow, logic_flow_pb2.LogicFlow()),
            parameters=to_struct(parameters),
        )
        answer = await self._channel.call(self._stub.GenerateCode, request)
        return str(answer.generation_id)
