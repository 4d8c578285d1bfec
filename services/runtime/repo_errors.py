"""What the database layer raises, in the services' terms; the part of the error table that is not ours to declare."""

from __future__ import annotations

from repo.errors import DatabaseUnavailable, DuplicateKey, StaleRevision
from services.runtime.errors import AlreadyExists, Conflict, ServiceError, Unavailable

REPO_ERRORS = (DatabaseUnavailable, DuplicateKey, StaleRevision)


def from_repo_error(error: Exception) -> ServiceError:
    """Return what the caller is told; names of keys and tables stay here."""
    match error:
        case StaleRevision():
            revision = str(error.current_revision)
            return Conflict(f"it was changed meanwhile: revision {revision}", metadata={"current_revision": revision})
        case DuplicateKey():
            return AlreadyExists("one of that name or key exists already")
        case _:
            return Unavailable("the database can't be reached; try again in a moment")
