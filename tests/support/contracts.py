"""The proto files as a test reads them: parsed with their comments."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet

ROOT = Path(__file__).resolve().parents[2]


def parsed_contracts(folder: Path) -> list[FileDescriptorProto]:
    """Returns our own proto files; ``folder`` takes what the compiler writes."""
    image = folder / "image.binpb"
    files = sorted(str(path) for path in (ROOT / "proto/strategybuilder").rglob("*.proto"))
    protoc = [sys.executable, "-m", "grpc_tools.protoc", f"-I{ROOT / 'proto'}", "--include_source_info", f"-o{image}"]
    subprocess.run([*protoc, *files], check=True)
    return list(FileDescriptorSet.FromString(image.read_bytes()).file)


def comments_of_methods(contracts: Sequence[FileDescriptorProto]) -> dict[str, str]:
    """Returns each RPC's leading comment, by ``Service.Method``; empty where there is none."""
    found = {}
    for file in contracts:
        texts = {tuple(location.path): location.leading_comments for location in file.source_code_info.location}
        for i, service in enumerate(file.service):
            for j, method in enumerate(service.method):
                found[f"{service.name}.{method.name}"] = texts.get((6, i, 2, j), "")
    return found


def statuses(comment: str) -> set[str]:
    """Returns the words of a comment's paragraph "Statuses:" that look like gRPC statuses."""
    paragraph = re.search(r"^ Statuses:(.*?)^ Callers:", comment, re.MULTILINE | re.DOTALL)
    assert paragraph, f"no Statuses and Callers in: {comment}"
    text = re.sub(r",\s+reason\s+[A-Z_]+", "", paragraph[1])
    return set(re.findall(r"\b(?:OK|[A-Z]{2,}(?:_[A-Z]+)+|ABORTED|UNAVAILABLE|CANCELLED)\b(?=[:;.]|\s*$)", text))
