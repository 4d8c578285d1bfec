from google.protobuf import struct_pb2 as _struct_pb2
from strategybuilder.builder.v1 import node_template_pb2 as _node_template_pb2
from strategybuilder.common.v1 import logic_flow_pb2 as _logic_flow_pb2
from strategybuilder.common.v1 import problem_pb2 as _problem_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ValidateLogicFlowRequest(_message.Message):
    __slots__ = ("logic_flow", "parameters", "level")
    LOGIC_FLOW_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    logic_flow: _logic_flow_pb2.LogicFlow
    parameters: _struct_pb2.Struct
    level: _logic_flow_pb2.LogicFlow.CheckLevel
    def __init__(self, logic_flow: _Optional[_Union[_logic_flow_pb2.LogicFlow, _Mapping]] = ..., parameters: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., level: _Optional[_Union[_logic_flow_pb2.LogicFlow.CheckLevel, str]] = ...) -> None: ...

class ValidateLogicFlowResponse(_message.Message):
    __slots__ = ("is_valid", "problems", "order", "warmup_bars")
    IS_VALID_FIELD_NUMBER: _ClassVar[int]
    PROBLEMS_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    WARMUP_BARS_FIELD_NUMBER: _ClassVar[int]
    is_valid: bool
    problems: _containers.RepeatedCompositeFieldContainer[_problem_pb2.Problem]
    order: _containers.RepeatedScalarFieldContainer[str]
    warmup_bars: int
    def __init__(self, is_valid: _Optional[bool] = ..., problems: _Optional[_Iterable[_Union[_problem_pb2.Problem, _Mapping]]] = ..., order: _Optional[_Iterable[str]] = ..., warmup_bars: _Optional[int] = ...) -> None: ...

class ResolveLogicFlowRequest(_message.Message):
    __slots__ = ("logic_flow", "parameters", "level")
    LOGIC_FLOW_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    logic_flow: _logic_flow_pb2.LogicFlow
    parameters: _struct_pb2.Struct
    level: _logic_flow_pb2.LogicFlow.CheckLevel
    def __init__(self, logic_flow: _Optional[_Union[_logic_flow_pb2.LogicFlow, _Mapping]] = ..., parameters: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., level: _Optional[_Union[_logic_flow_pb2.LogicFlow.CheckLevel, str]] = ...) -> None: ...

class ResolveLogicFlowResponse(_message.Message):
    __slots__ = ("is_valid", "problems", "order", "warmup_bars", "nodes")
    IS_VALID_FIELD_NUMBER: _ClassVar[int]
    PROBLEMS_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    WARMUP_BARS_FIELD_NUMBER: _ClassVar[int]
    NODES_FIELD_NUMBER: _ClassVar[int]
    is_valid: bool
    problems: _containers.RepeatedCompositeFieldContainer[_problem_pb2.Problem]
    order: _containers.RepeatedScalarFieldContainer[str]
    warmup_bars: int
    nodes: _containers.RepeatedCompositeFieldContainer[ResolvedNode]
    def __init__(self, is_valid: _Optional[bool] = ..., problems: _Optional[_Iterable[_Union[_problem_pb2.Problem, _Mapping]]] = ..., order: _Optional[_Iterable[str]] = ..., warmup_bars: _Optional[int] = ..., nodes: _Optional[_Iterable[_Union[ResolvedNode, _Mapping]]] = ...) -> None: ...

class ResolvedNode(_message.Message):
    __slots__ = ("node_id", "label", "template", "parameters", "inputs")
    class Source(_message.Message):
        __slots__ = ("node_id", "port")
        NODE_ID_FIELD_NUMBER: _ClassVar[int]
        PORT_FIELD_NUMBER: _ClassVar[int]
        node_id: str
        port: str
        def __init__(self, node_id: _Optional[str] = ..., port: _Optional[str] = ...) -> None: ...
    class Input(_message.Message):
        __slots__ = ("port", "sources")
        PORT_FIELD_NUMBER: _ClassVar[int]
        SOURCES_FIELD_NUMBER: _ClassVar[int]
        port: str
        sources: _containers.RepeatedCompositeFieldContainer[ResolvedNode.Source]
        def __init__(self, port: _Optional[str] = ..., sources: _Optional[_Iterable[_Union[ResolvedNode.Source, _Mapping]]] = ...) -> None: ...
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    INPUTS_FIELD_NUMBER: _ClassVar[int]
    node_id: str
    label: str
    template: _node_template_pb2.NodeTemplate
    parameters: _struct_pb2.Struct
    inputs: _containers.RepeatedCompositeFieldContainer[ResolvedNode.Input]
    def __init__(self, node_id: _Optional[str] = ..., label: _Optional[str] = ..., template: _Optional[_Union[_node_template_pb2.NodeTemplate, _Mapping]] = ..., parameters: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., inputs: _Optional[_Iterable[_Union[ResolvedNode.Input, _Mapping]]] = ...) -> None: ...
