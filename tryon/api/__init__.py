"""The public surfaces. Each is a translation of the domain: its names, its statuses, its error shape."""

from flask import Flask

from tryon.api import caching, cors, integration, partner, ratelimit, requests, sessions, tryon


def install(app: Flask) -> None:
    requests.install(app)
    cors.install(app)
    ratelimit.install(app)
    caching.install(app)
    partner.install(app)
    sessions.install(app)
    tryon.install(app)
    integration.install(app)
