"""Starts Qlib in a process, quietly and with its data in memory."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path

import qlib
from qlib.data import D
from qlib.data.cache import H

from workers.qlib_engine.memory import MemoryFeatureProvider


def initialise(provider_uri: Path | str, region: str, *, in_memory: bool = True) -> None:
    """Initialise Qlib for the data directory and load its calendar, its pools and, in memory, its fields.

    Args:
        in_memory: False leaves the fields to Qlib's own provider, which reads the files each time.
    """
    directory = str(Path(provider_uri).resolve())
    memory = {"class": MemoryFeatureProvider, "kwargs": {"directory": directory}}
    qlib.init(
        provider_uri=directory,
        region=region,
        kernels=1,
        logging_level=logging.ERROR,
        exp_manager=_no_experiments(),
        **({"feature_provider": memory} if in_memory else {}),
    )
    D.calendar()
    for pool in sorted(Path(directory, "instruments").glob("*.txt")):
        D.list_instruments(D.instruments(pool.stem))


def _no_experiments() -> dict[str, object]:
    """Qlib's experiment records would otherwise go to the current directory; nothing here makes any."""
    place = Path(tempfile.gettempdir(), "no-experiments")
    return {
        "class": "MLflowExpManager",
        "module_path": "qlib.workflow.expm",
        "kwargs": {"uri": f"file:{place}", "default_exp_name": "none"},
    }


def forget_cached_values() -> None:
    """Empty Qlib's cache of computed fields, as it is in a process that has just started."""
    H["f"].clear()
