"""Imports Qlib without the advertisement that gym, which Qlib imports, prints when it is first imported."""

import contextlib
import io

with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
    import qlib.backtest
    import qlib.backtest.executor
    import qlib.data
    import qlib.strategy.base  # noqa: F401
