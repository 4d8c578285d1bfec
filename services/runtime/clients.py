"""Calls from one service to another: the caller's identity, request id, language and deadline go along."""

from __future__ import annotations

import asyncio
from typing import TypeVar

import grpc

from services.runtime.context import current_call, current_caller, remaining_seconds
from services.runtime.errors import (
    ERROR_BY_STATUS,
    DeadlineExceeded,
    Internal,
    ServiceError,
    Unavailable,
)
from services.runtime.logs import get_logger
from services.runtime.server import MAX_MESSAGE_BYTES, MAX_REPLY_BYTES
from services.runtime.status import REQUEST_ID_KEY, from_rpc_error
from services.runtime.tokens import ServiceTokens

Request = TypeVar("Request")
Reply = TypeVar("Reply")

RETRY_SECONDS = 0.2
_RECONNECT_SECONDS = 0.5

_OPTIONS = (
    ("grpc.max_receive_message_length", MAX_REPLY_BYTES),
    ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
    ("grpc.enable_retries", 0),
    ("grpc.enable_http_proxy", 0),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1_000),
    ("grpc.keepalive_time_ms", 60_000),
)

log = get_logger(__name__)


class InnerChannel:
    """One shared channel to another service of the suite."""

    def __init__(self, address: str, service: str, tokens: ServiceTokens | None = None) -> None:
        """Prepare the channel; it connects at the first call.

        Args:
            service: The other service's name, for messages: ``BuilderService``.
            tokens: Signs this server's own tokens, for ``as_service`` calls.
        """
        self.channel = grpc.aio.insecure_channel(address, options=_OPTIONS)
        self._service = service
        self._tokens = tokens

    async def call(
        self,
        method: grpc.aio.UnaryUnaryMultiCallable[Request, Reply],
        request: Request,
        *,
        read: bool = False,
        as_service: bool = False,
    ) -> Reply:
        """Make the call within what is left of the current one.

        Args:
            method: Of a stub over ``channel``.
            read: The call changes nothing, so it is tried once more where the service was not there.
            as_service: Show a token of this server's own that acts for the current user, as internal RPCs need;
                otherwise the caller's token is passed on.

        Raises:
            ServiceError: What the other service answered, reason and violations unchanged.
        """
        try:
            return await self._attempt(method, request, as_service=as_service)
        except Unavailable:
            if not read or remaining_seconds() < RETRY_SECONDS:
                raise
        await self._reconnected()
        return await self._attempt(method, request, as_service=as_service)

    async def close(self) -> None:
        """Close the channel; running calls are cancelled."""
        await self.channel.close()

    async def _attempt(
        self, method: grpc.aio.UnaryUnaryMultiCallable[Request, Reply], request: Request, *, as_service: bool
    ) -> Reply:
        seconds = remaining_seconds()
        if seconds <= 0:
            raise DeadlineExceeded("the call took longer than its deadline allows")
        try:
            return await method(request, timeout=seconds, metadata=self._metadata(as_service))
        except grpc.aio.AioRpcError as error:
            raise self._translated(error, as_service) from None

    def _metadata(self, as_service: bool) -> tuple[tuple[str, str], ...]:
        call = current_call()
        return (
            ("authorization", f"Bearer {self._token(as_service)}"),
            (REQUEST_ID_KEY, call.request_id),
            ("accept-language", call.language),
        )

    def _token(self, as_service: bool) -> str:
        if not as_service:
            return current_caller().token
        if self._tokens is None:
            raise RuntimeError(f"the channel to {self._service} has no key to sign tokens with")
        caller = current_call().caller
        return self._tokens.issue(acting_for=caller.user_id if caller else None)

    async def _reconnected(self) -> None:
        """Wait for the connection for a moment: a retry within gRPC's backoff would fail without being sent."""
        try:
            async with asyncio.timeout(min(_RECONNECT_SECONDS, remaining_seconds() / 2)):
                await self.channel.channel_ready()
        except TimeoutError:
            log.info("inner_service_not_connected", service=self._service)

    def _translated(self, error: grpc.aio.AioRpcError, as_service: bool) -> ServiceError:
        code = error.code()
        log.info("inner_call_failed", service=self._service, status=code.name, details=error.details())
        if code in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED):
            return Unavailable(f"{self._service} is not available; try again in a moment")
        if code in (grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.PERMISSION_DENIED) and as_service:
            return Internal(f"{self._service} refused this server's own token")
        told = from_rpc_error(error)
        if told is not None:
            return told
        return ERROR_BY_STATUS.get(code, Internal)(f"{self._service} answered {code.name}")
