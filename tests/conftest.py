"""Which tests of a parallel run stay in one process: those of a file, and those that share a folder's servers."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parent
SHARING = ("faults", "gateway", "security", "integration/services", "integration/concurrency")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Names each test's group, and lets the groups that take longest begin first."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_group(item.path.relative_to(ROOT))))
    items.sort(key=lambda item: _rank(item.path.relative_to(ROOT)))


def _group(path: Path) -> str:
    return next((folder for folder in SHARING if path.is_relative_to(folder)), str(path))


def _rank(path: Path) -> int:
    return next((number for number, folder in enumerate(SHARING) if path.is_relative_to(folder)), len(SHARING))
