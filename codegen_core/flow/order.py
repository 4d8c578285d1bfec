"""Topological order and cycles of a graph given as node id to the ids it feeds."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping
from heapq import heapify, heappop, heappush

Successors = Mapping[str, Collection[str]]


def successors(node_ids: Iterable[str], edges: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Returns node id to the sorted ids it feeds, each once; edges with unknown ends and self loops are left out."""
    feeds: dict[str, set[str]] = {node_id: set() for node_id in node_ids}
    for source, target in edges:
        if source in feeds and target in feeds and source != target:
            feeds[source].add(target)
    return {node_id: sorted(targets) if len(targets) > 1 else [*targets] for node_id, targets in feeds.items()}


def reversed_graph(feeds: Successors) -> dict[str, list[str]]:
    """Returns node id to the sorted ids that feed it."""
    return successors(feeds, ((target, source) for source, targets in feeds.items() for target in targets))


def topological_order(feeds: Successors) -> tuple[str, ...]:
    """Returns the nodes so that each comes after all that feed it, ties by id; nodes behind a cycle are left out."""
    waiting = dict.fromkeys(feeds, 0)
    for targets in feeds.values():
        for target in targets:
            waiting[target] += 1
    ready = [node_id for node_id, count in waiting.items() if count == 0]
    heapify(ready)
    order: list[str] = []
    while ready:
        node_id = heappop(ready)
        order.append(node_id)
        for target in feeds[node_id]:
            waiting[target] -= 1
            if waiting[target] == 0:
                heappush(ready, target)
    return tuple(order)


def cycles(feeds: Successors) -> list[tuple[str, ...]]:
    """Returns one shortest cycle of each knot of cycles: its nodes in the order of the edges, from the smallest id on.

    A knot (a strongly connected component) may hold exponentially many cycles, so only the shortest through its
    smallest id is told.
    """
    left = set(feeds) - set(topological_order(feeds))
    if not left:
        return []
    feeders = reversed_graph(feeds)
    left -= set(topological_order(feeders))
    found: list[tuple[str, ...]] = []
    for node_id in sorted(left):
        if node_id in left:
            knot = reachable(feeds, node_id) & reachable(feeders, node_id)
            if knot:
                found.append(_shortest_cycle(feeds, node_id, knot))
            left -= knot
    return found


def reachable(feeds: Successors, start: str) -> set[str]:
    """Returns the nodes that can be reached from ``start`` by one edge or more."""
    seen: set[str] = set()
    queue = deque(feeds[start])
    while queue:
        node_id = queue.popleft()
        if node_id not in seen:
            seen.add(node_id)
            queue.extend(feeds[node_id])
    return seen


def _shortest_cycle(feeds: Successors, start: str, knot: set[str]) -> tuple[str, ...]:
    came_from: dict[str, str] = {}
    queue = deque([start])
    while start not in came_from:
        node_id = queue.popleft()
        for target in feeds[node_id]:
            if target in knot and target not in came_from:
                came_from[target] = node_id
                queue.append(target)
    path = [came_from[start]]
    while path[-1] != start:
        path.append(came_from[path[-1]])
    return tuple(reversed(path))
