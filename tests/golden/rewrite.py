"""``python -m tests.golden.rewrite``: writes the records and the table of TA-Lib anew.

The block under ``__main__`` is the same in every file: it is recorded once, and in the records a line stands for it.
Read the difference before you commit it.
"""

from __future__ import annotations

from pathlib import Path

from codegen_core.render import generate
from codegen_core.standalone import main_block
from tests.golden import talib_table
from tests.golden.flows import FLOWS, RECORDS, resolved
from tests.golden.node_library import DOCUMENT, document

FOLDER = Path(__file__).parent / "records"
MAIN_BLOCK = Path(__file__).parent / "main_block.txt"
_STANDS_FOR_IT = "# The block of tests/golden/main_block.txt stands here.\n"


def record_path(name: str, language: str) -> Path:
    """Returns where the record of a flow in a language is kept."""
    return FOLDER / f"{name}.{language}.py"


def recorded(name: str, language: str) -> str:
    """Returns the whole code that was recorded of a flow in a language."""
    return record_path(name, language).read_text("utf-8").replace(_STANDS_FOR_IT, MAIN_BLOCK.read_text("utf-8"))


def main() -> None:
    """Writes TA-Lib's table and every record, and removes those of flows that are gone."""
    talib_table.TABLE.write_text(talib_table.written(), "utf-8")
    FOLDER.mkdir(exist_ok=True)
    wanted = {record_path(name, language): (name, language) for name, language in RECORDS}
    for path in FOLDER.glob("*.py"):
        if path not in wanted:
            path.unlink()
    block = main_block() + "\n"
    MAIN_BLOCK.write_text(block, "utf-8")
    for path, (name, language) in wanted.items():
        code = generate(resolved(FLOWS[name]()), language).code
        path.write_text(code.replace(block, _STANDS_FOR_IT), "utf-8")
    DOCUMENT.write_text(document(), "utf-8")


if __name__ == "__main__":
    main()
