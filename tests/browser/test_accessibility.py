"""axe finds nothing to object to on any page, in any state, by day and by night, from left and from right."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.states import State, Visits
from tests.system import RunningSystem

pytestmark = pytest.mark.browser

ONLY_COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}
REFERENCE_PARTS = {"include": [["header"], ["nav"], ["main section:nth-of-type(-n + 3)"]]}
"""The whole page takes axe a minute."""
axe = Axe()


@pytest.mark.parametrize(
    ("device", "locale"),
    [(PHONE, "en"), (DESKTOP, "en"), (PHONE, "he")],
    ids=["phone", "desktop", "phone-right-to-left"],
)
def test_no_page_keeps_anybody_out(
    chromium: Browser, system: RunningSystem, device: dict[str, Any], locale: str
) -> None:
    visits = Visits(system, locale)
    with chromium.new_context(**device, locale=locale, reduced_motion="reduce") as context:
        page = context.new_page()
        found = [line for state in visits.states() for line in objections(page, state)]
        with visits.waiting() as state:
            found += objections(page, state)
    assert found == []


def test_the_api_reference_can_be_read_by_anybody(chromium: Browser, system: RunningSystem) -> None:
    with chromium.new_context(**DESKTOP) as context:
        page = context.new_page()
        Visits(system, "en").reference().open(page)
        found = axe.run(page, context=REFERENCE_PARTS).response["violations"]
        assert list(told(State("reference", page.url), "light", found)) == []


def objections(page: Page, state: State) -> Iterator[str]:
    """One line for each: page, scheme, rule, and what it is about."""
    page.emulate_media(color_scheme="light")
    state.open(page)
    yield from told(state, "light", axe.run(page).response["violations"])
    page.emulate_media(color_scheme="dark")
    yield from told(state, "dark", axe.run(page, options=ONLY_COLOURS).response["violations"])


def told(state: State, scheme: str, violations: list[dict[str, Any]]) -> Iterator[str]:
    for violation in violations:
        for node in violation["nodes"]:
            yield f"{state.name} ({scheme}): {violation['id']}: {node['target']} {node['html'][:120]}"
