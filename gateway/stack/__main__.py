"""``python -m gateway.stack run`` and ``python -m gateway.stack token``."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from datetime import timedelta

from gateway.stack.layout import Layout
from gateway.stack.lifecycle import running_stack
from gateway.stack.settings import token_environment
from services.runtime import variables as v
from services.runtime.settings import JwtSettings
from services.runtime.tokens import issue_token, signing_key
from services.runtime.variables import StartError


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Runs a command; returns the exit status: 0, or 1 with the reason on stderr."""
    chosen = _arguments(arguments)
    try:
        return _run(environ) if chosen.command == "run" else _token(chosen, environ)
    except StartError as problem:
        sys.stderr.write(f"{problem}\n")
        return 1


def _run(environ: Mapping[str, str]) -> int:
    """Runs the stack in the foreground until Ctrl-C or SIGTERM, which here means the same.

    Both are set: a shell that starts a command in the background makes it deaf to Ctrl-C.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    try:
        with running_stack(environ) as (settings, supervisor):
            sys.stdout.write(f"Ready: {settings.url} (state and logs in {settings.environment['SB_DATA_DIR']})\n")
            sys.stdout.flush()
            supervisor.process.wait()
    except KeyboardInterrupt:
        return 0
    raise StartError("supervisord ended by itself; everything is stopped")


def _token(chosen: argparse.Namespace, environ: Mapping[str, str]) -> int:
    settings = JwtSettings.read({**environ, **_kept_secret(environ)})
    key = signing_key(settings)
    if key is None:
        raise StartError("SB_SERVICE_KEY is not set: with SB_JWT_JWKS a private key is needed to sign a token")
    token = issue_token(
        key,
        user=chosen.user,
        service=chosen.service,
        acting_for=chosen.acting_for,
        lifetime=timedelta(hours=chosen.hours),
        audience=settings.audience,
        issuer=settings.issuer,
    )
    sys.stdout.write(f"{token}\n")
    return 0


def _kept_secret(environ: Mapping[str, str]) -> Mapping[str, str]:
    root = v.DATA_DIR.read(environ).absolute()
    layout = Layout(root, root)
    given = environ.get(v.JWT_SECRET.name) or environ.get(v.JWT_JWKS.name)
    if not given and not layout.secret.exists():
        raise StartError(f"no stack has run in {root} yet: start one with `make run`")
    return token_environment(environ, layout)


def _arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m gateway.stack", description="The embedded stack.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="run everything in the foreground; Ctrl-C stops all of it")
    token = commands.add_parser("token", help="print a bearer token of the stack")
    who = token.add_mutually_exclusive_group(required=True)
    who.add_argument("--user", help="the user it is for")
    who.add_argument("--service", help="the service it is for")
    token.add_argument("--acting-for", help="the owner a service acts for")
    token.add_argument("--hours", type=float, default=12.0, help="how long it holds (12)")
    chosen = parser.parse_args(arguments)
    if chosen.command == "token" and chosen.user and chosen.acting_for:
        parser.error("--acting-for goes with --service")
    return chosen


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
