"""The settings of each server as frozen values, read once from a mapping such as ``os.environ``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from services.runtime import variables as v

Environ = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class JwtSettings:
    """How tokens are checked, and how a server signs its own.

    Attributes:
        secret: HS256 mode; exactly one of ``secret`` and ``jwks`` is set.
        jwks: RS256/ES256 mode: the file of public keys.
        audience: What a user's token must name; a service token names ``sb-internal``.
        service_key: PEM file for this server's own service tokens in the JWKS mode.
        service_key_id: Its ``kid`` in the JWKS file.
    """

    audience: str
    issuer: str
    secret: bytes | None = field(default=None, repr=False)
    jwks: Path | None = None
    service_key: Path | None = None
    service_key_id: str | None = None

    @classmethod
    def read(cls, environ: Environ) -> JwtSettings:
        """Read and check them. Raises SettingsError."""
        secret, jwks = v.JWT_SECRET.read_optional(environ), v.JWT_JWKS.read_optional(environ)
        if (secret is None) == (jwks is None):
            raise v.SettingsError("SB_JWT_SECRET, SB_JWT_JWKS: expected exactly one of the two to be set")
        key, key_id = v.SERVICE_KEY.read_optional(environ), v.SERVICE_KEY_ID.read_optional(environ)
        if (key is None) != (key_id is None):
            raise v.SettingsError("SB_SERVICE_KEY, SB_SERVICE_KEY_ID: expected both or neither to be set")
        return cls(v.JWT_AUDIENCE.read(environ), v.JWT_ISSUER.read(environ), secret, jwks, key, key_id)


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """What every gRPC server needs.

    Attributes:
        name: The server's name in logs and in its service tokens.
        address: ``host:port`` to listen on; port 0 lets the system choose.
        shutdown_grace: Seconds for calls to end when the server is told to stop.
    """

    name: str
    address: str
    jwt: JwtSettings
    log_level: str = "INFO"
    reflection: bool = True
    concurrent_calls: int = 1000
    shutdown_grace: float = 5.0

    @classmethod
    def read(cls, name: str, address: v.Variable[str], environ: Environ) -> ServerSettings:
        """Read the settings of the server that listens on ``address``. Raises SettingsError."""
        return cls(
            name,
            address.read(environ),
            JwtSettings.read(environ),
            v.LOG_LEVEL.read(environ),
            v.REFLECTION.read(environ),
            v.CONCURRENT_CALLS.read(environ),
            v.SHUTDOWN_GRACE.read(environ),
        )


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """Where rows live.

    Attributes:
        pool_size: Connections, and threads that work with them.
    """

    url: str = field(repr=False)
    pool_size: int = 8

    @classmethod
    def read(cls, environ: Environ) -> DatabaseSettings:
        """Read them. Raises SettingsError."""
        return cls(v.DATABASE_URL.read(environ), v.DATABASE_POOL_SIZE.read(environ))


@dataclass(frozen=True, slots=True)
class BuilderSettings:
    """BuilderService."""

    server: ServerSettings
    database: DatabaseSettings

    @classmethod
    def read(cls, environ: Environ) -> BuilderSettings:
        """Read them. Raises SettingsError."""
        return cls(ServerSettings.read("builder", v.BUILDER_ADDR, environ), DatabaseSettings.read(environ))


@dataclass(frozen=True, slots=True)
class CodeGenSettings:
    """CodeGenService, which calls Builder and Validation."""

    server: ServerSettings
    database: DatabaseSettings
    builder_address: str
    validation_address: str

    @classmethod
    def read(cls, environ: Environ) -> CodeGenSettings:
        """Read them. Raises SettingsError."""
        return cls(
            ServerSettings.read("codegen", v.CODEGEN_ADDR, environ),
            DatabaseSettings.read(environ),
            v.BUILDER_ADDR.read(environ),
            v.VALIDATION_ADDR.read(environ),
        )


@dataclass(frozen=True, slots=True)
class ValidationSettings:
    """ValidationService, which needs no database.

    Attributes:
        workers: Processes that analyse code.
        complexity: Cyclomatic complexity that one function may have.
    """

    server: ServerSettings
    workers: int
    complexity: int

    @classmethod
    def read(cls, environ: Environ) -> ValidationSettings:
        """Read them. Raises SettingsError."""
        server = ServerSettings.read("validation", v.VALIDATION_ADDR, environ)
        return cls(server, v.VALIDATION_WORKERS.read(environ), v.COMPLEXITY_LIMIT.read(environ))


@dataclass(frozen=True, slots=True)
class QuickTestSettings:
    """QuickTestService, which calls CodeGen.

    Attributes:
        timeout: Seconds after which a quick test is ended.
    """

    server: ServerSettings
    database: DatabaseSettings
    redis_url: str = field(repr=False)
    codegen_address: str
    timeout: float

    @classmethod
    def read(cls, environ: Environ) -> QuickTestSettings:
        """Read them. Raises SettingsError."""
        return cls(
            ServerSettings.read("quicktest", v.QUICKTEST_ADDR, environ),
            DatabaseSettings.read(environ),
            v.REDIS_URL.read(environ),
            v.CODEGEN_ADDR.read(environ),
            v.QUICK_TEST_TIMEOUT.read(environ),
        )
