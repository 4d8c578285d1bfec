"""What the drafts of a session may be: any JSON objects, within limits."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from codegen_core.flow.parse import is_deeper_than
from repo.repositories.sessions import MOST_DRAFT_BYTES
from services.runtime.request_checks import RequestChecks

DRAFTS = ("draft_logic_flow", "draft_parameters", "draft_metadata")
MOST_LEVELS = 32

Drafts = Mapping[str, Mapping[str, Any]]
"""What a save sends, by field."""


def check_drafts(checks: RequestChecks, drafts: Drafts) -> None:
    """Expects each draft to be shallow enough and all of them to be small enough."""
    for field, draft in drafts.items():
        shallow = not is_deeper_than(draft, MOST_LEVELS)
        checks.expect(shallow, field, f"JSON of at most {MOST_LEVELS} levels", "more", "TOO_DEEP")
    check_size(checks, drafts, sum(map(_bytes_of, drafts.values())))


def check_size(checks: RequestChecks, drafts: Drafts, size: int) -> None:
    """Expects the session's drafts, ``size`` bytes together, to be small enough; names the largest of those sent."""
    largest = max(drafts, key=lambda field: _bytes_of(drafts[field]), default=DRAFTS[0])
    received = f"{size:,} bytes, with the drafts that stay"
    checks.expect(size <= MOST_DRAFT_BYTES, largest, "drafts of at most 1 MiB in all", received, "TOO_LARGE")


def _bytes_of(draft: Mapping[str, Any]) -> int:
    return len(json.dumps(draft, ensure_ascii=False, separators=(",", ":")).encode())
