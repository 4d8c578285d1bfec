"""``python -m gateway.demo``: starts the stack, does the main job through the gateway, stops everything."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

import httpx

from codegen_core.strategies import load
from gateway.demo.client import DemoError, RestClient
from gateway.demo.story import tell
from gateway.demo.view import View
from gateway.stack.lifecycle import running_stack
from gateway.stack.settings import StackSettings
from services.runtime import variables as v
from services.runtime.settings import JwtSettings
from services.runtime.tokens import issue_token, signing_key
from services.runtime.variables import StartError

STATE_DIR = ".demo"
PICTURE = "equity-curve.png"


def main(environ: Mapping[str, str]) -> int:
    """Returns 0 only if all of it worked; else 1, with one line of reason."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    try:
        _demonstrate({v.DATA_DIR.name: STATE_DIR, **environ, v.GATEWAY_PORT.name: "0"}, View())
    except (StartError, DemoError, httpx.HTTPError) as problem:
        sys.stderr.write(f"The demo failed: {problem}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("The demo was interrupted; everything is stopped.\n")
        return 130
    return 0


def _demonstrate(environ: Mapping[str, str], view: View) -> None:
    view.step("Starting the stack ...")
    with running_stack(environ) as (settings, _):
        view.line(f"Ready: {settings.url}")
        picture = Path(v.DATA_DIR.read(settings.environment)) / PICTURE
        with RestClient(settings.url, _token(settings)) as client:
            tell(client, load("double_moving_average"), view, picture)


def _token(settings: StackSettings) -> str:
    jwt = JwtSettings.read(settings.environment)
    key = signing_key(jwt)
    if key is None:
        raise StartError("the demo signs its own token: set SB_JWT_SECRET, or SB_SERVICE_KEY beside SB_JWT_JWKS")
    return issue_token(key, user="demo", audience=jwt.audience, issuer=jwt.issuer)


if __name__ == "__main__":
    sys.exit(main(os.environ))
