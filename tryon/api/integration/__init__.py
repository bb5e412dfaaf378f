"""The usage integration surface: sister systems report what was used elsewhere."""

from flask import Flask


def install(app: Flask) -> None:
    pass
