"""The embedded stack before anything runs: paths, settings, supervisord's configuration."""

from __future__ import annotations

import configparser
import shlex
import socket
import stat
from pathlib import Path

import pytest

from gateway.stack.layout import Layout, prepare_layout, read_or_make_secret
from gateway.stack.logs import last_lines
from gateway.stack.programs import program_groups, supervisor_conf
from gateway.stack.settings import SERVERS, stack_settings
from services.runtime.variables import StartError

EMBEDDED = {"SB_GATEWAY_PORT": "0"}


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """A layout in a directory of the test's."""
    return prepare_layout(tmp_path / "state")


def conf(environ: dict[str, str], layout: Layout) -> configparser.RawConfigParser:
    """Returns supervisord's configuration, read back."""
    parser = configparser.RawConfigParser()
    parser.read_string(supervisor_conf(program_groups(stack_settings(environ, layout), layout), layout))
    return parser


def test_secret_is_random_kept_and_its_owners_only(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    secret = read_or_make_secret(first)
    assert len(secret) >= 32
    assert read_or_make_secret(first) == secret
    assert read_or_make_secret(second) != secret
    assert stat.S_IMODE(first.stat().st_mode) == 0o600


def test_sockets_move_where_the_path_would_be_too_long(tmp_path: Path) -> None:
    deep = prepare_layout(tmp_path / ("d" * 100))
    try:
        assert deep.sockets != deep.root
        assert len(str(deep.supervisor_socket)) < 100
        assert stat.S_IMODE(deep.sockets.stat().st_mode) == 0o700
    finally:
        deep.remove_temporary()
    assert not deep.sockets.exists()


def test_everything_is_embedded_by_default(layout: Layout) -> None:
    settings = stack_settings(EMBEDDED, layout)
    assert settings.embedded_redis
    assert settings.embedded_market
    assert settings.environment["SB_DATABASE_URL"] == f"sqlite:///{layout.database}"
    assert settings.environment["SB_REDIS_URL"] == f"unix://{layout.redis_socket}"
    assert len({settings.environment[f"SB_{name.upper()}_ADDR"] for name in SERVERS}) == 4
    groups = [group.name for group in program_groups(settings, layout)]
    assert groups == ["redis", "servers", "edge"]


def test_what_the_environment_gives_is_not_started(layout: Layout) -> None:
    given = {
        "SB_DATABASE_URL": "mysql+pymysql://user:password@db/name",
        "SB_REDIS_URL": "rediss://redis.example:6379",
        "SB_QLIB_PROVIDER_URI": "/data/qlib",
        "SB_JWT_SECRET": "a secret of the platform's own, long enough",
        "SB_BUILDER_ADDR": "127.0.0.1:7001",
    }
    settings = stack_settings({**EMBEDDED, **given}, layout)
    assert {name: settings.environment[name] for name in given} == given
    assert not settings.embedded_redis
    assert not settings.embedded_market
    assert not layout.secret.exists()
    assert [group.name for group in program_groups(settings, layout)] == ["servers", "edge"]


def test_a_taken_port_is_said_in_one_line(layout: Layout) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(StartError, match="SB_GATEWAY_PORT"):
            stack_settings({"SB_GATEWAY_PORT": str(taken.getsockname()[1])}, layout)


def test_the_worker_and_redis_never_see_the_secret(layout: Layout) -> None:
    parsed = conf(EMBEDDED, layout)
    for name in ("worker", "redis"):
        assert parsed[f"program:{name}"]["environment"] == 'SB_JWT_SECRET=""'
    secret = layout.secret.read_text()
    assert all(secret not in value for section in parsed.values() for value in section.values())


def test_groups_start_in_order_and_nothing_by_itself(layout: Layout) -> None:
    parsed = conf(EMBEDDED, layout)
    order = sorted((int(parsed[name]["priority"]), name) for name in parsed if name.startswith("group:"))
    assert [name for _, name in order] == ["group:redis", "group:servers", "group:edge"]
    assert all(parsed[name]["autostart"] == "false" for name in parsed if name.startswith("program:"))


def test_paths_of_any_spelling_reach_the_processes(tmp_path: Path) -> None:
    odd = prepare_layout(tmp_path / "a 100% odd 'name'")
    words = shlex.split(conf(EMBEDDED, odd)["program:redis"]["command"].replace("%%", "%"))
    assert words[words.index("--dir") + 1] == str(odd.redis)


def test_redis_listens_on_a_private_socket_only(layout: Layout) -> None:
    words = shlex.split(conf(EMBEDDED, layout)["program:redis"]["command"])
    options = dict(zip(words[1::2], words[2::2], strict=True))
    assert (options["--port"], options["--unixsocketperm"], options["--appendonly"]) == ("0", "600", "yes")


def test_end_of_a_log_is_shown_and_no_more(tmp_path: Path) -> None:
    log = tmp_path / "one.log"
    assert "no log" in last_lines(log)
    log.write_text("".join(f"line {number}\n" for number in range(1000)))
    assert last_lines(log).splitlines()[-1].strip() == "line 999"
    assert len(last_lines(log).splitlines()) == 15
