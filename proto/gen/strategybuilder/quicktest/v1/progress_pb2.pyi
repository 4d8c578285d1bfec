from strategybuilder.quicktest.v1 import quick_test_pb2 as _quick_test_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ProgressPoint(_message.Message):
    __slots__ = ("trading_day", "portfolio_value", "benchmark_value")
    TRADING_DAY_FIELD_NUMBER: _ClassVar[int]
    PORTFOLIO_VALUE_FIELD_NUMBER: _ClassVar[int]
    BENCHMARK_VALUE_FIELD_NUMBER: _ClassVar[int]
    trading_day: str
    portfolio_value: float
    benchmark_value: float
    def __init__(self, trading_day: _Optional[str] = ..., portfolio_value: _Optional[float] = ..., benchmark_value: _Optional[float] = ...) -> None: ...

class WatchQuickTestRequest(_message.Message):
    __slots__ = ("test_id", "after_sequence")
    TEST_ID_FIELD_NUMBER: _ClassVar[int]
    AFTER_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    test_id: str
    after_sequence: int
    def __init__(self, test_id: _Optional[str] = ..., after_sequence: _Optional[int] = ...) -> None: ...

class WatchQuickTestResponse(_message.Message):
    __slots__ = ("sequence", "stage", "percent", "message", "points", "status", "metrics", "error_message", "heartbeat")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    STAGE_FIELD_NUMBER: _ClassVar[int]
    PERCENT_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    POINTS_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    METRICS_FIELD_NUMBER: _ClassVar[int]
    ERROR_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    stage: str
    percent: float
    message: str
    points: _containers.RepeatedCompositeFieldContainer[ProgressPoint]
    status: _quick_test_pb2.QuickTest.Status
    metrics: _quick_test_pb2.QuickTestMetrics
    error_message: str
    heartbeat: bool
    def __init__(self, sequence: _Optional[int] = ..., stage: _Optional[str] = ..., percent: _Optional[float] = ..., message: _Optional[str] = ..., points: _Optional[_Iterable[_Union[ProgressPoint, _Mapping]]] = ..., status: _Optional[_Union[_quick_test_pb2.QuickTest.Status, str]] = ..., metrics: _Optional[_Union[_quick_test_pb2.QuickTestMetrics, _Mapping]] = ..., error_message: _Optional[str] = ..., heartbeat: _Optional[bool] = ...) -> None: ...
