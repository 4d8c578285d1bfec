"""Between protobuf messages and plain JSON values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from google.protobuf import json_format
from google.protobuf.message import Message
from google.protobuf.struct_pb2 import Struct
from google.protobuf.timestamp_pb2 import Timestamp

from services.runtime.errors import FieldViolation, InvalidArgument

MessageT = TypeVar("MessageT", bound=Message)


def to_json(message: Message, field: str) -> dict[str, Any]:
    """Returns a message as JSON values with the proto's own field names.

    Raises:
        InvalidArgument: It holds a number that JSON has no form for; the violation names ``field``.
    """
    try:
        value: dict[str, Any] = json_format.MessageToDict(message, preserving_proto_field_name=True)
    except (ValueError, json_format.Error) as error:
        violation = FieldViolation(
            field, "expected JSON values, received NaN, an infinity or an empty value", "INVALID_JSON"
        )
        raise InvalidArgument(f"{field} is not JSON.", violations=[violation]) from error
    return value


def from_json(value: Mapping[str, Any], message: MessageT) -> MessageT:
    """Fills a message from JSON values of our own making; keys that it doesn't know are left out."""
    return json_format.ParseDict(dict(value), message, ignore_unknown_fields=True)


def to_struct(value: Mapping[str, Any]) -> Struct:
    """Returns JSON values as a Struct; every number becomes a double."""
    struct = Struct()
    json_format.ParseDict(dict(value), struct)
    return struct


def to_timestamp(moment: datetime) -> Timestamp:
    """Returns an aware moment as a Timestamp, to the microsecond."""
    timestamp = Timestamp()
    timestamp.FromDatetime(moment)
    return timestamp
