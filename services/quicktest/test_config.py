"""What a quick test runs on: the request's settings held against a market, every default filled in."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from codegen_core.pools import POOLS
from services.runtime.request_checks import RequestChecks

MONTHS: Mapping[str, int] = MappingProxyType({"1M": 1, "3M": 3, "6M": 6, "1Y": 12, "3Y": 36})
DEFAULT_RANGE, DEFAULT_POOL = "3M", "CSI300"
DEAL_PRICES = ("open", "close", "vwap")
MOST_INSTRUMENTS = 1_000
LEAST_CAPITAL, MOST_CAPITAL = 10_000.0, 10_000_000.0
_CODE = re.compile(r"[A-Za-z0-9._-]{1,32}")
_CONFIG = "test_config."


@dataclass(frozen=True, slots=True)
class MarketFacts:
    """What the settings are held against.

    Attributes:
        calendar: Trading days as ISO dates, ascending.
        codes: The instruments of the data.
        benchmarks: Qlib pool name to its benchmark's code, if any, for the pools that the data has.
        limit_threshold: The region's price limit, as a fraction; None where there is none.
    """

    data_version: str
    calendar: Sequence[str]
    codes: frozenset[str]
    benchmarks: Mapping[str, str | None]
    limit_threshold: float | None


@dataclass(frozen=True, slots=True)
class TestConfig:
    """The settings of a test. As asked for, with None for what the request leaves out; or, resolved, with every value.

    Attributes:
        initial_capital: In currency.
        open_cost: Fraction of a purchase's value; ``close_cost`` of a sale's.
        min_cost: In currency, a fill.
        limit_threshold: Price limit as a fraction; None: the region's.
        notes: What the reader of the result should know of how the settings were resolved; never in a request.
    """

    __test__ = False  # not a test class, whatever its name

    date_range: str | None = None
    start_date: str | None = None
    end_date: str | None = None
    stock_pool: str | None = None
    instruments: tuple[str, ...] = ()
    initial_capital: float = 100_000.0
    benchmark: str | None = None
    deal_price: str = "open"
    open_cost: float = 0.0005
    close_cost: float = 0.0015
    min_cost: float = 5.0
    limit_threshold: float | None = None
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Returns the settings as JSON values, without those that have none."""
        values = {name: value for name, value in asdict(self).items() if value is not None and value != ()}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def resolve(config: TestConfig, market: MarketFacts) -> TestConfig:
    """Returns the settings with every default filled in and the days cut to those that can be traded.

    Raises:
        InvalidArgument: Naming every setting that is wrong, or that leaves no day or no instrument to trade.
    """
    if config.stock_pool is None and not config.instruments:
        config = replace(config, stock_pool=DEFAULT_POOL)
    if config.date_range is None and config.start_date is None and config.end_date is None:
        config = replace(config, date_range=DEFAULT_RANGE)
    checks = RequestChecks()
    _check_numbers(config, checks)
    _check_universe(config, market, checks)
    days = _days(config, market, checks)
    checks.finish()
    return replace(
        config,
        start_date=days.first,
        end_date=days.last,
        notes=days.notes,
        benchmark=config.benchmark or market.benchmarks.get(POOLS[config.stock_pool or "ALL_A_SHARES"]),
        limit_threshold=market.limit_threshold if config.limit_threshold is None else config.limit_threshold,
    )


def _check_numbers(config: TestConfig, checks: RequestChecks) -> None:
    checks.number(_CONFIG + "initial_capital", config.initial_capital, LEAST_CAPITAL, MOST_CAPITAL)
    checks.number(_CONFIG + "open_cost", config.open_cost, 0.0, 0.1)
    checks.number(_CONFIG + "close_cost", config.close_cost, 0.0, 0.1)
    checks.number(_CONFIG + "min_cost", config.min_cost, 0.0, 1000.0)
    limit = config.limit_threshold
    if limit is not None:
        name = _CONFIG + "limit_threshold"
        checks.expect(0.0 < limit < 1.0, name, "a number above 0 and below 1", limit, "OUT_OF_RANGE")
    checks.one_of(_CONFIG + "deal_price", config.deal_price, DEAL_PRICES)


