"""What the names in paths mean."""

ANY_TEXT = frozenset({"customer_id"})
"""Names of which none is too long: they are answered like those that nobody has."""

PARAMETERS = {
    "merchant_id": "A merchant's id, `mer_…`.",
    "product_id": "A product's id, `prd_…`, or the merchant's own `external_id`.",
    "external_id": "The merchant's own id of the product.",
    "session_id": "A session's id, `tsn_…`.",
    "job_id": "A try-on job's id, `gen_…`.",
    "generation_id": "A generation's id, `gen_…`.",
    "photo_id": "A model's id, `mdl_…`.",
    "image_id": "An uploaded picture's id, `img_…`.",
    "asset_id": "An asset's id, `ast_…`.",
    "endpoint_id": "A webhook endpoint's id, `whk_…`.",
    "delivery_id": "A delivery's id, `dlv_…`.",
    "key_id": "An API key's id, `key_…`.",
    "customer_id": "The merchant's own id of the customer, as given in `externalUserId`.",
    "shopper_id": "A shopper's id, `shp_…`, or the merchant's own `external_user_ref`.",
}
