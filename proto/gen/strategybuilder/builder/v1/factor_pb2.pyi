from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class FactorReference(_message.Message):
    __slots__ = ("id", "name", "display_name", "description", "category", "parameters", "output_type", "source", "expression")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_TYPE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    EXPRESSION_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    display_name: str
    description: str
    category: str
    parameters: _struct_pb2.Struct
    output_type: str
    source: str
    expression: str
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., display_name: _Optional[str] = ..., description: _Optional[str] = ..., category: _Optional[str] = ..., parameters: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., output_type: _Optional[str] = ..., source: _Optional[str] = ..., expression: _Optional[str] = ...) -> None: ...

class ListFactorsRequest(_message.Message):
    __slots__ = ("category", "source", "search", "skip", "limit")
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    SEARCH_FIELD_NUMBER: _ClassVar[int]
    SKIP_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    category: str
    source: str
    search: str
    skip: int
    limit: int
    def __init__(self, category: _Optional[str] = ..., source: _Optional[str] = ..., search: _Optional[str] = ..., skip: _Optional[int] = ..., limit: _Optional[int] = ...) -> None: ...

class ListFactorsResponse(_message.Message):
    __slots__ = ("items", "total")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[FactorReference]
    total: int
    def __init__(self, items: _Optional[_Iterable[_Union[FactorReference, _Mapping]]] = ..., total: _Optional[int] = ...) -> None: ...

class FactorDefinition(_message.Message):
    __slots__ = ("name", "display_name", "description", "category", "parameters", "output_type", "expression")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_TYPE_FIELD_NUMBER: _ClassVar[int]
    EXPRESSION_FIELD_NUMBER: _ClassVar[int]
    name: str
    display_name: str
    description: str
    category: str
    parameters: _struct_pb2.Struct
    output_type: str
    expression: str
    def __init__(self, name: _Optional[str] = ..., display_name: _Optional[str] = ..., description: _Optional[str] = ..., category: _Optional[str] = ..., parameters: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., output_type: _Optional[str] = ..., expression: _Optional[str] = ...) -> None: ...

class PublishFactorsRequest(_message.Message):
    __slots__ = ("factors",)
    FACTORS_FIELD_NUMBER: _ClassVar[int]
    factors: _containers.RepeatedCompositeFieldContainer[FactorDefinition]
    def __init__(self, factors: _Optional[_Iterable[_Union[FactorDefinition, _Mapping]]] = ...) -> None: ...

class PublishFactorsResponse(_message.Message):
    __slots__ = ("factors", "created_count", "updated_count", "unchanged_count")
    FACTORS_FIELD_NUMBER: _ClassVar[int]
    CREATED_COUNT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_COUNT_FIELD_NUMBER: _ClassVar[int]
    UNCHANGED_COUNT_FIELD_NUMBER: _ClassVar[int]
    factors: _containers.RepeatedCompositeFieldContainer[FactorReference]
    created_count: int
    updated_count: int
    unchanged_count: int
    def __init__(self, factors: _Optional[_Iterable[_Union[FactorReference, _Mapping]]] = ..., created_count: _Optional[int] = ..., updated_count: _Optional[int] = ..., unchanged_count: _Optional[int] = ...) -> None: ...

class RetireFactorsRequest(_message.Message):
    __slots__ = ("names",)
    NAMES_FIELD_NUMBER: _ClassVar[int]
    names: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, names: _Optional[_Iterable[str]] = ...) -> None: ...

class RetireFactorsResponse(_message.Message):
    __slots__ = ("retired_count", "unknown_names")
    RETIRED_COUNT_FIELD_NUMBER: _ClassVar[int]
    UNKNOWN_NAMES_FIELD_NUMBER: _ClassVar[int]
    retired_count: int
    unknown_names: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, retired_count: _Optional[int] = ..., unknown_names: _Optional[_Iterable[str]] = ...) -> None: ...
