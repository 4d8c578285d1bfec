"""Bars from returns, under a daily price limit of 10 % of the previous close."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workers.market.listing import Flags, Floats, Listing

LIMIT = 0.1
"""Daily price limit; the limit prices are rounded to the cent as the exchanges do."""

_LEAST_PRICE = 1.0
_MISSING_OPEN = 1 / 5000


@dataclass(frozen=True, slots=True)
class Bars:
    """Adjusted bars, a row a day and a column an instrument, NaN where there is none.

    Attributes:
        capitalisation: Of all shares in money, at the last known close; NaN before the listing.
    """

    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    vwap: Floats
    change: Floats
    factor: Floats
    capitalisation: Floats


@dataclass(frozen=True, slots=True)
class _Closes:
    """Raw closes with the raw price that the day's limits are taken from; both have values on every day."""

    close: Floats
    reference: Floats
    lower: Floats
    upper: Floats


def make_bars(rng: np.random.Generator, listing: Listing, returns: Floats) -> Bars:
    """Returns the bars that ``returns`` give under the price limits."""
    raw = _closes(rng, listing, returns)
    opens, boards = _opens(rng, raw)
    high, low = _ranges(rng, raw, opens, boards)
    vwap = np.round((opens + high + low + raw.close) / 4, 3)
    shares = np.exp(rng.normal(19.5, 1.0, opens.shape[1]))
    volume = _volumes(rng, raw, shares, boards)
    missing = rng.random(opens.shape) < _MISSING_OPEN
    factor, blank = listing.factor, ~listing.traded
    close = np.where(blank, np.nan, raw.close * factor)
    last_close = _carried(close)
    return Bars(
        open=np.where(blank | missing, np.nan, opens * factor),
        high=np.where(blank, np.nan, high * factor),
        low=np.where(blank, np.nan, low * factor),
        close=close,
        volume=np.where(blank, np.nan, volume / factor),
        vwap=np.where(blank, np.nan, vwap * factor),
        change=np.where(blank, np.nan, last_close / _shifted(last_close) - 1),
        factor=np.where(blank, np.nan, factor),
        capitalisation=last_close * shares,
    )


def _closes(rng: np.random.Generator, listing: Listing, returns: Floats) -> _Closes:
    days, count = returns.shape
    close, reference, lower, upper = (np.empty((days, count)) for _ in range(4))
    last = np.round(np.exp(rng.normal(2.6, 0.8, count)) + _LEAST_PRICE, 2) * listing.factor[listing.first, range(count)]
    for row in range(days):
        factor = listing.factor[row]
        reference[row] = last / factor
        lower[row], upper[row] = np.round(reference[row] * (1 - LIMIT), 2), np.round(reference[row] * (1 + LIMIT), 2)
        wanted = np.round(reference[row] * np.exp(returns[row]), 2)
        close[row] = np.maximum(np.clip(wanted, lower[row], upper[row]), np.minimum(_LEAST_PRICE, upper[row]))
        last = np.where(listing.traded[row], close[row] * factor, last)
    return _Closes(close, reference, lower, upper)


def _opens(rng: np.random.Generator, raw: _Closes) -> tuple[Floats, Flags]:
    """Opens, and where the whole day trades at the limit price alone (a one-price board)."""
    shape = raw.close.shape
    gap = rng.uniform(0.0, 0.8, shape) * (raw.close / raw.reference - 1) + rng.standard_normal(shape) * 0.004
    opens = np.clip(np.round(raw.reference * (1 + gap), 2), raw.lower, raw.upper)
    at_limit = (raw.close == raw.upper) | (raw.close == raw.lower)
    draw = rng.random(shape)
    opens = np.where(at_limit & (draw < 0.4), raw.close, opens)
    lonely = rng.random(shape)
    opens = np.where(lonely < 0.0005, raw.upper, np.where(lonely > 0.9995, raw.lower, opens))
    return opens, at_limit & (draw < 0.2) & (opens == raw.close)


def _ranges(rng: np.random.Generator, raw: _Closes, opens: Floats, boards: Flags) -> tuple[Floats, Floats]:
    reach = np.abs(rng.standard_normal((2, *opens.shape))) * 0.008
    top, bottom = np.maximum(opens, raw.close), np.minimum(opens, raw.close)
    high = np.minimum(np.round(top * (1 + reach[0]), 2), np.maximum(raw.upper, top))
    low = np.maximum(np.round(bottom * (1 - reach[1]), 2), np.minimum(raw.lower, bottom))
    return np.where(boards, top, high), np.where(boards, bottom, low)


def _volumes(rng: np.random.Generator, raw: _Closes, shares: Floats, boards: Flags) -> Floats:
    """Raw shares in lots of 100; busy days are those that move, one-price boards are thin."""
    noise = np.exp(rng.standard_normal(raw.close.shape) * 0.35)
    busy = 1 + 12 * np.abs(raw.close / raw.reference - 1)
    lots = np.round(shares * 0.0001 * noise * busy * np.where(boards, 0.1, 1.0))
    return np.asarray(np.maximum(lots, 1.0) * 100)


def _carried(panel: Floats) -> Floats:
    """The last known value of each column."""
    row = np.where(np.isnan(panel), 0, np.arange(len(panel))[:, None])
    return np.asarray(np.take_along_axis(panel, np.maximum.accumulate(row, axis=0), axis=0))


def _shifted(panel: Floats) -> Floats:
    """The panel one row later."""
    return np.vstack([np.full((1, panel.shape[1]), np.nan), panel[:-1]])
