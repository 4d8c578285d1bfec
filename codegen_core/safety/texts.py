"""Texts that values may be, and those that formatting makes of numbers."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from string import Formatter

from codegen_core.safety.expressions import HOLE

NUMBER_FORMAT = re.compile(r"[+-]?(?:d|(?:\.\d{1,2})?[efg])")
"""Format specifications that only a number survives: any text or other object raises under them."""

_PERCENT = re.compile(r"%(?:(?P<number>[di]|\.\d{1,2}[efg]|[efg])|(?P<text>s)|(?P<percent>%)|(?P<other>.?))")
_SHOWN = 40
Shown = Callable[[ast.expr], str | None]
"""The text of a value that is surely a number, HOLE standing for one that isn't known; None for anything else."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text that a value may be; HOLE stands in it for a number."""

    value: str
    node: ast.expr


class CannotFollow(Exception):  # noqa: N818 - not an error of ours: the answer of one attempt to follow a value
    """A value can't be followed: where, and why."""

    def __init__(self, node: ast.AST, reason: str) -> None:
        super().__init__(reason)
        self.node = node
        self.reason = reason


def not_a_number(node: ast.AST) -> CannotFollow:
    """Returns the refusal of something that is put into a text."""
    reason = "what is put into the text isn't surely a number; format it with :d or :.4f"
    if isinstance(node, ast.Name | ast.Attribute) and len(name := ast.unparse(node)) <= _SHOWN:
        reason = f"{name} isn't surely a number; write {{{name}:d}}, or {name} = int({name}) where it is set"
    return CannotFollow(node, reason)


def formats_number(part: ast.FormattedValue) -> bool:
    """Whether ``{part:spec}`` of an f-string gives a number's digits or raises."""
    spec = part.format_spec
    if part.conversion != -1 or not (isinstance(spec, ast.JoinedStr) and len(spec.values) == 1):
        return False
    text = spec.values[0]
    return isinstance(text, ast.Constant) and NUMBER_FORMAT.fullmatch(str(text.value)) is not None


def percent_text(node: ast.BinOp, shown: Shown) -> str:
    """Returns the text of ``"..." % values`` with its numbers as holes.

    Raises:
        CannotFollow: Where anything but a number may be put in.
    """
    if not (isinstance(node.left, ast.Constant) and isinstance(node.left.value, str)):
        raise CannotFollow(node, "the text with % isn't written out")
    values = iter(node.right.elts if isinstance(node.right, ast.Tuple) else [node.right])

    def piece(match: re.Match[str]) -> str:
        if match["percent"]:
            return "%"
        value = next(values, None)
        text = shown(value) if value is not None else None
        if text is not None and (match["number"] or match["text"]):
            return text
        if match["number"]:
            return HOLE
        raise not_a_number(node)

    return _PERCENT.sub(piece, node.left.value)


def format_text(node: ast.Call, template: ast.expr, shown: Shown) -> str:
    """Returns the text of ``"...".format(...)`` with its numbers as holes.

    Raises:
        CannotFollow: Where anything but a number may be put in.
    """
    if not (isinstance(template, ast.Constant) and isinstance(template.value, str)):
        raise CannotFollow(node, "the text with {} isn't written out")
    pieces: list[str] = []
    positions = iter(range(len(node.args)))
    for literal, name, spec, conversion in _fields(template):
        pieces.append(literal)
        if name is not None:
            value = _argument(node, name, positions)
            text = shown(value) if value is not None else None
            is_formatted = NUMBER_FORMAT.fullmatch(spec or "") is not None
            if conversion or not (is_formatted or (text is not None and not spec)):
                raise not_a_number(node)
            pieces.append(text or HOLE)
    return "".join(pieces)


def _fields(template: ast.Constant) -> list[tuple[str, str | None, str | None, str | None]]:
    try:
        return list(Formatter().parse(str(template.value)))
    except ValueError:
        raise CannotFollow(template, "the format is broken") from None


def _argument(node: ast.Call, name: str, positions: Iterator[int]) -> ast.expr | None:
    """What a field of a format stands for, or None where that can't be told."""
    if name and not name.isdigit():
        return next((k.value for k in node.keywords if k.arg == name), None)
    position = int(name) if name else next(positions, len(node.args))
    return node.args[position] if position < len(node.args) else None
