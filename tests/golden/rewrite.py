"""``python -m tests.golden.rewrite``: writes the records and the table of TA-Lib anew.

Read the difference before you commit it.
"""

from __future__ import annotations

from pathlib import Path

from codegen_core.render import generate
from tests.golden import talib_table
from tests.golden.flows import FLOWS, RECORDS, resolved
from tests.golden.node_library import DOCUMENT, document

FOLDER = Path(__file__).parent / "records"


def record_path(name: str, language: str) -> Path:
    """Returns where the record of a flow in a language is kept."""
    return FOLDER / f"{name}.{language}.py"


def main() -> None:
    """Writes TA-Lib's table and every record, and removes those of flows that are gone."""
    talib_table.TABLE.write_text(talib_table.written(), "utf-8")
    FOLDER.mkdir(exist_ok=True)
    wanted = {record_path(name, language): (name, language) for name, language in RECORDS}
    for path in FOLDER.glob("*.py"):
        if path not in wanted:
            path.unlink()
    for path, (name, language) in wanted.items():
        path.write_text(generate(resolved(FLOWS[name]()), language).code, "utf-8")
    DOCUMENT.write_text(document(), "utf-8")


if __name__ == "__main__":
    main()
