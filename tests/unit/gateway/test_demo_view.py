"""The demo's view without a terminal, and its picture."""

from __future__ import annotations

import io
from pathlib import Path

from rich.console import Console

from gateway.demo.chart import draw_equity_curve
from gateway.demo.view import View, bar_text, metric_rows

PNG_START = b"\x89PNG\r\n\x1a\n"


def plain_view() -> tuple[View, io.StringIO]:
    """Returns a view that writes into a buffer, which is no terminal."""
    output = io.StringIO()
    return View(Console(file=output, width=100, highlight=False)), output


def test_bar_is_drawn_in_steps_and_the_last_event_returned() -> None:
    view, output = plain_view()
    events = [{"sequence": n, "percent": float(n), "message": f"day {n}"} for n in range(101)]
    last = view.progress([*events, {"sequence": 101, "status": "COMPLETED"}])
    lines = output.getvalue().splitlines()
    assert last["status"] == "COMPLETED"
    assert len(lines) == 11
    assert lines[-1].endswith("100 % day 100")


def test_bar_stays_within_its_cells() -> None:
    assert bar_text(-5.0).startswith("[" + "-" * 40)
    assert bar_text(250.0).startswith("[" + "#" * 40)


def test_code_is_printed_byte_for_byte() -> None:
    view, output = plain_view()
    code = 'x = "[bold]' + "a" * 200 + '"\n'
    view.code(code)
    assert code in output.getvalue()


def test_metrics_are_shown_as_a_reader_wants_them() -> None:
    assert metric_rows({"total_return": 0.1234, "sharpe_ratio": 1.5, "trade_count": 12}) == [
        ("total return", "12.34%"),
        ("sharpe ratio", "1.50"),
        ("trade count", "12"),
    ]


def test_picture_is_a_png_with_and_without_a_benchmark(tmp_path: Path) -> None:
    point = {"trading_day": "2024-01-02", "portfolio_value": 1e5, "drawdown": -0.01}
    for number, extra in enumerate(({"benchmark_value": 1e5}, {})):
        picture = tmp_path / f"{number}.png"
        draw_equity_curve({"equity_curve": [{**point, **extra}], "is_synthetic": True}, "A title", picture)
        assert picture.read_bytes().startswith(PNG_START)
