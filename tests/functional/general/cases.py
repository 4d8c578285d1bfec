"""Every general node and users' templates, beside what they should compute."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from codegen_core.custom import CustomDefinition, declaration_of
from codegen_core.factors import Factor
from codegen_core.nodes.declaration import NodeTemplate, PortType, Text
from codegen_core.nodes.general.factor import FACTOR

_WINDOW: dict[str, Any] = {
    "type": "object",
    "properties": {"n": {"type": "integer", "minimum": 1}, "k": {"type": "number"}},
}


def _own(name: str, node_type: str, language: str, expression: str, *ports: dict[str, Any]) -> NodeTemplate:
    kind = {"INDICATOR": "SERIES", "CONDITION": "BOOL"}[node_type]
    return declaration_of(
        CustomDefinition(
            id=f"id-{name}",
            name=name,
            node_type=node_type,
            parameter_schema=_WINDOW,
            default_parameters={"n": 10, "k": 1.5},
            input_ports=ports,
            output_ports=({"name": "out", "type": kind},),
            execution_hints={"language": language, "expression": expression},
        )
    )


_PRICE = {"name": "price", "type": "SERIES"}
_ANY = {"name": "in", "type": "SERIES|BOOL"}

BAND_BY_QLIB = _own("band_by_qlib", "INDICATOR", "QLIB", "({price}-Mean({price},{n}))/({k}*Std({price},{n}))", _PRICE)
BAND_BY_PYTHON = _own(
    "band_by_python",
    "INDICATOR",
    "PYTHON",
    "({price} - {price}.rolling({n}).mean()) / ({k} * {price}.rolling({n}).std())",
    _PRICE,
)
OUTSIDE_BY_QLIB = _own("outside_by_qlib", "CONDITION", "QLIB", "Abs({price})>{k}*Ref(Abs({price}),{n})", _PRICE)
OFTEN = _own("often", "CONDITION", "PYTHON", "{in}.rolling({n}, min_periods=1).mean() * {k} > 0.5", _ANY)
OWN_TEMPLATES = (BAND_BY_QLIB, BAND_BY_PYTHON, OUTSIDE_BY_QLIB, OFTEN)

PUBLISHED = Factor(
    name="Reversal",
    source="CUSTOM",
    display_name=Text("Reversal", "反转"),
    description=Text("", ""),
    category="MOMENTUM",
    expression="1-$close/Ref($close,{days})",
    parameters={"type": "object", "properties": {"days": {"type": "integer", "minimum": 1, "default": 5}}},
)
PUBLISHED_CONDITION = Factor(
    name="Above",
    source="CUSTOM",
    display_name=Text("Above", "之上"),
    description=Text("", ""),
    category="TREND",
    expression="And($close>Mean($close,10),$volume>Mean($volume,10))",
    output_type=PortType.BOOL,
)
FACTORS = (PUBLISHED, PUBLISHED_CONDITION)


def _as_node_has_it(factor: Factor) -> NodeTemplate:
    """Returns the template of a node that names the factor, which gives what the factor gives."""
    kind = FACTOR.specialising
    assert kind is not None
    made = kind.make({"source": factor.source, "factor": factor.name}, {factor.key: factor})
    assert isinstance(made, NodeTemplate)
    return made


@dataclass(frozen=True)
class Case:
    """A node; ``wanted`` is the expression, in Qlib's or Python's language, that gives the same by another way."""

    node_id: str
    template: str | NodeTemplate
    wanted: str
    parameters: dict[str, Any] = field(default_factory=dict)
    connect: dict[str, str] = field(default_factory=dict)


def _qlib(node_id: str, expression: str, wanted: str, **connect: str) -> Case:
    return Case(node_id, "qlib_expression", wanted, {"expression": expression}, connect)


def _factor(node_id: str, factor: str, wanted: str, source: str = "ALPHA158", **own: Any) -> Case:
    return Case(node_id, "factor", wanted, {"source": source, "factor": factor, **own})


QLIB: tuple[Case, ...] = (
    _qlib("x_alone", " $close /\n Ref( $close , 5 ) - 1", "$close/Ref($close,5)-1"),
    _qlib("x_joined", "({a}-Mean({a},20))/{b}", "(($high-$low)-Mean($high-$low,20))/Std($close,10)",
          a="x_range", b="x_deviation"),
    _qlib("x_range", "$high-$low", "$high-$low"),
    _qlib("x_deviation", "Std($close, 10)", "Std($close,10)"),
    _factor("x_kmid", "KMID", "($close-$open)/$open"),
    _factor("x_cord", "CORD20", "Corr($close/Ref($close,1),Log($volume/Ref($volume,1)+1),20)"),
    _factor("x_old_volume", "VOLUME59", "Ref($volume,59)/($volume+1e-12)", "ALPHA360"),
    _factor("x_reversal", "Reversal", "1-$close/Ref($close,7)", "CUSTOM", days=7),
    Case("x_band", BAND_BY_QLIB, "($close-Mean($close,10))/(1.5*Std($close,10))", {}, {"price": "x_close"}),
)  # fmt: skip
"""Cases that Qlib itself computes."""

QLIB_CONDITIONS: tuple[Case, ...] = (
    Case("x_above", "custom_condition", "$close>Mean($close,10)",
         {"language": "QLIB", "expression": "{a}>Mean({a}, 10)"}, {"a": "x_close"}),
    Case("x_one", "custom_condition", "Eq(If($close>$open,1,2),1)*1+$open*0",
         {"language": "QLIB", "expression": "If($close>$open,1,2)+{a}*0"}, {"a": "x_close"}),
    Case("x_outside", OUTSIDE_BY_QLIB, "Abs($close)>1.01*Ref(Abs($close),3)", {"n": 3, "k": 1.01},
         {"price": "x_close"}),
    Case("x_published", _as_node_has_it(PUBLISHED_CONDITION), "And($close>Mean($close,10),$volume>Mean($volume,10))",
         {"source": "CUSTOM", "factor": "Above"}),
)  # fmt: skip
"""Conditions that Qlib itself computes; they are unknown where the day's close is missing."""


