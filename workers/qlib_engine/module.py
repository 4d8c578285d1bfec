"""Executes a generated module's text and makes its strategy."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from workers.qlib_engine.errors import MODULE_FILE, StrategyError, line_of

MODULE_NAME = "generated_strategy"
STRATEGY_CLASS = "FlowStrategy"


@contextmanager
def strategy_errors() -> Iterator[None]:
    """Turns exceptions that came through the generated module's lines into StrategyError; others pass as they are."""
    try:
        yield
    except MemoryError:
        raise
    except (Exception, SystemExit) as cause:
        if line_of(cause) is None:
            raise
        raise StrategyError.of(cause) from cause


def make_strategy(code: str, pool: str | list[str]) -> Any:
    """Returns an instance of the module's strategy class.

    The module is a fresh one and never ``__main__``, so its command line doesn't run.

    Raises:
        StrategyError: The module can't be executed or has no such class.
    """
    module = ModuleType(MODULE_NAME)
    sys.modules[MODULE_NAME] = module  # dataclasses and pickles look a class's module up there
    with strategy_errors():
        exec(compile(code, MODULE_FILE, "exec", dont_inherit=True), module.__dict__)  # noqa: S102  the engine's purpose
        strategy_class = getattr(module, STRATEGY_CLASS, None)
        if strategy_class is None:
            raise StrategyError(f"the module has no class {STRATEGY_CLASS}")
        return strategy_class(pool=pool)
