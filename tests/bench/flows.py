"""The flows and the code that are measured, the same at every run."""

from __future__ import annotations

from codegen_core import strategies
from codegen_core.flow.model import ResolvedFlow
from codegen_core.flow.parse import MAX_EDGES, MAX_NODES
from codegen_core.nodes.registry import system_templates_by_id
from codegen_core.resolve import check_flow
from tests.security.corpus import read_snippets
from tests.unit.core.drawing import Json, edge, flow, node

_INDICATORS, _COMPARISONS = 120, 300
_TWENTY_EDGES = (
    ("average_5", "up.left"), ("average_10", "up.right"), ("average_20", "up_later.left"),
    ("average_60", "up_later.right"), ("average_5", "down.left"), ("average_20", "down.right"),
    ("close", "below.left"), ("smooth", "below.right"), ("close", "dear.left"), ("dear", "not_dear.condition"),
    ("up", "both.conditions"), ("not_dear", "both.conditions"), ("both", "enter.condition"),
    ("volume", "enter.score"), ("up_later", "enter_later.condition"), ("down", "either.conditions"),
    ("below", "either.conditions"), ("either", "leave.condition"), ("enter", "holdings.entry"),
    ("enter_later", "holdings.entry"), ("leave", "holdings.exit"), ("holdings", "loss"),
)  # fmt: skip


def double_moving_average() -> Json:
    """Returns the ready-made strategy: 9 nodes."""
    drawn: Json = strategies.load("double_moving_average")
    return drawn


def twenty_nodes() -> Json:
    """Returns a strategy of 20 nodes: two entries, one of them ranked, an exit, a stop."""
    nodes = [
        *(node(f"average_{window}", "sma", window=window) for window in (5, 10, 20, 60)),
        node("smooth", "ema", window=12),
        *(node(field, "price", field=field) for field in ("close", "volume")),
        *(node(name, "crosses_above") for name in ("up", "up_later")),
        node("down", "crosses_below"),
        node("below", "compare", operator="<"),
        node("dear", "compare", operator=">=", value=50),
        node("not_dear", "negate"),
        node("both", "all_of"),
        node("either", "any_of"),
        *(node(name, "buy") for name in ("enter", "enter_later")),
        node("leave", "sell"),
        node("holdings", "equal_weight", max_positions=10),
        node("loss", "stop_loss_percent", percent=0.05),
    ]
    return flow(nodes, [edge(source, target) for source, target in _TWENTY_EDGES])


def largest() -> Json:
    """Returns a flow as large as one may be, 500 nodes and 1,000 edges: 300 comparisons in 77 groups."""
    indicators = [node(f"i{n}", "sma" if n % 2 else "ema", window=2 + n // 2) for n in range(_INDICATORS)]
    comparisons = [node(f"c{n}", "compare", operator=">") for n in range(_COMPARISONS)]
    count = MAX_NODES - _INDICATORS - _COMPARISONS - 3
    groups = [node(f"g{n}", "all_of") for n in range(count)]
    ends = [node("any", "any_of"), node("enter", "buy"), node("holdings", "equal_weight")]
    edges = [
        *(edge(f"i{n % _INDICATORS}", f"c{n}.left") for n in range(_COMPARISONS)),
        *(edge(f"i{(7 * n + 1 + n // _INDICATORS) % _INDICATORS}", f"c{n}.right") for n in range(_COMPARISONS)),
        *(edge(f"c{n}", f"g{n % count}.conditions") for n in range(_COMPARISONS)),
        *(edge(f"g{n}", "any.conditions") for n in range(count)),
        edge("any", "enter.condition"),
        edge("enter", "holdings.entry"),
    ]
    more = range(MAX_EDGES - len(edges))
    return flow(
        [*indicators, *comparisons, *groups, *ends], [*edges, *(edge(f"c{n}", f"g{n + 1}.conditions") for n in more)]
    )


def resolved(drawn: Json) -> ResolvedFlow:
    """Returns a flow ready to render. Raises ValueError with its problems where it has errors."""
    report = check_flow(drawn, None, system_templates_by_id())
    if report.resolved is None:
        raise ValueError(f"the flow is not sound: {report.problems[:3]}")
    return report.resolved


def hand_written(lines: int) -> str:
    """Returns a module of at least so many lines: honest strategies written by hand, one after the other."""
    code = ""
    for snippet in read_snippets("benign"):
        if snippet.file == "strategies" and code.count("\n") < lines:
            code += snippet.code
    return code
