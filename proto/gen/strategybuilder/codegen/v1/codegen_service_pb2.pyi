import datetime

from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from strategybuilder.codegen.v1 import generated_code_pb2 as _generated_code_pb2
from strategybuilder.common.v1 import logic_flow_pb2 as _logic_flow_pb2
from strategybuilder.validation.v1 import validation_result_pb2 as _validation_result_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GenerateCodeRequest(_message.Message):
    __slots__ = ("instance_id", "logic_flow", "parameters", "language")
    INSTANCE_ID_FIELD_NUMBER: _ClassVar[int]
    LOGIC_FLOW_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    instance_id: str
    logic_flow: _logic_flow_pb2.LogicFlow
    parameters: _struct_pb2.Struct
    language: str
    def __init__(self, instance_id: _Optional[str] = ..., logic_flow: _Optional[_Union[_logic_flow_pb2.LogicFlow, _Mapping]] = ..., parameters: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., language: _Optional[str] = ...) -> None: ...

class GenerateCodeResponse(_message.Message):
    __slots__ = ("generation_id", "generated_code", "code_hash", "validation_status", "validation_result", "syntax_check_passed", "security_check_passed", "line_count", "complexity_score", "generation_time", "is_duplicate", "duplicate_of_created_at", "node_lines", "warmup_bars")
    class NodeLinesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: _generated_code_pb2.LineRange
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[_generated_code_pb2.LineRange, _Mapping]] = ...) -> None: ...
    GENERATION_ID_FIELD_NUMBER: _ClassVar[int]
    GENERATED_CODE_FIELD_NUMBER: _ClassVar[int]
    CODE_HASH_FIELD_NUMBER: _ClassVar[int]
    VALIDATION_STATUS_FIELD_NUMBER: _ClassVar[int]
    VALIDATION_RESULT_FIELD_NUMBER: _ClassVar[int]
    SYNTAX_CHECK_PASSED_FIELD_NUMBER: _ClassVar[int]
    SECURITY_CHECK_PASSED_FIELD_NUMBER: _ClassVar[int]
    LINE_COUNT_FIELD_NUMBER: _ClassVar[int]
    COMPLEXITY_SCORE_FIELD_NUMBER: _ClassVar[int]
    GENERATION_TIME_FIELD_NUMBER: _ClassVar[int]
    IS_DUPLICATE_FIELD_NUMBER: _ClassVar[int]
    DUPLICATE_OF_CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    NODE_LINES_FIELD_NUMBER: _ClassVar[int]
    WARMUP_BARS_FIELD_NUMBER: _ClassVar[int]
    generation_id: str
    generated_code: str
    code_hash: str
    validation_status: _validation_result_pb2.ValidationResult.ValidationStatus
    validation_result: _validation_result_pb2.ValidationResult
    syntax_check_passed: bool
    security_check_passed: bool
    line_count: int
    complexity_score: int
    generation_time: float
    is_duplicate: bool
    duplicate_of_created_at: _timestamp_pb2.Timestamp
    node_lines: _containers.MessageMap[str, _generated_code_pb2.LineRange]
    warmup_bars: int
    def __init__(self, generation_id: _Optional[str] = ..., generated_code: _Optional[str] = ..., code_hash: _Optional[str] = ..., validation_status: _Optional[_Union[_validation_result_pb2.ValidationResult.ValidationStatus, str]] = ..., validation_result: _Optional[_Union[_validation_result_pb2.ValidationResult, _Mapping]] = ..., syntax_check_passed: _Optional[bool] = ..., security_check_passed: _Optional[bool] = ..., line_count: _Optional[int] = ..., complexity_score: _Optional[int] = ..., generation_time: _Optional[float] = ..., is_duplicate: _Optional[bool] = ..., duplicate_of_created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., node_lines: _Optional[_Mapping[str, _generated_code_pb2.LineRange]] = ..., warmup_bars: _Optional[int] = ...) -> None: ...

class GetGeneratedCodeRequest(_message.Message):
    __slots__ = ("generation_id",)
    GENERATION_ID_FIELD_NUMBER: _ClassVar[int]
    generation_id: str
    def __init__(self, generation_id: _Optional[str] = ...) -> None: ...

class GetGeneratedCodeResponse(_message.Message):
    __slots__ = ("code",)
    CODE_FIELD_NUMBER: _ClassVar[int]
    code: _generated_code_pb2.GeneratedCode
    def __init__(self, code: _Optional[_Union[_generated_code_pb2.GeneratedCode, _Mapping]] = ...) -> None: ...

class ListCodeHistoryRequest(_message.Message):
    __slots__ = ("instance_id", "skip", "limit")
    INSTANCE_ID_FIELD_NUMBER: _ClassVar[int]
    SKIP_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    instance_id: str
    skip: int
    limit: int
    def __init__(self, instance_id: _Optional[str] = ..., skip: _Optional[int] = ..., limit: _Optional[int] = ...) -> None: ...

class ListCodeHistoryResponse(_message.Message):
    __slots__ = ("items", "total", "page", "page_size")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_generated_code_pb2.GeneratedCodeSummary]
    total: int
    page: int
    page_size: int
    def __init__(self, items: _Optional[_Iterable[_Union[_generated_code_pb2.GeneratedCodeSummary, _Mapping]]] = ..., total: _Optional[int] = ..., page: _Optional[int] = ..., page_size: _Optional[int] = ...) -> None: ...

class GetLatestValidCodeRequest(_message.Message):
    __slots__ = ("instance_id",)
    INSTANCE_ID_FIELD_NUMBER: _ClassVar[int]
    instance_id: str
    def __init__(self, instance_id: _Optional[str] = ...) -> None: ...

class GetLatestValidCodeResponse(_message.Message):
    __slots__ = ("code",)
    CODE_FIELD_NUMBER: _ClassVar[int]
    code: _generated_code_pb2.GeneratedCode
    def __init__(self, code: _Optional[_Union[_generated_code_pb2.GeneratedCode, _Mapping]] = ...) -> None: ...
