from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Problem(_message.Message):
    __slots__ = ("severity", "layer", "code", "message", "node_id", "edge_id", "field", "expected", "received")
    class Severity(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        SEVERITY_UNSPECIFIED: _ClassVar[Problem.Severity]
        ERROR: _ClassVar[Problem.Severity]
        WARNING: _ClassVar[Problem.Severity]
    SEVERITY_UNSPECIFIED: Problem.Severity
    ERROR: Problem.Severity
    WARNING: Problem.Severity
    class Layer(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        LAYER_UNSPECIFIED: _ClassVar[Problem.Layer]
        SCHEMA: _ClassVar[Problem.Layer]
        GRAPH: _ClassVar[Problem.Layer]
        TYPE: _ClassVar[Problem.Layer]
        PARAMETER: _ClassVar[Problem.Layer]
        SEMANTIC: _ClassVar[Problem.Layer]
    LAYER_UNSPECIFIED: Problem.Layer
    SCHEMA: Problem.Layer
    GRAPH: Problem.Layer
    TYPE: Problem.Layer
    PARAMETER: Problem.Layer
    SEMANTIC: Problem.Layer
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    LAYER_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    EDGE_ID_FIELD_NUMBER: _ClassVar[int]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_FIELD_NUMBER: _ClassVar[int]
    severity: Problem.Severity
    layer: Problem.Layer
    code: str
    message: str
    node_id: str
    edge_id: str
    field: str
    expected: str
    received: str
    def __init__(self, severity: _Optional[_Union[Problem.Severity, str]] = ..., layer: _Optional[_Union[Problem.Layer, str]] = ..., code: _Optional[str] = ..., message: _Optional[str] = ..., node_id: _Optional[str] = ..., edge_id: _Optional[str] = ..., field: _Optional[str] = ..., expected: _Optional[str] = ..., received: _Optional[str] = ...) -> None: ...
