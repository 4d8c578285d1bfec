"""The constant command-line block that every exported module ends in."""

from __future__ import annotations

import ast
from functools import cache

from codegen_core.standalone import main_block


def before_main_block(text: str) -> str | None:
    """Returns the text before the block where it ends in exactly that one, letter for letter, and comments; else None.

    What comes back is not yet known to be complete by itself: the block could stand inside a string. So it only counts
    where it parses alone; then the whole is its statements and the block.
    """
    block = main_block()
    start = text.rfind(f"\n{block}")
    if start < 0:
        return None
    rest = text[start + 1 + len(block) :]
    only_comments = all(not line.strip() or line.startswith("#") for line in rest.split("\n"))
    return text[: start + 1] if only_comments else None


def without_main_block(module: ast.Module) -> ast.Module:
    """Returns the module without the block where it ends in exactly that one, however formatted."""
    last = module.body[-1] if module.body else None
    if isinstance(last, ast.If) and len(last.body) == len(_block().body) and ast.dump(last) == ast.dump(_block()):
        return ast.Module(module.body[:-1], module.type_ignores)
    return module


@cache
def _block() -> ast.If:
    (block,) = ast.parse(main_block()).body
    assert isinstance(block, ast.If)
    return block
