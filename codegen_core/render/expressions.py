"""Qlib expressions: a chain of Qlib indicators as one expression, in code and in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from codegen_core.flow.model import ResolvedNode
from codegen_core.json_value import JsonValue
from codegen_core.literals import Code
from codegen_core.names import Identifier, parameter_name
from codegen_core.nodes.expression import parts
from codegen_core.nodes.parts import FIELDS

_FIELD = re.compile(r"[a-z_][a-z0-9_]*")
_WORD = re.compile(r"\$?\w+")
_CALL = re.compile(r"\w+\(")


def is_expression(node: ResolvedNode) -> bool:
    """Returns whether the node is a Qlib expression, to be composed with those it feeds."""
    return node.template.expression is not None


@dataclass(frozen=True, slots=True)
class Composed:
    """A node's whole expression.

    Attributes:
        code: With the numbers read from the strategy, as they stand in an f-string.
        words: With the flow's own numbers.
        inner: The nodes composed into it, from the inside out, each once, itself last.
    """

    code: str
    words: str
    inner: tuple[str, ...]

    @property
    def field(self) -> str | None:
        """The field of the data that it is, None where it computes something."""
        name = self.words.removeprefix("$")
        return name if name in FIELDS and len(name) < len(self.words) else None

    @property
    def literal(self) -> Code:
        """The expression as a literal; numbers are read from the strategy, formatted as numbers."""
        return Code(f'f"{self.code}"' if "{" in self.code else f'"{self.code}"')


def compose(nodes: Iterable[ResolvedNode], names: Mapping[str, Identifier]) -> dict[str, Composed]:
    """Returns node id to expression, for the Qlib expressions among nodes in topological order."""
    composed: dict[str, Composed] = {}
    for node in nodes:
        if is_expression(node):
            composed[node.id] = _composed(node, names[node.id], composed)
    return composed


def _composed(node: ResolvedNode, name: Identifier, known: Mapping[str, Composed]) -> Composed:
    code, words = [], []
    sources: dict[str, None] = {}
    for part in parts(node.template.expression or ""):
        code.append(part.text)
        words.append(part.text)
        if part.placeholder in node.inputs:
            source = known[node.inputs[part.placeholder][0].node_id]
            code.append(source.code if part.is_alone else _operand(source.code))
            words.append(source.words if part.is_alone else _operand(source.words))
            sources |= dict.fromkeys(source.inner)
        elif part.placeholder:
            in_code, in_words = _value(node, name, part.placeholder)
            code.append(in_code)
            words.append(in_words)
    return Composed("".join(code), "".join(words), (*sources, node.id))


def _operand(text: str) -> str:
    """Returns an expression as it can stand beside an operator."""
    return text if _WORD.fullmatch(text) or _is_call(text) else f"({text})"


def _is_call(text: str) -> bool:
    """Returns whether the bracket that follows the leading name is closed at the end alone."""
    if not _CALL.match(text):
        return False
    depth = 0
    for place, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0 and character == ")":
            return place == len(text) - 1
    return False


def _value(node: ResolvedNode, name: Identifier, placeholder: str) -> tuple[str, str]:
    """Returns a parameter in code and in words: a number, or the name of a field."""
    fallbacks = {port.name: port.fallback for port in node.template.inputs if port.fallback is not None}
    parameter = fallbacks.get(placeholder, placeholder)
    value = node.parameters[parameter]
    if not isinstance(value, str):
        return _number(parameter_name(name, parameter), value), str(value)
    if not _FIELD.fullmatch(value):
        raise ValueError(f"{value!r} is no name of a field")
    text = f"${value}" if placeholder in fallbacks else value
    return text, text


def _number(attribute: Identifier, value: JsonValue) -> str:
    return f"{{self.{attribute}:{'d' if isinstance(value, int) else '.17g'}}}"
