"""The first tables; adopts a strategy_instances that is there already."""

from __future__ import annotations

from alembic import op
from sqlalchemy import inspect

from repo.errors import MigrationError
from repo.migrations.adoption import adopt, is_adopted, let_go
from repo.migrations.initial_tables import metadata, strategy_instances

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_OWN = [table for table in metadata.sorted_tables if table is not strategy_instances]


def upgrade() -> None:
    """Makes the tables. Whatever speaks against it is found before anything is changed."""
    connection = op.get_bind()
    present = set(inspect(connection).get_table_names())
    foreign = sorted(present & {table.name for table in _OWN})
    if foreign:
        raise MigrationError(f"the database has tables of these names already: {', '.join(foreign)}")
    if strategy_instances.name in present:
        adopt(connection, strategy_instances)
    else:
        strategy_instances.create(connection)
    metadata.create_all(connection, tables=_OWN, checkfirst=False)


def downgrade() -> None:
    """Drops the tables; of an adopted one only what was added to it."""
    connection = op.get_bind()
    metadata.drop_all(connection, tables=_OWN)
    if is_adopted(connection):
        let_go(connection, strategy_instances)
    else:
        strategy_instances.drop(connection)
