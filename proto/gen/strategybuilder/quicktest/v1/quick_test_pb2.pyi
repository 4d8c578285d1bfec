import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class TestConfig(_message.Message):
    __slots__ = ("date_range", "start_date", "end_date", "stock_pool", "instruments", "initial_capital", "benchmark", "deal_price", "open_cost", "close_cost", "min_cost", "limit_threshold")
    DATE_RANGE_FIELD_NUMBER: _ClassVar[int]
    START_DATE_FIELD_NUMBER: _ClassVar[int]
    END_DATE_FIELD_NUMBER: _ClassVar[int]
    STOCK_POOL_FIELD_NUMBER: _ClassVar[int]
    INSTRUMENTS_FIELD_NUMBER: _ClassVar[int]
    INITIAL_CAPITAL_FIELD_NUMBER: _ClassVar[int]
    BENCHMARK_FIELD_NUMBER: _ClassVar[int]
    DEAL_PRICE_FIELD_NUMBER: _ClassVar[int]
    OPEN_COST_FIELD_NUMBER: _ClassVar[int]
    CLOSE_COST_FIELD_NUMBER: _ClassVar[int]
    MIN_COST_FIELD_NUMBER: _ClassVar[int]
    LIMIT_THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    date_range: str
    start_date: str
    end_date: str
    stock_pool: str
    instruments: _containers.RepeatedScalarFieldContainer[str]
    initial_capital: float
    benchmark: str
    deal_price: str
    open_cost: float
    close_cost: float
    min_cost: float
    limit_threshold: float
    def __init__(self, date_range: _Optional[str] = ..., start_date: _Optional[str] = ..., end_date: _Optional[str] = ..., stock_pool: _Optional[str] = ..., instruments: _Optional[_Iterable[str]] = ..., initial_capital: _Optional[float] = ..., benchmark: _Optional[str] = ..., deal_price: _Optional[str] = ..., open_cost: _Optional[float] = ..., close_cost: _Optional[float] = ..., min_cost: _Optional[float] = ..., limit_threshold: _Optional[float] = ...) -> None: ...

class QuickTestMetrics(_message.Message):
    __slots__ = ("total_return", "annual_return", "volatility", "sharpe_ratio", "sortino_ratio", "calmar_ratio", "max_drawdown", "max_drawdown_start", "max_drawdown_end", "win_rate", "profit_factor", "average_holding_days", "turnover", "total_cost", "trade_count", "round_trip_count", "exposure", "benchmark_return", "excess_return", "information_ratio", "alpha", "beta")
    TOTAL_RETURN_FIELD_NUMBER: _ClassVar[int]
    ANNUAL_RETURN_FIELD_NUMBER: _ClassVar[int]
    VOLATILITY_FIELD_NUMBER: _ClassVar[int]
    SHARPE_RATIO_FIELD_NUMBER: _ClassVar[int]
    SORTINO_RATIO_FIELD_NUMBER: _ClassVar[int]
    CALMAR_RATIO_FIELD_NUMBER: _ClassVar[int]
    MAX_DRAWDOWN_FIELD_NUMBER: _ClassVar[int]
    MAX_DRAWDOWN_START_FIELD_NUMBER: _ClassVar[int]
    MAX_DRAWDOWN_END_FIELD_NUMBER: _ClassVar[int]
    WIN_RATE_FIELD_NUMBER: _ClassVar[int]
    PROFIT_FACTOR_FIELD_NUMBER: _ClassVar[int]
    AVERAGE_HOLDING_DAYS_FIELD_NUMBER: _ClassVar[int]
    TURNOVER_FIELD_NUMBER: _ClassVar[int]
    TOTAL_COST_FIELD_NUMBER: _ClassVar[int]
    TRADE_COUNT_FIELD_NUMBER: _ClassVar[int]
    ROUND_TRIP_COUNT_FIELD_NUMBER: _ClassVar[int]
    EXPOSURE_FIELD_NUMBER: _ClassVar[int]
    BENCHMARK_RETURN_FIELD_NUMBER: _ClassVar[int]
    EXCESS_RETURN_FIELD_NUMBER: _ClassVar[int]
    INFORMATION_RATIO_FIELD_NUMBER: _ClassVar[int]
    ALPHA_FIELD_NUMBER: _ClassVar[int]
    BETA_FIELD_NUMBER: _ClassVar[int]
    total_return: float
    annual_return: float
    volatility: float
    sharpe_ratio: float
    sortino_ratio: float
    calmar_ratio: float
    max_drawdown: float
    max_drawdown_start: str
    max_drawdown_end: str
    win_rate: float
    profit_factor: float
    average_holding_days: float
    turnover: float
    total_cost: float
    trade_count: int
    round_trip_count: int
    exposure: float
    benchmark_return: float
    excess_return: float
    information_ratio: float
    alpha: float
    beta: float
    def __init__(self, total_return: _Optional[float] = ..., annual_return: _Optional[float] = ..., volatility: _Optional[float] = ..., sharpe_ratio: _Optional[float] = ..., sortino_ratio: _Optional[float] = ..., calmar_ratio: _Optional[float] = ..., max_drawdown: _Optional[float] = ..., max_drawdown_start: _Optional[str] = ..., max_drawdown_end: _Optional[str] = ..., win_rate: _Optional[float] = ..., profit_factor: _Optional[float] = ..., average_holding_days: _Optional[float] = ..., turnover: _Optional[float] = ..., total_cost: _Optional[float] = ..., trade_count: _Optional[int] = ..., round_trip_count: _Optional[int] = ..., exposure: _Optional[float] = ..., benchmark_return: _Optional[float] = ..., excess_return: _Optional[float] = ..., information_ratio: _Optional[float] = ..., alpha: _Optional[float] = ..., beta: _Optional[float] = ...) -> None: ...

