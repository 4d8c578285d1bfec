"""The synthetic market: an A-share-like market made from a seed, in Qlib's .bin layout."""

from workers.market.create import create_market
from workers.market.marker import MarketInfo, MarketSpec, read_marker

__all__ = ["MarketInfo", "MarketSpec", "create_market", "read_marker"]
