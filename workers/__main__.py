"""``python -m workers``: a worker of quick tests."""

from __future__ import annotations

import os
import sys

from workers.settings import SettingsError, WorkerSettings
from workers.single_thread import limit_library_threads


def main() -> int:
    """Serve until told to stop; returns the process's exit code."""
    limit_library_threads()
    try:
        settings = WorkerSettings.read(os.environ)
    except SettingsError as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    # Imported only now: numpy reads the number of its threads when it is first imported, and Qlib takes its time.
    from workers.serve import serve

    return serve(settings)


if __name__ == "__main__":
    sys.exit(main())
