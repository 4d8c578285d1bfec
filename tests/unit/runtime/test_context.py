"""What a call's metadata says."""

from __future__ import annotations

import contextvars
import time

import pytest

from services.runtime import context
from services.runtime.context import Call, Caller
from services.runtime.errors import PermissionDenied, Unauthenticated


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> float:
    monkeypatch.setattr(time, "monotonic", lambda: 1000.0)
    return 1000.0


@pytest.mark.parametrize(
    ("envoy", "grpc_seconds", "seconds"),
    [
        (None, None, 10.0),
        ("3000", None, 3.0),
        ("3000", 2.0, 2.0),
        ("1", 60.0, 0.001),
        ("60000", 60.0, 10.0),
        ("soon", None, 10.0),
        ("-5", None, 10.0),
        ("0", None, 10.0),
        ("9" * 30, None, 10.0),
    ],
)
def test_the_deadline_is_the_least_of_all_limits(
    now: float, envoy: str | None, grpc_seconds: float | None, seconds: float
) -> None:
    metadata = {} if envoy is None else {"x-envoy-expected-rq-timeout-ms": envoy}
    call = context.read_call(metadata, grpc_seconds, streaming=False)
    assert call.deadline == pytest.approx(now + seconds)


def test_a_stream_has_no_deadline_and_its_inner_calls_have_ten_seconds() -> None:
    call = context.read_call({"x-envoy-expected-rq-timeout-ms": "1"}, 60.0, streaming=True)
    assert call.deadline is None
    context.enter_call(call)
    assert context.remaining_seconds() == 10.0


@pytest.mark.usefixtures("now")
def test_what_remains_is_never_negative() -> None:
    context.enter_call(Call("r", deadline=1004.0))
    assert context.remaining_seconds() == 4.0
    context.enter_call(Call("r", deadline=900.0))
    assert context.remaining_seconds() == 0.0


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("zh", "zh"),
        ("zh-CN", "zh"),
        ("ZH-Hans-CN, en;q=0.5", "zh"),
        ("en, zh", "en"),
        ("en;q=0.3, zh;q=0.7", "zh"),
        ("zh;q=0", "en"),
        ("de, fr;q=0.9", "en"),
        ("de, zh;q=0.1", "zh"),
        ("zh;q=2", "en"),
        ("zh;quality=high", "en"),
        (";;,,=", "en"),
        ("zhx", "en"),
        ("zh ; q=0.5, en;q=0.4", "zh"),
    ],
)
def test_the_preferred_language(header: str, language: str) -> None:
    assert context.preferred_language(header) == language


def test_outside_of_a_call_there_is_none() -> None:
    with pytest.raises(LookupError):
        contextvars.Context().run(context.current_call)


def test_background_work_has_a_request_id_and_no_caller() -> None:
    with context.background_call() as call:
        assert context.request_id() == call.request_id
        with pytest.raises(Unauthenticated):
            context.current_caller()
    with context.background_call() as another:
        assert another.request_id != call.request_id


def test_a_service_without_an_owner_is_no_user() -> None:
    context.enter_call(Call("r", caller=Caller(None, "backtest", "token")))
    with pytest.raises(PermissionDenied, match="sb_user"):
        context.current_user()
    context.enter_call(Call("r", caller=Caller("alice", "backtest", "token")))
    assert context.current_user() == "alice"


def test_a_caller_shows_no_token() -> None:
    assert "secret-token" not in repr(Caller("alice", None, "secret-token"))
