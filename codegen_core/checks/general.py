"""The general node kinds (any function, any expression, any factor) as each node has them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from codegen_core.checks.codes import Code, Say
from codegen_core.checks.rules import broken_rule, broken_rules
from codegen_core.checks.wording import cut, shortened
from codegen_core.factors.factor import Factors
from codegen_core.flow.model import Node
from codegen_core.flow.parse import NodeParameters, ParsedFlow
from codegen_core.json_value import JsonValue
from codegen_core.nodes.declaration import Fault, NodeTemplate, Specialising
from codegen_core.nodes.schema import schemas_of
from codegen_core.problems import Problem


def given_values(node: Node, request: NodeParameters) -> dict[str, JsonValue]:
    """Returns the values that a node is given, those of the request before its own."""
    return {**node.parameters, **request.get(node.id, {})}


def value_path(parsed: ParsedFlow, request: NodeParameters, node_id: str, name: str) -> str:
    """Returns where a value came from: the request's parameters, or else the node's own data."""
    if name in request.get(node_id, {}):
        return f"parameters.{node_id}.{cut(name)}"
    return f"{parsed.node_paths[node_id]}.data.parameters.{cut(name)}"


def told_fault(say: Say, language: str, fault: Fault, **where: str | None) -> Problem:
    """Returns a fault as a problem."""
    facts = {name: text.in_language(language) for name, text in fault.facts.items()}
    return say(Code[fault.code], expected=fault.expected, **facts, **where)


@dataclass(frozen=True, slots=True)
class General:
    """What is needed to tell what a general kind is to a node."""

    parsed: ParsedFlow
    request: NodeParameters
    factors: Factors
    say: Say
    language: str
    is_complete: bool

    def of(self, node: Node, template: NodeTemplate) -> NodeTemplate | tuple[Problem, ...]:
        """Returns the template as the node has it, or what keeps that from being told (in a draft maybe nothing)."""
        kind = template.specialising
        if kind is None:
            return template
        values = {**template.default_parameters, **given_values(node, self.request)}
        deciding = {name: values[name] for name in kind.by if name in values}
        problems = tuple(self._problems(node, template, kind, deciding))
        if problems or len(deciding) < len(kind.by):
            return problems
        made = kind.make({name: values[name] for name in (*kind.by, *kind.also) if name in values}, self.factors)
        return tuple(self._fault(node, template, each) for each in made) if isinstance(made, tuple) else made

    def _problems(
        self, node: Node, template: NodeTemplate, kind: Specialising, deciding: Mapping[str, JsonValue]
    ) -> Iterator[Problem]:
        schemas = schemas_of(template)
        schema: dict[str, JsonValue] = {"properties": {name: schemas[name] for name in kind.by}}
        for error in broken_rules(json.dumps(schema), deciding):
            yield broken_rule(self.say, self.language, error, node.id, lambda name: self._path(node, name))
        for name in kind.by if self.is_complete else ():
            if name not in deciding:
                yield self.say(Code.MISSING_PARAMETER, name=name, node_id=node.id, field=f"parameters.{node.id}.{name}")

    def _fault(self, node: Node, template: NodeTemplate, fault: Fault) -> Problem:
        received = shortened(given_values(node, self.request).get(fault.parameter))
        path = self._path(node, fault.parameter)
        return told_fault(
            self.say, self.language, fault, template=template.name, node_id=node.id, field=path, received=received
        )

    def _path(self, node: Node, name: str) -> str:
        return value_path(self.parsed, self.request, node.id, name)
