"""Random messages of any type, from its descriptor: every field set or not, to values at the edges of its type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from google.protobuf import message_factory
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from hypothesis import strategies as st

Values: TypeAlias = "st.SearchStrategy[Any]"

_INT32 = st.one_of(st.sampled_from([0, 1, -1, 50, 100, 101, 2**31 - 1, -(2**31)]), st.integers(-(2**31), 2**31 - 1))
_INT64 = st.integers(-(2**63), 2**63 - 1)
_DOUBLE = st.one_of(st.sampled_from([0.0, -0.0, 1.0, 1e5, 1e308, -1e308, 5e-324]), st.floats())
_SCALARS: Mapping[int, Values] = {
    FieldDescriptor.CPPTYPE_INT32: _INT32,
    FieldDescriptor.CPPTYPE_INT64: _INT64,
    FieldDescriptor.CPPTYPE_UINT32: st.integers(0, 2**32 - 1),
    FieldDescriptor.CPPTYPE_UINT64: st.integers(0, 2**64 - 1),
    FieldDescriptor.CPPTYPE_DOUBLE: _DOUBLE,
    FieldDescriptor.CPPTYPE_FLOAT: st.floats(width=32),
    FieldDescriptor.CPPTYPE_BOOL: st.booleans(),
    FieldDescriptor.CPPTYPE_ENUM: st.one_of(st.integers(0, 10), _INT32),
}
_DEEPEST = 5
_MOST_ITEMS = 3

PLAIN_WORDS = (
    "", " ", "a", "\x00", "a\x00b", "'; DROP TABLE sessions; --", "{}", "%s", "../../etc/passwd", "null", "NaN", "-1",
    "\u202e", "\ud7ff", "\U0010ffff", "é", "e\u0301", "x" * 300, "2024-01-02", "3M", "CSI300", "close", "window",
)  # fmt: skip


def texts(words: Sequence[str]) -> Values:
    """Returns texts: often one of some words, so that ids meet rows."""
    return st.one_of(st.sampled_from([*words, *PLAIN_WORDS]), st.text(max_size=20))


def messages(descriptor: Descriptor, words: Sequence[str], depth: int = 0) -> Values:
    """Returns messages of a type; texts are often one of ``words``."""
    fields = {
        name: _values(field, words, depth)
        for name, field in descriptor.fields_by_name.items()
        if depth < _DEEPEST or field.message_type is None
    }
    kind = message_factory.GetMessageClass(descriptor)
    return st.fixed_dictionaries({}, optional=fields).map(lambda values: _filled(kind(), values))


def _values(field: FieldDescriptor, words: Sequence[str], depth: int) -> Values:
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        entry = field.message_type.fields_by_name
        return st.dictionaries(
            _one(entry["key"], words, depth), _one(entry["value"], words, depth + 1), max_size=_MOST_ITEMS
        )
    one = _one(field, words, depth)
    return st.lists(one, max_size=_MOST_ITEMS) if field.is_repeated else one


def _one(field: FieldDescriptor, words: Sequence[str], depth: int) -> Values:
    inner = field.message_type
    if inner is not None:
        return st.deferred(lambda: messages(inner, words, depth + 1))
    if field.cpp_type != FieldDescriptor.CPPTYPE_STRING:
        return _SCALARS[field.cpp_type]
    return st.binary(max_size=20) if field.type == FieldDescriptor.TYPE_BYTES else texts(words)


def _filled(message: Any, values: Mapping[str, Any]) -> Any:
    for name, value in values.items():
        held = getattr(message, name)
        if isinstance(value, dict):
            _put_entries(held, value)
        elif isinstance(value, list):
            held.extend(value)
        elif isinstance(value, Message):
            held.CopyFrom(value)
        else:
            setattr(message, name, value)
    return message


def _put_entries(held: Any, entries: Mapping[Any, Any]) -> None:
    for key, value in entries.items():
        if isinstance(value, Message):
            held[key].CopyFrom(value)
        else:
            held[key] = value
