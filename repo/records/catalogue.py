"""Factors and markets as rows: what others publish and strategies read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from repo.records.page import JsonObject

EVERYBODY = ""
"""The owner of a factor that all see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFactor:
    """A factor to publish; its name is unique within its source and among its owner's.

    Attributes:
        texts: ``{language: {display_name, description}}`` of the languages other than English.
    """

    id: str
    name: str
    display_name: str
    category: str
    source: str
    expression: str | None = None
    description: str = ""
    texts: JsonObject = field(default_factory=dict)
    parameters: JsonObject = field(default_factory=dict)
    output_type: str = "SERIES"


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorRecord(NewFactor):
    """A published factor; ``user_id`` is its owner, empty where it is everybody's."""

    user_id: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing changed; ``factors`` as they now stand, in the order given."""

    factors: tuple[FactorRecord, ...]
    created: int
    updated: int
    unchanged: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMarket:
    """The data that a worker serves.

    Attributes:
        data_version: Names the data; changes when the data does.
        calendar: Trading days as ISO dates, ascending.
        instruments: Codes of the data, ascending.
        pools: JSON objects ``{name, benchmark, member_count, first_day, last_day}``.
        limit_threshold: The region's price limit as a fraction; None: none.
        trade_unit: Shares a lot; None: no lots.
    """

    data_version: str
    region: str
    is_synthetic: bool
    calendar: Sequence[str]
    instruments: Sequence[str]
    pools: Sequence[JsonObject]
    limit_threshold: float | None = None
    trade_unit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketRecord(NewMarket):
    """An announced market; ``announced_at``: when a worker last started on it, ``updated_at``: its last heartbeat."""

    announced_at: datetime
    created_at: datetime
    updated_at: datetime
