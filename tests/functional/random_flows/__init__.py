"""Random valid flows over the node library's declarations, drawn by hypothesis."""

from tests.functional.random_flows.flows import DrawnFlow, draw_flow

__all__ = ["DrawnFlow", "draw_flow"]
