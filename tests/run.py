"""Runs every test, as `make test` does: on SQLite and on every database server that is given or can be started.

Servers: those of SB_TEST_DATABASE_URL (comma-separated SQLAlchemy URLs), else a private MariaDB, installed by apt-get
where that is allowed; SB_TEST_EXTRA_DATABASE_URL adds to either. What can't be had is said clearly; with
SB_TEST_NO_SKIPS=1 it is an error. Redis and Envoy come with the pinned packages.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.support.mariadb import MissingBinaries, private_mariadb

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


def main() -> int:
    """Returns the exit code: 0 only if every test passed and the coverage is enough."""
    with ExitStack() as stack:
        urls = stack.enter_context(database_servers())
        environment = os.environ | {"SB_TEST_DATABASE_URL": ",".join(urls)}
        say("databases: SQLite" + "".join(f", {url.split('@')[-1]}" for url in urls))
        tested = run(environment, "coverage", "run", "-m", "pytest", "--durations=25", *in_parallel(), *sys.argv[1:])
    run(environment, "coverage", "combine", "--quiet")
    covered = run(environment, "coverage", "report")
    return tested or covered


def in_parallel() -> list[str]:
    """Returns the options for a process a core, four at most; tests that share servers stay together."""
    return [f"--numprocesses={min(4, len(os.sched_getaffinity(0)))}", "--dist=loadgroup"]


@contextmanager
def database_servers() -> Iterator[list[str]]:
    """Yields the URLs of the servers to test on, started here where none is given."""
    urls = named("SB_TEST_DATABASE_URL")
    with ExitStack() as stack:
        if not urls:
            urls = started_mariadb(stack)
        yield urls + named("SB_TEST_EXTRA_DATABASE_URL")


def started_mariadb(stack: ExitStack) -> list[str]:
    """Returns the URL of a private MariaDB, or nothing where none can be had."""
    if shutil.which("mariadbd") is None and not Path("/usr/sbin/mariadbd").exists():
        install_mariadb()
    try:
        return [stack.enter_context(private_mariadb())]
    except MissingBinaries as missing:
        if os.environ.get("SB_TEST_NO_SKIPS"):
            raise
        say(f"SKIPPED: all tests on MariaDB or MySQL ({missing}); name a server in SB_TEST_DATABASE_URL to run them")
        return []


def install_mariadb() -> None:
    """Installs the server where apt-get and root make that possible; otherwise does nothing."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say("installing mariadb-server-core for the tests")
        for arguments in ("update", "install --yes --no-install-recommends mariadb-server-core"):
            subprocess.run(["apt-get", "--quiet=2", *arguments.split()], stdout=subprocess.DEVNULL, check=False)


def named(variable: str) -> list[str]:
    """Returns the URLs that an environment variable lists."""
    return [url for url in os.environ.get(variable, "").split(",") if url]


def run(environment: dict[str, str], command: str, *arguments: str) -> int:
    """Runs a tool of this environment in the project's root and returns its exit code."""
    return subprocess.run([BIN / command, *arguments], cwd=ROOT, env=environment, check=False).returncode


def say(line: str) -> None:
    """Prints a line of this script's own at once."""
    print(f"[tests] {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
