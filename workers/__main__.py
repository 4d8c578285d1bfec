"""``python -m workers``: a worker of quick tests."""

from __future__ import annotations

import os
import sys

from workers.single_thread import limit_library_threads

if __name__ == "__main__":
    limit_library_threads()
    # Imported only now: numpy reads the number of its threads when it is first imported.
    from workers.serve import main

    sys.exit(main(os.environ))
