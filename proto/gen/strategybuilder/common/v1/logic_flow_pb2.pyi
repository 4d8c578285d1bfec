from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class LogicFlow(_message.Message):
    __slots__ = ("nodes", "edges")
    class CheckLevel(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        CHECK_LEVEL_UNSPECIFIED: _ClassVar[LogicFlow.CheckLevel]
        DRAFT: _ClassVar[LogicFlow.CheckLevel]
        COMPLETE: _ClassVar[LogicFlow.CheckLevel]
    CHECK_LEVEL_UNSPECIFIED: LogicFlow.CheckLevel
    DRAFT: LogicFlow.CheckLevel
    COMPLETE: LogicFlow.CheckLevel
    NODES_FIELD_NUMBER: _ClassVar[int]
    EDGES_FIELD_NUMBER: _ClassVar[int]
    nodes: _containers.RepeatedCompositeFieldContainer[FlowNode]
    edges: _containers.RepeatedCompositeFieldContainer[FlowEdge]
    def __init__(self, nodes: _Optional[_Iterable[_Union[FlowNode, _Mapping]]] = ..., edges: _Optional[_Iterable[_Union[FlowEdge, _Mapping]]] = ...) -> None: ...

class FlowNode(_message.Message):
    __slots__ = ("id", "type", "template_id", "label", "position", "data")
    ID_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_ID_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    id: str
    type: str
    template_id: str
    label: str
    position: FlowPosition
    data: _struct_pb2.Struct
    def __init__(self, id: _Optional[str] = ..., type: _Optional[str] = ..., template_id: _Optional[str] = ..., label: _Optional[str] = ..., position: _Optional[_Union[FlowPosition, _Mapping]] = ..., data: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ...) -> None: ...

class FlowPosition(_message.Message):
    __slots__ = ("x", "y")
    X_FIELD_NUMBER: _ClassVar[int]
    Y_FIELD_NUMBER: _ClassVar[int]
    x: float
    y: float
    def __init__(self, x: _Optional[float] = ..., y: _Optional[float] = ...) -> None: ...

class FlowEdge(_message.Message):
    __slots__ = ("id", "source", "target", "source_handle", "target_handle")
    ID_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    SOURCE_HANDLE_FIELD_NUMBER: _ClassVar[int]
    TARGET_HANDLE_FIELD_NUMBER: _ClassVar[int]
    id: str
    source: str
    target: str
    source_handle: str
    target_handle: str
    def __init__(self, id: _Optional[str] = ..., source: _Optional[str] = ..., target: _Optional[str] = ..., source_handle: _Optional[str] = ..., target_handle: _Optional[str] = ...) -> None: ...
