"""The constant end of generated files: the standalone modules' text under the main guard."""

import ast
import re
import textwrap
from functools import lru_cache
from importlib.resources import files

_MODULES = ("metrics.py", "command_line.py")
_HAD_ALREADY = ("import numpy as np", "import pandas as pd", "from typing import Any")


@lru_cache(maxsize=1)
def main_block() -> str:
    """Returns the block, formatted, without a last line end.

    It relies on the file above it for ``np``, ``pd``, ``Any`` and ``FlowStrategy``, which every
    generated file has.
    """
    sources = [files(__package__).joinpath(name).read_text("utf-8") for name in _MODULES]
    imports = sorted({line for source in sources for line in _imports(source)})
    bodies = [_without_head(source) for source in sources]
    text = "\n\n".join(["\n".join(imports), *bodies, "main(FlowStrategy)"])
    single_spaced = re.sub(r"\n{3,}", "\n\n", text)
    return 'if __name__ == "__main__":\n' + textwrap.indent(single_spaced, "    ")


def _head(source: str) -> list[ast.stmt]:
    """The docstring and the imports that a module starts with."""
    statements = ast.parse(source).body
    kinds = (ast.Import, ast.ImportFrom, ast.Expr)
    return [statement for statement in statements if isinstance(statement, kinds)]


def _imports(source: str) -> list[str]:
    lines = [ast.unparse(each) for each in _head(source) if not isinstance(each, ast.Expr)]
    return [
        line
        for line in lines
        if line not in _HAD_ALREADY and not line.startswith("from codegen_core")
    ]


def _without_head(source: str) -> str:
    last_line = max(statement.end_lineno or 0 for statement in _head(source))
    return "\n".join(source.splitlines()[last_line:]).strip("\n")
