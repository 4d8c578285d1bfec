"""What a long run found, in a line and as a page."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from importlib.metadata import version
from textwrap import fill

from tests.functional.agreement import Verdict

PACKAGES = ("pyqlib", "pandas", "numpy", "TA-Lib", "hypothesis")


@dataclass
class Result:
    """Counts over all flows so far, and whatever went wrong."""

    seed: int
    flows: int = 0
    fills: int = 0
    days: int = 0
    replays: int = 0
    markets: set[int] = field(default_factory=set)
    reasons: Counter[str] = field(default_factory=Counter)
    late: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def add(self, market: int, verdict: Verdict) -> None:
        """Counts a flow."""
        names = {key: template.name for key, template in verdict.case.drawn.templates.items()}
        self.flows += 1
        self.markets.add(market)
        self.fills += len(verdict.trades)
        self.days += len(verdict.found.get("equity_curve", ()))
        self.reasons.update(f"{trade.side} {trade.reason}" for trade in verdict.trades)
        self.late += sum(trade.late for trade in verdict.trades)
        self.kinds.update({names[node["template_id"]] for node in verdict.case.drawn.flow["nodes"]})
        if verdict.difference:
            self._fail(f"{verdict.case.name}: {verdict.difference}")

    def add_replays(self, answers: dict[str, bool]) -> None:
        """Counts replays on cut data."""
        self.replays += len(answers)
        for name in (name for name, otherwise in answers.items() if otherwise):
            self._fail(f"{name}: decides otherwise without later data")

    def told(self) -> str:
        """Returns the counts in a line."""
        return (
            f"{self.flows} flows, {self.fills} fills, {self.days} days, {self.replays} replays on cut data, "
            f"{len(self.failures)} differences"
        )

    def _fail(self, text: str) -> None:
        self.failures.append(text)
        print(f"DIFFERENT: {text[:1000]}", flush=True)


def page(result: Result) -> str:
    """Returns docs/random-flows.md."""
    rows = "\n".join(f"| {reason} | {count} |" for reason, count in sorted(result.reasons.items()))
    least = min(result.kinds.values())
    counted = ", ".join(f"{name} {count}" for name, count in sorted(result.kinds.items()))
    kinds = fill(f"Every kind of node was in at least {least} of the flows: {counted}.", 118)
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return f"""# Random flows

Written by `make test-long`; not edited by hand. Generated code on stock Qlib and the independent interpreter
(`tests/oracle`) run the same randomly drawn flows on rough synthetic markets: suspensions, limits, splits, missing
opens, late listings, endings, changing pools, missing factors. Compared are every fill (day, instrument, side, price,
shares, money, costs, reason, node, lateness), how often every condition and signal is true, and every day's account:
prices to the bit, shares and money to 1e-9. Each flow is also replayed on data that end early, and has to decide alike.

- Seed {result.seed}: {result.flows} flows on {len(result.markets)} markets, {result.fills} fills on {result.days} test
  days, {result.replays} replays on cut data, **{len(result.failures)} differences**.
- {versions}.
- A single flow again: `python -m tests.long --seed {result.seed} --only NUMBER`.

| fills | |
|---|---|
{rows}
| of these late | {result.late} |

{kinds}
"""
