"""Asks stock Qlib for the values of expressions, in a process of its own.

python -m tests.support.features MARKET < expressions.json > values.npy
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd


def qlib_features(market: Path, expressions: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Returns the float32 panel of each expression, a row a day and a column a code, by Qlib's own provider."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.features", str(market)],
        input=json.dumps(list(expressions)).encode(),
        capture_output=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    stacked = pd.read_pickle(io.BytesIO(done.stdout))
    return {name: stacked[name].unstack("instrument") for name in expressions}


def main() -> None:
    """Answers the expressions on standard input with a pickled frame."""
    from workers.qlib_engine import initialise

    initialise(sys.argv[1], "cn", in_memory=False)
    from qlib.data import D

    with np.errstate(all="ignore"):
        frame = D.features(D.instruments("all"), json.load(sys.stdin))
    frame.to_pickle(sys.stdout.buffer)


if __name__ == "__main__":
    main()
