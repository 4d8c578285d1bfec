"""Every ready-made strategy: the generated code and the independent interpreter do the same on a rough market."""

from __future__ import annotations

import pytest

from codegen_core.strategies import load, ready_strategies
from tests.functional.agreement import Case, Verdict, judged
from tests.functional.flows import Drawn
from tests.support.rough_market import make_rough_market

NAMES = [strategy.name for strategy in ready_strategies()]
TERMS = {
    "start_date": "2023-01-31",
    "end_date": "2024-01-31",
    "stock_pool": "ALL_A_SHARES",
    "initial_capital": 500_000.0,
}


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Verdict]:
    """Each strategy as it is shipped, run both ways."""
    root = make_rough_market(tmp_path_factory.mktemp("rough") / "data", seed=9, instruments=40, days=560)
    cases = [Case(name, Drawn(load(name), {}), TERMS) for name in NAMES]
    return {verdict.case.name: verdict for verdict in judged(root, cases)}


@pytest.mark.parametrize("name", NAMES)
def test_it_trades_as_the_page_says(name: str, verdicts: dict[str, Verdict]) -> None:
    """Every fill, mark and day's account; and it does trade."""
    assert verdicts[name].difference is None
    assert len(verdicts[name].trades) > 10
