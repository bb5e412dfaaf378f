"""From opening a launch page to the picture: on a phone, at a desk, and from the desk to the phone."""

import base64
import os
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESKTOP, PHONE, WAIT_MS, Visitor
from tests.browser.states import ENGINE_WORKER, Visits
from tests.browser.test_weight import WATCH_SHIFTS
from tests.codes import read_code
from tests.pictures import person
from tests.system import RunningSystem

pytestmark = pytest.mark.browser

expect.set_options(timeout=WAIT_MS)

IPHONE = {
    **PHONE,
    "user_agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
}
TABLET = {**PHONE, "viewport": {"width": 820, "height": 1180}}
"""Whose browser names itself like a desk's."""
SLOW = {"offline": False, "latency": 100, "downloadThroughput": 400_000, "uploadThroughput": 60_000}
SOON_MS = 15_000
"""At once, on a machine that has much else to do."""
HERE_YOU_ARE = re.compile("Here you are")


@contextmanager
def somebody(chromium: Browser, system: RunningSystem, **options: Any) -> Iterator[Visitor]:
    with chromium.new_context(**options) as context:
        context.add_init_script(WATCH_SHIFTS)
        yield Visitor(context, system.url)


@contextmanager
def engine_at_rest(system: RunningSystem) -> Iterator[None]:
    worker = system.process_id(ENGINE_WORKER)
    os.kill(worker, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(worker, signal.SIGCONT)


def launch_url(system: RunningSystem, **fields: str) -> str:
    visits = Visits(system, "en")
    return visits.launch_url(visits.open_session(**fields))


def asked_for(page: Page, path: str) -> list[str]:
    """Fills with the addresses of a kind that the page asks for."""
    found: list[str] = []
    page.on("request", lambda request: found.append(request.url) if path in request.url else None)
    return found


def give_photo(page: Page, number: int = 3) -> None:
    page.get_by_test_id("photo-input").set_input_files(
        {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": person(number)}
    )
    expect(page.get_by_alt_text("The photo you chose")).to_be_visible()
    page.get_by_test_id("consent").check()
    page.get_by_test_id("start").click()


def see_picture(page: Page) -> None:
    expect(page.get_by_role("heading", name=HERE_YOU_ARE)).to_be_visible(timeout=WAIT_MS)


def read_screen(page: Page) -> str:
    """As a camera before the screen would."""
    code = page.get_by_test_id("qr")
    code.evaluate("image => image.decode()")
    return read_code(code.screenshot())


def test_on_a_phone_a_photo_becomes_a_picture_and_nothing_jumps(chromium: Browser, system: RunningSystem) -> None:
    with somebody(chromium, system, **IPHONE) as phone:
        page = phone.page
        polls = asked_for(page, "/status")
        page.goto(launch_url(system))
        expect(page.get_by_test_id("consent")).not_to_be_checked()
        expect(page.get_by_test_id("qr")).to_have_count(0)
        with engine_at_rest(system):
            give_photo(page)
            expect(page.get_by_test_id("progress")).to_contain_text("Waiting for a free fitting room")
            page.wait_for_timeout(2_000)
            polls.clear()
            page.wait_for_timeout(2_500)
            assert len(polls) <= 1, "the stream tells when there is something new"
        see_picture(page)
        page.reload()
        see_picture(page)
        assert page.evaluate("window.shifts") == []
        assert not phone.is_wider_than_the_screen
        assert phone.complaints == []


def test_a_code_that_is_not_shown_is_not_fetched(chromium: Browser, system: RunningSystem) -> None:
    """As on a phone that names itself like a desk's browser: the page holds the code, and shows it on wide screens."""
    with somebody(chromium, system, viewport=PHONE["viewport"]) as narrow:
        page, codes = narrow.page, asked_for(narrow.page, "/code.svg")
        page.goto(launch_url(system), wait_until="load")
        expect(page.get_by_test_id("start")).to_be_visible()
        code = page.get_by_test_id("qr")
        expect(code).to_have_count(1)
        expect(code).to_be_hidden()
        assert codes == []
        page.set_viewport_size(DESKTOP["viewport"])
        expect(code).to_be_visible()
        code.evaluate("image => image.decode()")
        assert len(codes) == 1


def test_the_desk_hands_over_to_the_phone_and_both_show_the_picture(chromium: Browser, system: RunningSystem) -> None:
    with somebody(chromium, system, **DESKTOP) as desk, somebody(chromium, system, **IPHONE) as phone:
        desk.page.goto(launch_url(system))
        expect(desk.page.get_by_test_id("start")).to_be_hidden()
        address = read_screen(desk.page)
        assert re.fullmatch(re.escape(system.url) + r"/q/\w{4}-\w{4}", address)
        assert address.partition("://")[2] == desk.page.locator(".handoff-link:visible").inner_text()

        phone.page.goto(address)
        assert re.search(r"/s/tsn_\w{26}$", phone.page.url), "nothing of the code is left in the address"
        expect(desk.page.get_by_text("Your phone is connected")).to_be_visible(timeout=SOON_MS)
        give_photo(phone.page)
        expect(desk.page.get_by_test_id("progress")).to_be_visible()
        see_picture(phone.page)
        see_picture(desk.page)
        shown = [
            page.locator('img[src*="/media/results/"]').first.get_attribute("src") for page in (desk.page, phone.page)
        ]
        assert shown[0].partition("?")[0] == shown[1].partition("?")[0]
        assert desk.page.evaluate("window.shifts") == []
        assert desk.complaints + phone.complaints == []


def test_one_goes_on_at_the_desk_and_the_phone_follows_or_the_phone_alone_once_the_desk_is_closed(
    chromium: Browser, system: RunningSystem
) -> None:
    with somebody(chromium, system, **TABLET) as tablet:
        with somebody(chromium, system, **DESKTOP) as desk:
            desk.page.goto(launch_url(system))
            tablet.page.goto(read_screen(desk.page))
            expect(desk.page.get_by_text("Your phone is connected")).to_be_visible(timeout=SOON_MS)
            desk.page.get_by_role("button", name="Or go on here").click()
            give_photo(desk.page)
            see_picture(desk.page)
            see_picture(tablet.page)
        tablet.page.get_by_role("link", name="Try another photo").click()
        tablet.page.get_by_test_id("stock-model").first.click()
        see_picture(tablet.page)
        assert tablet.complaints == []


def test_a_picture_pasted_at_the_desk_is_the_photo(chromium: Browser, system: RunningSystem) -> None:
    with somebody(chromium, system, **DESKTOP) as desk:
        page = desk.page
        page.goto(launch_url(system))
        page.evaluate(
            """encoded => {
                const bytes = Uint8Array.from(atob(encoded), letter => letter.charCodeAt(0));
                const clipboardData = new DataTransfer();
                clipboardData.items.add(new File([bytes], "image.png", { type: "image/jpeg" }));
                document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
            }""",
            base64.b64encode(person(1)).decode(),
        )
        expect(page.get_by_alt_text("The photo you chose")).to_be_visible()
        page.get_by_test_id("consent").check()
        page.get_by_test_id("start").click()
        see_picture(page)
        assert desk.complaints == []


def test_a_shopper_stops_comes_back_and_takes_a_model_also_without_the_stream(
    chromium: Browser, system: RunningSystem
) -> None:
    with somebody(chromium, system, **IPHONE) as phone:
        page = phone.page
        page.route("**/events*", lambda route: route.abort())
        page.goto(launch_url(system))
        with engine_at_rest(system):
            page.get_by_test_id("stock-model").nth(1).click()
            expect(page.get_by_test_id("progress")).to_be_visible()
            page.goto(page.url)
            stop = page.get_by_role("button", name="Stop")
            stop.focus()
            stop.press("Enter")
            expect(page.get_by_text("Stopped. You can start again")).to_be_visible()
        expect(page.get_by_test_id("error")).to_have_count(0)
        page.get_by_test_id("stock-model").nth(2).click()
        see_picture(page)


def test_on_a_slow_line_the_upload_shows_how_far_it_is_and_can_be_called_off(
    chromium: Browser, system: RunningSystem
) -> None:
    with somebody(chromium, system, **IPHONE) as phone:
        page = phone.page
        page.goto(launch_url(system))
        network = page.context.new_cdp_session(page)
        network.send("Network.enable")
        network.send("Network.emulateNetworkConditions", SLOW)
        give_photo(page)
        bar = page.get_by_label("Sending your photo")
        expect(bar).to_be_visible()
        values = set()
        end = time.monotonic() + 20
        while len(values) < 3 and time.monotonic() < end:
            values.add(bar.evaluate("bar => bar.value"))
            page.wait_for_timeout(100)
        assert len(values) >= 3, "the bar moves"
        page.get_by_role("button", name="Cancel").click()
        expect(bar).to_be_hidden()
        expect(page.get_by_alt_text("The photo you chose")).to_be_visible()
        network.send("Network.emulateNetworkConditions", SLOW | {"uploadThroughput": -1, "downloadThroughput": -1})
        page.get_by_test_id("start").click()
        see_picture(page)
        assert page.evaluate("window.shifts") == []


def test_without_javascript_a_model_is_dressed_and_a_desk_shows_code_and_form(
    chromium: Browser, system: RunningSystem
) -> None:
    with somebody(chromium, system, java_script_enabled=False, **DESKTOP) as desk:
        page = desk.page
        page.goto(launch_url(system))
        expect(page.get_by_test_id("qr")).to_be_visible()
        expect(page.get_by_test_id("start")).to_be_visible()
        expect(page.get_by_test_id("photo-input")).to_be_visible()
        page.get_by_role("button", name="A woman with brown hair").click()
        see_picture(page)
