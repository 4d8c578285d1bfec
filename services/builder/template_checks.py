"""What a custom node template must be before it is stored."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from codegen_core.custom import CustomDefinition, check_definition
from codegen_core.problems import FieldProblem
from repo.records import NewTemplate, TemplateRecord
from services.builder.sizes import check_room
from services.runtime.errors import FieldViolation
from services.runtime.request_checks import RequestChecks

MOST_PORTS = 32
LONGEST_ICON = 64
LONGEST_DESCRIPTION = 5000

_NAME = re.compile(r"[a-z][a-z0-9_]{0,254}")
_CATEGORY = re.compile(r"[A-Z0-9_]{1,64}")
_COLOR = re.compile(r"#[0-9A-Fa-f]{6}")
_PORTS = ("input_ports", "output_ports")
_JSON = ("parameter_schema", "default_parameters", *_PORTS, "validation_rules", "execution_hints")
DEFINING = frozenset({"parameter_schema", "default_parameters", *_PORTS, "execution_hints"})
"""The fields that say what a template computes; the others only show it."""


def check_template(template: NewTemplate, language: str, *, defines: bool = True) -> None:
    """Checks a whole template; ``defines`` says whether what it computes is new.

    Raises:
        InvalidArgument: With every wrong field.
    """
    checks = RequestChecks()
    _check_texts(checks, template)
    sound = check_room(checks, {name: getattr(template, name) for name in ("description", *_JSON)})
    for name in _PORTS:
        sound &= _check_ports(checks, name, getattr(template, name))
    if sound and defines:
        add_problems(checks, check_definition(definition_of(template), language), language)
    checks.finish()


def definition_of(template: NewTemplate) -> CustomDefinition:
    """Returns what the core reads of a template, a stored one or a new one."""
    return CustomDefinition(
        name=template.name,
        node_type=template.node_type,
        display_name=template.display_name,
        description=template.description,
        category=template.category,
        parameter_schema=template.parameter_schema,
        default_parameters=template.default_parameters,
        input_ports=template.input_ports,
        output_ports=template.output_ports,
        execution_hints=template.execution_hints,
        icon=template.icon,
        color=template.color,
        version=template.version,
        id=template.id,
        user_id=template.user_id if isinstance(template, TemplateRecord) else None,
    )


def add_problems(checks: RequestChecks, problems: Iterable[FieldProblem], language: str, prefix: str = "") -> None:
    """Adds what the core found to what is wrong with a request."""
    for problem in problems:
        checks.add(FieldViolation(prefix + problem.field, _sentences(problem, language), problem.code))


def check_category(checks: RequestChecks, field: str, value: str) -> None:
    """Expects an upper-case group."""
    fits = _CATEGORY.fullmatch(value) is not None
    checks.expect(fits, field, "1 to 64 upper-case letters, digits and underscores", value)


def _check_texts(checks: RequestChecks, template: NewTemplate) -> None:
    named = _NAME.fullmatch(template.name) is not None
    expected = "1 to 255 small letters, digits and underscores, a letter first"
    checks.expect(named, "name", expected, template.name)
    checks.text("display_name", template.display_name, 1, 255)
    checks.text("description", template.description, 0, LONGEST_DESCRIPTION)
    check_category(checks, "category", template.category)
    if template.icon is not None:
        checks.text("icon", template.icon, 0, LONGEST_ICON)
    if template.color is not None:
        checks.expect(_COLOR.fullmatch(template.color) is not None, "color", "a colour such as #607D8B", template.color)


def _check_ports(checks: RequestChecks, field: str, ports: Iterable[Any]) -> bool:
    known = list(ports)
    sound = checks.expect(len(known) <= MOST_PORTS, field, f"at most {MOST_PORTS} ports", len(known), "OUT_OF_RANGE")
    for index, port in enumerate(known):
        sound &= checks.expect(isinstance(port, Mapping), f"{field}[{index}]", "an object", port)
    return sound


def _sentences(problem: FieldProblem, language: str) -> str:
    """Returns the problem's own sentence, and what it leaves out of what was expected and received."""
    expected, received = ("应为 {}。", "收到 {}。") if language == "zh" else (" Expected {}.", " Received {}.")
    facts = ((expected, problem.expected), (received, problem.received))
    more = (text.format(fact) for text, fact in facts if fact is not None and fact not in problem.message)
    return problem.message + "".join(more)
