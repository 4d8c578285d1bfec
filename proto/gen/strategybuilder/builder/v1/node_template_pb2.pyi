import datetime

from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class NodeTemplate(_message.Message):
    __slots__ = ("id", "name", "display_name", "description", "node_type", "category", "parameter_schema", "default_parameters", "input_ports", "output_ports", "validation_rules", "execution_hints", "is_system_template", "user_id", "usage_count", "icon", "color", "version", "created_at", "updated_at")
    class NodeType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        NODE_TYPE_UNSPECIFIED: _ClassVar[NodeTemplate.NodeType]
        INDICATOR: _ClassVar[NodeTemplate.NodeType]
        CONDITION: _ClassVar[NodeTemplate.NodeType]
        SIGNAL: _ClassVar[NodeTemplate.NodeType]
        POSITION: _ClassVar[NodeTemplate.NodeType]
        STOP_LOSS: _ClassVar[NodeTemplate.NodeType]
        STOP_PROFIT: _ClassVar[NodeTemplate.NodeType]
        RISK_MANAGEMENT: _ClassVar[NodeTemplate.NodeType]
        CUSTOM: _ClassVar[NodeTemplate.NodeType]
    NODE_TYPE_UNSPECIFIED: NodeTemplate.NodeType
    INDICATOR: NodeTemplate.NodeType
    CONDITION: NodeTemplate.NodeType
    SIGNAL: NodeTemplate.NodeType
    POSITION: NodeTemplate.NodeType
    STOP_LOSS: NodeTemplate.NodeType
    STOP_PROFIT: NodeTemplate.NodeType
    RISK_MANAGEMENT: NodeTemplate.NodeType
    CUSTOM: NodeTemplate.NodeType
    class InputPort(_message.Message):
        __slots__ = ("name", "type", "required", "multiple")
        NAME_FIELD_NUMBER: _ClassVar[int]
        TYPE_FIELD_NUMBER: _ClassVar[int]
        REQUIRED_FIELD_NUMBER: _ClassVar[int]
        MULTIPLE_FIELD_NUMBER: _ClassVar[int]
        name: str
        type: str
        required: bool
        multiple: bool
        def __init__(self, name: _Optional[str] = ..., type: _Optional[str] = ..., required: _Optional[bool] = ..., multiple: _Optional[bool] = ...) -> None: ...
    class OutputPort(_message.Message):
        __slots__ = ("name", "type")
        NAME_FIELD_NUMBER: _ClassVar[int]
        TYPE_FIELD_NUMBER: _ClassVar[int]
        name: str
        type: str
        def __init__(self, name: _Optional[str] = ..., type: _Optional[str] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    NODE_TYPE_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    PARAMETER_SCHEMA_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    INPUT_PORTS_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_PORTS_FIELD_NUMBER: _ClassVar[int]
    VALIDATION_RULES_FIELD_NUMBER: _ClassVar[int]
    EXECUTION_HINTS_FIELD_NUMBER: _ClassVar[int]
    IS_SYSTEM_TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    USAGE_COUNT_FIELD_NUMBER: _ClassVar[int]
    ICON_FIELD_NUMBER: _ClassVar[int]
    COLOR_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    display_name: str
    description: str
    node_type: NodeTemplate.NodeType
    category: str
    parameter_schema: _struct_pb2.Struct
    default_parameters: _struct_pb2.Struct
    input_ports: _containers.RepeatedCompositeFieldContainer[NodeTemplate.InputPort]
    output_ports: _containers.RepeatedCompositeFieldContainer[NodeTemplate.OutputPort]
    validation_rules: _struct_pb2.Struct
    execution_hints: _struct_pb2.Struct
    is_system_template: bool
    user_id: str
    usage_count: int
    icon: str
    color: str
    version: str
    created_at: _timestamp_pb2.Timestamp
    updated_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., display_name: _Optional[str] = ..., description: _Optional[str] = ..., node_type: _Optional[_Union[NodeTemplate.NodeType, str]] = ..., category: _Optional[str] = ..., parameter_schema: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., default_parameters: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., input_ports: _Optional[_Iterable[_Union[NodeTemplate.InputPort, _Mapping]]] = ..., output_ports: _Optional[_Iterable[_Union[NodeTemplate.OutputPort, _Mapping]]] = ..., validation_rules: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., execution_hints: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., is_system_template: _Optional[bool] = ..., user_id: _Optional[str] = ..., usage_count: _Optional[int] = ..., icon: _Optional[str] = ..., color: _Optional[str] = ..., version: _Optional[str] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., updated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListNodeTemplatesRequest(_message.Message):
    __slots__ = ("node_type", "category", "is_system_template", "skip", "limit")
    NODE_TYPE_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    IS_SYSTEM_TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    SKIP_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    node_type: NodeTemplate.NodeType
    category: str
    is_system_template: bool
    skip: int
    limit: int
    def __init__(self, node_type: _Optional[_Union[NodeTemplate.NodeType, str]] = ..., category: _Optional[str] = ..., is_system_template: _Optional[bool] = ..., skip: _Optional[int] = ..., limit: _Optional[int] = ...) -> None: ...

class ListNodeTemplatesResponse(_message.Message):
    __slots__ = ("items", "total", "page", "page_size")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[NodeTemplate]
    total: int
    page: int
    page_size: int
    def __init__(self, items: _Optional[_Iterable[_Union[NodeTemplate, _Mapping]]] = ..., total: _Optional[int] = ..., page: _Optional[int] = ..., page_size: _Optional[int] = ...) -> None: ...

class GetNodeTemplateRequest(_message.Message):
    __slots__ = ("template_id",)
    TEMPLATE_ID_FIELD_NUMBER: _ClassVar[int]
    template_id: str
    def __init__(self, template_id: _Optional[str] = ...) -> None: ...

class GetNodeTemplateResponse(_message.Message):
    __slots__ = ("node_template",)
    NODE_TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    node_template: NodeTemplate
    def __init__(self, node_template: _Optional[_Union[NodeTemplate, _Mapping]] = ...) -> None: ...

class CreateNodeTemplateRequest(_message.Message):
    __slots__ = ("name", "display_name", "description", "node_type", "category", "parameter_schema", "default_parameters", "input_ports", "output_ports", "validation_rules", "execution_hints", "icon", "color")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    NODE_TYPE_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    PARAMETER_SCHEMA_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    INPUT_PORTS_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_PORTS_FIELD_NUMBER: _ClassVar[int]
    VALIDATION_RULES_FIELD_NUMBER: _ClassVar[int]
    EXECUTION_HINTS_FIELD_NUMBER: _ClassVar[int]
    ICON_FIELD_NUMBER: _ClassVar[int]
    COLOR_FIELD_NUMBER: _ClassVar[int]
    name: str
    display_name: str
    description: str
    node_type: NodeTemplate.NodeType
    category: str
    parameter_schema: _struct_pb2.Struct
    default_parameters: _struct_pb2.Struct
    input_ports: _containers.RepeatedCompositeFieldContainer[NodeTemplate.InputPort]
    output_ports: _containers.RepeatedCompositeFieldContainer[NodeTemplate.OutputPort]
    validation_rules: _struct_pb2.Struct
    execution_hints: _struct_pb2.Struct
    icon: str
    color: str
    def __init__(self, name: _Optional[str] = ..., display_name: _Optional[str] = ..., description: _Optional[str] = ..., node_type: _Optional[_Union[NodeTemplate.NodeType, str]] = ..., category: _Optional[str] = ..., parameter_schema: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., default_parameters: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., input_ports: _Optional[_Iterable[_Union[NodeTemplate.InputPort, _Mapping]]] = ..., output_ports: _Optional[_Iterable[_Union[NodeTemplate.OutputPort, _Mapping]]] = ..., validation_rules: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., execution_hints: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., icon: _Optional[str] = ..., color: _Optional[str] = ...) -> None: ...

class CreateNodeTemplateResponse(_message.Message):
    __slots__ = ("node_template",)
    NODE_TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    node_template: NodeTemplate
    def __init__(self, node_template: _Optional[_Union[NodeTemplate, _Mapping]] = ...) -> None: ...

class UpdateNodeTemplateRequest(_message.Message):
    __slots__ = ("template_id", "node_template")
    TEMPLATE_ID_FIELD_NUMBER: _ClassVar[int]
    NODE_TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    template_id: str
    node_template: NodeTemplateUpdate
    def __init__(self, template_id: _Optional[str] = ..., node_template: _Optional[_Union[NodeTemplateUpdate, _Mapping]] = ...) -> None: ...

class NodeTemplateUpdate(_message.Message):
    __slots__ = ("id", "template_id", "name", "node_type", "display_name", "description", "category", "parameter_schema", "default_parameters", "input_ports", "output_ports", "validation_rules", "execution_hints", "icon", "color")
    ID_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    NODE_TYPE_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    PARAMETER_SCHEMA_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    INPUT_PORTS_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_PORTS_FIELD_NUMBER: _ClassVar[int]
    VALIDATION_RULES_FIELD_NUMBER: _ClassVar[int]
    EXECUTION_HINTS_FIELD_NUMBER: _ClassVar[int]
    ICON_FIELD_NUMBER: _ClassVar[int]
    COLOR_FIELD_NUMBER: _ClassVar[int]
    id: str
    template_id: str
    name: str
    node_type: NodeTemplate.NodeType
    display_name: str
    description: str
    category: str
    parameter_schema: _struct_pb2.Struct
    default_parameters: _struct_pb2.Struct
    input_ports: _struct_pb2.ListValue
    output_ports: _struct_pb2.ListValue
    validation_rules: _struct_pb2.Struct
    execution_hints: _struct_pb2.Struct
    icon: str
    color: str
    def __init__(self, id: _Optional[str] = ..., template_id: _Optional[str] = ..., name: _Optional[str] = ..., node_type: _Optional[_Union[NodeTemplate.NodeType, str]] = ..., display_name: _Optional[str] = ..., description: _Optional[str] = ..., category: _Optional[str] = ..., parameter_schema: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., default_parameters: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., input_ports: _Optional[_Union[_struct_pb2.ListValue, _Mapping]] = ..., output_ports: _Optional[_Union[_struct_pb2.ListValue, _Mapping]] = ..., validation_rules: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., execution_hints: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., icon: _Optional[str] = ..., color: _Optional[str] = ...) -> None: ...

class UpdateNodeTemplateResponse(_message.Message):
    __slots__ = ("node_template",)
    NODE_TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    node_template: NodeTemplate
    def __init__(self, node_template: _Optional[_Union[NodeTemplate, _Mapping]] = ...) -> None: ...

class DeleteNodeTemplateRequest(_message.Message):
    __slots__ = ("template_id",)
    TEMPLATE_ID_FIELD_NUMBER: _ClassVar[int]
    template_id: str
    def __init__(self, template_id: _Optional[str] = ...) -> None: ...

class DeleteNodeTemplateResponse(_message.Message):
    __slots__ = ("message",)
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    message: str
    def __init__(self, message: _Optional[str] = ...) -> None: ...
