"""Builder sessions as rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from repo.records.page import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSave:
    """A save of a draft; None: unchanged, and for a new session the default.

    Attributes:
        new_id: The id a session gets if one has to be made.
        session_id: The session to save to; with ``instance_id`` both must belong together.
        base_revision: The revision the caller last read; None: the last write wins.
    """

    new_id: str
    session_id: str | None = None
    instance_id: str | None = None
    session_type: str | None = None
    session_name: str | None = None
    draft_logic_flow: JsonObject | None = None
    draft_parameters: JsonObject | None = None
    draft_metadata: JsonObject | None = None
    base_revision: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSummary:
    """A session without its drafts, as lists show it. ``is_active`` is false once it has expired, swept or not."""

    id: str
    instance_id: str | None
    user_id: str
    session_type: str
    session_name: str | None
    is_active: bool
    revision: int
    last_activity_at: datetime
    expires_at: datetime
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRecord(SessionSummary):
    """A stored session; a draft that was never saved is None."""

    draft_logic_flow: JsonObject | None
    draft_parameters: JsonObject | None
    draft_metadata: JsonObject | None
