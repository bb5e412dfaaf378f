"""Which engine makes a merchant's pictures, who pays, every call to a provider, and which accounts work

Revision ID: 20261130_engines
Revises: 20261130_keys_consent
Create Date: 2026-11-30 00:30:00
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261130_engines"
down_revision = "20261130_keys_consent"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
MOMENT = sa.DateTime(timezone=True)
_OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    with op.batch_alter_table("merchants") as batch:
        batch.add_column(sa.Column("engine_settings", JSON, nullable=False, server_default="{}"))
    with op.batch_alter_table("generations") as batch:
        batch.add_column(sa.Column("billed_to", sa.String(20), nullable=False, server_default="credit"))
        batch.add_column(sa.Column("engine_wanted", sa.String(40), nullable=True))
        batch.add_column(sa.Column("engine_planned", sa.String(40), nullable=True))
        batch.add_column(sa.Column("engine_model", sa.String(120), nullable=True))
        batch.add_column(sa.Column("fallback_from", sa.String(40), nullable=True))
        batch.add_column(sa.Column("fallback_reason", sa.String(40), nullable=True))
    op.execute("UPDATE generations SET billed_to = 'nobody' WHERE mode = 'test'")
    _create_calls()
    _create_breakers()


def _create_calls() -> None:
    op.create_table(
        "engine_calls",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("merchant_id", sa.String(40), nullable=False),
        sa.Column("generation_id", sa.String(40), nullable=False),
        sa.Column("engine", sa.String(40), nullable=False),
        sa.Column("model", sa.String(120), nullable=True),
        sa.Column("key_owner", sa.String(10), nullable=False),
        sa.Column("key_fingerprint", sa.String(16), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("lost_after", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("outcome", sa.String(40), nullable=True),
        sa.Column("cost_microdollars", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchants.id"], name=op.f("fk_engine_calls_merchant_id_merchants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engine_calls")),
    )
    op.create_index("ix_engine_calls_merchant_id_id", "engine_calls", ["merchant_id", "id"])
    op.create_index("ix_engine_calls_merchant_id_started_at", "engine_calls", ["merchant_id", "started_at"])
    op.create_index(
        "ix_engine_calls_open", "engine_calls", ["merchant_id"], sqlite_where=_OPEN, postgresql_where=_OPEN
    )
    op.create_index("ix_engine_calls_started_at", "engine_calls", ["started_at"])


def _create_breakers() -> None:
    op.create_table(
        "engine_breakers",
        sa.Column("owner", sa.String(40), nullable=False),
        sa.Column("engine", sa.String(40), nullable=False),
        sa.Column("key_fingerprint", sa.String(16), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", MOMENT, nullable=True),
        sa.Column("openings", sa.Integer(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=True),
        sa.Column("retry_at", MOMENT, nullable=True),
        sa.Column("probe_by", sa.String(40), nullable=True),
        sa.Column("probe_until", MOMENT, nullable=True),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("merchant_message", sa.Text(), nullable=False),
        sa.Column("told_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("owner", "engine", name=op.f("pk_engine_breakers")),
    )


def downgrade() -> None:
    op.drop_table("engine_breakers")
    op.drop_table("engine_calls")
    with op.batch_alter_table("generations") as batch:
        for column in ("fallback_reason", "fallback_from", "engine_model", "engine_planned", "engine_wanted", "billed_to"):
            batch.drop_column(column)
    with op.batch_alter_table("merchants") as batch:
        batch.drop_column("engine_settings")
