"""Following values to the texts that they are: what can't be followed is refused, with the reason."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, product

from codegen_core.safety.changes import READING_CALLS, Changes
from codegen_core.safety.expressions import HOLE
from codegen_core.safety.library import Member
from codegen_core.safety.members import OwnMembers
from codegen_core.safety.numbers import SET_BY_QLIB, Numbers
from codegen_core.safety.ownership import MADE_ANEW, has_one_name, is_rest, maker_of
from codegen_core.safety.references import Builtin, LocalFunction, References
from codegen_core.safety.rows import Rows
from codegen_core.safety.shapes import Shapes
from codegen_core.safety.texts import CannotFollow, Text, format_text, formats_number, not_a_number, percent_text
from codegen_core.safety.tree import Binding, BindingKind, FunctionNode, ModuleTree

_MAX_TEXTS = 4000
_MAX_STEPS = 60
_ELEMENTS = frozenset({BindingKind.LOOP, BindingKind.UNPACK})
_PASSING_CALLS = READING_CALLS - {"len", "range"}
_MAX_BITS = 64
_PAIRING_CALLS = frozenset({"zip", "enumerate"})
_CHOOSING_CALLS = frozenset({"max", "min"})


@dataclass(frozen=True, slots=True)
class Part:
    """What of a value is asked for.

    Attributes:
        values: Of a dictionary its values alone, not its keys.
        depth: How many containers deep it is taken out: a text met before is itself taken apart, which is refused,
            since any text can be put together from the letters of another.
    """

    values: bool = False
    depth: int = 0

    def element(self) -> Part:
        """What to ask of a container for the same part of its elements."""
        return Part(values=False, depth=self.depth + 1)

    def inside(self) -> Part:
        """What to ask of an element of a container."""
        return Part(values=False, depth=max(self.depth - 1, 0))


_WHOLE = Part()


class Following:
    """Follows expressions of one module to texts.

    A value that holds texts stands for all of them: a list for its elements, a dictionary for its keys and values, but
    for its values alone where only they are taken out.
    """

    def __init__(self, tree: ModuleTree, references: References, own: OwnMembers) -> None:
        """Takes what is known about the module."""
        self._tree, self._references, self._own = tree, references, own
        self._numbers = Numbers(tree, references, own)
        self._shapes = Shapes(tree, references, own)
        self._changes = Changes(tree, references, own, self._texts)
        self._rows = Rows(tree, references, own, self._shapes)
        self._active: set[ast.expr] = set()
        self._count = 0

    def is_number(self, node: ast.expr) -> bool:
        """Whether the value is surely a number of Python's own (or the code raises)."""
        return self._numbers.is_number(node)

    def texts(self, node: ast.expr) -> list[Text]:
        """Returns every text that the value, or an element of it, may be.

        Raises:
            CannotFollow: Where it may be something that isn't written out.
        """
        self._count = 0
        return list(self._texts(node))

    def _texts(self, node: ast.expr, part: Part = _WHOLE) -> Iterator[Text]:
        self._tree.spend()
        if node in self._active:
            return
        if len(self._active) > _MAX_STEPS:
            raise CannotFollow(node, "it goes through too many steps")
        self._active.add(node)
        try:
            for text in self._texts_of(node, part):
                self._count += 1
                if self._count > _MAX_TEXTS:
                    raise CannotFollow(node, "it may be too many texts")
                yield text
        finally:
            self._active.discard(node)

    def _owned(self, value: ast.expr, part: Part) -> Iterator[Text]:
        """A value under a name: where it can be changed, its name must be the only one that it goes by."""
        if not self._shapes.is_fixed(value) and not has_one_name(self._tree, value) and not self.is_number(value):
            raise CannotFollow(value, "it goes by two names, and may be changed by either")
        return self._texts(value, part)

    def _each(self, nodes: Iterable[ast.expr | None], part: Part = _WHOLE) -> Iterator[Text]:
        for node in nodes:
            if node is not None:
                yield from self._texts(node, part)

    def _texts_of(self, node: ast.expr, part: Part) -> Iterator[Text]:
        match node:
            case ast.Constant(value=str()) | ast.JoinedStr() if part.depth:
                raise CannotFollow(node, "a text is taken apart")
            case ast.Constant(value=value):
                return iter([Text(value, node)] if isinstance(value, str) else [])
            case ast.IfExp(body=body, orelse=orelse):
                return self._each([body, orelse], part)
            case ast.BoolOp(values=parts):
                return self._each(parts, part)
            case ast.NamedExpr(value=value):
                return self._owned(value, part)
            case ast.JoinedStr():
                return self._joined(node)
            case ast.BinOp():
                return self._combined(node, part)
            case ast.Name():
                return self._of_name(node, part)
            case ast.Attribute():
                return self._of_attribute(node, part)
            case ast.Call():
                return self._of_call(node, part)
        return self._held(node, part)

    def _held(self, node: ast.expr, part: Part) -> Iterator[Text]:
        """What a container holds, or what is taken out of one."""
        match node:
            case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
                return self._each(parts, part.inside())
            case ast.Dict(keys=keys, values=values):
                spread = [v for k, v in zip(keys, values, strict=True) if k is None]
                shown = [
                    *([] if part.values else keys),
                    *(v for k, v in zip(keys, values, strict=True) if k is not None),
                ]
                return chain(self._each(shown, part.inside()), self._each(spread, part))
            case ast.Starred(value=value):
                return self._texts(value, part.element())
            case ast.Subscript(value=value, slice=ast.Slice()):
                return self._texts(value, Part(part.values, max(part.depth, 1)))
            case ast.Subscript(value=value):
                return self._texts(value, Part(values=True, depth=part.depth + 1))
            case ast.ListComp(elt=element) | ast.GeneratorExp(elt=element) | ast.SetComp(elt=element):
                return self._texts(element, part.inside())
            case ast.DictComp(key=key, value=value):
                return self._each([value] if part.values else [key, value], part.inside())
        raise CannotFollow(node, "it is computed")

    # Texts made of others

    def _joined(self, node: ast.JoinedStr) -> Iterator[Text]:
        for choice in product(*(self._pieces(part) for part in node.values)):
            yield Text("".join(choice), node)

    def _pieces(self, part: ast.expr) -> list[str]:
        """Everything that a part of an f-string may be."""
        if isinstance(part, ast.Constant):
            return [str(part.value)]
        assert isinstance(part, ast.FormattedValue)
        if formats_number(part):
            is_negated = isinstance(part.value, ast.UnaryOp) and isinstance(part.value.op, ast.USub)
            return [self._shown(part.value) or (f"-{HOLE}" if is_negated else HOLE)]
        if part.conversion == -1 and part.format_spec is None:
            if self.is_number(part.value):
                return [self._shown(part.value) or HOLE]
            if self._shapes.is_text(part.value):
                return sorted({text.value for text in self._texts(part.value)})
        raise not_a_number(part.value)

    def _shown(self, node: ast.expr) -> str | None:
        """The text of a number, or where only its sign is known a hole behind it; None where it can't be one."""
        known = node
        bindings = self._tree.bindings(node) if isinstance(node, ast.Name) else ()
        if len(bindings) == 1 and bindings[0].kind is BindingKind.ASSIGN and bindings[0].value is not None:
            known = bindings[0].value
        match known:
            case ast.Constant(value=int() as value) if not isinstance(value, bool) and value.bit_length() < _MAX_BITS:
                return str(value)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                inner = self._shown(operand)
                return f"-{inner}" if inner is not None else None if not self.is_number(operand) else f"-{HOLE}"
        return HOLE if self.is_number(node) else None

    def _combined(self, node: ast.BinOp, part: Part) -> Iterator[Text]:
        if part.depth and self._shapes.is_text(node):
            raise CannotFollow(node, "a text is taken apart")
        if isinstance(node.op, ast.Mod):
            yield Text(percent_text(node, self._shown), node)
            return
        if not isinstance(node.op, ast.Add):
            raise CannotFollow(node, "it is computed")
        left, right = list(self._texts(node.left, part)), list(self._texts(node.right, part))
        if not self._shapes.is_text(node):
            yield from left  # Two lists, one put after the other.
            yield from right
        if not (self._shapes.is_sequence(node.left) or self._shapes.is_sequence(node.right)):
            for first in left:
                yield from (Text(first.value + second.value, node) for second in right)

    # Names and attributes

    def _of_name(self, node: ast.Name, part: Part) -> Iterator[Text]:
        bindings = self._tree.bindings(node)
        if not bindings:
            raise CannotFollow(node, f"{node.id} isn't defined here")
        for binding in bindings:
            yield from self._of_binding(node, binding, part)
        taken = (self._tree.taken_from(b) for b in bindings if b.kind in _ELEMENTS and not self._rows.returned(b))
        self._changes.refuse_nested(taken)
        values = [b.value for b in bindings if b.kind not in _ELEMENTS and b.value is not None]
        values += [part for b in bindings for part in self._rows.returned(b)]
        if any(is_rest(self._tree, b.node) for b in bindings):
            raise CannotFollow(node, f"{node.id} is a list of what * left over; write it out")
        if not all(self._shapes.is_fixed(value) for value in values):
            yield from self._changes.added(values, self._tree.loads(node), node.id, maker=maker_of(self._tree, node))

    def _of_binding(self, node: ast.Name, binding: Binding, part: Part) -> Iterator[Text]:
        match binding.kind:
            case BindingKind.ASSIGN | BindingKind.AUGMENT if binding.value is not None:
                yield from self._owned(binding.value, part)
            case BindingKind.LOOP if binding.value is not None:
                yield from self._texts(binding.value, part.element())
            case BindingKind.UNPACK:
                yield from self._unpacked(node, binding, part)
            case BindingKind.PARAMETER:
                raise CannotFollow(node, f"{node.id} is a parameter, and may be anything")
            case kind if kind is not BindingKind.ANNOTATE:
                raise CannotFollow(node, f"{node.id} can't be followed")

    def _unpacked(self, node: ast.Name, binding: Binding, part: Part) -> Iterator[Text]:
        """``a, b = x, y``, ``for a, b in pairs``: any element may be the one; of items() the second is a value."""
        value = self._tree.taken_from(binding)
        if value is None:
            raise CannotFollow(node, f"{node.id} can't be followed")
        if returned := self._rows.returned(binding):
            return self._each(returned, part)
        if (column := self._rows.column(binding, self._changes)) is not None:
            return self._each(column, part.inside() if self._rows.is_transposed(value) else part)
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr == "items":
            pair = self._tree.parent(binding.node)
            is_second = isinstance(pair, ast.Tuple) and pair.elts[1:2] == [binding.node]
            return self._texts(value.func.value, Part(values=is_second, depth=part.depth + 1))
        looped = isinstance(self._tree.parent(value), ast.For | ast.comprehension)
        return self._texts(value, part.element().element() if looped else part.element())

    def _of_attribute(self, node: ast.Attribute, part: Part) -> Iterator[Text]:
        if not self._references.is_instance(node.value) and self._references.local_class(node.value) is None:
            raise CannotFollow(node, "it belongs to an object that can't be followed")
        if self._own.is_given(node.attr):
            raise CannotFollow(node, f"{node.attr} may be what a base class makes of it")
        if self._own.is_method(node.attr):
            yield from self._returned(node, self._own.method(node.attr), part)
            return
        stores = self._own.stores(node.attr)
        if not stores or node.attr in SET_BY_QLIB:
            raise CannotFollow(node, f"{node.attr} isn't set in this module alone")
        self._tree.spend(len(stores))
        values = [value for value in stores if value is not None]
        if len(values) != len(stores):
            raise CannotFollow(node, f"{node.attr} is also set where it can't be followed")
        for value in values:
            yield from self._owned(value, part)
        if not all(self._shapes.is_fixed(value) for value in values):
            yield from self._changes.added(values, self._own.uses(node.attr), node.attr, maker=None)

    # Calls

    def _of_call(self, node: ast.Call, part: Part) -> Iterator[Text]:
        if isinstance(node.func, ast.Attribute):
            return self._of_method(node, node.func, part)
        found = self._references.of(node.func)
        if len(found) == 1 and isinstance(found[0], LocalFunction):
            return self._returned(node, found[0].node, part)
        if all(isinstance(r, Builtin) and r.name in _PASSING_CALLS for r in found):
            return self._passed(node, {r.name for r in found if isinstance(r, Builtin)}, part)
        if self._tree.is_builtin(node.func, "str") and len(node.args) == 1 and self.is_number(node.args[0]):
            return iter([Text(self._shown(node.args[0]) or HOLE, node)])
        raise CannotFollow(node, "it is the result of a call")

    def _passed(self, node: ast.Call, names: set[str], part: Part) -> Iterator[Text]:
        """What a built-in function that hands on what it is given returns."""
        if names & _PAIRING_CALLS:
            return self._each(node.args, part.inside())
        if names & _CHOOSING_CALLS and len(node.args) == 1:
            return self._texts(node.args[0], part.element())
        made = (k.value for k in node.keywords if "dict" in names)
        return chain(self._each(node.args, part), self._each(made, part.inside()))

    def _of_method(self, node: ast.Call, function: ast.Attribute, part: Part) -> Iterator[Text]:
        if self._references.is_instance(function.value) and self._own.is_method(function.attr):
            if self._own.is_given(function.attr):
                raise CannotFollow(node, f"{function.attr} may be a method of a base class")
            return self._returned(node, self._own.method(function.attr), part)
        match function.attr:
            case "values":
                return self._texts(function.value, Part(values=True, depth=part.depth))
            case "get":
                taken = self._texts(function.value, Part(values=True, depth=part.depth + 1))
                return chain(taken, self._each(node.args[1:], part))
            case "items":
                return self._texts(function.value, part.inside())
            case "copy" | "keys":
                return self._texts(function.value, part)
            case "format" if part.depth:
                raise CannotFollow(node, "a text is taken apart")
            case "format":
                return iter([Text(format_text(node, function.value, self._shown), node)])
        raise CannotFollow(node, "it is the result of a call")

    def _returned(self, node: ast.expr, function: FunctionNode | None, part: Part) -> Iterator[Text]:
        if isinstance(function, ast.Lambda):
            return self._texts(function.body, part)
        if function is None or not all(self._keeps_result(d) for d in function.decorator_list):
            raise CannotFollow(node, "more than one definition, or a decorator, decides what it returns")
        found = list(ast.walk(function))
        self._tree.spend(len(found))
        if any(isinstance(n, ast.Yield | ast.YieldFrom) for n in found):
            raise CannotFollow(node, "it is made by a generator")
        results = [n.value for n in found if isinstance(n, ast.Return) and n.value is not None]
        if any(self._keeps_between_calls(d) for d in function.decorator_list):
            self._refuse_kept(node, results)
        return self._each(results, part)

    def _keeps_between_calls(self, decorator: ast.expr) -> bool:
        named = decorator.func if isinstance(decorator, ast.Call) else decorator
        return any(isinstance(r, Member) and r.path.startswith("functools.") for r in self._references.of(named))

    def _refuse_kept(self, node: ast.expr, results: list[ast.expr]) -> None:
        """Whoever calls a function that keeps its result gets the same list, and may change it for all."""
        for value in results:
            is_tuple = isinstance(value, ast.Call) and self._tree.is_builtin(value.func, "tuple")
            if not is_tuple and not self._shapes.is_fixed(value):
                raise CannotFollow(node, "its result is kept between calls, and may be changed; return a tuple")

    def _keeps_result(self, decorator: ast.expr) -> bool:
        """Whether each call of a function so decorated makes its result anew, as the function does."""
        return all(
            isinstance(r, Builtin) or (isinstance(r, Member) and r.path in MADE_ANEW)
            for r in self._references.of(decorator)
        )
