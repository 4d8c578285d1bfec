import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from strategybuilder.quicktest.v1 import progress_pb2 as _progress_pb2
from strategybuilder.quicktest.v1 import quick_test_pb2 as _quick_test_pb2
from strategybuilder.quicktest.v1 import result_pb2 as _result_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Lease(_message.Message):
    __slots__ = ("test_id", "attempt", "worker_id")
    TEST_ID_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    WORKER_ID_FIELD_NUMBER: _ClassVar[int]
    test_id: str
    attempt: int
    worker_id: str
    def __init__(self, test_id: _Optional[str] = ..., attempt: _Optional[int] = ..., worker_id: _Optional[str] = ...) -> None: ...

class ClaimQuickTestRequest(_message.Message):
    __slots__ = ("data_version", "worker_id", "lease_seconds")
    DATA_VERSION_FIELD_NUMBER: _ClassVar[int]
    WORKER_ID_FIELD_NUMBER: _ClassVar[int]
    LEASE_SECONDS_FIELD_NUMBER: _ClassVar[int]
    data_version: str
    worker_id: str
    lease_seconds: int
    def __init__(self, data_version: _Optional[str] = ..., worker_id: _Optional[str] = ..., lease_seconds: _Optional[int] = ...) -> None: ...

class ClaimQuickTestResponse(_message.Message):
    __slots__ = ("claimed",)
    CLAIMED_FIELD_NUMBER: _ClassVar[int]
    claimed: ClaimedQuickTest
    def __init__(self, claimed: _Optional[_Union[ClaimedQuickTest, _Mapping]] = ...) -> None: ...

class ClaimedQuickTest(_message.Message):
    __slots__ = ("lease", "lease_until", "quick_test", "generated_code", "user_id")
    LEASE_FIELD_NUMBER: _ClassVar[int]
    LEASE_UNTIL_FIELD_NUMBER: _ClassVar[int]
    QUICK_TEST_FIELD_NUMBER: _ClassVar[int]
    GENERATED_CODE_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    lease: Lease
    lease_until: _timestamp_pb2.Timestamp
    quick_test: _quick_test_pb2.QuickTest
    generated_code: str
    user_id: str
    def __init__(self, lease: _Optional[_Union[Lease, _Mapping]] = ..., lease_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., quick_test: _Optional[_Union[_quick_test_pb2.QuickTest, _Mapping]] = ..., generated_code: _Optional[str] = ..., user_id: _Optional[str] = ...) -> None: ...

class ReportProgressRequest(_message.Message):
    __slots__ = ("lease", "lease_seconds", "stage", "percent", "message", "points")
    LEASE_FIELD_NUMBER: _ClassVar[int]
    LEASE_SECONDS_FIELD_NUMBER: _ClassVar[int]
    STAGE_FIELD_NUMBER: _ClassVar[int]
    PERCENT_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    POINTS_FIELD_NUMBER: _ClassVar[int]
    lease: Lease
    lease_seconds: int
    stage: str
    percent: float
    message: str
    points: _containers.RepeatedCompositeFieldContainer[_progress_pb2.ProgressPoint]
    def __init__(self, lease: _Optional[_Union[Lease, _Mapping]] = ..., lease_seconds: _Optional[int] = ..., stage: _Optional[str] = ..., percent: _Optional[float] = ..., message: _Optional[str] = ..., points: _Optional[_Iterable[_Union[_progress_pb2.ProgressPoint, _Mapping]]] = ...) -> None: ...

class ReportProgressResponse(_message.Message):
    __slots__ = ("lease_until",)
    LEASE_UNTIL_FIELD_NUMBER: _ClassVar[int]
    lease_until: _timestamp_pb2.Timestamp
    def __init__(self, lease_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class CompleteQuickTestRequest(_message.Message):
    __slots__ = ("lease", "status", "result", "error_message", "strategy_error", "execution_time")
    LEASE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    ERROR_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    STRATEGY_ERROR_FIELD_NUMBER: _ClassVar[int]
    EXECUTION_TIME_FIELD_NUMBER: _ClassVar[int]
    lease: Lease
    status: _quick_test_pb2.QuickTest.Status
    result: _result_pb2.QuickTestResult
    error_message: str
    strategy_error: bool
    execution_time: float
    def __init__(self, lease: _Optional[_Union[Lease, _Mapping]] = ..., status: _Optional[_Union[_quick_test_pb2.QuickTest.Status, str]] = ..., result: _Optional[_Union[_result_pb2.QuickTestResult, _Mapping]] = ..., error_message: _Optional[str] = ..., strategy_error: _Optional[bool] = ..., execution_time: _Optional[float] = ...) -> None: ...

class CompleteQuickTestResponse(_message.Message):
    __slots__ = ("quick_test",)
    QUICK_TEST_FIELD_NUMBER: _ClassVar[int]
    quick_test: _quick_test_pb2.QuickTest
    def __init__(self, quick_test: _Optional[_Union[_quick_test_pb2.QuickTest, _Mapping]] = ...) -> None: ...
