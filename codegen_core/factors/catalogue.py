"""The factors that are built in."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from codegen_core.factors.alpha158 import alpha158
from codegen_core.factors.alpha360 import alpha360
from codegen_core.factors.factor import Factor, FactorKey
from codegen_core.factors.library import qlib_entries, talib_entries


@lru_cache(maxsize=1)
def built_in_factors() -> tuple[Factor, ...]:
    """Returns Alpha158 and Alpha360, then what TA-Lib and Qlib offer as functions and operators."""
    return (*alpha158(), *alpha360(), *talib_entries(), *qlib_entries())


@lru_cache(maxsize=1)
def known_factors() -> Mapping[FactorKey, Factor]:
    """Returns the built-in factors by source and name; read-only."""
    return MappingProxyType({factor.key: factor for factor in built_in_factors()})
