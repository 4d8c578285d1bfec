"""The catalogue of factors: what ships, what services publish for everybody, and what they publish for one user."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection, Mapping, Sequence

from codegen_core.factors import FactorSource, check_factor
from repo.records import EVERYBODY, FactorRecord, NewFactor, Page, Published
from repo.unit_of_work import UnitOfWork
from services.builder.sizes import check_room
from services.builder.template_checks import LONGEST_DESCRIPTION, add_problems, check_category
from services.runtime.database import AsyncDatabase
from services.runtime.paging import Page as Window
from services.runtime.request_checks import RequestChecks

LEASE_NAME = "builder-factors"
"""Locked by whoever writes factors, so that those who write the same ones wait for each other."""
LONGEST_EXPRESSION = 4000
OUTPUT_TYPES = ("SERIES", "BOOL")

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,254}")


class Factors:
    """The catalogue as each caller sees it."""

    def __init__(self, database: AsyncDatabase[UnitOfWork]) -> None:
        """Takes the database."""
        self._database = database

    async def page(
        self, owner: str | None, window: Window, *, category: str | None, source: str | None, search: str | None
    ) -> Page[FactorRecord]:
        """Returns a page of everybody's and the owner's factors that pass the filters."""
        return await self._database.run(
            lambda uow: uow.factors.list(
                owner or EVERYBODY,
                category=category,
                source=source,
                search=search,
                skip=window.skip,
                limit=window.limit,
            )
        )

    async def publish(self, owner: str | None, factors: Sequence[NewFactor], language: str) -> Published:
        """Publishes all of the factors, everybody's where there is no owner.

        Raises:
            InvalidArgument: A factor breaks a rule; every wrong field of all is named, and nothing is published.
        """
        await asyncio.to_thread(_check, factors, language)
        return await self._database.run(lambda uow: _publish(uow, owner or EVERYBODY, factors), write=True)

    async def retire(self, owner: str | None, names: Collection[str]) -> set[str]:
        """Takes factors out of the catalogue; returns the names of those that were in it."""
        return await self._database.run(lambda uow: _retire(uow, owner or EVERYBODY, names), write=True)


def _publish(uow: UnitOfWork, owner: str, factors: Sequence[NewFactor]) -> Published:
    uow.leases.lock(LEASE_NAME)
    return uow.factors.publish(factors, owner)


def _retire(uow: UnitOfWork, owner: str, names: Collection[str]) -> set[str]:
    uow.leases.lock(LEASE_NAME)
    return uow.factors.retire(names, FactorSource.CUSTOM, owner)


def _check(factors: Sequence[NewFactor], language: str) -> None:
    checks = RequestChecks()
    first: dict[str, int] = {}
    for index, factor in enumerate(factors):
        prefix = f"factors[{index}]."
        again = first.setdefault(factor.name, index)
        checks.expect(again == index, f"{prefix}name", f"another name than factors[{again}]", factor.name, "DUPLICATE")
        if _check_form(checks, factor, prefix):
            expression = factor.expression or ""
            found = check_factor(factor.name, expression, factor.output_type, factor.parameters, language)
            add_problems(checks, found, language, prefix)
    checks.finish()


def _check_form(checks: RequestChecks, factor: NewFactor, prefix: str) -> bool:
    """Returns whether the core can look at the factor."""
    expected = "1 to 255 letters, digits and underscores, a letter first"
    named = checks.expect(_NAME.fullmatch(factor.name) is not None, f"{prefix}name", expected, factor.name)
    checks.text(f"{prefix}display_name", factor.display_name, 1, 255)
    checks.text(f"{prefix}description", factor.description, 0, LONGEST_DESCRIPTION)
    check_category(checks, f"{prefix}category", factor.category)
    typed = checks.one_of(f"{prefix}output_type", factor.output_type, OUTPUT_TYPES)
    written = checks.text(f"{prefix}expression", factor.expression or "", 1, LONGEST_EXPRESSION)
    sized: Mapping[str, object] = {name: getattr(factor, name) for name in ("description", "parameters", "expression")}
    return check_room(checks, sized, prefix) and named and typed and written
