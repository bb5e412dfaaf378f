"""Callbacks are known by their session, so that they can be listed and sent again

Revision ID: 20261129_callbacks
Revises: 20261129_erasing
Create Date: 2026-11-29 09:10:00
"""

import sqlalchemy as sa
from alembic import op

revision = "20261129_callbacks"
down_revision = "20261129_erasing"
branch_labels = None
depends_on = None

_CALLBACK = sa.text("session_id IS NOT NULL")


def upgrade() -> None:
    op.add_column("deliveries", sa.Column("session_id", sa.String(length=40), nullable=True))
    for name, columns in (("ix_deliveries_callbacks", ["merchant_id", "id"]), ("ix_deliveries_session_id", ["session_id"])):
        op.create_index(name, "deliveries", columns, sqlite_where=_CALLBACK, postgresql_where=_CALLBACK)


def downgrade() -> None:
    for name in ("ix_deliveries_session_id", "ix_deliveries_callbacks"):
        op.drop_index(name, table_name="deliveries")
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_column("session_id")
