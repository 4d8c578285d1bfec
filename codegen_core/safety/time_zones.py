"""Time zones and types of data are texts that pandas looks up: some of them as files."""

from __future__ import annotations

import ast
import re

from codegen_core.safety.policy import Policy
from codegen_core.safety.texts import CannotFollow

_ZONE = re.compile(r"(?!dateutil)[A-Za-z_]+(?:/[A-Za-z_+\-0-9]+){0,2}|[+-]\d{2}:?\d{2}")
_POSITIONS = {"tz_localize": 0, "tz_convert": 0, "DatetimeTZDtype": 1, "now": 0, "today": 0} | dict.fromkeys(
    ("date_range", "bdate_range"), 4
)
_KINDS = {"astype": 0, "Index": 1, "Series": 2, "DataFrame": 3}
"""Where a type of data may stand without its keyword."""


def check_zone(policy: Policy, node: ast.Call) -> None:
    """Checks the time zone, and the type of data, that a call is given."""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    position = _POSITIONS.get(name)
    zones = [] if position is None else node.args[position : position + 1]
    zones += [k.value for k in node.keywords if k.arg == "tz"]
    spread = [k.value for k in node.keywords if k.arg is None and isinstance(k.value, ast.Dict)]
    pairs = (pair for table in spread for pair in zip(table.keys, table.values, strict=True))
    zones += [value for key, value in pairs if isinstance(key, ast.Constant) and key.value == "tz"]
    for zone in zones:
        if not _is_plain_zone(policy, zone):
            policy.report("FILE_ADDRESS", zone, 'A time zone must be written out, such as "Asia/Shanghai".')
    place = _KINDS.get(name, len(node.args))
    types = [*node.args[place : place + 1], *(k.value for k in node.keywords if k.arg == "dtype")]
    for kind in types:
        if not _is_plain_type(policy, kind):
            policy.report("FILE_ADDRESS", kind, 'A type of data must be written out, such as "float64".')


def check_zone_text(policy: Policy, node: ast.Constant) -> None:
    """Refuses texts that name a time zone by a file."""
    if isinstance(node.value, str) and "dateutil/" in node.value and not isinstance(policy.tree.parent(node), ast.Expr):
        policy.report("FILE_ADDRESS", node, "The text names a time zone by a file.")


def _is_plain_zone(policy: Policy, node: ast.expr) -> bool:
    if isinstance(node, ast.Constant) and node.value is None:
        return True
    if isinstance(node, ast.Attribute | ast.Call):
        found = policy.references.member(node.func if isinstance(node, ast.Call) else node)
        if found is not None or (isinstance(node, ast.Attribute) and node.attr in ("tz", "tzinfo", "utc")):
            return True
    return _all_match(policy, node, _ZONE)


def _is_plain_type(policy: Policy, node: ast.expr) -> bool:
    """Anything but a text that can't be followed: the parameter of a function, or one put together."""
    match node:
        case ast.Name():
            given = any(isinstance(b.node, ast.arg) for b in policy.tree.bindings(node))
            return not given or _is_default_plain(policy, node)
        case ast.JoinedStr() | ast.BinOp():
            return _all_match(policy, node, re.compile(r"[a-zA-Z0-9_]+(?:\[[a-zA-Z0-9]+\])?"))
    return True


def _is_default_plain(policy: Policy, node: ast.Name) -> bool:
    defaults = [policy.default_of(b.node) for b in policy.tree.bindings(node) if isinstance(b.node, ast.arg)]
    return all(isinstance(value, ast.Name | ast.Attribute) for value in defaults)


def _all_match(policy: Policy, node: ast.expr, pattern: re.Pattern[str]) -> bool:
    try:
        return all(pattern.fullmatch(text.value) for text in policy.following.texts(node))
    except CannotFollow:
        return False
