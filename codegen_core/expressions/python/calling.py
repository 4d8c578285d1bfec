"""Calls in a Python expression: methods and functions of the fixed lists."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from codegen_core.expressions.formula import ATOM, Kind, Limit, Term
from codegen_core.expressions.python import refusals
from codegen_core.expressions.python.methods import (
    ACROSS_METHODS,
    BINARY,
    EWM_METHODS,
    JOINING,
    SERIES_METHODS,
    UNARY,
    WINDOW_METHODS,
    Argument,
    Method,
    Sort,
)
from codegen_core.expressions.python.refusals import invalid, look_ahead
from codegen_core.expressions.python.walking import Walker, common_kind, condition, number_like
from codegen_core.nodes.declaration import Text


def call(walker: Walker, node: ast.Call) -> Term:
    """Returns what a call gives.

    Raises:
        Refused: If it isn't on the lists, or looks ahead.
    """
    if any(isinstance(each, ast.Starred) for each in node.args) or any(each.arg is None for each in node.keywords):
        raise invalid(node, refusals.OTHERWISE)
    match node.func:
        case ast.Name(id=name) | ast.Attribute(value=ast.Name(id="np"), attr=name):
            return _function(walker, node, name)
        case ast.Attribute(value=target, attr=name):
            return _method(walker, node, name, walker.term(target))
    raise invalid(node, refusals.OTHERWISE)


# Functions

# Of a table they give a table also to a type checker; ``apply`` runs a function of numpy's over the whole at once.
_UNARY_FORMS: Mapping[Kind, tuple[str, int]] = {
    Kind.FRAME: ("{0}.apply(np.NAME)", ATOM),
    Kind.DAY: ("{0}.apply(np.NAME)", ATOM),
    Kind.NUMBER: ("np.NAME({0})", 0),
}
_FORMS: Mapping[Kind, tuple[str, int]] = {
    Kind.FRAME: ("pd.DataFrame(np.NAME({0}, {1}))", 0),
    Kind.DAY: ("pd.Series(np.NAME({0}, {1}))", 0),
    Kind.NUMBER: ("np.NAME({0}, {1})", 0),
}


def _function(walker: Walker, node: ast.Call, name: str) -> Term:
    count = 1 if name in UNARY else 2 if name in BINARY else 3 if name == "where" else 0
    if count == 0:
        known = ", ".join(sorted(UNARY | BINARY | {"where"}))
        raise invalid(node.func, Text(f"The functions are: {known}.", f"可用的函数：{known}。"))
    if len(node.args) != count or node.keywords:
        raise invalid(node, Text(f"{name} takes {count} arguments.", f"{name} 需要 {count} 个参数。"))
    if name == "where":
        return _where(walker, node)
    operands = tuple(number_like(each, walker.term(each)) for each in node.args)
    kind = common_kind(node, *operands)
    form, first = _FORMS[kind] if count == 2 else _UNARY_FORMS[kind]
    return walker.checked(node, Term(kind, form.replace("NAME", name), operands, ATOM, (first, 0)[:count], name))


def _where(walker: Walker, node: ast.Call) -> Term:
    """``where(condition, value, otherwise)``: a series, 1 and 0 where the condition holds, written over twice."""
    test = condition(node.args[0], walker.term(node.args[0]))
    value, otherwise = (number_like(each, walker.term(each)) for each in node.args[1:])
    if Kind.DAY in {value.kind, otherwise.kind}:
        common_kind(node, Term(Kind.FRAME, ""), Term(Kind.DAY, ""))
    if value.kind is Kind.FRAME:
        return Term(Kind.FRAME, "{0}.where({1}, {2})", (value, test, otherwise), ATOM, (ATOM, 0, 0))
    if otherwise.kind is Kind.FRAME:
        return Term(Kind.FRAME, "{0}.mask({1}, {2})", (otherwise, test, value), ATOM, (ATOM, 0, 0))
    base = number_like(node, test)
    return Term(Kind.FRAME, "{0}.mask({1}, {2}).where({1}, {3})", (base, test, value, otherwise), ATOM, (ATOM, 0, 0, 0))


# Methods


def _method(walker: Walker, node: ast.Call, name: str, target: Term) -> Term:
    if name in refusals.AHEAD:
        raise look_ahead(node, refusals.AHEAD[name])
    if target.kind is Kind.WINDOW:
        methods = WINDOW_METHODS
        is_known = name in (EWM_METHODS if target.form.startswith("{0}.ewm") else WINDOW_METHODS)
    else:
        methods = {**SERIES_METHODS, **(ACROSS_METHODS if target.kind in {Kind.FRAME, Kind.TRUTH} else {})}
        is_known = name in methods
    if not is_known or target.kind is Kind.NUMBER:
        known = ", ".join(sorted(methods))
        raise invalid(
            node, Text(f"There is no method {name} here; there are: {known}.", f"此处没有方法 {name}，可用：{known}。")
        )
    if target.kind is Kind.TRUTH:
        target = number_like(node, target)
    return _Call(walker, node, name, methods[name], target).term()


class _Call:
    """One call of a method, as its arguments are read."""

    def __init__(self, walker: Walker, node: ast.Call, name: str, method: Method, target: Term) -> None:
        self._walker, self._node, self._name, self._method = walker, node, name, method
        self._named = {each.arg: each.value for each in node.keywords if each.arg}
        self._operands: list[Term] = [target]
        self._written: list[str] = []
        self._reach = method.reach

    def term(self) -> Term:
        """Returns what the call gives."""
        axis = self._axis()
        for argument, given in zip(self._method.arguments, self._given(), strict=True):
            self._add(argument, given)
        self._check_joined(axis)
        if axis is not None:
            self._written.append(f"axis={axis}")
        if self._method.extra:
            self._written.append(self._method.extra)
        form = f"{{0}}.{self._name}({', '.join(self._written)})"
        needs = (ATOM, *(0 for _ in self._operands[1:]))
        return Term(self._kind(), form, tuple(self._operands), ATOM, needs, reach=self._reach)

    def _axis(self) -> int | None:
        given = self._named.pop("axis", None)
        value = given.value if isinstance(given, ast.Constant) else None
        if self._method.axis == 1 and not (value == 1 and value is not True):
            name = self._name
            raise look_ahead(
                self._node, Text(refusals.ACROSS.en.format(name=name), refusals.ACROSS.zh.format(name=name))
            )
        if given is None:
            return None
        if self._method.axis == 1 or (self._name in JOINING and value == 0 and value is not False):
            return int(value == 1)
        raise invalid(given, Text("axis has no place here.", "此处不能写 axis。"))

    def _given(self) -> list[ast.expr | None]:
        """Returns what is given for each argument, in the method's order."""
        by_place = [each for each in self._method.arguments if not each.by_name]
        names = [each.name for each in self._method.arguments]
        if _is_true(self._named.get("center")):
            raise look_ahead(self._node, refusals.CENTRED)
        if len(self._node.args) > len(by_place) or not self._named.keys() <= set(names):
            known = ", ".join(names) or "-"
            raise invalid(self._node, Text(f"{self._name} takes: {known}.", f"{self._name} 的参数：{known}。"))
        placed = dict(zip((each.name for each in by_place), self._node.args, strict=False))
        if placed.keys() & self._named.keys():
            raise invalid(self._node, Text("An argument is given twice.", "参数重复。"))
        given: Mapping[str, ast.expr] = placed | self._named
        missing = [each.name for each in self._method.arguments if each.required and each.name not in given]
        counted = [each for each in self._method.arguments if each.sort is not Sort.FLAG and each.name in given]
        if missing or (self._method.one_of and len(counted) != 1):
            wanted = ", ".join(missing) or ", ".join(each.name for each in self._method.arguments[:4])
            raise invalid(self._node, Text(f"{self._name} needs: {wanted}.", f"{self._name} 需要：{wanted}。"))
        return [given.get(name) for name in names]

    def _add(self, argument: Argument, given: ast.expr | None) -> None:
        if given is None:
            if argument.default is not None:
                self._write(argument, Term(Kind.NUMBER, str(argument.default), value=argument.default))
            return
        if argument.sort is Sort.FLAG:
            self._written.append(f"{argument.name}={_flag(given)}")
            return
        if self._method.one_of:
            self._reach = argument.name
        self._write(argument, self._read(argument, given))

    def _read(self, argument: Argument, given: ast.expr) -> Term:
        match argument.sort:
            case Sort.NUMBER:
                most = self._operands[1] if argument.limit is Limit.COUNT else None
                return self._walker.require(given, argument.limit, most)
            case Sort.CONDITION:
                return condition(given, self._walker.term(given))
        term = number_like(given, self._walker.term(given))
        if argument.sort is Sort.FRAME and term.kind is not self._target_kind():
            raise invalid(given, Text("A series is needed here.", "此处需要序列。"))
        return term

    def _kind(self) -> Kind:
        is_window = self._operands[0].kind is Kind.WINDOW
        return self._target_kind() if is_window else self._method.gives or self._operands[0].kind

    def _target_kind(self) -> Kind:
        target = self._operands[0]
        return target.operands[0].kind if target.kind is Kind.WINDOW else target.kind

    def _write(self, argument: Argument, term: Term) -> None:
        self._operands.append(term)
        place = f"{{{len(self._operands) - 1}}}"
        self._written.append(f"{argument.name}={place}" if argument.by_name else place)

    def _check_joined(self, axis: int | None) -> None:
        """A series and a value a day are joined along the days, nothing else is."""
        kinds = [operand.kind for operand in self._operands]
        if self._method.axis != 1 and kinds[0] is not Kind.WINDOW:
            mixed = Kind.DAY in kinds and Kind.FRAME in kinds
            if mixed and not (axis == 0 and kinds[0] is Kind.FRAME):
                common_kind(self._node, *self._operands)
            if axis == 0 and not mixed:
                raise invalid(self._node, Text("axis=0 is for a value a day.", "axis=0 只用于每日一个值。"))


def _flag(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        return node.value
    raise invalid(node, Text("This must be True or False.", "此处应为 True 或 False。"))


def _is_true(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is True
