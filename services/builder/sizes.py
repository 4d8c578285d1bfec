"""How large a row may be that lists show whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from codegen_core.flow.parse import is_deeper_than
from services.runtime.json_messages import to_struct
from services.runtime.request_checks import RequestChecks

MOST_LEVELS = 32
MOST_BYTES = 40_000
"""As a message, so that a page of 100 stays under the 4 MiB that a message may have."""


def check_room(checks: RequestChecks, fields: Mapping[str, Any], prefix: str = "") -> bool:
    """Expects JSON values that are shallow enough and together small enough; names the largest of ``fields``.

    Returns whether they are.
    """
    deep = [name for name, value in fields.items() if is_deeper_than(value, MOST_LEVELS)]
    for name in deep:
        checks.expect(False, prefix + name, f"JSON of at most {MOST_LEVELS} levels", "more", "TOO_DEEP")
    if deep:
        return False
    sizes = {name: to_struct({name: value}).ByteSize() for name, value in fields.items()}
    size = sum(sizes.values())
    largest = prefix + max(sizes, key=lambda name: sizes[name])
    expected, received = f"at most {MOST_BYTES:,} bytes in all", f"{size:,} bytes"
    return checks.expect(size <= MOST_BYTES, largest, expected, received, "TOO_LARGE")
