"""A user's Python expression over panels."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

from tests.oracle.market import Market


def python_value(text: str, inputs: dict[str, Any], market: Market) -> pd.DataFrame:
    """Returns the panel of an expression whose ``{name}`` are the inputs; numbers fill a panel."""
    names = {f"input_{name}": value for name, value in inputs.items()}
    source = re.sub(r"\{(\w+)\}", r"(input_\1)", text)
    with np.errstate(all="ignore"):
        found = eval(source, {"np": np, "pd": pd, "__builtins__": {}}, names)
    panel = pd.DataFrame(found, index=market.days, columns=list(market.codes))
    return panel.astype(float)
