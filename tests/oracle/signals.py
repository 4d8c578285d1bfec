"""What each node of a flow says on each day, as panels: floats for SERIES, 1 / 0 / NaN for BOOL."""

from __future__ import annotations

from typing import Any

import pandas as pd

from tests.oracle.market import Market


class Signals:
    """Evaluates the nodes of a flow by following its edges backwards."""

    def __init__(
        self, market: Market, flow: dict[str, Any], parameters: dict[str, dict[str, Any]], names: dict[str, str]
    ):
        """Takes the flow's JSON, each node's effective parameters and each template id's name."""
        self.market = market
        self.nodes = {node["id"]: node for node in flow["nodes"]}
        self.edges = flow["edges"]
        self.parameters = parameters
        self.names = names
        self._known: dict[str, pd.DataFrame] = {}

    def name(self, node_id: str) -> str:
        """Returns the name of a node's template."""
        return self.names[self.nodes[node_id]["template_id"]]

    def sources(self, node_id: str, port: str) -> list[str]:
        """Returns the nodes connected to an input; ``port`` "" stands for an edge that names none."""
        return sorted(
            edge["source"]
            for edge in self.edges
            if edge["target"] == node_id and (edge.get("target_handle") or edge.get("targetHandle") or "") in {port, ""}
        )

    def panel(self, node_id: str) -> pd.DataFrame:
        """Returns what a node puts out; an indicator's values are rounded to float32 where they are read."""
        if node_id not in self._known:
            method = getattr(self, "_" + self.name(node_id))
            self._known[node_id] = method(node_id, self.parameters[node_id])
        return self._known[node_id]

    def read(self, node_id: str) -> pd.DataFrame:
        """Returns a SERIES as other nodes see it: a Qlib value, float32 and then float64, only where listed."""
        return self.panel(node_id).astype("float32").astype("float64").where(self.market.listed)

    def _input(self, node_id: str, parameters: dict[str, Any]) -> pd.DataFrame:
        connected = self.sources(node_id, "input")
        return self.panel(connected[0]) if connected else self.market.field(parameters["field"])

    def _price(self, _node_id: str, parameters: dict[str, Any]) -> pd.DataFrame:
        return self.market.field(parameters["field"])

    def _sma(self, node_id: str, parameters: dict[str, Any]) -> pd.DataFrame:
        values = self._own_rows(self._input(node_id, parameters))
        return self._rolled(values, lambda column: column.rolling(parameters["window"], min_periods=1).mean())

    def _ema(self, node_id: str, parameters: dict[str, Any]) -> pd.DataFrame:
        values = self._own_rows(self._input(node_id, parameters))
        return self._rolled(values, lambda column: column.ewm(span=parameters["window"], min_periods=1).mean())

    def _own_rows(self, values: pd.DataFrame) -> pd.DataFrame:
        return values.where(self.market.present)

    def _rolled(self, values: pd.DataFrame, function: Any) -> pd.DataFrame:
        columns = {}
        for code in values:
            rows = self.market.present[code].to_numpy()
            columns[code] = function(values[code][rows]).reindex(values.index)
        return pd.DataFrame(columns)

    def _right(self, node_id: str) -> pd.DataFrame | float:
        connected = [source for source in self.sources(node_id, "right") if source not in self._left(node_id)]
        return self.read(connected[0]) if connected else float(self.parameters[node_id]["value"])

    def _left(self, node_id: str) -> list[str]:
        return [
            edge["source"]
            for edge in self.edges
            if edge["target"] == node_id and (edge.get("target_handle") or edge.get("targetHandle")) == "left"
        ]

    def _operands(self, node_id: str) -> tuple[pd.DataFrame, pd.DataFrame]:
        left = self.read((self._left(node_id) or self.sources(node_id, "left"))[0])
        right = self._right(node_id)
        if not isinstance(right, pd.DataFrame):
            right = pd.DataFrame(right, index=left.index, columns=left.columns)
        return left, right

    def _compare(self, node_id: str, parameters: dict[str, Any]) -> pd.DataFrame:
        left, right = self._operands(node_id)
        answers = {
            ">": left.gt, ">=": left.ge, "<": left.lt, "<=": left.le, "==": left.eq, "!=": left.ne,
        }[parameters["operator"]](right)  # fmt: skip
        return answers.astype(float).where(left.notna() & right.notna())

    def _crosses(self, node_id: str, sign: float) -> pd.DataFrame:
        left, right = self._operands(node_id)
        gap = (left - right) * sign
        before = gap.shift(1)
        return ((before <= 0) & (gap > 0)).astype(float).where(gap.notna() & before.notna())

    def _crosses_above(self, node_id: str, _parameters: dict[str, Any]) -> pd.DataFrame:
        return self._crosses(node_id, 1.0)

    def _crosses_below(self, node_id: str, _parameters: dict[str, Any]) -> pd.DataFrame:
        return self._crosses(node_id, -1.0)

    def _inputs(self, node_id: str) -> list[pd.DataFrame]:
        return [self.panel(edge["source"]) for edge in self.edges if edge["target"] == node_id]

    def _all_of(self, node_id: str, _parameters: dict[str, Any]) -> pd.DataFrame:
        inputs = self._inputs(node_id)
        unknown = sum((panel.isna() for panel in inputs), start=inputs[0].isna() & False)
        refused = sum((panel.eq(0) for panel in inputs), start=inputs[0].isna() & False)
        return (~refused.astype(bool)).astype(float).where(~unknown.astype(bool) | refused.astype(bool))

    def _any_of(self, node_id: str, _parameters: dict[str, Any]) -> pd.DataFrame:
        inputs = self._inputs(node_id)
        unknown = sum((panel.isna() for panel in inputs), start=inputs[0].isna() & False)
        agreed = sum((panel.eq(1) for panel in inputs), start=inputs[0].isna() & False)
        return agreed.astype(bool).astype(float).where(~unknown.astype(bool) | agreed.astype(bool))

    def _negate(self, node_id: str, _parameters: dict[str, Any]) -> pd.DataFrame:
        return 1 - self._inputs(node_id)[0]

    def marks(self, node_id: str) -> pd.DataFrame:
        """Returns where a BUY or SELL node marks an instrument; unknown reads as false."""
        connected = self.sources(node_id, "condition")
        return self.panel(connected[0]).eq(1)

    def score(self, node_id: str) -> pd.DataFrame | None:
        """Returns a BUY node's score, or None where nothing is connected to it."""
        connected = [
            edge["source"]
            for edge in self.edges
            if edge["target"] == node_id and (edge.get("target_handle") or edge.get("targetHandle")) == "score"
        ]
        return self.read(connected[0]) if connected else None
