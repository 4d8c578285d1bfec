"""Builder sessions: drafts that the editor saves as they are drawn."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, RowMapping, cast, func, select, true, update

from repo.errors import DraftsTooLarge, StaleRevision
from repo.records import Page, SessionRecord, SessionSave, SessionSummary
from repo.repositories.rows import Repository, born, filters, paged, selected
from repo.tables import builder_sessions as table

LIFETIME = timedelta(hours=24)
"""How long after its last activity a session ends."""

MOST_DRAFT_BYTES = 1024 * 1024
"""What the drafts of a session may come to together, as JSON without blanks."""

_DRAFTS = ("draft_logic_flow", "draft_parameters", "draft_metadata")
_KEPT = ("session_type", "session_name", *_DRAFTS)
_CLOSED = {"is_active": False, "active_key": None}


class SessionRepository(Repository):
    """At most one active session of an owner and a strategy."""

    def upsert(self, save: SessionSave, owner: str) -> SessionRecord | None:
        """Saves a draft, atomically also among parallel saves; what the save leaves out stays.

        With an instance, into the owner's one active session of it, made where there is none; without, into the session
        named, or into a new one.

        Returns:
            The session with its raised revision; None where ``session_id`` names no active session of the owner, or
            one of another instance than ``instance_id``.

        Raises:
            StaleRevision: ``base_revision`` is not the current one; nothing was written.
            DraftsTooLarge: With those that stay, the drafts are over ``MOST_DRAFT_BYTES``; nothing was written.
        """
        now = self._clock()
        current = self._named(save, owner, now) if save.session_id is not None else self._ground(save, owner, now)
        if current is None:
            return None
        # A session made a moment ago has revision 0: there is nothing that the caller could have missed.
        if save.base_revision is not None and current["revision"] not in (0, save.base_revision):
            raise StaleRevision(current["revision"])
        values = {name: getattr(save, name) for name in _KEPT if getattr(save, name) is not None}
        self._change([table.c.id == current["id"]], values | _active(now) | {"revision": current["revision"] + 1}, now)
        if not values.keys() >= set(_DRAFTS):
            self._require_room(current["id"])
        return self.get(current["id"], owner)

    def get(self, session_id: str, owner: str) -> SessionRecord | None:
        """Returns a session with its drafts."""
        row = self._statements.row(selected(table, SessionRecord).where(*_own(session_id, owner)))
        return None if row is None else SessionRecord(**_values(row, self._clock()))

    def list(
        self, owner: str, *, instance_id: str | None = None, skip: int = 0, limit: int = 20
    ) -> Page[SessionSummary]:
        """Returns a page of the owner's active sessions without their drafts, last active first."""
        now = self._clock()
        wanted = [*filters(table, user_id=owner, instance_id=instance_id), *_alive(now)]
        query = selected(table, SessionSummary).where(*wanted)
        ordered = query.order_by(table.c.last_activity_at.desc(), table.c.id.desc())
        return paged(self._statements, ordered, skip, limit, lambda row: SessionSummary(**_values(row, now)))

    def touch(self, session_id: str, owner: str) -> bool:
        """Notes activity and puts the end off; returns whether there is such an active session."""
        now = self._clock()
        return self._change([*_own(session_id, owner), *_alive(now)], _active(now), now) == 1

    def soft_delete(self, session_id: str, owner: str, revision: int | None = None) -> bool:
        """Deletes a session, of a revision only where one is given; returns whether there was one."""
        mine = [*_own(session_id, owner), *filters(table, revision=revision)]
        return self._change(mine, _CLOSED | {"is_deleted": True}, self._clock()) == 1

    def close_for(self, instance_id: str, owner: str) -> int:
        """Ends the owner's sessions of a strategy; returns how many were active."""
        mine = [*filters(table, instance_id=instance_id, user_id=owner), table.c.is_active == true()]
        return self._change(mine, _CLOSED, self._clock())

    def expire(self, now: datetime) -> int:
        """Ends every session whose time is over; returns how many."""
        return self._change([table.c.is_active == true(), table.c.expires_at <= now], _CLOSED, now)

    def _require_room(self, session_id: str) -> None:
        sizes = (func.coalesce(func.length(cast(table.c[name], LargeBinary)), 0) for name in _DRAFTS)
        row = self._statements.row(select(*sizes).where(table.c.id == session_id))
        size = sum(int(value) for value in row.values()) if row is not None else 0
        if size > MOST_DRAFT_BYTES:
            raise DraftsTooLarge(size)

    def _named(self, save: SessionSave, owner: str, now: datetime) -> RowMapping | None:
        together = filters(table, instance_id=save.instance_id)
        return self._locked(*_own(save.session_id or "", owner), *_alive(now), *together)

    def _ground(self, save: SessionSave, owner: str, now: datetime) -> RowMapping | None:
        """The locked row to save into: the active one, or a new one of revision 0."""
        if save.instance_id is None:
            self._open(save, owner, None, now)
            return self._locked(table.c.id == save.new_id)
        key = f"{owner}:{save.instance_id}"
        current = self._locked(table.c.active_key == key)
        if current is not None and current["expires_at"] <= now:
            self._change([table.c.id == current["id"]], _CLOSED, now)
            current = None
        if current is None:
            # Another unit may do the same at this moment: the unique key lets one row in, both save into it in turn.
            self._open(save, owner, key, now)
        return current or self._locked(table.c.active_key == key)

    def _open(self, save: SessionSave, owner: str, key: str | None, now: datetime) -> None:
        values = {
            "id": save.new_id,
            "user_id": owner,
            "instance_id": save.instance_id,
            "active_key": key,
            "session_type": save.session_type or "AUTOSAVE",
            "revision": 0,
        }
        self._statements.insert_if_absent(table, values | _active(now) | born(now))

    def _locked(self, *conditions: ColumnElement[bool]) -> RowMapping | None:
        columns = (table.c.id, table.c.revision, table.c.expires_at)
        return self._statements.row(select(*columns).where(*conditions).with_for_update())

    def _change(self, conditions: Any, values: dict[str, Any], now: datetime) -> int:
        return self._statements.change(update(table).where(*conditions).values(**values, updated_at=now))


def _own(session_id: str, owner: str) -> tuple[ColumnElement[bool], ...]:
    return table.c.id == session_id, table.c.user_id == owner, table.c.is_deleted.is_(False)


def _alive(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return table.c.is_active == true(), table.c.expires_at > now


def _active(now: datetime) -> dict[str, Any]:
    return {"is_active": True, "last_activity_at": now, "expires_at": now + LIFETIME}


def _values(row: RowMapping, now: datetime) -> dict[str, Any]:
    values: dict[str, Any] = dict(row)
    return values | {"is_active": values["is_active"] and values["expires_at"] > now}
