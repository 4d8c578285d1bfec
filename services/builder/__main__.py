"""The Builder server: reads its settings, wires its parts, serves."""

from __future__ import annotations

import asyncio
import os

from strategybuilder.builder.v1 import builder_service_pb2, builder_service_pb2_grpc

from repo.engine import create_database
from repo.unit_of_work import UnitOfWork
from services.builder.custom_templates import CustomTemplates
from services.builder.factors import Factors
from services.builder.flows import Flows
from services.builder.seeding import Seeding
from services.builder.servicer import BuilderServicer
from services.builder.sessions import Sessions
from services.builder.strategies import Strategies
from services.builder.strategy_templates import StrategyTemplates
from services.builder.sweeping import Sweeper
from services.builder.templates import Templates
from services.runtime.database import AsyncDatabase
from services.runtime.server import Service, create_server, run_service, serve_until_signalled
from services.runtime.settings import BuilderSettings

INTERNAL = frozenset({"ResolveLogicFlow", "PublishFactors", "RetireFactors"})


async def main(settings: BuilderSettings) -> None:
    """Serves until a signal; seeds what ships before it is healthy, and sweeps old sessions meanwhile."""
    database = AsyncDatabase(
        create_database(settings.database.url, settings.database.pool_size), settings.database.pool_size
    )
    service = Service(
        builder_service_pb2.DESCRIPTOR.services_by_name["BuilderService"],
        builder_service_pb2_grpc.add_BuilderServiceServicer_to_server,
        _servicer(database),
        internal=INTERNAL,
    )
    server, _ = await create_server(settings.server, [service], health=Seeding(database).healthy)
    async with asyncio.TaskGroup() as tasks:  # a sweeper that fails ends the server, to be started again
        sweeping = tasks.create_task(Sweeper(database).run())
        await serve_until_signalled(server)
        sweeping.cancel()
    await database.close()


def _servicer(database: AsyncDatabase[UnitOfWork]) -> BuilderServicer:
    flows = Flows(database)
    return BuilderServicer(
        templates=Templates(database),
        custom_templates=CustomTemplates(database),
        factors=Factors(database),
        flows=flows,
        sessions=Sessions(database),
        strategies=Strategies(database, flows),
        strategy_templates=StrategyTemplates(database),
    )


if __name__ == "__main__":
    run_service(BuilderSettings.read, main, os.environ)
