from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Market(_message.Message):
    __slots__ = ("data_version", "region", "is_synthetic", "first_day", "last_day", "pools")
    class Pool(_message.Message):
        __slots__ = ("name", "benchmark", "member_count", "first_day", "last_day")
        NAME_FIELD_NUMBER: _ClassVar[int]
        BENCHMARK_FIELD_NUMBER: _ClassVar[int]
        MEMBER_COUNT_FIELD_NUMBER: _ClassVar[int]
        FIRST_DAY_FIELD_NUMBER: _ClassVar[int]
        LAST_DAY_FIELD_NUMBER: _ClassVar[int]
        name: str
        benchmark: str
        member_count: int
        first_day: str
        last_day: str
        def __init__(self, name: _Optional[str] = ..., benchmark: _Optional[str] = ..., member_count: _Optional[int] = ..., first_day: _Optional[str] = ..., last_day: _Optional[str] = ...) -> None: ...
    DATA_VERSION_FIELD_NUMBER: _ClassVar[int]
    REGION_FIELD_NUMBER: _ClassVar[int]
    IS_SYNTHETIC_FIELD_NUMBER: _ClassVar[int]
    FIRST_DAY_FIELD_NUMBER: _ClassVar[int]
    LAST_DAY_FIELD_NUMBER: _ClassVar[int]
    POOLS_FIELD_NUMBER: _ClassVar[int]
    data_version: str
    region: str
    is_synthetic: bool
    first_day: str
    last_day: str
    pools: _containers.RepeatedCompositeFieldContainer[Market.Pool]
    def __init__(self, data_version: _Optional[str] = ..., region: _Optional[str] = ..., is_synthetic: _Optional[bool] = ..., first_day: _Optional[str] = ..., last_day: _Optional[str] = ..., pools: _Optional[_Iterable[_Union[Market.Pool, _Mapping]]] = ...) -> None: ...

class ListMarketsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListMarketsResponse(_message.Message):
    __slots__ = ("items", "total")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[Market]
    total: int
    def __init__(self, items: _Optional[_Iterable[_Union[Market, _Mapping]]] = ..., total: _Optional[int] = ...) -> None: ...
