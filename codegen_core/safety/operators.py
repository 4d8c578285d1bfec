"""The operators of Qlib field expressions that the grammar knows: arity, windows and how far back each reads."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Slot(Enum):
    """What an argument must be."""

    SERIES = "a series"
    VALUE = "a series or a number"
    LAG = "a whole number of bars back, at least 1"
    WINDOW = "a whole number of bars, at least 1"
    SPAN = "a whole number of bars, at least 1, or a weight between 0 and 1"
    FRACTION = "a number between 0 and 1"


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator by its slots; ``lag`` says that its number of bars shifts instead of spanning."""

    name: str
    slots: tuple[Slot, ...]

    @property
    def lag(self) -> bool:
        """Whether n bars read n bars back, where a window of n bars reads n - 1 back."""
        return Slot.LAG in self.slots


_ROLLING = "Max Min Sum Mean Std Var Skew Kurt Med Mad Slope Rsquare Resi Rank Count IdxMax IdxMin WMA"
_UNARY = "Abs Sign Log Not"
_BINARY = "Power Add Sub Mul Div Greater Less And Or Gt Ge Lt Le Eq Ne"


def _operators() -> dict[str, Operator]:
    slots: dict[str, tuple[Slot, ...]] = {
        "Ref": (Slot.SERIES, Slot.LAG),
        "Delta": (Slot.SERIES, Slot.LAG),
        "EMA": (Slot.SERIES, Slot.SPAN),
        "Quantile": (Slot.SERIES, Slot.WINDOW, Slot.FRACTION),
        "Corr": (Slot.SERIES, Slot.SERIES, Slot.WINDOW),
        "Cov": (Slot.SERIES, Slot.SERIES, Slot.WINDOW),
        "If": (Slot.SERIES, Slot.VALUE, Slot.VALUE),
    }
    slots |= dict.fromkeys(_ROLLING.split(), (Slot.SERIES, Slot.WINDOW))
    slots |= dict.fromkeys(_UNARY.split(), (Slot.SERIES,))
    slots |= dict.fromkeys(_BINARY.split(), (Slot.VALUE, Slot.VALUE))
    return {name: Operator(name, kinds) for name, kinds in slots.items()}


OPERATORS = _operators()

REFUSED_OPERATORS = {
    "ChangeInstrument": "reads another instrument",
    "Mask": "reads another instrument",
    "TResample": "calls a function by its name",
    "Feature": "takes a text; write $name",
    "PFeature": "reads data by publication date, which looks ahead",
    "P": "reads data by publication date, which looks ahead",
    "PRef": "reads data by publication date, which looks ahead",
    "Rolling": "is not complete by itself",
}
"""Operators that Qlib has and the grammar refuses, with the reason."""
