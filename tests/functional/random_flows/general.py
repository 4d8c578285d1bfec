"""The general nodes: any function of TA-Lib, any factor, expressions in two languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.functional.random_flows.canvas import Output

if TYPE_CHECKING:
    from tests.functional.random_flows.painter import Painter

GENERAL: tuple[str, ...] = ("talib_function", "qlib_expression", "factor", "custom_series", "custom_condition")


def draw_general(painter: Painter, name: str) -> Output:
    """Draws a general node with its inputs."""
    raise NotImplementedError(name)
