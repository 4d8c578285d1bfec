"""What the demo shows: in colour and live on a terminal, plain lines elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.syntax import Syntax
from rich.table import Table

_BAR_CELLS = 40
_PLAIN_STEP = 10.0

_PERCENT = frozenset(
    {
        "total_return",
        "annual_return",
        "volatility",
        "max_drawdown",
        "win_rate",
        "exposure",
        "benchmark_return",
        "excess_return",
    }
)


class View:
    """Writes to standard output."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False)

    def step(self, text: str) -> None:
        """Says what comes next."""
        self._console.print(f"\n{text}", style="bold", markup=False, soft_wrap=True)

    def line(self, text: str) -> None:
        """Prints a line as it is."""
        self._console.print(text, markup=False, soft_wrap=True)

    def code(self, code: str) -> None:
        """Prints Python; without a terminal byte for byte."""
        if self._console.is_terminal:
            self._console.print(Syntax(code, "python", line_numbers=True, word_wrap=True))
        else:
            self._console.print(code, markup=False, soft_wrap=True)

    def table(self, title: str, rows: Iterable[tuple[str, str]]) -> None:
        """Prints two columns."""
        table = Table("", "value", title=title, title_justify="left")
        table.columns[1].justify = "right"
        for name, value in rows:
            table.add_row(name, value)
        self._console.print(table)

    def progress(self, events: Iterable[dict[str, Any]]) -> dict[str, Any]:
        """Draws the bar as the events come; returns the last event."""
        return self._live(events) if self._console.is_terminal else self._plain(events)

    def _live(self, events: Iterable[dict[str, Any]]) -> dict[str, Any]:
        columns = (BarColumn(_BAR_CELLS), TextColumn("{task.percentage:>3.0f} %"), TimeElapsedColumn())
        last: dict[str, Any] = {}
        with Progress(*columns, TextColumn("{task.description}"), console=self._console) as bar:
            task = bar.add_task("", total=100)
            for last in events:
                changes = {"description": last["message"]} if last.get("message") else {}
                bar.update(task, completed=last.get("percent"), **changes)
        return last

    def _plain(self, events: Iterable[dict[str, Any]]) -> dict[str, Any]:
        last: dict[str, Any] = {}
        shown = -_PLAIN_STEP
        for last in events:
            percent = last.get("percent")
            if percent is not None and (percent >= shown + _PLAIN_STEP or percent >= 100 > shown):
                shown = percent
                self.line(f"{bar_text(percent)} {last.get('message', '')}".rstrip())
        return last


def bar_text(percent: float) -> str:
    """Returns a bar in plain characters, such as ``[####----] 50 %``."""
    filled = round(_BAR_CELLS * min(100.0, max(0.0, percent)) / 100)
    return f"[{'#' * filled}{'-' * (_BAR_CELLS - filled)}] {percent:3.0f} %"


def metric_rows(metrics: dict[str, Any]) -> list[tuple[str, str]]:
    """Returns the metrics as a reader wants them, in the order in which they came."""
    return [(name.replace("_", " "), _shown(name, value)) for name, value in metrics.items()]


def _shown(name: str, value: Any) -> str:
    if isinstance(value, float) and name in _PERCENT:
        return f"{value:.2%}"
    return f"{value:,.2f}" if isinstance(value, float) else str(value)
