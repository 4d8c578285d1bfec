from google.api import annotations_pb2 as _annotations_pb2
from strategybuilder.validation.v1 import validation_result_pb2 as _validation_result_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ValidateCodeRequest(_message.Message):
    __slots__ = ("code", "strict_mode")
    CODE_FIELD_NUMBER: _ClassVar[int]
    STRICT_MODE_FIELD_NUMBER: _ClassVar[int]
    code: str
    strict_mode: bool
    def __init__(self, code: _Optional[str] = ..., strict_mode: _Optional[bool] = ...) -> None: ...

class ValidateCodeResponse(_message.Message):
    __slots__ = ("result",)
    RESULT_FIELD_NUMBER: _ClassVar[int]
    result: _validation_result_pb2.ValidationResult
    def __init__(self, result: _Optional[_Union[_validation_result_pb2.ValidationResult, _Mapping]] = ...) -> None: ...
