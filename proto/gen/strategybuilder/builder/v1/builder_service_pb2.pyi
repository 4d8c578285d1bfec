from google.api import annotations_pb2 as _annotations_pb2
from strategybuilder.builder.v1 import factor_pb2 as _factor_pb2
from strategybuilder.builder.v1 import logic_flow_check_pb2 as _logic_flow_check_pb2
from strategybuilder.builder.v1 import node_template_pb2 as _node_template_pb2
from strategybuilder.builder.v1 import session_pb2 as _session_pb2
from strategybuilder.builder.v1 import strategy_pb2 as _strategy_pb2
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor
