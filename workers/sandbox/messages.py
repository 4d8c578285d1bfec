"""Messages between a strategy's process and its supervisor: JSON, each after its length, over a pipe."""

from __future__ import annotations

import json
import os
import struct
from typing import Any

_LENGTH = struct.Struct(">I")
LARGEST = 64 << 20
"""Bytes of one message; a longer one breaks the pipe's contract."""

_READ_AT_ONCE = 1 << 18


class BrokenMessageError(ValueError):
    """What came through the pipe is not a message."""


def send(descriptor: int, message: dict[str, Any]) -> None:
    """Write a message; blocks while the pipe is full. Raises ValueError for a number that JSON can't hold."""
    content = json.dumps(message, allow_nan=False).encode()
    view = memoryview(_LENGTH.pack(len(content)) + content)
    while view:
        view = view[os.write(descriptor, view) :]


class Receiver:
    """Takes messages from a pipe as they come; what comes is not trusted."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._buffer = bytearray()
        self.at_end = False

    def receive(self) -> list[dict[str, Any]]:
        """Returns the messages that one read of the pipe has completed.

        Raises:
            BrokenMessageError: Too long, or no JSON object.
        """
        content = os.read(self._descriptor, _READ_AT_ONCE)
        self.at_end = not content
        self._buffer += content
        messages = []
        while (message := self._next()) is not None:
            messages.append(message)
        return messages

    def _next(self) -> dict[str, Any] | None:
        if len(self._buffer) < _LENGTH.size:
            return None
        (length,) = _LENGTH.unpack_from(self._buffer)
        if length > LARGEST:
            raise BrokenMessageError("the message is too long")
        end = _LENGTH.size + length
        if len(self._buffer) < end:
            return None
        content = bytes(self._buffer[_LENGTH.size : end])
        del self._buffer[:end]
        return _parsed(content)


def _parsed(content: bytes) -> dict[str, Any]:
    try:
        message = json.loads(content, parse_constant=_refuse)
    except (ValueError, RecursionError) as problem:
        raise BrokenMessageError("the message is not JSON") from problem
    if not isinstance(message, dict):
        raise BrokenMessageError("the message is not an object")
    return message


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")
