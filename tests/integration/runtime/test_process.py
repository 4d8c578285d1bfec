"""A server process from its settings to its exit code."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import grpc
import pytest

from tests.integration.runtime.echo import NAME, NOT_SERVING, SECRET, SERVING, Client, Text, bearer

ENVIRON = {"SB_JWT_SECRET": SECRET, "SB_BUILDER_ADDR": "127.0.0.1:0", "SB_SHUTDOWN_GRACE": "20"}


@asynccontextmanager
async def process(**changes: str) -> AsyncIterator[asyncio.subprocess.Process]:
    environ = {key: value for key, value in os.environ.items() if not key.startswith("SB_")}
    command = (sys.executable, "-m", "tests.integration.runtime.echo_server")
    pipe = asyncio.subprocess.PIPE
    started = await asyncio.create_subprocess_exec(
        *command, env=environ | ENVIRON | changes, stdout=pipe, stderr=pipe, cwd=Path.cwd()
    )
    try:
        yield started
    finally:
        if started.returncode is None:
            started.kill()
        await started.communicate()


async def listening_port(started: asyncio.subprocess.Process) -> int:
    assert started.stdout is not None
    async with asyncio.timeout(30):
        async for raw in started.stdout:
            line = json.loads(raw)
            if line["event"] == "listening":
                return int(line["port"])
    raise AssertionError("it never listened")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_drains_the_server_and_it_exits_with_0(number: signal.Signals) -> None:
    async with process() as started:
        port = await listening_port(started)
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            client = Client(channel)
            health = client.watch_health(NAME)
            await health.until(SERVING)
            running = asyncio.ensure_future(client.say(Text(value="0.5"), metadata=bearer()))
            await client.say(Text(value="0"), metadata=bearer())
            started.send_signal(number)
            await health.until(NOT_SERVING)
            health.cancel()
            assert (await running).value == "0.5"
        _, errors = await asyncio.wait_for(started.communicate(), 30)
    assert (started.returncode, errors) == (0, b"")


async def refused(lines: int = 1, **changes: str) -> str:
    """The last line of a process that does not start, of ``lines`` at most."""
    async with process(**changes) as started:
        output, errors = await asyncio.wait_for(started.communicate(), 30)
    assert (started.returncode, output) == (2, b"")
    told = errors.decode().splitlines()
    assert len(told) <= lines
    return told[-1]


async def test_a_wrong_setting_is_one_line_and_exit_code_2() -> None:
    line = await refused(SB_SHUTDOWN_GRACE="soon")
    assert line == "SB_SHUTDOWN_GRACE: expected seconds, from 0 to 600, received 'soon'"


async def test_a_wrong_secret_is_not_shown() -> None:
    assert "hunter2" not in await refused(SB_JWT_SECRET="hunter2")


async def test_a_taken_port_is_one_line_and_exit_code_2() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        # gRPC's core writes lines of its own before ours.
        line = await refused(lines=10, SB_BUILDER_ADDR=address)
    assert line == f"the echo server can't listen on {address}: is it in use?"


async def test_a_database_that_is_not_there_is_one_line_and_exit_code_1() -> None:
    async with process(SB_TEST_BROKEN_DATABASE="yes") as started:
        output, errors = await asyncio.wait_for(started.communicate(), 30)
    assert (started.returncode, errors.decode()) == (1, "the database can't be reached\n")
    assert json.loads(output)["event"] == "start_failed"
