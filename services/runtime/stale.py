"""A stale revision as the error that names the field in which the caller sent it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from repo.errors import StaleRevision
from services.runtime.errors import Conflict, FieldViolation


@contextmanager
def stale_revision_told_of(field: str, sent: int | None) -> Iterator[None]:
    """Names ``field`` and both revisions in the conflict; what was sent is None where the caller left it out.

    Raises:
        Conflict: The block raised StaleRevision.
    """
    try:
        yield
    except StaleRevision as error:
        current = str(error.current_revision)
        told = FieldViolation(field, f"expected {current}, received {sent}", "STALE_REVISION")
        raise Conflict(
            f"It was changed meanwhile: the current revision is {current}.",
            violations=() if sent is None else [told],
            metadata={"current_revision": current},
        ) from error
