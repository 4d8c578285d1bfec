"""Repeated measurements whose ratios mean something on a machine that has other things to do."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Action = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Sample:
    """The values of one thing measured several times; seconds, unless said otherwise."""

    values: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.values:
            raise ValueError("nothing was measured")

    @classmethod
    def of(cls, values: Sequence[float]) -> Sample:
        """Returns the sample of a list of values."""
        return cls(tuple(values))

    @property
    def median(self) -> float:
        """The middle value."""
        return statistics.median(self.values)

    @property
    def least(self) -> float:
        """The smallest value: the nearest to what an idle machine would give."""
        return min(self.values)


def timed(action: Action) -> float:
    """Returns the seconds of wall clock that one call takes."""
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def interleaved(actions: Mapping[str, Action], rounds: int, warm_up: int = 1) -> dict[str, Sample]:
    """Times each action once a round, so that whatever slows the machine down slows all of them.

    Args:
        warm_up: Rounds before the first that counts.
    """
    for _ in range(warm_up):
        for action in actions.values():
            action()
    values: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(rounds):
        for name, action in actions.items():
            values[name].append(timed(action))
    return {name: Sample.of(measured) for name, measured in values.items()}
