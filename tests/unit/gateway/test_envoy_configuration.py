"""The configuration of Envoy: what it must hold, and that Envoy itself takes it."""

from __future__ import annotations

import base64
import json
import stat
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorSet

from gateway.__main__ import envoy_command
from gateway.contracts import INTERNAL_METHODS, UPSTREAMS, WATCH_METHOD
from gateway.descriptors import read_contracts
from gateway.envoy.bootstrap import Inputs, bootstrap
from gateway.files import key_set, lua_source, write_configuration
from gateway.settings import Endpoint, GatewaySettings, read_settings
from services.runtime.settings import JwtSettings
from services.runtime.variables import SettingsError

SECRET = "only-for-tests-0123456789-abcdefghij"


@pytest.fixture
def settings(tmp_path: Path) -> GatewaySettings:
    """Settings as the environment gives them, the state in a directory of the test's."""
    return read_settings({"SB_JWT_SECRET": SECRET, "SB_DATA_DIR": str(tmp_path)})


def built(settings: GatewaySettings) -> Any:
    """Returns the bootstrap as Envoy reads it."""
    inputs = Inputs(lua_source(), {WATCH_METHOD: "event"}, Path("contracts.binpb"), Path("jwks.json"))
    return json.loads(json.dumps(bootstrap(settings, inputs)))


def manager(config: Any) -> Any:
    """Returns the HTTP connection manager."""
    return config["static_resources"]["listeners"][0]["filter_chains"][0]["filters"][0]["typed_config"]


def routes(config: Any) -> list[Any]:
    """Returns the routes in order."""
    found: list[Any] = manager(config)["route_config"]["virtual_hosts"][0]["routes"]
    return found


def test_envoy_accepts_the_configuration(settings: GatewaySettings) -> None:
    settings = replace(settings, cors_origins=("http://localhost:3000",))
    done = subprocess.run([*envoy_command(settings), "--mode", "validate"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_written_files_are_for_their_owner_only(settings: GatewaySettings) -> None:
    configuration = write_configuration(settings)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in configuration.parent.iterdir()}
    assert modes == {"envoy.json": 0o600, "jwks.json": 0o600, "contracts.binpb": 0o600}
    encoded = base64.urlsafe_b64encode(SECRET.encode()).rstrip(b"=").decode()
    assert SECRET not in configuration.read_text()
    assert encoded not in configuration.read_text()
    assert encoded in (configuration.parent / "jwks.json").read_text()


def test_listens_on_loopback_unless_told_otherwise(settings: GatewaySettings) -> None:
    address = built(settings)["static_resources"]["listeners"][0]["address"]
    assert address == {"socket_address": {"address": "127.0.0.1", "port_value": 8080}}
    everywhere = read_settings({"SB_JWT_SECRET": SECRET, "SB_GATEWAY_ADDR": "0.0.0.0", "SB_GATEWAY_PORT": "9000"})
    assert everywhere.listen == Endpoint("0.0.0.0", 9000)


def test_there_is_no_admin_port(settings: GatewaySettings) -> None:
    assert "admin" not in built(settings)


def test_filters_stand_in_the_order_that_the_envelope_needs(settings: GatewaySettings) -> None:
    names = [each["name"].removeprefix("envoy.filters.http.") for each in manager(built(settings))["http_filters"]]
    assert names == [
        "lua",
        "cors",
        "health_check",
        "jwt_authn",
        "local_ratelimit",
        "buffer",
        "grpc_web",
        "grpc_json_transcoder",
        "router",
    ]


def test_internal_methods_are_closed_before_any_route_that_would_let_them_through(settings: GatewaySettings) -> None:
    first = routes(built(settings))[: len(INTERNAL_METHODS)]
    assert [route["match"]["path"] for route in first] == list(INTERNAL_METHODS)
    assert all(route["direct_response"]["status"] == 403 for route in first)


def test_internal_methods_exist_in_the_contracts() -> None:
    files = FileDescriptorSet.FromString(read_contracts().descriptors)
    methods = {
        f"/{file.package}.{service.name}/{method.name}"
        for file in files.file
        for service in file.service
        for method in service.method
    }
    assert set(INTERNAL_METHODS) <= methods
    assert WATCH_METHOD in methods


def test_methods_without_a_rest_path_are_exactly_the_internal_ones() -> None:
    from google.api import annotations_pb2

    files = FileDescriptorSet.FromString(read_contracts().descriptors)
    without = {
        f"/{file.package}.{service.name}/{method.name}"
        for file in files.file
        for service in file.service
        for method in service.method
        if not method.options.HasExtension(annotations_pb2.http)
    }
    assert without == set(INTERNAL_METHODS)


def test_no_timeout_for_the_watch_and_no_retry_for_anybody(settings: GatewaySettings) -> None:
    found = routes(built(settings))
    watch = next(route for route in found if route["match"].get("path") == WATCH_METHOD)
    assert watch["route"]["timeout"] == "0s"
    unary = next(route for route in found if route["match"].get("prefix") == f"/{UPSTREAMS[0].service}/")
    assert unary["route"]["timeout"] == "10s"
    assert "retry_policy" not in json.dumps(found)


def test_reflection_is_a_switch(settings: GatewaySettings) -> None:
    assert "/grpc.reflection." in json.dumps(built(settings))
    assert "/grpc.reflection." not in json.dumps(built(replace(settings, reflection=False)))


def test_response_bodies_move_from_the_descriptors_to_the_routes() -> None:
    contracts = read_contracts()
    assert contracts.bare["/strategybuilder.builder.v1.BuilderService/GetStrategy"] == "strategy"
    assert "/strategybuilder.builder.v1.BuilderService/ListStrategies" not in contracts.bare


def test_symmetric_keys_of_a_key_file_are_left_out(tmp_path: Path) -> None:
    file = tmp_path / "jwks.json"
    file.write_text(json.dumps({"keys": [{"kty": "oct", "k": "AAAA"}, {"kty": "RSA", "kid": "one"}]}))
    assert json.loads(key_set(JwtSettings("a", "i", jwks=file))) == {"keys": [{"kty": "RSA", "kid": "one"}]}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SB_GATEWAY_ADDR", "not-an-address"),
        ("SB_GATEWAY_PORT", "70000"),
        ("SB_GATEWAY_THREADS", "0"),
        ("SB_JWT_SECRET", "short"),
    ],
)
def test_wrong_setting_stops_the_start_with_its_name(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        read_settings({"SB_JWT_SECRET": SECRET, name: value})


@pytest.mark.parametrize(
    ("text", "endpoint"), [("host:1", Endpoint("host", 1)), ("[::1]:50051", Endpoint("::1", 50051))]
)
def test_endpoint_reads_and_writes_addresses(text: str, endpoint: Endpoint) -> None:
    assert Endpoint.parse(text) == endpoint
    assert str(endpoint) == text
