"""Six processes that write at once: nothing is lost, and nobody is told that the database is locked."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from repo.engine import Database
from tests.integration.repo.samples import a_template

ROOT = Path(__file__).resolve().parents[3]
PROCESSES, ROUNDS = 6, 15

WRITER = """
import sys
from repo.engine import create_database
from repo.records import NewQuickTest
url, template, writer, rounds = sys.argv[1:]
database = create_database(url, pool_size=2)
sys.stdin.readline()
for number in range(int(rounds)):
    test = NewQuickTest(id=f"{writer}-{number}", instance_id="i", test_config={})
    def work(unit):
        before = unit.quick_tests.list("alice").total
        unit.templates.raise_usage([template])
        unit.quick_tests.add(test, "alice")
        assert unit.quick_tests.list("alice").total > before
    database.run(work)
database.dispose()
"""


def start(url: str, template_id: str, writer: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, url, template_id, str(writer), str(ROUNDS)],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )


def test_six_processes_write_at_once(database: Database, database_url: str) -> None:
    template = a_template()
    database.run(lambda unit: unit.templates.create(template, "alice"))
    writers = [start(database_url, template.id, writer) for writer in range(PROCESSES)]
    try:
        for writer in writers:
            assert writer.stdin is not None
            writer.stdin.write("go\n")
            writer.stdin.flush()
        errors = [writer.communicate(timeout=90)[1] for writer in writers]
    finally:
        for writer in writers:
            writer.kill()
            writer.wait()
    assert errors == [""] * PROCESSES
    counted = database.run(lambda unit: unit.templates.get(template.id, "alice"), write=False)
    assert counted is not None and counted.usage_count == PROCESSES * ROUNDS
    assert database.run(lambda unit: unit.quick_tests.list("alice").total, write=False) == PROCESSES * ROUNDS
