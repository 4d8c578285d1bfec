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
    """Gives grpcio handlers of bytes; must be the innermost interceptor. The contract has no client streaming."""

    async def intercept_service(
        self, continuation: Continuation, handler_call_details: grpc.HandlerCallDetails
    ) -> Handler | None:
        """Return the handler with its codec moved inside."""
        handler = await continuation(handler_call_details)
        if handler is None or is_open(handler_call_details.method):
            return handler
        return _streaming(handler) if handler.response_streaming else _unary(handler)


def _unary(handler: Handler) -> Handler:
    behaviour, encode = _untyped(handler.unary_unary), _untyped(handler.response_serializer)

    async def serve(raw: bytes, context: Context) -> bytes:
        reply = await behaviour(_decode(handler, raw), context)
        return bytes(encode(reply))

    return grpc.unary_unary_rpc_method_handler(serve)


def _streaming(handler: Handler) -> Handler:
    behaviour, encode = _untyped(handler.unary_stream), _untyped(handler.response_serializer)

    async def serve(raw: bytes, context: Context) -> AsyncIterator[bytes]:
        async with aclosing(behaviour(_decode(handler, raw), context)) as replies:
            async for reply in replies:
                yield encode(reply)

    return grpc.unary_stream_rpc_method_handler(serve)


def _untyped(function: Any) -> Any:
    """grpc's stubs type a handler's functions for the blocking API, and each of them as one that may be missing."""
    return function


def _decode(handler: Handler, raw: bytes) -> Any:
    try:
        return _untyped(handler.request_deserializer)(raw)
    except DecodeError:
        raise InvalidArgument("the message can't be decoded: it is malformed or nested too deeply") from None
