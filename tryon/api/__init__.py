"""The public surfaces. Each is a translation of the domain: its names, its statuses, its error shape."""

from flask import Flask


def install(app: Flask) -> None:
    from tryon.api import requests, partner, sessions

    requests.install(app)
    partner.install(app)
    sessions.install(app)
