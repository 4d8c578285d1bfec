"""Decoding and encoding of messages inside the error mapping.

grpcio decodes a request before any handler runs and encodes the reply after it, and answers what goes wrong there with
its own exception text. So grpcio is given bytes, and the innermost step does the rest. Handlers therefore return or
yield their messages; ``context.read`` and ``context.write`` would see bytes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import Any, TypeAlias

import grpc
from google.protobuf.message import DecodeError

from services.runtime.errors import InvalidArgument
from services.runtime.interceptors import Context, is_open

Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"
Continuation: TypeAlias = "Callable[[grpc.HandlerCallDetails], Awaitable[Handler | None]]"


class CodecInterceptor(grpc.aio.ServerInterceptor):
    """Gives grpcio handlers of bytes; must be the innermost interceptor."""

    async def intercept_service(
        self, continuation: Continuation, handler_call_details: grpc.HandlerCallDetails
    ) -> Handler | None:
        """Return the handler with its codec moved inside."""
        handler = await continuation(handler_call_details)
        if handler is None or is_open(handler_call_details.method):
            return handler
        return _streaming(handler) if handler.response_streaming else _unary(handler)


def _unary(handler: Handler) -> Handler:
    behaviour = handler.stream_unary if handler.request_streaming else handler.unary_unary

    async def serve(request: Any, context: Context) -> bytes:
        reply = await _called(behaviour, _decoded(handler, request), context)
        return _encode(handler, reply)

    if handler.request_streaming:
        return grpc.stream_unary_rpc_method_handler(serve)
    return grpc.unary_unary_rpc_method_handler(serve)


def _streaming(handler: Handler) -> Handler:
    behaviour = handler.stream_stream if handler.request_streaming else handler.unary_stream

    async def serve(request: Any, context: Context) -> AsyncIterator[bytes]:
        async with aclosing(_called(behaviour, _decoded(handler, request), context)) as replies:
            async for reply in replies:
                yield _encode(handler, reply)

    if handler.request_streaming:
        return grpc.stream_stream_rpc_method_handler(serve)
    return grpc.unary_stream_rpc_method_handler(serve)


def _called(behaviour: Any, request: Any, context: Context) -> Any:
    """Call the handler; grpc's stubs type it for the blocking API, and as None for the three other kinds."""
    return behaviour(request, context)


def _decoded(handler: Handler, request: Any) -> Any:
    return _decoded_stream(handler, request) if handler.request_streaming else _decode(handler, request)


async def _decoded_stream(handler: Handler, requests: AsyncIterator[bytes]) -> AsyncIterator[Any]:
    async for request in requests:
        yield _decode(handler, request)


def _decode(handler: Handler, raw: bytes) -> Any:
    if handler.request_deserializer is None:
        return raw
    try:
        return handler.request_deserializer(raw)
    except DecodeError:
        raise InvalidArgument("the message can't be decoded: it is malformed or nested too deeply") from None


def _encode(handler: Handler, reply: Any) -> bytes:
    if handler.response_serializer is None:
        return bytes(reply)
    return handler.response_serializer(reply)
