"""What library objects have: every attribute of the libraries let in, and of those that could reach files or code.

``python -m tests.unit.core.safety.foreign_names`` writes names/foreign.txt anew, after a library has been updated.
"""

from __future__ import annotations

import ast
import importlib
import io
import sys
import textwrap
import types
import warnings
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import numpy
import pandas
import qlib

from codegen_core.safety import library

FILE = Path(library.__file__).with_name("names") / "foreign.txt"
IMPORTED = """
numpy pandas talib scipy.stats scipy.optimize scipy.signal statistics dataclasses functools logging datetime
collections typing math itertools enum abc decimal fractions random heapq bisect operator numbers warnings
qlib.data qlib.strategy.base qlib.backtest qlib.backtest.executor qlib.contrib.evaluate qlib.workflow
qlib.contrib.data.loader qlib.contrib.data.handler qlib.data.dataset.handler qlib.model.base
os io subprocess socket pathlib shutil importlib ctypes pickle zipfile tempfile
"""
_PACKAGES = """
numpy pandas qlib talib builtins os io subprocess socket pathlib shutil importlib ctypes pickle types sys datetime
collections typing math logging functools dataclasses enum decimal fractions statistics itertools operator abc _io
posix zipfile tempfile
"""
_OF_OLD = """
func_closure func_code func_defaults func_dict func_doc func_globals func_name im_class im_func im_self
"""
"""What functions had before Python 3: tried first by many."""

_UNREACHABLE = frozenset({"tests", "testing", "distutils", "f2py", "rl", "contrib", "workflow", "model"})
"""Folders of sources whose objects no strategy gets hold of."""

_STANDARD = """
functools collections dataclasses enum typing statistics random fractions decimal _pydecimal datetime logging
warnings abc numbers heapq bisect contextlib types traceback
"""
PACKAGES = frozenset(_PACKAGES.split())
_HEAD = "# Attributes of library objects that are not listed. Made by tests/unit/core/safety/foreign_names.py."


def library_names() -> set[str]:
    """Returns every public attribute name found."""
    with warnings.catch_warnings(), redirect_stderr(io.StringIO()), redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        for name in IMPORTED.split():
            importlib.import_module(name)
        found = set(_of_modules()) | set(_of_types(vars(types))) | set(_OF_OLD.split())
    for path in _sources():
        found |= set(_of_source(path))
    return {name for name in found if not name.startswith("_") and name.isascii()}


def _of_modules() -> Iterator[str]:
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] in PACKAGES and isinstance(module, types.ModuleType):
            yield from list(vars(module))
            yield from _of_types(vars(module))


def _of_types(members: dict[str, object]) -> Iterator[str]:
    for member in list(members.values()):
        if isinstance(member, type):
            yield from dir(member)


def _sources() -> Iterator[Path]:
    for package in (qlib, pandas, numpy):
        yield from (p for p in Path(str(package.__file__)).parent.rglob("*.py") if _is_reachable(set(p.parts)))
    for name in _STANDARD.split():
        yield Path(importlib.import_module(name).__file__ or "")


def _is_reachable(folders: set[str]) -> bool:
    return not folders & _UNREACHABLE or {"contrib", "strategy"} <= folders


def _of_source(path: Path) -> Iterator[str]:
    """Yields what the file sets on objects, and what the bodies of its classes bind."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr
        elif isinstance(node, ast.ClassDef):
            yield from (
                s.target.id for s in node.body if isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name)
            )
            yield from (s.name for s in node.body if isinstance(s, ast.FunctionDef))


def main(arguments: list[str]) -> None:
    """Writes the file, or with ``--print`` prints every name found."""
    if arguments == ["--print"]:
        sys.stdout.write(" ".join(sorted(library_names())))
        return
    names = sorted(library_names() - library.library_attributes() - library.data_attributes())
    FILE.write_text("\n".join([_HEAD, *textwrap.wrap(" ".join(names), 118)]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
