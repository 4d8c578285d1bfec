"""Reads an expression of a user's, in either language."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from codegen_core.expressions.faults import ExpressionFault
from codegen_core.expressions.formula import Formula
from codegen_core.expressions.python import read_python
from codegen_core.expressions.qlib import QlibExpression, read_qlib


class Language(StrEnum):
    """What an expression may be written in."""

    QLIB = "QLIB"
    PYTHON = "PYTHON"


def read_expression(
    language: Language, text: str, inputs: Collection[str], numbers: Collection[str] = ()
) -> QlibExpression | Formula | tuple[ExpressionFault, ...]:
    """Reads an expression whose ``{name}`` are series (``inputs``) and ``numbers``; equal questions, equal answers."""
    read = read_qlib if language is Language.QLIB else read_python
    return read(text, frozenset(inputs), frozenset(numbers))
