"""Laying code out as ``ruff format --line-length 100`` would, so that no formatter runs when code is generated."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

LINE_LENGTH = 100
"""The line length of generated files."""

BLOCK_INDENT = 8
"""How deep the statements of a method stand."""


def call(target: str, function: str, arguments: Sequence[str]) -> str:
    """Returns ``target = function(arguments)`` for a method's body, one argument a line where it is too long.

    Several targets stand on a line each where they leave no room for the function's name.
    """
    line = f"{target} = {function}({', '.join(arguments)})"
    if _fits(line):
        return line
    exploded = _exploded(function, arguments)
    if _fits(f"{target} = {function}("):
        return f"{target} = {exploded}"
    targets = "\n".join(["(", *(f"    {each}," for each in target.split(", ")), ")"])
    line = f") = {function}({', '.join(arguments)})"
    return f"{targets} = {line.removeprefix(') = ') if _fits(line) else exploded}"


def invoke(function: str, arguments: Sequence[str]) -> str:
    """Returns ``function(arguments)`` for a method's body, one argument a line where it is too long."""
    line = f"{function}({', '.join(arguments)})"
    return line if _fits(line) else _exploded(function, arguments)


def assign(target: str, value: str) -> str:
    """Returns ``target = value`` for a method's body, the value in parentheses where it is too long."""
    line = f"{target} = {value}"
    if _fits(line):
        return line
    return f"{target} = (\n    {value}\n)"


def every(blocks: Sequence[str]) -> str:
    """Returns the statement that returns whether all blocks hold, each a condition of one line under its comment."""
    if len(blocks) == 1:
        return _around_condition(blocks[0], "return ", "")
    conditions = textwrap.indent("\n".join(_around_condition(block, "", ",") for block in blocks), " " * 8)
    return f"return all(\n    (\n{conditions}\n    )\n)"


def bullet(text: str) -> str:
    """Returns an entry of a docstring's list, wrapped."""
    if len(text) <= LINE_LENGTH - 4:
        return f"- {text}"
    return textwrap.fill(
        text,
        LINE_LENGTH - 2,
        initial_indent="- ",
        subsequent_indent="  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _fits(line: str) -> bool:
    return BLOCK_INDENT + len(line) <= LINE_LENGTH


def _exploded(function: str, arguments: Sequence[str]) -> str:
    return "\n".join([f"{function}(", *(f"    {argument}," for argument in arguments), ")"])


def _around_condition(block: str, before: str, after: str) -> str:
    *lines, condition, mark = block.split("\n")
    return "\n".join([*lines, f"{before}{condition}{after}", mark])
