"""Factors: publishing, retiring, whose they are, search as text; and the seeding of what ships."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from repo.engine import Database
from repo.records import EVERYBODY, FactorRecord, NewFactor, Published
from tests.integration.repo.samples import TickingClock, a_factor, in_parallel, names, new_id

SOURCES = ("ALPHA158", "ALPHA360", "QLIB")


def published(database: Database, *factors: NewFactor, owner: str = EVERYBODY) -> Published:
    return database.run(lambda unit: unit.factors.publish(factors, owner))


def counts(done: Published) -> tuple[int, int, int]:
    return done.created, done.updated, done.unchanged


def seeded(database: Database, *factors: NewFactor) -> None:
    database.run(lambda unit: unit.factors.seed(factors, SOURCES))


def retired(database: Database, *wanted: str, owner: str = EVERYBODY) -> set[str]:
    return database.run(lambda unit: unit.factors.retire(wanted, "CUSTOM", owner))


def found(database: Database, owner: str = "alice", **filters: Any) -> Sequence[FactorRecord]:
    page = database.run(lambda unit: unit.factors.list(owner, **filters), write=False)
    assert page.total >= len(page.items)
    return page.items


def custom(name: str, **changes: Any) -> NewFactor:
    return a_factor(name, source="CUSTOM", **changes)


def test_factors_are_published_updated_retired_and_return(database: Database) -> None:
    one, two = custom("roc_5"), custom("roc_10")
    assert counts(published(database, one, two)) == (2, 0, 0)
    changed = replace(one, id=new_id(), expression="$close")
    done = published(database, two, changed)
    assert counts(done) == (0, 1, 1)
    assert [(factor.id, factor.expression) for factor in done.factors] == [
        (two.id, two.expression),
        (one.id, "$close"),
    ]
    assert retired(database, "roc_10", "unknown") == {"roc_10"}
    assert retired(database, "roc_10") == set()
    assert names(found(database)) == ["roc_5"]
    assert counts(published(database, two)) == (1, 0, 0)
    assert {factor.id for factor in found(database)} == {one.id, two.id}


def test_publishing_again_leaves_the_row_as_it_is(database: Database) -> None:
    first = published(database, custom("roc_5"))
    again = published(database, custom("roc_5"))
    assert again.factors == first.factors
    assert counts(again) == (0, 0, 1)


def test_factors_of_one_call_are_listed_in_the_order_given(database: Database) -> None:
    published(database, *(custom(name) for name in ("zebra", "average", "middle")))
    assert names(found(database)) == ["zebra", "average", "middle"]


def test_an_owners_factor_is_the_owners_alone(database: Database) -> None:
    published(database, custom("mine"), owner="alice")
    assert names(found(database)) == ["mine"]
    for other in ("Alice", "bob", EVERYBODY):
        assert names(found(database, other)) == []
        assert retired(database, "mine", owner=other) == set()


def test_an_owners_factor_stands_before_everybodys_of_its_name(database: Database) -> None:
    published(database, custom("roc_5", expression="$open"), custom("other"))
    published(database, custom("roc_5", expression="$close"), owner="alice")

    def seen(owner: str) -> set[tuple[str, str | None]]:
        listed = {(factor.name, factor.expression) for factor in found(database, owner)}
        by_name = database.run(lambda unit: unit.factors.named(owner, ["roc_5", "other"], "CUSTOM"), write=False)
        assert {(factor.name, factor.expression) for factor in by_name.values()} == listed
        return listed

    others = custom("other").expression
    assert seen("alice") == {("roc_5", "$close"), ("other", others)}
    assert seen("bob") == {("roc_5", "$open"), ("other", others)}
    retired(database, "roc_5", owner="alice")
    assert seen("alice") == seen("bob")


def test_names_are_of_a_source(database: Database) -> None:
    seeded(database, a_factor("KMID"))
    published(database, custom("KMID"))
    assert sorted(factor.source for factor in found(database)) == ["ALPHA158", "CUSTOM"]
    by_name = database.run(lambda unit: unit.factors.named("alice", ["KMID"], "ALPHA158"), write=False)
    assert by_name["KMID"].source == "ALPHA158"


def test_factors_are_searched_as_text_not_as_a_pattern(database: Database) -> None:
    texts = {"zh": {"display_name": "波动率", "description": "收盘价的标准差"}}
    seeded(
        database,
        a_factor("roc_5", description="How fast it Changes: ÄRGER"),
        a_factor("rocx5", category="TREND"),
        a_factor("std", display_name="50% Band", source="QLIB", texts=texts),
    )

    def names_found(**filters: Any) -> list[str]:
        return names(found(database, **filters))

    assert names_found(search="ROC_5") == ["roc_5"]
    assert names_found(search="0% b") == ["std"]
    assert names_found(search="\\") == names_found(search="/") == []
    assert names_found(search="changes: ärger") == ["roc_5"]
    assert names_found(search="标准差") == ["std"]
    assert names_found(search="变动率") == ["roc_5", "rocx5"]
    assert names_found(source="QLIB") == ["std"]
    assert names_found(category="TREND") == ["rocx5"]
    assert names_found(category="trend") == names_found(source="qlib") == []


def test_pages_and_totals(database: Database) -> None:
    published(database, *(custom(f"factor_{number}") for number in range(5)))
    page = database.run(lambda unit: unit.factors.list("alice", skip=3, limit=2), write=False)
    assert (names(page.items), page.total) == (["factor_3", "factor_4"], 5)


def test_what_ships_is_seeded_once_upgraded_and_retired(database: Database, clock: TickingClock) -> None:
    one, two = a_factor("KMID"), a_factor("KLEN")
    published(database, custom("KMID"), owner="alice")
    clock.forward(seconds=1)
    seeded(database, one, two)
    first = found(database)
    seeded(database, replace(one, id=one.id), two)
    assert found(database) == first
    seeded(database, replace(two, display_name="Length"))
    assert [(factor.name, factor.display_name) for factor in found(database, source="ALPHA158")] == [("KLEN", "Length")]
    seeded(database, one, two)
    assert names(found(database)) == ["KMID", "KMID", "KLEN"]
    seeded(database, a_factor("ROC", source="QLIB"))
    assert [(factor.name, factor.source) for factor in found(database)] == [("KMID", "CUSTOM"), ("ROC", "QLIB")]


def test_parallel_publishing_under_one_lock_makes_each_factor_once(database: Database) -> None:
    batch = [custom(f"factor_{number}") for number in range(20)]

    def work(position: int) -> int:
        chosen = [replace(factor, id=new_id()) for factor in (batch if position % 2 else reversed(batch))]

        def publish(unit: Any) -> Published:
            unit.leases.lock("factors")
            done: Published = unit.factors.publish(chosen, EVERYBODY)
            return done

        return database.run(publish).created

    assert sum(in_parallel(work)) == 20
    assert len(found(database, limit=50)) == 20
