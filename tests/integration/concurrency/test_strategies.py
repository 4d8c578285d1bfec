"""Changes of one strategy at the same moment."""

from __future__ import annotations

from typing import Any

from strategybuilder.builder.v1.strategy_pb2 import (
    CreateStrategyRequest,
    GetStrategyRequest,
    StrategyUpdate,
    UpdateStrategyRequest,
)

from tests.integration.concurrency.twins import Crowd, Refused, refusals

RIVALS = 30


async def a_strategy(alice: Crowd) -> Any:
    """Makes a strategy."""
    return (await alice.call("builder", "CreateStrategy", CreateStrategyRequest(name="mine"))).strategy


async def stored(alice: Crowd, instance_id: str) -> Any:
    """Reads a strategy."""
    return (await alice.call("builder", "GetStrategy", GetStrategyRequest(instance_id=instance_id))).strategy


def renaming(instance_id: str, number: int, revision: int | None = None) -> UpdateStrategyRequest:
    """Returns an update that can be told from the others."""
    update = StrategyUpdate(name=f"name {number}", revision=revision)
    return UpdateStrategyRequest(instance_id=instance_id, strategy=update)


async def test_of_updates_on_the_same_revision_one_wins(alice: Crowd) -> None:
    strategy = await a_strategy(alice)
    rivals = (renaming(strategy.id, n, strategy.revision) for n in range(RIVALS))
    answers = await alice.at_once("builder", "UpdateStrategy", rivals)
    (winner,) = [answer.strategy for answer in answers if not isinstance(answer, Refused)]
    lost = refusals(answers)
    assert {(answer.code, answer.facts["current_revision"]) for answer in lost} == {("CONFLICT", "2")}
    assert len(lost) == RIVALS - 1
    assert await stored(alice, strategy.id) == winner


async def test_updates_without_a_revision_all_win_in_turn(alice: Crowd) -> None:
    strategy = await a_strategy(alice)
    answers = await alice.at_once("builder", "UpdateStrategy", (renaming(strategy.id, n) for n in range(RIVALS)))
    assert refusals(answers) == []
    updated = [answer.strategy for answer in answers]
    assert sorted(one.revision for one in updated) == list(range(2, RIVALS + 2))
    assert [one.name for one in updated] == [f"name {number}" for number in range(RIVALS)]
    assert await stored(alice, strategy.id) == max(updated, key=lambda one: one.revision)
