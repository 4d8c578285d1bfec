"""The only ways in which text of a user's enters generated code: as a literal, as a comment, as prose of a docstring.

Each returns text that can't end the construct it stands in, can't hide or reorder what a reader sees, and is the same
on every Python: which characters are kept is said here, not by the Unicode tables of the running version.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import NewType

from codegen_core.json_value import JsonValue

Code = NewType("Code", str)
"""A piece of Python that is safe by construction."""

Prose = NewType("Prose", str)
"""Printable text on one line without quotation marks or backslashes, fit for comments and docstrings."""

PROSE_LIMIT = 80

_READABLE = (
    (0x20, 0x7E),  # ASCII
    (0xA1, 0xAC), (0xAE, 0xBF),  # Latin signs, the soft hyphen left out
    (0xC0, 0x24F),  # Latin letters
    (0x391, 0x3A9), (0x3B1, 0x3C9),  # Greek letters
    (0x410, 0x44F),  # Cyrillic letters
    (0x2010, 0x2015), (0x2018, 0x201F), (0x2026, 0x2026),  # dashes, quotation marks, ellipsis
    (0x2190, 0x21FF), (0x2200, 0x22FF),  # arrows, mathematics
    (0x3001, 0x3003), (0x3008, 0x3011),  # CJK punctuation
    (0x3041, 0x3096), (0x30A1, 0x30FA), (0x30FC, 0x30FC),  # kana
    (0x3400, 0x4DB5), (0x4E00, 0x9FA5),  # Chinese characters
    (0xAC00, 0xD7A3),  # Hangul
    (0xFF01, 0xFF5E),  # full-width forms
)  # fmt: skip
_TOOL_DIRECTIVE = re.compile(
    r"(?:flake8|fmt|isort|mypy|no[ _-]?qa|nosec|pragma|pylint|pyre|pyright|pyre-\w+|region|endregion|ruff|type|yapf)\b",
    re.IGNORECASE,
)
_LONE_SURROGATES = re.compile("[\ud800-\udfff]")


def literal(value: JsonValue) -> Code:
    """Returns a scalar as Python writes it.

    Raises:
        ValueError: If it is a list or an object, or a number that has no literal (infinite, NaN).
    """
    if value is None or isinstance(value, bool):
        return Code(repr(value))
    if isinstance(value, str):
        return string(value)
    if isinstance(value, int):
        return Code(repr(value))
    if isinstance(value, float) and math.isfinite(value):
        return Code(repr(value).replace("e+", "e"))
    raise ValueError(f"{type(value).__name__} has no literal here")


def string(text: str) -> Code:
    """Returns a string literal in double quotes: readable characters as they are, all others as escapes."""
    return Code('"' + "".join(_escaped(character) for character in text) + '"')


def prose(text: str, limit: int = PROSE_LIMIT) -> Prose:
    """Returns text for a comment or a docstring: one line, shortened, nothing in it that a reader or a tool misreads.

    A double quotation mark becomes a single one, a backslash a slash, what isn't readable a question mark.
    """
    words = " ".join("".join(_plain(character) for character in text).split())
    return Prose(words if len(words) <= limit else words[: limit - 3].rstrip() + "...")


def comment(text: str) -> Code:
    """Returns a whole comment; one that would start as a directive to a tool (``type:``, ``noqa``) is put in quotes."""
    words = prose(text)
    plain = words[:1].isalnum() and not _TOOL_DIRECTIVE.match(words)
    return Code(f"# {words}" if plain else f"# '{words}'")


def _readable(character: str) -> bool:
    return any(first <= ord(character) <= last for first, last in _READABLE)


@lru_cache(maxsize=8192)
def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\x{ord(character):02x}"
    if _readable(character):
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


@lru_cache(maxsize=8192)
def _plain(character: str) -> str:
    if character in "\t\n\r\v\f\x85\u2028\u2029\u3000":
        return " "
    if not _readable(character):
        return "?"
    return {'"': "'", "\\": "/", "#": "."}.get(character, character)
