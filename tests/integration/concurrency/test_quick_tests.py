"""Quick tests submitted at the same moment."""

from __future__ import annotations

from typing import Any

from google.protobuf.json_format import ParseDict
from strategybuilder.builder.v1.strategy_pb2 import CreateStrategyRequest
from strategybuilder.codegen.v1.codegen_service_pb2 import ListCodeHistoryRequest
from strategybuilder.common.v1.logic_flow_pb2 import LogicFlow
from strategybuilder.quicktest.v1 import quick_test_pb2
from strategybuilder.quicktest.v1.quick_test_pb2 import (
    CancelQuickTestRequest,
    ListQuickTestsRequest,
    RunQuickTestRequest,
)

from codegen_core.strategies import load
from tests.integration.concurrency.twins import Crowd, Refused, refusals

CALLERS = 30
MOST_WAITING = 50


async def a_strategy(alice: Crowd) -> str:
    """Makes a strategy that has no code yet, and returns its id."""
    flow = ParseDict(load("double_moving_average"), LogicFlow())
    answer = await alice.call("builder", "CreateStrategy", CreateStrategyRequest(name="mine", logic_flow=flow))
    return str(answer.strategy.id)


def submission(instance_id: str, request_id: str | None, capital: float = 100_000.0) -> RunQuickTestRequest:
    """Returns a request for a test."""
    config = quick_test_pb2.TestConfig(initial_capital=capital)
    return RunQuickTestRequest(instance_id=instance_id, request_id=request_id, test_config=config)


async def listed(alice: Crowd) -> Any:
    """Reads the user's tests."""
    return await alice.call("quicktest", "ListQuickTests", ListQuickTestsRequest(limit=50))


async def test_submissions_of_one_request_are_one_test_of_one_generation(alice: Crowd) -> None:
    instance_id = await a_strategy(alice)
    answers = await alice.at_once("quicktest", "RunQuickTest", [submission(instance_id, "r-1")] * CALLERS)
    assert refusals(answers) == []
    assert len({answer.test_id for answer in answers}) == 1
    assert (await listed(alice)).total == 1
    history = await alice.call("codegen", "ListCodeHistory", ListCodeHistoryRequest(instance_id=instance_id))
    assert history.total == 1


async def test_of_bodies_under_one_request_id_one_wins(alice: Crowd) -> None:
    instance_id = await a_strategy(alice)
    rivals = [submission(instance_id, "r-2", 100_000.0 + n % 5) for n in range(CALLERS)]
    answers = await alice.at_once("quicktest", "RunQuickTest", rivals)
    accepted = [answer for answer in answers if not isinstance(answer, Refused)]
    assert len({answer.test_id for answer in accepted}) == 1
    assert len(accepted) == CALLERS // 5
    assert {answer.code for answer in refusals(answers)} == {"DUPLICATE_ENTRY"}
    assert (await listed(alice)).total == 1


async def test_the_same_request_id_of_another_user_is_another_test(alice: Crowd, bob: Crowd) -> None:
    tests = {
        answer.test_id
        for user in (alice, bob)
        for answer in await user.at_once("quicktest", "RunQuickTest", [submission(await a_strategy(user), "r-3")] * 5)
    }
    assert len(tests) == 2


async def test_cancellations_of_one_test_end_it_once(alice: Crowd) -> None:
    instance_id = await a_strategy(alice)
    test_id = (await alice.call("quicktest", "RunQuickTest", submission(instance_id, None))).test_id
    cancellations = [CancelQuickTestRequest(test_id=test_id)] * CALLERS
    answers = await alice.at_once("quicktest", "CancelQuickTest", cancellations)
    assert [answer.code for answer in refusals(answers)] == ["QUICK_TEST_ENDED"] * (CALLERS - 1)


async def test_a_crowd_of_submissions_does_not_pass_the_quota(alice: Crowd) -> None:
    instance_id = await a_strategy(alice)
    await alice.call("quicktest", "RunQuickTest", submission(instance_id, None))
    answers = await alice.at_once("quicktest", "RunQuickTest", [submission(instance_id, None)] * (MOST_WAITING + 20))
    assert {answer.code for answer in refusals(answers)} == {"QUOTA_EXCEEDED"}
    assert len(answers) - len(refusals(answers)) == MOST_WAITING - 1
    assert (await listed(alice)).total == MOST_WAITING
