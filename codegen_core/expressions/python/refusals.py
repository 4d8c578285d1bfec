"""What a Python expression may not hold, and what to write instead."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from codegen_core.expressions.faults import INVALID, LOOK_AHEAD, ExpressionFault
from codegen_core.nodes.declaration import Text

NODES: Mapping[type[ast.AST], Text] = {
    ast.BoolOp: Text(
        "'and' and 'or' join single values; write (…) & (…) or (…) | (…).",
        "and、or 只能连接单个值，请写 (…) & (…) 或 (…) | (…)。",
    ),
    ast.IfExp: Text("Write where(condition, value, otherwise).", "请写 where(条件, 值, 否则)。"),
    ast.Subscript: Text(
        "Nothing is read by position; write .shift(n) for the value n days earlier.",
        "不能按位置取值；取 n 日前的值请写 .shift(n)。",
    ),
    ast.Name: Text("An input or a parameter is written in braces: {name}.", "输入和参数要写在花括号中：{名称}。"),
    ast.Attribute: Text("Only the listed methods may be called.", "只能调用所列的方法。"),
    ast.Lambda: Text("Functions can't be made here.", "此处不能定义函数。"),
    ast.JoinedStr: Text("Texts have no place here.", "此处不能使用文本。"),
}
OTHERWISE = Text("This is not part of the language.", "这不属于该表达式语言。")

CHAINED = Text(
    "Comparisons can't be chained; write ({a} < {b}) & ({b} < {c}).", "不能连写比较，请写 ({a} < {b}) & ({b} < {c})。"
)
NEGATED = Text("Write ~(…) for not.", "取反请写 ~(…)。")

ACROSS = Text(
    "Without axis=1 this runs over all days, later ones included; write .{name}(axis=1) for across the instruments of "
    "a day, .rolling(n).{name}() or .expanding().{name}() for over earlier days.",
    "不写 axis=1 会统计全部日期（含之后的）；按日横截面请写 .{name}(axis=1)，按历史请写 .rolling(n).{name}() "
    "或 .expanding().{name}()。",
)

_AHEAD = {
    "bfill": Text("It fills gaps with later values; write .ffill().", "会用之后的值填补空缺，请写 .ffill()。"),
    "interpolate": Text("It draws lines to later values; write .ffill().", "会用之后的值插值，请写 .ffill()。"),
    "iloc": Text("It reads by position; write .shift(n).", "按位置取值，请写 .shift(n)。"),
    "loc": Text("It reads by position; write .shift(n).", "按位置取值，请写 .shift(n)。"),
    "resample": Text("It regroups days, later ones included.", "会重组日期，包含之后的数据。"),
}
AHEAD: Mapping[str, Text] = {**_AHEAD, "backfill": _AHEAD["bfill"], "iat": _AHEAD["iloc"], "at": _AHEAD["loc"]}

CENTRED = Text("A centred window reads later days.", "居中的窗口会读取之后的数据。")


class Refused(Exception):  # noqa: N818 - control flow inside this package
    """The expression is refused."""

    def __init__(self, fault: ExpressionFault) -> None:
        super().__init__(fault.reason.en)
        self.fault = fault


def invalid(node: ast.AST, reason: Text) -> Refused:
    """Returns the refusal of something that isn't part of the language."""
    return Refused(ExpressionFault(INVALID, reason, _position(node)))


def look_ahead(node: ast.AST, reason: Text) -> Refused:
    """Returns the refusal of something that reads later days."""
    return Refused(ExpressionFault(LOOK_AHEAD, reason, _position(node)))


def _position(node: ast.AST) -> int:
    return int(getattr(node, "col_offset", 0))
