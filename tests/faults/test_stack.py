"""kill -9 of each process of the embedded stack: it comes back by itself, its state with it; nothing is left over."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest

from codegen_core.strategies import load
from tests.faults.onlookers import END_SECONDS, assert_never_back
from tests.faults.scene import LONG, wait_until_gone
from tests.gateway.stacks import Stack, processes_of, running_stack
from tests.integration.workers.rig import descendants
from tests.support.processes import wait_until

T = TypeVar("T")

PROGRAMS = {
    "redis": "redis-server",
    "builder": "-m services.builder",
    "codegen": "-m services.codegen",
    "validation": "-m services.validation",
    "quicktest": "-m services.quicktest",
    "gateway": "envoy",
    "worker": "-m workers",
}
BACK_SECONDS = 60.0


@pytest.fixture(scope="module")
def stack(small_market: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The embedded stack."""
    with started(tmp_path_factory.mktemp("stack") / "state", small_market) as running:
        yield running


@contextmanager
def started(data_dir: Path, market: Path) -> Iterator[Stack]:
    """Runs a stack on a market."""
    with running_stack(data_dir, SB_QLIB_PROVIDER_URI=str(market)) as running:
        yield running


def supervisor(stack: Stack) -> int:
    """Returns supervisord's process id."""
    return int((stack.data_dir / "supervisord.pid").read_text())


def programs(stack: Stack) -> dict[str, int]:
    """Returns the process ids of the programs that run, by name."""
    pid = supervisor(stack)
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    lines = {int(child): command_line(int(child)) for child in children}
    return {name: child for child, line in lines.items() for name, part in PROGRAMS.items() if part in line}


def command_line(pid: int) -> str:
    """Returns a process's command line; an empty one where it is ending."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


class Away(Exception):
    """A server, or the gateway, is not there at the moment."""


def data(call: Callable[[], httpx.Response]) -> Any:
    """Returns what an answer says; fails where it is an error. Raises Away for a 503, or where there is no answer."""
    try:
        answer = call()
    except httpx.TransportError as problem:
        raise Away from problem
    if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
        assert answer.json()["error"]["code"] == "SERVICE_UNAVAILABLE"
        raise Away
    assert answer.is_success, answer.text
    return answer.json()["data"]


def once_back(work: Callable[[], T]) -> T:
    """Returns what ``work`` returns, trying again while a server is away."""
    results: list[T] = []

    def done() -> bool:
        with suppress(Away):
            results.append(work())
        return bool(results)

    wait_until(done, BACK_SECONDS, "the servers are back")
    return results[0]


def new_strategy(client: httpx.Client) -> str:
    """Makes the double moving average and its code."""
    flow = load("double_moving_average")
    made = data(lambda: client.post("/strategies", json={"name": "Averages", "logic_flow": flow}))
    data(lambda: client.post("/generate-code", json={"instance_id": made["id"], "logic_flow": flow}))
    return str(made["id"])


def run(client: httpx.Client, instance_id: str, **config: str) -> str:
    """Starts a quick test."""
    body = {"instance_id": instance_id, "test_config": config or {"date_range": "1M"}}
    return str(data(lambda: client.post("/quick-test", json=body))["test_id"])


def status(client: httpx.Client, test_id: str) -> str:
    """Returns where a test stands, when the servers are back."""
    return str(once_back(lambda: data(lambda: client.get(f"/quick-test/{test_id}")))["status"])


def seen_to_the_end(client: httpx.Client, test_id: str) -> list[str]:
    """Polls a test to its end; returns each change of its status."""
    seen = [status(client, test_id)]

    def ended() -> bool:
        if (now := status(client, test_id)) != seen[-1]:
            seen.append(now)
        return seen[-1] not in ("PENDING", "RUNNING")

    wait_until(ended, END_SECONDS, "the end of the test")
    assert_never_back(seen)
    return seen


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_killed_program_is_started_again(stack: Stack, name: str) -> None:
    with stack.client(f"user-of-{name}") as client:
        instance = new_strategy(client)
        test_id = run(client, instance, **LONG)
        wait_until(lambda: status(client, test_id) == "RUNNING", END_SECONDS, "the test to run")
        before = programs(stack)
        below = descendants(before[name])
        os.kill(before[name], signal.SIGKILL)
        wait_until_gone(before[name], *below)
        wait_until(lambda: programs(stack).keys() == PROGRAMS.keys(), BACK_SECONDS, f"{name} runs again")
        assert seen_to_the_end(client, test_id)[-1] == "COMPLETED"
        assert once_back(lambda: data(lambda: client.get(f"/strategies/{instance}")))["id"] == instance
        again = once_back(lambda: run(client, new_strategy(client)))
        assert seen_to_the_end(client, again)[-1] == "COMPLETED"
    after = programs(stack)
    assert {each for each in PROGRAMS if after[each] != before[each]} == {name}


@pytest.mark.timeout(240)  # two stacks start in it
def test_nothing_outlives_a_killed_supervisor_and_its_state_is_kept(tmp_path: Path, small_market: Path) -> None:
    with started(tmp_path / "state", small_market) as stack, stack.client() as client:
        instance = new_strategy(client)
        test_id = run(client, instance, **LONG)
        wait_until(lambda: status(client, test_id) == "RUNNING", END_SECONDS, "the test to run")
        os.kill(supervisor(stack), signal.SIGKILL)
        assert stack.process.wait(timeout=END_SECONDS) == 1
        wait_until(lambda: not processes_of(stack.data_dir), END_SECONDS, "the end of every process")
        assert stack.process.stderr is not None
        assert "supervisord ended by itself; everything is stopped" in stack.process.stderr.read()
    with started(tmp_path / "state", small_market) as stack, stack.client() as client:
        assert data(lambda: client.get(f"/strategies/{instance}"))["id"] == instance
        assert seen_to_the_end(client, test_id)[-1] == "COMPLETED"
