"""Problems of a logic flow on the wire and as an error."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite
from typing import Any

from strategybuilder.common.v1 import logic_flow_pb2, problem_pb2

from codegen_core.problems import Layer, Problem, Severity
from services.runtime.errors import LOGIC_FLOW_INVALID, FailedPrecondition, FieldViolation
from services.runtime.json_messages import to_json
from services.runtime.request_checks import RequestChecks


def invalid_flow(problems: Iterable[Problem]) -> FailedPrecondition:
    """Returns the error that tells a caller every ERROR of a flow as a field violation."""
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    return FailedPrecondition(
        f"The logic flow has {len(errors)} error{'s' if len(errors) > 1 else ''}.",
        reason=LOGIC_FLOW_INVALID,
        violations=[FieldViolation(place_of(problem), problem.message, problem.code) for problem in errors],
    )


def flow_json(flow: logic_flow_pb2.LogicFlow) -> dict[str, Any]:
    """Returns a request's flow as JSON values.

    Raises:
        InvalidArgument: It holds a number that JSON has no form for.
    """
    checks = RequestChecks()
    for index, node in enumerate(flow.nodes):
        finite = isfinite(node.position.x) and isfinite(node.position.y)
        checks.expect(finite, f"logic_flow.nodes[{index}].position", "finite numbers", "NaN or an infinity")
    checks.finish()
    return to_json(flow, "logic_flow")


def place_of(problem: Problem) -> str:
    """Returns where a problem is, as precisely as it says."""
    return problem.field or problem.node_id or problem.edge_id or "logic_flow"


def to_message(problem: Problem) -> problem_pb2.Problem:
    """Returns a problem as its message; what it doesn't say stays unset."""
    return problem_pb2.Problem(
        severity=problem.severity.value,
        layer=problem.layer.value,
        code=problem.code,
        message=problem.message,
        node_id=problem.node_id,
        edge_id=problem.edge_id,
        field=problem.field,
        expected=problem.expected,
        received=problem.received,
    )


def from_message(message: problem_pb2.Problem) -> Problem:
    """Returns the problem of a message."""
    return Problem(
        severity=Severity(problem_pb2.Problem.Severity.Name(message.severity)),
        layer=Layer(problem_pb2.Problem.Layer.Name(message.layer)),
        code=message.code,
        message=message.message,
        node_id=message.node_id if message.HasField("node_id") else None,
        edge_id=message.edge_id if message.HasField("edge_id") else None,
        field=message.field if message.HasField("field") else None,
        expected=message.expected if message.HasField("expected") else None,
        received=message.received if message.HasField("received") else None,
    )
