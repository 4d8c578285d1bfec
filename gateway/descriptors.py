"""The descriptor set that the transcoder works from, taken from the generated code: one source, no second file."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from google.api import annotations_pb2
from google.protobuf import descriptor_pool
from google.protobuf.descriptor import FileDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet, MethodDescriptorProto

from gateway.contracts import UPSTREAMS

_ERROR_DETAILS = "google.rpc.error_details_pb2"
"""Not imported by the services' files, yet needed: without it no error detail can be printed as JSON."""


@dataclass(frozen=True, slots=True)
class Contracts:
    """The services as the gateway needs them.

    Attributes:
        descriptors: A serialized FileDescriptorSet without ``response_body``, which Envoy's transcoder refuses.
        bare: gRPC path to the one field of its response that REST shows in the response's place: the
            ``response_body`` taken out, which the envelope filter obeys.
    """

    descriptors: bytes
    bare: Mapping[str, str]


def read_contracts() -> Contracts:
    """Returns the contracts of all services, each file after those that it imports."""
    importlib.import_module(_ERROR_DETAILS)
    files: dict[str, FileDescriptor] = {}
    for root in _roots():
        _collect(root, files)
    result, bare = FileDescriptorSet(), dict[str, str]()
    for file in files.values():
        written = result.file.add()
        file.CopyToProto(written)
        bare |= _take_response_bodies(written)
    return Contracts(result.SerializeToString(), bare)


def _take_response_bodies(file: FileDescriptorProto) -> dict[str, str]:
    bare: dict[str, str] = {}
    for service in file.service:
        for method in service.method:
            field = _take_response_body(method)
            if field:
                bare[f"/{file.package}.{service.name}/{method.name}"] = field
    return bare


def _take_response_body(method: MethodDescriptorProto) -> str:
    rule = method.options.Extensions[annotations_pb2.http]
    field: str = rule.response_body
    if field:
        rule.ClearField("response_body")
    return field


def _roots() -> Iterator[FileDescriptor]:
    pool = descriptor_pool.Default()
    for upstream in UPSTREAMS:
        importlib.import_module(_module_of(upstream.service))
        yield pool.FindServiceByName(upstream.service).file
    yield pool.FindFileByName("google/rpc/error_details.proto")


def _collect(file: FileDescriptor, files: dict[str, FileDescriptor]) -> None:
    if file.name in files:
        return
    for dependency in file.dependencies:
        _collect(dependency, files)
    files[file.name] = file


def _module_of(service: str) -> str:
    """Returns the generated module that defines a service: its package's, named after the package's subject."""
    package = service.rpartition(".")[0]
    subject = package.split(".")[-2]
    return f"{package}.{subject}_service_pb2"
