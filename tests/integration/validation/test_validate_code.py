"""ValidateCode over gRPC, as any client sees it."""

from __future__ import annotations

from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2, status_pb2
from strategybuilder.validation.v1.validation_result_pb2 import Finding, ValidationResult
from strategybuilder.validation.v1.validation_service_pb2 import ValidateCodeRequest
from strategybuilder.validation.v1.validation_service_pb2_grpc import ValidationServiceStub

from tests.integration.validation.conftest import BEARER

LOOKS_AHEAD = "def f(s):\n    return s.shift(-1)\n"


async def validate(channel: grpc.aio.Channel, **fields: Any) -> ValidationResult:
    stub = ValidationServiceStub(channel)
    response = await stub.ValidateCode(ValidateCodeRequest(**fields), metadata=BEARER, timeout=20)
    result: ValidationResult = response.result
    return result


async def refusal(channel: grpc.aio.Channel, **fields: Any) -> tuple[grpc.StatusCode, error_details_pb2.BadRequest]:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await validate(channel, **fields)
    trailers = dict(caught.value.trailing_metadata() or ())
    status = status_pb2.Status.FromString(trailers["grpc-status-details-bin"])
    details = error_details_pb2.BadRequest()
    assert any(detail.Unpack(details) for detail in status.details)
    return caught.value.code(), details


async def test_good_code_is_valid(channel: grpc.aio.Channel) -> None:
    result = await validate(channel, code="import math\n\n\ndef f(x):\n    return math.sqrt(x) if x > 0 else 0.0\n")
    assert result.is_valid
    assert result.validation_status == ValidationResult.VALID
    assert list(result.checks.imports.allowed) == ["math"]
    checks = result.checks
    assert all(c.passed for c in (checks.syntax, checks.security, checks.imports, checks.complexity, checks.look_ahead))
    assert [(f.name, f.line, f.cyclomatic_complexity) for f in checks.complexity.functions] == [("f", 4, 2)]


async def test_bad_code_is_an_answer_with_every_finding(channel: grpc.aio.Channel) -> None:
    result = await validate(channel, code="import os\n\n\ndef f(x):\n    return eval(x)\n")
    assert not result.is_valid
    assert result.validation_status == ValidationResult.SECURITY_ERROR
    assert list(result.checks.imports.forbidden) == ["os"]
    found = [(v.rule, v.line, v.column, v.code.strip()) for v in result.checks.security.violations]
    assert found == [("FORBIDDEN_IMPORT", 1, 1, "import os"), ("FORBIDDEN_NAME", 5, 12, "return eval(x)")]
    assert {v.severity for v in result.checks.security.violations} == {Finding.CRITICAL}
    assert all(v.message and v.suggestion for v in result.checks.security.violations)


async def test_code_that_does_not_parse_passes_nothing(channel: grpc.aio.Channel) -> None:
    result = await validate(channel, code="def f(:\n    pass\n")
    assert result.validation_status == ValidationResult.SYNTAX_ERROR
    assert [(e.line, e.column) for e in result.checks.syntax.errors] == [(1, 7)]
    checks = result.checks
    assert not any(c.passed for c in (checks.security, checks.imports, checks.complexity, checks.look_ahead))
    assert not checks.complexity.HasField("cyclomatic_complexity")


async def test_strict_mode_is_the_default_and_counts_look_ahead(channel: grpc.aio.Channel) -> None:
    assert not (await validate(channel, code=LOOKS_AHEAD)).is_valid
    relaxed = await validate(channel, code=LOOKS_AHEAD, strict_mode=False)
    assert relaxed.is_valid
    assert [f.rule for f in relaxed.checks.look_ahead.findings] == ["NEGATIVE_SHIFT"]


async def test_relaxed_mode_never_relaxes_safety(channel: grpc.aio.Channel) -> None:
    assert not (await validate(channel, code="import os\n", strict_mode=False)).is_valid


async def test_a_null_character_is_an_answer(channel: grpc.aio.Channel) -> None:
    result = await validate(channel, code="x = 1\x00\n")
    assert not result.is_valid


@pytest.mark.parametrize(
    ("code", "reason"),
    [("", "REQUIRED"), ("#" * (256 * 1024 + 1), "TOO_LARGE"), ("x = " + "(" * 5000 + ")" * 5000, "TOO_LARGE")],
    ids=["missing", "too long", "too deep"],
)
async def test_what_is_not_taken_on_is_an_invalid_argument(channel: grpc.aio.Channel, code: str, reason: str) -> None:
    status, details = await refusal(channel, code=code)
    assert status is grpc.StatusCode.INVALID_ARGUMENT
    assert [(v.field, v.reason) for v in details.field_violations] == [("code", reason)]


async def test_a_token_is_needed(channel: grpc.aio.Channel) -> None:
    stub = ValidationServiceStub(channel)
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stub.ValidateCode(ValidateCodeRequest(code="x = 1"), timeout=20)
    assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED
