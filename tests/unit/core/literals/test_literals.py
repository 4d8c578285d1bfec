"""Nothing a user types can end the construct it stands in, or hide from a reader."""

from __future__ import annotations

import ast
import io
import tokenize
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from codegen_core.literals import PROSE_LIMIT, comment, literal, prose, string

ANY_TEXT = st.text(st.characters())
NASTY = (
    '"""', "'''", "\\", '\\"', "a\nb", "a\r\nb", "\u2028", "\u2029", "\x0c", "\x00", "\x85", "\u202e", "\ufeff", "{x}",
    "# noqa", "type: ignore", "fmt: off", "-*- coding: latin-1 -*-", "\ud800", "🚀", "",
)  # fmt: skip
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | ANY_TEXT


def _each_nasty(test: Callable[[str], None]) -> Callable[[str], None]:
    for text in NASTY:
        test = example(text)(test)
    return test


@_each_nasty
@given(ANY_TEXT)
def test_a_string_means_itself(text: str) -> None:
    assert ast.literal_eval(string(text)) == text


@_each_nasty
@given(ANY_TEXT)
def test_a_string_is_one_token_on_one_line(text: str) -> None:
    code = string(text)
    assert len(code.splitlines()) == 1
    assert [type(node) for node in ast.walk(ast.parse(code, mode="eval"))] == [ast.Expression, ast.Constant]


@given(SCALARS)
def test_a_literal_means_its_value(value: bool | int | float | str | None) -> None:
    back = ast.literal_eval(literal(value))
    assert back == value
    assert type(back) is type(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), [], {}])
def test_what_has_no_literal_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="no literal"):
        literal(value)  # type: ignore[arg-type]  # lists and objects are JSON too


@_each_nasty
@given(ANY_TEXT)
def test_a_comment_is_one_comment(text: str) -> None:
    source = f"x = 1\n{comment(text)}\ny = 2\n"
    tokens = [token for token in tokenize.generate_tokens(io.StringIO(source).readline) if token.string.strip()]
    assert [tokenize.tok_name[token.type] for token in tokens] == [
        "NAME", "OP", "NUMBER", "COMMENT", "NAME", "OP", "NUMBER",
    ]  # fmt: skip
    assert comment(text) == comment(text).rstrip()


@pytest.mark.parametrize(
    "label",
    ["type: ignore", "noqa", "NOQA: E501", "fmt: off", "mypy: ignore-errors", "ruff: noqa", "!shebang", "%% cell"],
)
def test_a_comment_is_no_directive(label: str) -> None:
    assert comment(label) == f"# '{label}'"


def test_a_plain_label_stays_as_it_is() -> None:
    assert comment("5-day average of 收盘价 (fast)") == "# 5-day average of 收盘价 (fast)"


@_each_nasty
@given(ANY_TEXT)
def test_prose_stays_inside_a_docstring(text: str) -> None:
    source = f'"""A head.\n\n- {prose(text)}\n"""\n'
    (statement,) = ast.parse(source).body
    assert ast.literal_eval(ast.unparse(statement)) == f"A head.\n\n- {prose(text)}\n"


@given(ANY_TEXT)
def test_prose_shows_all_there_is(text: str) -> None:
    words = prose(text)
    assert len(words) <= PROSE_LIMIT
    hidden = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert not {unicodedata.category(character) for character in words} & hidden
    assert not {unicodedata.bidirectional(character) for character in words} & {"R", "AL", "RLO", "LRO", "RLE", "LRE"}


def test_prose_is_shortened() -> None:
    assert prose("x" * 200) == "x" * (PROSE_LIMIT - 3) + "..."
