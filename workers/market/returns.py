"""What would move the prices if there were no limits: market regimes, sectors, and each stock's own noise."""

from __future__ import annotations

import numpy as np

from workers.market.listing import Floats

_DRIFT = np.array([0.0011, -0.0009, 0.0002])
_DEVIATION = np.array([0.009, 0.014, 0.010])
_REGIME_CHANGE = 0.012
_SECTORS = 11
_JUMP = 0.004


def draw_returns(rng: np.random.Generator, days: int, count: int) -> Floats:
    """Returns log returns, a row a day and a column an instrument."""
    beta, sector = rng.normal(1.0, 0.25, count), rng.integers(0, _SECTORS, count)
    sectors = rng.standard_normal((days, _SECTORS)) * 0.006
    moves = np.outer(_market(rng, days), beta) + sectors[:, sector] + _own_moves(rng, days, count)
    jumps = (rng.random((days, count)) < _JUMP) * rng.choice([-1.0, 1.0], (days, count))
    return np.asarray(moves + jumps * rng.uniform(0.07, 0.16, (days, count)))


def _market(rng: np.random.Generator, days: int) -> Floats:
    regime = np.cumsum(rng.random(days) < _REGIME_CHANGE) % len(_DRIFT)
    return np.asarray(_DRIFT[regime] + _DEVIATION[regime] * rng.standard_t(5, days) * 0.77)


def _own_moves(rng: np.random.Generator, days: int, count: int) -> Floats:
    """GARCH(1,1) noise with heavy tails."""
    base = np.exp(rng.normal(-4.05, 0.3, count)) ** 2
    draws = rng.standard_t(4, (days, count)) * 0.7
    moves, variance = np.empty((days, count)), base.copy()
    for row in range(days):
        moves[row] = draws[row] * np.sqrt(variance)
        variance = 0.06 * base + 0.86 * variance + 0.08 * moves[row] ** 2
    return moves
