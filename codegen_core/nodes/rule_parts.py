"""What the declarations of stops and of risk rules share."""

from __future__ import annotations

from codegen_core.nodes.declaration import (
    InputPort,
    NodeTemplate,
    NodeType,
    OutputPort,
    PortType,
    Text,
    no_look_back,
)
from codegen_core.nodes.parts import LookBack, whole_number
from codegen_core.nodes.schema import Parameter, declare

_POSITION = (InputPort("position", (PortType.POSITION,)),)
_RULE = (OutputPort("rule", PortType.RULE),)
_COLORS = {
    NodeType.STOP_LOSS: "#AD1457",
    NodeType.STOP_PROFIT: "#00838F",
    NodeType.RISK_MANAGEMENT: "#5D4037",
}


def rule(
    node_type: NodeType,
    *,
    name: str,
    category: str,
    display_name: Text,
    description: Text,
    parameters: tuple[Parameter, ...],
    icon: str,
    look_back: LookBack = no_look_back,
    reads: tuple[str, ...] = (),
) -> NodeTemplate:
    """Returns a rule that is bound to the position."""
    return declare(
        name=name,
        node_type=node_type,
        category=category,
        display_name=display_name,
        description=description,
        jinja_template=f"nodes/{name}.py.j2",
        inputs=_POSITION,
        outputs=_RULE,
        parameters=parameters,
        look_back=look_back,
        reads=reads,
        icon=icon,
        color=_COLORS[node_type],
    )


def fraction(name: str, title: Text, explanation: Text, default: float) -> Parameter:
    """Returns a parameter above 0 and below 1."""
    return Parameter(
        name, title, explanation, {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}, default
    )


def share(name: str, title: Text, explanation: Text, default: float, maximum: float = 1) -> Parameter:
    """Returns a share of the account, above 0 and up to ``maximum``."""
    return Parameter(name, title, explanation, {"type": "number", "exclusiveMinimum": 0, "maximum": maximum}, default)


def positive(name: str, title: Text, explanation: Text, default: float) -> Parameter:
    """Returns a number above 0."""
    return Parameter(name, title, explanation, {"type": "number", "exclusiveMinimum": 0}, default)


def atr_parameters(multiple: float, multiple_help: Text) -> tuple[Parameter, ...]:
    """Returns how many average true ranges away a level lies, and over how many bars they are averaged."""
    return (
        positive("multiple", Text("Multiple of ATR", "ATR 倍数"), multiple_help, multiple),
        whole_number(
            "window",
            Text("ATR window (days)", "ATR 窗口（天）"),
            Text(
                "TA-Lib's ATR over this many of the instrument's own bars, as of the day before the first fill.",
                "TA-Lib 的 ATR 所用的自身交易日数，取首次成交前一日的值。",
            ),
            14,
        ),
    )
