"""What runs while the module is imported: constants and definitions, nothing without bound."""

from __future__ import annotations

import ast

from codegen_core.safety.library import Member, MemberKind, builtins_by_kind, words
from codegen_core.safety.policy import Policy
from codegen_core.safety.references import Builtin
from codegen_core.safety.tree import COMPREHENSIONS, BindingKind

RUNS_AT_IMPORT = frozenset(
    {ast.While, ast.With, ast.For, ast.comprehension, ast.Call, ast.BinOp, ast.Raise, ast.Assert, ast.Delete}
)
"""Nodes that may mean work."""

MAX_STEPS = 10_000
"""Steps that a comprehension or loop at the top of the module may take."""

_UNKNOWN_STEPS = MAX_STEPS + 1
_MAX_DEPTH = 6
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
)


def check_import_time(policy: Policy, node: ast.AST, guard: frozenset[ast.AST]) -> None:
    """Checks a node that runs while the module is imported; ``guard`` holds what runs only as a script."""
    if node in guard or policy.tree.enclosing_function(node) is not None:
        return
    match node:
        case ast.While() | ast.With():
            policy.report("IMPORT_TIME_WORK", node, "A loop or a context runs while the module is imported.")
        case ast.For(iter=iterable) | ast.comprehension(iter=iterable):
            if _total_steps(policy, node, iterable) > MAX_STEPS:
                policy.report(
                    "IMPORT_TIME_WORK", iterable, f"More than {MAX_STEPS} steps may run while the module is imported."
                )
        case ast.Call() if not _is_cheap(policy, node):
            policy.report(
                "IMPORT_TIME_WORK", node, f"{ast.unparse(node.func)[:60]}() is called while the module is imported."
            )
        case ast.BinOp(op=ast.Pow() | ast.LShift()) if not _is_small(node.right, 64):
            policy.report("IMPORT_TIME_WORK", node, "A power of unknown size is computed while the module is imported.")
        case ast.BinOp(op=ast.Mult()) if not _is_small_product(policy, node):
            policy.report(
                "IMPORT_TIME_WORK", node, "A product of unknown size is computed while the module is imported."
            )
        case ast.Raise() | ast.Assert() | ast.Delete():
            policy.report("IMPORT_TIME_WORK", node, "The module must be importable as it stands.")


def script_nodes(policy: Policy) -> frozenset[ast.AST]:
    """Returns what stands under ``if __name__ == "__main__":``, which no import runs."""
    found: set[ast.AST] = set()
    for statement in policy.tree.module.body:
        if isinstance(statement, ast.If) and is_main_guard(statement):
            for child in statement.body:
                found.update(ast.walk(child))
    return frozenset(found)


def is_main_guard(node: ast.If) -> bool:
    """Whether the statement is ``if __name__ == "__main__":``."""
    match node.test:
        case ast.Compare(left=ast.Name(id="__name__"), ops=[ast.Eq()], comparators=[ast.Constant(value="__main__")]):
            return True
    return False


def _is_cheap(policy: Policy, node: ast.Call) -> bool:
    if isinstance(node.func, ast.Attribute) and node.func.attr in _TEXT_METHODS:
        return True
    owner = policy.references.local_class(node.func)
    if owner is not None:
        return _is_cheaply_made(policy, owner)
    if policy.tree.is_builtin(node.func, "range"):
        return _steps(policy, node, 0) <= MAX_STEPS
    return all(
        (isinstance(r, Member) and (r.path in _LIBRARY_CALLS or r.kind is MemberKind.BASE))
        or (isinstance(r, Builtin) and r.name in _BUILTIN_CALLS)
        for r in policy.references.of(node.func)
    )


def _is_cheaply_made(policy: Policy, owner: ast.ClassDef) -> bool:
    """Whether making an instance runs no loop and calls nothing but what may be called at import."""
    if policy.derives_from(owner, "qlib"):
        return False
    statements = [statement for node in policy.own_bases(owner) for statement in node.body]
    return all(
        _is_cheap_part(policy, part)
        for statement in statements
        if isinstance(statement, ast.FunctionDef) and statement.name in ("__init__", "__post_init__")
        for part in ast.walk(statement)
    )


def _is_cheap_part(policy: Policy, part: ast.AST) -> bool:
    policy.tree.spend()
    if isinstance(part, ast.Call):
        return _is_plain_call(policy, part)
    return not isinstance(part, ast.For | ast.While | ast.comprehension)


