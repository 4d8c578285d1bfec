"""Markets: what data the workers serve."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update

from repo.records import MarketRecord, NewMarket
from repo.repositories.rows import Repository, all_values, born, optional_record, selected, to_record
from repo.tables import markets as table

_MOST = 20
_LAST_ANNOUNCED_FIRST = (table.c.announced_at.desc(), table.c.data_version)


class MarketRepository(Repository):
    """One row a data version; workers announce it when they start and then send heartbeats."""

    def upsert(self, market: NewMarket) -> None:
        """Announces a market: it becomes the newest."""
        now = self._clock()
        lists = {name: list(getattr(market, name)) for name in ("calendar", "instruments", "pools")}
        values = all_values(market) | lists | {"announced_at": now}
        self._statements.insert_if_absent(table, values | born(now))
        changed = values | {"updated_at": now, "is_deleted": False}
        self._statements.change(update(table).where(table.c.data_version == market.data_version).values(**changed))

    def heartbeat(self, data_version: str) -> bool:
        """Notes that a worker still serves the data; returns whether it was ever announced."""
        mine = table.c.data_version == data_version
        return self._statements.change(update(table).where(mine).values(updated_at=self._clock())) == 1

    def get(self, data_version: str) -> MarketRecord | None:
        """Returns a market."""
        row = self._statements.row(selected(table, MarketRecord).where(table.c.data_version == data_version))
        return optional_record(MarketRecord, row)

    def list(self, alive_since: datetime | None = None) -> Sequence[MarketRecord]:
        """Returns the markets with a heartbeat since then, or all; the last announced first, at most 20."""
        query = selected(table, MarketRecord).order_by(*_LAST_ANNOUNCED_FIRST).limit(_MOST)
        alive = query if alive_since is None else query.where(table.c.updated_at >= alive_since)
        return [to_record(MarketRecord, row) for row in self._statements.rows(alive)]

    def newest(self, alive_since: datetime | None = None) -> MarketRecord | None:
        """Returns the market that was announced last: the one new tests run on."""
        return next(iter(self.list(alive_since)), None)
