"""The figures as a Markdown table, and the document that keeps the last one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from tests.bench.timing import Sample

BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
_HEADER = ("what", "median", "least", "n", "compared with", "its median", "ratio", "goal")


class Unit(Enum):
    """What a figure's numbers are."""

    SECONDS = "s"
    MEBIBYTES = "MiB"


@dataclass(frozen=True, slots=True)
class Figure:
    """A measurement beside another of the same run.

    Attributes:
        goal: What the median should stay below, in the figure's unit.
    """

    name: str
    sample: Sample
    reference: str
    reference_sample: Sample
    goal: float | None = None
    unit: Unit = Unit.SECONDS

    @property
    def ratio(self) -> float:
        """The median as a multiple of the reference's."""
        return self.sample.median / self.reference_sample.median

    @property
    def verdict(self) -> str:
        """The goal and whether it was met, an empty text without one."""
        if self.goal is None:
            return ""
        met = "met" if self.sample.median < self.goal else "missed"
        return f"{shown(self.goal, self.unit)}: {met}"


@dataclass(frozen=True, slots=True)
class Comparisons:
    """The samples of one run by name, from which figures are picked."""

    samples: Mapping[str, Sample]

    def figure(self, name: str, reference: str, goal: float | None = None, unit: Unit = Unit.SECONDS) -> Figure:
        """Returns one sample beside another."""
        return Figure(name, self.samples[name], reference, self.samples[reference], goal, unit)


def shown(value: float, unit: Unit) -> str:
    """Returns a value with three digits and the unit that suits it."""
    if unit is Unit.MEBIBYTES:
        return f"{value:.0f} MiB"
    for factor, name in ((1.0, "s"), (1e3, "ms")):
        if value * factor >= 1.0:
            return f"{_three_digits(value * factor)} {name}"
    return f"{_three_digits(value * 1e6)} µs"


def markdown(figures: Sequence[Figure]) -> str:
    """Returns the table, its columns aligned so that it can be read as text too."""
    rows = [_HEADER, *(_cells(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADER))]
    lines = [_line([cell.ljust(width) for cell, width in zip(row, widths, strict=True)]) for row in rows]
    return "\n".join([lines[0], _line(["-" * width for width in widths]), *lines[1:]])


def replace_table(document: str, table: str) -> str:
    """Returns the document with the table between its two marks. Raises ValueError where it hasn't got them."""
    head, begin, rest = document.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the document has no {BEGIN} ... {END}")
    return f"{head}{BEGIN}\n{table}\n{END}{tail}"


def _cells(figure: Figure) -> tuple[str, ...]:
    return (
        figure.name,
        shown(figure.sample.median, figure.unit),
        shown(figure.sample.least, figure.unit),
        str(len(figure.sample.values)),
        figure.reference,
        shown(figure.reference_sample.median, figure.unit),
        f"{_three_digits(figure.ratio)} ×",
        figure.verdict,
    )


def _three_digits(value: float) -> str:
    return f"{value:.0f}" if value >= 99.95 else f"{value:.1f}" if value >= 9.995 else f"{value:.2f}"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
