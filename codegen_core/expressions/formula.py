"""A Python expression of a user's that has been let through: a tree of our own, from which code is built anew."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from codegen_core.expressions.faults import INVALID, LOOK_AHEAD, ExpressionFault
from codegen_core.expressions.numbers import Number, compute
from codegen_core.nodes.declaration import Parameters, Text

ATOM = 9
"""How strongly a name, a number or a call binds: nothing needs brackets around one."""

MAX_BARS = 10_000


class Kind(Enum):
    """What a part of an expression gives."""

    FRAME = Text("a series", "序列")
    TRUTH = Text("a condition", "条件")
    DAY = Text("one value a day", "每日一个值")
    NUMBER = Text("a number", "数值")
    WINDOW = Text("a window", "窗口")


@dataclass(frozen=True, slots=True)
class Term:
    """A part of an expression.

    Attributes:
        form: How it is written, ``{0}`` standing for its first operand; of an input or a parameter its name.
        binding: How strongly it binds; ``needs`` says how strongly each operand must, not to stand in brackets.
        operation: Of a NUMBER, what ``compute`` makes of its operands; "" of a name and of a literal.
        value: Of a literal, its value.
        reach: Of what reads earlier days, how far by its last operand but for ``min_periods``: a key of ``REACHES``.
    """

    kind: Kind
    form: str
    operands: tuple[Term, ...] = ()
    binding: int = ATOM
    needs: tuple[int, ...] = ()
    operation: str = ""
    value: Number | None = None
    reach: str = ""

    @property
    def is_name(self) -> bool:
        """Whether it is an input or a parameter."""
        return not self.operands and self.value is None and not self.reach

    def parts(self) -> Iterator[Term]:
        """Yields the term and all parts of it."""
        yield self
        for operand in self.operands:
            yield from operand.parts()


class Limit(Enum):
    """What a number must be where it stands."""

    WINDOW = Text("a whole number of days from 1 to 10000", "1 到 10000 的整数天数")
    LAG = Text("a whole number of days back, from 1 to 10000", "向前 1 到 10000 的整数天数")
    SHIFT = Text("a whole number of days back, from 0 to 10000", "向前 0 到 10000 的整数天数")
    COUNT = Text("a whole number from 0 to the window", "0 到窗口长度的整数")
    FRACTION = Text("a number from 0 to 1", "0 到 1 的数值")
    SPAN = Text("a number from 1 to 10000", "1 到 10000 的数值")
    CENTRE = Text("a number from 0 to 10000", "0 到 10000 的数值")
    WEIGHT = Text("a number above 0 and at most 1", "大于 0 且不超过 1 的数值")
    HALF_LIFE = Text("a number above 0 and at most 10000", "大于 0 且不超过 10000 的数值")
    ANY = Text("a number", "数值")


@dataclass(frozen=True, slots=True)
class Requirement:
    """A number of an expression with what it must be; ``most`` is the window of a COUNT."""

    term: Term
    limit: Limit
    position: int
    most: Term | None = None


@dataclass(frozen=True, slots=True)
class Formula:
    """An expression that has been let through.

    Attributes:
        text: As the user wrote it, on one line.
        names: The inputs and parameters that it refers to, sorted.
    """

    text: str
    names: tuple[str, ...]
    root: Term
    requirements: tuple[Requirement, ...]

    def measure(self, values: Parameters) -> int | tuple[ExpressionFault, ...]:
        """Returns how many bars before the current one are read with these numbers, or what is wrong with them.

        A number that isn't among ``values`` counts as unknown: it is taken as right, and as 1.
        """
        numbers = {name: value for name, value in values.items() if isinstance(value, int | float)}
        return _measured(self, tuple(sorted(numbers.items())))


@lru_cache(maxsize=4096)
def _measured(formula: Formula, numbers: tuple[tuple[str, Number], ...]) -> int | tuple[ExpressionFault, ...]:
    values = dict(numbers)
    found = tuple(fault for each in formula.requirements if (fault := _fault(each, values)) is not None)
    return found or _bars(formula.root, values)


def evaluate(term: Term, values: Mapping[str, Number]) -> Number | None:
    """Returns a NUMBER's value, None where a parameter isn't known.

    Raises:
        ArithmeticError, ValueError: If there is no such number.
    """
    if term.value is not None or not term.operands:
        return values.get(term.form) if term.value is None else term.value
    operands = [evaluate(operand, values) for operand in term.operands]
    known = [operand for operand in operands if operand is not None]
    return compute(term.operation, known) if len(known) == len(operands) else None


def _fault(requirement: Requirement, values: Mapping[str, Number]) -> ExpressionFault | None:
    try:
        value = evaluate(requirement.term, values)
        most = MAX_BARS if requirement.most is None else evaluate(requirement.most, values)
    except (ArithmeticError, ValueError):
        return _told(requirement, INVALID, Text("this gives no number", "此处得不到数值"))
    if value is None or (_HOLDS[requirement.limit](value) and (most is None or value <= most)):
        return None
    is_early = requirement.limit in {Limit.SHIFT, Limit.LAG} and value < 0
    limit = requirement.limit.value
    reason = Text(f"{value} reads later days; it must be {limit.en}", f"{value} 会读取之后的数据，应为{limit.zh}")
    wrong = Text(f"{value} must be {limit.en}", f"{value} 应为{limit.zh}")
    return _told(requirement, LOOK_AHEAD, reason) if is_early else _told(requirement, INVALID, wrong)


def _told(requirement: Requirement, code: str, reason: Text) -> ExpressionFault:
    names = [part.form for part in requirement.term.parts() if part.is_name]
    sentence = Text(f"{reason.en}.", f"{reason.zh}。")
    return ExpressionFault(code, sentence, requirement.position, names[0] if names else None)


def _bars(term: Term, values: Mapping[str, Number]) -> int:
    before = max((_bars(operand, values) for operand in term.operands), default=0)
    if not term.reach:
        return before
    number = evaluate(term.operands[1], values) if len(term.operands) > 1 else 1
    return before + math.ceil(REACHES[term.reach](1 if number is None else number))


def _whole(value: Number, least: int) -> bool:
    return isinstance(value, int) and least <= value <= MAX_BARS


_HOLDS: Mapping[Limit, Callable[[Number], bool]] = {
    Limit.WINDOW: lambda value: _whole(value, 1),
    Limit.LAG: lambda value: _whole(value, 1),
    Limit.SHIFT: lambda value: _whole(value, 0),
    Limit.COUNT: lambda value: _whole(value, 0),
    Limit.FRACTION: lambda value: 0 <= value <= 1,
    Limit.SPAN: lambda value: 1 <= value <= MAX_BARS,
    Limit.CENTRE: lambda value: 0 <= value <= MAX_BARS,
    Limit.WEIGHT: lambda value: 0 < value <= 1,
    Limit.HALF_LIFE: lambda value: 0 < value <= MAX_BARS,
    Limit.ANY: math.isfinite,
}

REACHES: Mapping[str, Callable[[Number], float]] = {
    "window": lambda days: days - 1,
    "lag": lambda days: days,
    "span": lambda span: span - 1,
    "com": lambda com: 2 * com,
    "alpha": lambda alpha: min(2 / alpha - 2, MAX_BARS),
    "halflife": lambda days: min(2 / (1 - 0.5 ** (1 / days)) - 2, MAX_BARS),
}
"""Bars back by a number: of an exponential window, as of the span that weighs alike, counted as a window is."""
