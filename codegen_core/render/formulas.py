"""Python expressions of users': each becomes a function of the module, built anew from what was let through.

No text of the user's own gets in but as a docstring's prose: names are made here, numbers are literals, and what is
written between them comes from the language's fixed lists. Every statement fits on its line, so that no formatter runs.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import count

from codegen_core.expressions.formula import Formula, Kind, Term
from codegen_core.literals import Code, Prose, prose
from codegen_core.names import RESERVED_VARIABLES
from codegen_core.render.layout import LINE_LENGTH

_NAME_LIMIT = 16
_INDENT = "    "
_TEXT_LIMIT = LINE_LENGTH - 10
_STEP = "part_{}"
_STEP_NAME = re.compile(r"part_\d+")


def define(
    function: str,
    formula: Formula,
    inputs: Sequence[str],
    numbers: Mapping[str, str],
    label: Prose,
    is_condition: bool,
) -> Code:
    """Returns the definition of a formula's function.

    Args:
        function: Its name.
        inputs: The inputs in order.
        numbers: Parameter to its type, in order.
        label: What the function's docstring says where the whole expression is too long for a line.
        is_condition: Whether it gives a condition; else a series.
    """
    names = _local_names([*inputs, *numbers])
    body = _Body(formula.root, names, is_condition)
    given = [f"{names[name]}: pd.DataFrame" for name in inputs]
    given += [f"{names[name]}: {kind}" for name, kind in numbers.items()]
    text = prose(formula.text, _TEXT_LIMIT) if len(formula.text) <= _TEXT_LIMIT else label
    statements = body.statements([names[name] for name in inputs])
    lines = [*_signature(function, given), f'{_INDENT}"""{text}"""', *(_INDENT + line for line in statements)]
    return Code("\n".join(lines))


def _signature(function: str, given: Sequence[str]) -> list[str]:
    line = f"def {function}({', '.join(given)}) -> np.ndarray:"
    if len(line) <= LINE_LENGTH:
        return [line]
    return [f"def {function}(", *(f"{_INDENT}{each}," for each in given), ") -> np.ndarray:"]


def _local_names(names: Iterable[str]) -> dict[str, str]:
    """Returns user's name to the name in the function: short, legal, shadowing nothing, and no step's."""
    given: dict[str, str] = {}
    for name in names:
        short = name[:_NAME_LIMIT].rstrip("_")
        candidates = (short if number == 1 else f"{short}_{number}" for number in count(1))
        given[name] = next(each for each in candidates if _is_free(each, given))
    return given


def _is_free(name: str, given: Mapping[str, str]) -> bool:
    return name not in RESERVED_VARIABLES and _STEP_NAME.fullmatch(name) is None and name not in given.values()


class _Body:
    """The statements of one formula's function: steps where a line would be too long, then the result."""

    def __init__(self, root: Term, names: Mapping[str, str], is_condition: bool) -> None:
        self._root, self._names, self._is_condition = root, names, is_condition
        self._repeated = _repeated(root)
        self._steps: dict[Term, str] = {}
        self._lines: list[str] = []

    def statements(self, inputs: Sequence[str]) -> list[str]:
        """Returns the lines of the function's body."""
        room = LINE_LENGTH - len(_INDENT) - len(f"{_STEP.format(999)} = ")
        result = self._written(self._root, room)
        return [*self._lines, *self._returned(result, inputs)]

    def _returned(self, result: str, inputs: Sequence[str]) -> list[str]:
        arguments = [result, *inputs] if self._is_condition else [result]
        function = "as_condition" if self._is_condition else "as_series"
        line = f"return {function}({', '.join(arguments)})"
        if len(_INDENT) + len(line) <= LINE_LENGTH:
            return [line]
        return [f"return {function}(", *(f"{_INDENT}{each}," for each in arguments), ")"]

    def _written(self, term: Term, room: int) -> str:
        """Returns a term as it stands in a line of ``room`` characters."""
        if term in self._steps:
            return self._steps[term]
        if not term.operands:
            return self._names.get(term.form, term.form)
        operands = [self._operand(term, place, room) for place in range(len(term.operands))]
        for place in sorted(range(len(operands)), key=lambda place: -len(operands[place])):
            if len(term.form.format(*operands)) > room:
                operands[place] = self._step(term.operands[place], operands[place])
        text = term.form.format(*operands)
        return self._step(term, text) if term in self._repeated else text

    def _operand(self, term: Term, place: int, room: int) -> str:
        operand = term.operands[place]
        text = self._written(operand, room)
        is_simple = not operand.operands or operand in self._steps
        if not is_simple and (term.operation == "**" or term.form.count(f"{{{place}}}") > 1):
            return self._step(operand, text)
        needs = 0 if is_simple and operand.binding >= term.needs[place] else term.needs[place]
        return f"({text})" if operand not in self._steps and operand.binding < needs else text

    def _step(self, term: Term, text: str) -> str:
        """Gives a term a line and a name of its own."""
        if term not in self._steps and (term.operands or term.value is not None):
            name = _STEP.format(len(self._steps) + 1)
            self._lines.append(f"{name} = {_bare(text)}")
            self._steps[term] = name
        return self._steps.get(term, text)


def _bare(text: str) -> str:
    """Returns an operand's text without the brackets that its surroundings asked for."""
    depth = 0
    for place, character in enumerate(text if text.startswith("(") else ""):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return text[1:-1] if place == len(text) - 1 else text
    return text


def _repeated(root: Term) -> set[Term]:
    """Returns the calls that occur more than once and in no other such call: they are computed once."""
    counts = Counter(part for part in root.parts() if part.operands and "." in part.form)
    found = {term for term, times in counts.items() if times > 1 and term.kind is not Kind.NUMBER}
    inner = {part for term in found for operand in term.operands for part in operand.parts()}
    return {term for term in found if counts[term] > _times_inside(term, found, counts) or term not in inner}


def _times_inside(term: Term, found: set[Term], counts: Counter[Term]) -> int:
    """Returns how many of a term's occurrences are inside others that occur more than once."""
    return max((counts[each] for each in found if each is not term and term in set(each.parts())), default=0)
