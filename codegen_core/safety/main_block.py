"""The constant command-line block that every exported module ends in."""

from __future__ import annotations

import ast
from functools import cache


def without_main_block(module: ast.Module) -> ast.Module:
    """Returns the module without the block where it ends in exactly that one; any other is checked as it is."""
    if module.body and isinstance(module.body[-1], ast.If) and ast.dump(module.body[-1]) == _expected():
        return ast.Module(module.body[:-1], module.type_ignores)
    return module


@cache
def _expected() -> str:
    from codegen_core.standalone import main_block

    (block,) = ast.parse(main_block()).body
    return ast.dump(block)
