"""What people read of a row that speaks several languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


class Speaking(Protocol):
    """A row with its English texts, and those of other languages as ``{language: {display_name, description}}``."""

    @property
    def display_name(self) -> str: ...

    @property
    def description(self) -> str: ...

    @property
    def texts(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts in one language."""

    display_name: str
    description: str


def texts_of(row: Speaking, language: str) -> Texts:
    """Returns the texts in a language; English where the row doesn't speak it."""
    texts = row.texts.get(language, {})
    return Texts(texts.get("display_name", row.display_name), texts.get("description", row.description))
