"""One page of a list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

ItemT = TypeVar("ItemT")

JsonObject: TypeAlias = Mapping[str, Any]
"""A JSON object as read from or written to a column."""


@dataclass(frozen=True, slots=True)
class Page(Generic[ItemT]):
    """The items asked for, and how many there are in all."""

    items: tuple[ItemT, ...]
    total: int
