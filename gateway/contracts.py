"""What the gateway knows of the contracts: the services behind it and the methods that are not for the outside."""

from __future__ import annotations

from dataclasses import dataclass

BASE_PATH = "/api/strategy-builder"
HEALTH_PATH = "/healthz"
SERVICE_AUDIENCE = "sb-internal"
"""The audience of a service token; the services themselves hold it apart from a user's."""


@dataclass(frozen=True, slots=True)
class Upstream:
    """A server behind the gateway: ``cluster`` is its short name, ``service`` its full gRPC name."""

    cluster: str
    service: str


BUILDER = Upstream("builder", "strategybuilder.builder.v1.BuilderService")
CODEGEN = Upstream("codegen", "strategybuilder.codegen.v1.CodeGenService")
VALIDATION = Upstream("validation", "strategybuilder.validation.v1.ValidationService")
QUICKTEST = Upstream("quicktest", "strategybuilder.quicktest.v1.QuickTestService")
UPSTREAMS = (BUILDER, CODEGEN, VALIDATION, QUICKTEST)

WATCH_METHOD = f"/{QUICKTEST.service}/WatchQuickTest"

INTERNAL_METHODS = (
    f"/{BUILDER.service}/ResolveLogicFlow",
    f"/{BUILDER.service}/PublishFactors",
    f"/{BUILDER.service}/RetireFactors",
    f"/{CODEGEN.service}/GetLatestValidCode",
    f"/{QUICKTEST.service}/ClaimQuickTest",
    f"/{QUICKTEST.service}/ReportProgress",
    f"/{QUICKTEST.service}/CompleteQuickTest",
)
"""Methods for other services only, which reach the servers directly: 403 here, whoever calls."""

REFLECTION_PREFIX = "/grpc.reflection."
GRPC_HEALTH_PREFIX = "/grpc.health."

SERVER_HEADER = "x-sb-server"
"""Chooses the server whose health or reflection is asked for: builder (the default), codegen, validation, quicktest."""
