"""The demo shop as a shopper walks it: on its own origin, through the embed's frame, to the picture, into the bag."""

import re

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from tests.browser.conftest import DESKTOP, PHONE, WAIT_MS, Visitor
from tests.browser.states import SHIRT, choose_photo
from tests.pictures import person
from tests.system import RunningSystem

pytestmark = pytest.mark.browser

expect.set_options(timeout=WAIT_MS)


def open_ware(page: Page, system: RunningSystem) -> None:
    page.goto(f"{system.url}/demo")
    page.get_by_role("link", name=re.compile("Bandana camp shirt")).first.click()
    expect(page.get_by_role("heading", name="Bandana camp shirt")).to_be_visible()
    assert page.url == f"{system.shop_url}/{SHIRT}"


def open_fitting_room(page: Page) -> FrameLocator:
    page.get_by_role("button", name="Try it on").click()
    expect(page.locator("iframe[data-tryon]")).to_be_visible()
    return page.frame_locator("iframe[data-tryon]")


def give_photo(room: FrameLocator) -> None:
    choose_photo(room, person(3))
    room.get_by_role("checkbox").check()
    room.get_by_role("button", name="See it on me").click()


@pytest.mark.parametrize("device", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_from_the_shelf_through_the_fitting_room_into_the_bag(
    chromium: Browser, system: RunningSystem, device: dict[str, object]
) -> None:
    with chromium.new_context(**device) as context:
        visitor = Visitor(context, system.url, system.shop_url)
        page = visitor.page
        open_ware(page, system)
        assert not visitor.is_wider_than_the_screen
        page.get_by_role("radio", name="XL").check()
        room = open_fitting_room(page)
        give_photo(room)
        expect(room.get_by_role("heading", name="Here you are")).to_be_visible()
        expect(room.get_by_alt_text("You, wearing Bandana camp shirt").first).to_be_visible()
        room.locator("[data-tryon-action=add-to-cart]").click()  # a link: on a phone it may stand alone in a tab

        expect(page.locator("iframe[data-tryon]")).to_have_count(0)
        expect(page.get_by_text("Bandana camp shirt is in your bag.")).to_be_visible()
        page.get_by_role("link", name="Bag, 1 piece").click()
        expect(page.get_by_text("Size XL")).to_be_visible()
        assert visitor.complaints == []


def test_nothing_is_asked_of_the_system_before_a_click_but_the_script(chromium: Browser, system: RunningSystem) -> None:
    with chromium.new_context(**DESKTOP) as context:
        page, asked = context.new_page(), []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{system.shop_url}/{SHIRT}", wait_until="networkidle")
        expect(page.get_by_role("button", name="Try it on")).to_be_visible()
        page.wait_for_timeout(500)
        assert [url for url in asked if url.startswith(system.url)] == [f"{system.url}/widget/v1/tryon.js"]
        page.get_by_role("button", name="Try it on").click()
        page.frame_locator("iframe[data-tryon]").get_by_role("heading", name="See it on you").wait_for()
        assert len([url for url in asked if url.startswith(system.url)]) > 1


def test_without_scripts_the_button_leads_to_the_launch_page_and_the_bag_can_be_filled(
    plain_phone: Visitor, system: RunningSystem
) -> None:
    page = plain_phone.page
    page.goto(f"{system.shop_url}/{SHIRT}")
    page.get_by_role("button", name="Add to bag").click()
    expect(page.get_by_role("heading", name="Your bag")).to_be_visible()
    page.get_by_role("button", name="One more").click()
    expect(page.get_by_text("2 pieces")).to_be_visible()
    page.get_by_role("link", name="Bandana camp shirt").click()
    page.get_by_role("button", name="Try it on").click()
    expect(page.get_by_role("heading", name="See it on you")).to_be_visible()
    assert re.fullmatch(rf"{system.url}/s/tsn_\w{{26}}", page.url)
    page.get_by_role("link", name=re.compile("Demo Shop|Back to the product")).first.click()
    assert page.url == f"{system.shop_url}/{SHIRT}"


def test_where_the_script_does_not_arrive_the_plain_button_stays(chromium: Browser, system: RunningSystem) -> None:
    with chromium.new_context(**PHONE) as context:
        page = context.new_page()
        page.route("**/widget/v1/tryon.js", lambda route: route.abort())
        page.goto(f"{system.shop_url}/{SHIRT}")
        page.get_by_role("button", name="Try it on").click()
        expect(page.get_by_role("heading", name="See it on you")).to_be_visible()
        assert page.url.startswith(f"{system.url}/s/")
