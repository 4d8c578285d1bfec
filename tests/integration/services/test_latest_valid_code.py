"""GetLatestValidCode, as the Backtest module calls it."""

from __future__ import annotations

from typing import Any

import grpc
import pytest
from strategybuilder.builder.v1 import strategy_pb2
from strategybuilder.codegen.v1 import codegen_service_pb2 as pb
from strategybuilder.validation.v1.validation_result_pb2 import ValidationResult

from repo.engine import create_database
from tests.integration.services.clients import UNKNOWN_ID, Client, Refusal, drawing, refusal_of


def latest(client: Client, instance_id: str, acting_for: str | None = None) -> Any:
    token = client.suite.service_token("backtest", acting_for)
    request = pb.GetLatestValidCodeRequest(instance_id=instance_id)
    return client.suite.call("codegen", "GetLatestValidCode", request, token).code


def refused(client: Client, instance_id: str, acting_for: str | None = None) -> Refusal:
    with pytest.raises(grpc.RpcError) as caught:
        latest(client, instance_id, acting_for)
    return refusal_of(caught.value)


def set_status(client: Client, generation_id: str, status: str) -> None:
    database = create_database(client.suite.database_url, 1)
    try:
        assert database.run(lambda uow: uow.generations.set_validation_status(generation_id, status))
    finally:
        database.dispose()


def test_the_newest_valid_generation_is_told_whole(alice: Client) -> None:
    strategy = alice.strategy()
    alice.generate(strategy.id)
    made = alice.generate(strategy.id, drawing(fast_average={"window": 3}))
    found = latest(alice, strategy.id)
    assert (found.generation_id, found.instance_id) == (made.generation_id, strategy.id)
    assert (found.generated_code, found.code_hash) == (made.generated_code, made.code_hash)
    assert found.validation_status == ValidationResult.VALID
    assert found.node_lines == made.node_lines
    assert latest(alice, strategy.id, alice.user) == found


def test_code_that_failed_is_passed_over(alice: Client) -> None:
    strategy = alice.strategy()
    first = alice.generate(strategy.id)
    second = alice.generate(strategy.id, drawing(fast_average={"window": 3}))
    set_status(alice, second.generation_id, "RUNTIME_ERROR")
    assert latest(alice, strategy.id).generation_id == first.generation_id
    set_status(alice, first.generation_id, "SECURITY_ERROR")
    found = refused(alice, strategy.id)
    assert (found.status, found.message) == ("NOT_FOUND", "None of the strategy's code is valid.")


def test_a_strategy_that_is_not_there(alice: Client, bob: Client) -> None:
    strategy = alice.strategy()
    alice.generate(strategy.id)
    assert refused(alice, UNKNOWN_ID).status == "NOT_FOUND"
    for stranger in (bob.user, alice.user.upper()):
        hidden, missing = refused(alice, strategy.id, stranger), refused(alice, UNKNOWN_ID, stranger)
        assert (hidden.status, hidden.message) == (missing.status, missing.message) == ("NOT_FOUND", missing.message)
    alice.call("builder", "DeleteStrategy", strategy_pb2.DeleteStrategyRequest(instance_id=strategy.id))
    assert refused(alice, strategy.id).status == "NOT_FOUND"


def test_an_id_has_one_form(alice: Client) -> None:
    found = refused(alice, "../x")
    assert (found.status, set(found.fields)) == ("INVALID_ARGUMENT", {"instance_id"})


def test_users_may_not_call_it(alice: Client) -> None:
    request = pb.GetLatestValidCodeRequest(instance_id=alice.strategy().id)
    assert alice.refused("codegen", "GetLatestValidCode", request).status == "PERMISSION_DENIED"
