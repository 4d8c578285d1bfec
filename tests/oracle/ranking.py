"""Who may be bought, in which order, and what a top-k position drops."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan, nan

import pandas as pd

from tests.oracle.market import Cells
from tests.oracle.values import Values


@dataclass(frozen=True)
class Entry:
    """A candidate; ``node_id`` is what its trade is put down to."""

    code: str
    score: float
    node_id: str

    @property
    def key(self) -> tuple[bool, float, str]:
        """Sorts by score descending, NaN last, then by code."""
        return order(self.score, self.code)


def order(score: float, code: str) -> tuple[bool, float, str]:
    """Returns a key that sorts by score descending, NaN last, then by code."""
    return isnan(score), 0.0 if isnan(score) else -score, code


class Ranking:
    """The signals bound to the POSITION, and its own score."""

    def __init__(self, values: Values, position: str):
        graph = values.graph
        self.position, self.is_top_k = position, graph.name(position) == "top_k_dropout"
        entries, exits = ({source.node_id for source in graph.sources(position, port)} for port in ("entry", "exit"))
        self.buys = [node_id for node_id in graph.order if node_id in entries]
        self.sells = [node_id for node_id in graph.order if node_id in exits]
        self.marks = {node_id: Cells(values.series(node_id, "condition").eq(1)) for node_id in self.buys + self.sells}
        own = graph.source(position, "score")
        self.own = Cells(values.read(own)) if own else None
        self.scores = {
            node_id: Cells(values.read(source))
            for node_id in self.buys
            if not self.is_top_k and (source := graph.source(node_id, "score"))
        }

    def sold_by(self, code: str, before: pd.Timestamp) -> str | None:
        """Returns the first SELL node that marks an instrument."""
        return next((node_id for node_id in self.sells if self.marks[node_id].at(before, code)), None)

    def entry(self, code: str, before: pd.Timestamp) -> Entry | None:
        """Returns an instrument as a candidate, where the signals want it."""
        marking = [node_id for node_id in self.buys if self.marks[node_id].at(before, code)]
        if self.buys and not marking:
            return None
        if self.is_top_k:
            score = self.own_score(code, before)
            return None if isnan(score) else Entry(code, score, (marking or [self.position])[0])
        return Entry(code, self._score(marking, code, before), marking[0]) if marking else None

    def own_score(self, code: str, before: pd.Timestamp) -> float:
        """Returns the POSITION's score of an instrument."""
        return nan if self.own is None else float(self.own.at(before, code))

    def _score(self, marking: list[str], code: str, before: pd.Timestamp) -> float:
        if not self.scores:
            return self.own_score(code, before)
        scores = [self.scores[node_id].at(before, code) for node_id in marking if node_id in self.scores]
        return max((score for score in scores if not isnan(score)), default=nan)
