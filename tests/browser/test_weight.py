"""What pages weigh, how much they ask for, and that nothing on them jumps."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import DESKTOP, PHONE, WAIT_MS
from tests.browser.states import State, Visits, choose_photo
from tests.pictures import person
from tests.system import RunningSystem

pytestmark = pytest.mark.browser

FIRST_VIEW_BYTES = 60_000
FIRST_VIEW_REQUESTS = 6
SETTLING_MS = 400
WATCH_SHIFTS = """
    window.shifts = [];
    new PerformanceObserver(list => {
        for (const shift of list.getEntries()) {
            if (shift.hadRecentInput) continue;
            const moved = shift.sources.map(({ node, previousRect: a, currentRect: b }) =>
                `${node && (node.id || node.className || node.nodeName)}: ${a.y}+${a.height} to ${b.y}+${b.height}`);
            window.shifts.push(`${shift.value.toFixed(4)} ${moved.join(", ")}`);
        }
    }).observe({ type: "layout-shift", buffered: true });
"""


@contextmanager
def visitor(chromium: Browser, **options: Any) -> Iterator[Page]:
    with chromium.new_context(**options) as context:
        context.set_default_timeout(WAIT_MS)
        context.add_init_script(WATCH_SHIFTS)
        yield context.new_page()


def transferred(context: BrowserContext, page: Page, url: str) -> list[tuple[str, str, int]]:
    """(media type, address, bytes on the wire) of everything that opening the page asks for."""
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    kinds: dict[str, tuple[str, str]] = {}
    sizes: dict[str, int] = {}
    network.on(
        "Network.responseReceived",
        lambda e: kinds.update({e["requestId"]: (e["response"]["mimeType"], e["response"]["url"])}),
    )
    network.on("Network.loadingFinished", lambda e: sizes.update({e["requestId"]: int(e["encodedDataLength"])}))
    page.goto(url, wait_until="load")
    page.wait_for_timeout(1000)  # what scripts ask for afterwards counts too
    return [(kind, address, sizes.get(number, 0)) for number, (kind, address) in kinds.items()]


@pytest.mark.parametrize("device", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_launch_page_is_light(chromium: Browser, system: RunningSystem, device: dict[str, Any]) -> None:
    visits = Visits(system, "en")
    with chromium.new_context(**device) as context:
        asked = transferred(context, context.new_page(), visits.launch_url(visits.open_session()))
    told = "\n".join(f"{size:>7} {kind} {address}" for kind, address, size in asked)
    words = [size for kind, _, size in asked if not kind.startswith("image/")]
    assert sum(words) <= FIRST_VIEW_BYTES, told
    assert len(words) <= FIRST_VIEW_REQUESTS, told
    assert all(address.startswith(system.url) for _, address, _ in asked), told


@pytest.mark.parametrize(
    ("device", "locale"), [(PHONE, "en"), (DESKTOP, "en"), (PHONE, "he")], ids=["phone", "desktop", "right-to-left"]
)
def test_no_page_jumps_while_it_loads(
    chromium: Browser, system: RunningSystem, device: dict[str, Any], locale: str
) -> None:
    visits = Visits(system, locale)
    with visitor(chromium, **device, locale=locale) as page:
        found = [line for state in visits.states() for line in shifts(page, state)]
        with visits.waiting() as state:
            found += shifts(page, state)
    assert found == []


@pytest.mark.parametrize("device", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_nothing_jumps_on_the_way_from_the_photo_to_the_picture(
    chromium: Browser, system: RunningSystem, device: dict[str, Any]
) -> None:
    visits = Visits(system, "en")
    with visitor(chromium, **device) as page:
        page.goto(visits.launch_url(visits.open_session()))
        choose_photo(page, person(3))
        page.wait_for_timeout(SETTLING_MS)
        page.get_by_role("checkbox").check()
        page.get_by_role("button", name="See it on me").click()
        expect(page.get_by_role("heading", name="Here you are")).to_be_visible(timeout=WAIT_MS)
        page.wait_for_timeout(SETTLING_MS)
        assert page.evaluate("window.shifts") == []


def shifts(page: Page, state: State) -> Iterator[str]:
    state.open(page)
    page.wait_for_timeout(SETTLING_MS)
    for shift in page.evaluate("window.shifts"):
        yield f"{state.name}: {shift}"
