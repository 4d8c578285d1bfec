"""Topological order and cycles."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from codegen_core.flow.order import cycles, reachable, successors, topological_order


def _graph(text: str) -> dict[str, list[str]]:
    edges = [(pair[0], pair[1]) for pair in text.split()]
    return successors(sorted({end for pair in edges for end in pair}), edges)


def test_ties_go_by_id() -> None:
    assert topological_order(_graph("cz bz az ax")) == ("a", "b", "c", "x", "z")


def test_a_released_node_takes_its_place_by_id() -> None:
    assert topological_order(_graph("ca db")) == ("c", "a", "d", "b")


def test_edges_to_unknown_nodes_and_self_loops_are_left_out() -> None:
    assert successors(["a", "b"], [("a", "a"), ("a", "x"), ("a", "b"), ("a", "b")]) == {"a": ["b"], "b": []}


def test_a_cycle_starts_at_its_smallest_id_and_follows_the_edges() -> None:
    assert cycles(_graph("ca ab bc xa cy")) == [("a", "b", "c")]


def test_each_knot_gives_its_shortest_cycle() -> None:
    assert cycles(_graph("ab bc ca ac xy yx bx")) == [("a", "c"), ("x", "y")]


def test_what_lies_between_two_cycles_is_no_cycle() -> None:
    assert cycles(_graph("ab ba bm mx xy yx")) == [("a", "b"), ("x", "y")]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=30), st.randoms(use_true_random=False))
def test_order_or_cycle(pairs: list[tuple[int, int]], shuffler: random.Random) -> None:
    ids = [str(number) for number in range(10)]
    edges = [(str(source), str(target)) for source, target in pairs]
    graph = successors(ids, edges)
    order, found = topological_order(graph), cycles(graph)
    assert (len(order) == len(ids)) == (not found)
    place = {node_id: number for number, node_id in enumerate(order)}
    assert all(place[a] < place[b] for a in graph for b in graph[a] if a in place and b in place)
    for cycle in found:
        assert cycle[0] == min(cycle)
        assert all(after in graph[before] for before, after in zip(cycle, (*cycle[1:], cycle[0]), strict=True))
    knotted = {node_id for node_id in ids if node_id in reachable(graph, node_id)}
    assert all(any(node_id in reachable(graph, cycle[0]) | {cycle[0]} for cycle in found) for node_id in knotted)
    shuffler.shuffle(edges)
    shuffler.shuffle(ids)
    assert (topological_order(successors(ids, edges)), cycles(successors(ids, edges))) == (order, found)
