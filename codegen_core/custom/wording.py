"""The findings about a user's template or a factor: their codes and sentences."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from functools import partial

from codegen_core.nodes.declaration import Text
from codegen_core.problems import FieldProblem


class FieldCode(Enum):
    """The codes; the member's name is what callers see and never changes."""

    WRONG_TYPE = Text("{field} must be {expected}.", "{field} 必须是{expected}。")
    TOO_LONG = Text("{field} is too large: at most {expected}.", "{field} 过大：最多{expected}。")
    INVALID_NAME = Text(
        "{field} must be lower-case letters, digits and underscores, at most {limit} characters.",
        "{field} 只能由小写字母、数字和下划线组成，最多 {limit} 个字符。",
    )
    DUPLICATE_NAME = Text("The name '{name}' is used twice.", "名称“{name}”重复。")
    UNKNOWN_VALUE = Text("{field} must be one of {expected}.", "{field} 必须是以下之一：{expected}。")
    UNSUPPORTED_PORT = Text(
        "An expression reads each input whole: {field} must be {expected}.",
        "表达式需要读取每个输入：{field} 必须为 {expected}。",
    )
    ONE_OUTPUT_REQUIRED = Text("A template of a user's has exactly one output.", "自定义模板必须恰好有一个输出。")
    UNSUPPORTED_NODE_TYPE = Text(
        "A template of a user's can be {expected}; nothing else can be given by an expression.",
        "自定义模板的类型只能是 {expected}；表达式无法给出其他类型。",
    )
    INVALID_SCHEMA = Text("{field} is no sound JSON Schema: {reason}.", "{field} 不是可用的 JSON Schema：{reason}。")
    INVALID_DEFAULT = Text("The default of '{name}' breaks its schema.", "“{name}”的默认值不符合其模式。")
    UNUSED_INPUT = Text("The expression doesn't use the input '{name}'.", "表达式没有使用输入“{name}”。")
    UNUSED_PARAMETER = Text(
        "The expression doesn't use the parameter '{name}'; only numbers can be used.",
        "表达式没有使用参数“{name}”；只有数值参数可以使用。",
    )
    EXPRESSION_INVALID = Text(
        "The expression can't be used, at character {position}: {reason}",
        "表达式无法使用，第 {position} 个字符：{reason}",
    )
    LOOK_AHEAD = Text(
        "The expression looks ahead, at character {position}: {reason}",
        "表达式使用了未来数据，第 {position} 个字符：{reason}",
    )


def field_problem(
    language: str,
    code: FieldCode,
    field: str,
    *,
    expected: Text | None = None,
    received: str | None = None,
    **facts: Text | str,
) -> FieldProblem:
    """Returns a finding with its sentence filled in."""
    shown = expected.in_language(language) if expected else None
    told = {name: fact.in_language(language) if isinstance(fact, Text) else fact for name, fact in facts.items()}
    message = code.value.in_language(language).format(field=field, expected=shown, **told)
    return FieldProblem(field, message, code.name, shown, received)


Say = Callable[..., FieldProblem]
"""``say(code, field, facts=…)``: a finding in the caller's language."""


def speaker(language: str) -> Say:
    """Returns ``field_problem`` bound to a language."""
    return partial(field_problem, language)
