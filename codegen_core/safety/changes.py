"""Containers may be changed wherever they are used: what is added is followed, what hands them on is refused."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence

from codegen_core.safety.library import Member
from codegen_core.safety.members import OwnMembers
from codegen_core.safety.references import Builtin, LocalFunction, References
from codegen_core.safety.texts import CannotFollow, Text
from codegen_core.safety.tree import BindingKind, ModuleTree

READING_CALLS = frozenset({"len", "list", "tuple", "zip", "enumerate", "sorted", "dict", "set", "range", "max", "min"})
_SHOWING_CALLS = frozenset({"print", "str", "repr", "bool"})
_LOGGING = frozenset({"debug", "info", "warning", "error"})
_LOGGERS = frozenset({"logging.getLogger", "qlib.log.get_module_logger"})
_READING_METHODS = frozenset({"items", "keys", "values", "index", "count", "copy", "get"})
_GROWING_METHODS = frozenset({"append", "extend", "insert", "update", "setdefault"})
_TEXT_METHODS = frozenset({"startswith", "endswith", "replace", "format", "join", "split", "strip"})
_READING_FUNCTIONS = frozenset({"features", "set_axis", "DataFrame", "Index", "join", "reindex", "isin", "array"})
_LABELS = frozenset({"columns", "index", "names", "name"})
_CONTAINERS = ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp

_NESTED = "a list inside a container may be changed anywhere; use tuples"

Follow = Callable[[ast.expr], Iterator[Text]]


class Changes:
    """Finds what is put into containers of one module."""

    def __init__(self, tree: ModuleTree, references: References, own: OwnMembers, follow: Follow) -> None:
        """Takes what is known about the module, and how to follow what is put in."""
        self._tree, self._references, self._own, self._follow = tree, references, own, follow
        self._labels: dict[str, bool] = {}

    def added(
        self, values: Sequence[ast.expr], uses: Sequence[ast.expr], name: str, *, maker: ast.AST | None
    ) -> Iterator[Text]:
        """Yields what is put into the containers ``values`` by the uses of their name.

        Args:
            maker: The function of which each call makes the containers anew, so that it may return them, alone or
                beside others, or None.

        Raises:
            CannotFollow: Where a use may hand a container on to be changed elsewhere.
        """
        self.refuse_nested(values)
        self._tree.spend(len(uses))
        alone = maker is not None and all(self._tree.enclosing_function(use) is maker for use in uses)
        for use in uses:
            user = self._tree.parent(use)
            if not (alone and self._is_returned(user)):
                yield from self._of_use(use, user, name)

    def _is_returned(self, user: ast.AST) -> bool:
        if isinstance(user, ast.Tuple) and isinstance(self._tree.parent(user), ast.Return):
            function = self._tree.enclosing_function(user)
            return isinstance(function, ast.FunctionDef) and self._is_always_unpacked(function, len(user.elts))
        return isinstance(user, ast.Return)

    def _is_always_unpacked(self, function: ast.FunctionDef, length: int) -> bool:
        """Whether what the function returns is nowhere kept in one piece."""
        results = [n.value for n in self._tree.inside(function) if isinstance(n, ast.Return)]
        if not all(isinstance(r, ast.Tuple) and is_row(r, length) and is_distinct(r) for r in results):
            return False
        uses = [*self._tree.uses_of(function), *self._own.uses(function.name)]
        self._tree.spend(len(uses))
        return all(self._is_unpacked(use, length) for use in uses)

    def _is_unpacked(self, use: ast.expr, length: int) -> bool:
        call = self._tree.parent(use)
        if not isinstance(call, ast.Call) or call.func is not use:
            return False
        match self._tree.parent(call):
            case ast.Assign(targets=[ast.Tuple(elts=names)]):
                return len(names) == length and all(isinstance(name, ast.Name) for name in names)
        return False

    def refuse_nested(self, values: Iterable[ast.expr | None]) -> None:
        """Refuses containers that hold others.

        Raises:
            CannotFollow: Where one does.
        """
        for value in values:
            if value is not None and self._nests(value):
                raise CannotFollow(value, _NESTED)

    def _of_use(self, use: ast.expr, user: ast.AST, name: str) -> Iterator[Text]:
        match user:
            case ast.Attribute() if self._is_growing(user):
                yield from self._put_in(user)
            case ast.Subscript(ctx=ast.Store(), value=value) if value is use and isinstance(
                self._tree.parent(user), ast.Assign
            ):
                yield from self._set_item(user)
            case ast.IfExp(body=body, orelse=orelse) if use in (body, orelse):
                yield from self._of_use(user, self._tree.parent(user), name)
            case ast.BoolOp():
                yield from self._of_use(user, self._tree.parent(user), name)
            case ast.Subscript(slice=key) if key is use and self._own.is_method("__getitem__"):
                raise CannotFollow(use, f"{name} is handed to __getitem__ here, where it may be changed")
            case _ if not self._only_reads(user):
                raise CannotFollow(
                    use, f"{name} is handed on here, where it may be changed; build it in the function that reads it"
                )

    def _only_reads(self, user: ast.AST) -> bool:
        match user:
            case ast.Attribute(attr=attr):
                return attr in _READING_METHODS or attr in _TEXT_METHODS
            case ast.Compare() | ast.BinOp() | ast.AugAssign():
                return not self._own.has_operators
            case ast.Subscript(ctx=ast.Load()) | ast.For() | ast.comprehension() | ast.Starred():
                return True
            case ast.FormattedValue() | ast.If() | ast.IfExp() | ast.UnaryOp():
                return True
            case ast.Call() | ast.keyword():
                return self._is_reading_call(user)
            case ast.Assign(targets=targets):
                return all(isinstance(t, ast.Attribute) and self._is_label(t.attr) for t in targets)
        return False

    def _is_label(self, name: str) -> bool:
        """Whether setting the attribute labels a frame, which copies its labels; an own object would keep the list."""
        if name not in self._labels:
            uses = self._own.uses(name)
            self._tree.spend(len(uses))
            plain = name in _LABELS and not self._own.defines(name)
            self._labels[name] = plain and all(map(self._reads_label, uses))
        return self._labels[name]

    def _reads_label(self, use: ast.expr) -> bool:
        user = self._tree.parent(use)
        match user:
            case ast.Subscript(ctx=ast.Load()) | ast.For() | ast.comprehension() | ast.Starred():
                return True
            case ast.Compare():
                return not self._own.has_operators
            case ast.Attribute(attr=attr):
                return attr not in _GROWING_METHODS and not self._own.sets(attr)
            case ast.Call(func=function):
                own = isinstance(function, ast.Attribute) and self._own.sets(function.attr)
                return not own and all(isinstance(r, Builtin | Member) for r in self._references.of(function))
        return False

    def _is_reading_call(self, user: ast.AST) -> bool:
        call = self._tree.parent(user) if isinstance(user, ast.keyword) else user
        if not isinstance(call, ast.Call):
            return False
        if isinstance(call.func, ast.Attribute):
            is_librarys = self._references.is_qlib_data(call.func.value) or not self._own.sets(call.func.attr)
            return (call.func.attr in _READING_FUNCTIONS and is_librarys) or self._logs(call.func)
        if call is not user:
            return False  # dict(a=x) keeps x itself.
        found = self._references.of(call.func)
        alone = len(call.args) == 1 or not self._own.has_operators
        if all(isinstance(r, Builtin) and r.name in _SHOWING_CALLS for r in found):
            return True
        return alone and all(isinstance(r, Builtin) and r.name in READING_CALLS for r in found)

    def _logs(self, function: ast.Attribute) -> bool:
        """Whether the call writes to the log, by a name that is surely a logger."""
        bindings = self._tree.bindings(function.value) if isinstance(function.value, ast.Name) else ()
        made = [b.value for b in bindings if b.kind is BindingKind.ASSIGN and isinstance(b.value, ast.Call)]
        found = [self._references.member(call.func) for call in made if isinstance(call, ast.Call)]
        known = bool(made) and len(made) == len(bindings)
        return known and function.attr in _LOGGING and all(r is not None and r.path in _LOGGERS for r in found)

    def _is_growing(self, user: ast.Attribute) -> bool:
        call = self._tree.parent(user)
        return user.attr in _GROWING_METHODS and isinstance(call, ast.Call) and call.func is user

    def _put_in(self, user: ast.Attribute) -> Iterator[Text]:
        call = self._tree.parent(user)
        assert isinstance(call, ast.Call)
        for argument in [*call.args, *(k.value for k in call.keywords)]:
            self._refuse_containers(argument, user.attr in ("extend", "update"))
            yield from self._follow(argument)

    def _set_item(self, user: ast.Subscript) -> Iterator[Text]:
        assigned = self._tree.parent(user)
        assert isinstance(assigned, ast.Assign)
        self._refuse_containers(assigned.value, isinstance(user.slice, ast.Slice))
        yield from self._follow(assigned.value)
        if not isinstance(user.slice, ast.Slice):
            yield from self._follow(user.slice)

    def _refuse_containers(self, value: ast.expr, spread: bool) -> None:
        """What is put in may not be a container itself; where its elements are put in, they may not."""
        if self._nests(value) or (not spread and _may_hold(value)):
            raise CannotFollow(value, _NESTED)

    def _nests(self, value: ast.expr) -> bool:
        """Whether a value holds containers that can be changed."""
        self._tree.spend()
        match value:
            case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts) | ast.Dict(values=parts):
                return any(isinstance(n, _CONTAINERS) for part in parts for n in ast.walk(part))
            case ast.ListComp(elt=element) | ast.SetComp(elt=element) | ast.DictComp(value=element):
                return any(isinstance(n, _CONTAINERS) for n in ast.walk(element))
            case ast.BinOp(left=left, right=right) | ast.IfExp(body=left, orelse=right):
                return self._nests(left) or self._nests(right)
            case ast.BoolOp(values=parts):
                return any(self._nests(part) for part in parts)
            case ast.Subscript(value=inner) | ast.NamedExpr(value=inner) | ast.Starred(value=inner):
                return self._nests(inner)
            case ast.Call():
                return self._call_nests(value)
        return False

    def _call_nests(self, call: ast.Call) -> bool:
        found = self._references.of(call.func)
        if len(found) == 1 and isinstance(found[0], LocalFunction):
            returns = [n.value for n in ast.walk(found[0].node) if isinstance(n, ast.Return) and n.value is not None]
            self._tree.spend(len(returns))
            return any(self._nests(value) for value in returns if not isinstance(value, ast.Call))
        inside = any(isinstance(k.value, _CONTAINERS) for k in call.keywords)
        return inside or any(self._nests(argument) for argument in call.args)


def _may_hold(value: ast.expr) -> bool:
    """Whether a value may be a container of its own, as it stands."""
    match value:
        case ast.IfExp(body=left, orelse=right):
            return _may_hold(left) or _may_hold(right)
        case ast.BoolOp(values=parts):
            return any(map(_may_hold, parts))
        case ast.NamedExpr(value=inner) | ast.Subscript(value=inner):
            return _may_hold(inner)
    return isinstance(value, _CONTAINERS | ast.Call)


def is_row(row: ast.Tuple, length: int) -> bool:
    """Whether a tuple is written out with so many parts."""
    return len(row.elts) == length and not any(isinstance(part, ast.Starred) for part in row.elts)


def is_distinct(row: ast.Tuple) -> bool:
    """Whether no name stands in the tuple twice, so that none of its parts is another one too."""
    names = [part.id for part in row.elts if isinstance(part, ast.Name)]
    return len(names) == len(set(names))
