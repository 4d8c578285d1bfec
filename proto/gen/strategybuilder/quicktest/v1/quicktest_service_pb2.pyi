from google.api import annotations_pb2 as _annotations_pb2
from google.api import httpbody_pb2 as _httpbody_pb2
from strategybuilder.quicktest.v1 import market_pb2 as _market_pb2
from strategybuilder.quicktest.v1 import progress_pb2 as _progress_pb2
from strategybuilder.quicktest.v1 import quick_test_pb2 as _quick_test_pb2
from strategybuilder.quicktest.v1 import remote_run_pb2 as _remote_run_pb2
from strategybuilder.quicktest.v1 import result_pb2 as _result_pb2
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor
