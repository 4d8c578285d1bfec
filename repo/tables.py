"""The tables. ``repo/migrations`` makes them; a test holds the two together."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from repo.types import (
    HASH_LENGTH,
    ID_LENGTH,
    NAME_LENGTH,
    OWNER_LENGTH,
    SERVERS,
    CompressedJson,
    JsonText,
    UtcDateTime,
    identity,
    medium_text,
    searched_text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_SERVER_OPTIONS = {"engine": "InnoDB", "charset": "utf8mb4", "collate": "utf8mb4_unicode_ci"}
TABLE_OPTIONS: Mapping[str, Any] = MappingProxyType(
    {f"{server}_{option}": value for server in SERVERS for option, value in _SERVER_OPTIONS.items()}
)
"""InnoDB and utf8mb4, said for both server dialects."""


def _id(name: str = "id") -> Column[str]:
    return Column(name, identity(ID_LENGTH), primary_key=True)


def _owner() -> Column[str]:
    return Column("user_id", identity(OWNER_LENGTH), nullable=False)


def _bookkeeping() -> tuple[Column[Any], ...]:
    return (
        Column("created_at", UtcDateTime(), nullable=False),
        Column("updated_at", UtcDateTime(), nullable=False),
        Column("is_deleted", Boolean(create_constraint=False), nullable=False, server_default=text("0")),
    )


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=text("0"))


node_templates = Table(
    "node_templates",
    metadata,
    _id(),
    Column("user_id", identity(OWNER_LENGTH)),
    Column("name", identity(NAME_LENGTH), nullable=False),
    # Owner and name of a row that is not deleted, else NULL: unique among the living only, on every database.
    Column("name_key", identity(OWNER_LENGTH + 1 + NAME_LENGTH)),
    Column("display_name", String(255), nullable=False),
    Column("description", Text, nullable=False),
    Column("node_type", identity(32), nullable=False),
    Column("category", identity(64), nullable=False),
    Column("parameter_schema", JsonText(), nullable=False),
    Column("default_parameters", JsonText(), nullable=False),
    Column("input_ports", JsonText(), nullable=False),
    Column("output_ports", JsonText(), nullable=False),
    Column("validation_rules", JsonText(), nullable=False),
    Column("execution_hints", JsonText(), nullable=False),
    Column("is_system_template", Boolean(create_constraint=False), nullable=False),
    _count("usage_count"),
    Column("icon", String(64)),
    Column("color", String(7)),
    Column("version", identity(32), nullable=False),
    *_bookkeeping(),
    UniqueConstraint("name_key"),
    Index(None, "node_type"),
    Index(None, "is_system_template"),
    Index(None, "user_id"),
    Index(None, "category"),
    Index(None, "created_at", "id"),
    **TABLE_OPTIONS,
)

strategy_instances = Table(
    "strategy_instances",
    metadata,
    _id(),
    _owner(),
    Column("name", identity(NAME_LENGTH), nullable=False),
    Column("description", Text, nullable=False),
    Column("logic_flow", JsonText(), nullable=False),
    Column("parameters", JsonText(), nullable=False),
    Column("status", identity(32), nullable=False),
    Column("revision", Integer, nullable=False, server_default=text("1")),
    Column("current_generation_id", identity(ID_LENGTH)),
    *_bookkeeping(),
    Index(None, "user_id", "created_at", "id"),
    Index(None, "status"),
    **TABLE_OPTIONS,
)

strategy_templates = Table(
    "strategy_templates",
    metadata,
    _id(),
    Column("name", identity(NAME_LENGTH), nullable=False),
    Column("display_name", String(255), nullable=False),
    Column("description", Text, nullable=False),
    Column("texts", JsonText(), nullable=False),
    Column("category", identity(64), nullable=False),
    Column("logic_flow", JsonText(), nullable=False),
    Column("parameters", JsonText(), nullable=False),
    Column("version", identity(32), nullable=False),
    *_bookkeeping(),
    UniqueConstraint("name"),
    Index(None, "is_deleted", "category", "name"),
    **TABLE_OPTIONS,
)

# instance_id has no foreign key: strategy_instances may be the platform's own table, of which we set only what we must.
code_generations = Table(
    "code_generations",
    metadata,
    _id(),
    Column("instance_id", identity(ID_LENGTH), nullable=False),
    _owner(),
    Column("code", medium_text(), nullable=False),
    Column("code_hash", identity(HASH_LENGTH), nullable=False),
    Column("language", identity(8), nullable=False),
    Column("logic_flow", JsonText(), nullable=False),
    Column("parameters", JsonText(), nullable=False),
    Column("node_lines", JsonText(), nullable=False),
    Column("validation_status", identity(32), nullable=False),
    Column("validation_result", JsonText(), nullable=False),
    Column("syntax_check_passed", Boolean(create_constraint=False), nullable=False),
    Column("security_check_passed", Boolean(create_constraint=False), nullable=False),
    Column("line_count", Integer, nullable=False),
    Column("complexity_score", Integer, nullable=False),
    Column("generation_time", Double, nullable=False),
    Column("warmup_bars", Integer, nullable=False),
    *_bookkeeping(),
    UniqueConstraint("instance_id", "code_hash"),
    Index(None, "instance_id", "created_at", "id"),
    Index(None, "code_hash"),
    Index(None, "validation_status"),
    Index(None, "user_id"),
    **TABLE_OPTIONS,
)

quick_tests = Table(
    "quick_tests",
    metadata,
    _id(),
    Column("instance_id", identity(ID_LENGTH), nullable=False),
    Column("generation_id", identity(ID_LENGTH)),
    _owner(),
    Column("request_id", identity(128)),
    Column("request_fingerprint", identity(HASH_LENGTH)),
    Column("test_name", String(255)),
    Column("code_hash", identity(HASH_LENGTH)),
    Column("data_version", identity(128)),
    Column("status", identity(16), nullable=False),
    Column("test_config", JsonText(), nullable=False),
    Column("metrics_summary", JsonText()),
    Column("error_message", medium_text()),
    Column("execution_time", Double),
    _count("attempt"),
    Column("worker_id", identity(128)),
    Column("lease_until", UtcDateTime()),
    Column("enqueued_at", UtcDateTime()),
    Column("started_at", UtcDateTime()),
    Column("completed_at", UtcDateTime()),
    *_bookkeeping(),
    UniqueConstraint("user_id", "request_id"),
    Index(None, "instance_id"),
    Index(None, "user_id", "created_at", "id"),
    Index(None, "status", "lease_until"),
    Index(None, "completed_at"),
    **TABLE_OPTIONS,
)

quick_test_results = Table(
    "quick_test_results",
    metadata,
    Column("test_id", identity(ID_LENGTH), ForeignKey("quick_tests.id"), primary_key=True),
    Column("equity_curve", CompressedJson(), nullable=False),
    Column("trades", CompressedJson(), nullable=False),
    Column("positions", CompressedJson(), nullable=False),
    Column("node_firings", CompressedJson(), nullable=False),
    Column("notes", CompressedJson(), nullable=False),
    *_bookkeeping(),
    **TABLE_OPTIONS,
)

builder_sessions = Table(
    "builder_sessions",
    metadata,
    _id(),
    Column("instance_id", identity(ID_LENGTH)),
    _owner(),
    # Owner and instance of the active session, else NULL: at most one active session of an owner and an instance.
    Column("active_key", identity(OWNER_LENGTH + 1 + ID_LENGTH)),
    Column("session_type", identity(16), nullable=False),
    Column("session_name", String(255)),
    Column("draft_logic_flow", JsonText()),
    Column("draft_parameters", JsonText()),
    Column("draft_metadata", JsonText()),
    Column("is_active", Boolean(create_constraint=False), nullable=False),
    _count("revision"),
    Column("last_activity_at", UtcDateTime(), nullable=False),
    Column("expires_at", UtcDateTime(), nullable=False),
    *_bookkeeping(),
    UniqueConstraint("active_key"),
    Index(None, "instance_id"),
    Index(None, "user_id"),
    Index(None, "is_active", "expires_at"),
    Index(None, "last_activity_at"),
    **TABLE_OPTIONS,
)

factors = Table(
    "factors",
    metadata,
    _id(),
    # Empty: everybody's.
    _owner(),
    Column("name", identity(NAME_LENGTH), nullable=False),
    Column("display_name", String(255), nullable=False),
    Column("description", Text, nullable=False),
    Column("texts", JsonText(), nullable=False),
    # Every text of the row in small letters.
    Column("search_text", searched_text(), nullable=False),
    Column("category", identity(64), nullable=False),
    Column("parameters", JsonText(), nullable=False),
    Column("output_type", identity(16), nullable=False),
    Column("source", identity(64), nullable=False),
    Column("expression", medium_text()),
    *_bookkeeping(),
    UniqueConstraint("source", "user_id", "name"),
    Index(None, "user_id", "created_at", "id"),
    Index(None, "category"),
    Index(None, "created_at", "id"),
    **TABLE_OPTIONS,
)

markets = Table(
    "markets",
    metadata,
    Column("data_version", identity(128), primary_key=True),
    Column("region", identity(16), nullable=False),
    Column("is_synthetic", Boolean(create_constraint=False), nullable=False),
    Column("calendar", CompressedJson(), nullable=False),
    Column("instruments", CompressedJson(), nullable=False),
    Column("pools", JsonText(), nullable=False),
    Column("limit_threshold", Double),
    Column("trade_unit", Integer),
    Column("announced_at", UtcDateTime(), nullable=False),
    *_bookkeeping(),
    Index(None, "announced_at"),
    **TABLE_OPTIONS,
)

leases = Table(
    "leases",
    metadata,
    Column("name", identity(128), primary_key=True),
    Column("holder", identity(128), nullable=False),
    Column("expires_at", UtcDateTime(), nullable=False),
    *_bookkeeping(),
    **TABLE_OPTIONS,
)