def _is_plain_call(policy: Policy, node: ast.Call) -> bool:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr in ("__init__", "__post_init__", "get")
    plain = _BUILTIN_CALLS | builtins_by_kind("exceptions") | {"isinstance"}
    return all(isinstance(r, Builtin) and r.name in plain for r in policy.references.of(node.func))


def _total_steps(policy: Policy, node: ast.AST, iterable: ast.expr) -> int:
    """Steps of this loop times those around it; more than MAX_STEPS stands for any larger number."""
    steps = _steps(policy, iterable, 0)
    for parent in policy.tree.ancestors(node):
        if isinstance(parent, ast.For):
            steps *= max(_steps(policy, parent.iter, 0), 1)
        elif isinstance(parent, COMPREHENSIONS):
            if parent.generators[0] is not node and parent is policy.tree.parent(node):
                return 0  # Counted with the first of its generators.
            steps *= _product(policy, [g for g in parent.generators if g is not node])
    return steps


def _product(policy: Policy, generators: list[ast.comprehension], depth: int = 0) -> int:
    total = 1
    for generator in generators:
        total *= max(_steps(policy, generator.iter, depth), 1)
        if total > MAX_STEPS:
            break
    return total


def _steps(policy: Policy, node: ast.expr, depth: int) -> int:
    """How often a loop over the value runs; more than MAX_STEPS where that can't be told."""
    policy.tree.spend()
    match node:
        case _ if depth > _MAX_DEPTH:
            return _UNKNOWN_STEPS
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts) | ast.Dict(values=parts):
            return len(parts)
        case ast.Constant(value=str(text)):
            return len(text)
        case ast.Call(func=ast.Attribute(value=value, attr="items" | "keys" | "values")):
            return _steps(policy, value, depth + 1)
        case ast.Call(func=ast.Name() as function):
            return _steps_of_call(policy, node, function, depth)
        case ast.Name():
            bindings = policy.tree.bindings(node)
            values = [b.value for b in bindings if b.kind is BindingKind.ASSIGN and b.value is not None]
            known = bool(values) and len(values) == len(bindings)
            return max(_steps(policy, value, depth + 1) for value in values) if known else _UNKNOWN_STEPS
        case ast.ListComp(generators=generators) | ast.SetComp(generators=generators):
            return _product(policy, generators, depth + 1)
    return _UNKNOWN_STEPS


def _steps_of_call(policy: Policy, node: ast.Call, function: ast.Name, depth: int) -> int:
    if policy.tree.is_builtin(function, "range"):
        numbers = [_integer(policy, argument, depth) for argument in node.args]
        known = [abs(number) for number in numbers if number is not None]
        return sum(known) if len(known) == len(numbers) else _UNKNOWN_STEPS
    if any(policy.tree.is_builtin(function, name) for name in ("enumerate", "zip", "sorted", "list", "reversed")):
        return max((_steps(policy, argument, depth + 1) for argument in node.args), default=0)
    return _UNKNOWN_STEPS


def _integer(policy: Policy, node: ast.expr, depth: int) -> int | None:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _integer(policy, node.operand, depth)
        return None if inner is None else -inner
    if isinstance(node, ast.Call) and policy.tree.is_builtin(node.func, "len") and len(node.args) == 1 and depth < 6:
        return _steps(policy, node.args[0], depth + 1)
    if isinstance(node, ast.Name) and depth < 6:
        values = [_integer(policy, b.value, depth + 1) for b in policy.tree.bindings(node) if b.value is not None]
        known = [value for value in values if value is not None]
        whole = known and len(known) == len(values) == len(policy.tree.bindings(node))
        return max(known, key=abs) if whole else None
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, int) else None


def _is_small(node: ast.expr, limit: float) -> bool:
    if isinstance(node, ast.UnaryOp):
        node = node.operand
    return isinstance(node, ast.Constant) and isinstance(node.value, int | float) and abs(node.value) <= limit


def _is_small_product(policy: Policy, node: ast.BinOp) -> bool:
    if _repeats(node.left) or _repeats(node.right):
        return _is_small(node.right, MAX_STEPS) or _is_small(node.left, MAX_STEPS)
    return policy.following.is_number(node)


def _repeats(node: ast.expr) -> bool:
    return isinstance(node, ast.List | ast.Tuple) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)
    )
