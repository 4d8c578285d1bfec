"""What Alembic runs; ``repo.migrate`` hands in the connection, in a transaction that it ends itself."""

from __future__ import annotations

from alembic import context

from repo.tables import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, transaction_per_migration=False
)
with context.begin_transaction():
    context.run_migrations()
