"""Following values to the texts and numbers that they are: what can't be followed is refused, with the reason."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from string import Formatter

from codegen_core.safety.expressions import HOLE
from codegen_core.safety.library import words
from codegen_core.safety.members import OwnMembers
from codegen_core.safety.references import Builtin, LocalFunction, References
from codegen_core.safety.tree import Binding, BindingKind, ModuleTree

NUMBER_FORMAT = re.compile(r"[+-]?(?:d|(?:\.\d{1,2})?[efg])")
"""Format specifications that only a number survives: any text or other object raises under them."""

_PERCENT = re.compile(r"%(?:(?P<number>[di]|\.\d{1,2}[efg]|[efg])|(?P<text>s)|(?P<percent>%)|(?P<other>.?))")
_READING_CALLS = frozenset({"len", "list", "tuple", "zip", "enumerate", "sorted", "dict", "set", "range", "max", "min"})
_READING_METHODS = frozenset({"items", "keys", "values", "index", "count", "copy", "get"})
_GROWING_METHODS = frozenset({"append", "extend", "insert", "update", "setdefault"})
_READING_FUNCTIONS = frozenset({"features", "set_axis", "DataFrame", "Index", "join", "reindex", "isin", "array"})
_SET_BY_QLIB = words(
    "signal risk_degree topk n_drop hold_thresh method_sell method_buy only_tradable outer_trade_decision",
    "level_infra common_infra order_generator",
)
_MAX_TEXTS = 4000
_MAX_STEPS = 60


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


class Following:
    """Follows expressions of one module to texts and numbers."""

    def __init__(self, tree: ModuleTree, references: References, own: OwnMembers) -> None:
        self._tree, self._references, self._own = tree, references, own
        self._active: set[ast.expr] = set()
        self._count = 0

    # Texts

    def texts(self, node: ast.expr) -> list[Text]:
        """Returns every text that the value, or an element of it, may be.

        Raises:
            CannotFollow: Where it may be something that isn't written out.
        """
        self._count = 0
        return list(self._texts(node))

    def _texts(self, node: ast.expr) -> Iterator[Text]:
        self._tree.spend()
        if node in self._active:
            return
        if len(self._active) > _MAX_STEPS:
            raise CannotFollow(node, "it goes through too many steps")
        self._active.add(node)
        try:
            for text in self._texts_of(node):
                self._count += 1
                if self._count > _MAX_TEXTS:
                    raise CannotFollow(node, "it may be too many texts")
                yield text
        finally:
            self._active.discard(node)

    def _texts_of(self, node: ast.expr) -> Iterator[Text]:
        match node:
            case ast.Constant(value=str(value)):
                yield Text(value, node)
            case ast.Constant():
                return
            case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
                for part in parts:
                    yield from self._texts(part)
            case ast.Starred(value=value) | ast.NamedExpr(value=value) | ast.Subscript(value=value):
                yield from self._texts(value)
            case ast.Dict(values=values):
                for key in node.keys:
                    if key is not None:
                        yield from self._keys(key)
                for value in values:
                    yield from self._texts(value)
            case ast.IfExp(body=body, orelse=orelse):
                yield from self._texts(body)
                yield from self._texts(orelse)
            case ast.BoolOp(values=values):
                for value in values:
                    yield from self._texts(value)
            case ast.ListComp(elt=element) | ast.GeneratorExp(elt=element) | ast.SetComp(elt=element):
                yield from self._texts(element)
            case ast.DictComp(value=value):
                yield from self._texts(value)
            case ast.JoinedStr():
                pieces = [self._pieces(part) for part in node.values]
                yield from (Text("".join(choice), node) for choice in product(*pieces))
            case ast.BinOp():
                yield from self._combined(node)
            case ast.Name():
                yield from self._of_name(node)
            case ast.Attribute():
                yield from self._of_attribute(node)
            case ast.Call():
                yield from self._of_call(node)
            case _:
                raise CannotFollow(node, "it is computed")

    def _keys(self, key: ast.expr) -> Iterator[Text]:
        """Keys are names of columns as a rule; only a dictionary that is iterated hands them on as texts."""
        holder = self._tree.parent(key)
        user = self._tree.parent(holder)
        if isinstance(user, ast.Call) and holder in user.args and self._tree.is_builtin(user.func, "list"):
            yield from self._texts(key)

    def _pieces(self, part: ast.expr) -> list[str]:
        """Everything that a part of an f-string may be."""
        if isinstance(part, ast.Constant):
            return [str(part.value)]
        if not isinstance(part, ast.FormattedValue):
            raise CannotFollow(part, "it is computed")
        if part.conversion == -1 and self._is_number_format(part.format_spec):
            return [HOLE]
        if part.conversion == -1 and part.format_spec is None:
            if self.is_number(part.value):
                return [HOLE]
            if self._is_plain_text(part.value):
                return sorted({text.value for text in self._texts(part.value)})
        raise CannotFollow(part.value, "what is put into the text isn't surely a number; format it with :d or :.4f")

    def _is_plain_text(self, node: ast.expr) -> bool:
        """Whether the value is surely a text that is written out, not a container of some."""
        match node:
            case ast.Constant(value=value):
                return isinstance(value, str)
            case ast.JoinedStr() | ast.BinOp(op=ast.Mod(), left=ast.Constant(value=str())):
                return True
            case ast.BinOp(op=ast.Add(), left=left, right=right):
                return self._is_plain_text(left) and self._is_plain_text(right)
            case ast.Name():
                bindings = self._tree.bindings(node)
                return bool(bindings) and all(self._binds_plain_text(b) for b in bindings)
        return False

    def _binds_plain_text(self, binding: Binding) -> bool:
        value = binding.value
        if value is None or value in self._active:
            return False
        if binding.kind is BindingKind.ASSIGN:
            return self._is_plain_text(value)
        return binding.kind is BindingKind.LOOP and self._is_plain_texts(value)

    def _is_plain_texts(self, node: ast.expr) -> bool:
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            return all(isinstance(e, ast.Constant) and isinstance(e.value, str) for e in node.elts)
        if not isinstance(node, ast.Name):
            return False
        bindings = self._tree.bindings(node)
        return bool(bindings) and all(
            b.kind is BindingKind.ASSIGN and isinstance(b.value, ast.List | ast.Tuple) and self._is_plain_texts(b.value)
            for b in bindings
        )

    @staticmethod
    def _is_number_format(spec: ast.expr | None) -> bool:
        if not (isinstance(spec, ast.JoinedStr) and len(spec.values) == 1):
            return False
        text = spec.values[0]
        return isinstance(text, ast.Constant) and NUMBER_FORMAT.fullmatch(str(text.value)) is not None

    def _combined(self, node: ast.BinOp) -> Iterator[Text]:
        if isinstance(node.op, ast.Mod):
            yield Text(self._percent(node), node)
            return
        if not isinstance(node.op, ast.Add):
            raise CannotFollow(node, "it is computed")
        left, right = list(self._texts(node.left)), list(self._texts(node.right))
        if not self._is_plain_text(node):
            yield from left  # Two lists, one put after the other.
            yield from right
        if not (self._is_container(node.left) or self._is_container(node.right)):
            for first in left:
                yield from (Text(first.value + second.value, node) for second in right)

    def _is_container(self, node: ast.expr) -> bool:
        match node:
            case ast.List() | ast.Tuple() | ast.ListComp():
                return True
            case ast.BinOp(op=ast.Add(), left=left, right=right):
                return self._is_container(left) or self._is_container(right)
            case ast.Call(func=ast.Name() as function):
                return any(self._tree.is_builtin(function, name) for name in ("list", "sorted", "tuple"))
            case ast.Name():
                values = [b.value for b in self._tree.bindings(node) if b.kind is BindingKind.ASSIGN]
                shown = [v for v in values if isinstance(v, ast.List | ast.Tuple | ast.ListComp)]
                return bool(shown) and len(shown) == len(self._tree.bindings(node))
        return False

    def _percent(self, node: ast.BinOp) -> str:
        if not (isinstance(node.left, ast.Constant) and isinstance(node.left.value, str)):
            raise CannotFollow(node, "the text with % isn't written out")
        values = iter(node.right.elts if isinstance(node.right, ast.Tuple) else [node.right])
        pieces: list[str] = []
        position = 0
        for match in _PERCENT.finditer(node.left.value):
            pieces.append(node.left.value[position : match.start()])
            pieces.append(self._percent_piece(match, node, values))
            position = match.end()
        return "".join(pieces) + node.left.value[position:]

    def _percent_piece(self, match: re.Match[str], node: ast.BinOp, values: Iterator[ast.expr]) -> str:
        if match["percent"]:
            return "%"
        value = next(values, None)
        if match["number"] or (match["text"] and value is not None and self.is_number(value)):
            return HOLE
        raise CannotFollow(node, "what is put into the text isn't surely a number; use %d or %.4f")

    # Names and attributes

    def _of_name(self, node: ast.Name) -> Iterator[Text]:
        bindings = self._tree.bindings(node)
        if not bindings:
            raise CannotFollow(node, f"{node.id} isn't defined here")
        for binding in bindings:
            yield from self._of_binding(node, binding)
        yield from self._of_uses([b.value for b in bindings], list(self._tree.loads(node)), node.id)

    def _of_uses(self, values: list[ast.expr | None], uses: list[ast.expr], name: str) -> Iterator[Text]:
        if all(value is not None and self._is_fixed(value) for value in values):
            return
        for value in values:
            if value is not None and _nests(value):
                raise CannotFollow(value, "a list inside a container may be changed anywhere; use tuples")
        self._tree.spend(len(uses))
        for use in uses:
            yield from self._of_use(use, name)

    def _is_fixed(self, value: ast.expr) -> bool:
        """Whether nothing can be added to the value: a text, a number, or a tuple of such."""
        if isinstance(value, ast.Tuple):
            return all(self._is_fixed(element) for element in value.elts)
        return isinstance(value, ast.Constant) or self._is_plain_text(value)

    def _of_binding(self, node: ast.Name, binding: Binding) -> Iterator[Text]:
        if binding.kind in (BindingKind.ASSIGN, BindingKind.AUGMENT, BindingKind.LOOP) and binding.value is not None:
            yield from self._texts(binding.value)
        elif binding.kind is BindingKind.UNPACK:
            yield from self._unpacked(node, binding)
        elif binding.kind is BindingKind.PARAMETER:
            raise CannotFollow(node, f"{node.id} is a parameter, and may be anything")
        elif binding.kind is not BindingKind.ANNOTATE:
            raise CannotFollow(node, f"{node.id} can't be followed")

    def _unpacked(self, node: ast.Name, binding: Binding) -> Iterator[Text]:
        """``for name, expression in FIELDS.items()`` and ``a, b = x, y``: any element may be the one."""
        statement: ast.AST = binding.node
        while isinstance(self._tree.parent(statement), ast.Tuple | ast.List | ast.Starred):
            statement = self._tree.parent(statement)
        match self._tree.parent(statement):
            case ast.For(iter=value) | ast.comprehension(iter=value) | ast.Assign(value=value):
                yield from self._texts(value)
            case _:
                raise CannotFollow(node, f"{node.id} can't be followed")

    def _of_attribute(self, node: ast.Attribute) -> Iterator[Text]:
        if node.attr in _SET_BY_QLIB:
            raise CannotFollow(node, f"Qlib may set {node.attr} as well")
        if not self._references.is_instance(node.value) and self._references.local_class(node.value) is None:
            raise CannotFollow(node, "it belongs to an object that can't be followed")
        stores = self._own.stores(node.attr)
        getter = self._own.property_of(node.attr)
        if not stores and getter is None:
            raise CannotFollow(node, f"{node.attr} isn't set in this module")
        for value in stores:
            if value is None:
                raise CannotFollow(node, f"{node.attr} is also set where it can't be followed")
            yield from self._texts(value)
        if getter is not None:
            yield from self._returned(getter)
        yield from self._of_uses(stores, list(self._own.uses(node.attr)), node.attr)

    def _of_use(self, use: ast.expr, name: str) -> Iterator[Text]:
        """A list may be changed wherever it is used: what is added is followed, what hands it on is refused."""
        user = self._tree.parent(use)
        match user:
            case ast.Attribute(attr=attr):
                call = self._tree.parent(user)
                if attr in _READING_METHODS:
                    return
                if attr in _GROWING_METHODS and isinstance(call, ast.Call) and call.func is user:
                    for argument in [*call.args, *(k.value for k in call.keywords)]:
                        yield from self._texts(argument)
                    return
                if attr in ("startswith", "endswith", "replace", "format", "join", "split", "strip"):
                    return
            case ast.Subscript(ctx=ast.Store()):
                assigned = self._tree.parent(user)
                if isinstance(assigned, ast.Assign) and user in assigned.targets:
                    yield from self._texts(assigned.value)
                    return
            case ast.Subscript() | ast.Compare() | ast.For() | ast.comprehension() | ast.Starred() | ast.BinOp():
                return
            case ast.FormattedValue() | ast.If() | ast.UnaryOp() | ast.AugAssign() | ast.Expr():
                return
            case ast.IfExp(test=test) if test is use:
                return
            case ast.IfExp() | ast.BoolOp() | ast.NamedExpr():
                yield from self._of_use(user, name)
                return
            case ast.Call() | ast.keyword() if self._is_reading_call(user):
                return
            case ast.Assign(targets=targets) if all(self._is_columns(t) for t in targets):
                return
        raise CannotFollow(use, f"{name} is handed on here, where it may be changed")

    def _is_reading_call(self, user: ast.AST) -> bool:
        call = self._tree.parent(user) if isinstance(user, ast.keyword) else user
        if not isinstance(call, ast.Call):
            return False
        if isinstance(call.func, ast.Attribute):
            return call.func.attr in _READING_FUNCTIONS and not self._own.is_method(call.func.attr)
        found = self._references.of(call.func)
        return all(isinstance(r, Builtin) and r.name in _READING_CALLS for r in found)

    @staticmethod
    def _is_columns(target: ast.expr) -> bool:
        return isinstance(target, ast.Attribute) and target.attr in ("columns", "index", "names", "name")

    # Calls

    def _of_call(self, node: ast.Call) -> Iterator[Text]:
        function = node.func
        if isinstance(function, ast.Name):
            found = self._references.of(function)
            if all(isinstance(r, Builtin) for r in found) and function.id in _READING_CALLS - {"len", "range"}:
                for argument in node.args:
                    yield from self._texts(argument)
                return
            if self._tree.is_builtin(function, "str") and len(node.args) == 1 and self.is_number(node.args[0]):
                yield Text(HOLE, node)
                return
            if len(found) == 1 and isinstance(found[0], LocalFunction):
                yield from self._returned(found[0].node)
                return
        if isinstance(function, ast.Attribute):
            if function.attr in ("values", "items", "copy", "keys", "get"):
                yield from self._texts(function.value)
                return
            if function.attr == "format":
                yield Text(self._formatted(node, function), node)
                return
            method = self._own.method(function.attr) if self._references.is_instance(function.value) else None
            if method is not None:
                yield from self._returned(method)
                return
        raise CannotFollow(node, "it is the result of a call")

    def _returned(self, function: ast.FunctionDef | ast.Lambda) -> Iterator[Text]:
        if isinstance(function, ast.Lambda):
            yield from self._texts(function.body)
            return
        for node in ast.walk(function):
            if isinstance(node, ast.Yield | ast.YieldFrom):
                raise CannotFollow(node, "it is made by a generator")
            if isinstance(node, ast.Return) and node.value is not None:
                yield from self._texts(node.value)

    def _formatted(self, node: ast.Call, function: ast.Attribute) -> str:
        template = function.value
        if not (isinstance(template, ast.Constant) and isinstance(template.value, str)):
            raise CannotFollow(node, "the text with {} isn't written out")
        named = {k.arg: k.value for k in node.keywords}
        pieces: list[str] = []
        for index, (literal, name, spec, conversion) in enumerate(Formatter().parse(template.value)):
            pieces.append(literal)
            if name is not None:
                value = named.get(name) or (
                    node.args[int(name or index)]
                    if (name or "0").isdigit() and int(name or index) < len(node.args)
                    else None
                )
                known = value is not None and not spec and self.is_number(value)
                if conversion or not (known or NUMBER_FORMAT.fullmatch(spec or "")):
                    raise CannotFollow(node, "what is put into the text isn't surely a number; format it with :d")
                pieces.append(HOLE)
        return "".join(pieces)

    # Numbers

    def is_number(self, node: ast.expr) -> bool:
        """Whether the value is surely a number of Python's own (or the code raises)."""
        self._tree.spend()
        if node in self._active:
            return True
        if len(self._active) > _MAX_STEPS:
            return False
        self._active.add(node)
        try:
            return self._is_number(node)
        finally:
            self._active.discard(node)

    def _is_number(self, node: ast.expr) -> bool:
        match node:
            case ast.Constant(value=value):
                return isinstance(value, int | float)
            case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
                return self.is_number(operand)
            case ast.BinOp(left=left, right=right):
                return self.is_number(left) and self.is_number(right)
            case ast.IfExp(body=body, orelse=orelse):
                return self.is_number(body) and self.is_number(orelse)
            case ast.Call(func=ast.Name() as function, args=arguments):
                if self._references.of(function) in ((Builtin("int"),), (Builtin("float"),), (Builtin("len"),)):
                    return True
                safe = self._references.of(function) in ((Builtin("max"),), (Builtin("min"),), (Builtin("abs"),))
                return safe and bool(arguments) and all(self.is_number(a) for a in arguments) and not node.keywords
            case ast.Name():
                bindings = self._tree.bindings(node)
                return bool(bindings) and all(self._binds_number(b) for b in bindings)
            case ast.Attribute():
                stores = self._own.stores(node.attr)
                known = self._references.is_instance(node.value) and self._own.property_of(node.attr) is None
                return known and bool(stores) and all(s is not None and self.is_number(s) for s in stores)
        return False

    def _binds_number(self, binding: Binding) -> bool:
        value = binding.value
        if value is None:
            return False
        if binding.kind in (BindingKind.ASSIGN, BindingKind.AUGMENT):
            return self.is_number(value)
        return binding.kind is BindingKind.LOOP and self._yields_numbers(value)

    def _yields_numbers(self, node: ast.expr) -> bool:
        match node:
            case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
                return all(self.is_number(p) for p in parts)
            case ast.Call(func=function):
                return self._tree.is_builtin(function, "range")
            case ast.Name():
                return self._names_numbers(node)
        return False

    def _names_numbers(self, node: ast.Name) -> bool:
        bindings = self._tree.bindings(node)
        values = [b.value for b in bindings if b.kind is BindingKind.ASSIGN]
        shown = [v for v in values if isinstance(v, ast.List | ast.Tuple) and self._yields_numbers(v)]
        if not bindings or len(shown) != len(bindings):
            return False
        try:
            return not list(self._of_uses(values, list(self._tree.loads(node)), node.id))
        except CannotFollow:
            return False


def _nests(value: ast.expr) -> bool:
    """Whether a container holds containers that can be changed."""
    parts = value.values if isinstance(value, ast.Dict) else getattr(value, "elts", [])
    return any(isinstance(n, ast.List | ast.Dict | ast.Set | ast.ListComp) for part in parts for n in ast.walk(part))
