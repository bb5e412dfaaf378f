"""A page of an endpoint's deliveries, all or of one state, comes from an index in its order

Revision ID: 20261129_delivery_lists
Revises: 20261129_surfaces
Create Date: 2026-11-29 08:27:00.000000
"""

from alembic import op

revision = "20261129_delivery_lists"
down_revision = "20261129_surfaces"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deliveries_endpoint_id"))
        batch_op.create_index("ix_deliveries_endpoint_id_id", ["endpoint_id", "id"], unique=False)
        batch_op.create_index("ix_deliveries_endpoint_id_status_id", ["endpoint_id", "status", "id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index("ix_deliveries_endpoint_id_status_id")
        batch_op.drop_index("ix_deliveries_endpoint_id_id")
        batch_op.create_index(batch_op.f("ix_deliveries_endpoint_id"), ["endpoint_id"], unique=False)
