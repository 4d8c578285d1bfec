"""Bounds of pages."""

from __future__ import annotations

import pytest

from services.runtime.errors import FieldViolation, InvalidArgument
from services.runtime.paging import Page, read_page


class Request:
    """A list request with the presence of protobuf's optional fields."""

    def __init__(self, skip: int | None = None, limit: int | None = None) -> None:
        self._given = {"skip": skip, "limit": limit}
        self.skip = skip or 0
        self.limit = limit or 0

    def HasField(self, field_name: str, /) -> bool:
        return self._given[field_name] is not None


@pytest.mark.parametrize(
    ("request_", "page", "number"),
    [
        (Request(), Page(0, 20), 1),
        (Request(limit=100), Page(0, 100), 1),
        (Request(skip=20, limit=1), Page(20, 1), 21),
        (Request(skip=39), Page(39, 20), 2),
        (Request(skip=2**31 - 1, limit=1), Page(2**31 - 1, 1), 2**31 - 1),
    ],
)
def test_pages_within_bounds(request_: Request, page: Page, number: int) -> None:
    assert read_page(request_, default_limit=20, max_limit=100) == page
    assert page.number == number


@pytest.mark.parametrize(
    ("skip", "limit", "fields"), [(-1, 5, ["skip"]), (0, 0, ["limit"]), (-2, 101, ["skip", "limit"])]
)
def test_every_broken_bound_is_named(skip: int, limit: int, fields: list[str]) -> None:
    with pytest.raises(InvalidArgument) as caught:
        read_page(Request(skip, limit), default_limit=20, max_limit=100)
    assert [violation.field for violation in caught.value.violations] == fields


def test_a_violation_says_what_was_expected_and_what_came() -> None:
    with pytest.raises(InvalidArgument) as caught:
        read_page(Request(limit=101), default_limit=20, max_limit=100)
    assert caught.value.violations == (FieldViolation("limit", "expected 1 to 100, received 101", "OUT_OF_RANGE"),)
