"""The RPCs on factors."""

from __future__ import annotations

from uuid import uuid4

from strategybuilder.builder.v1 import factor_pb2 as pb

from codegen_core.factors import FactorSource
from repo.records import FactorRecord, NewFactor
from services.builder.factors import Factors
from services.builder.texts import texts_of
from services.runtime.context import current_caller, language
from services.runtime.interceptors import Context
from services.runtime.json_messages import to_json, to_struct
from services.runtime.paging import read_page
from services.runtime.request_checks import RequestChecks

LONGEST_SEARCH = 255
MOST_AT_ONCE = 200
MOST_BYTES = 4_000_000
"""Of a publication: its answer repeats it, and a message may have 4 MiB."""


class FactorRpcs:
    """All read; services publish and retire, for everybody or for the user that they act for."""

    _factors: Factors

    async def ListFactors(self, request: pb.ListFactorsRequest, context: Context) -> pb.ListFactorsResponse:
        """Lists the factors that the caller sees."""
        page = read_page(request, default_limit=50, max_limit=100)
        checks = RequestChecks()
        checks.text("search", request.search, 0, LONGEST_SEARCH)
        checks.finish()
        found = await self._factors.page(
            current_caller().user_id,
            page,
            category=request.category if request.HasField("category") else None,
            source=request.source if request.HasField("source") else None,
            search=request.search or None,
        )
        return pb.ListFactorsResponse(items=[_message(record) for record in found.items], total=found.total)

    async def PublishFactors(self, request: pb.PublishFactorsRequest, context: Context) -> pb.PublishFactorsResponse:
        """Puts factors into the catalogue, all or none."""
        checks = RequestChecks()
        _check_number(checks, "factors", len(request.factors))
        fits = request.ByteSize() <= MOST_BYTES
        checks.expect(fits, "factors", f"at most {MOST_BYTES:,} bytes", f"{request.ByteSize():,} bytes", "TOO_LARGE")
        checks.finish()
        factors = [_new_factor(definition, index) for index, definition in enumerate(request.factors)]
        done = await self._factors.publish(current_caller().user_id, factors, language())
        return pb.PublishFactorsResponse(
            factors=[_message(record) for record in done.factors],
            created_count=done.created,
            updated_count=done.updated,
            unchanged_count=done.unchanged,
        )

    async def RetireFactors(self, request: pb.RetireFactorsRequest, context: Context) -> pb.RetireFactorsResponse:
        """Takes factors out of the catalogue."""
        checks = RequestChecks()
        _check_number(checks, "names", len(request.names))
        for index, name in enumerate(request.names):
            checks.text(f"names[{index}]", name, 1, 255)
        checks.finish()
        names = list(dict.fromkeys(request.names))
        gone = await self._factors.retire(current_caller().user_id, names)
        unknown = [name for name in names if name not in gone]
        return pb.RetireFactorsResponse(retired_count=len(gone), unknown_names=unknown)


def _check_number(checks: RequestChecks, field: str, number: int) -> None:
    checks.expect(1 <= number <= MOST_AT_ONCE, field, f"1 to {MOST_AT_ONCE} entries", number, "OUT_OF_RANGE")


def _new_factor(definition: pb.FactorDefinition, index: int) -> NewFactor:
    return NewFactor(
        id=str(uuid4()),
        name=definition.name,
        display_name=definition.display_name,
        description=definition.description,
        category=definition.category,
        source=FactorSource.CUSTOM,
        parameters=to_json(definition.parameters, f"factors[{index}].parameters"),
        output_type=definition.output_type if definition.HasField("output_type") else "SERIES",
        expression=definition.expression,
    )


def _message(record: FactorRecord) -> pb.FactorReference:
    texts = texts_of(record, language())
    return pb.FactorReference(
        id=record.id,
        name=record.name,
        display_name=texts.display_name,
        description=texts.description,
        category=record.category,
        parameters=to_struct(record.parameters),
        output_type=record.output_type,
        source=record.source,
        expression=record.expression,
    )
