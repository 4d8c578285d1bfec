"""docs/node-library.md, as the declarations have it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from codegen_core.nodes.declaration import InputPort, NodeTemplate, NodeType
from codegen_core.nodes.parts import FIELDS
from codegen_core.nodes.registry import system_templates
from codegen_core.nodes.schema import schemas_of

DOCUMENT = Path(__file__).parents[2] / "docs" / "node-library.md"

_HEAD = """\
# Node library

Every node kind that the system ships, by type and category. `make golden` writes this page from the declarations in
`codegen_core/nodes`; the editor shows the same texts, in English or in Simplified Chinese.

A formula in Qlib's operators is what `D.features` returns; one that begins with `talib.` is TA-Lib's function over the
instrument's own bars. `{name}` is an input or a parameter. An input in square brackets is optional, and the parameter
after the bar stands in for it; `*` takes several edges. A parameter is shown with its default and its range; one that
names a field takes open, high, low, close, volume or vwap.
"""
_COLUMNS = ("name", "title", "what it is", "formula", "inputs", "outputs", "parameters")


def document() -> str:
    """Returns the whole page."""
    return "\n".join([_HEAD, *(_type_section(kind) for kind in NodeType if _of(kind))])


def _of(kind: NodeType) -> list[NodeTemplate]:
    return [template for template in system_templates() if template.node_type is kind]


def _type_section(kind: NodeType) -> str:
    templates = sorted(_of(kind), key=lambda template: template.category)
    groups = groupby(templates, key=lambda template: template.category)
    return "\n".join([f"## {kind}\n", *(_category_section(name, members) for name, members in groups)])


def _category_section(name: str, templates: Iterable[NodeTemplate]) -> str:
    return "\n".join(
        [f"### {name}\n", _row(_COLUMNS), "|" + "---|" * len(_COLUMNS), *map(_template_row, templates), ""]
    )


def _template_row(template: NodeTemplate) -> str:
    title = template.display_name
    return _row(
        (
            f"`{template.name}`",
            f"{title.en}<br>{title.zh}",
            template.description.en,
            f"`{formula}`" if (formula := _formula(template)) else "",
            ", ".join(map(_input, template.inputs)),
            ", ".join(f"`{port.name}` {port.type}" for port in template.outputs),
            ", ".join(_parameter(name, schema) for name, schema in schemas_of(template).items()),
        )
    )


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _formula(template: NodeTemplate) -> str:
    function = template.bar_function
    if function is None:
        return template.expression or ""
    options = (
        f"{name}={{{value}}}" if isinstance(value, str) else f"{name}={value}"
        for name, value in function.options.items()
    )
    ports = {port.name for port in template.inputs}
    inputs = (f"{{{name}}}" if name in ports else f"${name}" for name in function.inputs)
    return f"{function.name}({', '.join([*inputs, *options])})"


def _input(port: InputPort) -> str:
    text = f"`{port.name}`{'*' if port.multiple else ''} {'|'.join(port.types)}"
    if port.required:
        return text
    return f"[{text} | `{port.fallback}`]" if port.fallback else f"[{text}]"


def _parameter(name: str, schema: Any) -> str:
    facts: Mapping[str, Any] = schema if isinstance(schema, dict) else {}
    default = f" = {facts['default']}" if "default" in facts else ""
    return f"`{name}`{default}{_range(facts)}"


def _range(facts: Mapping[str, Any]) -> str:
    if facts.get("enum") == list(FIELDS):
        return ""
    if "enum" in facts:
        shown = ", ".join(map(str, facts["enum"][:8]))
        return f" ({shown}{', ...' if len(facts['enum']) > 8 else ''})"
    signs = {"minimum": ">=", "exclusiveMinimum": ">", "maximum": "<=", "exclusiveMaximum": "<"}
    limits = [f"{sign} {facts[rule]}" for rule, sign in signs.items() if rule in facts]
    return f" ({', '.join(limits)})" if limits else ""
