"""Auto-saves at the same moment: one row, no error, nothing acknowledged is lost."""

from __future__ import annotations

import asyncio
from typing import Any

from strategybuilder.builder.v1.session_pb2 import (
    DeleteSessionRequest,
    GetSessionRequest,
    ListSessionsRequest,
    UpsertSessionRequest,
)
from strategybuilder.builder.v1.strategy_pb2 import CreateStrategyRequest

from codegen_core.strategies import load
from tests.integration.concurrency.twins import Crowd, Refused, refusals

SAVES = 100
RIVALS = 30
FLOW = load("double_moving_average")


def save(number: int, **fields: Any) -> UpsertSessionRequest:
    """Returns a save that can be told from the others."""
    request = UpsertSessionRequest(**fields)
    request.draft_metadata.update({"number": number})
    return request


async def a_strategy(alice: Crowd) -> str:
    """Makes a strategy and returns its id."""
    answer = await alice.call("builder", "CreateStrategy", CreateStrategyRequest(name="mine"))
    return str(answer.strategy.id)


async def stored(alice: Crowd, session_id: str) -> Any:
    """Reads a session."""
    return (await alice.call("builder", "GetSession", GetSessionRequest(session_id=session_id))).session


async def test_a_hundred_first_saves_make_one_session(alice: Crowd) -> None:
    instance_id = await a_strategy(alice)
    answers = await alice.at_once("builder", "UpsertSession", (save(n, instance_id=instance_id) for n in range(SAVES)))
    assert refusals(answers) == []
    sessions = [answer.session for answer in answers]
    assert {session.id for session in sessions} == {sessions[0].id}
    assert sorted(session.revision for session in sessions) == list(range(1, SAVES + 1))
    assert [session.draft_metadata["number"] for session in sessions] == list(range(SAVES))
    last = max(sessions, key=lambda session: session.revision)
    assert await stored(alice, last.id) == last
    listed = await alice.call("builder", "ListSessions", ListSessionsRequest(instance_id=instance_id))
    assert listed.total == 1


async def test_a_save_after_all_others_is_what_is_read_back(alice: Crowd) -> None:
    instance_id = await a_strategy(alice)
    for number in range(5):
        crowd = (save(10 * number + n, instance_id=instance_id) for n in range(9))
        assert refusals(await alice.at_once("builder", "UpsertSession", crowd)) == []
        last = await alice.call("builder", "UpsertSession", save(1000 + number, instance_id=instance_id))
        assert (await stored(alice, last.session.id)).draft_metadata["number"] == 1000 + number


async def test_of_saves_on_the_same_revision_one_wins(alice: Crowd) -> None:
    first = (await alice.call("builder", "UpsertSession", save(0))).session
    rivals = (save(n, session_id=first.id, base_revision=first.revision) for n in range(1, RIVALS + 1))
    answers = await alice.at_once("builder", "UpsertSession", rivals)
    (winner,) = [answer.session for answer in answers if not isinstance(answer, Refused)]
    assert {(lost.code, lost.facts["current_revision"]) for lost in refusals(answers)} == {("CONFLICT", "2")}
    assert len(refusals(answers)) == RIVALS - 1
    assert await stored(alice, first.id) == winner


async def test_saves_and_deletions_leave_no_session_or_one(alice: Crowd) -> None:
    """A deletion in between closes the session; the next save opens another: never two, and never an error."""
    instance_id = await a_strategy(alice)
    session_id = (await alice.call("builder", "UpsertSession", save(0, instance_id=instance_id))).session.id
    saves, deletions = await asyncio.gather(
        alice.at_once("builder", "UpsertSession", (save(n, instance_id=instance_id) for n in range(RIVALS))),
        alice.at_once("builder", "DeleteSession", [DeleteSessionRequest(session_id=session_id)] * 5),
    )
    assert refusals(saves) == []
    assert [lost.code for lost in refusals(deletions)] == ["RESOURCE_NOT_FOUND"] * 4
    listed = await alice.call("builder", "ListSessions", ListSessionsRequest(instance_id=instance_id))
    assert listed.total <= 1
    assert session_id not in [session.id for session in listed.items]


async def test_a_strategy_made_of_a_session_has_what_was_acknowledged_last(alice: Crowd) -> None:
    """A save that is acknowledged is in the strategy, or was refused since the session was closed: nothing is lost."""
    first = (await alice.call("builder", "UpsertSession", drawn(0, session_name="Sketch"))).session
    saves, (made, *others) = await asyncio.gather(
        alice.at_once("builder", "UpsertSession", (drawn(n, session_id=first.id) for n in range(1, RIVALS + 1))),
        alice.at_once("builder", "CreateStrategy", [CreateStrategyRequest(session_id=first.id)] * 5),
    )
    created = [answer for answer in (made, *others) if not isinstance(answer, Refused)]
    assert [lost.code for lost in refusals((made, *others))] == ["RESOURCE_NOT_FOUND"] * 4
    assert {lost.code for lost in refusals(saves)} <= {"RESOURCE_NOT_FOUND"}
    kept = [answer.session for answer in saves if not isinstance(answer, Refused)]
    last = max([first, *kept], key=lambda session: session.revision)
    (strategy,) = [answer.strategy for answer in created]
    assert strategy.parameters == last.draft_parameters
    listed = await alice.call("builder", "ListSessions", ListSessionsRequest())
    assert listed.total == 0


def drawn(number: int, **fields: Any) -> UpsertSessionRequest:
    """Returns a save of parameters that can be told from the others."""
    request = UpsertSessionRequest(**fields)
    request.draft_logic_flow.update(FLOW)
    request.draft_parameters.update({"fast_average": {"window": number + 1}})
    return request
