"""One synthetic market and two strategies on it: every general node, and every function of TA-Lib."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from codegen_core.nodes.general.talib_table import talib_functions
from codegen_core.render import generate
from tests.functional.general.cases import (
    FACTORS,
    INPUTS,
    OWN_TEMPLATES,
    PYTHON,
    PYTHON_CONDITIONS,
    QLIB,
    QLIB_CONDITIONS,
    Case,
)
from tests.functional.indicators.bars import Bars
from tests.functional.indicators.panels import run_panels
from tests.golden.flows import resolved
from tests.oracle.market import read_market
from tests.unit.core.gathering import Gathering
from workers.market import MarketSpec, create_market


@pytest.fixture(scope="package")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A market of thirty instruments, with suspensions and late listings."""
    folder = tmp_path_factory.mktemp("general") / "market"
    create_market(folder, MarketSpec(instruments=30, seed=8))
    return folder


@pytest.fixture(scope="package")
def panels(market: Path) -> Bars:
    """What the generated code computes for every case, beside Qlib's own expressions."""
    gathering = Gathering()
    for node_id, template, parameters in INPUTS:
        gathering.add(node_id, template, label=node_id, **parameters)
    cases: tuple[Case, ...] = (*QLIB, *QLIB_CONDITIONS, *PYTHON, *PYTHON_CONDITIONS)
    for case in cases:
        gathering.add(case.node_id, case.template, connect=case.connect, label=case.node_id, **case.parameters)
    code = generate(resolved(gathering.finished(), OWN_TEMPLATES, FACTORS)).code
    return _bars(market, code, [case.wanted for case in (*QLIB, *QLIB_CONDITIONS)])


@pytest.fixture(scope="package")
def talib_panels(market: Path) -> Bars:
    """What the generated code computes for each of TA-Lib's functions with its defaults, result by result."""
    gathering = Gathering()
    gathering.add("periods", "custom_series", connect={"a": "close"}, label="periods", expression="{a} * 0 + 7")
    gathering.add("close", "price")
    for name, function in talib_functions().items():
        connect = {"input_2": "periods"} if name == "MAVP" else {}
        for output in function.outputs:
            node_id = f"x_{name}_{output}".lower()[:24].rstrip("_")
            gathering.add(node_id, "talib_function", connect=connect, label=node_id, function=name, output=output)
    return _bars(market, generate(resolved(gathering.finished())).code, ["$close"])


def _bars(market: Path, code: str, expressions: list[str]) -> Bars:
    saved = run_panels(market, market.parent / "panels.npz", code, "csi300", expressions)
    days, codes = pd.DatetimeIndex(saved["days"]), list(saved["instruments"])
    tables = {name: pd.DataFrame(values, days, codes) for name, values in saved.items() if values.ndim == 2}
    return Bars(read_market(market), tables)
