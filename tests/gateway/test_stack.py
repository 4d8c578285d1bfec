"""The embedded stack: its commands, its one line, its failures, and that it leaves nothing."""

from __future__ import annotations

import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.gateway.processes import ROOT, WAIT_SECONDS
from tests.gateway.stacks import RUN, Stack, end, environment, processes_of, running_stack
from tests.support.processes import wait_until


def run(data_dir: Path, *command: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Runs a command of the stack to its end."""
    return subprocess.run(
        command or RUN, cwd=ROOT, env=environment(data_dir, **settings), capture_output=True, text=True, check=False,
        timeout=100,
    )  # fmt: skip


def token(stack: Stack, *who: str) -> str:
    """Returns what the token command prints."""
    done = run(stack.data_dir, sys.executable, "-m", "gateway.stack", "token", *who)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_all_of_it_runs_and_nothing_twice(stack: Stack) -> None:
    lines = processes_of(stack.data_dir)
    for part in ("supervisord", "redis-server", "envoy", "-m workers", "services.builder", "services.quicktest"):
        assert len([line for line in lines if part in line]) >= 1, (part, lines)
    assert httpx.get(f"{stack.url}/healthz").json()["data"] == {"status": "SERVING"}


def test_state_is_its_owners_only(stack: Stack) -> None:
    assert stat.S_IMODE(stack.data_dir.stat().st_mode) == 0o700
    assert stat.S_IMODE((stack.data_dir / "jwt-secret").stat().st_mode) == 0o600
    sockets = [path for path in stack.data_dir.iterdir() if path.is_socket()]
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in sockets)


def test_the_worker_does_not_have_the_secret(stack: Stack) -> None:
    secret = (stack.data_dir / "jwt-secret").read_bytes()
    environments = {
        line.read_bytes().replace(b"\0", b" ").decode(): (line.parent / "environ").read_bytes()
        for line in Path("/proc").glob("[0-9]*/cmdline")
        if line.parent.exists() and _is_ours(line.parent, stack)
    }
    worker = [env for line, env in environments.items() if "-m workers" in line]
    builder = [env for line, env in environments.items() if "services.builder" in line]
    assert worker
    assert all(secret not in env for env in worker)
    assert all(secret in env for env in builder)


def _is_ours(directory: Path, stack: Stack) -> bool:
    try:
        return f"SB_DATA_DIR={stack.data_dir}".encode() in (directory / "environ").read_bytes().split(b"\0")
    except OSError:
        return False


def test_token_command_prints_one_that_the_stack_takes(stack: Stack) -> None:
    headers = {"authorization": f"Bearer {token(stack, '--user', 'alice')}"}
    assert httpx.get(f"{stack.url}/api/strategy-builder/strategies", headers=headers).status_code == 200
    headers = {"authorization": f"Bearer {token(stack, '--service', 'backtest')}"}
    assert httpx.get(f"{stack.url}/api/strategy-builder/node-templates", headers=headers).status_code == 200


def test_second_run_says_which_one_is_running(stack: Stack) -> None:
    done = run(stack.data_dir)
    assert done.returncode == 1
    assert "already running" in done.stderr
    assert stack.url in done.stderr
    assert httpx.get(f"{stack.url}/healthz").status_code == 200


def test_token_without_a_stack_says_what_to_do(tmp_path: Path) -> None:
    done = run(tmp_path / "none", sys.executable, "-m", "gateway.stack", "token", "--user", "alice")
    assert done.returncode == 1
    assert "make run" in done.stderr


def test_failing_preparation_shows_the_end_of_its_log(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"mysql+pymysql://nobody:hidden@127.0.0.1:{closed.getsockname()[1]}/none"
        done = run(tmp_path / "state", SB_DATABASE_URL=url)
    assert done.returncode == 1
    assert "migrate failed" in done.stderr
    assert "hidden" not in done.stderr
    assert not processes_of(tmp_path / "state")


def test_failing_server_shows_the_end_of_its_log(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = run(tmp_path / "state", SB_BUILDER_ADDR=f"127.0.0.1:{taken.getsockname()[1]}")
    assert done.returncode == 1
    assert "builder ended while the stack was starting" in done.stderr
    assert "can't listen" in done.stderr
    assert not processes_of(tmp_path / "state")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL], ids=["ctrl-c", "kill -9"])
def test_whatever_ends_the_launcher_ends_everything(tmp_path: Path, number: signal.Signals) -> None:
    data_dir = tmp_path / "state"
    with running_stack(data_dir) as stack:
        assert len(processes_of(data_dir)) > 6
        status = end(stack.process, number)
        assert status == (0 if number is signal.SIGINT else -signal.SIGKILL)
        wait_until(lambda: not processes_of(data_dir), WAIT_SECONDS, "the end of every process")
