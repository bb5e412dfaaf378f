"""A photo may show one of our own people

Revision ID: 20261129_stock
Revises: 20261129_callbacks
Create Date: 2026-11-29 12:35:00
"""

import sqlalchemy as sa
from alembic import op

revision = "20261129_stock"
down_revision = "20261129_callbacks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("photos", sa.Column("stock_model", sa.String(length=20), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("photos", schema=None) as batch_op:
        batch_op.drop_column("stock_model")
