"""The table of the benchmarks, and its place in the document."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.table import BEGIN, END, Comparisons, Unit, markdown, replace_table, shown
from tests.bench.timing import Sample

COMPARE = Comparisons({"slow": Sample.of([0.006, 0.004, 0.005]), "fast": Sample.of([0.002])})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12.345, "12.3 s"),
        (1.0, "1.00 s"),
        (0.25, "250 ms"),
        (0.0012, "1.20 ms"),
        (0.0000456, "45.6 µs"),
        (0.0, "0.00 µs"),
    ],
)
def test_seconds_have_three_digits(value: float, text: str) -> None:
    assert shown(value, Unit.SECONDS) == text


def test_memory_is_whole_mebibytes() -> None:
    assert shown(235.7, Unit.MEBIBYTES) == "236 MiB"


def test_ratio_is_that_of_the_medians() -> None:
    assert COMPARE.figure("slow", "fast").ratio == pytest.approx(2.5)


@pytest.mark.parametrize(("goal", "verdict"), [(None, ""), (0.01, "10.0 ms: met"), (0.005, "5.00 ms: missed")])
def test_goal_is_met_below_it_only(goal: float | None, verdict: str) -> None:
    assert COMPARE.figure("slow", "fast", goal).verdict == verdict


def test_table_is_aligned_and_complete() -> None:
    lines = markdown([COMPARE.figure("slow", "fast", 0.01)]).split("\n")
    assert len({len(line) for line in lines}) == 1
    cells = [cell.strip() for cell in lines[2].strip("|").split("|")]
    assert cells == ["slow", "5.00 ms", "4.00 ms", "3", "fast", "2.00 ms", "2.50 ×", "10.0 ms: met"]


def test_only_the_table_of_the_document_is_replaced() -> None:
    document = f"# Title\n\n{BEGIN}\nold\n{END}\n\nMore.\n"
    assert replace_table(document, "new") == f"# Title\n\n{BEGIN}\nnew\n{END}\n\nMore.\n"


def test_document_without_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="the document has no"):
        replace_table(f"{BEGIN} only", "new")


def test_the_real_document_takes_a_table() -> None:
    document = (Path(__file__).parents[2] / "docs" / "benchmarks.md").read_text()
    assert "| slow " in replace_table(document, markdown([COMPARE.figure("slow", "fast")]))
