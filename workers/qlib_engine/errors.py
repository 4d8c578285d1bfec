"""How a backtest fails, told in one sentence without paths or traces."""

from __future__ import annotations

import re
import traceback

MODULE_FILE = "<strategy>"
"""The file name that the generated module is compiled under."""

_LONGEST = 300
_PATH = re.compile(r"(?<![\w.])(?:/[\w.@+-]+){2,}/?")


class BacktestError(Exception):
    """The test can't be run as asked, for a reason that is not the strategy's; the message is for its owner."""


class StrategyError(Exception):
    """The strategy's own exception; the message names its type, its text and the line of the generated file."""

    @classmethod
    def of(cls, cause: BaseException) -> StrategyError:
        """Returns what to tell about ``cause``."""
        said = cause.msg if isinstance(cause, SyntaxError) else str(cause)
        text = _PATH.sub("…", " ".join(said.split()))
        told = f"{type(cause).__name__}: {text}" if text else type(cause).__name__
        line = line_of(cause)
        where = f" (line {line})" if line else ""
        return cls(told[:_LONGEST] + where)


def line_of(cause: BaseException) -> int | None:
    """Returns the innermost line of the generated file that the exception came through, if any."""
    if isinstance(cause, SyntaxError) and cause.filename == MODULE_FILE:
        return cause.lineno
    lines = [number for frame, number in traceback.walk_tb(cause.__traceback__) if _in_module(frame.f_code.co_filename)]
    return lines[-1] if lines else None


def _in_module(file_name: str) -> bool:
    return file_name == MODULE_FILE
