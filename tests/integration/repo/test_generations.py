"""Generated code: one row a code of a strategy, found by hash, newest first."""

from __future__ import annotations

from repo.engine import Database
from repo.errors import DuplicateKey
from repo.unit_of_work import UnitOfWork
from tests.integration.repo.samples import a_generation, in_parallel, new_id


def test_what_is_added_is_what_is_read(database: Database) -> None:
    generation = a_generation(new_id())
    added = database.run(lambda unit: unit.generations.add(generation, "alice"))
    assert database.run(lambda unit: unit.generations.get(generation.id, "alice"), write=False) == added
    assert database.run(lambda unit: unit.generations.get(generation.id, "bob"), write=False) is None


def test_the_same_code_of_a_strategy_is_stored_once(database: Database) -> None:
    instance = new_id()

    def work(_: int) -> bool:
        try:
            database.run(lambda unit: unit.generations.add(a_generation(instance), "alice"))
        except DuplicateKey as error:
            assert error.name == "uq_code_generations_instance_id_code_hash"
            return False
        return True

    assert in_parallel(work).count(True) == 1
    database.run(lambda unit: unit.generations.add(a_generation(new_id()), "alice"))


def test_code_is_found_by_its_hash_within_its_strategy(database: Database) -> None:
    generation = a_generation(new_id())
    added = database.run(lambda unit: unit.generations.add(generation, "alice"))

    def found(unit: UnitOfWork) -> tuple[object, ...]:
        hashed = generation.code_hash
        return unit.generations.by_hash(generation.instance_id, hashed), unit.generations.by_hash(new_id(), hashed)

    assert database.run(found, write=False) == (added, None)


def test_the_latest_valid_code_follows_the_status(database: Database) -> None:
    instance = new_id()
    older, newer = (a_generation(instance, code) for code in ("a = 1\n", "a = 2\n"))
    database.run(lambda unit: [unit.generations.add(made, "alice") for made in (older, newer)])

    def latest() -> str | None:
        record = database.run(lambda unit: unit.generations.latest_valid(instance), write=False)
        return None if record is None else record.id

    assert latest() == newer.id
    assert database.run(lambda unit: unit.generations.set_validation_status(newer.id, "RUNTIME_ERROR"))
    assert latest() == older.id
    assert not database.run(lambda unit: unit.generations.set_validation_status(new_id(), "VALID"))


def test_lists_are_newest_first_and_by_status(database: Database) -> None:
    instance = new_id()
    made = [a_generation(instance, f"a = {number}\n") for number in range(3)]
    made[1] = a_generation(instance, "import os\n", validation_status="SECURITY_ERROR")
    database.run(lambda unit: [unit.generations.add(generation, "alice") for generation in made])
    page = database.run(lambda unit: unit.generations.list(instance, "alice", 0, 2), write=False)
    assert ([item.id for item in page.items], page.total) == ([made[2].id, made[1].id], 3)
    assert database.run(lambda unit: unit.generations.list(instance, "bob").total) == 0
    unsafe = database.run(lambda unit: unit.generations.with_status("SECURITY_ERROR", owner="alice"), write=False)
    assert [item.id for item in unsafe.items] == [made[1].id]
    assert database.run(lambda unit: unit.generations.with_status("SECURITY_ERROR", owner="bob").total) == 0
