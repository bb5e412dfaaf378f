"""The partner surface: merchants, shopper sessions, products, the shopper's model, try-on jobs, webhooks."""

from flask import Flask

from tryon.api.partner import admin, product_batches, products, shoppers, tryons, usage, user_models, webhooks


def install(app: Flask) -> None:
    for resource in (admin, shoppers, products, product_batches, user_models, tryons, webhooks, usage):
        app.register_blueprint(resource.blueprint)
