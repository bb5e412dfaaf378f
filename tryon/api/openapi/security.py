"""The credentials, as the document names them; the key is what a route's decorator in `api/auth.py` left on it."""

from typing import Any

SCHEMES: dict[str, dict[str, Any]] = {
    "adminSecret": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Partner-Admin-Secret",
        "description": "The operator's secret, `PARTNER_ADMIN_SECRET`. As Bearer too.",
    },
    "secretKey": {
        "type": "http",
        "scheme": "bearer",
        "description": "A merchant's secret key, `dress_sk_live_…` or `dress_sk_test_…`. For servers only.",
    },
    "apiKey": {
        "type": "apiKey",
        "in": "header",
        "name": "x-api-key",
        "description": "The same secret key, as the try-on surface takes it.",
    },
    "publishableKey": {
        "type": "http",
        "scheme": "bearer",
        "description": "A merchant's publishable key, `dress_pk_live_…`; only from an allowed `Origin`.",
    },
    "shopperToken": {
        "type": "http",
        "scheme": "bearer",
        "description": "A shopper's token, as `POST /partner/v1/sessions` gives it.",
    },
}

OF_AUTH: dict[str, list[dict[str, list[str]]]] = {
    "none": [],
    "handshake": [],
    "admin": [{"adminSecret": []}],
    "secret": [{"secretKey": []}],
    "api_key": [{"apiKey": []}, {"secretKey": []}],
    "publishable": [{"publishableKey": []}],
    "shopper": [{"shopperToken": []}],
}
"""A handshake travels in the body, where the document cannot name it as a credential."""
