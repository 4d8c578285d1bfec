"""The QuickTest server: reads its settings, wires its parts, serves."""

from __future__ import annotations

import asyncio
import os

from strategybuilder.quicktest.v1 import quicktest_service_pb2, quicktest_service_pb2_grpc

from repo.engine import create_database
from services.quicktest.inner import CodeGen
from services.quicktest.reconciling import Reconciler
from services.quicktest.runs import QuickTests
from services.quicktest.servicer import QuickTestServicer
from services.quicktest.transport import Transport
from services.quicktest.watching import Watcher
from services.runtime.clients import InnerChannel
from services.runtime.database import AsyncDatabase
from services.runtime.server import Service, create_server, run_service, serve_until_signalled
from services.runtime.settings import QuickTestSettings

INTERNAL = frozenset({"ClaimQuickTest", "ReportProgress", "CompleteQuickTest"})


async def main(settings: QuickTestSettings) -> None:
    """Serves until a signal; meanwhile looks for tests that Redis or a worker has lost."""
    database = AsyncDatabase(
        create_database(settings.database.url, settings.database.pool_size), settings.database.pool_size
    )
    codegen = InnerChannel(settings.codegen_address, "CodeGenService")
    transport = Transport(settings.redis_url)
    tests = QuickTests(database, CodeGen(codegen), transport)
    service = Service(
        quicktest_service_pb2.DESCRIPTOR.services_by_name["QuickTestService"],
        quicktest_service_pb2_grpc.add_QuickTestServiceServicer_to_server,
        QuickTestServicer(tests, lambda: Watcher(tests, database, transport)),
        internal=INTERNAL,
    )
    server, _ = await create_server(settings.server, [service], health=database.ping)
    async with asyncio.TaskGroup() as tasks:  # a reconciler that fails ends the server, to be started again
        reconciling = tasks.create_task(Reconciler(database, transport).run())
        await serve_until_signalled(server)
        reconciling.cancel()
    await codegen.close()
    await transport.close()
    await database.close()


if __name__ == "__main__":
    run_service(QuickTestSettings.read, main, os.environ)
