"""Erasing a person can be gone on with where it was cut short

Revision ID: 20261129_erasing
Revises: 20261129_sealed
Create Date: 2026-11-29 08:40:00
"""

import sqlalchemy as sa
from alembic import op

revision = "20261129_erasing"
down_revision = "20261129_sealed"
branch_labels = None
depends_on = None

_ERASING, _FILE_LEFT = sa.text("erasing_since IS NOT NULL"), sa.text("erased_at IS NOT NULL AND file_key <> ''")


def upgrade() -> None:
    op.create_table(
        "arriving_files",
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_arriving_files")),
    )
    op.create_index(op.f("ix_arriving_files_since"), "arriving_files", ["since"])
    with op.batch_alter_table("shoppers", schema=None) as batch_op:
        batch_op.add_column(sa.Column("erasing_since", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_shoppers_erasing_since", "shoppers", ["erasing_since"], sqlite_where=_ERASING, postgresql_where=_ERASING
    )
    op.create_index(
        "ix_photos_file_left", "photos", ["erased_at"], sqlite_where=_FILE_LEFT, postgresql_where=_FILE_LEFT
    )
    # Their lease had no meaning until now; those of before left no file behind.
    op.execute(sa.text("UPDATE generations SET lease_expires_at = NULL WHERE status = 'cancelled'"))


def downgrade() -> None:
    op.drop_table("arriving_files")
    op.drop_index("ix_photos_file_left", table_name="photos")
    op.drop_index("ix_shoppers_erasing_since", table_name="shoppers")
    with op.batch_alter_table("shoppers", schema=None) as batch_op:
        batch_op.drop_column("erasing_since")
