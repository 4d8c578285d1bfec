"""The table of errors."""

from __future__ import annotations

import grpc
import pytest

from services.runtime.errors import (
    ERROR_BY_STATUS,
    STATUS_TABLE,
    FailedPrecondition,
    ServiceError,
    rule_of,
)

# HTTP statuses and codes of the REST contract.
CONTRACT = {
    grpc.StatusCode.INVALID_ARGUMENT: (400, "VALIDATION_ERROR"),
    grpc.StatusCode.UNAUTHENTICATED: (401, "UNAUTHORIZED"),
    grpc.StatusCode.PERMISSION_DENIED: (403, "FORBIDDEN"),
    grpc.StatusCode.NOT_FOUND: (404, "RESOURCE_NOT_FOUND"),
    grpc.StatusCode.ALREADY_EXISTS: (409, "DUPLICATE_ENTRY"),
    grpc.StatusCode.ABORTED: (409, "CONFLICT"),
    grpc.StatusCode.FAILED_PRECONDITION: (409, "FAILED_PRECONDITION"),
    grpc.StatusCode.RESOURCE_EXHAUSTED: (429, "RATE_LIMITED"),
    grpc.StatusCode.CANCELLED: (499, "CANCELLED"),
    grpc.StatusCode.UNIMPLEMENTED: (501, "NOT_IMPLEMENTED"),
    grpc.StatusCode.UNAVAILABLE: (503, "SERVICE_UNAVAILABLE"),
    grpc.StatusCode.DEADLINE_EXCEEDED: (504, "DEADLINE_EXCEEDED"),
    grpc.StatusCode.INTERNAL: (500, "INTERNAL_ERROR"),
}


def test_the_table_is_the_contracts() -> None:
    table = {rule.status: (rule.http, rule.reason) for rule in STATUS_TABLE.values()}
    assert table == CONTRACT


def test_each_error_class_and_each_status_appear_exactly_once() -> None:
    assert set(STATUS_TABLE) == set(ServiceError.__subclasses__())
    assert len({rule.status for rule in STATUS_TABLE.values()}) == len(STATUS_TABLE)


def test_every_failing_status_of_grpc_is_understood() -> None:
    assert set(ERROR_BY_STATUS) == set(grpc.StatusCode) - {grpc.StatusCode.OK}


def test_an_unsound_flow_is_422_and_another_precondition_409() -> None:
    assert FailedPrecondition("bad flow", reason="LOGIC_FLOW_INVALID").http_status == 422
    other = FailedPrecondition("it has ended", reason="TEST_HAS_ENDED")
    assert (other.http_status, other.reason) == (409, "TEST_HAS_ENDED")


def test_a_subclass_takes_the_row_of_its_base() -> None:
    class MissingFlow(FailedPrecondition):
        pass

    assert rule_of(MissingFlow) is STATUS_TABLE[FailedPrecondition]


def test_metadata_cannot_be_changed_afterwards() -> None:
    given = {"k": "v"}
    error = FailedPrecondition("no", metadata=given)
    given["k"] = "w"
    assert error.metadata == {"k": "v"}
    with pytest.raises(TypeError):
        error.metadata["k"] = "w"  # type: ignore[index]  # that it is read-only is the point
