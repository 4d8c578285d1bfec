"""The text of Qlib expressions: fields, operators, and how one expression goes into another."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from functools import cache

FIELD_PREFIX = "field_"
_FIELD = re.compile(r"\$(\w+)")
_PLACE = re.compile(r"\{(\w+)\}")


def filled(expression: str, values: Mapping[str, str | float | int]) -> str:
    """Returns an expression with ``{name}`` replaced: another expression goes in whole, a number as it is written."""

    def value(match: re.Match[str]) -> str:
        found = values[match[1]]
        return f"({found})" if isinstance(found, str) else repr(found)

    return _PLACE.sub(value, expression)


def places(expression: str) -> list[str]:
    """Returns the names in braces, each once."""
    return list(dict.fromkeys(_PLACE.findall(expression)))


def fields_of(expression: str) -> list[str]:
    """Returns the fields that an expression writes itself, each once."""
    return list(dict.fromkeys(_FIELD.findall(expression)))


@cache
def parsed(expression: str) -> ast.expr:
    """Returns an expression's tree, in which the field ``$close`` is the name ``field_close``."""
    return ast.parse(_FIELD.sub(rf"{FIELD_PREFIX}\1", expression.strip()), mode="eval").body
