"""Pools whose members change twice a year, and their indices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

import numpy as np

from workers.market.listing import Flags, Floats, Listing
from workers.market.prices import Bars

_REVIEW_MONTHS = (1, 7)
_LOOK_BACK = 120


def draw_pools(listing: Listing, bars: Bars, days: Sequence[date]) -> dict[str, Flags]:
    """Returns the members of each pool, by name: a row a day, a column an instrument.

    csi300 holds the largest instruments by mean capitalisation before each review, csi500 the next, csi800 both.
    """
    count = len(listing.codes)
    large, middle = min(300, round(count * 0.35)), min(500, round(count * 0.5))
    csi300, csi500 = np.zeros((2, *listing.traded.shape), bool)
    reviews = [*_review_rows(days), len(days)]
    for begin, end in pairwise(reviews):
        ranked = _by_size(listing, bars, begin)
        csi300[begin:end, ranked[:large]] = True
        csi500[begin:end, ranked[large : large + middle]] = True
    listed = listing.listed
    pools = {"all": listed, "csi300": csi300 & listed, "csi500": csi500 & listed}
    return {**pools, "csi800": pools["csi300"] | pools["csi500"]}


def index_close(members: Flags, bars: Bars, base: float) -> Floats:
    """Returns an index weighted by the capitalisation of the day before, at ``base`` on the first day."""
    moves = np.nan_to_num(bars.change)[1:]
    weights = np.where(members[1:], np.nan_to_num(bars.capitalisation)[:-1], 0.0)
    returns = (weights * moves).sum(axis=1) / np.maximum(weights.sum(axis=1), 1.0)
    return np.asarray(np.round(base * np.concatenate([[1.0], np.cumprod(1 + returns)]), 2))


def spans(members: Flags) -> list[tuple[int, int, int]]:
    """Returns (column, first row, last row) of each run of membership, by column, then row."""
    edges = np.diff(np.pad(members, ((1, 1), (0, 0))).astype(np.int8), axis=0).T
    begins, ends = np.argwhere(edges == 1), np.argwhere(edges == -1)
    return [(int(column), int(begin), int(end) - 1) for (column, begin), (_, end) in zip(begins, ends, strict=True)]


def _review_rows(days: Sequence[date]) -> list[int]:
    """The first day and the first of each review month."""
    months = [(day.year, day.month) for day in days]
    changes = [row for row in range(1, len(days)) if months[row] != months[row - 1]]
    return [0, *(row for row in changes if days[row].month in _REVIEW_MONTHS)]


def _by_size(listing: Listing, bars: Bars, row: int) -> list[int]:
    """Columns of those with bars on the day of the review, the largest first."""
    window = bars.capitalisation[max(row - _LOOK_BACK, 0) : max(row, 1)]
    known = ~np.isnan(window)
    size = np.where(known, window, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    alive = (listing.first < max(row, 1)) & (listing.last >= row)
    return [int(column) for column in np.argsort(-size, kind="stable") if alive[column]]
