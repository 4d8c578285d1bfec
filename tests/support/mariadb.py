"""A private MariaDB for tests, in a folder of its own on a free loopback port.

``python -m tests.support.mariadb`` starts one, prints its URL and stops it on Ctrl-C or SIGTERM.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pymysql

from tests.support.processes import free_port

_START_SECONDS = 60.0
_STOP_SECONDS = 30.0
_USER = "test"
_SETUP = (
    f"CREATE USER IF NOT EXISTS '{_USER}'@'127.0.0.1' IDENTIFIED BY '{_USER}';\n"
    f"GRANT ALL ON *.* TO '{_USER}'@'127.0.0.1' WITH GRANT OPTION;\n"
    "CREATE DATABASE IF NOT EXISTS strategybuilder CHARACTER SET utf8mb4;\n"
)
_OPTIONS = (
    "--bind-address=127.0.0.1", "--skip-name-resolve", "--skip-log-bin", "--innodb-buffer-pool-size=64M",
    "--innodb-log-file-size=16M", "--innodb-doublewrite=0", "--performance-schema=OFF",
)  # fmt: skip
# Nothing has to outlive the machine, and mostly not even the server. 2: a commit is with the system, which outlives it.
_NO_FLUSH, _FLUSH_TO_SYSTEM = "--innodb-flush-log-at-trx-commit=0", "--innodb-flush-log-at-trx-commit=2"


class MissingBinaries(Exception):
    """MariaDB's programs are not installed here."""


class MariaDbServer:
    """A server in a folder of its own, which can be stopped or killed and started again on the same data and port."""

    def __init__(self, folder: Path, *, survives_kill: bool = False) -> None:
        """Makes the system's tables.

        Args:
            survives_kill: Whether what was committed is there after a kill; costs a little time a commit.

        Raises:
            MissingBinaries: Names the program that isn't there.
        """
        self._program = server_program()
        self._folder = folder
        self._flush = _FLUSH_TO_SYSTEM if survives_kill else _NO_FLUSH
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()
        _make_system_tables(self._program, folder)

    @property
    def url(self) -> str:
        """The SQLAlchemy URL."""
        return f"mariadb+pymysql://{_USER}:{_USER}@127.0.0.1:{self.port}/strategybuilder"

    def start(self) -> None:
        """Starts it and waits until it answers."""
        self._process = _start(self._program, self._folder, self.port, self._flush)
        _wait_until_it_answers(self._process, self.port, self._folder)

    def stop(self) -> None:
        """Asks it to stop and waits; does nothing where it does not run."""
        if self._process is not None:
            _stop(self._process)
            self._process = None

    def kill(self) -> None:
        """Kills it as an operator's ``kill -9`` does."""
        assert self._process is not None, "MariaDB does not run"
        self._process.kill()
        self.stop()


@contextmanager
def running_mariadb(*, survives_kill: bool = False) -> Iterator[MariaDbServer]:
    """Runs a server for the time of the block; see :class:`MariaDbServer`."""
    with tempfile.TemporaryDirectory(prefix="sb-mariadb-", ignore_cleanup_errors=True) as name:
        server = MariaDbServer(Path(name), survives_kill=survives_kill)
        try:
            server.start()
            yield server
        finally:
            server.stop()


@contextmanager
def private_mariadb() -> Iterator[str]:
    """Runs a server for the time of the block and yields its SQLAlchemy URL.

    Raises:
        MissingBinaries: Names the program that isn't there.
    """
    with running_mariadb() as server:
        yield server.url


def main() -> int:
    """Runs a server until told to stop; returns the exit status."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        with private_mariadb() as url:
            print(url, flush=True)
            signal.sigwait({signal.SIGINT, signal.SIGTERM})
    except MissingBinaries as missing:
        print(missing, file=sys.stderr)
        return 1
    return 0


def server_program() -> str:
    """Returns the server's program. Raises MissingBinaries."""
    found = shutil.which("mariadbd") or shutil.which("mariadbd", path="/usr/sbin:/usr/local/sbin")
    if found is None:
        raise MissingBinaries("mariadbd is not installed; Debian's package is mariadb-server-core")
    return found


def _make_system_tables(server: str, folder: Path) -> None:
    """Does what mariadb-install-db does, which needs the client package too; the script lies beside the charsets."""
    (folder / "data" / "mysql").mkdir(parents=True)
    described = subprocess.run([server, "--no-defaults", "--verbose", "--help"], check=True, capture_output=True)
    line = next(line for line in described.stdout.decode().splitlines() if line.startswith("character-sets-dir"))
    scripts = Path(line.split()[1]).parent
    tables = ("mysql_system_tables.sql", "mariadb_system_tables.sql")
    script = next(scripts / name for name in tables if (scripts / name).is_file())
    command = [server, "--no-defaults", *_as_root(), f"--datadir={folder}/data", "--bootstrap", "--skip-grant-tables"]
    with (folder / "install.log").open("wb") as log:
        subprocess.run(command, input=b"use mysql;\n" + script.read_bytes(), check=True, stdout=log, stderr=log)


def _start(server: str, folder: Path, port: int, flush: str) -> subprocess.Popen[bytes]:
    (folder / "setup.sql").write_text(_SETUP)
    files = [
        f"--datadir={folder}/data", f"--socket={folder}/s.sock", f"--pid-file={folder}/pid",
        f"--init-file={folder}/setup.sql",
    ]  # fmt: skip
    command = [server, "--no-defaults", *_as_root(), *files, f"--port={port}", *_OPTIONS, flush]
    with (folder / "server.log").open("ab") as log:
        # A session of its own: Ctrl-C is for us, and we stop the server after its last client.
        return subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)


def _as_root() -> list[str]:
    """MariaDB refuses to run as root unless told so; others need say nothing."""
    return ["--user=root"] if os.geteuid() == 0 else []


def _wait_until_it_answers(process: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    ends = time.monotonic() + _START_SECONDS
    while True:
        try:
            pymysql.connect(host="127.0.0.1", port=port, user=_USER, password=_USER).close()
        except pymysql.Error:
            if process.poll() is not None or time.monotonic() > ends:
                raise RuntimeError(f"MariaDB did not start: {(folder / 'server.log').read_text()[-2000:]}") from None
            time.sleep(0.05)
        else:
            return


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


if __name__ == "__main__":
    sys.exit(main())
