"""The SCHEMA layer's last step: each node's template exists and is of the node's type. Form is checked on reading."""

from __future__ import annotations

from collections.abc import Mapping

from codegen_core.checks.codes import Code, Say
from codegen_core.checks.wording import shortened
from codegen_core.flow.model import Node
from codegen_core.flow.parse import ParsedFlow
from codegen_core.nodes.declaration import NodeTemplate
from codegen_core.problems import Problem


def check_templates(parsed: ParsedFlow, templates: Mapping[str, NodeTemplate], say: Say) -> tuple[Problem, ...]:
    """Returns a problem for each node whose template is unknown or of another type."""
    found = (_template_problem(node, parsed.node_paths[node.id], templates, say) for node in parsed.flow.nodes)
    return tuple(each for each in found if each is not None)


def _template_problem(node: Node, path: str, templates: Mapping[str, NodeTemplate], say: Say) -> Problem | None:
    template = templates.get(node.template_id)
    if template is None:
        return say(
            Code.UNKNOWN_TEMPLATE,
            template=node.template_id,
            node_id=node.id,
            field=f"{path}.template_id",
            expected=_id_of(node.template_id, templates),
            received=shortened(node.template_id),
        )
    if template.node_type.value != node.type:
        return say(
            Code.NODE_TYPE_MISMATCH,
            template=template.name,
            node_id=node.id,
            field=f"{path}.type",
            expected=template.node_type.value,
            received=node.type,
        )
    return None


def _id_of(name: str, templates: Mapping[str, NodeTemplate]) -> str | None:
    """Returns the id that was meant where a template's name was sent instead."""
    return next((template_id for template_id, template in templates.items() if template.name == name), None)
