"""One synthetic market and one strategy that holds every indicator and condition, computed once a session."""

from __future__ import annotations

import pandas as pd
import pytest

from codegen_core.render import generate
from tests.functional.indicators.bars import Bars
from tests.functional.indicators.cases import CONDITIONS, EXPRESSIONS, OWN_BARS
from tests.functional.indicators.panels import run_panels
from tests.golden.flows import resolved
from tests.oracle.market import read_market
from tests.unit.core.gathering import Gathering
from workers.market import MarketSpec, create_market


@pytest.fixture(scope="package")
def panels(tmp_path_factory: pytest.TempPathFactory) -> Bars:
    """What the generated code computes, beside Qlib's own expressions and the market's files."""
    folder = tmp_path_factory.mktemp("indicators")
    create_market(folder / "market", MarketSpec(instruments=30, seed=5))
    gathering = Gathering()
    for case in (*EXPRESSIONS, *OWN_BARS, *CONDITIONS):
        gathering.add(case.node_id, case.template, connect=case.connect, label=case.node_id, **case.parameters)
    code = generate(resolved(gathering.finished())).code
    texts = [case.expression for case in EXPRESSIONS]
    saved = run_panels(folder / "market", folder / "panels.npz", code, "csi300", texts)
    days, codes = pd.DatetimeIndex(saved["days"]), list(saved["instruments"])
    tables = {name: pd.DataFrame(values, days, codes) for name, values in saved.items() if values.ndim == 2}
    return Bars(read_market(folder / "market"), tables)
