"""The partner surface: merchants, shopper sessions, products, the shopper's model, try-on jobs, webhooks."""

from flask import Flask

from tryon.api.partner import (
    admin,
    callbacks,
    deliveries,
    embed,
    engines,
    google,
    history,
    job_events,
    keys,
    launches,
    merchants,
    product_batches,
    products,
    shoppers,
    tryons,
    usage,
    user_models,
    webhooks,
)

RESOURCES = (
    admin,
    merchants,
    keys,
    embed,
    launches,
    google,
    engines,
    shoppers,
    products,
    product_batches,
    user_models,
    tryons,
    job_events,
    history,
    webhooks,
    callbacks,
    deliveries,
    usage,
)


def install(app: Flask) -> None:
    for resource in RESOURCES:
        app.register_blueprint(resource.blueprint)
