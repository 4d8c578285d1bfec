"""The RPCs on sessions."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

from strategybuilder.builder.v1 import session_pb2 as pb

from repo.records import SessionRecord, SessionSave, SessionSummary
from services.builder.drafts import DRAFTS, check_drafts
from services.builder.sessions import Sessions
from services.runtime.context import current_user
from services.runtime.interceptors import Context
from services.runtime.json_messages import to_json, to_struct, to_timestamp
from services.runtime.paging import read_page
from services.runtime.request_checks import RequestChecks, check_uuid


class SessionRpcs:
    """Save, read, list, delete: all of the caller's own."""

    _sessions: Sessions

    async def UpsertSession(self, request: pb.UpsertSessionRequest, context: Context) -> pb.UpsertSessionResponse:
        """Saves a draft; in a thread where a large one takes long to read."""
        record = await self._sessions.save(current_user(), await asyncio.to_thread(_save, request))
        return pb.UpsertSessionResponse(session=await asyncio.to_thread(_message, record))

    async def GetSession(self, request: pb.GetSessionRequest, context: Context) -> pb.GetSessionResponse:
        """Reads one session with its drafts."""
        check_uuid("session_id", request.session_id)
        record = await self._sessions.read(request.session_id, current_user())
        return pb.GetSessionResponse(session=await asyncio.to_thread(_message, record))

    async def ListSessions(self, request: pb.ListSessionsRequest, context: Context) -> pb.ListSessionsResponse:
        """Lists the caller's active sessions without their drafts."""
        page = read_page(request, default_limit=20, max_limit=50)
        instance_id = request.instance_id if request.HasField("instance_id") else None
        if instance_id is not None:
            check_uuid("instance_id", instance_id)
        found = await self._sessions.page(current_user(), instance_id, page)
        return pb.ListSessionsResponse(
            items=[_summary(record) for record in found.items],
            total=found.total,
            page=page.number,
            page_size=page.limit,
        )

    async def DeleteSession(self, request: pb.DeleteSessionRequest, context: Context) -> pb.DeleteSessionResponse:
        """Deletes one session."""
        check_uuid("session_id", request.session_id)
        await self._sessions.delete(request.session_id, current_user())
        return pb.DeleteSessionResponse(message="The session is deleted.")


def _save(request: pb.UpsertSessionRequest) -> SessionSave:
    checks = RequestChecks()
    for field in ("session_id", "instance_id"):
        if request.HasField(field):
            checks.uuid(field, getattr(request, field))
    session_type = checks.enum("session_type", request.session_type, pb.Session.SessionType)
    checks.text("session_name", request.session_name, 0, 255)
    drafts = {field: to_json(getattr(request, field), field) for field in DRAFTS if request.HasField(field)}
    check_drafts(checks, drafts)
    checks.finish()
    return SessionSave(
        new_id=str(uuid4()),
        session_id=_optional(request, "session_id"),
        instance_id=_optional(request, "instance_id"),
        session_type=session_type,
        session_name=_optional(request, "session_name"),
        base_revision=_optional(request, "base_revision"),
        **drafts,
    )


def _optional(request: pb.UpsertSessionRequest, field: Any) -> Any:
    return getattr(request, field) if request.HasField(field) else None


def _message(record: SessionRecord) -> pb.Session:
    message = _summary(record)
    for field in DRAFTS:
        draft = getattr(record, field)
        if draft is not None:
            getattr(message, field).CopyFrom(to_struct(draft))
    return message


def _summary(record: SessionSummary) -> pb.Session:
    return pb.Session(
        id=record.id,
        instance_id=record.instance_id,
        user_id=record.user_id,
        session_type=record.session_type,
        session_name=record.session_name,
        is_active=record.is_active,
        revision=record.revision,
        last_activity_at=to_timestamp(record.last_activity_at),
        expires_at=to_timestamp(record.expires_at),
        created_at=to_timestamp(record.created_at),
        updated_at=to_timestamp(record.updated_at),
    )
