"""From the text of a Python expression to a tree of our own."""

from __future__ import annotations

import ast
import re
import warnings
from functools import lru_cache
from threading import Lock

from codegen_core.expressions.faults import INVALID, ExpressionFault
from codegen_core.expressions.formula import Formula, Kind, Term
from codegen_core.expressions.python.calling import call
from codegen_core.expressions.python.refusals import Refused
from codegen_core.expressions.python.walking import Walker
from codegen_core.nodes.declaration import Text

MAX_LENGTH = 4_000
MAX_DEPTH = 60
MAX_PARTS = 400

# CPython 3.11 counts the depth of a tree in the making once for all threads: two that parse at once may fail.
_PARSING = Lock()

_LINE_ENDS = str.maketrans("\t\r\n\f\v", "     ")
_PLACEHOLDER = re.compile(r"\{ *[a-z][a-z0-9_]* *\}")


@lru_cache(maxsize=1024)
def read_python(text: str, inputs: frozenset[str], numbers: frozenset[str]) -> Formula | tuple[ExpressionFault, ...]:
    """Reads an expression whose ``{name}`` are series (``inputs``) and ``numbers``.

    Returns:
        What was let through, or the first thing that is wrong.
    """
    line = text.translate(_LINE_ENDS).rstrip()
    start = len(line) - len(line.lstrip())
    fault = _form_fault(line)
    if fault is not None:
        return (fault,)
    # A name may be a keyword of Python's, such as {in}: in capitals it isn't, and stands at the same place.
    capital = _PLACEHOLDER.sub(lambda match: match[0].upper(), line[start:])
    try:
        return _formula(" ".join(text.split()), capital, inputs, numbers)
    except Refused as refused:
        found = refused.fault
        return (ExpressionFault(found.code, found.reason, found.position + start),)


def _form_fault(line: str) -> ExpressionFault | None:
    if len(line) > MAX_LENGTH:
        long = Text(f"It is longer than {MAX_LENGTH} characters.", f"超过 {MAX_LENGTH} 个字符。")
        return ExpressionFault(INVALID, long, MAX_LENGTH)
    wrong = next(
        (place for place, character in enumerate(line) if not " " <= character <= "~" or character == "#"), None
    )
    if wrong is None:
        return None
    plain = Text("This character is not part of the language.", "该字符不属于该表达式语言（请使用半角字符）。")
    return ExpressionFault(INVALID, plain, wrong)


def _formula(text: str, capital: str, inputs: frozenset[str], numbers: frozenset[str]) -> Formula:
    tree = _parsed(capital)
    walker = Walker(inputs, numbers, call)
    root = walker.term(tree)
    names = {part.form for part in root.parts() if part.is_name}
    if root.kind not in {Kind.FRAME, Kind.TRUTH} or not names & inputs:
        raise Refused(ExpressionFault(INVALID, _result(root), 0))
    formula = Formula(text, tuple(sorted(names)), root, tuple(walker.requirements))
    found = formula.measure({})
    if not isinstance(found, int):
        raise Refused(found[0])
    return formula


def _result(root: Term) -> Text:
    kind = root.kind.value
    return Text(
        f"It gives {kind.en}; it must give a value per day and instrument, from at least one input.",
        f"结果是{kind.zh}；结果必须是每日每个标的的值，且至少读取一个输入。",
    )


def _parsed(text: str) -> ast.expr:
    try:
        with _PARSING, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text, mode="eval").body
    except SyntaxError as error:
        place = max((error.offset or 1) - 1, 0)
        wrong = Text("This is no expression of Python's.", "不是合法的 Python 表达式。")
        raise Refused(ExpressionFault(INVALID, wrong, min(place, len(text)))) from None
    except (ValueError, RecursionError, MemoryError, SystemError):  # the last is CPython's own, of deep trees
        wrong = Text("This is too deep or too long.", "嵌套过深或过长。")
        raise Refused(ExpressionFault(INVALID, wrong, 0)) from None
    if sum(1 for _ in ast.walk(tree)) > 4 * MAX_PARTS or _depth(tree) > MAX_DEPTH:
        large = Text(f"It is nested more than {MAX_DEPTH} deep, or too large.", f"嵌套超过 {MAX_DEPTH} 层，或过大。")
        raise Refused(ExpressionFault(INVALID, large, 0))
    return tree


def _depth(node: ast.AST) -> int:
    """Returns how deep the tree is, level by level: the tree itself may be deeper than Python's stack."""
    depth, level = 0, [node]
    while level:
        level = [child for each in level for child in ast.iter_child_nodes(each)]
        depth += 1
    return depth
