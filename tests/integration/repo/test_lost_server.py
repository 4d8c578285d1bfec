"""A server that dies and comes back: told as such meanwhile, and worked with again without a restart of ours."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
from sqlalchemy import make_url

from repo.engine import Database, create_database
from repo.errors import DatabaseUnavailable
from tests.integration.repo.samples import a_strategy
from tests.support.databases import SERVERS


class Wire:
    """A wire to a server that can be cut and mended."""

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self._ends: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._is_cut = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._start(self._accept)

    def cut(self) -> None:
        """Ends what is connected, and every connection from now on."""
        self._is_cut = True
        for end in self._ends:
            _shut(end)

    def mend(self) -> None:
        """Lets connections through again."""
        self._is_cut = False

    def close(self) -> None:
        """Ends everything and waits for it."""
        self.cut()
        _shut(self._listener)
        for thread in self._threads:
            thread.join(timeout=30)
        for end in (self._listener, *self._ends):
            end.close()

    def _start(self, work: Callable[..., None], *arguments: socket.socket) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._ends.append(client)
                if self._is_cut:
                    _shut(client)
                    continue
                server = socket.create_connection(self._server)
                self._ends.append(server)
                self._start(_pump, client, server)
                self._start(_pump, server, client)


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    _shut(source)
    _shut(target)


def _shut(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)


@contextmanager
def wired(url: str) -> Iterator[tuple[Database, Wire]]:
    parsed = make_url(url)
    wire = Wire(str(parsed.host), int(parsed.port or 3306))
    through = parsed.set(host="127.0.0.1", port=wire.port).render_as_string(hide_password=False)
    database = create_database(through, pool_size=2)
    try:
        yield database, wire
    finally:
        database.dispose()
        wire.close()


if SERVERS:  # a file can't be lost in this way

    @pytest.mark.parametrize("database_server", SERVERS.values(), ids=SERVERS, indirect=True)
    def test_a_server_that_dies_and_comes_back(database_url: str) -> None:
        with wired(database_url) as (database, wire):
            database.ping()
            with pytest.raises(DatabaseUnavailable), database.unit_of_work() as unit:
                unit.strategies.create(a_strategy(), "alice")
                wire.cut()
                unit.strategies.list("alice")
            with pytest.raises(DatabaseUnavailable):
                database.ping()
            wire.mend()
            assert database.run(lambda unit: unit.strategies.list("alice").total, write=False) == 0
