"""`pytest -m screenshots`: every page in every state, to be looked at. Writes to var/screenshots, or where
TRYON_SCREENSHOTS says: one folder for each look, and beside it a sheet of all."""

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page

from tests.browser.conftest import DESKTOP, PHONE, WAIT_MS
from tests.browser.states import State, Visits
from tests.system import RunningSystem
from tryon.config import PROJECT_ROOT

pytestmark = pytest.mark.screenshots

LOOKS = {
    "phone-light": ({**PHONE, "color_scheme": "light"}, "en"),
    "phone-dark": ({**PHONE, "color_scheme": "dark"}, "en"),
    "desktop-light": ({**DESKTOP, "color_scheme": "light"}, "en"),
    "desktop-dark": ({**DESKTOP, "color_scheme": "dark"}, "en"),
    "phone-right-to-left": ({**PHONE, "color_scheme": "light"}, "he"),
    "desktop-right-to-left": ({**DESKTOP, "color_scheme": "dark"}, "he"),
}
SHEET_HEIGHT, SHEET_COLUMNS, CAPTION = 640, {"phone": 8, "desktop": 4}, 22


def folder() -> Path:
    return Path(os.environ.get("TRYON_SCREENSHOTS") or PROJECT_ROOT / "var" / "screenshots")


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_is_shown(chromium: Browser, system: RunningSystem, look: str) -> None:
    options, locale = LOOKS[look]
    place = folder() / look
    place.mkdir(parents=True, exist_ok=True)
    names = list(take(chromium, system, options, locale, place))
    sheet(place, names, SHEET_COLUMNS[look.partition("-")[0]]).save(folder() / f"{look}.jpg", quality=85)
    assert len(names) > 20


def take(chromium: Browser, system: RunningSystem, options: dict[str, Any], locale: str, place: Path) -> Iterator[str]:
    """The names, in the order a shopper comes by."""
    visits = Visits(system, locale)
    with chromium.new_context(**options, locale=locale, reduced_motion="reduce") as context:
        context.set_default_timeout(WAIT_MS)
        page = context.new_page()
        for state in visits.states():
            yield photograph(page, state, place)
        with visits.waiting() as state:
            yield photograph(page, state, place)
        yield photograph(page, visits.reference(), place)


def photograph(page: Page, state: State, place: Path) -> str:
    state.open(page)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=place / f"{state.name}.png")
    return state.name


def sheet(place: Path, names: list[str], columns: int) -> Image.Image:
    """All of them small, each with its name."""
    shots = [Image.open(io.BytesIO((place / f"{name}.png").read_bytes())).convert("RGB") for name in names]
    width = round(shots[0].width * SHEET_HEIGHT / shots[0].height)
    rows = -(-len(shots) // columns)
    whole = Image.new("RGB", (columns * (width + 8), rows * (SHEET_HEIGHT + CAPTION + 8)), "#777")
    pen = ImageDraw.Draw(whole)
    for number, (name, shot) in enumerate(zip(names, shots, strict=True)):
        left, top = number % columns * (width + 8), number // columns * (SHEET_HEIGHT + CAPTION + 8)
        pen.text((left + 4, top + 5), name, fill="white")
        whole.paste(shot.resize((width, SHEET_HEIGHT)), (left, top + CAPTION))
    return whole
