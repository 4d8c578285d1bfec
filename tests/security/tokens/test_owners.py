"""Another user's row is as if it were not there: the same answer, to the letter, as for an id of nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import product

import pytest

from tests.security.doors import DOORS, Answer, Doors
from tests.security.house import House
from tests.security.rows import NO_ROWS, rows_of
from tests.support.rpcs import PUBLIC, UNKNOWN_ID, Rpc, sample

OWNER = "Alice"
OTHERS = ("alice", "ALICE", "Alice.", "bob")

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MOMENT = re.compile(r'"timestamp":"[^"]*"')


@pytest.fixture(scope="module")
def rows(house: House) -> Mapping[str, str]:
    """The owner's rows."""
    return rows_of(house, OWNER)


def ids_of(rpc: Rpc) -> Iterator[str]:
    """Yields the fields of a request that name a row."""
    return (name for name in rpc.fields() if name.endswith("_id") and name not in NO_ROWS)


BY_ID = [(rpc, field) for rpc in PUBLIC for field in ids_of(rpc) if rpc.is_served]


FINDS_NOTHING = {"ListSessions", "ListQuickTests"}
"""Filters by an id, which needn't be there."""


def ask(doors: Doors, door: str, case: tuple[Rpc, str], row: str, token: str) -> Answer:
    """Asks for one row by one field; of a strategy's origins, by that field only."""
    rpc, field = case
    request = sample(rpc, **{field: row})
    if rpc.descriptor.name == "CreateStrategy":
        request.ClearField("logic_flow")
    return doors.call(door, rpc, request, token)


def told(answer: Answer) -> str:
    """Returns an answer's text without the moment and the request's own id."""
    return _UUID.sub("ID", _MOMENT.sub("TIME", answer.text))


@pytest.mark.parametrize("door", DOORS)
def test_another_users_row_is_as_no_row(house: House, doors: Doors, rows: Mapping[str, str], door: str) -> None:
    for case, other in product(BY_ID, OTHERS):
        rpc, field = case
        token = house.token(other)
        found, nothing = (ask(doors, door, case, row, token) for row in (rows[field], UNKNOWN_ID))
        assert (found.code, told(found)) == (nothing.code, told(nothing)), (rpc.name, field, other)
        expected = "OK" if rpc.descriptor.name in FINDS_NOTHING else "RESOURCE_NOT_FOUND"
        assert found.code == expected, (rpc.name, field, other)


@pytest.mark.parametrize("door", DOORS)
def test_a_service_that_acts_for_another_is_that_other(
    house: House, doors: Doors, rows: Mapping[str, str], door: str
) -> None:
    found = {case: ask(doors, door, case, rows[case[1]], house.service_token("bob")).code for case in BY_ID}
    assert set(found.values()) == {"OK", "RESOURCE_NOT_FOUND"}
    assert {rpc.descriptor.name for (rpc, _), code in found.items() if code == "OK"} <= FINDS_NOTHING


@pytest.mark.parametrize("door", DOORS)
def test_the_owner_finds_every_row_after_all_that(
    house: House, doors: Doors, rows: Mapping[str, str], door: str
) -> None:
    for token in (house.token(OWNER), house.service_token(OWNER)):
        reads = [case for case in BY_ID if case[0].rest is not None and case[0].rest.verb == "GET"]
        found = {rpc.name: ask(doors, door, (rpc, field), rows[field], token).code for rpc, field in reads}
        found.pop("BuilderService.GetStrategyTemplate", None)  # everybody's, and no template of nodes
        assert not {"RESOURCE_NOT_FOUND", "FORBIDDEN"}.intersection(found.values()), found
        assert len(found) >= 8
