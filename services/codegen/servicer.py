"""CodeGenService: protobuf in, a use case, protobuf out."""

from __future__ import annotations

from typing import Any

from strategybuilder.codegen.v1 import codegen_service_pb2 as pb
from strategybuilder.codegen.v1 import codegen_service_pb2_grpc, generated_code_pb2
from strategybuilder.codegen.v1.generated_code_pb2 import LineRange
from strategybuilder.validation.v1.validation_result_pb2 import ValidationResult

from repo.records import GenerationRecord, GenerationSummary
from services.codegen.generation import Generated, Generation, Order
from services.codegen.history import History
from services.runtime.context import current_caller, current_user
from services.runtime.flow_problems import flow_json
from services.runtime.interceptors import Context
from services.runtime.json_messages import from_json, to_json, to_timestamp
from services.runtime.paging import read_page
from services.runtime.request_checks import RequestChecks, check_uuid

LANGUAGES = ("en", "zh")


class CodeGenServicer(codegen_service_pb2_grpc.CodeGenServiceServicer):
    """Translates between the wire and the use cases."""

    def __init__(self, generation: Generation, history: History) -> None:
        """Takes the use cases."""
        self._generation = generation
        self._history = history

    async def GenerateCode(self, request: pb.GenerateCodeRequest, context: Context) -> pb.GenerateCodeResponse:
        """Generates, validates and stores the code of a flow."""
        generated = await self._generation.generate(_order(request))
        return _generated(generated)

    async def GetGeneratedCode(
        self, request: pb.GetGeneratedCodeRequest, context: Context
    ) -> pb.GetGeneratedCodeResponse:
        """Reads one generation with its code."""
        check_uuid("generation_id", request.generation_id)
        record = await self._history.read(request.generation_id, current_user())
        return pb.GetGeneratedCodeResponse(code=_whole(record))

    async def ListCodeHistory(self, request: pb.ListCodeHistoryRequest, context: Context) -> pb.ListCodeHistoryResponse:
        """Lists a strategy's generations, newest first."""
        check_uuid("instance_id", request.instance_id)
        page = read_page(request, default_limit=10, max_limit=50)
        found = await self._history.page(request.instance_id, current_user(), page)
        return pb.ListCodeHistoryResponse(
            items=[_summary(record, found.current_id) for record in found.items],
            total=found.total,
            page=page.number,
            page_size=page.limit,
        )

    async def GetLatestValidCode(
        self, request: pb.GetLatestValidCodeRequest, context: Context
    ) -> pb.GetLatestValidCodeResponse:
        """Reads a strategy's newest valid generation; a service that acts for nobody reads any owner's."""
        check_uuid("instance_id", request.instance_id)
        record = await self._history.latest_valid(request.instance_id, current_caller().user_id)
        return pb.GetLatestValidCodeResponse(code=_whole(record))


def _order(request: pb.GenerateCodeRequest) -> Order:
    language = request.language if request.HasField("language") else "en"
    checks = RequestChecks()
    checks.uuid("instance_id", request.instance_id)
    checks.expect(request.HasField("logic_flow"), "logic_flow", "a logic flow", None, "REQUIRED")
    checks.one_of("language", language, LANGUAGES)
    checks.finish()
    return Order(
        instance_id=request.instance_id,
        owner=current_user(),
        logic_flow=flow_json(request.logic_flow),
        parameters=to_json(request.parameters, "parameters"),
        language=language,
    )


def _generated(generated: Generated) -> pb.GenerateCodeResponse:
    record = generated.record
    facts = _facts(record) | {"generation_time": generated.seconds}
    return pb.GenerateCodeResponse(
        **facts,
        **_code(record),
        is_duplicate=generated.is_duplicate,
        duplicate_of_created_at=to_timestamp(record.created_at) if generated.is_duplicate else None,
    )


def _whole(record: GenerationRecord) -> generated_code_pb2.GeneratedCode:
    return generated_code_pb2.GeneratedCode(
        **_facts(record), **_code(record), instance_id=record.instance_id, created_at=to_timestamp(record.created_at)
    )


def _summary(record: GenerationSummary, current_id: str | None) -> generated_code_pb2.GeneratedCodeSummary:
    return generated_code_pb2.GeneratedCodeSummary(
        **_facts(record),
        instance_id=record.instance_id,
        is_current=record.id == current_id,
        created_at=to_timestamp(record.created_at),
    )


def _facts(record: GenerationSummary) -> dict[str, Any]:
    """What all three messages say of a generation, by their common field names."""
    return {
        "generation_id": record.id,
        "code_hash": record.code_hash,
        "validation_status": record.validation_status,
        "syntax_check_passed": record.syntax_check_passed,
        "security_check_passed": record.security_check_passed,
        "line_count": record.line_count,
        "complexity_score": record.complexity_score,
        "generation_time": record.generation_time,
    }


def _code(record: GenerationRecord) -> dict[str, Any]:
    """What the messages with code say besides."""
    return {
        "generated_code": record.code,
        "validation_result": from_json(record.validation_result, ValidationResult()),
        "node_lines": {node: from_json(lines, LineRange()) for node, lines in record.node_lines.items()},
        "warmup_bars": record.warmup_bars,
    }
