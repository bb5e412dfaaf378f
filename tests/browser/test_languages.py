"""A shopper who reads from right to left, on a phone, from the link to the picture and back to the shop."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE, WAIT_MS, Visitor
from tests.browser.states import Visits
from tests.browser.test_launch import jpeg
from tests.pictures import person
from tests.system import RunningSystem

pytestmark = pytest.mark.browser

expect.set_options(timeout=WAIT_MS)

ENGLISH = re.compile(r"[A-Za-z]{2,}(?: [A-Za-z]{2,}){2,}")
"""Three English words in a row."""
TITLE, SHOP = "Blue Oxford shirt", "Demo Shop"


def test_a_hebrew_reader_walks_from_the_link_to_the_picture(chromium: Browser, system: RunningSystem) -> None:
    with chromium.new_context(**PHONE, locale="en-US") as context:
        visitor = Visitor(context, system.url, system.shop_url)
        page, visits = visitor.page, Visits(system, "he")
        back = f"{system.shop_url}/DEMO-SHIRTS-1"
        page.goto(visits.launch_url(visits.open_session(product_id="DEMO-SHIRTS-1", return_url=back)))
        check_layout(visitor)
        arrow, title = page.locator(".back-arrow").bounding_box(), page.locator("#try-title").bounding_box()
        assert arrow
        assert title
        assert arrow["x"] > 300, "the way back is at the right, where a line begins"
        assert title["x"] + title["width"] > 360

        page.locator("input[type=file]:not([capture])").set_input_files(jpeg(person(1)))
        page.get_by_role("checkbox").check()
        page.get_by_role("button", name="לראות את זה עליי").click()
        expect(page.get_by_role("heading", name="הנה אתם")).to_be_focused()
        check_layout(visitor)
        check_slider(page)

        page.get_by_role("link", name="חזרה למוצר").click()
        expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
        assert visitor.complaints == []


def check_layout(visitor: Visitor) -> None:
    page = visitor.page
    assert page.evaluate("[document.dir, document.documentElement.lang]") == ["rtl", "he"]
    assert not visitor.is_wider_than_the_screen
    words = page.locator("body").inner_text().replace(TITLE, "").replace(SHOP, "")
    others = page.locator(".other-title").all_inner_texts()
    for name in others:
        words = words.replace(name, "")
    assert ENGLISH.findall(words) == []


def check_slider(page: Page) -> None:
    """Before stays at the left and after at the right, as pictures have no reading direction."""
    slider = page.get_by_role("slider")
    for _ in range(30):
        slider.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") == "30% מהתמונה המקורית"
    line = page.locator(".compare-line").bounding_box()
    frame = page.locator(".compare").bounding_box()
    assert line
    assert frame
    assert abs((line["x"] - frame["x"]) / frame["width"] - 0.3) < 0.02
