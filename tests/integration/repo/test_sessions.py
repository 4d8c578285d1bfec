"""Sessions: one active one of an owner and a strategy, saved atomically, ended in time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from repo.engine import Database
from repo.errors import StaleRevision
from repo.records import SessionRecord, SessionSave
from tests.integration.repo.samples import TickingClock, in_parallel, new_id

INSTANCE = new_id()


def saved(database: Database, owner: str = "alice", **fields: Any) -> SessionRecord:
    record = try_to_save(database, owner, **fields)
    assert record is not None
    return record


def try_to_save(database: Database, owner: str = "alice", **fields: Any) -> SessionRecord | None:
    save = SessionSave(new_id=new_id(), **fields)
    return database.run(lambda unit: unit.sessions.upsert(save, owner))


def active(database: Database, owner: str = "alice") -> list[str]:
    return [item.id for item in database.run(lambda unit: unit.sessions.list(owner), write=False).items]


def test_the_first_save_makes_a_session_that_lasts_a_day(database: Database) -> None:
    record = saved(database, instance_id=INSTANCE, draft_logic_flow={"nodes": []})
    assert (record.revision, record.is_active, record.session_type) == (1, True, "AUTOSAVE")
    assert record.expires_at - record.last_activity_at == timedelta(hours=24)
    assert (record.draft_logic_flow, record.draft_parameters, record.draft_metadata) == ({"nodes": []}, None, None)
    assert database.run(lambda unit: unit.sessions.get(record.id, "alice"), write=False) == record


def test_what_a_save_leaves_out_stays(database: Database) -> None:
    first = saved(database, instance_id=INSTANCE, draft_logic_flow={"a": 1}, draft_metadata={"zoom": 2})
    second = saved(database, instance_id=INSTANCE, draft_parameters={"n": {}}, session_name="mine")
    assert (second.id, second.revision) == (first.id, 2)
    assert (second.draft_logic_flow, second.draft_parameters, second.draft_metadata) == (
        {"a": 1},
        {"n": {}},
        {"zoom": 2},
    )
    assert second.session_name == "mine"


def test_an_empty_draft_replaces_what_was_there(database: Database) -> None:
    saved(database, instance_id=INSTANCE, draft_logic_flow={"a": 1})
    assert saved(database, instance_id=INSTANCE, draft_logic_flow={}).draft_logic_flow == {}


def test_parallel_saves_share_one_session_and_all_count(database: Database) -> None:
    def work(position: int) -> int:
        return saved(database, instance_id=INSTANCE, draft_metadata={"by": position}).revision

    assert sorted(in_parallel(work)) == list(range(1, 9))
    assert len(active(database)) == 1


def test_of_parallel_saves_from_one_revision_one_wins(database: Database) -> None:
    saved(database, instance_id=INSTANCE)

    def work(position: int) -> int:
        try:
            saved(database, instance_id=INSTANCE, base_revision=1, draft_metadata={"by": position})
        except StaleRevision as error:
            return error.current_revision
        return 0

    assert sorted(in_parallel(work)) == [0, 2, 2, 2, 2, 2, 2, 2]


def test_a_stale_base_revision_writes_nothing(database: Database) -> None:
    saved(database, instance_id=INSTANCE, draft_metadata={"by": "first"})
    second = saved(database, instance_id=INSTANCE, draft_metadata={"by": "second"}, base_revision=1)
    with pytest.raises(StaleRevision) as caught:
        saved(database, instance_id=INSTANCE, draft_metadata={"by": "late"}, base_revision=1)
    assert caught.value.current_revision == 2
    assert database.run(lambda unit: unit.sessions.get(second.id, "alice")) == second


def test_owners_and_strategies_have_sessions_of_their_own(database: Database) -> None:
    mine = saved(database, instance_id=INSTANCE)
    other = saved(database, instance_id=new_id())
    theirs = saved(database, owner="bob", instance_id=INSTANCE)
    assert len({mine.id, other.id, theirs.id}) == 3
    assert active(database) == [other.id, mine.id]
    assert database.run(lambda unit: unit.sessions.get(mine.id, "bob")) is None
    assert try_to_save(database, owner="bob", session_id=mine.id) is None


def test_a_draft_of_no_strategy_is_saved_by_its_id(database: Database) -> None:
    first, second = saved(database), saved(database)
    assert first.id != second.id
    again = saved(database, session_id=first.id, draft_logic_flow={"a": 1}, base_revision=1)
    assert (again.id, again.revision, again.instance_id) == (first.id, 2, None)
    assert try_to_save(database, session_id=new_id()) is None


def test_a_session_and_a_strategy_must_belong_together(database: Database) -> None:
    record = saved(database, instance_id=INSTANCE)
    assert saved(database, session_id=record.id, instance_id=INSTANCE).revision == 2
    assert try_to_save(database, session_id=record.id, instance_id=new_id()) is None


def test_a_day_without_activity_ends_a_session_swept_or_not(database: Database, clock: TickingClock) -> None:
    old = saved(database, instance_id=INSTANCE)
    clock.forward(hours=24)
    ended = database.run(lambda unit: unit.sessions.get(old.id, "alice"))
    assert ended is not None and not ended.is_active
    assert active(database) == []
    assert try_to_save(database, session_id=old.id) is None
    fresh = saved(database, instance_id=INSTANCE, base_revision=1)
    assert (fresh.id != old.id, fresh.revision) == (True, 1)


def test_the_sweep_ends_what_is_over_and_only_that(database: Database, clock: TickingClock) -> None:
    old = saved(database, instance_id=INSTANCE)
    kept = saved(database, instance_id=new_id())
    clock.forward(hours=12)
    assert database.run(lambda unit: unit.sessions.touch(kept.id, "alice"))
    clock.forward(hours=12)
    assert database.run(lambda unit: unit.sessions.expire(clock.now)) == 1
    assert database.run(lambda unit: unit.sessions.expire(clock.now)) == 0
    assert active(database) == [kept.id]
    assert not database.run(lambda unit: unit.sessions.touch(old.id, "alice"))


def test_a_deleted_session_makes_room(database: Database) -> None:
    first = saved(database, instance_id=INSTANCE)
    assert not database.run(lambda unit: unit.sessions.soft_delete(first.id, "bob"))
    assert database.run(lambda unit: unit.sessions.soft_delete(first.id, "alice"))
    assert database.run(lambda unit: unit.sessions.get(first.id, "alice")) is None
    assert saved(database, instance_id=INSTANCE).id != first.id


def test_closing_for_a_strategy_ends_its_session(database: Database) -> None:
    record = saved(database, instance_id=INSTANCE)
    other = saved(database, instance_id=new_id())
    assert database.run(lambda unit: unit.sessions.close_for(INSTANCE, "alice")) == 1
    assert active(database) == [other.id]
    closed = database.run(lambda unit: unit.sessions.get(record.id, "alice"))
    assert closed is not None and not closed.is_active


def test_lists_are_last_active_first_and_paged(database: Database) -> None:
    records = [saved(database, instance_id=new_id()) for _ in range(3)]
    saved(database, session_id=records[0].id)
    page = database.run(lambda unit: unit.sessions.list("alice", skip=0, limit=2), write=False)
    assert ([item.id for item in page.items], page.total) == ([records[0].id, records[2].id], 3)
    one = database.run(lambda unit: unit.sessions.list("alice", instance_id=records[1].instance_id), write=False)
    assert [item.id for item in one.items] == [records[1].id]
