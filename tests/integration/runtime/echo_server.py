"""The echo service as a server process, wired as the real ones are."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from repo.errors import DatabaseUnavailable
from services.runtime.server import create_server, run_service, serve_until_signalled
from services.runtime.settings import ServerSettings
from services.runtime.variables import BUILDER_ADDR
from tests.integration.runtime.echo import Echo


@dataclass(frozen=True)
class EchoSettings:
    server: ServerSettings

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> EchoSettings:
        return cls(ServerSettings.read("echo", BUILDER_ADDR, environ))


async def slow(request: Any, _context: Any) -> Any:
    await asyncio.sleep(float(request.value))
    return request


async def main(settings: EchoSettings) -> None:
    if "SB_TEST_BROKEN_DATABASE" in os.environ:
        raise DatabaseUnavailable
    server, _ = await create_server(settings.server, [Echo(say=slow).service()])
    await serve_until_signalled(server)


if __name__ == "__main__":
    run_service(EchoSettings.read, main, os.environ)
