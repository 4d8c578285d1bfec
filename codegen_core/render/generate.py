"""From a resolved flow to its module."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from codegen_core.flow.model import ResolvedFlow, ResolvedNode
from codegen_core.json_value import JsonValue
from codegen_core.literals import Code, Prose
from codegen_core.names import Identifier, formula_name
from codegen_core.nodes.declaration import NodeType
from codegen_core.nodes.parts import FIELDS
from codegen_core.render.blocks import NodeTemplates, helper_functions, split_marks
from codegen_core.render.canonical import canonical_flow, canonical_json
from codegen_core.render.context import Blocks, Described, Feature, ModuleContext, RenderNode, Summary
from codegen_core.render.embedded_flow import embed_json
from codegen_core.render.environment import environment
from codegen_core.render.expressions import compose, is_expression
from codegen_core.render.formulas import define
from codegen_core.render.layout import LINE_LENGTH
from codegen_core.render.nodes import (
    fields_read,
    is_condition,
    keyword_arguments,
    name_nodes,
    numeric_parameters,
    render_nodes,
    used_nodes,
)
from codegen_core.standalone import main_block

_TEMPLATE = "strategy.py.j2"
_ACTING = (NodeType.POSITION, NodeType.STOP_LOSS, NodeType.STOP_PROFIT)
_CLOSE = "close"
"""The field that every strategy reads."""


@dataclass(frozen=True, slots=True)
class GeneratedModule:
    """A generated file.

    Attributes:
        code: Its text.
        code_hash: SHA-256 in hexadecimal over its text and its flow's canonical form.
        node_lines: Node id to the first and last line of the node's own block, from 1; nodes that nothing hangs on have
            none.
        warmup_bars: Trading days before the first full signal.
    """

    code: str
    code_hash: str
    node_lines: Mapping[str, tuple[int, int]]
    line_count: int
    warmup_bars: int


def generate(flow: ResolvedFlow, language: str = "en") -> GeneratedModule:
    """Returns the module of a sound, COMPLETE flow; ``language`` (en, zh) is that of comments and docstrings alone.

    Raises:
        ValueError: If the flow is not sound: no single position, no entry, an unknown field.
    """
    nodes = used_nodes(flow)
    canonical = canonical_json(canonical_flow(flow))
    context = _Builder(nodes, language).context(canonical)
    text = environment(language).get_template(_TEMPLATE).render(flow=context)
    code, lines = split_marks(text, nodes)
    return GeneratedModule(code, _hash(code, canonical), lines, code.count("\n"), flow.warmup_bars)


def code_hash(code: str, canonical: dict[str, JsonValue]) -> str:
    """Returns SHA-256 in hexadecimal over code, its line ends made Unix ones, and the canonical flow."""
    return _hash(code, canonical_json(canonical))


def _hash(code: str, canonical: str) -> str:
    normalised = "\n".join(map(str.rstrip, code.splitlines()))
    return hashlib.sha256(f"{normalised}\n{canonical}".encode()).hexdigest()


def _fires(node: ResolvedNode) -> bool:
    """Whether it is kept where the node was true: it is a signal, or gives a condition."""
    return node.template.node_type is NodeType.SIGNAL or is_condition(node)


def _acts(node: ResolvedNode) -> bool:
    return node.template.node_type in _ACTING


class _Builder:
    """Gathers a module's context."""

    def __init__(self, nodes: tuple[ResolvedNode, ...], language: str) -> None:
        self._nodes = nodes
        self._resolved = {node.id: node for node in nodes}
        self._names: Mapping[str, Identifier] = name_nodes(nodes)
        self._expressions = compose(nodes, self._names)
        self._from_qlib = self._read_from_qlib()
        self._views = render_nodes(nodes, self._names, self._expressions, language)
        self._environment = environment(language)
        self._templates = NodeTemplates(self._environment, nodes, self._views)
        self._language = language

    def context(self, canonical: str) -> ModuleContext:
        position = self._position()
        entries, exits = self._signals(position, "entry"), self._signals(position, "exit")
        if not entries:
            raise ValueError("a flow needs an entry")
        scores = [node for node in entries if node.inputs.get("score")]
        rules = [*self._of_types(NodeType.STOP_LOSS), *self._of_types(NodeType.STOP_PROFIT), *exits]
        return ModuleContext(
            summary=self._summary(position, entries, exits, rules),
            position=self._views[position.id],
            imports=self._imports(),
            helpers=self._helpers(scores),
            parameters=keyword_arguments(self._nodes, self._names),
            referenced=self._view([node for node in self._nodes if _fires(node) or _acts(node)]),
            fields=self._fields(),
            features=self._features(),
            blocks=self._blocks(rules, position),
            entries=self._view(entries),
            exits=self._view(exits),
            scores=self._view(scores),
            marks=self._view([node for node in self._nodes if _fires(node)]),
            needs=frozenset(self._templates.listed("needs")),
            main_block=main_block(),
            embedded_flow=embed_json(canonical),
        )

    def _summary(
        self,
        position: ResolvedNode,
        entries: list[ResolvedNode],
        exits: list[ResolvedNode],
        rules: list[ResolvedNode],
    ) -> Summary:
        return Summary(
            title=self._title(entries, exits),
            bought=self._described(entries),
            sold=self._described(rules),
            position=self._described([position])[0],
            terms=self._described(self._of_types(NodeType.INDICATOR, NodeType.CONDITION, NodeType.CUSTOM)),
        )

    def _position(self) -> ResolvedNode:
        positions = self._of_types(NodeType.POSITION)
        if len(positions) != 1:
            raise ValueError(f"a flow needs one position, this one has {len(positions)}")
        return positions[0]

    def _signals(self, position: ResolvedNode, port: str) -> list[ResolvedNode]:
        connected = {source.node_id for source in position.inputs.get(port, ())}
        return [node for node in self._nodes if node.id in connected]

    def _of_types(self, *types: NodeType) -> list[ResolvedNode]:
        return [node for node in self._nodes if node.template.node_type in types]

    def _view(self, nodes: list[ResolvedNode]) -> tuple[RenderNode, ...]:
        return tuple(self._views[node.id] for node in nodes)

    def _described(self, nodes: list[ResolvedNode]) -> tuple[Described, ...]:
        return tuple(Described(self._views[node.id], self._templates.words(node)) for node in nodes)

    def _title(self, entries: list[ResolvedNode], exits: list[ResolvedNode]) -> str:
        template = self._environment.get_template("title.j2")
        title = template.render(entries=self._conditions(entries), exits=self._conditions(exits)).strip()
        return title if len(title) < LINE_LENGTH - 3 else template.render(entries=(), exits=()).strip()

    def _conditions(self, signals: list[ResolvedNode]) -> list[Prose]:
        labels = [self._templates.words(node) for node in signals]
        return [Prose(label) for label in dict.fromkeys(labels)]

    def _helpers(self, scores: list[ResolvedNode]) -> tuple[Code, ...]:
        names = self._templates.listed("uses") + (["highest_score"] if len(scores) > 1 else [])
        return (*helper_functions(self._environment, sorted(names)), *self._formulas())

    def _formulas(self) -> tuple[Code, ...]:
        return tuple(
            define(
                formula_name(self._names[node.id]),
                node.template.formula,
                [port.name for port in node.template.inputs],
                {name: type(value).__name__ for name, value in numeric_parameters(node).items()},
                is_condition(node),
            )
            for node in self._nodes
            if node.template.formula is not None
        )

    def _imports(self) -> tuple[str, ...]:
        return tuple(sorted({"import numpy as np", "import pandas as pd", *self._templates.listed("imports")}))

    def _read_from_qlib(self) -> list[ResolvedNode]:
        read = {
            source.node_id
            for node in self._nodes
            if not is_expression(node)
            for sources in node.inputs.values()
            for source in sources
        }
        return [node for node in self._nodes if node.id in read and node.id in self._expressions]

    def _fields(self) -> tuple[str, ...]:
        read = {field for node in self._nodes for field in fields_read(node)}
        read |= {self._expressions[node.id].field or _CLOSE for node in self._from_qlib}
        return tuple(field for field in FIELDS if field in read and field != _CLOSE)

    def _features(self) -> tuple[Feature, ...]:
        fields = (Feature(f"${field}", f'"${field}",') for field in self._fields())
        computed = (node for node in self._from_qlib if not self._expressions[node.id].field)
        return (*fields, *(self._feature(node) for node in computed))

    def _feature(self, node: ResolvedNode) -> Feature:
        expression = self._expressions[node.id]
        text = f"{expression.literal},"
        for each in expression.inner[:-1]:
            text = self._templates.marked(self._resolved[each], f"{self._views[each].comment}\n{text}")
        return Feature(self._names[node.id], text)

    def _blocks(self, rules: list[ResolvedNode], position: ResolvedNode) -> Blocks:
        composed = self._expressions.keys() - {node.id for node in self._from_qlib}
        return Blocks(
            prepare=self._templates.blocks("prepare", [node for node in self._nodes if node.id not in composed]),
            exit=self._templates.blocks("exit", rules),
            targets=self._templates.blocks("targets", [position]),
        )