def _python(node_id: str, expression: str, **connect: str) -> Case:
    return Case(node_id, "custom_series", expression, {"expression": expression}, connect or {"a": "x_close"})


PYTHON: tuple[Case, ...] = (
    _python("x_score", "({a} - {a}.rolling(20).mean()) / {a}.rolling(20).std()"),
    _python("x_logs", "np.log({a} / {a}.shift(1)).ewm(span=12, adjust=False).mean()"),
    _python(
        "x_sqrt",
        "{a}.pct_change(1, fill_method=None).rolling(20).std() * np.sqrt(252)".replace(", fill_method=None", ""),
    ),
    _python("x_power", "({a} / {b}) ** 2 - 2.5e-3 * {b} ** 0.5 + -{a} % 3 // 0.5", a="x_close", b="x_rsi"),
    _python("x_across", "{a}.rank(axis=1, pct=True) - {a}.rank(axis=1, ascending=False)"),
    _python("x_neutral", "{a}.sub({a}.mean(axis=1), axis=0).div({a}.std(axis=1), axis=0)"),
    _python("x_market", "{a}.div({a}.median(axis=1).rolling(5).mean(), axis=0)"),
    _python("x_quantile", "{a}.sub({a}.quantile(0.25, axis=1), axis=0)"),
    _python("x_both", "np.maximum({a}, {b}) - np.minimum({a}, {b}) + np.sign({a} - {b})", a="x_close", b="x_average"),
    _python("x_clipped", "{a}.diff(3).clip(-0.5, 0.5).fillna(0).cumsum()"),
    _python("x_filled", "{a}.ffill().expanding().max() / {a} - 1"),
    _python(
        "x_related", "{a}.rolling(10, min_periods=5).corr({b}) + {a}.rolling(10).cov({b})", a="x_close", b="x_volume"
    ),
    _python("x_ranked", "{a}.rolling(10).rank(pct=True) * {a}.rolling(10).quantile(0.3) - {a}.rolling(10).skew()"),
    _python("x_decays", "{a}.ewm(halflife=5).std() / {a}.ewm(alpha=0.1).mean() + {a}.ewm(com=4).var()"),
    _python("x_chosen", "{a}.where({a} > {b}, {b}).mask({b} < 10, -1)", a="x_close", b="x_average"),
    _python("x_signs", "np.where({a} > {b}, 1, -1) * {b} + np.where({a} > 30, 2.5, 0)", a="x_close", b="x_average"),
    _python("x_switched", "np.where({a} > {b}, {a}, 0) - np.where({a} < {b}, 0, {a})", a="x_close", b="x_average"),
    _python("x_counted", "({a} > {a}.shift(1)).astype(float).rolling(5).sum()".replace(".astype(float)", "")),
    _python("x_known", "{a}.isna().rolling(3).sum() + {a}.notna().cumsum()"),
)
"""Series that pandas computes from the very text."""

PYTHON_CONDITIONS: tuple[Case, ...] = (
    Case("x_dear", "custom_condition", "({a} > {b}) & ~({a} < {a}.shift(1))",
         {"expression": "({a} > {b}) & ~({a} < {a}.shift(1))"}, {"a": "x_close", "b": "x_average"}),
    Case("x_either", "custom_condition", "({a} == 1) | ({b} >= 30.5)", {"expression": "{a} | ({b} >= 30.5)"},
         {"a": "x_dear", "b": "x_close"}),
    Case("x_before", "custom_condition", "{a}.shift(1)", {"expression": "{a}.shift(1)"}, {"a": "x_dear"}),
    Case("x_above_market", "custom_condition", "{a}.gt({a}.mean(axis=1), axis=0)",
         {"expression": "{a}.gt({a}.mean(axis=1), axis=0)"}, {"a": "x_close"}),
    Case("x_often", OFTEN, "{a}.rolling(10, min_periods=1).mean() * 1.5 > 0.5", {}, {"in": "x_dear"}),
)  # fmt: skip
"""Conditions that pandas computes; they are unknown where an input is."""

INPUTS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("x_close", "price", {"field": "close"}),
    ("x_volume", "price", {"field": "volume"}),
    ("x_average", "sma", {"window": 10}),
    ("x_rsi", "rsi", {}),
)
