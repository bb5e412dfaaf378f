"""A plan small enough to be outgrown in a test."""

import pytest
from flask import Flask

from tryon.config import Settings
from tryon.wiring import tools


@pytest.fixture
def small_plan(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """FREE holds two of everything."""
    settings = tools().settings
    names = ("try_ons", "ar_try_ons", "user_models", "api_calls", "products")
    free = settings.plans["FREE"].model_copy(update=dict.fromkeys(names, 2))
    monkeypatch.setattr(settings, "plans", settings.plans | {"FREE": free})
    return settings
