"""Node templates: seeding, ownership, names, filters, and usage counts that lose nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from repo.engine import Database
from repo.errors import DuplicateKey
from repo.records import NewTemplate, TemplateChanges, TemplateRecord
from tests.integration.repo.samples import TickingClock, a_template, in_parallel, names, new_id

SYSTEM = [a_template(name) for name in ("zebra", "average", "crosses_above")]


def seeded(database: Database) -> None:
    database.run(lambda unit: unit.templates.seed_system(SYSTEM))


def created(database: Database, template: NewTemplate) -> TemplateRecord:
    return database.run(lambda unit: unit.templates.create(template, "alice"))


def listed(database: Database, owner: str = "alice") -> tuple[TemplateRecord, ...]:
    return database.run(lambda unit: unit.templates.list(owner, limit=100), write=False).items


def test_system_templates_come_in_the_order_of_their_declarations(database: Database, clock: TickingClock) -> None:
    seeded(database)
    clock.forward(seconds=1)
    database.run(lambda unit: unit.templates.create(a_template("mine"), "alice"))
    assert names(listed(database)) == ["zebra", "average", "crosses_above", "mine"]


def test_seeding_again_changes_nothing(database: Database) -> None:
    seeded(database)
    before = listed(database)
    seeded(database)
    assert listed(database) == before


def test_parallel_seeding_makes_each_template_once(database: Database) -> None:
    in_parallel(lambda _: seeded(database), threads=4)
    assert sorted(names(listed(database))) == ["average", "crosses_above", "zebra"]


def test_a_new_version_changes_the_row_and_keeps_its_count(database: Database) -> None:
    seeded(database)
    database.run(lambda unit: unit.templates.raise_usage([SYSTEM[0].id]))
    newer = replace(SYSTEM[0], version="1.1.0", display_name="Striped")
    database.run(lambda unit: unit.templates.seed_system([newer, *SYSTEM[1:]]))
    first = listed(database)[0]
    assert (first.version, first.display_name, first.usage_count) == ("1.1.0", "Striped", 1)


def test_a_template_declared_no_more_leaves_and_may_return(database: Database) -> None:
    seeded(database)
    database.run(lambda unit: unit.templates.seed_system(SYSTEM[1:]))
    assert names(listed(database)) == ["average", "crosses_above"]
    seeded(database)
    assert names(listed(database)) == ["zebra", "average", "crosses_above"]


def test_what_is_created_is_what_is_read(database: Database) -> None:
    template = a_template(execution_hints={"language": "QLIB", "expression": "Mean({input}, {window})"})
    created = database.run(lambda unit: unit.templates.create(template, "alice"))
    assert database.run(lambda unit: unit.templates.get(template.id, "alice"), write=False) == created
    assert (created.user_id, created.is_system_template, created.usage_count) == ("alice", False, 0)


def test_another_owners_template_is_not_there(database: Database) -> None:
    template = a_template()
    database.run(lambda unit: unit.templates.create(template, "alice"))
    assert database.run(lambda unit: unit.templates.get(template.id, "bob")) is None
    assert database.run(lambda unit: unit.templates.get_many([template.id], "bob")) == {}
    assert not database.run(lambda unit: unit.templates.soft_delete(template.id, "bob"))
    changed = database.run(lambda unit: unit.templates.update(template.id, "bob", TemplateChanges(version="2.0.0")))
    assert changed is None


def test_system_templates_cannot_be_changed_by_an_owner(database: Database) -> None:
    seeded(database)
    changes = TemplateChanges(version="9.0.0")
    assert database.run(lambda unit: unit.templates.update(SYSTEM[0].id, "alice", changes)) is None
    assert not database.run(lambda unit: unit.templates.soft_delete(SYSTEM[0].id, "alice"))


def test_an_update_changes_what_it_names(database: Database) -> None:
    template = a_template(icon="wave")
    created = database.run(lambda unit: unit.templates.create(template, "alice"))
    changes = TemplateChanges(version="1.0.1", description="Longer", input_ports=[])
    updated = database.run(lambda unit: unit.templates.update(template.id, "alice", changes))
    assert updated is not None and updated.updated_at > created.updated_at
    expected = replace(created, version="1.0.1", description="Longer", input_ports=[], updated_at=updated.updated_at)
    assert updated == expected


def test_a_name_is_unique_among_an_owners_living_templates(database: Database) -> None:
    seeded(database)
    first = a_template("average")
    database.run(lambda unit: unit.templates.create(first, "alice"))
    database.run(lambda unit: unit.templates.create(a_template("average"), "bob"))
    with pytest.raises(DuplicateKey):
        database.run(lambda unit: unit.templates.create(a_template("average"), "alice"))
    assert database.run(lambda unit: unit.templates.soft_delete(first.id, "alice"))
    database.run(lambda unit: unit.templates.create(a_template("average"), "alice"))
    assert database.run(lambda unit: unit.templates.get(first.id, "alice")) is None


def test_filters_and_pages(database: Database, clock: TickingClock) -> None:
    seeded(database)
    clock.forward(seconds=1)
    for name, kind, category in (("a", "CONDITION", "TREND"), ("b", "CONDITION", "VOLUME"), ("c", "SIGNAL", "TREND")):
        template = a_template(name, node_type=kind, category=category)
        created(database, template)

    def found(**filters: object) -> tuple[list[str], int]:
        page = database.run(lambda unit: unit.templates.list("alice", **filters), write=False)  # type: ignore[arg-type]  # the test's own filters
        return names(page.items), page.total

    assert found(node_type="CONDITION") == (["a", "b"], 2)
    assert found(category="TREND", is_system_template=False) == (["a", "c"], 2)
    assert found(is_system_template=True, skip=1, limit=1) == (["average"], 3)
    assert found(skip=6, limit=10) == ([], 6)


def test_usage_counts_are_exact_under_parallel_raises(database: Database) -> None:
    seeded(database)
    ids = [template.id for template in SYSTEM]

    def work(position: int) -> None:
        chosen = ids if position % 2 else list(reversed(ids))
        for _ in range(5):
            database.run(lambda unit: unit.templates.raise_usage([*chosen, chosen[0], new_id()]))

    in_parallel(work, threads=8)
    assert [template.usage_count for template in listed(database)] == [40, 40, 40]
