"""The Validation server: reads its settings, wires its parts, serves."""

from __future__ import annotations

import os

from strategybuilder.validation.v1 import validation_service_pb2, validation_service_pb2_grpc

from codegen_core.safety import Limits
from services.runtime.server import Service, create_server, run_service, serve_until_signalled
from services.runtime.settings import ValidationSettings
from services.validation.analyser import Analyser
from services.validation.servicer import ValidationServicer


async def main(settings: ValidationSettings) -> None:
    """Starts the processes that analyse, and serves until a signal."""
    limits = Limits(function_complexity=settings.complexity)
    async with Analyser(settings.workers, limits=limits) as analyser:
        service = Service(
            validation_service_pb2.DESCRIPTOR.services_by_name["ValidationService"],
            validation_service_pb2_grpc.add_ValidationServiceServicer_to_server,
            ValidationServicer(analyser),
        )
        server, _ = await create_server(settings.server, [service], health=analyser.is_working)
        await serve_until_signalled(server)


if __name__ == "__main__":
    run_service(ValidationSettings.read, main, os.environ)
