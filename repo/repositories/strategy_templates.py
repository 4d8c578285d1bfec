"""Strategy templates: the ready-made flows that the suite ships."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import update

from repo.records import NewStrategyTemplate, Page, StrategyTemplateRecord
from repo.repositories.rows import (
    Repository,
    all_values,
    born,
    filters,
    optional_record,
    paged,
    selected,
    to_record,
)
from repo.tables import strategy_templates as table


class StrategyTemplateRepository(Repository):
    """The same for all owners."""

    def seed(self, templates: Sequence[NewStrategyTemplate]) -> None:
        """Makes the rows say what is shipped; one that is shipped no more leaves the lists."""
        now = self._clock()
        stored = {row["id"]: row for row in self._statements.rows(table.select().with_for_update())}
        for template in templates:
            values = all_values(template) | {"is_deleted": False}
            if template.id not in stored:
                self._statements.insert_if_absent(table, values | born(now))
            elif any(stored[template.id][name] != value for name, value in values.items()):
                self._change([template.id], values | {"updated_at": now})
        retired = stored.keys() - {template.id for template in templates}
        self._change(sorted(retired), {"is_deleted": True, "updated_at": now})

    def get(self, template_id: str) -> StrategyTemplateRecord | None:
        """Returns a strategy template."""
        row = self._statements.row(selected(table, StrategyTemplateRecord).where(table.c.id == template_id))
        return optional_record(StrategyTemplateRecord, row)

    def list(self, *, category: str | None = None, skip: int = 0, limit: int = 50) -> Page[StrategyTemplateRecord]:
        """Returns a page of strategy templates, by category and name."""
        query = selected(table, StrategyTemplateRecord).where(*filters(table, category=category))
        ordered = query.order_by(table.c.category, table.c.name)
        return paged(self._statements, ordered, skip, limit, lambda row: to_record(StrategyTemplateRecord, row))

    def _change(self, template_ids: Sequence[str], values: dict[str, Any]) -> None:
        if template_ids:
            self._statements.change(update(table).where(table.c.id.in_(template_ids)).values(**values))
