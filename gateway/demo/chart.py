"""The equity curve as a picture."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")

from matplotlib.figure import Figure


def draw_equity_curve(result: dict[str, Any], title: str, path: Path) -> None:
    """Draws the portfolio against its benchmark, the drawdown below, and writes a PNG.

    Synthetic data is marked as such across the picture.
    """
    curve = result["equity_curve"]
    days = [date.fromisoformat(point["trading_day"]) for point in curve]
    figure = Figure(figsize=(11, 6.5), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    above.plot(days, [point["portfolio_value"] for point in curve], label="portfolio", linewidth=1.6)
    benchmark = [point.get("benchmark_value") for point in curve]
    if None not in benchmark:
        above.plot(days, benchmark, label="benchmark", linewidth=1.2, alpha=0.8)
    below.fill_between(days, [100 * point["drawdown"] for point in curve], 0.0, alpha=0.5, color="tab:red")
    _label(figure, above, below, title, is_synthetic=bool(result.get("is_synthetic")))
    figure.savefig(path, dpi=120)


def _label(figure: Figure, above: Any, below: Any, title: str, *, is_synthetic: bool) -> None:
    above.set_title(f"{title}, SYNTHETIC data" if is_synthetic else title)
    above.set_ylabel("value")
    above.legend(loc="upper left")
    below.set_ylabel("drawdown, %")
    for axes in (above, below):
        axes.grid(alpha=0.3)
    if is_synthetic:
        figure.text(0.5, 0.55, "SYNTHETIC DATA", fontsize=44, color="grey", alpha=0.15, ha="center", rotation=20)
