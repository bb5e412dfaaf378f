"""A real Chromium on a real running system."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.system import RunningSystem

PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
DESKTOP = {"viewport": {"width": 1280, "height": 800}}
WAIT_MS = 60_000
CALLED_OFF = re.compile(r"htmx:(sendAbort|afterRequest), ")
"""HTMX logs as an error every request that was called off, also where static/js/launch.js does so itself: when a swap
takes away the piece that an answer on its way would go into, and when a shopper stops an upload."""


WHEN_ASKED_FOR = ("screenshots", "webkit")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """What drives WebKit comes with the dev extra only."""
    return True if collection_path.name == "test_webkit.py" and "webkit" not in config.getoption("markexpr") else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Pictures to look at, and a second browser, are for when somebody asks for them, not with the tests."""
    asked = config.getoption("markexpr")
    apart = [item for item in items if any(item.get_closest_marker(m) and m not in asked for m in WHEN_ASKED_FOR)]
    config.hook.pytest_deselected(items=apart)
    items[:] = [item for item in items if item not in apart]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = os.environ.get("TRYON_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        reason = "Chromium is not installed (on Debian: apt-get install chromium)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def system(shared_system: RunningSystem) -> RunningSystem:
    return shared_system


class Visitor:
    """Somebody at a browser. `complaints` collects what the console says and every address that is nobody's here."""

    def __init__(self, context: BrowserContext, *homes: str) -> None:
        context.set_default_timeout(WAIT_MS)
        self.complaints: list[str] = []
        self._homes = {urlsplit(home).netloc for home in homes}
        self.page: Page = context.new_page()
        self.page.on("console", lambda said: self._note_said(said.type, said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self._note(request.url))

    def _note_said(self, kind: str, text: str) -> None:
        if kind == "error" and not CALLED_OFF.match(text):
            self.complaints.append(text)

    def _note(self, address: str) -> None:
        if urlsplit(address).scheme in ("http", "https") and urlsplit(address).netloc not in self._homes:
            self.complaints.append(f"asked for {address}")

    @property
    def is_wider_than_the_screen(self) -> bool:
        return bool(self.page.evaluate("document.documentElement.scrollWidth > innerWidth"))


@pytest.fixture
def phone(chromium: Browser, system: RunningSystem) -> Iterator[Visitor]:
    with chromium.new_context(**PHONE) as context:
        yield Visitor(context, system.url, system.shop_url)


@pytest.fixture
def plain_phone(chromium: Browser, system: RunningSystem) -> Iterator[Visitor]:
    """A phone whose browser runs no scripts."""
    with chromium.new_context(java_script_enabled=False, **PHONE) as context:
        yield Visitor(context, system.url, system.shop_url)


@pytest.fixture
def desktop(chromium: Browser, system: RunningSystem) -> Iterator[Visitor]:
    with chromium.new_context(**DESKTOP) as context:
        yield Visitor(context, system.url, system.shop_url)
