"""The table of settings: every ``SB_*`` variable, its type, default and meaning; ``.env.example`` is made from it."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from services.runtime import parsing

T = TypeVar("T")


class StartError(Exception):
    """The server can't start; the text is one line for whoever started it."""


class SettingsError(StartError):
    """A setting is missing or wrong."""


@dataclass(frozen=True, slots=True)
class Variable(Generic[T]):
    """One setting.

    Attributes:
        parse: From text to value; raises ValueError saying what is expected.
        default: As one would write it in the environment; None where there is none.
        secret: Its value is never shown.
    """

    name: str
    parse: Callable[[str], T]
    default: str | None
    help: str
    secret: bool = False

    def read(self, environ: Mapping[str, str]) -> T:
        """Return the value or its default. Raises SettingsError where it is wrong, or missing without a default."""
        value = self.read_optional(environ)
        if value is None:
            raise SettingsError(f"{self.name} is not set: {self.help}")
        return value

    def read_optional(self, environ: Mapping[str, str]) -> T | None:
        """Return the value, its default, or None without either. An empty variable counts as unset."""
        text = environ.get(self.name, "").strip() or self.default
        if text is None:
            return None
        try:
            return self.parse(text)
        except ValueError as error:
            shown = "a value that is not shown" if self.secret else repr(text)
            raise SettingsError(f"{self.name}: expected {error}, received {shown}") from None


