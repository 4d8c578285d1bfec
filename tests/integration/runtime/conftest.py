"""Log lines as the server writes them."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from services.runtime.logs import configure_logging


class LogLines:
    """The JSON lines written so far."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    def of(self, event: str) -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in self.text.splitlines()]
        return [line for line in lines if line["event"] == event]


@pytest.fixture
def log_lines() -> Iterator[LogLines]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    lines = LogLines()
    configure_logging("INFO", lines.stream)
    yield lines
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()
