"""The hosted pages, rendered with Jinja and smoothed with HTMX; every form works without JavaScript too."""

from flask import Flask


def install(app: Flask) -> None:
    from htmx_flask import Htmx

    from tryon.pages import addresses, assets, demo, docs, handoff, headers, health, home, languages, launch, media
    from tryon.pages import studio as model_studio

    Htmx(app)
    assets.install(app)
    headers.install(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(english=languages.Language(), media_path=addresses.media_path)
    for room in (home, docs, demo, launch, handoff, model_studio, media, health):
        app.register_blueprint(room.blueprint)
