"""The generated code of general nodes against Qlib's features, TA-Lib on each instrument's bars, and plain pandas."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
import talib
from talib import abstract

from codegen_core.nodes.general.talib_table import talib_functions
from tests.functional.general.cases import PYTHON, PYTHON_CONDITIONS, QLIB, QLIB_CONDITIONS, Case
from tests.functional.indicators.bars import Bars, assert_equal

described: Any = abstract
_FIELDS = ("open", "high", "low", "close", "volume")


@pytest.mark.parametrize("case", QLIB, ids=lambda case: case.node_id)
def test_qlib_expressions_and_factors(case: Case, panels: Bars) -> None:
    assert_equal(panels[case.node_id], panels[case.wanted])


@pytest.mark.parametrize("case", QLIB_CONDITIONS, ids=lambda case: case.node_id)
def test_conditions_by_qlib(case: Case, panels: Bars) -> None:
    wanted = panels[case.wanted].where(panels["x_range"].notna())
    assert_equal(panels[case.node_id], wanted)
    assert {0.0, 1.0} <= set(panels[case.node_id].to_numpy().ravel())
    assert panels[case.node_id].isna().any(axis=None)


def _by_pandas(case: Case, panels: Bars) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    inputs = {port if len(port) == 1 else "a": _panel(panels, source) for port, source in case.connect.items()}
    text = case.wanted.replace(".pct_change(1)", ".pct_change(1, fill_method=None)")
    return _evaluated(text, inputs), inputs


def _evaluated(text: str, inputs: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Returns what Python itself makes of the text, each input a table."""
    source = re.sub(r"\{(\w+)\}", lambda match: f"(given_{match[1]})", text)
    names = {f"given_{name}": panel for name, panel in inputs.items()}
    with np.errstate(all="ignore"):
        found = eval(source, {"np": np, "__builtins__": {}}, names)
    like = next(iter(inputs.values()))
    return pd.DataFrame(found, index=like.index, columns=like.columns).astype(float)


def _panel(panels: Bars, name: str) -> pd.DataFrame:
    fields = {"x_close": "close", "x_volume": "volume"}
    return panels.field(fields[name]) if name in fields else panels[name]


@pytest.mark.parametrize("case", PYTHON, ids=lambda case: case.node_id)
def test_series_by_python(case: Case, panels: Bars) -> None:
    wanted, _ = _by_pandas(case, panels)
    assert_equal(panels[case.node_id], wanted.where(np.isfinite(wanted)))


@pytest.mark.parametrize("case", PYTHON_CONDITIONS, ids=lambda case: case.node_id)
def test_conditions_by_python(case: Case, panels: Bars) -> None:
    wanted, inputs = _by_pandas(case, panels)
    missing = np.any([panel.isna() for panel in inputs.values()], axis=0)
    assert_equal(panels[case.node_id], wanted.mask(missing))
    assert {0.0, 1.0} <= set(panels[case.node_id].to_numpy().ravel())
    assert panels[case.node_id].isna().any(axis=None)


def _taken(name: str, panels: Bars) -> list[pd.DataFrame]:
    """Returns what TA-Lib's own description has a function take."""
    given = described.Function(name).info["input_names"].values()
    names = [each for entry in given for each in ([entry] if isinstance(entry, str) else entry)]
    return [panels.field(each) if each in _FIELDS else panels["periods"] for each in names]


@pytest.mark.parametrize("name", talib_functions())
def test_every_function_of_talib(name: str, talib_panels: Bars) -> None:
    function, info = getattr(talib, name), described.Function(name).info
    wanted = talib_panels.by_instrument(
        lambda *bars: _known(name, function(*bars, **info["parameters"])), *_taken(name, talib_panels)
    )
    for output, panel in zip(info["output_names"], wanted, strict=True):
        found = talib_panels[f"x_{name}_{output}".lower()[:24].rstrip("_")]
        np.testing.assert_allclose(found.to_numpy(), panel[found.columns].to_numpy(), rtol=1e-12, equal_nan=True)
        assert found.notna().any(axis=None) or name in {"ACOS", "ASIN"}


def _known(name: str, results: Any) -> Any:
    """Returns a function's results, whole numbers NaN until the look-back is full."""
    look_back = described.Function(name).lookback
    several = results if isinstance(results, tuple) else (results,)
    cleared = tuple(
        np.where((np.arange(len(each)) < look_back) & (each.dtype.kind == "i"), np.nan, each) for each in several
    )
    return cleared if isinstance(results, tuple) else cleared[0]
