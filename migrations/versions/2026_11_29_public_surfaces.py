"""The four public surfaces: keys, usage, product lifetimes, assets, delivery logs, idempotency

Revision ID: 20261129_surfaces
Revises: 7fe58a496e58
Create Date: 2026-11-29 05:45:55.626693
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261129_surfaces"
down_revision = "7fe58a496e58"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "idempotency_records",
        sa.Column("caller", sa.String(length=60), nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("claim", sa.String(length=20), nullable=False),
        sa.Column("lease_expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("sealed_response", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("caller", "path", "key", name=op.f("pk_idempotency_records")),
    )
    with op.batch_alter_table("idempotency_records", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_idempotency_records_created_at"), ["created_at"], unique=False)

    op.create_table(
        "google_keys",
        sa.Column("merchant_id", sa.String(length=40), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("last4", sa.String(length=4), nullable=False),
        sa.Column("model", sa.String(length=120), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchants.id"], name=op.f("fk_google_keys_merchant_id_merchants")),
        sa.PrimaryKeyConstraint("merchant_id", name=op.f("pk_google_keys")),
    )
    op.create_table(
        "usage_counts",
        sa.Column("merchant_id", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchants.id"], name=op.f("fk_usage_counts_merchant_id_merchants")),
        sa.PrimaryKeyConstraint("merchant_id", "day", "kind", name=op.f("pk_usage_counts")),
    )
    op.create_table(
        "usage_notices",
        sa.Column("merchant_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("period_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchants.id"], name=op.f("fk_usage_notices_merchant_id_merchants")),
        sa.PrimaryKeyConstraint("merchant_id", "kind", "period_from", name=op.f("pk_usage_notices")),
    )
    op.create_table(
        "assets",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("merchant_id", sa.String(length=40), nullable=False),
        sa.Column("session_id", sa.String(length=40), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("product_id", sa.String(length=40), nullable=True),
        sa.Column("product_image_id", sa.String(length=40), nullable=True),
        sa.Column("photo_id", sa.String(length=40), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchants.id"], name=op.f("fk_assets_merchant_id_merchants")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_assets_product_id_products")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["try_on_sessions.id"], name=op.f("fk_assets_session_id_try_on_sessions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assets")),
    )
    with op.batch_alter_table("assets", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assets_merchant_id"), ["merchant_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_assets_session_id"), ["session_id"], unique=False)

    op.create_table(
        "delivery_attempts",
        sa.Column("delivery_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=True),
        sa.Column("request_headers", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("response_status", sa.Integer(), nullable=True),
        sa.Column("response_headers", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("response_body", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["deliveries.id"],
            name=op.f("fk_delivery_attempts_delivery_id_deliveries"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("delivery_id", "number", name=op.f("pk_delivery_attempts")),
    )
    with op.batch_alter_table("api_keys", schema=None) as batch_op:
        batch_op.add_column(sa.Column("name", sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column("usage_limit", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("usage_count", sa.BigInteger(), nullable=False, server_default=sa.text("0")))
        batch_op.add_column(sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.add_column(sa.Column("shopper_id", sa.String(length=40), nullable=True))
        batch_op.create_index("ix_events_created_at", ["created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_events_shopper_id"), ["shopper_id"], unique=False)

    with op.batch_alter_table("generations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("keep_days", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("has_watermark", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(
            sa.Column(
                "updated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("CURRENT_TIMESTAMP")
            )
        )
        batch_op.alter_column("shopper_id", existing_type=sa.VARCHAR(length=40), nullable=True)
        batch_op.alter_column("photo_id", existing_type=sa.VARCHAR(length=40), nullable=True)
        batch_op.create_index("ix_generations_merchant_id_completed_at", ["merchant_id", "completed_at"], unique=False)
        batch_op.create_index("ix_generations_merchant_id_status_id", ["merchant_id", "status", "id"], unique=False)

    with op.batch_alter_table("merchants", schema=None) as batch_op:
        batch_op.alter_column(
            "credit_balance", existing_type=sa.Integer(), type_=sa.BigInteger(), existing_nullable=False
        )
        batch_op.add_column(sa.Column("credits_low_since", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("product_count", sa.Integer(), nullable=False, server_default=sa.text("0")))
        batch_op.add_column(
            sa.Column(
                "storefront",
                sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
                nullable=False,
                server_default=sa.text("'{}'"),
            )
        )
        batch_op.add_column(sa.Column("logo_key", sa.String(length=255), nullable=True))
        batch_op.add_column(
            sa.Column(
                "watermark",
                sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
                nullable=False,
                server_default=sa.text("'{}'"),
            )
        )
        batch_op.add_column(
            sa.Column(
                "subscribed_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("CURRENT_TIMESTAMP")
            )
        )

    with op.batch_alter_table("photos", schema=None) as batch_op:
        batch_op.add_column(sa.Column("mode", sa.String(length=10), nullable=False, server_default=sa.text("'live'")))
        batch_op.add_column(sa.Column("keep_days", sa.Integer(), nullable=True))
        batch_op.drop_index(batch_op.f("ix_photos_merchant_id"))
        batch_op.create_index("ix_photos_merchant_id_created_at", ["merchant_id", "created_at"], unique=False)

    with op.batch_alter_table("product_images", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "classifications",
                sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
                nullable=False,
                server_default=sa.text("'{}'"),
            )
        )
        batch_op.alter_column("file_key", existing_type=sa.VARCHAR(length=255), nullable=True)
        batch_op.alter_column("width", existing_type=sa.INTEGER(), nullable=True)
        batch_op.alter_column("height", existing_type=sa.INTEGER(), nullable=True)

    with op.batch_alter_table("products", schema=None) as batch_op:
        batch_op.add_column(sa.Column("guessed_from", sa.String(length=10), nullable=True))
        batch_op.add_column(
            sa.Column("origin", sa.String(length=10), nullable=False, server_default=sa.text("'catalog'"))
        )
        batch_op.add_column(sa.Column("valid_for_days", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_products_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index("ix_products_merchant_id_origin_id", ["merchant_id", "origin", "id"], unique=False)

    with op.batch_alter_table("try_on_sessions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("category_is_guessed", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.drop_index(batch_op.f("ix_try_on_sessions_merchant_id"))
        batch_op.create_index("ix_try_on_sessions_merchant_id_id", ["merchant_id", "id"], unique=False)
        batch_op.create_index("ix_try_on_sessions_merchant_id_status_id", ["merchant_id", "status", "id"], unique=False)
        batch_op.create_index("ix_try_on_sessions_product_id_id", ["product_id", "id"], unique=False)

    with op.batch_alter_table("webhook_endpoints", schema=None) as batch_op:
        batch_op.add_column(sa.Column("previous_secret", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("previous_secret_expires_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("disabled_reason", sa.String(length=200), nullable=True))

    # What earlier rows are taken to have been, and then the defaults go: new rows are told by the models.
    op.execute("UPDATE merchants SET subscribed_at = created_at")
    op.execute(
        "UPDATE merchants SET product_count = "
        "(SELECT count(*) FROM products WHERE products.merchant_id = merchants.id AND products.deleted_at IS NULL)"
    )
    op.execute("UPDATE generations SET updated_at = coalesce(completed_at, created_at)")
    with op.batch_alter_table("api_keys", schema=None) as batch_op:
        batch_op.alter_column(
            "usage_count", existing_type=sa.BigInteger(), existing_nullable=False, server_default=None
        )
    with op.batch_alter_table("generations", schema=None) as batch_op:
        batch_op.alter_column("has_watermark", existing_type=sa.Boolean(), existing_nullable=False, server_default=None)
        batch_op.alter_column(
            "updated_at", existing_type=sa.DateTime(timezone=True), existing_nullable=False, server_default=None
        )
    with op.batch_alter_table("merchants", schema=None) as batch_op:
        batch_op.alter_column("product_count", existing_type=sa.Integer(), existing_nullable=False, server_default=None)
        batch_op.alter_column(
            "storefront",
            existing_type=sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            existing_nullable=False,
            server_default=None,
        )
        batch_op.alter_column(
            "watermark",
            existing_type=sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            existing_nullable=False,
            server_default=None,
        )
        batch_op.alter_column(
            "subscribed_at", existing_type=sa.DateTime(timezone=True), existing_nullable=False, server_default=None
        )
    with op.batch_alter_table("photos", schema=None) as batch_op:
        batch_op.alter_column("mode", existing_type=sa.String(length=10), existing_nullable=False, server_default=None)
    with op.batch_alter_table("product_images", schema=None) as batch_op:
        batch_op.alter_column(
            "classifications",
            existing_type=sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            existing_nullable=False,
            server_default=None,
        )
    with op.batch_alter_table("products", schema=None) as batch_op:
        batch_op.alter_column(
            "origin", existing_type=sa.String(length=10), existing_nullable=False, server_default=None
        )
    with op.batch_alter_table("try_on_sessions", schema=None) as batch_op:
        batch_op.alter_column(
            "category_is_guessed", existing_type=sa.Boolean(), existing_nullable=False, server_default=None
        )


def downgrade() -> None:
    with op.batch_alter_table("webhook_endpoints", schema=None) as batch_op:
        batch_op.drop_column("disabled_reason")
        batch_op.drop_column("failing_since")
        batch_op.drop_column("previous_secret_expires_at")
        batch_op.drop_column("previous_secret")

    with op.batch_alter_table("try_on_sessions", schema=None) as batch_op:
        batch_op.drop_index("ix_try_on_sessions_product_id_id")
        batch_op.drop_index("ix_try_on_sessions_merchant_id_status_id")
        batch_op.drop_index("ix_try_on_sessions_merchant_id_id")
        batch_op.create_index(batch_op.f("ix_try_on_sessions_merchant_id"), ["merchant_id"], unique=False)
        batch_op.drop_column("category_is_guessed")

    with op.batch_alter_table("products", schema=None) as batch_op:
        batch_op.drop_index("ix_products_merchant_id_origin_id")
        batch_op.drop_index(batch_op.f("ix_products_expires_at"))
        batch_op.drop_column("last_used_at")
        batch_op.drop_column("expires_at")
        batch_op.drop_column("valid_for_days")
        batch_op.drop_column("origin")
        batch_op.drop_column("guessed_from")

    with op.batch_alter_table("product_images", schema=None) as batch_op:
        batch_op.alter_column("height", existing_type=sa.INTEGER(), nullable=False)
        batch_op.alter_column("width", existing_type=sa.INTEGER(), nullable=False)
        batch_op.alter_column("file_key", existing_type=sa.VARCHAR(length=255), nullable=False)
        batch_op.drop_column("classifications")

    with op.batch_alter_table("photos", schema=None) as batch_op:
        batch_op.drop_index("ix_photos_merchant_id_created_at")
        batch_op.create_index(batch_op.f("ix_photos_merchant_id"), ["merchant_id"], unique=False)
        batch_op.drop_column("keep_days")
        batch_op.drop_column("mode")

    with op.batch_alter_table("merchants", schema=None) as batch_op:
        batch_op.drop_column("subscribed_at")
        batch_op.drop_column("watermark")
        batch_op.drop_column("logo_key")
        batch_op.drop_column("storefront")
        batch_op.drop_column("product_count")
        batch_op.drop_column("credits_low_since")
        batch_op.alter_column(
            "credit_balance", existing_type=sa.BigInteger(), type_=sa.Integer(), existing_nullable=False
        )

    with op.batch_alter_table("generations", schema=None) as batch_op:
        batch_op.drop_index("ix_generations_merchant_id_status_id")
        batch_op.drop_index("ix_generations_merchant_id_completed_at")
        batch_op.alter_column("photo_id", existing_type=sa.VARCHAR(length=40), nullable=False)
        batch_op.alter_column("shopper_id", existing_type=sa.VARCHAR(length=40), nullable=False)
        batch_op.drop_column("updated_at")
        batch_op.drop_column("has_watermark")
        batch_op.drop_column("keep_days")

    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_events_shopper_id"))
        batch_op.drop_index("ix_events_created_at")
        batch_op.drop_column("shopper_id")

    with op.batch_alter_table("api_keys", schema=None) as batch_op:
        batch_op.drop_column("last_used_at")
        batch_op.drop_column("usage_count")
        batch_op.drop_column("usage_limit")
        batch_op.drop_column("name")

    op.drop_table("delivery_attempts")
    with op.batch_alter_table("assets", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assets_session_id"))
        batch_op.drop_index(batch_op.f("ix_assets_merchant_id"))

    op.drop_table("assets")
    op.drop_table("usage_notices")
    op.drop_table("usage_counts")
    op.drop_table("google_keys")
    with op.batch_alter_table("idempotency_records", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_idempotency_records_created_at"))

    op.drop_table("idempotency_records")
