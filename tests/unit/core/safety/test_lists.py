"""The allow-lists against the installed libraries."""

from __future__ import annotations

import importlib
import inspect
import subprocess
import sys
import types

import pytest

from codegen_core.safety.guarded import GUARDED_METHODS
from codegen_core.safety.library import (
    MemberKind,
    builtins_by_kind,
    data_attributes,
    foreign_attributes,
    library_attributes,
    member,
    module_members,
)

MODULES = [
    "numpy", "numpy.linalg", "numpy.random", "numpy.fft", "numpy.typing", "numpy.lib.stride_tricks", "pandas",
    "pandas.api.types", "pandas.tseries.offsets", "pandas.offsets", "pandas.tseries.frequencies", "pandas.errors",
    "qlib.strategy.base", "qlib.contrib.evaluate", "qlib.data", "qlib.constant", "qlib.log", "qlib.backtest.decision",
    "qlib.backtest.exchange", "qlib.backtest.executor", "qlib.backtest.account", "qlib.backtest.position",
    "qlib.backtest.signal", "qlib.backtest.utils", "math", "datetime", "collections", "collections.abc", "typing",
    "abc", "bisect", "copy", "dataclasses", "decimal", "enum", "fractions", "functools", "heapq", "itertools",
    "logging", "numbers", "operator", "random", "statistics",
    "warnings", "scipy.stats", "scipy.signal", "scipy.optimize", "scipy.special",
]  # fmt: skip


def imported(path: str) -> object:
    try:
        return importlib.import_module(path)
    except ModuleNotFoundError:
        parent, _, name = path.rpartition(".")
        return getattr(importlib.import_module(parent), name)


@pytest.mark.parametrize("path", MODULES)
def test_every_listed_member_exists_and_none_but_the_listed_is_a_module(path: str) -> None:
    members = module_members(path)
    assert members is not None
    module = imported(path)
    for name, found in members.items():
        assert hasattr(module, name), found.path
        if found.kind is not MemberKind.MODULE:
            assert not isinstance(getattr(module, name), types.ModuleType), found.path


@pytest.mark.parametrize("path", MODULES)
def test_functions_and_classes_are_what_they_are_listed_as(path: str) -> None:
    module = imported(path)
    for name, found in (module_members(path) or {}).items():
        if found.kind in (MemberKind.CLASS,):
            assert inspect.isclass(getattr(module, name)), found.path


def test_talib_offers_its_functions_in_capitals() -> None:
    found = member("talib", "SMA")
    assert found is not None
    assert found.kind is MemberKind.FUNCTION
    assert member("talib", "set_unstable_period") is None
    assert member("talib", "_ta_lib") is None


def test_every_attribute_of_a_library_object_is_allowed_guarded_or_known_as_foreign() -> None:
    known = library_attributes() | data_attributes() | foreign_attributes() | GUARDED_METHODS
    command = [sys.executable, "-m", "tests.unit.core.safety.foreign_names", "--print"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True, timeout=100)
    names = set(printed.stdout.split())
    assert len(names) > 5000
    assert names - known == set()


def test_no_name_is_on_two_sides() -> None:
    allowed = library_attributes() | data_attributes()
    assert allowed & foreign_attributes() == set()
    assert allowed & GUARDED_METHODS == set()
    assert not any(name.startswith("_") for name in allowed)


FORBIDDEN = """
to_csv to_pickle to_sql to_parquet eval tofile dump load save savetxt memmap open_file system popen exec f_globals
gi_frame tb_frame f_back cr_frame func_closure read_csv read_pickle ctypes deal_order quote position
"""


def test_what_reaches_files_frames_or_accounts_is_not_allowed() -> None:
    assert set(FORBIDDEN.split()) & (library_attributes() | data_attributes()) == set()


def test_dangerous_builtins_are_on_no_list() -> None:
    dangerous = (
        "eval exec compile open input globals locals vars dir delattr __import__ breakpoint memoryview exit chr bytes"
    )
    kinds = ("functions", "guarded", "classes", "decorators", "exceptions", "values")
    assert set(dangerous.split()) & {name for kind in kinds for name in builtins_by_kind(kind)} == set()
