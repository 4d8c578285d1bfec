"""The 158 factors of Qlib's Alpha158: the shape of the day's bar, and 29 families over five windows."""

from __future__ import annotations

from codegen_core.factors.factor import Factor, FactorSource
from codegen_core.factors.movements import MOVEMENTS, VOLUMES
from codegen_core.factors.standings import RANGES, TRENDS
from codegen_core.nodes.declaration import Text

_WINDOWS = (5, 10, 20, 30, 60)
_TINY = "1e-12"
_RANGE = f"($high-$low+{_TINY})"


def _bar(name: str, expression: str, title: Text, text: Text) -> Factor:
    return Factor(name, FactorSource.ALPHA158, title, text, "CANDLESTICK", expression)


def _price(field: str, title: Text) -> Factor:
    text = Text(f"The day's {field} price over its close.", f"当日{title.zh}除以收盘价。")
    name = Text(f"{title.en} over close", f"{title.zh}/收盘价")
    return Factor(f"{field.upper()}0", FactorSource.ALPHA158, name, text, "PRICE", f"${field}/$close")


_BARS = (
    _bar(
        "KMID",
        "($close-$open)/$open",
        Text("Body", "实体"),
        Text("The day's move from open to close, over the open.", "当日开盘到收盘的涨跌，除以开盘价。"),
    ),
    _bar(
        "KLEN",
        "($high-$low)/$open",
        Text("Length", "振幅"),
        Text("The day's range from low to high, over the open.", "当日最高价与最低价之差，除以开盘价。"),
    ),
    _bar(
        "KMID2",
        f"($close-$open)/{_RANGE}",
        Text("Body in the range", "实体占振幅"),
        Text("The day's move from open to close, over the day's range.", "当日开盘到收盘的涨跌，除以当日振幅。"),
    ),
    _bar(
        "KUP",
        "($high-Greater($open, $close))/$open",
        Text("Upper shadow", "上影线"),
        Text("From the top of the body to the high, over the open.", "实体上沿到最高价的距离，除以开盘价。"),
    ),
    _bar(
        "KUP2",
        f"($high-Greater($open, $close))/{_RANGE}",
        Text("Upper shadow in the range", "上影线占振幅"),
        Text("From the top of the body to the high, over the day's range.", "实体上沿到最高价的距离，除以当日振幅。"),
    ),
    _bar(
        "KLOW",
        "(Less($open, $close)-$low)/$open",
        Text("Lower shadow", "下影线"),
        Text("From the low to the bottom of the body, over the open.", "最低价到实体下沿的距离，除以开盘价。"),
    ),
    _bar(
        "KLOW2",
        f"(Less($open, $close)-$low)/{_RANGE}",
        Text("Lower shadow in the range", "下影线占振幅"),
        Text("From the low to the bottom of the body, over the day's range.", "最低价到实体下沿的距离，除以当日振幅。"),
    ),
    _bar(
        "KSFT",
        "(2*$close-$high-$low)/$open",
        Text("Shift", "收盘偏移"),
        Text(
            "How far the close lies above (below) the middle of the range, twice, over the open.",
            "收盘价相对振幅中点偏移的两倍，除以开盘价。",
        ),
    ),
    _bar(
        "KSFT2",
        f"(2*$close-$high-$low)/{_RANGE}",
        Text("Shift in the range", "收盘偏移占振幅"),
        Text(
            "How far the close lies above (below) the middle of the range, twice, over the day's range.",
            "收盘价相对振幅中点偏移的两倍，除以当日振幅。",
        ),
    ),
)

_PRICES = (
    _price("open", Text("Open", "开盘价")),
    _price("high", Text("High", "最高价")),
    _price("low", Text("Low", "最低价")),
    _price("vwap", Text("Average price", "成交均价")),
)


def alpha158() -> tuple[Factor, ...]:
    """Returns the factors in Qlib's order."""
    families = (*TRENDS, *RANGES, *MOVEMENTS, *VOLUMES)
    rolling = (each for family in families for each in family.factors(FactorSource.ALPHA158, _WINDOWS))
    return (*_BARS, *_PRICES, *rolling)
