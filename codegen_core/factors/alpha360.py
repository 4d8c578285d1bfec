"""The 360 factors of Qlib's Alpha360: six fields of the last 60 days, each over the day's close or volume."""

from __future__ import annotations

from codegen_core.factors.factor import Factor, FactorSource
from codegen_core.nodes.declaration import Text

_DAYS = 60
_PRICES = {
    "close": Text("Close", "收盘价"),
    "open": Text("Open", "开盘价"),
    "high": Text("High", "最高价"),
    "low": Text("Low", "最低价"),
    "vwap": Text("Average price", "成交均价"),
}
_VOLUME = Text("Volume", "成交量")


def alpha360() -> tuple[Factor, ...]:
    """Returns the factors in Qlib's order: field by field, the oldest day first."""
    close = Text("close", "收盘价")
    prices = [
        _factor(field, title, days, "PRICE", "$close", close)
        for field, title in _PRICES.items()
        for days in _backwards()
    ]
    volume = Text("volume", "成交量")
    volumes = [_factor("volume", _VOLUME, days, "VOLUME", "($volume+1e-12)", volume) for days in _backwards()]
    return (*prices, *volumes)


def _backwards() -> range:
    return range(_DAYS - 1, -1, -1)


def _factor(field: str, title: Text, days: int, category: str, divisor: str, base: Text) -> Factor:
    value = f"Ref(${field}, {days})" if days else f"${field}"
    ago = Text(f"of {days} days ago", f"{days} 日前的") if days else Text("of today", "当日的")
    return Factor(
        name=f"{field.upper()}{days}",
        source=FactorSource.ALPHA360,
        display_name=Text(f"{title.en} {ago.en}", f"{ago.zh}{title.zh}"),
        description=Text(
            f"The {title.en.lower()} {ago.en} over today's {base.en}.", f"{ago.zh}{title.zh}除以当日{base.zh}。"
        ),
        category=category,
        expression=f"{value}/{divisor}",
    )
