"""Watches over the process of one strategy: takes its messages, tells its progress, and ends it in time."""

from __future__ import annotations

import select
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from workers.feed import ProgressFeed
from workers.progress import ProgressPoint
from workers.sandbox import Child
from workers.sandbox.messages import BrokenMessageError
from workers.strategy_messages import Message, outcome_problem

TICK_SECONDS = 0.05
CANCEL_SECONDS = 0.2
RENEW_SECONDS = 3.0
_OUT_OF_MEMORY = "The strategy needed more memory than a quick test may use."


class Ended(Enum):
    """How a strategy's process ended."""

    COMPLETED = auto()
    STRATEGY_ERROR = auto()
    FAILED = auto()
    CANCELLED = auto()
    LEASE_LOST = auto()


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of a test: an outcome (``BacktestOutcome.as_json``) if COMPLETED, else what to tell its owner."""

    how: Ended
    outcome: dict[str, Any] | None = None
    message: str | None = None


@dataclass(slots=True)
class Timer:
    """Says when the next turn of a periodic check is due."""

    every: float
    due: float = 0.0

    def is_due(self, now: float) -> bool:
        """Returns whether a turn is due, and takes it."""
        if now < self.due:
            return False
        self.due = now + self.every
        return True


class Supervisor:
    """Supervises one child until it has ended.

    Args:
        renew: Renews the lease every 3 s; False says that the test is no longer ours.
        timeout: Seconds that the child may take.
    """

    def __init__(self, child: Child, feed: ProgressFeed, renew: Callable[[], bool], timeout: float) -> None:
        self._child = child
        self._feed = feed
        self._renew = renew
        self._timeout = timeout
        self._ending: Ending | None = None

    def supervise(self) -> Ending:
        """Returns how the child ended; by then it is gone, with all of its process group."""
        now = time.monotonic()
        deadline, cancel, renew = now + self._timeout, Timer(CANCEL_SECONDS), Timer(RENEW_SECONDS, now + RENEW_SECONDS)
        try:
            while self._ending is None and not self._child.receiver.at_end:
                self._take_messages()
                self._feed.flush()
                self._ending = self._ending or self._reason_to_stop(deadline, cancel, renew)
        except BrokenMessageError:
            self._ending = Ending(Ended.FAILED, message="The strategy's process sent something that is not a result.")
        except BaseException:
            self._child.end(kill=True)
            raise
        # Where it has ended by itself its own death is of interest, so it isn't killed first.
        exit_code = self._child.end(kill=self._ending is not None)
        return self._ending or Ending(Ended.FAILED, message=_told(exit_code))

    def _reason_to_stop(self, deadline: float, cancel: Timer, renew: Timer) -> Ending | None:
        now = time.monotonic()
        if cancel.is_due(now) and self._feed.is_cancel_requested():
            return Ending(Ended.CANCELLED)
        if renew.is_due(now) and not self._renew():
            return Ending(Ended.LEASE_LOST)
        if now > deadline:
            return Ending(Ended.FAILED, message=f"The test took longer than {self._timeout:g} seconds and was stopped.")
        return None

    def _take_messages(self) -> None:
        ready, _, _ = select.select([self._child.descriptor], [], [], TICK_SECONDS)
        if ready:
            for message in self._child.receiver.receive():
                self._take(message)

    def _take(self, message: dict[str, Any]) -> None:
        match message:
            case {"kind": Message.DAY}:
                self._take_day(message)
            case {"kind": Message.OUTCOME, "outcome": dict(outcome)}:
                self._ending = self._completed(outcome)
            case {"kind": Message.STRATEGY_ERROR, "message": str(text)}:
                self._ending = Ending(Ended.STRATEGY_ERROR, message=f"The strategy failed: {text[:500]}")
            case {"kind": Message.BACKTEST_ERROR, "message": str(text)}:
                self._ending = Ending(Ended.FAILED, message=text[:500])
            case {"kind": Message.OUT_OF_MEMORY}:
                self._ending = Ending(Ended.FAILED, message=_OUT_OF_MEMORY)
            case _:
                raise BrokenMessageError("no message that the supervisor knows")

    def _take_day(self, message: dict[str, Any]) -> None:
        match message:
            case {
                "trading_day": str(day), "number": int(number), "total": int(total),
                "portfolio_value": float(value), "benchmark_value": (float() | None) as benchmark,
            }:  # fmt: skip
                self._feed.add_day(number, total, ProgressPoint(day[:10], value, benchmark))
            case _:
                raise BrokenMessageError("no day of a test")

    def _completed(self, outcome: dict[str, Any]) -> Ending:
        problem = outcome_problem(outcome)
        if problem:
            raise BrokenMessageError(problem)
        self._feed.end_trading()
        return Ending(Ended.COMPLETED, outcome=outcome)


def _told(exit_code: int) -> str:
    if exit_code == -signal.SIGXCPU:
        return "The strategy used more processor time than a quick test may use."
    if exit_code < 0:
        return f"The strategy's process was ended by signal {-exit_code} before it had a result."
    return "The strategy's process ended without a result."
