"""docs/custom-expressions.md names what the languages have, and its examples are let through."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from codegen_core.expressions.python.methods import (
    ACROSS_METHODS,
    BINARY,
    EWM_METHODS,
    SERIES_METHODS,
    UNARY,
    WINDOW_METHODS,
)
from codegen_core.expressions.reading import Language, read_expression
from codegen_core.safety.operators import OPERATORS

TEXT = (Path(__file__).parents[4] / "docs" / "custom-expressions.md").read_text("utf-8")
_, QLIB, PYTHON = re.split(r"^## (?:QLIB|PYTHON)$", TEXT, flags=re.MULTILINE)


def _examples(section: str) -> list[str]:
    block = re.findall(r"```\n(.*?)```", section, re.DOTALL)[-1]
    return [line.split("   ")[0] for line in block.splitlines()]


@pytest.mark.parametrize("text", _examples(QLIB))
def test_qlib_examples(text: str) -> None:
    assert not isinstance(read_expression(Language.QLIB, text, ("a", "b"), ("days",)), tuple)


@pytest.mark.parametrize("text", _examples(PYTHON))
def test_python_examples(text: str) -> None:
    assert not isinstance(read_expression(Language.PYTHON, text, ("a", "b"), ("days",)), tuple)


def test_every_operator_is_named() -> None:
    assert set(OPERATORS) <= set(re.findall(r"\w+", QLIB))


def test_every_method_and_function_is_named() -> None:
    methods = {*SERIES_METHODS, *ACROSS_METHODS, *WINDOW_METHODS, *EWM_METHODS}
    assert methods <= set(re.findall(r"\.(\w+)", PYTHON))
    assert UNARY | BINARY | {"where"} <= set(re.findall(r"\w+", PYTHON))
