"""How large composed expressions may become."""

from __future__ import annotations

from itertools import pairwise

import pytest

from codegen_core.render import generate
from codegen_core.safety import analyse
from tests.unit.core.drawing import Json, check, codes, edge, node, with_nodes


def _chain(template: str, length: int, *ports: str) -> Json:
    """Returns a flow with a chain of nodes, each of which reads the one before by every port."""
    names = [f"n{each:03d}" for each in range(length)]
    edges = [edge(f"{a}.value", f"{b}.{port}") for a, b in pairwise(names) for port in ports]
    return with_nodes([node(name, template) for name in names], [*edges, edge(f"{names[-1]}.value", "enter.score")])


@pytest.mark.parametrize(
    ("template", "ports", "longest"),
    [("sma", ("input",), 39), ("larger_of", ("input", "other"), 9), ("z_score", ("input",), 5)],
)
def test_the_largest_that_is_taken_is_let_through_by_our_own_policy(
    template: str, ports: tuple[str, ...], longest: int
) -> None:
    report = check(_chain(template, longest, *ports))
    assert report.resolved is not None, report.problems
    assert analyse(generate(report.resolved).code).is_valid
    assert codes(check(_chain(template, longest + 1, *ports))) == ["EXPRESSION_TOO_LARGE"]


def test_only_the_first_of_a_chain_is_told() -> None:
    (problem,) = check(_chain("larger_of", 16, "input", "other")).problems
    assert (problem.code, problem.node_id) == ("EXPRESSION_TOO_LARGE", "n009")


def test_a_long_chain_is_told_at_once() -> None:
    """Four hundred steps that each double would never end if they were composed."""
    assert set(codes(check(_chain("larger_of", 400, "input", "other")))) == {"EXPRESSION_TOO_LARGE"}


@pytest.mark.parametrize("source", ["rsi", "kdj.k", "macd.histogram"])
@pytest.mark.parametrize("target", ["sma.input", "z_score.input", "correlation.other"])
def test_a_qlib_operator_takes_qlib_series_alone(source: str, target: str) -> None:
    name, _, port = source.partition(".")
    operator, _, taken = target.partition(".")
    nodes = [node("s", name), node("t", operator)]
    drawn = with_nodes(nodes, [edge(f"s.{port or 'value'}", f"t.{taken}"), edge("t.value", "enter.score")])
    assert codes(check(drawn)) == ["QLIB_INPUT_REQUIRED"]


def test_an_indicator_over_own_bars_takes_any_series() -> None:
    nodes = [node("s", "sma"), node("t", "rsi"), node("u", "tema"), node("v", "arithmetic", value=1)]
    edges = [edge("s", "t"), edge("t", "u"), edge("u.value", "v.left"), edge("v", "enter.score")]
    assert check(with_nodes(nodes, edges)).problems == ()
    assert check(with_nodes(nodes, edges)).warmup_bars == 19 + 14 + 57
