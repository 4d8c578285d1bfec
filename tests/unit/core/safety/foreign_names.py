"""What library objects have: every attribute of the libraries let in, and of those that could reach files or code.

``python -m tests.unit.core.safety.foreign_names`` writes names/foreign.txt anew, after a library has been updated.
"""

from __future__ import annotations

import importlib
import io
import re
import sys
import textwrap
import types
import warnings
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

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
PACKAGES = frozenset(_PACKAGES.split())
_SET_ON_SELF = re.compile(r"\bself\.([A-Za-z]\w*)\s*(?::[^=\n]+)?=[^=]")
_HEAD = "# Attributes of library objects that are not listed. Made by tests/unit/core/safety/foreign_names.py."


def library_names() -> set[str]:
    """Returns every public attribute name found."""
    with warnings.catch_warnings(), redirect_stderr(io.StringIO()), redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        for name in IMPORTED.split():
            importlib.import_module(name)
        found = set(_of_modules()) | set(_of_types(vars(types)))
    found |= set(_of_sources(Path(qlib.__file__).parent)) | set(_of_sources(Path(pandas.__file__).parent))
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


def _of_sources(package: Path) -> Iterator[str]:
    for path in package.rglob("*.py"):
        if "tests" not in path.parts:
            yield from _SET_ON_SELF.findall(path.read_text(errors="ignore"))


def main(arguments: list[str]) -> None:
    """Writes the file, or with ``--print`` prints every name found."""
    if arguments == ["--print"]:
        sys.stdout.write(" ".join(sorted(library_names())))
        return
    names = sorted(library_names() - library.library_attributes() - library.data_attributes())
    FILE.write_text("\n".join([_HEAD, *textwrap.wrap(" ".join(names), 118)]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
