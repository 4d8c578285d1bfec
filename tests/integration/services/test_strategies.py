"""Strategies through gRPC."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from google.protobuf import json_format, struct_pb2
from strategybuilder.builder.v1 import session_pb2
from strategybuilder.builder.v1 import strategy_pb2 as pb
from strategybuilder.common.v1.logic_flow_pb2 import LogicFlow

from codegen_core.strategies import ready_strategies
from tests.integration.services.clients import UNKNOWN_ID, Client, drawing, flow_message

READY = ready_strategies()[0]


def create(client: Client, **fields: Any) -> Any:
    return client.call("builder", "CreateStrategy", pb.CreateStrategyRequest(**fields)).strategy


def get(client: Client, instance_id: str) -> Any:
    return client.call("builder", "GetStrategy", pb.GetStrategyRequest(instance_id=instance_id)).strategy


def change(instance_id: str, /, **fields: Any) -> pb.UpdateStrategyRequest:
    return pb.UpdateStrategyRequest(instance_id=instance_id, strategy=pb.StrategyUpdate(**fields))


def save_session(client: Client, **fields: Any) -> Any:
    return client.call("builder", "UpsertSession", session_pb2.UpsertSessionRequest(**fields)).session


def struct(value: Any) -> struct_pb2.Struct:
    return json_format.ParseDict(value, struct_pb2.Struct())


def test_a_strategy_is_read_as_it_was_made(alice: Client) -> None:
    parameters = struct({"fast_average": {"window": 7}})
    made = create(alice, name="均线", description="两条", logic_flow=flow_message(), parameters=parameters)
    assert (made.name, made.description, made.revision) == ("均线", "两条", 1)
    assert made.status == pb.Strategy.DRAFT
    assert made.logic_flow == flow_message()
    assert made.parameters == parameters
    assert not made.HasField("current_generation_id")
    assert get(alice, made.id) == made


def test_an_empty_strategy_needs_a_name_only(alice: Client) -> None:
    made = create(alice, name="Empty")
    assert made.logic_flow == LogicFlow()
    assert get(alice, made.id) == made


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, {"name"}),
        ({"name": ""}, {"name"}),
        ({"name": "x" * 256}, {"name"}),
        ({"name": "a\x00b"}, {"name"}),
        ({"name": "x", "description": "y" * 5001}, {"description"}),
        ({"name": "x", "template_id": "none"}, {"template_id"}),
        ({"name": "x", "template_id": READY.id, "session_id": UNKNOWN_ID}, {"session_id"}),
        ({"name": "x", "parameters": {"fast": {"window": float("nan")}}}, {"parameters"}),
        ({"name": "", "session_id": "1"}, {"name", "session_id"}),
    ],
)
def test_each_wrong_field_is_named(alice: Client, fields: dict[str, Any], wrong: set[str]) -> None:
    if "parameters" in fields:
        parameters = struct_pb2.Struct()
        parameters.update(fields["parameters"])
        fields = fields | {"parameters": parameters}
    found = alice.refused("builder", "CreateStrategy", pb.CreateStrategyRequest(**fields))
    assert (found.status, found.reason) == ("INVALID_ARGUMENT", "VALIDATION_ERROR")
    assert set(found.fields) == wrong


def test_a_position_that_is_no_number_is_refused(alice: Client) -> None:
    flow = flow_message()
    flow.nodes[3].position.x = float("inf")
    found = alice.refused("builder", "CreateStrategy", pb.CreateStrategyRequest(name="x", logic_flow=flow))
    assert (found.status, set(found.fields)) == ("INVALID_ARGUMENT", {"logic_flow.nodes[3].position"})


def test_an_unsound_flow_is_not_stored(alice: Client) -> None:
    flow = drawing()
    flow["edges"][0]["target"] = "nowhere"
    request = pb.CreateStrategyRequest(name="x", logic_flow=flow_message(flow))
    found = alice.refused("builder", "CreateStrategy", request)
    assert (found.status, found.reason) == ("FAILED_PRECONDITION", "LOGIC_FLOW_INVALID")
    assert set(found.fields.values()) == {"UNKNOWN_NODE"}
    assert alice.call("builder", "ListStrategies", pb.ListStrategiesRequest()).total == 0


def test_a_strategy_from_a_template_has_its_texts_in_the_callers_language(alice: Client) -> None:
    request = pb.CreateStrategyRequest(template_id=READY.id)
    made = alice.call("builder", "CreateStrategy", request, accept_language="zh-CN").strategy
    assert made.name == READY.display_name.zh
    assert made.description == READY.description.zh
    assert made.logic_flow == flow_message()
    assert create(alice, template_id=READY.id, name="Mine").name == "Mine"


def test_a_template_that_is_not_there(alice: Client) -> None:
    found = alice.refused("builder", "CreateStrategy", pb.CreateStrategyRequest(template_id=UNKNOWN_ID))
    assert found.status == "NOT_FOUND"


def test_a_strategy_from_a_session_closes_it(alice: Client) -> None:
    flow = drawing()
    for edge in flow["edges"]:
        edge["sourceHandle"], edge["targetHandle"] = edge.pop("source_handle"), edge.pop("target_handle")
        edge["animated"] = True
    for node in flow["nodes"]:
        node |= {"selected": False, "measured": {"width": 150}}
    session = save_session(alice, session_name="Sketch", draft_logic_flow=struct(flow | {"viewport": {"zoom": 1}}))
    made = create(alice, session_id=session.id)
    assert made.name == "Sketch"
    assert made.logic_flow == flow_message()
    assert get(alice, made.id) == made
    request = session_pb2.GetSessionRequest(session_id=session.id)
    assert alice.refused("builder", "GetSession", request).status == "NOT_FOUND"
    assert alice.refused("builder", "CreateStrategy", pb.CreateStrategyRequest(session_id=session.id)).status == (
        "NOT_FOUND"
    )


def test_a_session_that_holds_no_flow_is_refused_and_stays(alice: Client) -> None:
    flow = drawing()
    flow["nodes"][0]["position"] = {"x": "left"}
    session = save_session(alice, session_name="Sketch", draft_logic_flow=struct(flow))
    found = alice.refused("builder", "CreateStrategy", pb.CreateStrategyRequest(session_id=session.id))
    assert (found.status, set(found.fields)) == ("INVALID_ARGUMENT", {"draft_logic_flow"})
    alice.call("builder", "GetSession", session_pb2.GetSessionRequest(session_id=session.id))


def test_another_users_session_is_not_found(alice: Client, bob: Client) -> None:
    session = save_session(bob, session_name="Bob's")
    found = alice.refused("builder", "CreateStrategy", pb.CreateStrategyRequest(session_id=session.id))
    assert found.status == "NOT_FOUND"


def test_an_update_changes_what_it_names(alice: Client) -> None:
    made = alice.strategy(description="before")
    update = change(made.id, name="After", revision=1)
    changed = alice.call("builder", "UpdateStrategy", update).strategy
    assert (changed.name, changed.description, changed.revision) == ("After", "before", 2)
    assert changed.logic_flow == made.logic_flow
    assert get(alice, made.id) == changed


def test_an_update_can_empty_things(alice: Client) -> None:
    made = alice.strategy(description="before", parameters=struct({"fast_average": {"window": 7}}))
    update = change(made.id, description="", parameters=struct_pb2.Struct())
    changed = alice.call("builder", "UpdateStrategy", update).strategy
    assert (changed.description, len(changed.parameters)) == ("", 0)


def test_a_stale_revision_writes_nothing(alice: Client) -> None:
    made = alice.strategy()
    alice.call("builder", "UpdateStrategy", change(made.id, name="First", revision=1))
    found = alice.refused("builder", "UpdateStrategy", change(made.id, name="Second", revision=1))
    assert (found.status, found.reason, found.metadata["current_revision"]) == ("ABORTED", "CONFLICT", "2")
    assert found.fields == {"revision": "STALE_REVISION"}
    assert get(alice, made.id).name == "First"


def test_parallel_updates_without_a_revision_all_get_through(alice: Client) -> None:
    made = alice.strategy()
    with ThreadPoolExecutor(8) as threads:
        updates = [change(made.id, name=f"Name {number}", logic_flow=flow_message()) for number in range(8)]
        done = list(threads.map(lambda update: alice.call("builder", "UpdateStrategy", update).strategy, updates))
    assert sorted(strategy.revision for strategy in done) == list(range(2, 10))
    last = max(done, key=lambda strategy: strategy.revision)
    assert get(alice, made.id) == last


def test_only_a_complete_flow_becomes_active(alice: Client) -> None:
    made = create(alice, name="Sketch")
    found = alice.refused("builder", "UpdateStrategy", change(made.id, status=pb.Strategy.ACTIVE))
    assert (found.status, found.reason) == ("FAILED_PRECONDITION", "LOGIC_FLOW_INVALID")
    update = change(made.id, status=pb.Strategy.ACTIVE, logic_flow=flow_message())
    assert alice.call("builder", "UpdateStrategy", update).strategy.status == pb.Strategy.ACTIVE
    found = alice.refused("builder", "UpdateStrategy", change(made.id, logic_flow=LogicFlow()))
    assert found.reason == "LOGIC_FLOW_INVALID"


@pytest.mark.parametrize("status", pb.Strategy.Status.keys()[1:])
def test_each_status_is_kept_and_leads_to_any_other(alice: Client, status: str) -> None:
    wanted = pb.Strategy.Status.Value(status)
    for between in pb.Strategy.Status.values()[1:]:
        made = alice.strategy()
        alice.call("builder", "UpdateStrategy", change(made.id, status=between))
        changed = alice.call("builder", "UpdateStrategy", change(made.id, status=wanted)).strategy
        assert (changed.status, changed.revision) == (wanted, 3)
        assert get(alice, made.id) == changed


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"id": UNKNOWN_ID}, {"id"}),
        ({"instance_id": UNKNOWN_ID}, {"instance_id"}),
        ({"name": ""}, {"name"}),
        ({"description": "x" * 5001}, {"description"}),
        ({"status": 99}, {"status"}),
    ],
)
def test_each_wrong_field_of_an_update_is_named(alice: Client, fields: dict[str, Any], wrong: set[str]) -> None:
    made = alice.strategy()
    found = alice.refused("builder", "UpdateStrategy", change(made.id, **fields))
    assert (found.status, set(found.fields)) == ("INVALID_ARGUMENT", wrong)
    assert get(alice, made.id).revision == 1


def test_an_update_says_what_changes(alice: Client) -> None:
    found = alice.refused("builder", "UpdateStrategy", pb.UpdateStrategyRequest(instance_id=alice.strategy().id))
    assert (found.status, found.fields) == ("INVALID_ARGUMENT", {"strategy": "REQUIRED"})


def test_a_whole_strategy_may_be_sent_back(alice: Client) -> None:
    made = alice.strategy()
    whole = json_format.ParseDict(
        json_format.MessageToDict(made, preserving_proto_field_name=True),
        pb.StrategyUpdate(),
        ignore_unknown_fields=True,
    )
    changed = alice.call(
        "builder", "UpdateStrategy", pb.UpdateStrategyRequest(instance_id=made.id, strategy=whole)
    ).strategy
    assert changed.revision == 2


def test_lists_are_newest_first_and_paged(alice: Client) -> None:
    made = [create(alice, name=f"Number {number}").id for number in range(5)]
    alice.call("builder", "UpdateStrategy", change(made[1], status=pb.Strategy.ARCHIVED))
    first = alice.call("builder", "ListStrategies", pb.ListStrategiesRequest(limit=2))
    last = alice.call("builder", "ListStrategies", pb.ListStrategiesRequest(skip=4, limit=2))
    assert [item.id for item in first.items] == [made[4], made[3]]
    assert (first.total, first.page, first.page_size) == (5, 1, 2)
    assert ([item.id for item in last.items], last.page) == ([made[0]], 3)
    assert not first.items[0].HasField("logic_flow")
    archived = alice.call("builder", "ListStrategies", pb.ListStrategiesRequest(status=pb.Strategy.ARCHIVED))
    assert [item.id for item in archived.items] == [made[1]]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [({"skip": -1}, "skip"), ({"limit": 0}, "limit"), ({"limit": 101}, "limit"), ({"status": 9}, "status")],
)
def test_a_list_has_bounds(alice: Client, fields: dict[str, Any], wrong: str) -> None:
    found = alice.refused("builder", "ListStrategies", pb.ListStrategiesRequest(**fields))
    assert (found.status, set(found.fields)) == ("INVALID_ARGUMENT", {wrong})


def test_a_deleted_strategy_is_gone(alice: Client) -> None:
    made = alice.strategy()
    request = pb.DeleteStrategyRequest(instance_id=made.id)
    assert alice.call("builder", "DeleteStrategy", request).message
    assert alice.refused("builder", "DeleteStrategy", request).status == "NOT_FOUND"
    assert alice.refused("builder", "GetStrategy", pb.GetStrategyRequest(instance_id=made.id)).status == "NOT_FOUND"
    assert alice.refused("builder", "UpdateStrategy", change(made.id, name="x")).status == "NOT_FOUND"
    assert alice.call("builder", "ListStrategies", pb.ListStrategiesRequest()).total == 0


REQUESTS: dict[str, Callable[[str], Any]] = {
    "GetStrategy": lambda instance_id: pb.GetStrategyRequest(instance_id=instance_id),
    "UpdateStrategy": lambda instance_id: change(instance_id, name="Stolen"),
    "DeleteStrategy": lambda instance_id: pb.DeleteStrategyRequest(instance_id=instance_id),
}


@pytest.mark.parametrize("method", REQUESTS)
def test_another_users_strategy_is_not_found(alice: Client, bob: Client, method: str) -> None:
    made = alice.strategy()
    capital = Client(alice.suite, alice.user.replace("alice", "Alice"))
    for stranger in (bob, capital):
        found = stranger.refused("builder", method, REQUESTS[method](made.id))
        assert (found.status, found.reason) == ("NOT_FOUND", "RESOURCE_NOT_FOUND")
    assert capital.call("builder", "ListStrategies", pb.ListStrategiesRequest()).total == 0
    assert get(alice, made.id) == made


@pytest.mark.parametrize("method", REQUESTS)
@pytest.mark.parametrize("instance_id", ["", "1", UNKNOWN_ID.upper().replace("0000", "AAAA", 1), "../x"])
def test_an_id_has_one_form(alice: Client, method: str, instance_id: str) -> None:
    found = alice.refused("builder", method, REQUESTS[method](instance_id))
    assert (found.status, set(found.fields)) == ("INVALID_ARGUMENT", {"instance_id"})
