"""Leases: rows by which one of several processes does a job."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, update

from repo.repositories.rows import Repository, born
from repo.tables import leases as table


class LeaseRepository(Repository):
    """A lease ends by itself, so that its holder may die."""

    def acquire(self, name: str, holder: str, now: datetime, seconds: float) -> bool:
        """Takes a lease that is free or over, or renews one's own; returns whether it is held now."""
        if self._take(name, holder, now, seconds):
            return True
        # The first time there is no row: make one that is over, then compete for it.
        self._statements.insert_if_absent(table, {"name": name, "holder": "", "expires_at": now} | born(now))
        return self._take(name, holder, now, seconds)

    def lock(self, name: str) -> None:
        """Lets only one unit of work go on from here at a time, among all that lock this name, until it ends."""
        now = self._clock()
        self._statements.insert_if_absent(table, {"name": name, "holder": "", "expires_at": now} | born(now))

    def release(self, name: str, holder: str, now: datetime) -> bool:
        """Ends one's own lease; returns whether it was held."""
        mine = (table.c.name == name, table.c.holder == holder, table.c.expires_at > now)
        return self._statements.change(update(table).where(*mine).values(expires_at=now, updated_at=now)) == 1

    def _take(self, name: str, holder: str, now: datetime, seconds: float) -> bool:
        free = or_(table.c.holder == holder, table.c.expires_at <= now)
        values = {"holder": holder, "expires_at": now + timedelta(seconds=seconds), "updated_at": now}
        return self._statements.change(update(table).where(table.c.name == name, free).values(**values)) == 1
