"""Log lines: JSON, with the bound facts, without secrets."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from services.runtime.logs import REDACTED, configure_logging, get_logger

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    written = io.StringIO()
    configure_logging("INFO", written)
    yield written
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_holds_the_event_its_facts_and_what_is_bound(stream: io.StringIO) -> None:
    structlog.contextvars.bind_contextvars(request_id="r-1")
    get_logger("unit").info("happened", count=3, name="参数")
    (line,) = lines(stream)
    assert {key: line[key] for key in ("event", "count", "name", "request_id", "level", "logger")} == {
        "event": "happened",
        "count": 3,
        "name": "参数",
        "request_id": "r-1",
        "level": "info",
        "logger": "unit",
    }
    assert line["timestamp"].endswith("Z")


def test_lines_below_the_level_are_left_out(stream: io.StringIO) -> None:
    get_logger("unit").debug("unseen")
    assert stream.getvalue() == ""


def test_records_of_libraries_are_json_too(stream: io.StringIO) -> None:
    logging.getLogger("some.library").warning("pool of %d is full", 5)
    (line,) = lines(stream)
    assert (line["event"], line["level"]) == ("pool of 5 is full", "warning")


@pytest.mark.parametrize(
    "facts",
    [
        {"token": "hunter2"},
        {"jwt_secret": "hunter2"},
        {"headers": {"Authorization": "hunter2"}},
        {"url": "mysql+pymysql://me:hunter2@host/name"},
        {"path": "/progress?access_token=hunter2&after=1"},
        {"items": [{"password": "hunter2"}]},
        {"request": ValueError("redis://:hunter2@host")},
    ],
    ids=lambda facts: next(iter(facts)),
)
def test_what_is_secret_is_not_written(stream: io.StringIO, facts: dict[str, Any]) -> None:
    get_logger("unit").info("happened", **facts)
    assert "hunter2" not in stream.getvalue()
    assert REDACTED in stream.getvalue()


def test_a_token_in_a_message_or_a_trace_is_not_written(stream: io.StringIO) -> None:
    try:
        raise ValueError(f"bad header: Bearer {JWT}")
    except ValueError as error:
        get_logger("unit").error(f"failed with {JWT}", exc_info=error)
    (line,) = lines(stream)
    assert "Traceback" in line["exception"]
    assert JWT not in stream.getvalue()
