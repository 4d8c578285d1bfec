"""The allow-lists, read once from ``names/``: modules with what each offers, attributes, built-ins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from functools import cache
from importlib.resources import files


class MemberKind(Enum):
    """What may be done with a member of a module; names/modules.txt explains each."""

    FUNCTION = "functions"
    GUARDED = "guarded"
    CLASS = "classes"
    TYPE = "types"
    BASE = "bases"
    VALUE = "values"
    DECORATOR = "decorators"
    MODULE = "modules"


@dataclass(frozen=True, slots=True)
class Member:
    """A name that a module offers. ``path`` is its dotted name, such as ``numpy.linalg.norm``."""

    path: str
    kind: MemberKind


Members = Mapping[str, Member]


def words(*texts: str) -> frozenset[str]:
    """Returns the words of the texts: a short list that needs no file."""
    return frozenset(word for text in texts for word in text.split())


def module_members(path: str) -> Members | None:
    """Returns what the module ``path`` offers, or None where it isn't on the list."""
    return _modules().get(path)


def member(module: str, name: str) -> Member | None:
    """Returns the member ``name`` of a listed module, or None where it isn't on the list."""
    members = _modules().get(module, {})
    found = members.get(name)
    if found is None and "*UPPER" in members and name.isupper() and name.replace("_", "").isalnum():
        return Member(f"{module}.{name}", MemberKind.FUNCTION)
    return found


def near(module: str, name: str) -> str:
    """Returns what of a listed module comes near a name, as a part of a sentence; empty where nothing does."""
    found = get_close_matches(name[:40], _modules().get(module, {}), n=2, cutoff=0.75)
    return f"; near it: {', '.join(found)}" if found else ""


def library_attributes() -> frozenset[str]:
    """Returns the attributes that may be read from, and called on, any object."""
    return _names("methods.txt")


def strategy_attributes() -> frozenset[str]:
    """Returns what Qlib's strategies have, for classes that inherit from one."""
    return _names("strategy.txt")


def data_attributes() -> frozenset[str]:
    """Returns the attributes that may be read from any object but called only on the module's own."""
    return _names("fields.txt")


def foreign_attributes() -> frozenset[str]:
    """Returns the names that some library object has and that are not allowed on an unknown object."""
    return _names("foreign.txt")


def builtins_by_kind(kind: str) -> frozenset[str]:
    """Returns the built-ins listed under ``kind``: functions, guarded, classes, exceptions or values."""
    return _builtins()[kind]


@cache
def _modules() -> dict[str, dict[str, Member]]:
    modules: dict[str, dict[str, Member]] = {}
    for path, kind, name in _entries("modules.txt"):
        modules.setdefault(path, {})[name] = Member(f"{path}.{name}", MemberKind(kind))
    return modules


@cache
def _builtins() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for _, kind, name in _entries("builtins.txt"):
        found.setdefault(kind, set()).add(name)
    return {kind: frozenset(names) for kind, names in found.items()}


@cache
def _names(file: str) -> frozenset[str]:
    return frozenset(name for line in _lines(file) for name in line.split())


def _entries(file: str) -> Iterator[tuple[str, str, str]]:
    """Yields (section, kind, name); a line that starts with a space goes on with the kind of the one before."""
    section = kind = ""
    for line in _lines(file):
        if line.startswith("["):
            section = line.strip("[]")
            continue
        if not line.startswith(" "):
            kind, line = line.split(":", 1)
        yield from ((section, kind, name) for name in line.split())


def _lines(file: str) -> list[str]:
    text = files(__package__).joinpath("names", file).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
