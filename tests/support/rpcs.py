"""Every RPC of the suite, read from the descriptors: a new one is walked by the tests that walk all, by itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from google.api import annotations_pb2
from google.protobuf import json_format, message_factory
from google.protobuf.descriptor import FieldDescriptor, MethodDescriptor, ServiceDescriptor
from strategybuilder.builder.v1 import builder_service_pb2, builder_service_pb2_grpc
from strategybuilder.codegen.v1 import codegen_service_pb2, codegen_service_pb2_grpc
from strategybuilder.quicktest.v1 import quicktest_service_pb2, quicktest_service_pb2_grpc
from strategybuilder.validation.v1 import validation_service_pb2, validation_service_pb2_grpc

from codegen_core.strategies import load
from services.builder.servicer import BuilderServicer
from services.codegen.servicer import CodeGenServicer
from services.quicktest.servicer import QuickTestServicer
from services.validation.servicer import ValidationServicer


@dataclass(frozen=True)
class Server:
    """One server's contract: the service, the generated servicer and ``add_…_to_server``, and our servicer."""

    service: ServiceDescriptor
    generated: type[Any]
    add: Callable[[Any, Any], None]
    ours: type[Any]


def _server(contract: Any, generated: Any, ours: type[Any]) -> Server:
    ((name, service),) = contract.DESCRIPTOR.services_by_name.items()
    add = getattr(generated, f"add_{name}Servicer_to_server")
    return Server(service, getattr(generated, f"{name}Servicer"), add, ours)


SERVERS: Mapping[str, Server] = {
    "builder": _server(builder_service_pb2, builder_service_pb2_grpc, BuilderServicer),
    "codegen": _server(codegen_service_pb2, codegen_service_pb2_grpc, CodeGenServicer),
    "validation": _server(validation_service_pb2, validation_service_pb2_grpc, ValidationServicer),
    "quicktest": _server(quicktest_service_pb2, quicktest_service_pb2_grpc, QuickTestServicer),
}
_VARIABLE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Rest:
    """An RPC's REST form: ``path`` has its variables in braces, ``body`` is a field's name, ``*`` or empty."""

    verb: str
    path: str
    body: str

    def filled(self, values: Mapping[str, str]) -> str:
        """Returns the path with its variables' values in their places."""
        return _VARIABLE.sub(lambda found: values[found[1]], self.path)

    def variables(self) -> list[str]:
        """Returns the names in braces."""
        return _VARIABLE.findall(self.path)


@dataclass(frozen=True)
class Rpc:
    """One method: ``server`` is the short name of the server that has it."""

    server: str
    descriptor: MethodDescriptor
    is_served: bool

    @property
    def name(self) -> str:
        """``Service.Method``."""
        return f"{self.descriptor.containing_service.name}.{self.descriptor.name}"

    @property
    def path(self) -> str:
        """``/package.Service/Method``."""
        return f"/{self.descriptor.containing_service.full_name}/{self.descriptor.name}"

    @property
    def streams(self) -> bool:
        """Whether it answers with a stream."""
        return bool(self.descriptor.server_streaming)

    @property
    def rest(self) -> Rest | None:
        """Its REST form; an RPC for other services only has none."""
        options = self.descriptor.GetOptions()
        if not options.HasExtension(annotations_pb2.http):
            return None
        rule = options.Extensions[annotations_pb2.http]
        verb = str(rule.WhichOneof("pattern"))
        return Rest(verb.upper(), getattr(rule, verb), rule.body)

    @property
    def request_type(self) -> type[Any]:
        """The class of its request."""
        return message_factory.GetMessageClass(self.descriptor.input_type)

    @property
    def response_type(self) -> type[Any]:
        """The class of its response, or of each message of its stream."""
        return message_factory.GetMessageClass(self.descriptor.output_type)

    def fields(self) -> Mapping[str, FieldDescriptor]:
        """Returns the request's own fields by name."""
        found: Mapping[str, FieldDescriptor] = self.descriptor.input_type.fields_by_name
        return found

    def callable(self, channel: Any) -> Any:
        """Returns the call on a channel, blocking or not."""
        kind = channel.unary_stream if self.streams else channel.unary_unary
        return kind(self.path, _bytes_of, self.response_type.FromString)


def _bytes_of(request: Any) -> bytes:
    """Takes bytes in the place of a message, for what no generated class would make."""
    return request if isinstance(request, bytes) else bytes(request.SerializeToString())


def _rpcs() -> Iterator[Rpc]:
    for name, server in SERVERS.items():
        for method in server.service.methods:
            is_served = getattr(server.ours, method.name) is not getattr(server.generated, method.name)
            yield Rpc(name, method, is_served)


RPCS = tuple(_rpcs())
PUBLIC = tuple(rpc for rpc in RPCS if rpc.rest is not None)
INTERNAL = tuple(rpc for rpc in RPCS if rpc.rest is None)

UNKNOWN_ID = "00000000-0000-4000-8000-000000000000"


def sample(rpc: Rpc, **values: Any) -> Any:
    """Returns a request that passes the form checks, by ids of nothing unless given; what a new RPC needs goes here."""
    known: dict[str, Any] = {
        "logic_flow": load("double_moving_average"),
        "code": "import numpy as np\n",
        "name": "a_name",
        "data_version": "none",
        "worker_id": "nobody",
        "node_template": {},
        "strategy": {},
        **dict.fromkeys(("template_id", "session_id", "instance_id", "generation_id", "test_id"), UNKNOWN_ID),
        **values,
    }
    optional = {name for name, field in rpc.fields().items() if field.has_presence and field.message_type is None}
    chosen = {name: known[name] for name in rpc.fields() if name in known and (name in values or name not in optional)}
    return json_format.ParseDict(chosen, rpc.request_type())
