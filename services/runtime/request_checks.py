"""Checks of request fields that report every wrong field of a request at once."""

from __future__ import annotations

from collections.abc import Collection
from math import isfinite
from typing import Protocol
from uuid import UUID

from services.runtime.errors import FieldViolation, InvalidArgument

SHOWN = 80


def shown(value: object) -> str:
    """Returns a received value as a message may repeat it: printable ASCII, at most ``SHOWN`` characters."""
    text = ascii(value)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


class EnumType(Protocol):
    """A protobuf enum, such as ``Strategy.Status``; its first value is the unspecified one."""

    def Name(self, number: int) -> str: ...  # noqa: N802  # protobuf's name

    def keys(self) -> list[str]: ...

    def values(self) -> list[int]: ...


class RequestChecks:
    """Collects violations; ``finish`` raises them together."""

    def __init__(self) -> None:
        """Starts with none."""
        self._violations: list[FieldViolation] = []

    def expect(self, holds: bool, field: str, expected: str, received: object, reason: str = "INVALID_VALUE") -> bool:
        """Notes a violation unless ``holds``; returns ``holds``, so that a further check can depend on it."""
        if not holds:
            description = f"expected {expected}, received {shown(received)}"
            self._violations.append(FieldViolation(field, description, reason))
        return holds

    def add(self, violation: FieldViolation) -> None:
        """Notes what was found elsewhere."""
        self._violations.append(violation)

    def uuid(self, field: str, value: str) -> bool:
        """Expects a UUID in its usual form of 36 lower-case characters."""
        return self.expect(_is_uuid(value), field, "a UUID of 36 lower-case characters", value)

    def text(self, field: str, value: str, shortest: int, longest: int) -> bool:
        """Expects a text of a length in characters, without NUL and lone surrogates."""
        fits = shortest <= len(value) <= longest and "\x00" not in value
        return self.expect(fits, field, f"a text of {shortest} to {longest} characters without NUL", value)

    def number(self, field: str, value: float, low: float, high: float) -> bool:
        """Expects a finite number from ``low`` to ``high``, both included."""
        fits = isfinite(value) and low <= value <= high
        return self.expect(fits, field, f"a number from {low:,g} to {high:,g}", value, "OUT_OF_RANGE")

    def one_of(self, field: str, value: str, choices: Collection[str]) -> bool:
        """Expects one of a few words."""
        return self.expect(value in choices, field, "one of " + ", ".join(choices), value)

    def enum(self, field: str, value: int, kind: EnumType) -> str | None:
        """Expects a value that the contract has; returns its name, None for the unspecified one.

        Enums are open on the wire: any number may come.
        """
        known = self.expect(value in kind.values(), field, "one of " + ", ".join(kind.keys()[1:]), value)
        return kind.Name(value) if known and value else None

    def visible_ascii(self, field: str, value: str, longest: int) -> bool:
        """Expects 1 to ``longest`` visible ASCII characters: no space among them."""
        fits = 1 <= len(value) <= longest and all("!" <= character <= "~" for character in value)
        return self.expect(fits, field, f"1 to {longest} visible ASCII characters", value)

    def finish(self) -> None:
        """Raises what was found.

        Raises:
            InvalidArgument: With every violation, in the order of the checks.
        """
        if self._violations:
            fields = ", ".join(dict.fromkeys(violation.field for violation in self._violations))
            raise InvalidArgument(f"The request has wrong values: {fields}.", violations=self._violations)


def _is_uuid(value: str) -> bool:
    try:
        return str(UUID(value)) == value
    except ValueError:
        return False


def check_uuid(field: str, value: str) -> None:
    """Checks the one id of a request. Raises InvalidArgument naming ``field``."""
    checks = RequestChecks()
    checks.uuid(field, value)
    checks.finish()
