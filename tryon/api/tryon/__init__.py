"""The try-on surface, at the root and under /tryon/v1: one call from a product and a photo to a picture."""

from flask import Flask


def install(app: Flask) -> None:
    """Registers every blueprint of this surface twice, with and without the prefix."""
    blueprints: tuple = ()
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
        app.register_blueprint(blueprint, url_prefix="/tryon/v1", name=f"{blueprint.name}_v1")
