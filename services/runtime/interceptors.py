"""What happens around every call: context, log line, error mapping, token check, deadline, message codec.

The first process edge: what is raised here and not known is logged once, and the caller learns a request id only.
"""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

import grpc
import structlog
from grpc_interceptor.server import AsyncServerInterceptor

from services.runtime import context as ctx
from services.runtime.auth import Verifier, bearer_token, check_access
from services.runtime.errors import DeadlineExceeded, Internal, ServiceError, Unimplemented
from services.runtime.logs import get_logger
from services.runtime.repo_errors import REPO_ERRORS, from_repo_error
from services.runtime.status import HTTP_STATUS_KEY, REQUEST_ID_KEY, to_trailers

Context: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"

log = get_logger(__name__)

# Everybody's, kubelets' and load balancers' included: no token, no deadline, no log line.
_OPEN_SERVICES = ("/grpc.health.v1.Health/", "/grpc.reflection.")


def is_open(method: str) -> bool:
    """Whether a full method name belongs to health or reflection, which need no token."""
    return method.startswith(_OPEN_SERVICES)


@dataclass(frozen=True, slots=True)
class Rpc:
    """One call as the interceptors see it."""

    context: Context
    method: str
    streaming: bool
    call: ctx.Call


Around: TypeAlias = Callable[[Rpc], AbstractAsyncContextManager[None]]


class CallInterceptor(AsyncServerInterceptor):
    """Runs each call inside some async context managers, the first one outermost; a stream for as long as it lasts."""

    def __init__(self, arounds: Sequence[Around]) -> None:
        self._arounds = arounds

    async def intercept(
        self, method: Callable[..., Any], request_or_iterator: Any, context: Context, method_name: str
    ) -> Any:
        """Serve one call; for a stream, return the generator that does."""
        if is_open(method_name):
            return await super().intercept(method, request_or_iterator, context, method_name)
        streaming = inspect.isasyncgenfunction(method)
        rpc = Rpc(context, method_name, streaming, _read_call(context, streaming))
        ctx.enter_call(rpc.call)
        if streaming:
            return self._stream(method, request_or_iterator, rpc)
        async with self._entered(rpc):
            reply = await method(request_or_iterator, context)
            await _send_headers(rpc)
            return reply

    async def _stream(self, method: Callable[..., Any], request: Any, rpc: Rpc) -> AsyncIterator[Any]:
        async with self._entered(rpc), aclosing(method(request, rpc.context)) as messages:
            headers_sent = False
            async for message in messages:
                if not headers_sent:
                    await _send_headers(rpc)
                    headers_sent = True
                yield message
            if not headers_sent:
                await _send_headers(rpc)

    @asynccontextmanager
    async def _entered(self, rpc: Rpc) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for around in self._arounds:
                await stack.enter_async_context(around(rpc))
            yield


@asynccontextmanager
async def access_log(rpc: Rpc) -> AsyncIterator[None]:
    """Bind the request id to all log lines of the call and write one line when it has ended."""
    structlog.contextvars.bind_contextvars(request_id=rpc.call.request_id)
    started = time.monotonic()
    outcome = grpc.StatusCode.OK
    try:
        yield
    except grpc.aio.AbortError:
        outcome = _aborted_with(rpc.context)
        raise
    except (asyncio.CancelledError, GeneratorExit):
        outcome = grpc.StatusCode.CANCELLED
        raise
    finally:
        caller = rpc.call.caller
        log.info(
            "call",
            method=rpc.method,
            status=outcome.name,
            ms=round((time.monotonic() - started) * 1000, 1),
            request_id=rpc.call.request_id,
            user=caller.user_id if caller else None,
            service=caller.service if caller else None,
        )


@asynccontextmanager
async def map_errors(rpc: Rpc) -> AsyncIterator[None]:
    """Turn whatever is raised into a gRPC status with our details; an abort or a cancellation passes."""
    try:
        yield
    except grpc.aio.AbortError:
        raise
    except ServiceError as error:
        await _abort(rpc, error)
    except REPO_ERRORS as error:
        await _abort(rpc, from_repo_error(error))
    except NotImplementedError as error:
        await _abort(rpc, _unimplemented(rpc, error))
    except Exception as error:  # noqa: BLE001  # the process edge
        await _abort(rpc, _unknown(error))


def authenticate(verifier: Verifier, internal: Collection[str]) -> Around:
    """Check the token, and that this kind of caller may make this call.

    Args:
        internal: Full names (``/package.Service/Method``) of the RPCs that are for other services only.
    """

    @asynccontextmanager
    async def around(rpc: Rpc) -> AsyncIterator[None]:
        caller = verifier.verify(bearer_token(_metadata(rpc.context)))
        rpc.call.caller = caller
        structlog.contextvars.bind_contextvars(user=caller.user_id)
        check_access(caller, internal=rpc.method in internal)
        yield

    return around


@asynccontextmanager
async def enforce_deadline(rpc: Rpc) -> AsyncIterator[None]:
    """Cancel a call that runs past its deadline; streams have none of ours."""
    if rpc.call.deadline is None:
        yield
        return
    limit = asyncio.timeout(ctx.remaining_seconds())
    try:
        async with limit:
            yield
    except TimeoutError:
        if not limit.expired():
            raise
        raise DeadlineExceeded("the call took longer than its deadline allows") from None


def _read_call(context: Context, streaming: bool) -> ctx.Call:
    return ctx.read_call(_metadata(context), context.time_remaining(), streaming=streaming)


def _metadata(context: Context) -> dict[str, str]:
    return {key: value for key, value in context.invocation_metadata() or () if isinstance(value, str)}


async def _send_headers(rpc: Rpc) -> None:
    """Only a success sends them: before an error they would keep the gateway from making it an answer of its own."""
    headers = [(REQUEST_ID_KEY, rpc.call.request_id)]
    if rpc.call.http_status is not None:
        headers.append((HTTP_STATUS_KEY, str(rpc.call.http_status)))
    await rpc.context.send_initial_metadata(headers)


async def _abort(rpc: Rpc, error: ServiceError) -> None:
    message, trailers = to_trailers(error, rpc.call.request_id)
    await rpc.context.abort(error.status, message, trailers)


def _unimplemented(rpc: Rpc, error: NotImplementedError) -> ServiceError:
    """Generated base classes raise NotImplementedError for RPCs nobody serves, having set the code."""
    if rpc.context.code() == grpc.StatusCode.UNIMPLEMENTED:
        return Unimplemented("this call is not served here")
    return _unknown(error)


def _unknown(error: Exception) -> ServiceError:
    log.error("unexpected_error", exc_info=error)
    return Internal("an internal error occurred; the request id identifies it")


def _aborted_with(context: Context) -> grpc.StatusCode:
    code = context.code()
    if isinstance(code, grpc.StatusCode):
        return code
    return next((status for status in grpc.StatusCode if status.value[0] == code), grpc.StatusCode.UNKNOWN)