DATABASE_URL = Variable(
    "SB_DATABASE_URL",
    parsing.database_url,
    None,
    "SQLAlchemy URL of the database: sqlite:////path/data.db or mysql+pymysql://user:password@host/name."
    " The embedded stack keeps a SQLite file in SB_DATA_DIR.",
    secret=True,
)
DATABASE_POOL_SIZE = Variable(
    "SB_DATABASE_POOL_SIZE",
    parsing.whole(1, 100),
    "8",
    "Database connections a server may hold, and threads that work with them.",
)
REDIS_URL = Variable(
    "SB_REDIS_URL",
    parsing.redis_url,
    None,
    "Redis for the queue and the progress of quick tests: redis://, rediss:// or unix://."
    " The embedded stack starts one on a unix socket in SB_DATA_DIR.",
    secret=True,
)
QLIB_PROVIDER_URI = Variable(
    "SB_QLIB_PROVIDER_URI",
    parsing.path,
    None,
    "Directory of the Qlib data the workers serve. The embedded stack makes a synthetic market in SB_DATA_DIR.",
)
QLIB_REGION = Variable(
    "SB_QLIB_REGION", parsing.one_of("cn", "us", "tw"), "cn", "Region of the Qlib data: cn, us or tw."
)
QLIB_ENGINE = Variable(
    "SB_QLIB_ENGINE",
    parsing.one_of("stock", "panel"),
    "stock",
    "Backtest loop of the workers: stock (Qlib's own) or panel (the faster one).",
)
SANDBOX = Variable(
    "SB_SANDBOX",
    parsing.one_of("required", "best-effort"),
    "required",
    "Where the kernel lacks a means to confine strategies: required refuses to run them, best-effort goes on.",
)
JWT_SECRET = Variable(
    "SB_JWT_SECRET",
    parsing.secret,
    None,
    "Secret of HS256 tokens, at least 32 bytes; for the embedded stack, which makes a random one."
    " Either this or SB_JWT_JWKS.",
    secret=True,
)
JWT_JWKS = Variable(
    "SB_JWT_JWKS",
    parsing.existing_file,
    None,
    "JWKS file with the public keys of RS256 or ES256 tokens; for production. It is read again when it changes.",
)
JWT_AUDIENCE = Variable("SB_JWT_AUDIENCE", parsing.text, "strategy-builder", "Audience that a user's token must name.")
JWT_ISSUER = Variable("SB_JWT_ISSUER", parsing.text, "qlib-ui", "Issuer that every token must name.")
SERVICE_KEY = Variable(
    "SB_SERVICE_KEY",
    parsing.existing_file,
    None,
    "PEM file with the private key (RSA or P-256) by which a server signs its own service tokens. Needed with"
    " SB_JWT_JWKS by CodeGen and QuickTest, which call internal RPCs; the public half must be in the JWKS file.",
)
SERVICE_KEY_ID = Variable(
    "SB_SERVICE_KEY_ID",
    parsing.text,
    None,
    "The kid under which the JWKS file lists the public half of SB_SERVICE_KEY.",
)
GATEWAY_ADDR = Variable(
    "SB_GATEWAY_ADDR",
    parsing.ip_address,
    "127.0.0.1",
    "IP address the gateway listens on; loopback only unless told otherwise.",
)
GATEWAY_PORT = Variable("SB_GATEWAY_PORT", parsing.whole(0, 65535), "8080", "Port of the gateway.")
GATEWAY_THREADS = Variable("SB_GATEWAY_THREADS", parsing.whole(1, 256), "2", "Worker threads of the gateway.")
CORS_ORIGINS = Variable(
    "SB_CORS_ORIGINS", parsing.origins, "", "Web origins that may call the gateway from a browser, separated by commas."
)
RATE_LIMIT = Variable(
    "SB_RATE_LIMIT", parsing.whole(1, 1_000_000), "200", "Requests a second the gateway lets a user make."
)
RATE_BURST = Variable("SB_RATE_BURST", parsing.whole(1, 1_000_000), "400", "Requests a user may make at once.")
BUILDER_ADDR = Variable("SB_BUILDER_ADDR", parsing.address, "127.0.0.1:50051", "host:port of BuilderService.")
CODEGEN_ADDR = Variable("SB_CODEGEN_ADDR", parsing.address, "127.0.0.1:50052", "host:port of CodeGenService.")
VALIDATION_ADDR = Variable("SB_VALIDATION_ADDR", parsing.address, "127.0.0.1:50053", "host:port of ValidationService.")
QUICKTEST_ADDR = Variable("SB_QUICKTEST_ADDR", parsing.address, "127.0.0.1:50054", "host:port of QuickTestService.")
DATA_DIR = Variable("SB_DATA_DIR", parsing.path, ".state", "Directory for the state of the embedded stack.")
LOG_LEVEL = Variable(
    "SB_LOG_LEVEL", parsing.one_of("DEBUG", "INFO", "WARNING", "ERROR"), "INFO", "DEBUG, INFO, WARNING or ERROR."
)
REFLECTION = Variable(
    "SB_REFLECTION", parsing.switch, "on", "Whether the servers describe themselves to grpcurl: on or off."
)
CONCURRENT_CALLS = Variable(
    "SB_CONCURRENT_CALLS",
    parsing.whole(1, 100_000),
    "1000",
    "Calls a server works on at once, streams included; more are RESOURCE_EXHAUSTED.",
)
QUICK_TEST_TIMEOUT = Variable(
    "SB_QUICK_TEST_TIMEOUT", parsing.seconds(1, 86_400), "300", "Seconds after which a quick test is ended."
)
VALIDATION_WORKERS = Variable("SB_VALIDATION_WORKERS", parsing.whole(1, 64), "2", "Processes that analyse code.")
COMPLEXITY_LIMIT = Variable(
    "SB_COMPLEXITY_LIMIT",
    parsing.whole(1, 1000),
    "20",
    "Cyclomatic complexity that one function of a strategy may have.",
)
SHUTDOWN_GRACE = Variable(
    "SB_SHUTDOWN_GRACE",
    parsing.seconds(0, 600),
    "5",
    "Seconds that calls have left to end when a server is told to stop.",
)

VARIABLES: tuple[Variable[Any], ...] = tuple(value for value in list(globals().values()) if isinstance(value, Variable))


def env_example() -> str:
    """Return the text of ``.env.example``: every variable with its default, commented out."""
    head = "# Settings and their defaults, as `python -m services.runtime.variables` prints them.\n"
    return head + "".join(f"\n{_example(variable)}" for variable in VARIABLES)


def _example(variable: Variable[Any]) -> str:
    notes = textwrap.wrap(variable.help, 110, initial_indent="# ", subsequent_indent="# ")
    return "\n".join([*notes, f"#{variable.name}={variable.default or ''}", ""])


if __name__ == "__main__":
    sys.stdout.write(env_example())
