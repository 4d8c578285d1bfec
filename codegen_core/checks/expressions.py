"""How large Qlib expressions become once chains of them are composed: a chain may double at every step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from codegen_core.checks.codes import Code
from codegen_core.checks.context import Context
from codegen_core.flow.model import ResolvedNode
from codegen_core.nodes.expression import parts
from codegen_core.problems import Problem
from codegen_core.safety.expressions import MAX_DEPTH, MAX_LENGTH


@dataclass(frozen=True, slots=True)
class _Size:
    """An upper bound, reached where every input that isn't a whole argument needs its brackets."""

    length: int
    depth: int

    @property
    def is_allowed(self) -> bool:
        return self.length <= MAX_LENGTH and self.depth < MAX_DEPTH


def check_expressions(context: Context, nodes: tuple[ResolvedNode, ...]) -> Iterator[Problem]:
    """Yields the expressions that the safety policy would refuse for their size; of a chain only the first."""
    sizes: dict[str, _Size] = {}
    for node in nodes:
        if node.template.expression is None:
            continue
        size = _composed(node, sizes)
        sizes[node.id] = size if size.is_allowed else _Size(1, 1)
        if not size.is_allowed:
            yield context.say(
                Code.EXPRESSION_TOO_LARGE,
                length=MAX_LENGTH,
                depth=MAX_DEPTH - 1,
                node_id=node.id,
                field=context.node_path(node.id),
                expected=f"<= {MAX_LENGTH}, <= {MAX_DEPTH - 1}",
                received=f"{size.length}, {size.depth}",
            )


def _composed(node: ResolvedNode, sizes: Mapping[str, _Size]) -> _Size:
    length = depth = deepest = 0
    fallbacks = {port.name: port.fallback for port in node.template.inputs}
    for part in parts(node.template.expression or ""):
        length += len(part.text)
        depth += part.text.count("(") - part.text.count(")")
        sources = node.inputs.get(part.placeholder)
        if sources:
            own = 0 if part.is_alone else 1
            source = sizes[sources[0].node_id]
            length += source.length + 2 * own
            deepest = max(deepest, depth + own + source.depth)
        elif part.placeholder:
            name = fallbacks.get(part.placeholder) or part.placeholder
            length += len(str(node.parameters.get(name, ""))) + 1
        deepest = max(deepest, depth)
    return _Size(length, deepest)
