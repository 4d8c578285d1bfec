"""The stock pools of the contract."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

POOLS: Mapping[str, str] = MappingProxyType(
    {"CSI300": "csi300", "CSI500": "csi500", "CSI800": "csi800", "ALL_A_SHARES": "all"}
)
"""Contract name to the name in Qlib's data."""
