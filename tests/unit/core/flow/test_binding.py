"""Which ports an edge joins."""

from __future__ import annotations

import pytest

from codegen_core.flow.binding import Bound, Reason, Unbound, bind
from codegen_core.flow.model import Edge
from codegen_core.nodes.declaration import InputPort, NodeTemplate, NodeType, OutputPort, PortType, Text
from codegen_core.nodes.registry import by_name


def _bind(
    source: str, target: str, source_handle: str | None = None, target_handle: str | None = None
) -> Bound | Unbound:
    return bind(Edge("e", "s", "t", source_handle, target_handle), by_name(source), by_name(target))


@pytest.mark.parametrize(
    ("source", "target", "source_handle", "target_handle", "ports"),
    [
        ("sma", "ema", None, None, ("value", "input")),
        ("sma", "compare", None, "right", ("value", "right")),
        ("compare", "buy", None, None, ("result", "condition")),
        ("sma", "buy", None, None, ("value", "score")),
        ("buy", "equal_weight", None, None, ("signal", "entry")),
        ("sell", "equal_weight", "signal", None, ("signal", "exit")),
    ],
)
def test_bound(
    source: str, target: str, source_handle: str | None, target_handle: str | None, ports: tuple[str, str]
) -> None:
    bound = _bind(source, target, source_handle, target_handle)
    assert isinstance(bound, Bound)
    assert (bound.output.name, bound.input.name) == ports


@pytest.mark.parametrize(
    ("source", "target", "source_handle", "target_handle", "reason"),
    [
        ("sma", "compare", None, None, Reason.SEVERAL_PAIRS_FIT),
        ("sma", "compare", "values", "left", Reason.NO_SUCH_OUTPUT),
        ("sma", "compare", "value", "middle", Reason.NO_SUCH_INPUT),
        ("sma", "negate", None, None, Reason.NO_PAIR_FITS),
        ("sma", "price", None, None, Reason.NO_PAIR_FITS),
        ("sell", "equal_weight", None, "entry", Reason.NO_PAIR_FITS),
    ],
)
def test_unbound(
    source: str, target: str, source_handle: str | None, target_handle: str | None, reason: Reason
) -> None:
    unbound = _bind(source, target, source_handle, target_handle)
    assert isinstance(unbound, Unbound)
    assert unbound.reason is reason


def test_a_union_takes_each_of_its_types() -> None:
    either = NodeTemplate(
        name="either",
        node_type=NodeType.CUSTOM,
        category="CUSTOM",
        display_name=Text("", ""),
        description=Text("", ""),
        inputs=(InputPort("input", (PortType.SERIES, PortType.BOOL)),),
        outputs=(OutputPort("value", PortType.SERIES),),
        jinja_template="",
    )
    for source in ("sma", "compare"):
        assert isinstance(bind(Edge("e", "s", "t"), by_name(source), either), Bound)
    assert isinstance(bind(Edge("e", "s", "t"), by_name("buy"), either), Unbound)
