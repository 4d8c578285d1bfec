"""What calls and operators run at the top of a module: library functions on a list, and code of the module's own."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cached_property

from codegen_core.safety.library import Member, MemberKind, builtins_by_kind, words
from codegen_core.safety.loops import ARRAYS, MAX_STEPS, size_of_array, steps_of, whole_number
from codegen_core.safety.policy import Policy
from codegen_core.safety.references import Builtin, LocalClass, LocalFunction, Unknown
from codegen_core.safety.tree import COMPREHENSIONS

_LIBRARY_CALLS = words(
    "collections.namedtuple collections.OrderedDict collections.defaultdict collections.deque",
    "collections.Counter typing.NewType typing.TypeVar typing.ParamSpec typing.cast dataclasses.field",
    "datetime.date datetime.datetime datetime.time datetime.timedelta datetime.timezone decimal.Decimal",
    "fractions.Fraction logging.getLogger qlib.log.get_module_logger numpy.array numpy.asarray numpy.float64",
    "numpy.float32 numpy.int64 numpy.dtype numpy.timedelta64 numpy.datetime64 numpy.sqrt numpy.log numpy.exp",
    "math.sqrt math.log math.exp math.log2 math.log10 pandas.Timestamp pandas.Timedelta pandas.DataFrame",
    "pandas.Series pandas.Index pandas.DateOffset pandas.offsets.BDay pandas.tseries.offsets.BDay enum.auto",
    "operator.itemgetter functools.partial functools.lru_cache functools.wraps warnings.filterwarnings",
    "warnings.simplefilter dataclasses.dataclass numpy.random.default_rng random.Random",
)
_BUILTIN_CALLS = words(
    "bool complex dict enumerate float frozenset int len list max min object reversed round set sorted str",
    "sum tuple zip abs property staticmethod classmethod range super",
)
_TEXT_METHODS = frozenset(
    {"format", "join", "split", "upper", "lower", "strip", "items", "keys", "values", "copy", "append"}
    | {"startswith", "endswith"}
)


_DATES = words("datetime.datetime.strptime datetime.datetime.fromisoformat datetime.date.fromisoformat")
_SMALL_CALLS = frozenset(path for path in _LIBRARY_CALLS if path.startswith(("math.", "datetime.", "decimal.")))
_ITERTOOLS = words("itertools.product itertools.chain itertools.pairwise itertools.accumulate itertools.islice")
_CREATION = words("__init__ __post_init__")
_ARITHMETIC = words("__add__ __sub__ __mul__ __truediv__ __radd__ __rsub__ __rmul__ __neg__ __abs__")
_ORDER = words("__eq__ __ne__ __lt__ __le__ __gt__ __ge__ __contains__ __hash__ __iter__ __len__ __next__")
_SHOWN = words("__repr__ __str__")
_TRUTH = words("__bool__ __len__")
_CONTAINER = words("__getitem__ __setitem__ __iter__ __next__ __len__ __contains__ __reversed__ __hash__ __eq__")
_RUNS: dict[type[ast.AST], frozenset[str]] = {
    **dict.fromkeys((ast.BinOp, ast.AugAssign), _ARITHMETIC),
    **dict.fromkeys((ast.If, ast.IfExp, ast.BoolOp), _TRUTH),
    **dict.fromkeys((ast.Subscript, ast.For, ast.comprehension, ast.Starred, ast.Assign), _CONTAINER),
    **dict.fromkeys((ast.Compare, ast.Set, ast.Dict), _ORDER),
    ast.UnaryOp: _ARITHMETIC | _TRUTH,
    ast.FormattedValue: _SHOWN,
    ast.Call: _ARITHMETIC | _ORDER | _SHOWN | _TRUTH | _CONTAINER,
}
"""Special methods that Python may run for a node."""

_MAX_EXPONENT = 4
_MAX_DIGITS = 400
_EXPONENTS = words("decimal.Decimal fractions.Fraction")
_SMALL_NUMBER = re.compile(r"[+-]?\d{1,40}(?:[./]\d{1,40})?(?:[eE][+-]?\d{1,2})?")
_KEYED = words("sorted min max")


class OwnCode:
    """Tells whether code of one module's own that may run at import is bounded."""

    def __init__(self, policy: Policy) -> None:
        """Takes what is known about the module, and its methods that may work without bound."""
        self._policy = policy

    @cached_property
    def _unbounded(self) -> frozenset[str]:
        """Names of special methods and properties of the module's own that may work without bound."""
        methods = (function for node in self._policy.classes for function in _methods(node))
        implicit = (m for m in methods if m.name.startswith("__") or m.decorator_list)
        return frozenset(method.name for method in implicit if not self._is_bounded(method))

    def is_cheap(self, node: ast.Call) -> bool:
        """Whether a call at the top of a module does little."""
        policy = self._policy
        if isinstance(node.func, ast.Attribute) and node.func.attr in _TEXT_METHODS:
            own = policy.own.method(node.func.attr)
            return not policy.own.sets(node.func.attr) or (own is not None and self._is_bounded(own))
        if self._is_made_of_literals(node):
            return True
        owner = policy.references.local_class(node.func)
        if owner is not None:
            return self._is_cheaply_made(owner)
        if policy.tree.is_builtin(node.func, "range"):
            return steps_of(policy, node) <= MAX_STEPS
        if policy.tree.is_builtin(node.func, "round") and not self._rounds_little(node):
            return False
        return self._takes_cheap_functions(node) and all(
            (isinstance(r, Member) and self._is_cheap_member(r, node))
            or (isinstance(r, Builtin) and r.name in _BUILTIN_CALLS)
            for r in policy.references.of(node.func)
        )

    def _rounds_little(self, node: ast.Call) -> bool:
        digits = whole_number(self._policy, node.args[1]) if len(node.args) > 1 else 0
        return digits is not None and abs(digits) <= _MAX_DIGITS and not node.keywords

    def _is_cheap_member(self, called: Member, node: ast.Call) -> bool:
        if called.path in _EXPONENTS and not all(map(_is_small_number, node.args)):
            return False
        if called.path in ARRAYS:
            return size_of_array(self._policy, node, called.path) <= MAX_STEPS
        if called.path in _ITERTOOLS:
            return steps_of(self._policy, node) <= MAX_STEPS
        return called.path in _LIBRARY_CALLS or called.kind is MemberKind.BASE

    def may_run(self, node: ast.AST) -> bool:
        """Whether an operator or attribute may run a method of the module's own that may work without bound."""
        match node:
            case ast.ClassDef():
                is_enumeration = self._policy.derives_from(node, "enum.")
                return is_enumeration and not all(map(self._is_bounded, self._creators(node, _CREATION | _ORDER)))
            case ast.Attribute(attr=name):
                return name in self._unbounded
            case ast.Assign(targets=targets) if not any(isinstance(t, ast.Tuple | ast.List) for t in targets):
                return False
        runs = _RUNS.get(type(node), frozenset()) & self._unbounded
        return bool(runs) and any(self._may_be_own(part) for part in self._policy.tree.children.get(node, ()))

    def _is_made_of_literals(self, node: ast.Call) -> bool:
        """Small calls of dates: ``pd.to_datetime("2020-01-01")``, ``pd.date_range("2020-01-01", periods=10)``."""
        given = [*node.args, *(k.value for k in node.keywords)]
        if not all(isinstance(value, ast.Constant) for value in given):
            return False
        found = self._policy.references.member(node.func)
        if found is None and isinstance(node.func, ast.Attribute):
            owner = self._policy.references.member(node.func.value)
            return owner is not None and f"{owner.path}.{node.func.attr}" in _DATES
        if found is not None and found.path in ("pandas.date_range", "pandas.bdate_range"):
            periods = [k.value.value for k in node.keywords if k.arg == "periods" and isinstance(k.value, ast.Constant)]
            return (
                len(node.args) == 1
                and all(isinstance(n, int) and 0 <= n <= MAX_STEPS for n in periods)
                and bool(periods)
            )
        return found is not None and found.path == "pandas.to_datetime"

    def _may_be_own(self, node: ast.AST, depth: int = 0) -> bool:
        """Whether a value may be, or hold, an instance of a class of the module's own."""
        tree = self._policy.tree
        tree.spend()
        match node:
            case ast.Constant() | ast.JoinedStr() | ast.Lambda() | ast.operator() | ast.cmpop():
                return False
            case ast.List() | ast.Tuple() | ast.Dict() | ast.Set() | ast.BinOp() | ast.UnaryOp() | ast.Compare():
                return depth > 8 or any(self._may_be_own(child, depth + 1) for child in tree.children.get(node, ()))
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp() | ast.Subscript() | ast.Starred():
                return depth > 8 or any(self._may_be_own(child, depth + 1) for child in tree.children.get(node, ()))
            case ast.keyword(value=value) | ast.comprehension(iter=value):
                return self._may_be_own(value, depth)
            case ast.Call(func=ast.Attribute(value=value, attr=attr)) if attr in _TEXT_METHODS:
                return depth > 8 or any(self._may_be_own(part, depth + 1) for part in (value, *node.args))
            case ast.Call(func=function):
                found = self._policy.references.of(function)
                inside = (*node.args, *(k.value for k in node.keywords))
                known = all(isinstance(r, Builtin | Member) for r in found)
                return not known or depth > 8 or any(self._may_be_own(part, depth + 1) for part in inside)
            case ast.Attribute(value=owner) if any(
                isinstance(r, LocalClass) for r in self._policy.references.of(owner)
            ):
                return True  # A member of an enumeration, or what else a class holds.
            case ast.Name() | ast.Attribute() if not any(
                isinstance(r, Unknown) for r in self._policy.references.of(node)
            ):
                return False
            case ast.Attribute(value=value) | ast.FormattedValue(value=value):
                return depth > 8 or self._may_be_own(value, depth + 1)
            case ast.Name():
                bindings = tree.bindings(node)
                values = [tree.taken_from(b) if b.value is None else b.value for b in bindings]
                return depth > 8 or any(v is None or self._may_be_own(v, depth + 1) for v in values)
        return True

    def _takes_cheap_functions(self, node: ast.Call) -> bool:
        """Whether functions that the call runs itself, a key or a default, are bounded."""
        policy = self._policy
        given = [k.value for k in node.keywords if k.arg == "key"]
        if any(policy.tree.is_builtin(node.func, name) for name in _KEYED):
            return all(self._is_bounded_value(value) for value in given)
        found = policy.references.member(node.func)
        is_default = found is not None and found.path == "collections.defaultdict"
        return not is_default or all(self._is_bounded_value(value) for value in node.args[:1])

    def _is_bounded_value(self, value: ast.expr) -> bool:
        if isinstance(value, ast.Call):
            found = self._policy.references.member(value.func)
            return found is not None and found.path == "operator.itemgetter"
        return all(
            self._is_bounded(r.node) if isinstance(r, LocalFunction)
            else self._is_cheaply_made(r.node) if isinstance(r, LocalClass)
            else isinstance(r, Member | Builtin)
            for r in self._policy.references.of(value)
        )  # fmt: skip

    def _is_cheaply_made(self, owner: ast.ClassDef) -> bool:
        """Whether making an instance runs no loop and calls nothing but what may be called at import."""
        if self._policy.derives_from(owner, "qlib"):
            return False
        factories = (
            keyword.value
            for node in self._policy.own_bases(owner)
            for statement in node.body
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.value, ast.Call)
            for keyword in statement.value.keywords
            if keyword.arg == "default_factory"
        )
        bounded = all(map(self._is_bounded, self._creators(owner, _CREATION)))
        return bounded and all(self._is_bounded_value(value) for value in factories)

    def _creators(self, owner: ast.ClassDef, names: frozenset[str]) -> Iterator[ast.FunctionDef]:
        for node in self._policy.own_bases(owner):
            yield from (function for function in _methods(node) if function.name in names)

    def _is_bounded(self, function: ast.FunctionDef | ast.Lambda) -> bool:
        body = function.body if isinstance(function.body, list) else [function.body]
        return all(self._is_cheap_part(part) for statement in body for part in self._policy.tree.inside(statement))

    def _is_cheap_part(self, part: ast.AST) -> bool:
        self._policy.tree.spend()
        match part:
            case ast.Call():
                return self._is_plain_call(part)
            case ast.BinOp(op=ast.Pow() | ast.LShift(), right=right):
                number = whole_number(self._policy, right)
                return isinstance(right, ast.Constant) and abs(number or 0) <= _MAX_EXPONENT
            case ast.BinOp(left=left, op=ast.Mult(), right=right):
                return not any(isinstance(side, ast.List | ast.Tuple | ast.JoinedStr) for side in (left, right))
            case ast.AugAssign(op=ast.Pow() | ast.LShift()):
                return False
        return not isinstance(part, (ast.For, ast.While, ast.With, ast.Match, *COMPREHENSIONS))

    def _is_plain_call(self, node: ast.Call) -> bool:
        if isinstance(node.func, ast.Attribute) and node.func.attr in (
            "__init__",
            "__post_init__",
            "__setattr__",
            "get",
        ):
            return not (node.func.attr == "get" and self._policy.own.sets("get"))
        if self._policy.tree.is_builtin(node.func, "range"):
            return steps_of(self._policy, node) <= MAX_STEPS
        plain = _BUILTIN_CALLS | builtins_by_kind("exceptions") | {"isinstance"}
        return all(
            (isinstance(r, Builtin) and r.name in plain) or (isinstance(r, Member) and r.path in _SMALL_CALLS)
            for r in self._policy.references.of(node.func)
        )


def _is_small_number(node: ast.expr) -> bool:
    """Whether a number is written out, with an exponent of two digits at most."""
    if isinstance(node, ast.UnaryOp):
        node = node.operand
    if not isinstance(node, ast.Constant):
        return False
    return not isinstance(node.value, str) or _SMALL_NUMBER.fullmatch(node.value) is not None


def _methods(owner: ast.ClassDef) -> Iterator[ast.FunctionDef]:
    yield from (statement for statement in owner.body if isinstance(statement, ast.FunctionDef))
