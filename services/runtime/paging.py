"""Bounds of list requests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from services.runtime.errors import FieldViolation, InvalidArgument

MOST = 2**31 - 1
"""The largest int32."""


class PageRequest(Protocol):
    """A list request with ``optional int32 skip`` and ``optional int32 limit``."""

    @property
    def skip(self) -> int: ...

    @property
    def limit(self) -> int: ...

    def HasField(self, field_name: str, /) -> bool: ...  # noqa: N802  # protobuf's name


@dataclass(frozen=True, slots=True)
class Page:
    """A window on a list: ``limit`` rows after the first ``skip``."""

    skip: int
    limit: int

    @property
    def number(self) -> int:
        """The page's number, counted from 1; no more than its field holds."""
        return min(self.skip // self.limit + 1, MOST)


def read_page(request: PageRequest, *, default_limit: int, max_limit: int, min_limit: int = 1) -> Page:
    """Return the page a request asks for. Raises InvalidArgument naming every bound that is broken."""
    skip = request.skip if request.HasField("skip") else 0
    limit = request.limit if request.HasField("limit") else default_limit
    violations = []
    if skip < 0:
        violations.append(_out_of_range("skip", "0 or more", skip))
    if not min_limit <= limit <= max_limit:
        violations.append(_out_of_range("limit", f"{min_limit} to {max_limit}", limit))
    if violations:
        raise InvalidArgument("the page is out of bounds", violations=violations)
    return Page(skip, limit)


def _out_of_range(field: str, expected: str, received: int) -> FieldViolation:
    return FieldViolation(field, f"expected {expected}, received {received}", "OUT_OF_RANGE")
