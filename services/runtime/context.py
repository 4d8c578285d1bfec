"""What is known about the call being served: who calls, which request, how long it may take, in which language."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Literal

from services.runtime.errors import PermissionDenied, Unauthenticated

Language = Literal["en", "zh"]

MAX_CALL_SECONDS = 10.0

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_ENVOY_TIMEOUT = "x-envoy-expected-rq-timeout-ms"
_LANGUAGES: tuple[Language, ...] = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls.

    Attributes:
        user_id: The user, or the owner a service acts for; None for a service that acts for nobody.
        service: The calling service's name, or None for a user.
        token: The bearer token, passed on to inner calls; never logged.
    """

    user_id: str | None
    service: str | None
    token: str = field(repr=False)

    @property
    def is_service(self) -> bool:
        """Whether a service token was shown."""
        return self.service is not None


@dataclass(slots=True)
class Call:
    """One call being served.

    Attributes:
        deadline: ``time.monotonic()`` by which the call must have ended; None for a stream or a background task.
        http_status: What the gateway shall answer on success; None leaves it at 200.
    """

    request_id: str
    language: Language = "en"
    deadline: float | None = None
    caller: Caller | None = None
    http_status: int | None = None


_current: ContextVar[Call] = ContextVar("strategy_builder_call")


def enter_call(call: Call) -> None:
    """Make the call the current one of this task; each RPC has a task, and so a context, of its own."""
    _current.set(call)


def current_call() -> Call:
    """Return the current call. Raises LookupError outside of one."""
    return _current.get()


@contextmanager
def background_call() -> Iterator[Call]:
    """Give work that no caller asked for (a sweep, a reconciler) a request id of its own, for logs and inner calls."""
    token = _current.set(call := Call(str(uuid.uuid4())))
    try:
        yield call
    finally:
        _current.reset(token)


def current_caller() -> Caller:
    """Return who calls. Raises Unauthenticated where nobody has shown a token."""
    caller = current_call().caller
    if caller is None:
        raise Unauthenticated("a bearer token is needed")
    return caller


def current_user() -> str:
    """Return the owner this call works for. Raises PermissionDenied for a service that names no owner."""
    user_id = current_caller().user_id
    if user_id is None:
        raise PermissionDenied("the service token must name the owner it acts for (claim sb_user)")
    return user_id


def request_id() -> str:
    """Return the id of the current request, as the caller sent it or as made here."""
    return current_call().request_id


def language() -> Language:
    """Return the language the caller wants messages and comments in."""
    return current_call().language


def remaining_seconds() -> float:
    """Return the seconds left for this call, at most 10; 10 inside streams and background work, never negative."""
    deadline = current_call().deadline
    if deadline is None:
        return MAX_CALL_SECONDS
    return max(0.0, min(MAX_CALL_SECONDS, deadline - time.monotonic()))


def set_http_status(status: int) -> None:
    """Let the gateway answer a success with this HTTP status (201, 202) instead of 200."""
    current_call().http_status = status


def read_call(metadata: Mapping[str, str], grpc_seconds: float | None, *, streaming: bool) -> Call:
    """Return the call as its metadata describes it, no caller yet.

    Args:
        metadata: The text metadata of the call, last value a key.
        grpc_seconds: What the client's grpc-timeout leaves, or None without one.
    """
    deadline = None if streaming else time.monotonic() + _allowed_seconds(metadata, grpc_seconds)
    sent_id = metadata.get("x-request-id", "")
    return Call(
        request_id=sent_id if _REQUEST_ID.fullmatch(sent_id) else str(uuid.uuid4()),
        language=preferred_language(metadata.get("accept-language", "")),
        deadline=deadline,
    )


def preferred_language(header: str) -> Language:
    """Return the language that an Accept-Language header (RFC 9110, with q-values) prefers; English without one."""
    best: Language = "en"
    best_quality = 0.0
    for part in header.split(","):
        tag, _, parameter = part.strip().partition(";")
        primary = tag.strip().lower().partition("-")[0]
        quality = _quality(parameter)
        if quality > best_quality:
            for known in _LANGUAGES:
                if primary == known:
                    best, best_quality = known, quality
    return best


def _quality(parameter: str) -> float:
    match = re.fullmatch(r"\s*q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*", parameter)
    if match:
        return float(match[1])
    return 0.0 if parameter.strip() else 1.0


def _allowed_seconds(metadata: Mapping[str, str], grpc_seconds: float | None) -> float:
    """Over REST the client's deadline is the gateway's route timeout, which comes as a header."""
    limits = [MAX_CALL_SECONDS]
    if grpc_seconds is not None:
        limits.append(grpc_seconds)
    envoy = metadata.get(_ENVOY_TIMEOUT, "")
    if re.fullmatch(r"[1-9][0-9]{0,8}", envoy):
        limits.append(int(envoy) / 1000)
    return min(limits)
