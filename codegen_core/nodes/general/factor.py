"""``factor``: a factor of the catalogue, by its name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from codegen_core.checks.values import canonical
from codegen_core.checks.wording import cut
from codegen_core.custom.parameters import properties_of
from codegen_core.expressions.faults import as_faults
from codegen_core.expressions.reading import Language, read_expression
from codegen_core.expressions.templates import with_expression
from codegen_core.factors.factor import USUAL_FACTOR, Factors, FactorSource
from codegen_core.json_value import JsonValue
from codegen_core.nodes.declaration import (
    Fault,
    NodeTemplate,
    NodeType,
    OutputPort,
    Parameters,
    PortType,
    Specialising,
    Text,
)
from codegen_core.nodes.schema import Parameter, declare, schemas_of

SOURCES = (FactorSource.ALPHA158, FactorSource.ALPHA360, FactorSource.CUSTOM)
_CHOICES: list[JsonValue] = [str(source) for source in SOURCES]

_SOURCE = Parameter(
    "source",
    Text("Source", "来源"),
    Text(
        "Qlib's Alpha158 or Alpha360, or factors that were published.", "Qlib 的 Alpha158、Alpha360，或已发布的因子。"
    ),
    {"type": "string", "enum": _CHOICES},
    str(USUAL_FACTOR[0]),
)
_NAME = Parameter(
    "factor",
    Text("Factor", "因子"),
    Text("The factor's name in the catalogue, such as KMID or ROC20.", "因子目录中的名称，如 KMID、ROC20。"),
    {"type": "string", "minLength": 1, "maxLength": 255},
    USUAL_FACTOR[1],
)


def _make(parameters: Parameters, factors: Factors) -> NodeTemplate | tuple[Fault, ...]:
    source, name = str(parameters["source"]), str(parameters["factor"])
    factor = factors.get((source, name))
    if factor is None or factor.expression is None:
        return (Fault("factor", "UNKNOWN_FACTOR", {"factor": _same(cut(name)), "source": _same(source)}),)
    schema = json.dumps(factor.parameters)
    return _made(source, name, factor.expression, schema, factor.output_type)


@lru_cache(maxsize=1024)
def _made(source: str, name: str, text: str, schema: str, output_type: PortType) -> NodeTemplate | tuple[Fault, ...]:
    own = properties_of(json.loads(schema))
    expression = read_expression(Language.QLIB, text, (), own)
    if isinstance(expression, tuple):
        return as_faults("factor", expression)
    template = replace(
        FACTOR,
        display_name=Text(f"Factor {name}", f"因子 {name}"),
        outputs=(OutputPort("value", output_type),),
        parameter_schema=_schema(own),
        default_parameters={
            "source": source,
            "factor": name,
            **{each: canonical(entry["default"], entry) for each, entry in own.items() if "default" in entry},
        },
        execution_hints={"language": str(Language.QLIB), "expression": text},
        specialising=None,
    )
    return with_expression(template, expression, "factor")


def _schema(own: Mapping[str, dict[str, JsonValue]]) -> dict[str, JsonValue]:
    """Returns the schema of the node's parameters: those of every factor, and the factor's own beside them."""
    properties: dict[str, JsonValue] = {**schemas_of(FACTOR), **own}
    required: list[JsonValue] = list(properties)
    return {**FACTOR.parameter_schema, "properties": properties, "required": required}


def factor_parameters(schema: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Returns the factor's own part of a node's schema: the inverse of what the node's template makes of it."""
    own: dict[str, JsonValue] = {
        name: entry for name, entry in properties_of(schema).items() if name not in schemas_of(FACTOR)
    }
    return {"type": "object", "properties": own} if own else {}


def _same(text: str) -> Text:
    return Text(text, text)


FACTOR: NodeTemplate = replace(
    declare(
        name="factor",
        node_type=NodeType.INDICATOR,
        category="GENERAL",
        display_name=Text("Factor", "因子"),
        description=Text(
            "A factor of the catalogue by its name: Qlib's Alpha158 and Alpha360, or one that was published. It is a "
            "Qlib expression: the value is what D.features returns, rounded to float32. A published factor's own "
            "parameters stand beside source and factor.",
            "按名称使用目录中的因子：Qlib 的 Alpha158、Alpha360 或已发布的因子。因子是 Qlib 表达式，"
            "取值即 D.features 的返回值（float32）。已发布因子自身的参数与 source、factor 并列。",
        ),
        jinja_template="nodes/qlib_indicator.py.j2",
        outputs=(OutputPort("value", PortType.SERIES),),
        parameters=(_SOURCE, _NAME),
        icon="library",
        color="#1976D2",
    ),
    specialising=Specialising(("source", "factor"), _make),
)

TEMPLATES: tuple[NodeTemplate, ...] = (FACTOR,)
