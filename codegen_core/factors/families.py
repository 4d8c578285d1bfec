"""Families of factors: one formula and one text for all windows of a family."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from codegen_core.factors.factor import Factor
from codegen_core.nodes.declaration import Text


@dataclass(frozen=True, slots=True)
class Family:
    """Factors that differ in a number of days alone.

    Attributes:
        formula: The expression, ``@`` standing for the number of days.
        title: The display name without the number of days.
        text: What the factor measures; ``{days}`` stands for the number of days.
    """

    name: str
    category: str
    formula: str
    title: Text
    text: Text

    def factors(self, source: str, windows: tuple[int, ...]) -> Iterator[Factor]:
        """Yields the family's factor of each window."""
        for days in windows:
            yield Factor(
                name=f"{self.name}{days}",
                source=source,
                display_name=Text(f"{self.title.en}, {days} days", f"{self.title.zh}（{days} 日）"),
                description=Text(self.text.en.format(days=days), self.text.zh.format(days=days)),
                category=self.category,
                expression=self.formula.replace("@", str(days)),
            )
