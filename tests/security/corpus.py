"""Snippets kept as data: blocks that begin with ``=== title`` (and, for attacks, ``-> RULE or RULE``)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
_CHARACTER = re.compile(r"<U\+([0-9A-F]{4,6})>")


@dataclass(frozen=True, slots=True)
class Snippet:
    """One piece of code; ``<U+202E>`` in a file stands for the character."""

    file: str
    title: str
    rules: frozenset[str]
    code: str

    @property
    def id(self) -> str:
        return f"{self.file}-{self.title}".replace(" ", "-")


def read_snippets(folder: str) -> list[Snippet]:
    """Returns the blocks of every file of a folder, in order."""
    return [snippet for path in sorted((HERE / folder).glob("*.txt")) for snippet in read_file(path)]


def read_file(path: Path) -> list[Snippet]:
    """Returns the blocks of one file, in order."""
    blocks = path.read_text(encoding="utf-8").split("\n=== ")
    if not blocks[0].startswith("=== "):
        blocks = blocks[1:]
    return [_snippet(path.stem, block.removeprefix("=== ")) for block in blocks]


def _snippet(file: str, block: str) -> Snippet:
    title, _, code = block.partition("\n")
    title, _, rules = title.partition(" -> ")
    code = _CHARACTER.sub(lambda match: chr(int(match[1], 16)), code)
    return Snippet(file, title.strip(), frozenset(rules.split(" or ")) if rules else frozenset(), code + "\n")
