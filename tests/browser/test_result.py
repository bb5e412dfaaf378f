"""What a shopper does with a finished picture, and what they do when none came, against the whole system."""

import re

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.browser.conftest import PHONE, WAIT_MS, Visitor
from tests.browser.states import Visits
from tests.system import RunningSystem

pytestmark = pytest.mark.browser

expect.set_options(timeout=WAIT_MS)

SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""


@pytest.fixture
def visits(system: RunningSystem) -> Visits:
    return Visits(system, "en")


def open_result(page: Page, visits: Visits) -> str:
    session = visits.finish()
    page.add_init_script(SHIFTS)
    page.goto(visits.launch_url(session))
    expect(page.get_by_test_id("result")).to_be_visible()
    page.wait_for_load_state("networkidle")
    return session


def touch(line: CDPSession, kind: str, *points: tuple[float, float]) -> None:
    fingers = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
    line.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})


def drag(line: CDPSession, start: tuple[float, float], by: tuple[float, float]) -> None:
    touch(line, "touchStart", start)
    for step in range(1, 11):
        touch(line, "touchMove", (start[0] + by[0] * step / 10, start[1] + by[1] * step / 10))
    touch(line, "touchEnd")


def scroll(page: Page) -> float:
    page.wait_for_timeout(300)
    return float(page.evaluate("scrollY"))


def scale(page: Page) -> float:
    matrix = "picture => new DOMMatrix(getComputedStyle(picture).transform).a"
    return float(page.locator("[data-zoom-view] img").evaluate(matrix))


def test_on_a_phone_the_picture_is_slid_across_and_seen_larger_and_the_page_stays_where_it_is(
    phone: Visitor, visits: Visits
) -> None:
    page = phone.page
    open_result(page, visits)
    assert page.evaluate("window.shifted") == 0
    assert not phone.is_wider_than_the_screen
    line = page.context.new_cdp_session(page)
    box = page.get_by_test_id("compare").bounding_box()
    assert box
    left, middle = box["x"] + 12, box["y"] + box["height"] / 2
    slider = page.get_by_role("slider")

    drag(line, (left, middle), (box["width"] / 2, 3))
    assert 40 < float(slider.input_value()) < 60
    assert scroll(page) == 0
    drag(line, (left + 60, middle), (2, -200))
    assert scroll(page) > 50, "up and down is the page's"
    assert 40 < float(slider.input_value()) < 60
    slider.press("Home")
    assert slider.input_value() == "0"

    page.get_by_test_id("zoom").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    was = scroll(page)
    touch(line, "touchStart", (180, 400), (210, 400))
    for step in range(1, 11):
        touch(line, "touchMove", (180 - 6 * step, 400), (210 + 6 * step, 400))
    touch(line, "touchEnd")
    assert scale(page) > 2
    page.mouse.move(195, 400)
    page.mouse.wheel(0, 2000)
    page.wait_for_timeout(200)
    assert scale(page) == 1
    page.get_by_role("button", name="Larger").click()
    assert scale(page) == 1.5
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.get_by_test_id("zoom")).to_be_focused()
    assert scroll(page) == was
    assert phone.complaints == []


def test_a_picture_is_shared_seen_by_somebody_else_and_taken_back(
    phone: Visitor, visits: Visits, chromium: Browser
) -> None:
    page = phone.page
    open_result(page, visits)
    page.get_by_test_id("share").click()
    expect(page.get_by_test_id("share-link")).to_be_visible()
    link = page.get_by_test_id("share-link").input_value()
    assert "/s/tsn_" not in link

    with chromium.new_context(**PHONE) as elsewhere:
        other = elsewhere.new_page()
        other.goto(link)
        picture = other.get_by_role("img", name=re.compile("tried on"))
        expect(picture).to_be_visible()
        assert picture.evaluate("image => image.decode().then(() => image.naturalWidth > 300)")
        expect(other.get_by_role("link", name="Try it on yourself")).to_be_visible()
        assert other.evaluate("document.documentElement.scrollWidth <= innerWidth")
        address = str(other.locator("meta[property='og:image']").get_attribute("content"))

        page.get_by_test_id("share-stop").click()
        expect(page.get_by_test_id("share-link")).to_have_count(0)
        expect(page.get_by_test_id("share")).to_be_focused()
        answer = other.reload()
        assert answer is not None
        assert answer.status == 410
        expect(other.get_by_role("heading", name="This picture is not shared any more")).to_be_visible()
        assert elsewhere.request.get(address).status == 410
    assert phone.complaints == []


def test_with_the_keyboard_alone_a_thumb_is_given_explained_and_taken_back(desktop: Visitor, visits: Visits) -> None:
    page = desktop.page
    open_result(page, visits)
    down = page.get_by_role("button", name="I don’t like it")
    down.focus()
    page.keyboard.press("Enter")
    expect(down).to_have_attribute("aria-pressed", "true")
    expect(down).to_be_focused()
    expect(page.locator("[data-announce]")).to_have_text("Thank you for telling us.")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Its colour")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Its colour")).to_have_attribute("aria-pressed", "true")
    down.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Its colour")).to_have_count(0)
    expect(down).to_have_attribute("aria-pressed", "false")
    assert desktop.complaints == []


def test_another_product_is_tried_on_with_the_same_photo(phone: Visitor, visits: Visits) -> None:
    page = phone.page
    session = open_result(page, visits)
    page.locator("button[name=product]").first.click()
    page.wait_for_url(re.compile(r"/s/tsn_\w{26}$"))
    assert session not in page.url
    page.get_by_role("button", name="Use the photo you already gave").click()
    expect(page.get_by_test_id("result")).to_be_visible()
    page.get_by_role("slider").press("End")
    assert page.get_by_role("slider").input_value() == "100"
    page.get_by_test_id("zoom").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert phone.complaints == [], "the script came with the picture"


def test_a_try_that_failed_on_our_side_is_made_again_with_one_press(phone: Visitor, visits: Visits) -> None:
    session = visits.finish()
    visits.fail_try(session, "engine_timeout")
    page = phone.page
    page.goto(visits.launch_url(session))
    expect(page.get_by_test_id("error")).to_contain_text("This took too long")
    page.get_by_test_id("retry").click()
    expect(page.get_by_test_id("result")).to_be_visible()
    expect(page.get_by_role("slider")).to_be_visible()
    assert phone.complaints == []


def test_without_javascript_all_of_it_works_too(plain_phone: Visitor, visits: Visits) -> None:
    page = plain_phone.page
    page.goto(visits.launch_url(visits.finish()))
    page.get_by_role("button", name="I don’t like it").click()
    page.get_by_role("button", name="How it fits").click()
    expect(page.get_by_role("button", name="How it fits")).to_have_attribute("aria-pressed", "true")
    page.get_by_test_id("share").click()
    expect(page.get_by_test_id("share-link")).to_be_visible()
    page.get_by_test_id("share-stop").click()
    expect(page.get_by_test_id("share-link")).to_have_count(0)
    page.locator("button[name=product]").first.click()
    expect(page.get_by_role("button", name="Use the photo you already gave")).to_be_visible()
