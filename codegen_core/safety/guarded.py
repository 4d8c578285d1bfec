"""Methods and functions whose arguments decide whether they are safe."""

from __future__ import annotations

from codegen_core.safety.library import words

EXPRESSION_METHODS = frozenset({"features"})
FUNCTION_TAKERS = frozenset({"agg", "aggregate", "apply", "transform", "pivot_table", "crosstab", "NamedAgg"})
QUOTE_METHODS = frozenset({"get_quote_info", "get_close", "get_volume", "get_deal_price"})

GUARDED_METHODS = (
    EXPRESSION_METHODS
    | FUNCTION_TAKERS
    | QUOTE_METHODS
    | {"calendar", "deal_order", "instruments", "list_instruments", "format", "query", "pipe"}
    | {"astype", "tz_convert", "tz_localize"}
)
"""Attributes that may only be called where they are named, on whatever object."""

AGGREGATES = words(
    "all any count cummax cummin cumprod cumsum describe diff ffill first idxmax idxmin kurt kurtosis last",
    "mad max mean median min nunique ohlc pct_change prod quantile rank sem shift size skew std sum var nth",
    "head tail abs round mode sqrt log exp fillna zscore unique value_counts product",
)
"""Functions that may be chosen by their name."""

LOADING_KEYWORDS = words(
    "engine engine_kwargs inst_processors filter_pipe path_or_buf filepath_or_buffer buf file storage_options",
    "module_path module filename fname provider_uri disk_cache",
)
"""Keywords that open, load or compile something in any library function that takes them."""

QUOTE_ARGUMENTS = frozenset({"ts_data_last", "last", "first", "mean", "sum", "max", "min", "all", "any", "count"})
