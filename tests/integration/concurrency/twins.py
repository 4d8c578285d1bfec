"""Two instances of each server that writes, over one database, and callers that all call at the same moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

import grpc
from google.rpc import error_details_pb2, status_pb2

from tests.support.processes import Process, free_port
from tests.support.servers import running_servers
from tests.support.suite import STUBS, Suite

TWINNED = ("builder", "codegen", "quicktest")
_SECONDS = 30.0


@contextmanager
def running_twins(folder: Path, database_url: str, redis_url: str) -> Iterator[Suite]:
    """Runs the servers and a second instance of each that writes, ``builder-2`` and so on."""
    with running_servers(folder, database_url, redis_url) as suite:
        for name in TWINNED:
            _start_second(suite, name, folder)
        for name in TWINNED:
            suite.wait_until_serving(f"{name}-2")
        yield suite


def _start_second(suite: Suite, name: str, folder: Path) -> None:
    second = f"{name}-2"
    suite.addresses[second] = f"127.0.0.1:{free_port()}"
    environment = suite.environment | {f"SB_{name.upper()}_ADDR": suite.addresses[second]}
    suite.processes[second] = Process(second, f"services.{name}", environment, folder)
    suite.processes[second].start()


@dataclass(frozen=True)
class Refused:
    """How a call failed: the contract's code and facts for programs."""

    code: str
    facts: Mapping[str, str]


class Crowd:
    """A user at many screens: calls go to the instances of a server in turn."""

    def __init__(self, user: str, token: str, stubs: Mapping[str, Sequence[Any]]) -> None:
        self.user = user
        self._metadata = (("authorization", f"Bearer {token}"),)
        self._stubs = {name: cycle(instances) for name, instances in stubs.items()}

    async def call(self, server: str, method: str, request: Any) -> Any:
        """Makes one call; returns its answer, or how it was refused."""
        stub = next(self._stubs[server])
        try:
            return await getattr(stub, method)(request, metadata=self._metadata, timeout=_SECONDS)
        except grpc.aio.AioRpcError as error:
            return _refused(error)

    async def at_once(self, server: str, method: str, requests: Iterable[Any]) -> list[Any]:
        """Makes all calls at once; returns their answers in the order of the requests."""
        return await asyncio.gather(*(self.call(server, method, request) for request in requests))


def _refused(error: grpc.aio.AioRpcError) -> Refused:
    trailers = {key: value for key, value in error.trailing_metadata() or ()}  # noqa: C416  # no mapping of its own
    status = status_pb2.Status.FromString(trailers.get("grpc-status-details-bin", b""))
    info = error_details_pb2.ErrorInfo()
    for detail in status.details:
        detail.Unpack(info)
    return Refused(info.reason or error.code().name, dict(info.metadata))


@asynccontextmanager
async def crowd(suite: Suite, user: str, token: str | None = None) -> AsyncIterator[Crowd]:
    """Opens a channel to every instance for a user, or for whom the token is."""
    async with AsyncExitStack() as stack:
        stubs: dict[str, list[Any]] = {name: [] for name in STUBS}
        for instance, address in suite.addresses.items():
            name = instance.partition("-")[0]
            channel = await stack.enter_async_context(grpc.aio.insecure_channel(address))
            stubs[name].append(STUBS[name](channel))
        yield Crowd(user, token or suite.token(user), stubs)


def refusals(answers: Iterable[Any]) -> list[Refused]:
    """Returns those that are no answers."""
    return [answer for answer in answers if isinstance(answer, Refused)]


async def finished(*work: Coroutine[Any, Any, None]) -> None:
    """Waits for all, and fails with the first that fails."""
    async with asyncio.TaskGroup() as tasks:
        for coroutine in work:
            tasks.create_task(coroutine)
