"""The interpreter's Qlib expressions have the very bits of Qlib's own float32 values."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.oracle.factors import ALPHA158, ALPHA360, alpha158, alpha360
from tests.oracle.market import Market, read_market
from tests.oracle.qlib_nodes import EXPRESSIONS
from tests.oracle.qlib_series import QlibValues
from tests.oracle.qlib_syntax import filled
from tests.support.features import qlib_features
from tests.support.rough_market import make_rough_market

NODES = {
    f"{name} of {window}": filled(
        expression,
        {"input": "$close", "other": "$volume", "window": window, "days": window, "fraction": 0.3},
    )
    for name, expression in EXPRESSIONS.items()
    for window in (4, 17)
}
CHAINS = {
    text: text
    for text in (
        "EMA(Mean($close/Ref($close,1)-1, 5), 8)*100",
        "Ref(Max($high, 10)-Min($low, 10), 3)/(1+Std($vwap, 7))",
        "If($close>Mean($close, 5), 2*$close, $open-1)",
        "If(And($close>Ref($close,1), $volume>=Ref($volume,1)), 1, 0)",
        "If(Or(Not($close>$open), $high==$low), $close, -1)",
        "Power($close, 2)-$close**0.5",
        "Count($close, 6)+Sign($change)",
        "3/$close-(1.5-$open)*2",
        "($close<=$open)+($close!=$vwap)",
        "Slope(EMA($close, 5), 9)+Resi(Ref($close, 2), 6)",
        "Corr(Rank($close, 6), Log($volume), 9)",
        "WMA(Abs(Delta($close, 2)), 5)-Mad(Med($close, 3), 6)",
        "2*3*$close-Kurt($change, 8)*Skew($change, 8)",
    )
}
FACTORS = {name: alpha158(name) for name in ALPHA158 if not name.endswith(("30", "60"))}
FACTORS |= {name: alpha360(name) for name in ALPHA360 if name.endswith(("0", "7"))}
WANTED = NODES | CHAINS | FACTORS


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Market:
    """A rough market."""
    return read_market(make_rough_market(tmp_path_factory.mktemp("rough") / "data", seed=3, instruments=12, days=160))


@pytest.fixture(scope="module")
def asked(market: Market) -> dict[str, pd.DataFrame]:
    """What Qlib says."""
    return qlib_features(market.root, list(dict.fromkeys(WANTED.values())))


@pytest.fixture(scope="module")
def values(market: Market) -> QlibValues:
    """What the interpreter says, each part worked out once."""
    return QlibValues(market)


@pytest.mark.parametrize("name", WANTED)
def test_the_bits_are_qlib_s(name: str, market: Market, asked: dict[str, pd.DataFrame], values: QlibValues) -> None:
    """Every cell, NaN and infinity included."""
    expected = asked[WANTED[name]].reindex(index=market.days, columns=list(market.codes)).to_numpy(np.float32)
    found = values.panel(WANTED[name]).to_numpy().astype(np.float32)
    np.testing.assert_array_equal(found, expected)
    assert np.isfinite(found).any()
