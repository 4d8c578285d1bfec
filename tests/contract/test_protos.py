"""The rules that the proto files keep, read from their own descriptors and comments."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import grpc
import pytest
from google.api import annotations_pb2, http_pb2
from google.protobuf import descriptor_pb2

from tests.support.contracts import ROOT, comments_of_methods, parsed_contracts, statuses

BASE = "/api/strategy-builder"
REPEATED = descriptor_pb2.FieldDescriptorProto.LABEL_REPEATED

# Method, path below the base path, RPC, request field that is the body, response field that is the answer.
REST_ROWS = [
    ("GET", "/node-templates", "BuilderService.ListNodeTemplates", "", ""),
    ("POST", "/node-templates", "BuilderService.CreateNodeTemplate", "*", "node_template"),
    ("GET", "/node-templates/{template_id}", "BuilderService.GetNodeTemplate", "", "node_template"),
    ("PUT", "/node-templates/{template_id}", "BuilderService.UpdateNodeTemplate", "node_template", "node_template"),
    ("DELETE", "/node-templates/{template_id}", "BuilderService.DeleteNodeTemplate", "", ""),
    ("GET", "/factors", "BuilderService.ListFactors", "", ""),
    ("POST", "/logic-flow/validate", "BuilderService.ValidateLogicFlow", "*", ""),
    ("POST", "/sessions", "BuilderService.UpsertSession", "*", "session"),
    ("GET", "/sessions", "BuilderService.ListSessions", "", ""),
    ("GET", "/sessions/{session_id}", "BuilderService.GetSession", "", "session"),
    ("DELETE", "/sessions/{session_id}", "BuilderService.DeleteSession", "", ""),
    ("GET", "/strategy-templates", "BuilderService.ListStrategyTemplates", "", ""),
    ("GET", "/strategy-templates/{template_id}", "BuilderService.GetStrategyTemplate", "", "strategy_template"),
    ("POST", "/strategies", "BuilderService.CreateStrategy", "*", "strategy"),
    ("GET", "/strategies", "BuilderService.ListStrategies", "", ""),
    ("GET", "/strategies/{instance_id}", "BuilderService.GetStrategy", "", "strategy"),
    ("PUT", "/strategies/{instance_id}", "BuilderService.UpdateStrategy", "strategy", "strategy"),
    ("DELETE", "/strategies/{instance_id}", "BuilderService.DeleteStrategy", "", ""),
    ("POST", "/generate-code", "CodeGenService.GenerateCode", "*", ""),
    ("GET", "/code/{generation_id}", "CodeGenService.GetGeneratedCode", "", "code"),
    ("GET", "/code-history/{instance_id}", "CodeGenService.ListCodeHistory", "", ""),
    ("POST", "/validate-code", "ValidationService.ValidateCode", "*", "result"),
    ("POST", "/quick-test", "QuickTestService.RunQuickTest", "*", ""),
    ("GET", "/quick-test/history", "QuickTestService.ListQuickTests", "", ""),
    ("GET", "/quick-test/{test_id}", "QuickTestService.GetQuickTest", "", "quick_test"),
    ("GET", "/quick-test/{test_id}/progress", "QuickTestService.WatchQuickTest", "", ""),
    ("POST", "/quick-test/{test_id}:cancel", "QuickTestService.CancelQuickTest", "cancellation", "quick_test"),
    ("GET", "/quick-test/{test_id}/result", "QuickTestService.GetQuickTestResult", "", "result"),
    ("GET", "/quick-test/{test_id}/chart", "QuickTestService.GetQuickTestChart", "", ""),
    ("GET", "/markets", "QuickTestService.ListMarkets", "", ""),
]
INTERNAL_RPCS = {
    "BuilderService.ResolveLogicFlow",
    "BuilderService.PublishFactors",
    "BuilderService.RetireFactors",
    "CodeGenService.GetLatestValidCode",
    "QuickTestService.ClaimQuickTest",
    "QuickTestService.ReportProgress",
    "QuickTestService.CompleteQuickTest",
}


@pytest.fixture(scope="module")
def contracts(tmp_path_factory: pytest.TempPathFactory) -> list[descriptor_pb2.FileDescriptorProto]:
    """Our own proto files, parsed with their comments."""
    return parsed_contracts(tmp_path_factory.mktemp("contracts"))


Methods = Mapping[str, descriptor_pb2.MethodDescriptorProto]


@pytest.fixture(scope="module")
def methods(contracts: list[descriptor_pb2.FileDescriptorProto]) -> Methods:
    """Every RPC, by ``Service.Method``."""
    return {
        f"{service.name}.{method.name}": method
        for file in contracts
        for service in file.service
        for method in service.method
    }


def http_rule(method: descriptor_pb2.MethodDescriptorProto) -> http_pb2.HttpRule | None:
    """Returns an RPC's REST mapping, None where it has none."""
    if not method.options.HasExtension(annotations_pb2.http):
        return None
    return method.options.Extensions[annotations_pb2.http]


def messages(
    contracts: list[descriptor_pb2.FileDescriptorProto],
) -> Iterator[tuple[str, descriptor_pb2.DescriptorProto]]:
    """Yields every message with its full name, nested ones and those of maps included."""
    pending = [(f"{file.package}.{message.name}", message) for file in contracts for message in file.message_type]
    while pending:
        name, message = pending.pop()
        yield name, message
        pending.extend((f"{name}.{nested.name}", nested) for nested in message.nested_type)


