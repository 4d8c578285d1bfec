"""The bridge to blocking units of work, over real transactions of a real file."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from repo.errors import DatabaseUnavailable
from services.runtime.context import Call, enter_call, request_id
from services.runtime.database import AsyncDatabase

T = TypeVar("T")


class Notes:
    """A database of notes: the smallest thing with units of work."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.reachable = True
        self.disposed = False
        with self._connect() as connection:
            connection.execute("CREATE TABLE notes (text TEXT)")
        connection.close()

    def run(self, work: Callable[[sqlite3.Connection], T], *, write: bool = False) -> T:
        connection = self._connect()
        try:
            connection.execute("BEGIN IMMEDIATE" if write else "BEGIN")
            with connection:
                return work(connection)
        finally:
            connection.close()

    def ping(self) -> None:
        if not self.reachable:
            raise DatabaseUnavailable

    def dispose(self) -> None:
        self.disposed = True

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=10, isolation_level=None)


@pytest.fixture
async def notes(tmp_path: Path) -> AsyncIterator[tuple[Notes, AsyncDatabase[sqlite3.Connection]]]:
    database = Notes(tmp_path / "notes.db")
    bridge = AsyncDatabase(database, threads=1)
    yield database, bridge
    await bridge.close()


Bridge = AsyncDatabase[sqlite3.Connection]


def add(text: str) -> Callable[[sqlite3.Connection], None]:
    def work(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO notes VALUES (?)", (text,))

    return work


def texts(connection: sqlite3.Connection) -> list[str]:
    return [row[0] for row in connection.execute("SELECT text FROM notes ORDER BY rowid")]


async def test_work_is_done_in_a_thread_with_the_calls_context(notes: tuple[Notes, Bridge]) -> None:
    enter_call(Call("r-1"))
    seen = await notes[1].run(lambda _: (request_id(), threading.current_thread().name))
    assert seen[0] == "r-1"
    assert seen[1].startswith("database")


async def test_what_work_raises_reaches_the_caller_and_rolls_back(notes: tuple[Notes, Bridge]) -> None:
    def fail(connection: sqlite3.Connection) -> None:
        add("lost")(connection)
        raise KeyError("no")

    with pytest.raises(KeyError):
        await notes[1].run(fail, write=True)
    assert await notes[1].run(texts) == []


async def test_a_cancelled_caller_leaves_no_transaction_open(notes: tuple[Notes, Bridge]) -> None:
    entered, release = threading.Event(), threading.Event()

    def slow(connection: sqlite3.Connection) -> None:
        add("running")(connection)
        entered.set()
        release.wait(20)

    running = asyncio.create_task(notes[1].run(slow, write=True))
    await asyncio.to_thread(entered.wait, 20)
    waiting = asyncio.create_task(notes[1].run(add("waiting"), write=True))
    await asyncio.sleep(0)
    for task in (running, waiting):
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    release.set()
    await notes[1].run(add("after"), write=True)
    assert await notes[1].run(texts) == ["running", "after"]


async def test_ping_says_whether_the_database_answers_while_all_threads_are_busy(notes: tuple[Notes, Bridge]) -> None:
    database, bridge = notes
    release = threading.Event()
    running = asyncio.create_task(bridge.run(lambda _: release.wait(20)))
    assert await bridge.ping() is True
    database.reachable = False
    assert await bridge.ping() is False
    release.set()
    await running


async def test_closing_waits_for_running_work_and_closes_the_connections(tmp_path: Path) -> None:
    database = Notes(tmp_path / "other.db")
    bridge: Bridge = AsyncDatabase(database, threads=1)
    entered, release = threading.Event(), threading.Event()

    def slow(connection: sqlite3.Connection) -> None:
        entered.set()
        release.wait(20)
        add("kept")(connection)

    running = asyncio.create_task(bridge.run(slow, write=True))
    await asyncio.to_thread(entered.wait, 20)
    closing = asyncio.create_task(bridge.close())
    release.set()
    await asyncio.gather(running, closing)
    assert database.disposed
    assert database.run(texts) == ["kept"]
