"""What a caller sees of each kind of error, over a real connection."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest
from google.protobuf import descriptor_pb2
from google.rpc import error_details_pb2, status_pb2

from repo.errors import DatabaseUnavailable, DuplicateKey, StaleRevision
from services.runtime.errors import STATUS_TABLE, Conflict, FieldViolation, InvalidArgument, NotFound, ServiceError
from services.runtime.status import DETAILS_KEY, DOMAIN, from_rpc_error
from tests.integration.runtime.conftest import LogLines
from tests.integration.runtime.echo import NAME, SECRET, Echo, Text, bearer, failure, serving

SECRET_TEXT = "SELECT password FROM /srv/private"


def raising(error: Exception) -> Echo:
    async def say(_request: Any, _context: Any) -> Any:
        raise error

    return Echo(say=say)


async def said(error: Exception, **metadata: str) -> grpc.aio.AioRpcError:
    async with serving(raising(error)) as (_, client):
        return await failure(client.say(Text(value="?"), metadata=bearer(**metadata)))


def trailer(error: grpc.aio.AioRpcError, key: str) -> Any:
    return dict(error.trailing_metadata())[key]


def error_info(error: grpc.aio.AioRpcError) -> Any:
    status = status_pb2.Status.FromString(trailer(error, DETAILS_KEY))
    info = error_details_pb2.ErrorInfo()
    assert status.details[0].Unpack(info)
    return info


@pytest.mark.parametrize("kind", list(STATUS_TABLE), ids=lambda kind: kind.__name__)
async def test_each_error_arrives_with_its_status_reason_and_details(kind: type[ServiceError]) -> None:
    violation = FieldViolation("name", "expected a name, received nothing", "REQUIRED")
    sent = kind("it did not work", violations=[violation], metadata={"hint": "none"})
    error = await said(sent, x_request_id="req-1")
    rule = STATUS_TABLE[kind]
    assert (error.code(), error.details()) == (rule.status, "it did not work")
    info = error_info(error)
    assert (info.reason, info.domain) == (rule.reason, DOMAIN)
    assert dict(info.metadata) == {"hint": "none", "request_id": "req-1"}
    assert trailer(error, "x-http-status") == str(rule.http)
    received = from_rpc_error(error)
    assert type(received) is kind
    assert (received.reason, received.violations, dict(received.metadata)) == (
        rule.reason,
        (violation,),
        {"hint": "none"},
    )


@pytest.mark.parametrize(
    ("error", "status", "reason"),
    [
        (DatabaseUnavailable(), grpc.StatusCode.UNAVAILABLE, "SERVICE_UNAVAILABLE"),
        (DuplicateKey("uq_private_index"), grpc.StatusCode.ALREADY_EXISTS, "DUPLICATE_ENTRY"),
        (StaleRevision(7), grpc.StatusCode.ABORTED, "CONFLICT"),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_database_errors_are_told_without_names_of_tables(
    error: Exception, status: grpc.StatusCode, reason: str
) -> None:
    seen = await said(error)
    assert (seen.code(), error_info(seen).reason) == (status, reason)
    assert "uq_" not in str(seen.details())


async def test_a_stale_revision_names_the_current_one() -> None:
    assert error_info(await said(StaleRevision(7))).metadata["current_revision"] == "7"


async def test_an_unknown_exception_is_logged_once_and_not_told(log_lines: LogLines) -> None:
    error = await said(ValueError(SECRET_TEXT), x_request_id="req-2")
    assert error.code() is grpc.StatusCode.INTERNAL
    assert (error_info(error).reason, error_info(error).metadata["request_id"]) == ("INTERNAL_ERROR", "req-2")
    assert SECRET_TEXT not in repr(error) + str(error.trailing_metadata())
    (line,) = log_lines.of("unexpected_error")
    assert line["request_id"] == "req-2"
    assert SECRET_TEXT in line["exception"]
    assert "Traceback" in line["exception"]
    assert log_lines.text.count("Traceback") == 1


async def test_a_method_that_nobody_serves_is_unimplemented() -> None:
    class GeneratedBase:
        def say(self, _request: Any, context: Any) -> Any:
            context.set_code(grpc.StatusCode.UNIMPLEMENTED)
            context.set_details("Method not implemented!")
            raise NotImplementedError("Method not implemented!")

    async with serving(Echo(say=GeneratedBase().say)) as (_, client):
        error = await failure(client.say(Text(), metadata=bearer()))
    assert (error.code(), error_info(error).reason) == (grpc.StatusCode.UNIMPLEMENTED, "NOT_IMPLEMENTED")


async def test_a_forgotten_override_of_our_own_is_an_internal_error() -> None:
    assert (await said(NotImplementedError())).code() is grpc.StatusCode.INTERNAL


async def test_an_abort_of_the_handlers_own_passes_unchanged(log_lines: LogLines) -> None:
    async def say(_request: Any, context: Any) -> Any:
        await context.abort(grpc.StatusCode.DATA_LOSS, "mine")

    async with serving(Echo(say=say)) as (_, client):
        error = await failure(client.say(Text(), metadata=bearer()))
    assert (error.code(), error.details()) == (grpc.StatusCode.DATA_LOSS, "mine")
    assert log_lines.of("call")[0]["status"] == "DATA_LOSS"


@pytest.mark.parametrize("before", [0, 1, 3])
async def test_a_stream_that_fails_tells_the_error_after_what_it_sent(before: int) -> None:
    async def watch(request: Any, _context: Any) -> AsyncIterator[Any]:
        for _ in range(before):
            yield request
        raise NotFound("it is gone")

    async with serving(Echo(watch=watch)) as (_, client):
        call = client.watch(Text(value="x"), metadata=bearer(x_request_id="req-3"))
        received = [(await call.read()).value for _ in range(before)]
        error = await failure(call.read())
    assert received == ["x"] * before
    info = error_info(error)
    assert (info.reason, info.metadata["request_id"]) == ("RESOURCE_NOT_FOUND", "req-3")


async def test_an_unknown_exception_in_a_stream_is_not_told(log_lines: LogLines) -> None:
    async def watch(request: Any, _context: Any) -> AsyncIterator[Any]:
        yield request
        raise ValueError(SECRET_TEXT)

    async with serving(Echo(watch=watch)) as (_, client):
        error = await failure(client.watch(Text(), metadata=bearer()))
    assert error.code() is grpc.StatusCode.INTERNAL
    assert SECRET_TEXT not in repr(error)
    assert len(log_lines.of("unexpected_error")) == 1


async def test_many_violations_are_cut_and_counted_below_the_header_limit() -> None:
    violations = [FieldViolation(f"nodes[{n}].参数", "期望一个整数，收到了别的" * 40, "WRONG_TYPE") for n in range(500)]
    error = await said(InvalidArgument("图" * 5000, violations=violations, metadata={"k": "v" * 9000}))
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert len(trailer(error, DETAILS_KEY)) * 4 / 3 + len(str(error.details()).encode()) * 3 < 8192 - 300
    received = from_rpc_error(error)
    assert received is not None
    shown = len(received.violations) - 1
    assert shown > 3
    assert received.violations[-1].description.startswith(f"{500 - shown} more problems")


async def test_text_that_is_not_unicode_is_told_all_the_same() -> None:
    error = await said(InvalidArgument("lone \udc80", violations=[FieldViolation("a\udc80", "b", "C")]))
    assert (error.code(), error.details()) == (grpc.StatusCode.INVALID_ARGUMENT, "lone ?")


def nested_struct(depth: int) -> bytes:
    """A Struct of a given depth on the wire, made by hand: the library would refuse to."""
    value = b""
    for _ in range(depth):
        struct = _field(1, _field(1, b"k") + _field(2, value))
        value = _field(5, struct)
    return struct


def _field(number: int, payload: bytes) -> bytes:
    length, size = b"", len(payload)
    while size > 127:
        length, size = length + bytes([size & 127 | 128]), size >> 7
    return bytes([number << 3 | 2]) + length + bytes([size]) + payload


@pytest.mark.parametrize(
    ("method", "raw"),
    [("Say", b"\xff\xff\xff"), ("Say", _field(1, b"\xff\xfe")), ("Shape", nested_struct(60)), ("Watch", b"\x0a\x7f")],
    ids=["garbage", "no UTF-8", "too deep", "stream"],
)
async def test_a_message_that_cannot_be_decoded_is_the_callers_error(method: str, raw: bytes) -> None:
    async with serving() as (_, client):
        call = client.raw_stream(method) if method == "Watch" else client.raw(method)
        error = await failure(call(raw, metadata=bearer()))
        refused = await failure(client.raw("Say")(raw))
    assert (error.code(), error_info(error).reason) == (grpc.StatusCode.INVALID_ARGUMENT, "VALIDATION_ERROR")
    assert error.details() == "the message can't be decoded: it is malformed or nested too deeply"
    assert refused.code() is grpc.StatusCode.UNAUTHENTICATED


async def test_a_struct_32_levels_deep_is_served() -> None:
    raw = nested_struct(32)
    async with serving() as (_, client):
        assert await client.raw("Shape")(raw, metadata=bearer()) == raw


async def test_a_reply_of_the_wrong_type_is_an_internal_error_without_grpcs_text(log_lines: LogLines) -> None:
    async def say(_request: Any, _context: Any) -> Any:
        return descriptor_pb2.FileDescriptorProto(name="wrong").name

    async with serving(Echo(say=say)) as (_, client):
        error = await failure(client.say(Text(), metadata=bearer()))
    assert (error.code(), error_info(error).reason) == (grpc.StatusCode.INTERNAL, "INTERNAL_ERROR")
    assert len(log_lines.of("unexpected_error")) == 1


async def test_an_unknown_method_is_grpcs_own_unimplemented() -> None:
    async with serving() as (_, client):
        error = await failure(client.raw("Nothing")(b"", metadata=bearer()))
    assert error.code() is grpc.StatusCode.UNIMPLEMENTED


async def test_each_call_leaves_one_log_line_without_its_token(log_lines: LogLines) -> None:
    async with serving(raising(Conflict("changed"))) as (_, client):
        await failure(client.say(Text(), metadata=bearer(x_request_id="req-4")))
    (line,) = log_lines.of("call")
    assert line["method"] == f"/{NAME}/Say"
    assert (line["status"], line["user"], line["service"]) == ("ABORTED", "alice", None)
    assert (line["request_id"], line["ms"] >= 0) == ("req-4", True)
    assert "eyJ" not in log_lines.text
    assert SECRET not in log_lines.text