def _check_universe(config: TestConfig, market: MarketFacts, checks: RequestChecks) -> None:
    if config.stock_pool is not None and checks.one_of(_CONFIG + "stock_pool", config.stock_pool, POOLS):
        pools = [name for name, qlib_name in POOLS.items() if qlib_name in market.benchmarks]
        checks.expect(
            config.stock_pool in pools, _CONFIG + "stock_pool", f"a pool of the data ({', '.join(pools)})",
            config.stock_pool, "EMPTY_UNIVERSE",
        )  # fmt: skip
    if config.instruments:
        _check_instruments(config, market, checks)
    benchmark = config.benchmark
    if benchmark is not None:
        checks.expect(_CODE.fullmatch(benchmark) is not None, _CONFIG + "benchmark", "an instrument code", benchmark)


def _check_instruments(config: TestConfig, market: MarketFacts, checks: RequestChecks) -> None:
    field = _CONFIG + "instruments"
    checks.expect(config.stock_pool is None, field, "either stock_pool or instruments", "both")
    count = len(config.instruments)
    if not checks.expect(count <= MOST_INSTRUMENTS, field, f"at most {MOST_INSTRUMENTS} codes", f"{count} codes"):
        return
    wrong = [code for code in config.instruments if not _CODE.fullmatch(code)]
    if checks.expect(not wrong, field, "codes of 1 to 32 letters, digits, dots, dashes and underscores", wrong[:3]):
        known = market.codes.intersection(config.instruments)
        checks.expect(bool(known), field, "at least one code of the data", config.instruments[:3], "EMPTY_UNIVERSE")


@dataclass(frozen=True, slots=True)
class _Days:
    """The first and the last day of a test, ISO, and what there is to note of them."""

    first: str
    last: str
    notes: tuple[str, ...] = ()


def _days(config: TestConfig, market: MarketFacts, checks: RequestChecks) -> _Days:
    """The test's days; they lie between the calendar's second day and its last but one."""
    tradable = market.calendar[1:-1]
    if not checks.expect(bool(tradable), _CONFIG + "date_range", "a market with at least three days", "fewer"):
        return _Days("", "")
    asked = _asked_days(config, tradable[-1], checks)
    if not asked.first or not asked.last or asked.first > asked.last:
        return asked
    low, high = bisect_left(tradable, asked.first), bisect_right(tradable, asked.last)
    if low == high:
        span = f"trading days, which the data has from {tradable[0]} to {tradable[-1]}"
        checks.expect(False, _CONFIG + "start_date", span, f"{asked.first} to {asked.last}", "NO_TRADING_DAYS")
        return asked
    found = _Days(tradable[low], tradable[high - 1])
    if tradable[0] <= asked.first and asked.last <= tradable[-1]:
        return found
    cut = f"The range {asked.first} to {asked.last} was cut to what the data can trade: {found.first} to {found.last}."
    return replace(found, notes=(cut,))


def _asked_days(config: TestConfig, newest: str, checks: RequestChecks) -> _Days:
    """The days as asked for, whatever the data has; empty where they are wrong."""
    if config.start_date is None and config.end_date is None:
        months = config.date_range or ""
        known = checks.one_of(_CONFIG + "date_range", months, MONTHS)
        return _Days(_months_before(newest, MONTHS[months]) if known else "", newest)
    checks.expect(config.date_range is None, _CONFIG + "date_range", "either date_range or start_date", "both")
    first = _checked_day("start_date", config.start_date, checks)
    last = _checked_day("end_date", config.end_date, checks)
    if first and last:
        checks.expect(first <= last, _CONFIG + "end_date", f"a day from {first} on", last, "OUT_OF_RANGE")
    return _Days(first, last)


def _checked_day(name: str, value: str | None, checks: RequestChecks) -> str:
    """The day, empty where it is none."""
    text = value or ""
    return text if checks.expect(is_day(text), _CONFIG + name, "a day written YYYY-MM-DD", text) else ""


def is_day(text: str) -> bool:
    """Says whether a text is a date written YYYY-MM-DD; Python reads other forms too."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _months_before(last: str, months: int) -> str:
    """The day after the same day ``months`` earlier, so that 12 months are one year and not a day more.

    Where that month is shorter, its last day stands for the same day.
    """
    end = date.fromisoformat(last)
    year, month = divmod(end.year * 12 + end.month - 1 - months, 12)
    day = min(end.day, monthrange(year, month + 1)[1])
    return (date(year, month + 1, day) + timedelta(days=1)).isoformat()