def test_the_rest_interface_is_exactly_that_of_the_contract(methods: Methods) -> None:
    rules = {name: rule for name, method in methods.items() if (rule := http_rule(method))}
    annotated = {
        (verb.upper(), getattr(rule, verb), name, rule.body, rule.response_body)
        for name, rule in rules.items()
        if (verb := rule.WhichOneof("pattern"))
    }
    assert annotated == {(verb, BASE + path, *rest) for verb, path, *rest in REST_ROWS}
    assert not [name for name, rule in rules.items() if rule.additional_bindings]


def test_rpcs_for_other_services_have_no_rest_path(methods: Methods) -> None:
    assert {name for name, method in methods.items() if http_rule(method) is None} == INTERNAL_RPCS


def test_only_watching_streams(methods: Methods) -> None:
    assert {name for name, method in methods.items() if method.server_streaming} == {"QuickTestService.WatchQuickTest"}
    assert not [name for name, method in methods.items() if method.client_streaming]


def test_every_rpc_names_its_statuses_and_callers(contracts: list[descriptor_pb2.FileDescriptorProto]) -> None:
    known = {code.name for code in grpc.StatusCode}
    for name, comment in comments_of_methods(contracts).items():
        named = statuses(comment)
        assert "OK" in named, name
        assert named <= known, f"{name}: {named - known}"
        assert re.search(r"^ Callers: \w+", comment, re.MULTILINE), name


def test_rpcs_of_services_only_say_so(contracts: list[descriptor_pb2.FileDescriptorProto]) -> None:
    comments = comments_of_methods(contracts)
    said = {name for name, comment in comments.items() if "Callers: services only" in " ".join(comment.split())}
    assert said == INTERNAL_RPCS
    assert all("PERMISSION_DENIED" in statuses(comments[name]) for name in INTERNAL_RPCS)


def test_an_rpc_that_takes_an_id_says_what_a_missing_row_gives(
    contracts: list[descriptor_pb2.FileDescriptorProto], methods: Methods
) -> None:
    comments = comments_of_methods(contracts)
    for name, method in methods.items():
        rule = http_rule(method)
        if rule is not None and "{" in getattr(rule, str(rule.WhichOneof("pattern"))):
            assert {"NOT_FOUND", "INVALID_ARGUMENT"} <= statuses(comments[name]), name


def test_every_list_is_paged_or_says_its_bound(
    contracts: list[descriptor_pb2.FileDescriptorProto],
) -> None:
    by_name = {name.rsplit(".", 1)[-1]: message for name, message in messages(contracts)}
    lists = [name for name in by_name if re.fullmatch(r"List\w+Request", name)]
    assert len(lists) == 8
    for name in lists:
        fields = {field.name: field for field in by_name[name].field}
        if name != "ListMarketsRequest":  # At most 20: its comment says so.
            assert fields["skip"].proto3_optional and fields["limit"].proto3_optional, name
        answer = {field.name: field for field in by_name[name.replace("Request", "Response")].field}
        assert answer["items"].label == REPEATED and "total" in answer, name


def test_no_number_prints_as_a_string(contracts: list[descriptor_pb2.FileDescriptorProto]) -> None:
    field = descriptor_pb2.FieldDescriptorProto
    wide = {field.TYPE_INT64, field.TYPE_UINT64, field.TYPE_SINT64, field.TYPE_FIXED64, field.TYPE_SFIXED64}
    assert not [
        (name, part.name) for name, message in messages(contracts) for part in message.field if part.type in wide
    ]


def test_fields_of_an_update_tell_absent_from_empty(contracts: list[descriptor_pb2.FileDescriptorProto]) -> None:
    message_type = descriptor_pb2.FieldDescriptorProto.TYPE_MESSAGE
    updates = [(name, message) for name, message in messages(contracts) if name.endswith("Update")]
    assert {name.rsplit(".", 1)[-1] for name, _ in updates} == {"NodeTemplateUpdate", "StrategyUpdate"}
    for name, message in updates:
        for field in message.field:
            assert field.label != REPEATED, (name, field.name)
            assert field.proto3_optional or field.type == message_type, (name, field.name)


def test_every_metric_can_be_absent(contracts: list[descriptor_pb2.FileDescriptorProto]) -> None:
    metrics = dict(messages(contracts))["strategybuilder.quicktest.v1.QuickTestMetrics"]
    assert metrics.field
    assert all(field.proto3_optional for field in metrics.field)


def test_enums_nest_in_their_message(contracts: list[descriptor_pb2.FileDescriptorProto]) -> None:
    assert not [enum.name for file in contracts for enum in file.enum_type]


def test_files_stay_readable() -> None:
    too_long = {
        path.name: length
        for path in (ROOT / "proto/strategybuilder").rglob("*.proto")
        if (length := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert not too_long


def test_vendored_files_are_those_of_the_installed_package() -> None:
    """The generated code imports google.* from googleapis-common-protos: both must mean the same."""
    package = Path(str(annotations_pb2.__file__)).parents[2]
    vendored = [path.relative_to(ROOT / "proto") for path in (ROOT / "proto/google").rglob("*.proto")]
    assert vendored
    assert not [name for name in vendored if (ROOT / "proto" / name).read_bytes() != (package / name).read_bytes()]


def test_rules_hold_and_generated_code_is_up_to_date() -> None:
    """Lint, breaking changes against the last release, and proto/gen: what `make proto-check` runs."""
    done = subprocess.run(
        [sys.executable, "proto/generate.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
