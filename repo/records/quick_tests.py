"""Quick tests and their results as rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from repo.records.page import JsonObject


class QuickTestStatus(StrEnum):
    """Where a quick test stands; it moves only by conditional updates on status and attempt."""

    PENDING = "PENDING"
    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewQuickTest:
    """A test to store, PENDING.

    Attributes:
        request_id: The caller's key for this request, unique among the owner's tests.
        request_fingerprint: Hash of the request's body, to tell a repetition from another request of the same id.
    """

    id: str
    instance_id: str
    test_config: JsonObject
    generation_id: str | None = None
    code_hash: str | None = None
    data_version: str | None = None
    test_name: str | None = None
    request_id: str | None = None
    request_fingerprint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickTestRecord(NewQuickTest):
    """A stored test, without its result.

    Attributes:
        attempt: How often it was claimed.
        execution_time: Seconds.
        enqueued_at: When it was last queued; None: not since it was made, or its worker lost.
    """

    user_id: str
    status: QuickTestStatus
    attempt: int
    worker_id: str | None
    lease_until: datetime | None
    metrics_summary: JsonObject | None
    error_message: str | None
    execution_time: float | None
    enqueued_at: datetime | None
    started_at: datetime | None
    completed_at: datetime | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickTestResult:
    """What a test found, as JSON objects in the contract's field names; its metrics are in the test's own row."""

    equity_curve: Sequence[JsonObject] = field(default_factory=list)
    trades: Sequence[JsonObject] = field(default_factory=list)
    positions: Sequence[JsonObject] = field(default_factory=list)
    node_firings: Mapping[str, int] = field(default_factory=dict)
    notes: Sequence[str] = field(default_factory=list)
