"""Expressions are read in many threads at once, as a server's calls are."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from codegen_core.expressions.formula import Formula
from codegen_core.expressions.python.reading import read_python


@pytest.fixture
def restless_threads() -> Iterator[None]:
    """Threads take turns all the time, inside the garbage collector too: there CPython 3.11's parser is not safe."""
    interval = sys.getswitchinterval()

    def look_up(_phase: str, _info: dict[str, int]) -> None: ...

    sys.setswitchinterval(1e-6)
    gc.callbacks.append(look_up)
    yield
    gc.callbacks.remove(look_up)
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("restless_threads")
def test_parsing_at_once_confuses_nobody() -> None:
    texts = [f"{{a}} * {number} + " + " + ".join(["{a}"] * 50) for number in range(3_000)]
    with ThreadPoolExecutor(4) as threads:
        read = list(threads.map(lambda text: read_python(text, frozenset({"a"}), frozenset()), texts))
    assert [each for each in read if not isinstance(each, Formula)] == []
