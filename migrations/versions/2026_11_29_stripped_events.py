"""An event remembers that the person it tells of was erased

Revision ID: 20261129_stripped
Revises: 20261129_delivery_lists
Create Date: 2026-11-29 08:34:00.000000
"""

import sqlalchemy as sa
from alembic import op

revision = "20261129_stripped"
down_revision = "20261129_delivery_lists"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.add_column(sa.Column("stripped_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.drop_column("stripped_at")
