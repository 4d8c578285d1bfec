"""Where the embedded stack keeps what: one directory, its owner's only."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

_LONGEST_SOCKET_PATH = 100
_LONGEST_SOCKET_NAME = "supervisor.sock"


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths of a stack.

    Attributes:
        root: The data directory, absolute.
        sockets: Where the unix sockets are: ``root``, or a temporary directory where that would be too long a path.
    """

    root: Path
    sockets: Path

    @property
    def lock(self) -> Path:
        """Held by the stack that runs; its text tells people which one that is."""
        return self.root / "stack.lock"

    @property
    def secret(self) -> Path:
        """The secret of the tokens."""
        return self.root / "jwt-secret"

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.root / "data.db"

    @property
    def market(self) -> Path:
        """The synthetic market, in Qlib's format."""
        return self.root / "market"

    @property
    def redis(self) -> Path:
        """Redis's append-only file."""
        return self.root / "redis"

    @property
    def redis_socket(self) -> Path:
        """Where Redis listens."""
        return self.sockets / "redis.sock"

    @property
    def logs(self) -> Path:
        """One file a process."""
        return self.root / "logs"

    @property
    def supervisor_conf(self) -> Path:
        """supervisord's configuration, written at each start."""
        return self.root / "supervisord.conf"

    @property
    def supervisor_pid(self) -> Path:
        """Where supervisord writes its process id."""
        return self.root / "supervisord.pid"

    @property
    def supervisor_socket(self) -> Path:
        """Where supervisord takes orders."""
        return self.sockets / _LONGEST_SOCKET_NAME

    def log(self, name: str) -> Path:
        """Returns the log of a process."""
        return self.logs / f"{name}.log"

    def remove_temporary(self) -> None:
        """Removes the sockets' directory where it is a temporary one."""
        if self.sockets != self.root:
            shutil.rmtree(self.sockets, ignore_errors=True)


def prepare_layout(data_dir: Path) -> Layout:
    """Makes the directories and returns the layout."""
    root = data_dir.absolute()
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    too_long = len(os.fsencode(root / _LONGEST_SOCKET_NAME)) >= _LONGEST_SOCKET_PATH
    layout = Layout(root, Path(tempfile.mkdtemp(prefix="sb-")) if too_long else root)
    for directory in (layout.logs, layout.redis):
        directory.mkdir(mode=0o700, exist_ok=True)
    return layout


def read_or_make_secret(path: Path) -> str:
    """Returns the secret kept with the state; the first time a random one, mode 0600."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(secret := secrets.token_urlsafe(48))
    return secret
