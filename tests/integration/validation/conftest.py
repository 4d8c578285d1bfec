"""A real ValidationService on a port of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator

import grpc
import pytest
from strategybuilder.validation.v1 import validation_service_pb2, validation_service_pb2_grpc

from services.runtime.server import Service, create_server
from services.runtime.settings import JwtSettings, ServerSettings
from services.runtime.tokens import issue_token
from services.validation.analyser import Analyser
from services.validation.servicer import ValidationServicer

SECRET = "a secret of the tests, longer than 32 bytes"
SETTINGS = ServerSettings(
    "validation", "127.0.0.1:0", JwtSettings("strategy-builder", "qlib-ui", SECRET.encode()), shutdown_grace=1.0
)
BEARER = (("authorization", f"Bearer {issue_token(SECRET, user='alice')}"),)


@pytest.fixture
async def analyser() -> AsyncIterator[Analyser]:
    async with Analyser(workers=1) as running:
        yield running


@pytest.fixture
async def channel(analyser: Analyser) -> AsyncIterator[grpc.aio.Channel]:
    service = Service(
        validation_service_pb2.DESCRIPTOR.services_by_name["ValidationService"],
        validation_service_pb2_grpc.add_ValidationServiceServicer_to_server,
        ValidationServicer(analyser),
    )
    server, port = await create_server(SETTINGS, [service], health=analyser.is_working)
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as opened:
        yield opened
    await server.stop()
