"""What classes of libraries give those that inherit from them: attributes that no code of the module sets."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator

from codegen_core.safety.library import Member, strategy_attributes, words
from codegen_core.safety.references import Builtin, References

_PLAIN = words("abc.ABC typing.Protocol typing.Generic")
_RECORDS = frozenset({*dir(tuple), "_asdict", "_replace", "_fields"})
_STRATEGY = words(
    "executor trade_calendar trade_position trade_exchange outer_trade_decision level_infra common_infra signal logger",
    "_trade_exchange _level_infra _common_infra _riskdata_cache",
)
_MEMBERS = words("name value _name_ _value_ names")


def given_by_bases(references: References, owner: ast.ClassDef) -> Iterator[str]:
    """Yields the attributes that a class's library bases give its instances."""
    for base in owner.bases:
        named = base.value if isinstance(base, ast.Subscript) else base
        for reference in references.of(named):
            if isinstance(reference, Builtin) and reference.name != "object":
                yield from dir(getattr(builtins, reference.name, object))
            elif isinstance(reference, Member) and reference.path not in _PLAIN:
                yield from _given(reference.path)


def _given(path: str) -> frozenset[str]:
    if path.startswith("enum."):
        return _MEMBERS | frozenset(dir(str)) | frozenset(dir(int))
    return strategy_attributes() | _STRATEGY if path.startswith("qlib.") else _RECORDS | frozenset(dir(dict))
