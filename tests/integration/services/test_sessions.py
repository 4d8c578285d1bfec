"""Sessions through gRPC."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from google.protobuf import json_format, struct_pb2
from strategybuilder.builder.v1 import session_pb2 as pb
from strategybuilder.builder.v1 import strategy_pb2

from tests.integration.services.clients import UNKNOWN_ID, Client

DRAFT = {
    "nodes": [{"id": "一", "data": {"label": "均线 📈", "list": [], "object": {}, "deep": [[["x"], {}], None]}}],
    "viewport": {"x": -1.5, "zoom": 1, "on": True, "off": False, "none": None, "": "empty key"},
    "small": 5e-324,
    "large": 1.7976931348623157e308,
    "text": "a\u0000b\u2028\"'\\",
}


def struct(value: Any) -> struct_pb2.Struct:
    return json_format.ParseDict(value, struct_pb2.Struct())


def save(client: Client, **fields: Any) -> Any:
    return client.call("builder", "UpsertSession", pb.UpsertSessionRequest(**fields)).session


def get(client: Client, session_id: str) -> Any:
    return client.call("builder", "GetSession", pb.GetSessionRequest(session_id=session_id)).session


def listed(client: Client, **fields: Any) -> Any:
    return client.call("builder", "ListSessions", pb.ListSessionsRequest(**fields))


def test_a_draft_is_kept_as_sent(alice: Client) -> None:
    made = save(alice, draft_logic_flow=struct(DRAFT), draft_parameters=struct({}), session_name="草稿")
    assert json_format.MessageToDict(made.draft_logic_flow) == DRAFT
    assert made.HasField("draft_parameters")
    assert not made.HasField("draft_metadata")
    assert (made.session_type, made.revision, made.is_active) == (pb.Session.AUTOSAVE, 1, True)
    assert made.user_id == alice.user
    assert get(alice, made.id) == made


def test_what_a_save_leaves_out_stays(alice: Client) -> None:
    made = save(alice, draft_logic_flow=struct(DRAFT), session_name="Name", session_type=pb.Session.DRAFT)
    again = save(alice, session_id=made.id, draft_metadata=struct({"tab": 2}))
    assert (again.id, again.revision, again.session_name) == (made.id, 2, "Name")
    assert again.session_type == pb.Session.DRAFT
    assert again.draft_logic_flow == made.draft_logic_flow
    assert (
        json_format.MessageToDict(save(alice, session_id=made.id, draft_logic_flow=struct({})).draft_logic_flow) == {}
    )


def test_each_save_without_an_id_is_a_draft_of_its_own(alice: Client) -> None:
    assert save(alice).id != save(alice).id


def test_a_strategy_has_one_active_session(alice: Client) -> None:
    strategy = alice.strategy()
    first = save(alice, instance_id=strategy.id, draft_logic_flow=struct(DRAFT))
    second = save(alice, instance_id=strategy.id, draft_metadata=struct({"tab": 1}))
    named = save(alice, instance_id=strategy.id, session_id=first.id)
    assert first.id == second.id == named.id
    assert named.revision == 3
    assert [item.id for item in listed(alice, instance_id=strategy.id).items] == [first.id]


def test_parallel_saves_meet_in_one_session(alice: Client) -> None:
    strategy = alice.strategy()
    with ThreadPoolExecutor(8) as threads:
        saves = [{"instance_id": strategy.id, "draft_metadata": struct({"save": number})} for number in range(12)]
        done = list(threads.map(lambda fields: save(alice, **fields), saves))
    assert len({session.id for session in done}) == 1
    assert sorted(session.revision for session in done) == list(range(1, 13))
    assert get(alice, done[0].id) == max(done, key=lambda session: session.revision)


def test_a_stale_base_revision_writes_nothing(alice: Client) -> None:
    made = save(alice, session_name="First")
    save(alice, session_id=made.id, base_revision=1, session_name="Second")
    request = pb.UpsertSessionRequest(session_id=made.id, base_revision=1, session_name="Third")
    found = alice.refused("builder", "UpsertSession", request)
    assert (found.status, found.reason, found.metadata["current_revision"]) == ("ABORTED", "CONFLICT", "2")
    assert get(alice, made.id).session_name == "Second"


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"session_id": "1"}, {"session_id"}),
        ({"instance_id": ""}, {"instance_id"}),
        ({"session_name": "x" * 256, "session_type": 9}, {"session_name", "session_type"}),
        ({"draft_metadata": struct({"text": "x" * (1024 * 1024)})}, {"draft_metadata"}),
        (
            {"draft_metadata": struct({"text": "均" * 200_000}), "draft_parameters": struct({"text": "均" * 170_000})},
            {"draft_metadata"},
        ),
    ],
)
def test_each_wrong_field_is_named(alice: Client, fields: dict[str, Any], wrong: set[str]) -> None:
    found = alice.refused("builder", "UpsertSession", pb.UpsertSessionRequest(**fields))
    assert (found.status, set(found.fields)) == ("INVALID_ARGUMENT", wrong)
    assert listed(alice).total == 0


def test_a_draft_of_nearly_a_mebibyte_is_kept(alice: Client) -> None:
    text = "均" * 349_000
    made = save(alice, draft_metadata=struct({"text": text}))
    assert get(alice, made.id).draft_metadata["text"] == text


def nested(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(levels - 1):
        value = {"next": value}
    return value


def test_a_draft_may_be_nested_32_levels_deep(alice: Client) -> None:
    made = save(alice, draft_metadata=struct(nested(32)))
    assert json_format.MessageToDict(get(alice, made.id).draft_metadata) == nested(32)


def test_numbers_that_json_lacks_are_refused(alice: Client) -> None:
    draft = struct_pb2.Struct()
    draft["x"] = float("nan")
    found = alice.refused("builder", "UpsertSession", pb.UpsertSessionRequest(draft_parameters=draft))
    assert (found.status, set(found.fields)) == ("INVALID_ARGUMENT", {"draft_parameters"})


def test_lists_show_active_sessions_last_saved_first_without_drafts(alice: Client) -> None:
    made = [save(alice, draft_logic_flow=struct(DRAFT)).id for _ in range(3)]
    save(alice, session_id=made[0])
    found = listed(alice, limit=2)
    assert [item.id for item in found.items] == [made[0], made[2]]
    assert (found.total, found.page, found.page_size) == (3, 1, 2)
    assert not found.items[0].HasField("draft_logic_flow")


def test_a_deleted_session_is_gone(alice: Client) -> None:
    strategy = alice.strategy()
    made = save(alice, instance_id=strategy.id)
    request = pb.DeleteSessionRequest(session_id=made.id)
    assert alice.call("builder", "DeleteSession", request).message
    assert alice.refused("builder", "DeleteSession", request).status == "NOT_FOUND"
    assert alice.refused("builder", "GetSession", pb.GetSessionRequest(session_id=made.id)).status == "NOT_FOUND"
    assert alice.refused("builder", "UpsertSession", pb.UpsertSessionRequest(session_id=made.id)).status == "NOT_FOUND"
    assert listed(alice).total == 0
    assert save(alice, instance_id=strategy.id).id != made.id


def test_a_strategy_that_is_not_the_callers_has_no_session(alice: Client, bob: Client) -> None:
    for instance_id in (UNKNOWN_ID, bob.strategy().id):
        request = pb.UpsertSessionRequest(instance_id=instance_id)
        assert alice.refused("builder", "UpsertSession", request).status == "NOT_FOUND"


def test_session_and_strategy_must_belong_together(alice: Client) -> None:
    one, other = alice.strategy(), alice.strategy()
    made = save(alice, instance_id=one.id)
    request = pb.UpsertSessionRequest(instance_id=other.id, session_id=made.id)
    found = alice.refused("builder", "UpsertSession", request)
    assert (found.status, found.fields) == ("INVALID_ARGUMENT", {"session_id": "ID_MISMATCH"})


def test_a_stale_base_revision_is_told_with_the_current_one(alice: Client) -> None:
    made = save(alice, session_name="First")
    save(alice, session_id=made.id)
    request = pb.UpsertSessionRequest(session_id=made.id, base_revision=1)
    found = alice.refused("builder", "UpsertSession", request)
    assert found.fields == {"base_revision": "STALE_REVISION"}
    assert "2" in found.message


def test_drafts_that_stay_count_too(alice: Client) -> None:
    half = struct({"text": "均" * 180_000})
    made = save(alice, draft_metadata=half)
    request = pb.UpsertSessionRequest(session_id=made.id, draft_parameters=half)
    found = alice.refused("builder", "UpsertSession", request)
    assert (found.status, found.fields) == ("INVALID_ARGUMENT", {"draft_parameters": "TOO_LARGE"})
    assert get(alice, made.id) == made
    moved = save(alice, session_id=made.id, draft_metadata=struct({}), draft_parameters=half)
    assert (moved.draft_parameters, moved.revision) == (half, 2)


def test_a_mebibyte_is_kept_and_a_byte_more_is_not(alice: Client) -> None:
    room = 1024 * 1024 - len('{"text":""}')
    made = save(alice, draft_logic_flow=struct({"text": "x" * room}))
    assert get(alice, made.id).draft_logic_flow["text"] == "x" * room
    request = pb.UpsertSessionRequest(draft_logic_flow=struct({"text": "x" * (room + 1)}))
    assert alice.refused("builder", "UpsertSession", request).fields == {"draft_logic_flow": "TOO_LARGE"}


def test_a_deleted_strategy_ends_its_session_and_keeps_the_drafts(alice: Client) -> None:
    strategy = alice.strategy()
    made = save(alice, instance_id=strategy.id, draft_logic_flow=struct(DRAFT))
    alice.call("builder", "DeleteStrategy", strategy_pb2.DeleteStrategyRequest(instance_id=strategy.id))
    assert listed(alice).total == 0
    ended = get(alice, made.id)
    assert (ended.is_active, ended.draft_logic_flow) == (False, made.draft_logic_flow)
    request = pb.UpsertSessionRequest(session_id=made.id, session_name="Late")
    assert alice.refused("builder", "UpsertSession", request).status == "NOT_FOUND"


REQUESTS: dict[str, Callable[[str], Any]] = {
    "GetSession": lambda session_id: pb.GetSessionRequest(session_id=session_id),
    "UpsertSession": lambda session_id: pb.UpsertSessionRequest(session_id=session_id, session_name="Stolen"),
    "DeleteSession": lambda session_id: pb.DeleteSessionRequest(session_id=session_id),
}


@pytest.mark.parametrize("method", REQUESTS)
def test_another_users_session_is_not_found(alice: Client, bob: Client, method: str) -> None:
    made = save(alice, session_name="Alice's")
    found = bob.refused("builder", method, REQUESTS[method](made.id))
    assert (found.status, found.reason) == ("NOT_FOUND", "RESOURCE_NOT_FOUND")
    assert get(alice, made.id) == made
