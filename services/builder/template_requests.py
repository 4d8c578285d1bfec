"""Requests that make or change a node template, read from protobuf."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from google.protobuf.message import Message
from strategybuilder.builder.v1 import node_template_pb2 as pb

from repo.records import NewTemplate
from services.builder.custom_templates import TemplateEdit
from services.runtime.json_messages import to_json
from services.runtime.request_checks import RequestChecks

_TEXTS = ("display_name", "description", "category", "icon", "color")
_OBJECTS = ("parameter_schema", "default_parameters", "validation_rules", "execution_hints")
_LISTS = ("input_ports", "output_ports")
_INPUT_DEFAULTS = {"required": True, "multiple": False}


def new_template(request: pb.CreateNodeTemplateRequest) -> NewTemplate:
    """Returns the template asked for, its form not yet checked.

    Raises:
        InvalidArgument: There is no node_type, or something that is no JSON.
    """
    checks = RequestChecks()
    kind = checks.enum("node_type", request.node_type, pb.NodeTemplate.NodeType)
    expected = "one of " + ", ".join(pb.NodeTemplate.NodeType.keys()[1:])
    checks.expect(request.node_type != 0, "node_type", expected, None, "REQUIRED")
    checks.finish()
    return NewTemplate(
        id=str(uuid4()),
        name=request.name,
        display_name=request.display_name,
        node_type=kind or "",
        category=request.category if request.HasField("category") else "CUSTOM",
        description=request.description,
        parameter_schema=to_json(request.parameter_schema, "parameter_schema"),
        default_parameters=to_json(request.default_parameters, "default_parameters"),
        validation_rules=to_json(request.validation_rules, "validation_rules"),
        execution_hints=to_json(request.execution_hints, "execution_hints"),
        input_ports=[_input_port(to_json(port, "input_ports")) for port in request.input_ports],
        output_ports=[to_json(port, "output_ports") for port in request.output_ports],
        icon=request.icon if request.HasField("icon") else None,
        color=request.color if request.HasField("color") else None,
    )


def template_edit(request: pb.UpdateNodeTemplateRequest) -> TemplateEdit:
    """Returns the change asked for, its values not yet checked.

    Raises:
        InvalidArgument: There is none, an id has a wrong form or is another, or something is no JSON.
    """
    update = request.node_template
    checks = RequestChecks()
    checks.uuid("template_id", request.template_id)
    checks.expect(request.HasField("node_template"), "node_template", "what changes", None, "REQUIRED")
    for field in ("id", "template_id"):
        if update.HasField(field):
            sent = getattr(update, field)
            checks.expect(sent == request.template_id, field, "the id in the path", sent, "ID_MISMATCH")
    checks.enum("node_type", update.node_type, pb.NodeTemplate.NodeType)
    checks.finish()
    return TemplateEdit(request.template_id, _fixed(update), _values(update))


def _fixed(update: pb.NodeTemplateUpdate) -> dict[str, str]:
    fixed = {"name": update.name} if update.HasField("name") else {}
    kind = {"node_type": pb.NodeTemplate.NodeType.Name(update.node_type)} if update.HasField("node_type") else {}
    return fixed | kind


def _values(update: pb.NodeTemplateUpdate) -> dict[str, Any]:
    texts = {field: getattr(update, field) for field in _TEXTS if _has(update, field)}
    objects = {field: to_json(getattr(update, field), field) for field in _OBJECTS if _has(update, field)}
    lists = {field: list(to_json(getattr(update, field), field)) for field in _LISTS if _has(update, field)}
    if "input_ports" in lists:
        lists["input_ports"] = [_input_port(port) for port in lists["input_ports"]]
    return texts | objects | lists


def _has(message: Message, field: Any) -> bool:
    return message.HasField(field)


def _input_port(port: Any) -> Any:
    """Fills in an object's defaults; anything else stays, to be refused."""
    return {**_INPUT_DEFAULTS, **port} if isinstance(port, dict) else port
