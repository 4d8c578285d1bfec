"""What the database layer raises. Messages hold no SQL, no value and no path; the driver's error is the cause."""

# ruff: noqa: N818  # the names say what is the case; the services know them

from __future__ import annotations


class DatabaseError(Exception):
    """Root of what the database layer raises on purpose."""


class DatabaseUnavailable(DatabaseError):
    """The database can't be reached, or gave up on the call; the same call may work in a moment."""

    def __init__(self, message: str = "the database can't be reached") -> None:
        super().__init__(message)


class TransientConflict(DatabaseUnavailable):
    """A deadlock, a lock wait or a busy file: the unit was rolled back, and trying it again is the remedy."""

    def __init__(self) -> None:
        super().__init__("the database was busy")


class DuplicateKey(DatabaseError):
    """A unique key is taken already.

    Attributes:
        name: The unique constraint's name, the same on every database; ``PRIMARY`` for a primary key.
    """

    def __init__(self, name: str) -> None:
        super().__init__(f"the unique key {name} is taken")
        self.name = name


class StaleRevision(DatabaseError):
    """The caller's revision is not the current one; nothing was written."""

    def __init__(self, current_revision: int) -> None:
        super().__init__(f"the current revision is {current_revision}")
        self.current_revision = current_revision


class DraftsTooLarge(DatabaseError):
    """A session's drafts, those that were saved before included, come to more than it holds; nothing was written."""

    def __init__(self, size: int) -> None:
        super().__init__(f"the drafts come to {size} bytes")
        self.size = size


class MigrationError(DatabaseError):
    """The schema can't be brought to where it should be; the message is one line that says why."""
