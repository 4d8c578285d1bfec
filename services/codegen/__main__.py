"""The CodeGen server: reads its settings, wires its parts, serves."""

from __future__ import annotations

import os

from strategybuilder.codegen.v1 import codegen_service_pb2, codegen_service_pb2_grpc

from repo.engine import create_database
from services.codegen.generation import Generation
from services.codegen.history import History
from services.codegen.inner import Builder, Validation
from services.codegen.servicer import CodeGenServicer
from services.runtime.clients import InnerChannel
from services.runtime.database import AsyncDatabase
from services.runtime.server import Service, create_server, run_service, serve_until_signalled
from services.runtime.settings import CodeGenSettings
from services.runtime.tokens import ServiceTokens

INTERNAL = frozenset({"GetLatestValidCode"})


async def main(settings: CodeGenSettings) -> None:
    """Serves until a signal."""
    database = AsyncDatabase(
        create_database(settings.database.url, settings.database.pool_size), settings.database.pool_size
    )
    tokens = ServiceTokens.from_settings(settings.server.jwt, settings.server.name)
    builder = InnerChannel(settings.builder_address, "BuilderService", tokens)
    validation = InnerChannel(settings.validation_address, "ValidationService")
    generation = Generation(database, Builder(builder), Validation(validation))
    service = Service(
        codegen_service_pb2.DESCRIPTOR.services_by_name["CodeGenService"],
        codegen_service_pb2_grpc.add_CodeGenServiceServicer_to_server,
        CodeGenServicer(generation, History(database)),
        internal=INTERNAL,
    )
    server, _ = await create_server(settings.server, [service], health=database.ping)
    await serve_until_signalled(server)
    for channel in (builder, validation):
        await channel.close()
    await database.close()


if __name__ == "__main__":
    run_service(CodeGenSettings.read, main, os.environ)
