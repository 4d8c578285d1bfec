"""The small vocabulary that every part of the configuration uses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias, Union

ConfigValue: TypeAlias = Union[bool, int, float, str, Sequence["ConfigValue"], Mapping[str, "ConfigValue"], None]
Config = dict[str, ConfigValue]

_EXTENSIONS = "type.googleapis.com/envoy.extensions"


def typed(extension: str, **fields: ConfigValue) -> Config:
    """Returns an Any: ``extension`` is the message's name below envoy.extensions, such as filters.http.lua.v3.Lua."""
    return {"@type": f"{_EXTENSIONS}.{extension}", **fields}


def http_filter(name: str, config: Config) -> Config:
    """Returns an HTTP filter of the chain under its canonical name."""
    return {"name": f"envoy.filters.http.{name}", "typed_config": config}


def seconds(value: float) -> str:
    """Returns a protobuf Duration in JSON."""
    return f"{value:g}s"


def socket_address(host: str, port: int) -> Config:
    """Returns a TCP address."""
    return {"socket_address": {"address": host, "port_value": port}}


def exact_header(name: str, value: str) -> Config:
    """Returns a matcher of one header's exact value."""
    return {"name": name, "string_match": {"exact": value}}


def prefix_header(name: str, value: str) -> Config:
    """Returns a matcher of the beginning of one header's value."""
    return {"name": name, "string_match": {"prefix": value}}
