"""What is wrong with an expression of a user's, told in both languages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from codegen_core.nodes.declaration import Fault, Text

LOOK_AHEAD = "LOOK_AHEAD"
INVALID = "EXPRESSION_INVALID"


@dataclass(frozen=True, slots=True)
class ExpressionFault:
    """One finding.

    Attributes:
        code: LOOK_AHEAD or EXPRESSION_INVALID.
        reason: What is wrong, and what to write instead where that can be said.
        position: Characters before the place.
        number: The parameter whose value is at fault, None where the text itself is.
    """

    code: str
    reason: Text
    position: int
    number: str | None = None

    @property
    def facts(self) -> dict[str, Text]:
        """What fills in the code's sentence: ``position``, counted from 1, and ``reason``."""
        place = str(self.position + 1)
        return {"reason": self.reason, "position": Text(place, place)}


def as_faults(parameter: str, found: Iterable[ExpressionFault]) -> tuple[Fault, ...]:
    """Returns findings as faults of the number that is wrong, or of the parameter that holds the text."""
    return tuple(Fault(each.number or parameter, each.code, each.facts) for each in found)
