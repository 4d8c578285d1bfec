"""The server as a process, from its settings to its exit code."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import grpc

from tests.integration.validation.conftest import SECRET
from tests.integration.validation.test_analysis_processes import ends
from tests.integration.validation.test_validate_code import validate


def children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


async def listening_port(output: asyncio.StreamReader) -> int:
    async with asyncio.timeout(30):
        async for raw in output:
            line = json.loads(raw)
            if line["event"] == "listening":
                return int(line["port"])
    raise AssertionError("it never listened")


async def test_it_serves_and_a_signal_ends_all_its_processes() -> None:
    environ = {key: value for key, value in os.environ.items() if not key.startswith("SB_")}
    environ |= {"SB_JWT_SECRET": SECRET, "SB_VALIDATION_ADDR": "127.0.0.1:0", "SB_VALIDATION_WORKERS": "1"}
    pipe = asyncio.subprocess.PIPE
    command = (sys.executable, "-m", "services.validation")
    server = await asyncio.create_subprocess_exec(*command, env=environ, stdout=pipe, stderr=pipe, cwd=Path.cwd())
    try:
        assert server.stdout is not None
        port = await listening_port(server.stdout)
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            assert (await validate(channel, code="x = 1\n")).is_valid
        spawned = children(server.pid)
        assert spawned
        server.send_signal(signal.SIGTERM)
        _, errors = await asyncio.wait_for(server.communicate(), 30)
        assert (server.returncode, errors) == (0, b"")
        for pid in spawned:
            await ends(pid)
    finally:
        if server.returncode is None:
            server.kill()
            await server.communicate()
