from strategybuilder.quicktest.v1 import quick_test_pb2 as _quick_test_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class EquityPoint(_message.Message):
    __slots__ = ("trading_day", "portfolio_value", "cash", "benchmark_value", "drawdown", "daily_return")
    TRADING_DAY_FIELD_NUMBER: _ClassVar[int]
    PORTFOLIO_VALUE_FIELD_NUMBER: _ClassVar[int]
    CASH_FIELD_NUMBER: _ClassVar[int]
    BENCHMARK_VALUE_FIELD_NUMBER: _ClassVar[int]
    DRAWDOWN_FIELD_NUMBER: _ClassVar[int]
    DAILY_RETURN_FIELD_NUMBER: _ClassVar[int]
    trading_day: str
    portfolio_value: float
    cash: float
    benchmark_value: float
    drawdown: float
    daily_return: float
    def __init__(self, trading_day: _Optional[str] = ..., portfolio_value: _Optional[float] = ..., cash: _Optional[float] = ..., benchmark_value: _Optional[float] = ..., drawdown: _Optional[float] = ..., daily_return: _Optional[float] = ...) -> None: ...

class Trade(_message.Message):
    __slots__ = ("trading_day", "instrument", "side", "price", "amount", "value", "cost", "reason", "node_id", "late", "profit")
    class Side(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        SIDE_UNSPECIFIED: _ClassVar[Trade.Side]
        BUY: _ClassVar[Trade.Side]
        SELL: _ClassVar[Trade.Side]
    SIDE_UNSPECIFIED: Trade.Side
    BUY: Trade.Side
    SELL: Trade.Side
    TRADING_DAY_FIELD_NUMBER: _ClassVar[int]
    INSTRUMENT_FIELD_NUMBER: _ClassVar[int]
    SIDE_FIELD_NUMBER: _ClassVar[int]
    PRICE_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    COST_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    LATE_FIELD_NUMBER: _ClassVar[int]
    PROFIT_FIELD_NUMBER: _ClassVar[int]
    trading_day: str
    instrument: str
    side: Trade.Side
    price: float
    amount: float
    value: float
    cost: float
    reason: str
    node_id: str
    late: bool
    profit: float
    def __init__(self, trading_day: _Optional[str] = ..., instrument: _Optional[str] = ..., side: _Optional[_Union[Trade.Side, str]] = ..., price: _Optional[float] = ..., amount: _Optional[float] = ..., value: _Optional[float] = ..., cost: _Optional[float] = ..., reason: _Optional[str] = ..., node_id: _Optional[str] = ..., late: _Optional[bool] = ..., profit: _Optional[float] = ...) -> None: ...

class NodeFiring(_message.Message):
    __slots__ = ("node_id", "count")
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    node_id: str
    count: int
    def __init__(self, node_id: _Optional[str] = ..., count: _Optional[int] = ...) -> None: ...

class Position(_message.Message):
    __slots__ = ("trading_day", "instrument", "amount", "price", "value", "weight")
    TRADING_DAY_FIELD_NUMBER: _ClassVar[int]
    INSTRUMENT_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    PRICE_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    trading_day: str
    instrument: str
    amount: float
    price: float
    value: float
    weight: float
    def __init__(self, trading_day: _Optional[str] = ..., instrument: _Optional[str] = ..., amount: _Optional[float] = ..., price: _Optional[float] = ..., value: _Optional[float] = ..., weight: _Optional[float] = ...) -> None: ...

class QuickTestResult(_message.Message):
    __slots__ = ("test_id", "data_version", "is_synthetic", "metrics", "equity_curve", "trades", "node_firings", "notes", "positions", "positions_total")
    TEST_ID_FIELD_NUMBER: _ClassVar[int]
    DATA_VERSION_FIELD_NUMBER: _ClassVar[int]
    IS_SYNTHETIC_FIELD_NUMBER: _ClassVar[int]
    METRICS_FIELD_NUMBER: _ClassVar[int]
    EQUITY_CURVE_FIELD_NUMBER: _ClassVar[int]
    TRADES_FIELD_NUMBER: _ClassVar[int]
    NODE_FIRINGS_FIELD_NUMBER: _ClassVar[int]
    NOTES_FIELD_NUMBER: _ClassVar[int]
    POSITIONS_FIELD_NUMBER: _ClassVar[int]
    POSITIONS_TOTAL_FIELD_NUMBER: _ClassVar[int]
    test_id: str
    data_version: str
    is_synthetic: bool
    metrics: _quick_test_pb2.QuickTestMetrics
    equity_curve: _containers.RepeatedCompositeFieldContainer[EquityPoint]
    trades: _containers.RepeatedCompositeFieldContainer[Trade]
    node_firings: _containers.RepeatedCompositeFieldContainer[NodeFiring]
    notes: _containers.RepeatedScalarFieldContainer[str]
    positions: _containers.RepeatedCompositeFieldContainer[Position]
    positions_total: int
    def __init__(self, test_id: _Optional[str] = ..., data_version: _Optional[str] = ..., is_synthetic: _Optional[bool] = ..., metrics: _Optional[_Union[_quick_test_pb2.QuickTestMetrics, _Mapping]] = ..., equity_curve: _Optional[_Iterable[_Union[EquityPoint, _Mapping]]] = ..., trades: _Optional[_Iterable[_Union[Trade, _Mapping]]] = ..., node_firings: _Optional[_Iterable[_Union[NodeFiring, _Mapping]]] = ..., notes: _Optional[_Iterable[str]] = ..., positions: _Optional[_Iterable[_Union[Position, _Mapping]]] = ..., positions_total: _Optional[int] = ...) -> None: ...

class GetQuickTestResultRequest(_message.Message):
    __slots__ = ("test_id", "trading_day", "skip", "limit")
    TEST_ID_FIELD_NUMBER: _ClassVar[int]
    TRADING_DAY_FIELD_NUMBER: _ClassVar[int]
    SKIP_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    test_id: str
    trading_day: str
    skip: int
    limit: int
    def __init__(self, test_id: _Optional[str] = ..., trading_day: _Optional[str] = ..., skip: _Optional[int] = ..., limit: _Optional[int] = ...) -> None: ...

class GetQuickTestResultResponse(_message.Message):
    __slots__ = ("result",)
    RESULT_FIELD_NUMBER: _ClassVar[int]
    result: QuickTestResult
    def __init__(self, result: _Optional[_Union[QuickTestResult, _Mapping]] = ...) -> None: ...

class GetQuickTestChartRequest(_message.Message):
    __slots__ = ("test_id", "format")
    TEST_ID_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    test_id: str
    format: str
    def __init__(self, test_id: _Optional[str] = ..., format: _Optional[str] = ...) -> None: ...
