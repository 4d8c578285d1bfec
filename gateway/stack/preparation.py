"""What must be there before the first process starts: the schema and the synthetic market."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping

from gateway.stack.layout import Layout
from gateway.stack.logs import last_lines
from gateway.stack.settings import StackSettings
from services.runtime.variables import StartError


def prepare(settings: StackSettings, layout: Layout) -> None:
    """Brings the database to the newest schema and makes the market where it is missing. Raises StartError."""
    _run("migrate", ["repo.migrate", "upgrade"], settings.environment, layout)
    if settings.embedded_market and not layout.market.exists():
        _make_market(settings.environment, layout)


def _make_market(environment: Mapping[str, str], layout: Layout) -> None:
    """Makes it under another name first: a market that is there is whole."""
    draft = layout.root / "market.new"
    shutil.rmtree(draft, ignore_errors=True)
    _run("market", ["workers.market", str(draft)], environment, layout)
    draft.rename(layout.market)


def _run(name: str, module: list[str], environment: Mapping[str, str], layout: Layout) -> None:
    log = layout.log(name)
    with log.open("wb") as output:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-m", *module], env=dict(environment), stdout=output, stderr=subprocess.STDOUT, check=False
        )
    if done.returncode != 0:
        raise StartError(f"{name} failed with exit code {done.returncode}; its log ends:\n{last_lines(log)}")
