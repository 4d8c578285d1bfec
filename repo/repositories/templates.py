"""Node templates: the system's, which all see, and each owner's own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, insert, or_, true, update

from repo.records import NewTemplate, Page, TemplateChanges, TemplateRecord
from repo.repositories.rows import (
    Repository,
    all_values,
    born,
    changed_values,
    filters,
    optional_record,
    paged,
    selected,
    to_record,
)
from repo.tables import node_templates as table


class TemplateRepository(Repository):
    """Reads see the system's templates and the owner's; changes reach the owner's only."""

    def seed_system(self, templates: Sequence[NewTemplate]) -> None:
        """Makes the system's rows say what the declarations say; usage counts and creation times stay.

        New ones are listed in the order given; one that is declared no more leaves the lists.
        """
        now = self._clock()
        stored = {row["id"]: row for row in self._system_rows()}
        for position, template in enumerate(templates):
            if template.id not in stored:
                # A microsecond apart, so that lists by (created_at, id) keep the order of the declarations.
                self._seed_new(template, now + timedelta(microseconds=position))
            elif any(stored[template.id][name] != value for name, value in _seed_values(template).items()):
                self._reseed(template, now)
        self._retire(stored.keys() - {template.id for template in templates}, now)

    def get(self, template_id: str, owner: str, *, for_update: bool = False) -> TemplateRecord | None:
        """Returns a template the owner sees; ``for_update`` locks it until the unit ends."""
        query = self._visible(owner).where(table.c.id == template_id)
        row = self._statements.row(query.with_for_update() if for_update else query)
        return optional_record(TemplateRecord, row)

    def get_many(self, template_ids: Collection[str], owner: str) -> dict[str, TemplateRecord]:
        """Returns those of the templates that the owner sees, by id."""
        rows = self._statements.rows(self._visible(owner).where(table.c.id.in_(sorted(set(template_ids)))))
        return {row["id"]: to_record(TemplateRecord, row) for row in rows}

    def list(
        self,
        owner: str,
        *,
        node_type: str | None = None,
        category: str | None = None,
        is_system_template: bool | None = None,
        skip: int = 0,
        limit: int = 20,
    ) -> Page[TemplateRecord]:
        """Returns a page of what the owner sees, by (created_at, id)."""
        wanted = filters(table, node_type=node_type, category=category, is_system_template=is_system_template)
        query = self._visible(owner).where(*wanted).order_by(table.c.created_at, table.c.id)
        return paged(self._statements, query, skip, limit, lambda row: to_record(TemplateRecord, row))

    def create(self, template: NewTemplate, owner: str) -> TemplateRecord:
        """Stores an owner's template.

        Raises:
            DuplicateKey: The owner has a template of this name.
        """
        values = _values(template, owner) | born(self._clock())
        self._statements.change(insert(table).values(**values))
        return TemplateRecord(
            **all_values(template), user_id=owner, is_system_template=False, usage_count=0,
            created_at=values["created_at"], updated_at=values["updated_at"],
        )  # fmt: skip

    def update(self, template_id: str, owner: str, changes: TemplateChanges) -> TemplateRecord | None:
        """Changes an owner's own template; None where there is none of this id."""
        values = changed_values(changes) | {"updated_at": self._clock()}
        changed = self._statements.change(update(table).where(*_own(template_id, owner)).values(**values))
        return self.get(template_id, owner) if changed else None

    def soft_delete(self, template_id: str, owner: str) -> bool:
        """Deletes an owner's own template and frees its name; returns whether there was one."""
        gone = {"is_deleted": True, "name_key": None, "updated_at": self._clock()}
        return self._statements.change(update(table).where(*_own(template_id, owner)).values(**gone)) == 1

    def raise_usage(self, template_ids: Collection[str]) -> None:
        """Counts one use of each template. In id order, so that parallel units wait for each other, not in a ring."""
        for template_id in sorted(set(template_ids)):
            raised = {"usage_count": table.c.usage_count + 1}
            self._statements.change(update(table).where(table.c.id == template_id).values(raised))

    def _visible(self, owner: str) -> Select[Any]:
        # The system's have no owner. Said by one column, so that one index finds both kinds.
        seen = or_(table.c.user_id.is_(None), table.c.user_id == owner)
        return selected(table, TemplateRecord).where(seen)

    def _system_rows(self) -> Sequence[Any]:
        return self._statements.rows(table.select().where(table.c.is_system_template == true()).with_for_update())

    def _seed_new(self, template: NewTemplate, now: datetime) -> None:
        # Two servers may seed at once: whoever comes second finds the row there.
        self._statements.insert_if_absent(table, _values(template, None) | born(now))

    def _reseed(self, template: NewTemplate, now: datetime) -> None:
        changed = _seed_values(template) | {"updated_at": now}
        self._statements.change(update(table).where(table.c.id == template.id).values(**changed))

    def _retire(self, template_ids: Collection[str], now: datetime) -> None:
        gone = and_(table.c.id.in_(sorted(template_ids)), table.c.is_deleted.is_(False))
        retired = {"is_deleted": True, "name_key": None, "updated_at": now}
        self._statements.change(update(table).where(gone).values(**retired))


def _own(template_id: str, owner: str) -> tuple[ColumnElement[bool], ...]:
    return (
        table.c.id == template_id,
        table.c.user_id == owner,
        table.c.is_system_template.is_(False),
        table.c.is_deleted.is_(False),
    )


def _seed_values(template: NewTemplate) -> dict[str, Any]:
    return _values(template, None) | {"is_deleted": False}


def _values(template: NewTemplate, owner: str | None) -> dict[str, Any]:
    lists = {"input_ports": list(template.input_ports), "output_ports": list(template.output_ports)}
    belongs = {"user_id": owner, "is_system_template": owner is None, "name_key": f"{owner or ''}:{template.name}"}
    return all_values(template) | lists | belongs
