"""The arithmetic of the benchmarks; nothing here looks at how long anything took."""

from __future__ import annotations

import pytest

from tests.bench.timing import Sample, interleaved


def test_sample_of_odd_and_even_counts() -> None:
    assert Sample.of([3.0, 1.0, 100.0]).median == 3.0
    assert Sample.of([4.0, 1.0, 2.0, 100.0]).median == 3.0
    assert Sample.of([3.0, 1.0, 100.0]).least == 1.0


def test_sample_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing was measured"):
        Sample.of([])


def test_actions_take_turns_and_the_warm_up_does_not_count() -> None:
    calls: list[str] = []
    samples = interleaved({"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}, rounds=3, warm_up=2)
    assert calls == ["a", "b"] * 5
    assert {name: len(sample.values) for name, sample in samples.items()} == {"a": 3, "b": 3}
