"""Factors get an owner, texts in other languages and a text to search in; the list of ready-made flows an index."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Boolean, Column, Index, MetaData, String, Table, Text, UniqueConstraint, text

from repo.migrations import initial_tables
from repo.types import ID_LENGTH, NAME_LENGTH, OWNER_LENGTH, JsonText, UtcDateTime, identity, medium_text, searched_text

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_OLD_INDEX = "ix_strategy_templates_category_name"
_NEW_INDEX = "ix_strategy_templates_is_deleted_category_name"

_factors = Table(
    "factors",
    MetaData(naming_convention=initial_tables.metadata.naming_convention),
    Column("id", identity(ID_LENGTH), primary_key=True),
    Column("user_id", identity(OWNER_LENGTH), nullable=False),
    Column("name", identity(NAME_LENGTH), nullable=False),
    Column("display_name", String(255), nullable=False),
    Column("description", Text, nullable=False),
    Column("texts", JsonText(), nullable=False),
    Column("search_text", searched_text(), nullable=False),
    Column("category", identity(64), nullable=False),
    Column("parameters", JsonText(), nullable=False),
    Column("output_type", identity(16), nullable=False),
    Column("source", identity(64), nullable=False),
    Column("expression", medium_text()),
    Column("created_at", UtcDateTime(), nullable=False),
    Column("updated_at", UtcDateTime(), nullable=False),
    Column("is_deleted", Boolean(create_constraint=False), nullable=False, server_default=text("0")),
    UniqueConstraint("source", "user_id", "name"),
    Index(None, "user_id", "created_at", "id"),
    Index(None, "category"),
    Index(None, "created_at", "id"),
    **initial_tables.TABLE_OPTIONS,
)


def upgrade() -> None:
    """Makes the table of factors anew: nothing could publish into the first one, and what ships is seeded."""
    op.drop_table(_factors.name)
    _factors.create(op.get_bind())
    op.create_index(_NEW_INDEX, "strategy_templates", ["is_deleted", "category", "name"])
    op.drop_index(_OLD_INDEX, "strategy_templates")


def downgrade() -> None:
    """Makes the first table again, empty."""
    op.create_index(_OLD_INDEX, "strategy_templates", ["category", "name"])
    op.drop_index(_NEW_INDEX, "strategy_templates")
    op.drop_table(_factors.name)
    initial_tables.factors.create(op.get_bind())