class QuickTest(_message.Message):
    __slots__ = ("id", "instance_id", "generation_id", "code_hash", "data_version", "test_name", "status", "test_config", "metrics_summary", "error_message", "execution_time", "started_at", "completed_at", "created_at", "updated_at", "is_synthetic")
    class Status(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        STATUS_UNSPECIFIED: _ClassVar[QuickTest.Status]
        PENDING: _ClassVar[QuickTest.Status]
        RUNNING: _ClassVar[QuickTest.Status]
        COMPLETED: _ClassVar[QuickTest.Status]
        FAILED: _ClassVar[QuickTest.Status]
        CANCELLED: _ClassVar[QuickTest.Status]
    STATUS_UNSPECIFIED: QuickTest.Status
    PENDING: QuickTest.Status
    RUNNING: QuickTest.Status
    COMPLETED: QuickTest.Status
    FAILED: QuickTest.Status
    CANCELLED: QuickTest.Status
    ID_FIELD_NUMBER: _ClassVar[int]
    INSTANCE_ID_FIELD_NUMBER: _ClassVar[int]
    GENERATION_ID_FIELD_NUMBER: _ClassVar[int]
    CODE_HASH_FIELD_NUMBER: _ClassVar[int]
    DATA_VERSION_FIELD_NUMBER: _ClassVar[int]
    TEST_NAME_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    TEST_CONFIG_FIELD_NUMBER: _ClassVar[int]
    METRICS_SUMMARY_FIELD_NUMBER: _ClassVar[int]
    ERROR_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    EXECUTION_TIME_FIELD_NUMBER: _ClassVar[int]
    STARTED_AT_FIELD_NUMBER: _ClassVar[int]
    COMPLETED_AT_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    IS_SYNTHETIC_FIELD_NUMBER: _ClassVar[int]
    id: str
    instance_id: str
    generation_id: str
    code_hash: str
    data_version: str
    test_name: str
    status: QuickTest.Status
    test_config: TestConfig
    metrics_summary: QuickTestMetrics
    error_message: str
    execution_time: float
    started_at: _timestamp_pb2.Timestamp
    completed_at: _timestamp_pb2.Timestamp
    created_at: _timestamp_pb2.Timestamp
    updated_at: _timestamp_pb2.Timestamp
    is_synthetic: bool
    def __init__(self, id: _Optional[str] = ..., instance_id: _Optional[str] = ..., generation_id: _Optional[str] = ..., code_hash: _Optional[str] = ..., data_version: _Optional[str] = ..., test_name: _Optional[str] = ..., status: _Optional[_Union[QuickTest.Status, str]] = ..., test_config: _Optional[_Union[TestConfig, _Mapping]] = ..., metrics_summary: _Optional[_Union[QuickTestMetrics, _Mapping]] = ..., error_message: _Optional[str] = ..., execution_time: _Optional[float] = ..., started_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., completed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., updated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., is_synthetic: _Optional[bool] = ...) -> None: ...

class RunQuickTestRequest(_message.Message):
    __slots__ = ("instance_id", "generation_id", "test_name", "request_id", "test_config")
    INSTANCE_ID_FIELD_NUMBER: _ClassVar[int]
    GENERATION_ID_FIELD_NUMBER: _ClassVar[int]
    TEST_NAME_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    TEST_CONFIG_FIELD_NUMBER: _ClassVar[int]
    instance_id: str
    generation_id: str
    test_name: str
    request_id: str
    test_config: TestConfig
    def __init__(self, instance_id: _Optional[str] = ..., generation_id: _Optional[str] = ..., test_name: _Optional[str] = ..., request_id: _Optional[str] = ..., test_config: _Optional[_Union[TestConfig, _Mapping]] = ...) -> None: ...

class RunQuickTestResponse(_message.Message):
    __slots__ = ("test_id", "status", "message", "estimated_duration")
    TEST_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    ESTIMATED_DURATION_FIELD_NUMBER: _ClassVar[int]
    test_id: str
    status: QuickTest.Status
    message: str
    estimated_duration: float
    def __init__(self, test_id: _Optional[str] = ..., status: _Optional[_Union[QuickTest.Status, str]] = ..., message: _Optional[str] = ..., estimated_duration: _Optional[float] = ...) -> None: ...

class GetQuickTestRequest(_message.Message):
    __slots__ = ("test_id",)
    TEST_ID_FIELD_NUMBER: _ClassVar[int]
    test_id: str
    def __init__(self, test_id: _Optional[str] = ...) -> None: ...

class GetQuickTestResponse(_message.Message):
    __slots__ = ("quick_test",)
    QUICK_TEST_FIELD_NUMBER: _ClassVar[int]
    quick_test: QuickTest
    def __init__(self, quick_test: _Optional[_Union[QuickTest, _Mapping]] = ...) -> None: ...

class ListQuickTestsRequest(_message.Message):
    __slots__ = ("instance_id", "status", "skip", "limit")
    INSTANCE_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    SKIP_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    instance_id: str
    status: QuickTest.Status
    skip: int
    limit: int
    def __init__(self, instance_id: _Optional[str] = ..., status: _Optional[_Union[QuickTest.Status, str]] = ..., skip: _Optional[int] = ..., limit: _Optional[int] = ...) -> None: ...

class ListQuickTestsResponse(_message.Message):
    __slots__ = ("items", "total", "page", "page_size")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[QuickTest]
    total: int
    page: int
    page_size: int
    def __init__(self, items: _Optional[_Iterable[_Union[QuickTest, _Mapping]]] = ..., total: _Optional[int] = ..., page: _Optional[int] = ..., page_size: _Optional[int] = ...) -> None: ...

class CancelQuickTestRequest(_message.Message):
    __slots__ = ("test_id", "cancellation")
    TEST_ID_FIELD_NUMBER: _ClassVar[int]
    CANCELLATION_FIELD_NUMBER: _ClassVar[int]
    test_id: str
    cancellation: QuickTestCancellation
    def __init__(self, test_id: _Optional[str] = ..., cancellation: _Optional[_Union[QuickTestCancellation, _Mapping]] = ...) -> None: ...

class QuickTestCancellation(_message.Message):
    __slots__ = ("id", "test_id")
    ID_FIELD_NUMBER: _ClassVar[int]
    TEST_ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    test_id: str
    def __init__(self, id: _Optional[str] = ..., test_id: _Optional[str] = ...) -> None: ...

class CancelQuickTestResponse(_message.Message):
    __slots__ = ("quick_test",)
    QUICK_TEST_FIELD_NUMBER: _ClassVar[int]
    quick_test: QuickTest
    def __init__(self, quick_test: _Optional[_Union[QuickTest, _Mapping]] = ...) -> None: ...
