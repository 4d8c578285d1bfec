"""Users' expressions in Python: read by an allow-list, so that what gets through can neither look ahead nor do more."""

from codegen_core.expressions.python.reading import read_python

__all__ = ["read_python"]
