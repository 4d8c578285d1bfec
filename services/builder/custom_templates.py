"""Users' own node templates: made, changed and deleted by their owners."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from repo.errors import DuplicateKey
from repo.records import NewTemplate, TemplateChanges, TemplateRecord
from repo.unit_of_work import UnitOfWork
from services.builder.template_checks import DEFINING, check_template
from services.runtime.database import AsyncDatabase
from services.runtime.errors import AlreadyExists, FieldViolation, NotFound, PermissionDenied
from services.runtime.request_checks import RequestChecks, shown


@dataclass(frozen=True, slots=True)
class TemplateEdit:
    """What a caller sends to change a template.

    Attributes:
        fixed: Fields that never change; what is sent must be what is stored.
        values: The new values, by field.
    """

    template_id: str
    fixed: Mapping[str, str]
    values: Mapping[str, Any]


class CustomTemplates:
    """The templates of all owners; each changes its own."""

    def __init__(self, database: AsyncDatabase[UnitOfWork]) -> None:
        """Takes the database."""
        self._database = database

    async def create(self, owner: str, template: NewTemplate, language: str) -> TemplateRecord:
        """Stores a template.

        Raises:
            InvalidArgument: It breaks a rule; every wrong field is named.
            AlreadyExists: The owner has a template of this name.
        """
        await asyncio.to_thread(check_template, template, language)
        try:
            return await self._database.run(lambda uow: uow.templates.create(template, owner), write=True)
        except DuplicateKey:
            told = f"expected a name that you do not use yet, received {shown(template.name)}"
            violation = FieldViolation("name", told, "DUPLICATE_NAME")
            raise AlreadyExists("You have a node template of this name.", violations=[violation]) from None

    async def update(self, owner: str, edit: TemplateEdit, language: str) -> TemplateRecord:
        """Changes a template and raises its version.

        Raises:
            NotFound: The owner has no such template.
            PermissionDenied: It is the system's.
            InvalidArgument: It would break a rule, or a field would change that never does.
        """
        return await self._database.run(lambda uow: _update(uow, owner, edit, language), write=True)

    async def delete(self, template_id: str, owner: str) -> None:
        """Deletes a template and frees its name. Raises NotFound, or PermissionDenied for one of the system's."""
        await self._database.run(lambda uow: _delete(uow, template_id, owner), write=True)


def raised(version: str, changed: frozenset[str]) -> str:
    """Returns the next version: a minor one where the template computes something else now, else a patch."""
    major, minor, patch = map(int, version.split("."))
    return f"{major}.{minor + 1}.0" if changed & DEFINING else f"{major}.{minor}.{patch + 1}"


def _update(uow: UnitOfWork, owner: str, edit: TemplateEdit, language: str) -> TemplateRecord:
    # The row stays locked while the change is checked, so that what is checked is what is stored.
    stored = _own(uow, edit.template_id, owner)
    _check_fixed(stored, edit.fixed)
    changed = frozenset(name for name, value in edit.values.items() if value != getattr(stored, name))
    check_template(replace(stored, **edit.values), language, defines=bool(changed & DEFINING))
    changes = TemplateChanges(version=raised(stored.version, changed), **edit.values)
    updated = uow.templates.update(stored.id, owner, changes)
    return stored if updated is None else updated


def _delete(uow: UnitOfWork, template_id: str, owner: str) -> None:
    stored = _own(uow, template_id, owner)
    uow.templates.soft_delete(stored.id, owner)


def _own(uow: UnitOfWork, template_id: str, owner: str) -> TemplateRecord:
    stored = uow.templates.get(template_id, owner, for_update=True)
    if stored is None:
        raise NotFound("There is no such node template.")
    if stored.is_system_template:
        raise PermissionDenied("A system template can't be changed or deleted.")
    return stored


def _check_fixed(stored: TemplateRecord, fixed: Mapping[str, str]) -> None:
    checks = RequestChecks()
    for field, sent in fixed.items():
        kept = getattr(stored, field)
        checks.expect(sent == kept, field, f"{kept}, which never changes", sent, "IMMUTABLE")
    checks.finish()
