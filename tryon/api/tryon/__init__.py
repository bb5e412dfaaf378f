"""The try-on surface, at the root and under /tryon/v1: one call from a product and a photo to a picture."""

from flask import Flask

from tryon.api.tryon import account, customers, generations, images, products, tryons


def install(app: Flask) -> None:
    """Registers every blueprint of this surface twice, with and without the prefix."""
    for resource in (tryons, generations, images, products, customers, account):
        app.register_blueprint(resource.blueprint)
        app.register_blueprint(resource.blueprint, url_prefix="/tryon/v1", name=f"{resource.blueprint.name}_v1")
