"""Sessions: drafts that the editor saves as they are drawn."""

from __future__ import annotations

from repo.errors import DraftsTooLarge
from repo.records import Page, SessionRecord, SessionSave, SessionSummary
from repo.unit_of_work import UnitOfWork
from services.builder.drafts import DRAFTS, check_size
from services.runtime.database import AsyncDatabase
from services.runtime.errors import NotFound
from services.runtime.paging import Page as Window
from services.runtime.request_checks import RequestChecks
from services.runtime.stale import stale_revision_told_of


class Sessions:
    """The sessions of all owners; each sees its own."""

    def __init__(self, database: AsyncDatabase[UnitOfWork]) -> None:
        """Takes the database."""
        self._database = database

    async def save(self, owner: str, save: SessionSave) -> SessionRecord:
        """Saves a draft, atomically also among parallel saves.

        Raises:
            NotFound: The owner has no such strategy or active session.
            InvalidArgument: The session belongs to another strategy, or to none; or the drafts come to too much.
            Conflict: base_revision is not the current one; nothing was written.
        """
        with stale_revision_told_of("base_revision", save.base_revision):
            saved = await self._database.run(lambda uow: _save(uow, owner, save), write=True)
        if saved is None:
            raise NotFound("There is no such active session.")
        return saved

    async def read(self, session_id: str, owner: str) -> SessionRecord:
        """Returns a session with its drafts. Raises NotFound where the owner has none of this id."""
        record = await self._database.run(lambda uow: uow.sessions.get(session_id, owner))
        if record is None:
            raise NotFound("There is no such session.")
        return record

    async def page(self, owner: str, instance_id: str | None, window: Window) -> Page[SessionSummary]:
        """Returns a page of the owner's active sessions, last active first, without their drafts."""
        return await self._database.run(
            lambda uow: uow.sessions.list(owner, instance_id=instance_id, skip=window.skip, limit=window.limit)
        )

    async def delete(self, session_id: str, owner: str) -> None:
        """Deletes a session. Raises NotFound where the owner has none of this id."""
        if not await self._database.run(lambda uow: uow.sessions.soft_delete(session_id, owner), write=True):
            raise NotFound("There is no such session.")


def _save(uow: UnitOfWork, owner: str, save: SessionSave) -> SessionRecord | None:
    if save.instance_id is not None and uow.strategies.owner_of(save.instance_id) != owner:
        raise NotFound("There is no such strategy.")
    try:
        saved = uow.sessions.upsert(save, owner)
    except DraftsTooLarge as error:
        _refuse_size(save, error.size)
        raise
    if saved is None and save.instance_id is not None and save.session_id is not None:
        _check_together(uow.sessions.get(save.session_id, owner), save.instance_id)
    return saved


def _refuse_size(save: SessionSave, size: int) -> None:
    sent = {field: getattr(save, field) for field in DRAFTS}
    checks = RequestChecks()
    check_size(checks, {field: draft for field, draft in sent.items() if draft is not None}, size)
    checks.finish()


def _check_together(session: SessionRecord | None, instance_id: str) -> None:
    checks = RequestChecks()
    if session is not None:
        together = session.instance_id == instance_id
        checks.expect(together, "session_id", f"a session of strategy {instance_id}", session.id, "ID_MISMATCH")
    checks.finish()
