"""Code generation through gRPC, Builder and Validation included."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from google.protobuf import json_format, struct_pb2
from strategybuilder.builder.v1 import node_template_pb2, strategy_pb2
from strategybuilder.codegen.v1 import codegen_service_pb2 as pb
from strategybuilder.validation.v1.validation_result_pb2 import ValidationResult

from tests.integration.services.clients import UNKNOWN_ID, Client, drawing, generation

FASTER = {"fast_average": {"window": 3}}


def struct(value: Any) -> struct_pb2.Struct:
    return json_format.ParseDict(value, struct_pb2.Struct())


def history(client: Client, instance_id: str, **fields: int) -> Any:
    request = pb.ListCodeHistoryRequest(instance_id=instance_id, **fields)
    return client.call("codegen", "ListCodeHistory", request)


def current(client: Client, instance_id: str) -> str:
    request = strategy_pb2.GetStrategyRequest(instance_id=instance_id)
    return str(client.call("builder", "GetStrategy", request).strategy.current_generation_id)


def usage(client: Client) -> Mapping[str, int]:
    requests = (node_template_pb2.ListNodeTemplatesRequest(skip=skip, limit=100) for skip in (0, 100, 200))
    pages = [client.call("builder", "ListNodeTemplates", request) for request in requests]
    assert pages[0].total <= 300
    return {item.name: item.usage_count for page in pages for item in page.items}


def test_a_flow_becomes_valid_code(alice: Client) -> None:
    made = alice.generate(alice.strategy().id)
    assert made.validation_status == ValidationResult.VALID
    assert made.syntax_check_passed
    assert made.security_check_passed
    assert made.validation_result.is_valid
    assert made.line_count == len(made.generated_code.splitlines())
    assert made.complexity_score > 0
    assert made.generation_time > 0
    assert made.warmup_bars == 20
    assert not made.is_duplicate
    assert not made.HasField("duplicate_of_created_at")
    assert len(made.code_hash) == 64
    ast.parse(made.generated_code)


def test_every_node_has_its_lines(alice: Client) -> None:
    made = alice.generate(alice.strategy().id)
    lines = made.generated_code.splitlines()
    flow = drawing()
    assert set(made.node_lines) == {node["id"] for node in flow["nodes"]}
    for node in flow["nodes"]:
        place = made.node_lines[node["id"]]
        assert 1 <= place.first <= place.last <= len(lines)
        assert node["label"].lower() in "\n".join(lines[place.first - 1 : place.last]).lower()


def test_generated_code_is_read_again(alice: Client, bob: Client) -> None:
    strategy = alice.strategy()
    made = alice.generate(strategy.id)
    request = pb.GetGeneratedCodeRequest(generation_id=made.generation_id)
    read = alice.call("codegen", "GetGeneratedCode", request).code
    assert (read.generated_code, read.code_hash, read.instance_id) == (made.generated_code, made.code_hash, strategy.id)
    assert read.node_lines == made.node_lines
    assert read.validation_result == made.validation_result
    assert bob.refused("codegen", "GetGeneratedCode", request).status == "NOT_FOUND"
    unknown = pb.GetGeneratedCodeRequest(generation_id=UNKNOWN_ID)
    assert alice.refused("codegen", "GetGeneratedCode", unknown).status == "NOT_FOUND"
    found = alice.refused("codegen", "GetGeneratedCode", pb.GetGeneratedCodeRequest(generation_id="x"))
    assert (found.status, set(found.fields)) == ("INVALID_ARGUMENT", {"generation_id"})


def test_a_then_b_then_a_runs_a(alice: Client) -> None:
    strategy = alice.strategy()
    first = alice.generate(strategy.id)
    second = alice.generate(strategy.id, drawing(**FASTER))
    assert current(alice, strategy.id) == second.generation_id != first.generation_id
    again = alice.generate(strategy.id)
    assert (again.generation_id, again.is_duplicate) == (first.generation_id, True)
    assert again.HasField("duplicate_of_created_at")
    assert again.generated_code == first.generated_code
    assert current(alice, strategy.id) == first.generation_id
    items = history(alice, strategy.id).items
    assert [item.generation_id for item in items] == [second.generation_id, first.generation_id]
    assert [item.is_current for item in items] == [False, True]
    assert again.duplicate_of_created_at == items[1].created_at


def test_what_counts_as_the_same_code(alice: Client) -> None:
    strategy = alice.strategy()
    first = alice.generate(strategy.id)
    moved = drawing()
    moved["nodes"][0]["position"] = {"x": 999, "y": -1}
    moved["nodes"].reverse()
    moved["edges"].reverse()
    assert alice.generate(strategy.id, moved).generation_id == first.generation_id
    same = alice.generate(strategy.id, parameters=struct({"fast_average": {"window": 5}}))
    assert same.generation_id == first.generation_id
    other = alice.generate(strategy.id, parameters=struct(FASTER))
    assert other.generation_id != first.generation_id
    assert alice.generate(strategy.id, drawing(**FASTER)).generation_id == other.generation_id
    assert history(alice, strategy.id).total == 2


def test_each_strategy_has_generations_of_its_own(alice: Client) -> None:
    one, other = alice.generate(alice.strategy().id), alice.generate(alice.strategy().id)
    assert not other.is_duplicate
    assert (one.code_hash, one.generated_code) == (other.code_hash, other.generated_code)
    assert one.generation_id != other.generation_id


def test_usage_is_counted_once_a_template_and_never_for_duplicates(alice: Client) -> None:
    strategy = alice.strategy()
    before = usage(alice)
    alice.generate(strategy.id)
    alice.generate(strategy.id)
    after = usage(alice)
    used = {"sma", "crosses_above", "crosses_below", "buy", "sell", "equal_weight"}
    used |= {"stop_loss_percent", "stop_profit_percent"}
    assert {name: after[name] - before[name] for name in after} == {name: int(name in used) for name in after}


def test_parallel_calls_make_one_row_and_count_once(alice: Client) -> None:
    strategy = alice.strategy()
    before = usage(alice)["sma"]
    with ThreadPoolExecutor(6) as threads:
        made = list(threads.map(lambda _: alice.generate(strategy.id), range(6)))
    assert len({one.generation_id for one in made}) == 1
    assert [one.is_duplicate for one in made].count(False) == 1
    assert history(alice, strategy.id).total == 1
    assert usage(alice)["sma"] == before + 1


def test_history_is_newest_first_and_paged(alice: Client) -> None:
    strategy = alice.strategy()
    made = [alice.generate(strategy.id, drawing(fast_average={"window": window})).generation_id for window in (3, 4, 5)]
    first, last = history(alice, strategy.id, limit=2), history(alice, strategy.id, skip=2, limit=2)
    assert [item.generation_id for item in first.items] == [made[2], made[1]]
    assert [item.generation_id for item in last.items] == [made[0]]
    assert (first.total, first.page, last.page, last.page_size) == (3, 1, 2, 2)
    for wrong, field in (({"limit": 51}, "limit"), ({"limit": 0}, "limit"), ({"skip": -1}, "skip")):
        request = pb.ListCodeHistoryRequest(instance_id=strategy.id, **wrong)
        found = alice.refused("codegen", "ListCodeHistory", request)
        assert (found.status, set(found.fields)) == ("INVALID_ARGUMENT", {field})


def test_comments_are_in_the_language_asked_for(alice: Client) -> None:
    strategy = alice.strategy()
    english = alice.generate(strategy.id)
    chinese = alice.generate(strategy.id, language="zh")
    assert english.generated_code.isascii()
    assert not chinese.generated_code.isascii()
    assert english.generation_id != chinese.generation_id
    assert alice.generate(strategy.id, language="zh").generation_id == chinese.generation_id
    by_header = alice.call("codegen", "GenerateCode", generation(strategy.id), accept_language="zh")
    assert by_header.generation_id == english.generation_id


def test_nodes_without_a_label_are_named_in_the_codes_language(alice: Client) -> None:
    flow = drawing()
    for node in flow["nodes"]:
        del node["label"]
    strategy = alice.strategy(flow)
    english = alice.call("codegen", "GenerateCode", generation(strategy.id, flow), accept_language="zh")
    assert english.generated_code.isascii()
    assert "简单移动平均" in alice.generate(strategy.id, flow, language="zh").generated_code


def test_an_unsound_flow_tells_every_error(alice: Client) -> None:
    flow = drawing(fast_average={"window": 0}, slow_average={"window": "many"})
    found = alice.refused("codegen", "GenerateCode", generation(alice.strategy().id, flow, language="zh"))
    assert (found.status, found.reason) == ("FAILED_PRECONDITION", "LOGIC_FLOW_INVALID")
    assert len(found.fields) == 2
    assert found.message.isascii()
    empty = pb.GenerateCodeRequest(instance_id=alice.strategy().id)
    empty.logic_flow.SetInParent()
    assert alice.refused("codegen", "GenerateCode", empty).reason == "LOGIC_FLOW_INVALID"


def test_each_wrong_field_is_named(alice: Client) -> None:
    found = alice.refused("codegen", "GenerateCode", pb.GenerateCodeRequest(instance_id="x", language="de"))
    assert found.status == "INVALID_ARGUMENT"
    assert set(found.fields) == {"instance_id", "logic_flow", "language"}
    request = generation(UNKNOWN_ID)
    request.logic_flow.nodes[0].data["x"] = float("inf")
    found = alice.refused("codegen", "GenerateCode", request)
    assert (found.status, set(found.fields)) == ("INVALID_ARGUMENT", {"logic_flow"})


@pytest.mark.parametrize("method", ["GenerateCode", "ListCodeHistory"])
def test_a_strategy_that_is_not_the_callers_is_not_found(alice: Client, bob: Client, method: str) -> None:
    deleted = alice.strategy().id
    alice.call("builder", "DeleteStrategy", strategy_pb2.DeleteStrategyRequest(instance_id=deleted))
    for instance_id in (UNKNOWN_ID, bob.strategy().id, deleted):
        request = (
            generation(instance_id) if method == "GenerateCode" else pb.ListCodeHistoryRequest(instance_id=instance_id)
        )
        assert alice.refused("codegen", method, request).status == "NOT_FOUND"


def test_what_is_not_served_yet_says_so(alice: Client) -> None:
    request = pb.GetLatestValidCodeRequest(instance_id=UNKNOWN_ID)
    assert alice.refused("codegen", "GetLatestValidCode", request).status == "PERMISSION_DENIED"
