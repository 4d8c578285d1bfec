"""The Builder server: reads its settings, wires its parts, serves."""

from __future__ import annotations

import os

from strategybuilder.builder.v1 import builder_service_pb2, builder_service_pb2_grpc

from repo.engine import create_database
from services.builder.servicer import BuilderServicer
from services.builder.sessions import Sessions
from services.builder.strategies import Strategies
from services.builder.templates import Templates
from services.runtime.database import AsyncDatabase
from services.runtime.server import Service, create_server, run_service, serve_until_signalled
from services.runtime.settings import BuilderSettings

INTERNAL = frozenset({"ResolveLogicFlow", "PublishFactors", "RetireFactors"})


async def main(settings: BuilderSettings) -> None:
    """Seeds the system's templates and serves until a signal."""
    database = AsyncDatabase(
        create_database(settings.database.url, settings.database.pool_size), settings.database.pool_size
    )
    templates = Templates(database)
    await templates.seed()
    service = Service(
        builder_service_pb2.DESCRIPTOR.services_by_name["BuilderService"],
        builder_service_pb2_grpc.add_BuilderServiceServicer_to_server,
        BuilderServicer(templates, Sessions(database), Strategies(database)),
        internal=INTERNAL,
    )
    server, _ = await create_server(settings.server, [service], health=database.ping)
    await serve_until_signalled(server)
    await database.close()


if __name__ == "__main__":
    run_service(BuilderSettings.read, main, os.environ)
